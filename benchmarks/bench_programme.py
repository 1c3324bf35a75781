"""The programme of a gathering: conflicts and clash, an arrangement beside first fit and beside conference-scheduler, all files.

    .venv/bin/python benchmarks/bench_programme.py [ITERATIONS]

Data, the same each time: 2 days of 5 hours of the grid, 5 themes, 12 rooms, 96 sessions, 140 roles, 2,000 holders × 12 stars;
each holder prefers one theme, and some sessions are liked more than others. Bars (07 § 7): conflicts + clash ≤ 20 ms, of 1,000
sessions in 40 rooms ≤ 500 ms; 20,000 steps ≤ 5 s, clash ≤ the peer's and ≤ half of first fit; first build of all files ≤ 1 s.
The peer gets the same constraints and as long as ours took, its objective being the clash. CPU seconds.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from statistics import median
from typing import Any
from uuid import UUID

import numpy as np

from communaux.engines.programme.arrange import Proposal, arrange, score
from communaux.engines.programme.clash import clash, holders, shared
from communaux.engines.programme.conflicts import conflicts, people
from communaux.engines.programme.formats import FORMATS
from communaux.engines.programme.model import Edition, Programme, Role, Room, Session, Version
from communaux.engines.programme.options import Block

ROUNDS = 5
START = datetime(2026, 10, 14, 7, tzinfo=UTC)
MINUTES = (30, 45, 60, 90)
HOUR = 105  # minutes from one start to the next


def made(
    sessions: int, rooms: int, hours: int, roles: int, seed: int = 1
) -> tuple[Programme, list[Block], list[set[UUID]]]:
    chance = random.Random(seed)
    persons = [Role(str(chance.randrange(1, roles))) for _role in range(roles)]
    held: list[list[Role]] = [[] for _session in range(sessions)]
    for one in persons:
        held[chance.randrange(sessions)].append(one)
    every = tuple(
        Session(
            UUID(int=chance.getrandbits(128)),
            f"{number:06}",
            f"Séance {number}",
            chance.choice(MINUTES),
            theme=f"Thème {chance.randrange(5)}",
            summary="Ce que l’on y fait, en une phrase. " * 4,
            capacity=chance.choice((None, 20, 40, 80)),
            roles=tuple(held[number]),
        )
        for number in range(sessions)
    )
    days = (date(2026, 10, 14), date(2026, 10, 15))
    edition = Edition(
        "Rendez-vous d’essai", "essai2026", *days, "Europe/Paris", "https://desk.example/rendez-vous/essai/"
    )
    grid = [
        start + timedelta(minutes=HOUR * hour) for start in (START, START + timedelta(days=1)) for hour in range(hours)
    ]
    places = tuple(Room(f"Salle {number}", chance.choice((40, 80, 120))) for number in range(rooms))
    found = Programme(edition, places, every, version=Version("1.0", START, 1))
    return found, [Block(one, one + timedelta(minutes=90)) for one in grid], starred(every, chance)


def starred(sessions: tuple[Session, ...], chance: random.Random) -> list[set[UUID]]:
    """2,000 × 12: four of five go to the theme that is preferred, the first of each list are liked more (Zipf)."""
    liked = [1 / (1 + place) ** 0.8 for place in range(len(sessions))]
    chance.shuffle(liked)
    themes = sorted({one.theme for one in sessions})
    stars = []
    for _holder in range(2_000):
        mine = chance.choice(themes)
        weights = [n * (4 if one.theme == mine else 0.25) for one, n in zip(sessions, liked, strict=True)]
        found: set[UUID] = set()
        while len(found) < 12:
            found.add(chance.choices(sessions, weights)[0].guid)
        stars.append(found)
    return stars


def spent(act: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    times, last = [], None
    for _round in range(rounds):
        began = time.process_time()
        last = act()
        times.append(time.process_time() - began)
    return median(times), last


def told(what: str, value: float, bar: float, unit: str = "ms") -> None:
    print(f"{what:50} {value:10,.2f} {unit:3} bar {bar:8,.1f}  {'met' if value <= bar else 'MISSED'}")


def looked_at(programme: Programme, grid: list[Block], stars: list[set[UUID]], bar: float) -> Programme:
    """First fit, then what is told of it."""
    placed = arrange(programme, grid, stars, rng=np.random.default_rng(0), iterations=0).programme
    seconds, _found = spent(lambda: (conflicts(placed), clash(stars, placed.slots)))
    name = f"conflicts + clash, {len(programme.sessions)} × {len(programme.rooms)}"
    told(name, 1000 * seconds, bar)
    return placed


def peer(programme: Programme, grid: list[Block], stars: list[set[UUID]], seconds: float) -> tuple[int, int]:
    """conference-scheduler from its own start, through its own neighbours, with its own count of what is broken, for as long:
    the clash, and the constraints that it still breaks."""
    from conference_scheduler import validator
    from conference_scheduler.heuristics.utils import element_from_neighbourhood, get_initial_array
    from conference_scheduler.resources import Event, Slot

    slots = [
        Slot(room.name, one.start.replace(tzinfo=None), 90, room.capacity, "")
        for one in grid
        for room in programme.rooms
    ]
    events = [Event(one.code, one.minutes, 0, tags=people(one)) for one in programme.sessions]
    for one, event in zip(programme.sessions, events, strict=True):
        others = [other for other, them in zip(events, programme.sessions, strict=True) if them is not one]
        same = [other for other in others if set(other.tags) & set(event.tags)]
        event.add_unavailability(*same)
    by_session = holders(stars)
    both = np.array([[shared(by_session, a.guid, b.guid) for b in programme.sessions] for a in programme.sessions])
    np.fill_diagonal(both, 0)
    hour = np.repeat(np.arange(len(grid)), len(programme.rooms))

    def torn(array: Any) -> int:
        at = hour[array.argmax(axis=1)]
        return int(both[at[:, None] == at].sum()) // 2

    def broken(array: Any) -> int:
        return len(list(validator.array_violations(array, events, slots)))

    ends, array = time.process_time() + seconds, get_initial_array(events, slots, seed=0)
    now = broken(array), torn(array)
    while time.process_time() < ends:
        candidate = element_from_neighbourhood(array)
        then = broken(candidate), torn(candidate)
        if then <= now:
            array, now = candidate, then
    return now[1], now[0]


def compared(programme: Programme, grid: list[Block], stars: list[set[UUID]], seconds: float, ours: int) -> None:
    if not find_spec("conference_scheduler"):
        print("conference-scheduler is not installed (group `bench`): not compared")
        return
    torn, broken = peer(programme, grid, stars, seconds)
    told("clash ÷ conference-scheduler's", ours / torn, 1, "")
    print(f"conference-scheduler in {seconds:.1f} s: clash {torn}, constraints broken {broken}")


def main() -> None:
    iterations = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    programme, grid, stars = made(96, 12, 5, 140)
    placed = looked_at(programme, grid, stars, 20)
    looked_at(*made(1_000, 40, 15, 1_400), 500)
    fit = score(placed, stars)

    def run() -> Proposal:
        return arrange(programme, grid, stars, rng=np.random.default_rng(0), iterations=iterations)

    seconds, found = spent(run, 1)
    told(f"arrange, {iterations} steps", seconds, 5, "s")
    told("clash ÷ first fit", found.after.clash / fit.clash, 0.5, "")
    print(f"first fit {fit} → {found.after}")
    compared(programme, grid, stars, seconds, found.after.clash)
    loose = [
        Block(one.start + timedelta(minutes=shift), one.end + timedelta(minutes=shift))
        for one in grid
        for shift in (0, 35, 70)
    ]
    fit = score(arrange(programme, loose, stars, rng=np.random.default_rng(0), iterations=0).programme, stars)
    seconds, other = spent(
        lambda: arrange(programme, loose, stars, rng=np.random.default_rng(0), iterations=iterations), 1
    )
    told("starts every 35 minutes: the same steps", seconds, 5, "s")
    told("starts every 35 minutes: clash ÷ first fit", other.after.clash / fit.clash, 0.5, "")
    print(f"first fit {fit} → {other.after}")
    done = replace(found.programme, version=Version("1.0", START, 1))
    seconds, _written = spent(
        lambda: [one.write(done, instance="desk.example", lang="fr") for one in FORMATS.values()], 1
    )
    told("first build of all files", 1000 * seconds, 1_000)
    for name, one in FORMATS.items():
        seconds, content = spent(lambda one=one: one.write(done, instance="desk.example", lang="fr"), 3)
        print(f"  {name:8} {1000 * seconds:8.1f} ms {len(content):8} bytes")


if __name__ == "__main__":
    main()
