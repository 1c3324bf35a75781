"""The names that formats ask for, had from the programme alone: the same each time it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from communaux.engines.programme.model import Edition, Programme, Session

# What the schemas of c3voc ask for
ACRONYM: Final = re.compile(r"[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?")
SLUG: Final = re.compile(r"[a-z0-9_]{4,}-[a-z0-9_-]{3,}[a-z0-9]")
WEB: Final = re.compile(r"https?://[^\s\x00-\x1f]+")
LONGEST: Final = 60  # of the part of a slug that comes from a title
NUMBERS: Final = 2**31 - 1
# What XML 1.0 cannot hold, and halves of characters
UNWRITABLE: Final = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text as every format can hold it: lines end with one character, no other control characters."""
    return UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain(text: str) -> str:
    """Letters, digits and hyphens of ASCII.

    >>> plain("L’été, à Chambéry !")
    'l-ete-a-chambery'
    """
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)).lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def acronym(text: str) -> str:
    """As the schema wants it.

    >>> acronym("NEC-2023"), acronym("nec"), acronym("rc3")
    ('nec2023', 'nec_', 'rc3_')
    """
    if ACRONYM.fullmatch(text):
        return text
    return plain(text).replace("-", "").ljust(4, "_")


def slug(edition: str, session: Session) -> str:
    """`acronym-code-words-of-the-title`, unique as the code is."""
    words = plain(session.title)[:LONGEST].strip("-")
    parts = (acronym(edition).replace("-", "_"), session.code.lower(), words)
    return "-".join(one for one in parts if one)


def slugs(programme: Programme) -> dict[UUID, str]:
    """Those that another system gave, where the schema allows them; ours else."""

    def given(one: Session) -> str | None:
        return one.slug if SLUG.fullmatch(one.slug) else None

    return _each(programme.sessions, given, lambda one, _taken: slug(programme.edition.acronym, one))


def numbers(programme: Programme) -> dict[UUID, int]:
    """A whole number from 1 on for each session: the one that another system gave, else one had from its guid."""

    def made(one: Session, taken: set[int]) -> int:
        number = one.guid.int % NUMBERS + 1
        while number in taken:
            number = number % NUMBERS + 1
        return number

    return _each(programme.sessions, lambda one: one.number if one.number > 0 else None, made)


def _each[T](
    sessions: Iterable[Session], given: Callable[[Session], T | None], made: Callable[[Session, set[T]], T]
) -> dict[UUID, T]:
    """The given ones first, each once; then those that are made for the others."""
    found, taken, later = dict[UUID, T](), set[T](), list[Session]()
    for one in sessions:
        name = given(one)
        if name is None or name in taken:
            later.append(one)
        else:
            found[one.guid] = name
            taken.add(name)
    for one in later:
        found[one.guid] = made(one, taken)
        taken.add(found[one.guid])
    return found


def persons(programme: Programme) -> dict[str, int]:
    """A number for each who is known; their own where it is one already, else one counted here, which means nothing elsewhere."""
    ids = sorted({role.id for session in programme.sessions for role in session.roles if role.id})
    found = {one: int(one) for one in ids if re.fullmatch(r"[1-9][0-9]{0,8}", one)}
    free = (number for number in range(1, len(ids) + len(found) + 1) if number not in set(found.values()))
    return found | dict(zip((one for one in ids if one not in found), free, strict=False))


def room_guid(edition: Edition, name: str) -> UUID:
    """For a room that has none: from its edition and its name."""
    return uuid5(NAMESPACE_URL, f"{acronym(edition.acronym)}/{name}")


def address(edition: Edition, code: str) -> str:
    """The page of a session; empty where the edition has none."""
    return f"{edition.url.rstrip('/')}/sessions/{code}/" if WEB.fullmatch(edition.url) else ""


def page(edition: Edition, session: Session) -> str:
    """Its own address, else the one on the pages of the edition; empty for none."""
    return session.url if WEB.fullmatch(session.url) else address(edition, session.code)


def spelled(minutes: int) -> str:
    """`1:30`, as durations are written there.

    >>> spelled(90), spelled(5), spelled(5999)
    ('01:30', '00:05', '99:59')
    """
    return f"{minutes // 60:02}:{minutes % 60:02}"
