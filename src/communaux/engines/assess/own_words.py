"""How much of a document is its own: prose that stands in no template that projects copy as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from communaux import data
from communaux.engines.assess.words import decoded, plain, words

ENOUGH: Final = 100  # own words of a document that says something
COPIED: Final = 0.5  # of a template's trigrams
CODE: Final = re.compile(r"^(`{3,}+|~{3,}+)[^\n]*+\n.*?(?:^\1`*+~*+[ \t]*+$|\Z)", re.MULTILINE | re.DOTALL)
NOISE: Final = re.compile(
    r"!\[[^\]\n]{0,300}\](?:\([^)\n]{0,500}\)|\[[^\]\n]{0,300}\])?|`[^`\n]*+`"
    r"|https?://\S++|^\[[^\]\n]{1,300}\]:.*$|^[ \t]{4,}+\S.*$",
    re.MULTILINE,
)

type Run = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Own:
    """The words that are the document's own, and the template that it copies, "" when none."""

    words: int
    template: str


def prose(content: bytes) -> str:
    """The text of a document without code, images, addresses and markup.

    >>> prose(b"Run it:\\n```\\nmake demo\\n```\\nSee ![logo](x.png) https://example.org now.").split()
    ['Run', 'it:', 'See', 'now.']
    """
    return NOISE.sub(" ", CODE.sub(" ", plain(decoded(content))))


def own(content: bytes) -> Own:
    """What is the document's own.

    >>> own(b"We decide together, once a month.")
    Own(words=6, template='')
    """
    found = words(prose(content))
    runs = [*zip(found, found[1:], found[2:], strict=False)]
    known = [run in _every() for run in runs]
    covered = {at + shift for at, copied in enumerate(known) if copied for shift in range(3)}
    return Own(len(found) - len(covered), _template(set(runs)))


def _template(runs: set[Run]) -> str:
    """The template of which most is there."""
    shares = {name: len(own & runs) / len(own) for name, own in _templates().items()}
    name = max(shares, key=lambda one: (shares[one], one))
    return name if shares[name] >= COPIED else ""


@cache
def _templates() -> dict[str, frozenset[Run]]:
    told = {name: words(prose(text.encode())) for name, text in data.document_templates().items()}
    return {name: frozenset(zip(found, found[1:], found[2:], strict=False)) for name, found in told.items()}


@cache
def _every() -> frozenset[Run]:
    return frozenset().union(*_templates().values())
