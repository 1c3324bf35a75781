"""Licence texts → SPDX expression, whether it is open, and its family (01 § 3.2). What is not sure is unknown, with a
warning.

`agpl-3.0` is AGPL-3.0-only; "MPL-2.0, GPL-2.0" says neither *and* nor *or* and stays unknown; `⊘` and Commons-Clause
are not open. The families follow `data/licences.toml`, completed by the categories that license-expression ships.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from license_expression import (  # type: ignore[import-untyped]
    AND,
    OR,
    ExpressionError,
    LicenseExpression,
    LicenseWithExceptionSymbol,
    Licensing,
    get_spdx_licensing,
)

type Open = Literal["yes", "no", "unknown"]

DEMANDING: Final = (
    "public domain", "permissive", "data/content", "weak copyleft", "copyleft", "network copyleft", "unknown",
    "non-free",
)  # fmt: skip
NOTHING: Final = frozenset(("", "/", "-", "n/a", "na", "none", "null", "other", "unknown", "noassertion", "autre", "?"))
CLOSED: Final = re.compile(r"⊘|commons[- ]clause|(?<!non)(?<!non[- ])\bproprietary", re.IGNORECASE)
CHOICE: Final = re.compile(r"\sor\s", re.IGNORECASE)
LONGEST: Final = 1_000  # characters that are worth parsing: an expression of the SPDX list has a few dozen
SEPARATED: Final = re.compile(r"[,;/+&]| et | ou ", re.IGNORECASE)
SPDX_URL: Final = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([\w.+-]+?)(?:\.html|\.json)?/?$", re.IGNORECASE)
CATEGORY_FAMILY: Final = {
    "Permissive": "permissive",
    "Copyleft Limited": "weak copyleft",
    "Copyleft": "copyleft",
    "Public Domain": "public domain",
}


@dataclass(frozen=True, slots=True)
class Licence:
    """What a licence text says: SPDX expression or '', open or not, family for a facet, and why it is unknown."""

    raw: str
    spdx: str
    open: Open
    family: str
    warning: str = ""


@cache
def table() -> dict[str, Any]:
    return tomllib.loads(files("communaux.data").joinpath("licences.toml").read_text("utf-8"))


@cache
def licensing() -> Licensing:
    return get_spdx_licensing()


@cache
def categories() -> dict[str, str]:
    """SPDX id → category of the index that license-expression ships."""
    index = files("license_expression").joinpath("data/scancode-licensedb-index.json").read_text("utf-8")
    return {one["spdx_license_key"]: one["category"] for one in json.loads(index) if one.get("spdx_license_key")}


@cache
def read_licence(raw: str) -> Licence:
    """The licence a text names; pure, so that 10,000 rows of a few texts cost a few readings."""
    found = " ".join(raw.split())
    if found.lower() in NOTHING:
        return Licence(raw, "", "unknown", "unknown", f"No licence told: {found}" if found else "No licence told")
    if CLOSED.search(found):
        return Licence(raw, "", "no", "non-free", f"Not an open licence: {found}")
    expression = parsed(known_name(found))
    if expression is None:
        return Licence(raw, "", "unknown", "unknown", unreadable(found))
    return Licence(raw, str(expression), openness(expression), family(expression))


def together(licences: Iterable[str]) -> str:
    """Several licences that all apply, as one expression; a choice among them stays one.

    >>> together(["MIT OR Apache-2.0", "GPL-3.0-only"])
    '(MIT OR Apache-2.0) AND GPL-3.0-only'
    """
    told = list(licences)
    return " AND ".join(f"({one})" if len(told) > 1 and CHOICE.search(one) else one for one in told)


def known_name(found: str) -> str:
    """A full name, an address of spdx.org or a licence of the table → its id; anything else as it is."""
    if url := SPDX_URL.fullmatch(found):
        return url[1]
    return str(table()["names"].get(found.casefold(), found))


def parsed(found: str) -> LicenseExpression | None:
    """An expression of ids of the SPDX list only, deprecated ids rewritten."""
    if len(found) > LONGEST:
        return None
    try:
        expression = licensing().parse(found, validate=True)
    except (ExpressionError, ValueError, TypeError, LookupError, RecursionError):  # "()" is a LookupError there
        return None
    if expression is None or any(key.startswith("LicenseRef-") for key in licensing().license_keys(expression)):
        return None
    return expression


def unreadable(found: str) -> str:
    if SEPARATED.search(found):
        return f"Several licences, neither AND nor OR between them: {found[:200]}"
    return f"Licence not recognised: {found[:200]}"


def openness(expression: LicenseExpression) -> Open:
    """With AND one closed licence closes; with OR one open licence opens."""
    if isinstance(expression, AND | OR):
        found = {openness(one) for one in expression.args}
        first: Open = "no" if isinstance(expression, AND) else "yes"
        last: Open = "yes" if first == "no" else "no"
        return first if first in found else last if found == {last} else "unknown"
    return openness_of(bare_id(expression))


def bare_id(symbol: Any) -> str:
    """The licence without its exception: exceptions only give more rights."""
    return str(symbol.license_symbol.key if isinstance(symbol, LicenseWithExceptionSymbol) else symbol.key)


@cache
def family_of_id() -> dict[str, str]:
    return {key: name for name, keys in table()["open"].items() for key in keys}


def openness_of(key: str) -> Open:
    """Open: in the table; not open: in the table of closed ones, or a category that reserves rights; else unknown."""
    if key in family_of_id():
        return "yes"
    restricted = key in table()["closed"]["ids"] or key.startswith(tuple(table()["closed"]["prefixes"]))
    return "no" if restricted or categories().get(key) in table()["closed"]["categories"] else "unknown"


def family(expression: LicenseExpression) -> str:
    """Of parts under several licences the one that asks most; of a choice the one that asks least."""
    if isinstance(expression, AND | OR):
        found = sorted((family(one) for one in expression.args), key=DEMANDING.index)
        return found[-1] if isinstance(expression, AND) else found[0]
    key = bare_id(expression)
    if openness_of(key) == "no":
        return "non-free"
    return family_of_id().get(key) or CATEGORY_FAMILY.get(categories().get(key, ""), "unknown")
