"""What the writers of export formats are given: the facts of a commons, and words that know whose they are.

Facts (names, addresses, licences, dates) are merged from all records. A description is a text of somebody: it travels with
the record it is quoted from, and that record's licence; without a known licence it does not travel (decision 0010).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from communaux.catalogue.formats.values import CONTROL

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SURROGATES = re.compile("[\ud800-\udfff\ufffe\uffff]")
FIRST = {"fr": 0, "en": 1}


@dataclass(frozen=True, slots=True)
class Origin:
    """A record that speaks: of which source, under which licence, and whom to name."""

    source: str
    title: str
    external_id: str
    licence: str = ""  # empty: nobody says
    licence_url: str = ""
    attribution: str = ""
    share_alike: bool = False
    read_on: date | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A text, and the record it is quoted from."""

    text: str
    by: Origin


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said of it in one language."""

    short: Words | None = None
    long: Words | None = None
    features: tuple[Words, ...] = ()

    @property
    def all(self) -> tuple[Words, ...]:
        return tuple(one for one in (self.short, self.long, *self.features) if one)


@dataclass(frozen=True, slots=True)
class Thing:
    """One resource of a commons: a software, a set of data, a service."""

    kind: str
    name: str = ""  # empty: that of the commons
    url: str = ""
    repository: str = ""
    licence: str = ""  # SPDX expression
    licence_raw: str = ""
    open: str = "unknown"
    platforms: tuple[str, ...] = ()
    version: str = ""
    released_on: date | None = None
    is_api: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """A theme: its address in the thesaurus, its names."""

    key: str
    address: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation of this commons to another."""

    kind: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Exported:
    """A commons, or what one record says of it; empty, or None, means that nobody knows."""

    address: str  # of its sheet; empty: it has none
    id: str  # what its resources are named after: an absolute address
    slug: str
    name: str
    names: tuple[str, ...] = ()
    texts: Mapping[str, Spoken] = field(default_factory=dict)  # by language
    things: tuple[Thing, ...] = ()
    themes: tuple[Topic, ...] = ()
    tags: tuple[str, ...] = ()  # words of the record, never merged
    orgs: tuple[str, ...] = ()
    funders: tuple[str, ...] = ()
    documentation: tuple[str, ...] = ()
    stage: str = ""
    created_on: date | None = None
    last_sign_on: date | None = None
    updated_on: date | None = None
    same: tuple[str, ...] = ()  # addresses of the same thing in other systems
    ties: tuple[Tie, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def quoted(self) -> tuple[Origin, ...]:
        """The records whose words are quoted, each once."""
        return tuple(dict.fromkeys(words.by for lang in self.languages for words in self.texts[lang].all))

    @property
    def languages(self) -> list[str]:
        """French, English, then the others; of unknown language last."""
        return sorted(self.texts, key=lambda lang: (FIRST.get(lang, 2), lang == "und", lang))

    def lead(self) -> tuple[str, Words] | None:
        """The language and the words to show where there is room for one line."""
        return next(((lang, short) for lang in self.languages if (short := self.texts[lang].short)), None)


def legible(text: str) -> str:
    """Without the characters that no format may hold."""
    return SURROGATES.sub("", CONTROL.sub("", text))


def clean(text: str) -> str:
    """Words to be given out: mail addresses never are."""
    return MAIL.sub("[…]", legible(text))


def whole(spoken: Spoken) -> str:
    """One line, an empty line, the whole text; a text that begins with that line stands alone.

    >>> by = Origin("s", "S", "1")
    >>> whole(Spoken(Words("A map.", by), Words("A map.\\n\\nOf all.", by)))
    'A map.\\n\\nOf all.'
    >>> whole(Spoken(Words("A map.", by), Words("Of all.", by)))
    'A map.\\n\\nOf all.'
    """
    short, long = spoken.short, spoken.long
    if short is None or long is None:
        return short.text if short else long.text if long else ""
    begins = " ".join(long.text.split("\n\n")[0].split()) == short.text
    return long.text if begins else f"{short.text}\n\n{long.text}"


def thing_id(view: Exported, number: int) -> str:
    """The address that names a resource of a commons: `…#software`, `…#software-2` for a second one."""
    kind = view.things[number].kind
    before = sum(thing.kind == kind for thing in view.things[:number])
    return f"{view.id}#{kind}" + (f"-{before + 1}" if before else "")


def spdx_address(licence: str) -> str:
    """The address of one licence of the SPDX list; none for an expression of several.

    >>> spdx_address("EUPL-1.2"), spdx_address("MIT OR Apache-2.0")
    ('https://spdx.org/licenses/EUPL-1.2', '')
    """
    return f"https://spdx.org/licenses/{licence}" if re.fullmatch(r"[\w.+-]+", licence, re.ASCII) else ""
