"""Programmes to test with: made by hand, by a seed, or by Hypothesis."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from communaux.engines.programme.model import (
    STATES,
    Availability,
    Edition,
    Link,
    Programme,
    Role,
    Room,
    Session,
    Slot,
    Version,
)
from communaux.engines.programme.options import Block

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2023, 10, 18)
NINE = datetime(2023, 10, 18, 9, tzinfo=PARIS)
EDITION = Edition(
    "Rendez-vous d’essai", "essai2023", DAY, DAY, "Europe/Paris", "https://desk.example/rendez-vous/essai/"
)
HALL, ATTIC = Room("Halle", 100), Room("Grenier", 20)
PUBLISHED = datetime(2023, 9, 1, 12, tzinfo=UTC)


def guid(number: int) -> UUID:
    return UUID(int=number)


def session(count: int, /, **given: Any) -> Session:
    values: dict[str, Any] = {"title": f"Séance {count}", "minutes": 60, "code": f"AAA{count:03}"} | given
    return Session(guid(count), **values)


def slot(number: int, start: datetime = NINE, minutes: int = 60, room: str | None = "Halle") -> Slot:
    return Slot(guid(number), room, start, start + timedelta(minutes=minutes))


def programme(sessions: list[Session], slots: list[Slot] | None = None, **given: Any) -> Programme:
    values: dict[str, Any] = {"edition": EDITION, "rooms": (HALL, ATTIC)} | given
    return Programme(sessions=tuple(sessions), slots=tuple(slots or ()), **values)


def later(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def blocks(many: int, minutes: int = 60) -> list[Block]:
    return [Block(later(minutes * place), later(minutes * (place + 1))) for place in range(many)]


def at(wall: str, zone: ZoneInfo = PARIS, fold: int = 0) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=zone, fold=fold)


# Texts as people type them, and as nobody should
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
CLEAN = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
MINUTES = st.sampled_from([15, 30, 45, 60, 90])
ROLES = st.builds(Role, st.sampled_from(["", "1", "2", "3"]))


@st.composite
def programmes(draw: st.DrawFn, most: int = 8, texts: st.SearchStrategy[str] = TEXTS) -> Programme:
    """Any programme of two days and two rooms, with whatever conflicts."""
    many = draw(st.integers(0, most))
    sessions = [
        session(
            number + 1,
            title=draw(texts),
            summary=draw(texts),
            theme=draw(st.sampled_from(["", "a", "b"])),
            minutes=draw(MINUTES),
            capacity=draw(st.sampled_from([None, 10, 50])),
            state=draw(st.sampled_from(STATES)),
            needs=draw(st.frozensets(st.sampled_from(["step_free", "captions"]))),
            roles=tuple(draw(st.lists(ROLES, max_size=2))),
            recording_optout=draw(st.booleans()),
            links=tuple(draw(st.lists(st.just(Link("https://x.example/", "x")), max_size=1))),
        )
        for number in range(many)
    ]
    slots = [
        slot(
            one.guid.int,
            later(draw(st.integers(-4, 120)) * 15),
            one.minutes,
            draw(st.sampled_from(["Halle", "Grenier", None])),
        )
        for one in sessions
        if draw(st.booleans())
    ]
    return programme(
        sessions,
        slots,
        rooms=(replace(HALL, step_free=draw(st.sampled_from([None, True, False]))), ATTIC),
        availabilities=tuple(draw(st.lists(availabilities(), max_size=4))),
        version=draw(st.sampled_from([None, Version("1.0", PUBLISHED, 1), Version("1.1", PUBLISHED, 2)])),
    )


@st.composite
def availabilities(draw: st.DrawFn) -> Availability:
    start = later(15 * draw(st.integers(-8, 60)))
    of = draw(st.sampled_from([("room", "Halle"), ("role", "1"), ("role", "2")]))
    return Availability(of, start, start + timedelta(minutes=15 * draw(st.integers(1, 60))))
