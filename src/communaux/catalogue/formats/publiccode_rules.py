"""What one value of a publiccode.yml must be: small rules that `publiccode_schema` puts together.

A rule takes the path of a value and the value, and tells what is wrong with it. What only a file, the network or a
register can answer is no finding but a question: it is put to a probe, or said to be unasked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from communaux.catalogue.formats.language_tags import COUNTRIES, is_language_tag
from communaux.catalogue.formats.publiccode_terms import ALIASES, NEWEST, VERSION
from communaux.catalogue.formats.values import DAY, characters, day
from communaux.catalogue.licences import openness, parsed

type Kind = Literal["file", "image", "page", "video", "italian body"]

DENIED: Final[Mapping[Kind, str]] = {
    "file": "No such file in the repository",
    "image": "No image that opens",
    "page": "No page at this address",
    "video": "No video that other sites may show (oEmbed)",
    "italian body": "Not in the register of Italian public bodies",
}
URL: Final = re.compile(r"(?:https?|ftp|ssh|git|svn|(?:git|svn)\+(?:ssh|https?))://[^\s/]+\S*", re.IGNORECASE)
WEB: Final = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
URI: Final = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)
ITALIAN: Final = re.compile(r"urn:x-italian-pa:(.+)", re.IGNORECASE)
MAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
MEDIA_TYPE: Final = re.compile(r"[a-z0-9][\w!#$&^.+-]{0,126}/[a-z0-9][\w!#$&^.+-]{0,126}", re.IGNORECASE | re.ASCII)
LOGOS: Final = (".svg", ".svgz", ".png")
SCREENSHOTS: Final = (".png", ".jpg", ".jpeg")
CUT: Final = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said wrongly: where (`description.fr.features[0]`), in one sentence; line from 1 where it is known."""

    path: str
    sentence: str
    level: Literal["error", "warning"] = "error"
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the text of the file cannot tell: is there such a `file`, `image`, `page`, `video`, `italian body`?"""

    path: str
    kind: Kind
    about: str


type Told = Iterator[Finding | Question]
type Rule = Callable[[str, Any], Told]


def under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def wrong(path: str, sentence: str, value: object) -> Finding:
    return Finding(path, f"{sentence}: {str(value)[:CUT]}")


def is_given(value: object) -> bool:
    """An empty text is nothing said; an empty list is said, and counted by its rule."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def text(shortest: int = 0, longest: int | None = None) -> Rule:
    """A text of so many grapheme clusters."""

    def rule(path: str, value: Any) -> Told:
        if not isinstance(value, str):
            yield wrong(path, "A text is expected", value)
        elif not shortest <= (size := characters(value)):
            yield Finding(path, f"Shorter than {shortest} characters: {size}")
        elif longest is not None and size > longest:
            yield Finding(path, f"Longer than {longest} characters: {size}")

    return rule


def matching(test: Callable[[str], object], sentence: str) -> Rule:
    """A text that passes a test."""

    def rule(path: str, value: Any) -> Told:
        if not isinstance(value, str):
            yield wrong(path, "A text is expected", value)
        elif not test(value):
            yield wrong(path, sentence, value)

    return rule


def one_of(words: Collection[str]) -> Rule:
    return matching(lambda value: value in words, "Not a word of the standard")


def listed(item: Rule, least: int = 0) -> Rule:
    """A list, each item by its rule."""

    def rule(path: str, value: Any) -> Told:
        if not isinstance(value, list):
            yield wrong(path, "A list is expected", value)
            return
        if len(value) < least:
            yield Finding(path, f"Too few, at least {least} expected: {len(value)}")
        for at, one in enumerate(value):
            yield from item(f"{path}[{at}]", one)

    return rule


def section(rules: Mapping[str, Rule], needed: Collection[str] = ()) -> Rule:
    """Keys, each by its rule, no other; a key without value is one not written."""

    def rule(path: str, value: Any) -> Told:
        if not isinstance(value, Mapping):
            yield wrong(path, "A section of keys is expected", value)
            return
        for key in needed:
            if not is_given(value.get(key)):
                yield Finding(under(path, key), f"Missing key: {under(path, key)}")
        for key, one in value.items():
            if key not in rules:
                yield Finding(under(path, key), f"Unknown key: {under(path, key)}")
            elif is_given(one) or (one is not None and key not in needed):
                yield from rules[key](under(path, key), one)

    return rule


def deprecated(rule: Rule) -> Rule:
    def told(path: str, value: Any) -> Told:
        yield Finding(path, f"Deprecated key: {path}", "warning")
        yield from rule(path, value)

    return told


def anything(_path: str, _value: Any) -> Told:
    yield from ()


def one_or_many(item: Rule) -> Rule:
    many = listed(item)
    return lambda path, value: (item if isinstance(value, str) else many)(path, value)


def boolean(path: str, value: Any) -> Told:
    """`yes`, `no`, `on`, `off` are texts in YAML 1.2."""
    if not isinstance(value, bool):
        yield wrong(path, "Neither true nor false", value)


def phone(path: str, value: Any) -> Told:
    """With its international prefix; +39… without quotes is a number to YAML, and understood."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        yield wrong(path, "A text is expected", value)


def version(path: str, value: Any) -> Told:
    if not isinstance(value, str):
        yield wrong(path, "A text is expected, between quotes", value)
    elif not VERSION.fullmatch(value):
        yield wrong(path, "Unknown version of the standard", value)
    elif not NEWEST.fullmatch(value):
        yield Finding(path, f"Older version of the standard: {value}", "warning")


def url(path: str, value: Any) -> Told:
    """An address; whether a page answers there is asked."""
    yield from matching(URL.fullmatch, "Not an address")(path, value)
    if isinstance(value, str) and WEB.fullmatch(value):
        yield Question(path, "page", value)


def video(path: str, value: Any) -> Told:
    yield from matching(WEB.fullmatch, "Not an address")(path, value)
    if isinstance(value, str) and WEB.fullmatch(value):
        yield Question(path, "video", value)


def uri(path: str, value: Any) -> Told:
    """A URI; one of the Italian scheme names a body that its register knows."""
    yield from matching(URI.fullmatch, "Not a URI")(path, value)
    if isinstance(value, str) and (italian := ITALIAN.fullmatch(value)):
        yield Question(path, "italian body", italian[1])


def italian_code(path: str, value: Any) -> Told:
    yield from text()(path, value)
    if isinstance(value, str):
        yield Question(path, "italian body", value)


def standard(path: str, value: Any) -> Told:
    """A URI, or an alias of the list of the standard."""
    yield from uri(path, value)
    if isinstance(value, str) and value.startswith("alias:") and value.removeprefix("alias:") not in ALIASES:
        yield wrong(path, "Unknown alias", value)


def image(endings: tuple[str, ...]) -> Rule:
    """A path from the root of the repository, or an address; whether an image opens there is asked."""

    def rule(path: str, value: Any) -> Told:
        faults = list(matching(is_place, "Neither a relative path nor an address of the web")(path, value))
        if not faults and not value.lower().partition("?")[0].endswith(endings):
            faults = [wrong(path, f"Not one of {', '.join(endings)}", value)]
        yield from faults or [Question(path, "image", value)]

    return rule


def is_place(value: str) -> bool:
    return bool(WEB.fullmatch(value)) or is_relative(value)


def is_relative(value: str) -> bool:
    """A path that stays in the repository."""
    return bool(value.strip()) and not (URI.match(value) or value.startswith(("/", "\\")) or ".." in value.split("/"))


def file(path: str, value: Any) -> Told:
    faults = list(matching(is_relative, "Not a relative path")(path, value))
    yield from faults or [Question(path, "file", value)]


def country(path: str, value: Any) -> Told:
    """Capitals; small letters are an old way, a mix is none."""
    yield from matching(
        lambda found: found.upper() in COUNTRIES and found in (found.upper(), found.lower()),
        "Not a country (ISO 3166-1 alpha-2)",
    )(path, value)
    if isinstance(value, str) and value.islower() and value.upper() in COUNTRIES:
        yield Finding(path, f"Country not in capitals: {value}", "warning")


def licence(path: str, value: Any) -> Told:
    """An SPDX expression of open licences; another spelling of one is told."""
    expression = parsed(value) if isinstance(value, str) else None
    if expression is None:
        yield wrong(path, "Not an SPDX expression", value)
    elif openness(expression) == "no":
        yield wrong(path, "Not an open licence", value)
    elif bare(str(expression)) != bare(value):
        yield Finding(path, f"Written otherwise by SPDX, {expression}: {value[:CUT]}", "warning")


def bare(expression: str) -> str:
    return " ".join(re.sub(r"[()]", " ", expression).split())


language_tag: Final = matching(is_language_tag, "Not a language tag (BCP 47)")
mail: Final = matching(MAIL.fullmatch, "Not a mail address")
media_type: Final = matching(MEDIA_TYPE.fullmatch, "Not a media type (RFC 6838)")
date: Final = matching(lambda value: DAY.fullmatch(value) and day(value), "Not a date (YYYY-MM-DD)")
