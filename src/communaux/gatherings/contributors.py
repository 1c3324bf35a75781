"""A `.all-contributorsrc` as numbers: how many people gave what, by kind. Pure; names, logins and pictures are read by nobody.

Types are those of the all-contributors specification (https://allcontributors.org/docs/en/emoji-key); a type it does not have is
kept as the file tells it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

MOST: Final = 2_000_000  # bytes: a file of some thousand people
MOST_UNKNOWN: Final = 100
TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")  # a word for a machine: what could be a name is no type

KINDS: Final = (
    *("code", "doc", "translation", "design", "accessibility", "ideas", "infra", "review", "bug", "maintenance"),
    *("content", "example", "research", "security", "question", "training", "mentoring", "promotion", "management"),
    *("event", "tool", "testing", "data", "funding", "facilitation", "mediation", "legal", "other"),
)
KIND_OF: Final = {
    "a11y": "accessibility",
    "audio": "content",
    "blog": "promotion",
    "bug": "bug",
    "business": "management",
    "code": "code",
    "content": "content",
    "data": "data",
    "design": "design",
    "doc": "doc",
    "eventOrganizing": "event",
    "example": "example",
    "financial": "funding",
    "fundingFinding": "funding",
    "ideas": "ideas",
    "infra": "infra",
    "maintenance": "maintenance",
    "mentoring": "mentoring",
    "migrations": "maintenance",
    "platform": "infra",
    "plugin": "tool",
    "projectManagement": "management",
    "promotion": "promotion",
    "question": "question",
    "research": "research",
    "review": "review",
    "security": "security",
    "talk": "promotion",
    "test": "testing",
    "tool": "tool",
    "translation": "translation",
    "tutorial": "training",
    "userTesting": "testing",
    "video": "content",
}
# Kind → role of CRediT, ANSI/NISO Z39.104-2022; the others have none
CREDIT: Final = {
    "code": "Software",
    "content": "Writing – original draft",
    "data": "Data curation",
    "design": "Visualization",
    "doc": "Writing – original draft",
    "event": "Project administration",
    "facilitation": "Supervision",
    "funding": "Funding acquisition",
    "ideas": "Conceptualization",
    "infra": "Resources",
    "management": "Project administration",
    "mentoring": "Supervision",
    "research": "Investigation",
    "review": "Writing – review & editing",
    "testing": "Validation",
    "tool": "Resources",
    "translation": "Writing – review & editing",
}
SAID: Final = {
    "empty": ("the file is empty", "le fichier est vide"),
    "too_big": ("the file is larger than {most} MB", "le fichier dépasse {most} Mo"),
    "encoding": ("the file is not written in UTF-8", "le fichier n’est pas écrit en UTF-8"),
    "not_json": (
        "the file is not whole JSON: it breaks at line {line}, column {column}",
        "le fichier n’est pas du JSON entier\u00a0: il se rompt à la ligne {line}, colonne {column}",
    ),
    "too_deep": ("the file nests too deep to be read", "le fichier est trop imbriqué pour être lu"),
    "no_list": (
        "the file holds no list “contributors”: it is no .all-contributorsrc",
        "le fichier ne contient pas de liste «\u202fcontributors\u202f»\u00a0: ce n’est pas un .all-contributorsrc",
    ),
}


class ContributorsError(ValueError):
    """The file cannot be read; `code` is a key of `SAID`."""

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(code)
        self.code, self.details = code, details

    def told(self, lang: str) -> str:
        return SAID[self.code][lang == "fr"].format(**self.details)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people: in all, for each of our kinds, for each type that the specification does not have; and how many lines say
    nothing that can be counted."""

    people: int
    kinds: dict[str, int]
    unknown: dict[str, int]
    unread: int


def read(content: bytes) -> Counts:
    """Count; somebody who gave two things of one kind counts once in it.

    >>> read(b'{"contributors": [{"login": "x", "contributions": ["test", "userTesting", "juggling"]}]}')
    Counts(people=1, kinds={'testing': 1}, unknown={'juggling': 1}, unread=0)
    """
    kinds, unknown, unread = Counter[str](), Counter[str](), 0
    rows = _rows(content)
    for row in rows:
        told = _types(row)
        if not told:
            unread += 1
        kinds.update({KIND_OF[one] for one in told if one in KIND_OF})
        unknown.update({one for one in told if one not in KIND_OF})
    by_kind = {kind: kinds[kind] for kind in KINDS if kinds[kind]}
    kept = sorted(unknown.items(), key=lambda one: (-one[1], one[0]))
    return Counts(len(rows), by_kind, dict(kept[:MOST_UNKNOWN]), unread)


def _rows(content: bytes) -> list[Any]:
    if len(content) > MOST:
        raise ContributorsError("too_big", most=MOST // 1_000_000)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContributorsError("encoding") from error
    if not text.strip():
        raise ContributorsError("empty")
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise ContributorsError("not_json", line=error.lineno, column=error.colno) from error
    except (RecursionError, ValueError) as error:  # a number of thousands of digits is a ValueError
        raise ContributorsError("too_deep") from error
    rows = told.get("contributors") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise ContributorsError("no_list")
    return rows


def _types(row: object) -> set[str]:
    """What somebody gave: words, or objects with a `type`; anything else is left out."""
    given = row.get("contributions") if isinstance(row, dict) else None
    each = given if isinstance(given, list) else []
    told = [one.get("type") if isinstance(one, dict) else one for one in each]
    return {one for one in told if isinstance(one, str) and TYPE.fullmatch(one)}
