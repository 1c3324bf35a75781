"""`communaux.forge/1`: a reading of a forge as JSON lines, read and written. A broken line is refused with its number."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, Literal

from communaux.engines.assess.forge import KINDS, MOST, BadItems, Forge, Item, Kind, Member, Release, Span, Who, ordered

FORMAT: Final = "communaux.forge/1"
FORGES: Final = ("github", "gitlab", "forgejo", "other")
LARGEST: Final = 2**40
TOKEN: Final = 64  # letters of a token


def as_lines(found: Forge) -> str:
    """The same reading is the same bytes."""
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in _lines(ordered(found)))


def digest(found: Forge) -> str:
    """By which a result says what it was measured with."""
    return sha256(as_lines(found).encode()).hexdigest()


def counts(found: Forge) -> dict[str, int]:
    """How many of each kind."""
    return {
        "issue": len(found.of("issue")),
        "change": len(found.of("change")),
        "member": len(found.members),
        "release": len(found.releases),
    }


def _lines(found: Forge) -> Iterator[dict[str, Any]]:
    yield {
        "format": FORMAT,
        "forge": found.forge,
        "read": {
            kind: {"since": _or_none(one.since or None), "until": said(one.until)} for kind, one in found.read.items()
        },
        "count": counts(found),
        "personal": found.personal,
        "archived": found.archived,
        "archived_at": _or_none(found.archived_at),
        "left_out": found.left_out,
    }
    for item in found.items:
        yield _item_line(item)
    yield from ({"is": "member", "who": one.who, "may_merge": one.may_merge} for one in found.members)
    yield from ({"is": "release", "at": said(one.at), "early": one.early} for one in found.releases)


def _item_line(one: Item) -> dict[str, Any]:
    """Only what there is to tell."""
    told = {"is": one.kind, "number": one.number, "opened": said(one.opened), "author": one.author}
    times = {name: getattr(one, name) for name in ("closed", "merged", "watched")}
    marks = {name: True for name in ("bot", "moved") if getattr(one, name)}
    answers = {"answers": [[said(at), who] for at, who in one.answers]} if one.answers else {}
    merger = {"merger": one.merger} if one.merger else {}
    return told | {name: said(at) for name, at in times.items() if at is not None} | marks | answers | merger


def said(seconds: int) -> str:
    """
    >>> said(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _or_none(seconds: int | None) -> str | None:
    return None if seconds is None else said(seconds)


def time_of(text: object) -> int:
    """Seconds UTC of a time with its zone; raise ValueError.

    >>> time_of("1970-01-01T01:00:00+01:00")
    0
    """
    at = datetime.fromisoformat(text) if isinstance(text, str) else None
    if at is None or at.tzinfo is None or at.timestamp() < 0:
        raise ValueError(text)
    return int(at.timestamp())


def is_lines(text: str) -> bool:
    """Whether a text begins as this format does."""
    return FORMAT in text.lstrip("\ufeff \t\r\n")[:2000].partition("\n")[0]


def read_lines(text: str, who: Who, name: str = "") -> Forge:
    """Raise BadItems: nothing is taken of a text that is broken, cut or tells a number twice. `who` makes tokens of tokens."""
    rows = [
        (at, _parsed(line, at, name))
        for at, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1)
        if line.strip()
    ]
    if len(rows) > MOST:
        raise BadItems("too_many", what=str(MOST), name=name)
    (at, head), *others = rows or [(1, {})]
    reading = _Reading(who, name)
    found = reading.header(at, head)
    for line, row in others:
        reading.take(line, row)
    return reading.whole(found, head.get("count"))


def _parsed(line: str, at: int, name: str) -> dict[str, Any]:
    try:
        row = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadItems("not_json", line=at, name=name) from error
    if not isinstance(row, dict):
        raise BadItems("not_json", line=at, name=name)
    return row


def _no_number(_text: str) -> float:
    raise ValueError("NaN")


class _Reading:
    """One text, line by line; whatever is odd is refused with the line and the key."""

    def __init__(self, who: Who, name: str) -> None:
        self.who, self.name, self.line = who, name, 0
        self.items: dict[tuple[str, int], Item] = {}
        self.members: list[Member] = []
        self.releases: list[Release] = []

    def header(self, line: int, row: Mapping[str, Any]) -> Forge:
        self.line = line
        if row.get("format") != FORMAT:
            raise BadItems("no_header", line=line, name=self.name)
        if (forge := row.get("forge")) not in FORGES:
            raise self._odd("forge")
        return Forge(
            forge=str(forge),
            read=self._read(row),
            personal=self._flag(row, "personal"),
            archived=self._flag(row, "archived"),
            archived_at=self._when(row, "archived_at"),
            left_out=self._count(row, "left_out", 0),
        )

    def _read(self, row: Mapping[str, Any]) -> dict[Kind, Span]:
        given = row.get("read")
        if not isinstance(given, dict) or not given or given.keys() - set(KINDS):
            raise self._odd("read")
        return {kind: self._span(given[kind]) for kind in KINDS if kind in given}

    def _span(self, given: object) -> Span:
        if not isinstance(given, dict):
            raise self._odd("read")
        return Span(self._when(given, "since") or 0, self._time(given, "until"))

    def take(self, line: int, row: Mapping[str, Any]) -> None:
        self.line = line
        match row.get("is"):
            case "issue" | "change" as kind:
                self._item(kind, row)
            case "member":
                self.members.append(Member(self.who(self._text(row, "who", TOKEN)), self._flag(row, "may_merge")))
            case "release":
                self.releases.append(Release(self._time(row, "at"), self._flag(row, "early") is True))
            case _:
                raise self._odd("is")

    def _item(self, kind: Literal["issue", "change"], row: Mapping[str, Any]) -> None:
        one = Item(
            kind=kind,
            number=self._count(row, "number", None),
            opened=self._time(row, "opened"),
            author=self._token(row, "author"),
            bot=self._flag(row, "bot") is True,
            closed=self._when(row, "closed"),
            merged=self._when(row, "merged"),
            answers=self._answers(row),
            watched=self._when(row, "watched"),
            moved=self._flag(row, "moved") is True,
            merger=self._token(row, "merger"),
        )
        if self.items.setdefault((kind, one.number), one) is not one:
            raise BadItems("twice", line=self.line, what=f"{kind} {one.number}", name=self.name)

    def _answers(self, row: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
        given = row.get("answers", [])
        if not isinstance(given, list) or not all(isinstance(one, list) and len(one) == 2 for one in given):
            raise self._odd("answers")
        told = [{"at": at, "who": who} for at, who in given]
        return tuple(sorted((self._time(one, "at"), self.who(self._text(one, "who", TOKEN))) for one in told))

    def whole(self, found: Forge, told: object) -> Forge:
        """Raise BadItems where lines are missing, or tell of a kind that was not read."""
        items, members, releases = tuple(self.items.values()), tuple(self.members), tuple(self.releases)
        lines = Counter(kind for kind, _number in self.items)
        seen = {
            **dict.fromkeys(("issue", "change"), 0),
            **lines,
            "member": len(self.members),
            "release": len(self.releases),
        }
        if told != seen:
            raise BadItems("cut", name=self.name)
        unread = [kind for kind in ("issue", "change", "release") if seen[kind] and kind not in found.read]
        if unread:
            raise BadItems("unread_kind", what=unread[0], name=self.name)
        return ordered(replace(found, items=items, members=members, releases=releases))

    def _odd(self, key: str) -> BadItems:
        return BadItems("odd", line=self.line, what=key, name=self.name)

    def _time(self, row: Mapping[str, Any], key: str) -> int:
        try:
            return time_of(row.get(key))
        except (ValueError, OverflowError) as error:
            raise self._odd(key) from error

    def _when(self, row: Mapping[str, Any], key: str) -> int | None:
        return None if row.get(key) is None else self._time(row, key)

    def _flag(self, row: Mapping[str, Any], key: str) -> bool | None:
        found = row.get(key)
        if found is not None and not isinstance(found, bool):
            raise self._odd(key)
        return found

    def _count(self, row: Mapping[str, Any], key: str, default: int | None) -> int:
        found = row.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < LARGEST:
            raise self._odd(key)
        return found

    def _text(self, row: Mapping[str, Any], key: str, most: int) -> str:
        found = row.get(key)
        if not isinstance(found, str) or not 0 < len(found) <= most or not found.isprintable():
            raise self._odd(key)
        return found

    def _token(self, row: Mapping[str, Any], key: str) -> str:
        return self.who(self._text(row, key, TOKEN)) if row.get(key) else ""
