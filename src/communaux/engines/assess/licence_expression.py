"""SPDX licence expressions: read, written, and the licences they name (SPDX specification 2.3, annex D)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from communaux.engines.assess.corpus import base, shipped

type Later = Literal["only", "later", "unstated", ""]

TOKEN: Final = re.compile(r"\s*(\(|\)|[A-Za-z0-9][\w.+:-]*)")
LONGEST: Final = 1_000  # characters: an expression has a few dozen
REFERENCE: Final = re.compile(r"(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expression:
    """One licence with its exception, or several under one operator."""

    id: str = ""
    exception: str = ""
    operator: Literal["", "AND", "OR"] = ""
    parts: tuple[Expression, ...] = ()

    def __str__(self) -> str:
        if not self.operator:
            return f"{self.id} WITH {self.exception}" if self.exception else self.id
        wrapped = (f"({one})" if one.operator and one.operator != self.operator else str(one) for one in self.parts)
        return f" {self.operator} ".join(wrapped)

    def ids(self) -> tuple[str, ...]:
        """The licences it names, each once, in order.

        >>> str(parse("mit or apache-2.0")), parse("MIT OR (MIT AND ISC)").ids()
        ('MIT OR Apache-2.0', ('MIT', 'ISC'))
        """
        if not self.operator:
            return (self.id,)
        return tuple(dict.fromkeys(found for one in self.parts for found in one.ids()))

    def bases(self) -> frozenset[str]:
        """The same without what is said of later versions.

        >>> sorted(parse("GPL-3.0-or-later OR MIT").bases())
        ['GPL-3.0', 'MIT']
        """
        return frozenset(base(one) for one in self.ids())


class _Unreadable(ValueError):
    """Not an expression of licences that are known."""


def parse(text: str) -> Expression | None:
    """The expression in a text, its ids spelled as the SPDX list does; None when it is not one of known licences.

    >>> str(parse("gpl-2.0+ with Classpath-exception-2.0")), parse("see LICENSE")
    ('GPL-2.0-or-later WITH Classpath-exception-2.0', None)
    """
    tokens = _tokens(text.strip()[: LONGEST + 1])
    try:
        found = _joined(tokens, "OR", lambda: _joined(tokens, "AND", lambda: _one(tokens)))
    except _Unreadable:
        return None
    return None if tokens else found


def _tokens(text: str) -> list[str]:
    """The tokens, last first; one that cannot stand anywhere when the text has something else."""
    found = TOKEN.findall(text)
    whole = len(text) <= LONGEST and not TOKEN.sub("", text).strip()
    return found[::-1] if whole else ["\n"]


def _joined(tokens: list[str], operator: Literal["AND", "OR"], part: Callable[[], Expression]) -> Expression:
    parts = [part()]
    while tokens and tokens[-1].upper() == operator:
        tokens.pop()
        parts.append(part())
    return together(parts, operator)


def _one(tokens: list[str]) -> Expression:
    if not tokens:
        raise _Unreadable
    taken = tokens.pop()
    if taken == "(":
        return _grouped(tokens)
    found = Expression(_known(taken))
    if tokens and tokens[-1].upper() == "WITH":
        tokens.pop()
        return Expression(found.id, _exception(tokens))
    return found


def _grouped(tokens: list[str]) -> Expression:
    if tokens.count("(") > 50:  # deeper than anybody writes; a call for each would not end well
        raise _Unreadable
    found = _joined(tokens, "OR", lambda: _joined(tokens, "AND", lambda: _one(tokens)))
    if not tokens or tokens.pop() != ")":
        raise _Unreadable
    return found


def _exception(tokens: list[str]) -> str:
    if not tokens or tokens[-1] in "()":
        raise _Unreadable
    return tokens.pop()


def _known(token: str) -> str:
    if REFERENCE.fullmatch(token):
        return token
    found = spelled(token)
    if not found:
        raise _Unreadable
    return found


@cache
def _ids() -> dict[str, str]:
    return {one.lower(): one for family in shipped().families for one in family.ids}


def spelled(licence_id: str) -> str:
    """An id as the SPDX list writes it; "" when it is not there. `+` is « or later », where the list has that.

    >>> spelled("agpl-3.0"), spelled("LGPL-2.1+"), spelled("EPL-1.0+"), spelled("nothing")
    ('AGPL-3.0', 'LGPL-2.1-or-later', 'EPL-1.0', '')
    """
    key = licence_id.lower()
    later = f"{key.removesuffix('+')}-or-later" if key.endswith("+") else key
    return _ids().get(later) or _ids().get(key.removesuffix("+"), "")


def together(parts: list[Expression], operator: Literal["AND", "OR"]) -> Expression:
    """Several expressions under one operator, each once.

    >>> str(together([Expression("MIT"), Expression("ISC"), Expression("MIT")], "AND"))
    'MIT AND ISC'
    """
    flat = (inner for one in parts for inner in (one.parts if one.operator == operator else (one,)))
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else Expression(operator=operator, parts=kept)


def later_of(licence_id: str) -> Later:
    """What an id says of later versions: "" for a licence where the question does not arise.

    >>> [later_of(one) for one in ("GPL-3.0-only", "GPL-3.0-or-later", "GPL-3.0", "MIT")]
    ['only', 'later', 'unstated', '']
    """
    if licence_id.endswith("-or-later"):
        return "later"
    if licence_id.endswith("-only"):
        return "only"
    return "unstated" if f"{licence_id.lower()}-or-later" in _ids() else ""
