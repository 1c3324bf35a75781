"""An index as one immutable run of bytes with its hash: the same everywhere, refused when it is not what it says."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any, cast

import numpy as np

from communaux.engines.search.docs import DocStore
from communaux.engines.search.facets import Facets
from communaux.engines.search.forward import Forward
from communaux.engines.search.intent import Names
from communaux.engines.search.model import Concept, Domain, Thesaurus, WordPair
from communaux.engines.search.parts import Parts
from communaux.engines.search.postings import Postings
from communaux.engines.search.score import Priors
from communaux.engines.search.text import ANALYSIS_VERSION
from communaux.engines.search.weights import Weights

MAGIC = b"communaux-index\x01"
_DIGEST = 32
_ALIGN = 64
_TABLES: dict[str, type[Any]] = {
    "docs": DocStore,
    "forward": Forward,
    "postings": Postings,
    "names": Names,
    "facets": Facets,
    "priors": Priors,
}


class IndexRefused(ValueError):
    """These bytes are not an index this version can use; the one that runs should go on running."""


def dump(parts: Parts) -> bytes:
    """The bytes of an index: magic, SHA-256 of the rest, header, arrays."""
    arrays: list[tuple[str, str, bytes]] = []
    for name, kind in _TABLES.items():
        table = getattr(parts, name)
        for field in dataclasses.fields(kind):
            form, content = _content(getattr(table, field.name))
            arrays.append((f"{name}.{field.name}", form, content))
    header = {
        "analysis": ANALYSIS_VERSION,
        "thesaurus": _thesaurus_rows(parts.thesaurus),
        "weights": dataclasses.asdict(parts.weights),
        "arrays": [(name, form, len(content)) for name, form, content in arrays],
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    body = [len(head).to_bytes(8, "little"), head]
    size = len(MAGIC) + _DIGEST + 8 + len(head)
    for _, _, content in arrays:
        padding = -size % _ALIGN
        body.extend((b"\0" * padding, content))
        size += padding + len(content)
    digest = hashlib.sha256()
    for piece in body:
        digest.update(piece)
    return b"".join((MAGIC, digest.digest(), *body))


def load(blob: bytes) -> Parts:
    """The index in these bytes, or `IndexRefused` with the reason."""
    start = len(MAGIC) + _DIGEST
    if blob[: len(MAGIC)] != MAGIC or len(blob) < start + 8:
        raise IndexRefused("not an index of this format")
    if hashlib.sha256(memoryview(blob)[start:]).digest() != blob[len(MAGIC) : start]:
        raise IndexRefused("the hash does not fit the content")
    size = int.from_bytes(blob[start : start + 8], "little")
    header = json.loads(blob[start + 8 : start + 8 + size])
    if header["analysis"] != ANALYSIS_VERSION:
        raise IndexRefused(f"made by analysis version {header['analysis']}, this is {ANALYSIS_VERSION}")
    values: dict[str, dict[str, Any]] = {name: {} for name in _TABLES}
    at = start + 8 + size
    for name, form, length in header["arrays"]:
        at += -at % _ALIGN
        table, field = name.split(".")
        values[table][field] = _value(form, memoryview(blob)[at : at + length])
        at += length
    tables = {name: kind(**values[name]) for name, kind in _TABLES.items()}
    return Parts(thesaurus=_thesaurus(header["thesaurus"]), weights=_weights(header["weights"]), **tables)


def _weights(stored: dict[str, Any]) -> Weights:
    """The constants the index was made with; those of another version of the score are refused."""
    if stored.keys() != {field.name for field in dataclasses.fields(Weights)}:
        raise IndexRefused("made with the weights of another version")
    return Weights(**stored)


def _content(value: object) -> tuple[str, bytes]:
    """Array, texts or digests as (form, bytes)."""
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value.astype(value.dtype.newbyteorder("<"), copy=False))
        return array.dtype.str, array.tobytes()
    items = cast("tuple[str, ...] | tuple[bytes, ...]", value)
    raw = [item for item in items if isinstance(item, bytes)]
    if raw:
        return "bytes16", b"".join(raw)
    return "texts", "\0".join(map(str, items)).encode("utf-8", "surrogatepass")


def _value(form: str, content: memoryview) -> object:
    if form == "bytes16":
        return tuple(bytes(content[i : i + 16]) for i in range(0, len(content), 16))
    if form == "texts":
        return tuple(str(content, "utf-8", "surrogatepass").split("\0")) if len(content) else ()
    return np.frombuffer(content, dtype=np.dtype(form))


def _thesaurus_rows(thesaurus: Thesaurus) -> dict[str, Any]:
    return dataclasses.asdict(thesaurus)


def _thesaurus(rows: dict[str, Any]) -> Thesaurus:
    return Thesaurus(
        tuple(Domain(**row) for row in rows["domains"]),
        tuple(Concept(**{key: _frozen(value) for key, value in row.items()}) for row in rows["concepts"]),
        tuple(WordPair(row["fr"], tuple(row["en"])) for row in rows["words"]),
        rows["sha256"],
    )


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: tuple(tags) for key, tags in value.items()}
    return tuple(value) if isinstance(value, list) else value
