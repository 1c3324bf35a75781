"""From whatever stands in a cell (text, number, list, nothing) to the type a reader wants; never raises.

Texts keep everything a person wrote, hostile HTML included: pages escape or clean, readers do not. Only control
characters go, because no database keeps NUL. A warning is one sentence, its fixed part before `: `, what was found
after it, so that pages can translate it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
SPACES = re.compile(r"[ \t]+")
ADDRESS = re.compile(r"(?:https?|git|svn|ftp)://[^\s/]+\S*", re.IGNORECASE)
BARE_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?", re.IGNORECASE)
SSH = re.compile(r"(?:ssh://)?git@([^:/\s]+)[:/](\S+)")
RESERVED = re.compile(r"@example\.invalid|//[^/]*\.invalid(/|$)")
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def text(value: object) -> str:
    """Several lines; runs of spaces inside a line and spaces at line ends go."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        return ""
    found = CONTROL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(SPACES.sub(" ", one).rstrip() for one in found.split("\n")).strip()


def line(value: object) -> str:
    """One line, without leading or trailing space."""
    return " ".join(text(value).split())


def lines(value: object) -> tuple[str, ...]:
    """A list of one-line values without blanks and repeats; a lone value is a list of one."""
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(found for found in map(line, items) if found))


def section(value: object) -> Mapping[str, Any]:
    """A mapping; anything else, the empty list PHP writes for an empty object included, is an empty one."""
    return {str(key): one for key, one in value.items()} if isinstance(value, Mapping) else {}


def sections(value: object) -> list[Mapping[str, Any]]:
    """A list of mappings; what is no mapping in it is left out."""
    items = value if isinstance(value, list | tuple) else [value]
    return [section(one) for one in items if isinstance(one, Mapping)]


def address(value: object, warnings: list[str]) -> str:
    """A web or version-control address, else '' and a warning; `javascript:` and the like never pass."""
    found = html.unescape(line(value)).rstrip(";")
    if not found:
        return ""
    if RESERVED.search(found):
        warnings.append(f"Address masked by the source: {found[:200]}")
        return ""
    if ssh := SSH.fullmatch(found):
        return f"https://{ssh[1]}/{ssh[2]}"
    if ADDRESS.fullmatch(found):
        return found
    if BARE_HOST.fullmatch(found):
        return f"https://{found}"
    if inside := re.search(r"https?://\S+", found):
        warnings.append(f"Address taken out of a sentence: {found[:200]}")
        return inside[0]
    warnings.append(f"Not an address: {found[:200]}")
    return ""


def addresses(values: Iterable[object], warnings: list[str]) -> tuple[str, ...]:
    """The addresses of a list, in order, each once."""
    return tuple(dict.fromkeys(found for one in values if (found := address(one, warnings))))


def day(value: object) -> date | None:
    """The day a value starts with (`2024-03-28`, `2021-02-22T13:09:32Z`), else None."""
    found = DAY.match(line(value))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def slug(value: str, length: int = 60) -> str:
    """Lower-case ASCII letters and digits joined by `-`, cut at `length`."""
    ascii_text = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:length]


def spoken(texts: Mapping[str, str]) -> dict[str, str]:
    """The languages that say something."""
    return {lang: found for lang, found in texts.items() if found}
