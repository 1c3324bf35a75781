"""From whatever stands in a cell (text, number, list, nothing) to the type a reader wants; never raises.

Texts keep everything a person wrote, hostile HTML included: pages escape or clean, readers do not. Only control
characters go, because no database keeps NUL. A warning is one sentence, its fixed part before `: `, what was found
after it, so that pages can translate it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import regex  # type: ignore[import-untyped]  # ships no types

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
SPACES = re.compile(r"[ \t]+")
ADDRESS = re.compile(r"(?:https?|git|svn|ftp)://[^\s/]+\S*", re.IGNORECASE)
BARE_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?", re.IGNORECASE)
SSH = re.compile(r"(?:ssh://)?git@([^:/\s]+)[:/](\S+)")
RESERVED = re.compile(r"@example\.invalid|//[^/]*\.invalid(/|$)")
UNKNOWN_LANGUAGE = "und"
ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka
kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng
nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su
sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(ISO_639_1.split())
# Languages of the Union, of its neighbours and of France, as older files write them.
THREE_LETTERS = {
    "ara": "ar", "baq": "eu", "bre": "br", "bul": "bg", "cat": "ca", "ces": "cs", "cos": "co", "cym": "cy", "cze": "cs",
    "dan": "da", "deu": "de", "dut": "nl", "ell": "el", "eng": "en", "est": "et", "eus": "eu", "fin": "fi", "fra": "fr",
    "fre": "fr", "ger": "de", "gle": "ga", "gre": "el", "hrv": "hr", "hun": "hu", "ita": "it", "lav": "lv", "lit": "lt",
    "ltz": "lb", "mlt": "mt", "nld": "nl", "nor": "no", "oci": "oc", "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro",
    "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "swe": "sv", "tur": "tr", "ukr": "uk", "zho": "zh",
}  # fmt: skip
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def text(value: object) -> str:
    """Several lines; runs of spaces inside a line and spaces at line ends go."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | date):
        return ""
    found = CONTROL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(SPACES.sub(" ", one).rstrip() for one in found.split("\n")).strip()


def characters(found: str) -> int:
    """How many characters a reader sees: grapheme clusters (Unicode UAX 29), a family of emoji is one.

    >>> characters("e\\u0301t\\u00e9"), characters("\\U0001f468\\u200d\\U0001f469\\u200d\\U0001f467")
    (3, 1)
    """
    return len(regex.findall(r"\X", found))


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


def without(value: Any, keys: Sequence[str]) -> Any:
    """The same value without what stands under these keys, at any depth."""
    if isinstance(value, Mapping):
        return {key: without(one, keys) for key, one in value.items() if key not in keys}
    return [without(one, keys) for one in value] if isinstance(value, list) else value


def language(code: object) -> str:
    """The two letters of ISO 639-1 that a tag begins with (`fr-FR`, `eng`), or `und` for any other language.

    >>> language("fr_CA"), language("eng"), language("English")
    ('fr', 'en', 'und')
    """
    found = re.split(r"[-_]", line(code).lower())[0]
    found = THREE_LETTERS.get(found, found)
    return found if found in LANGUAGES else UNKNOWN_LANGUAGE


def slug(value: str, length: int = 60) -> str:
    """Lower-case ASCII letters and digits joined by `-`, cut at `length`."""
    ascii_text = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:length]


def spoken(texts: Mapping[str, str]) -> dict[str, str]:
    """The languages that say something."""
    return {lang: found for lang, found in texts.items() if found}
