"""Where what is said of a licence does not hold with its text, or with what is said elsewhere: listed, never settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from communaux.engines.assess.corpus import base
from communaux.engines.assess.licence_claims import Claim
from communaux.engines.assess.licence_expression import Expression, later_of


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two things that cannot both hold: other licences, or other words on later versions."""

    kind: Literal["licence", "later"]
    paths: tuple[str, str]
    expressions: tuple[str, str]


def conflicts(path: str, names: Sequence[str], claims: Sequence[Claim]) -> tuple[Conflict, ...]:
    """Those between the texts (the first at `path`, which are of `names`) and what is said, or among what is said.

    >>> from communaux.engines.assess.licence_claims import manifests
    >>> conflicts("LICENSE", ["MIT"], manifests({"package.json": b'{"license": "ISC"}'}))
    (Conflict(kind='licence', paths=('LICENSE', 'package.json'), expressions=('MIT', 'ISC')),)
    """
    told = _strong(claims)
    return (*(_with_texts(path, names, told) if names else _among(told)), *later_conflicts(claims))


def _strong(claims: Sequence[Claim]) -> list[tuple[Claim, Expression]]:
    """The claims that hold for the whole: a header holds when it is on more than half of the files that have one."""
    headed = sum(one.files for one in claims if one.source == "header")
    kept = (one for one in claims if one.source != "readme" and (one.source != "header" or 2 * one.files > headed))
    return [(one, one.expression) for one in kept if one.expression]


def _with_texts(path: str, names: Sequence[str], told: Sequence[tuple[Claim, Expression]]) -> tuple[Conflict, ...]:
    """A claim may name some of the licences of the texts, or more than them; not only others."""
    apart = ((one, said) for one, said in told if not said.bases() & set(names))
    return tuple(Conflict("licence", (path, one.path), (" AND ".join(names), str(said))) for one, said in apart)


def _among(told: Sequence[tuple[Claim, Expression]]) -> tuple[Conflict, ...]:
    pairs = ((a, x, b, y) for (a, x), (b, y) in combinations(told, 2) if not x.bases() & y.bases())
    return tuple(Conflict("licence", (a.path, b.path), (str(x), str(y))) for a, x, b, y in pairs)


def later_conflicts(claims: Sequence[Claim]) -> tuple[Conflict, ...]:
    """The same licence « only » here and « or later » there.

    >>> later_conflicts([])
    ()
    """
    return tuple(
        Conflict("later", (a.path, b.path), (one, other))
        for (a, x), (b, y) in combinations(_strong(claims), 2)
        for one in x.ids()
        for other in y.ids()
        if base(one) == base(other) and {later_of(one), later_of(other)} == {"only", "later"}
    )
