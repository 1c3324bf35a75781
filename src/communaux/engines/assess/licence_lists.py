"""Whether a commons may stand under a licence, whether the OSI approves it, and what it is written for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from communaux import data
from communaux.engines.assess.corpus import base
from communaux.engines.assess.licence_expression import Expression

type Open = Literal["yes", "no", "unknown"]
type Written = Literal["software", "data", "content"]

LATER: Final = ("", "-only", "-or-later")


@dataclass(frozen=True, slots=True)
class Standing:
    """One licence. `osi`: whether the Open Source Initiative approves it. `restrictions`: NC, ND."""

    id: str
    open: Open
    family: str
    kind: Written
    osi: bool
    restrictions: tuple[str, ...] = ()


@cache
def _lists() -> dict[str, Any]:
    return data.licence_lists()


@cache
def _families() -> dict[str, str]:
    return {str(key): str(name) for name, keys in data.licences()["open"].items() for key in keys}


def versions() -> dict[str, str]:
    """The lists, each with its version.

    >>> sorted(versions())
    ['osi']
    """
    return {key: str(one["version"]) for key, one in sorted(_lists().items()) if "version" in one}


@cache
def standing(licence_id: str) -> Standing:
    """What is known of one licence; an id of an old form (`GPL-3.0`) has what both its forms have.

    >>> standing("EUPL-1.2").open, standing("CC-BY-NC-4.0").restrictions
    ('yes', ('NC',))
    """
    osi = any(one in _lists()["osi"]["ids"] for one in _forms(licence_id))
    family = next((_families()[one] for one in _forms(licence_id) if one in _families()), "")
    restrictions = tuple(one for one in ("NC", "ND") if licence_id.startswith("CC-") and f"-{one}" in licence_id)
    told: Open = "no" if _closed(licence_id) or restrictions else "yes" if family or osi else "unknown"
    return Standing(licence_id, told, family, written_for(licence_id), osi, restrictions)


def _forms(licence_id: str) -> tuple[str, ...]:
    """The id and, of one that says nothing of later versions, the two that do."""
    return (licence_id,) if base(licence_id) != licence_id else tuple(licence_id + later for later in LATER)


def _closed(licence_id: str) -> bool:
    closed = _closed_ones()
    own = _lists()["own"]["closed"]
    return licence_id in (*closed["ids"], *own) or licence_id.startswith(tuple(closed["prefixes"]))


@cache
def _closed_ones() -> dict[str, Any]:
    return dict(data.licences()["closed"])


def written_for(licence_id: str) -> Written:
    """What the licence is written for.

    >>> written_for("ODbL-1.0"), written_for("CC-BY-SA-4.0"), written_for("MIT")
    ('data', 'content', 'software')
    """
    kinds = _lists()["kinds"]
    if licence_id in kinds["data"]:
        return "data"
    return "content" if licence_id.startswith(tuple(kinds["content"])) else "software"


def openness(expression: Expression) -> Open:
    """With AND one closed licence closes; with OR one open licence opens.

    >>> from communaux.engines.assess.licence_expression import parse
    >>> [openness(parse(one)) for one in ("MIT OR SSPL-1.0", "MIT AND SSPL-1.0", "MIT AND Glulxe")]
    ['yes', 'no', 'unknown']
    """
    if not expression.operator:
        return standing(expression.id).open
    found = {openness(one) for one in expression.parts}
    order: tuple[Open, ...] = ("no", "unknown", "yes")
    return next(one for one in (order if expression.operator == "AND" else order[::-1]) if one in found)
