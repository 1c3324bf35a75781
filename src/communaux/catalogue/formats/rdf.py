"""Nodes of a graph, and their two spellings: Turtle and JSON-LD. Small enough to need no library at run time.

Texts lose nothing but control characters; an address keeps its letters, and what no address may hold is percent-encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from communaux.catalogue.formats.exported import legible

PREFIXES: Final = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
ILLEGAL: Final = re.compile(r'[\x00-\x20<>"{}|^`\\\x7f-\xa0\u2028\u2029]')
ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Iri:
    """An address that names a thing."""

    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words, in a language when it is known."""

    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of another kind: `xsd:date`, `xsd:integer`."""

    value: str
    type: str


@dataclass(frozen=True, slots=True)
class Node:
    """A thing and what is said of it, in order; without `id` it has no name."""

    id: str = ""
    types: tuple[str, ...] = ()
    said: tuple[tuple[str, Value], ...] = ()


type Value = Iri | Text | Typed | Node


def iri(address: str) -> str:
    """The address as RDF may hold it; empty when it is none.

    >>> iri("https://example.org/a b<c>"), iri("nowhere")
    ('https://example.org/a%20b%3Cc%3E', '')
    """
    found = ILLEGAL.sub(lambda sign: quote(sign[0]), legible(address))
    return found if SCHEME.match(found) else ""


def turtle_head() -> str:
    return "".join(f"@prefix {name}: <{place}> .\n" for name, place in PREFIXES.items()) + "\n"


def turtle(node: Node) -> str:
    """Statements about a node, and about the named nodes inside it."""
    inner: list[Node] = []
    parts = _said(node, inner)
    subject = f"<{iri(node.id)}>"
    own = f"{subject} {' ;\n  '.join(parts)} .\n" if parts else ""
    return own + "".join(map(turtle, inner))


def _said(node: Node, inner: list[Node]) -> list[str]:
    types = [f"a {', '.join(node.types)}"] if node.types else []
    return types + [f"{term} {_turtle(value, inner)}" for term, value in node.said]


def _turtle(value: Value, inner: list[Node]) -> str:
    match value:
        case Iri():
            return f"<{iri(value.value)}>"
        case Text():
            return f'"{_escaped(value.value)}"' + (f"@{value.lang}" if value.lang else "")
        case Typed():
            return f'"{_escaped(value.value)}"^^{value.type}'
        case Node(id=""):
            return f"[ {' ; '.join(_said(value, inner))} ]"
    inner.append(value)
    return f"<{iri(value.id)}>"


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(sign, sign) for sign in legible(text))


def jsonld(node: Node) -> dict[str, Any]:
    """The node as an object, to be read under `PREFIXES` as context."""
    found: dict[str, Any] = {"@id": iri(node.id)} if node.id else {}
    if node.types:
        found["@type"] = list(node.types) if len(node.types) > 1 else node.types[0]
    for term in dict.fromkeys(term for term, _value in node.said):
        values = [_jsonld(value) for name, value in node.said if name == term]
        found[term] = values if len(values) > 1 else values[0]
    return found


def _jsonld(value: Value) -> dict[str, Any]:
    match value:
        case Iri():
            return {"@id": iri(value.value)}
        case Text():
            return {"@value": legible(value.value)} | ({"@language": value.lang} if value.lang else {})
        case Typed():
            return {"@value": value.value, "@type": value.type}
    return jsonld(value)
