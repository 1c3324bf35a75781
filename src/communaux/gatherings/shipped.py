"""The shipped facts of real editions, and the made-up edition of a demonstration, read from package data."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

from communaux import data
from communaux.gatherings.models import Edition

PHASES = 3
LIFE = frozenset({"carrier", "news", "adopted_days_ago", "published_days_ago", "licence"})
SAID = frozenset({"key", "text", "body", "due_on", "source"})  # of a real commitment


class BadFacts(ValueError):
    """The files say something that may not be said."""


@dataclass(frozen=True, slots=True)
class Given:
    """One edition and its road maps, as tables of a file; `sha256` of all of it tells whether anything changed."""

    slug: str
    facts: Mapping[str, Any]
    roadmaps: Mapping[str, Mapping[str, Any]]
    fictive: bool = False
    claims: Sequence[Mapping[str, Any]] = field(default=())
    axes: Sequence[Mapping[str, Any]] = field(default=())  # with the boards of their groups, of a made-up one only
    programme: Mapping[str, Any] = field(default_factory=dict)  # rooms, sessions, call for more, of a made-up one only

    @property
    def sha256(self) -> str:
        told = json.dumps(
            [self.facts, self.roadmaps, self.claims, self.fictive, self.programme, self.axes],
            default=date.isoformat,
            sort_keys=True,
        )
        return hashlib.sha256(told.encode()).hexdigest()


def real() -> list[Given]:
    """The editions that the transcripts tell of; BadFacts when a road map is told more than they say."""
    editions, roadmaps = _read("editions.toml"), _read("roadmaps.toml")
    del editions["series"]
    for slug, one in roadmaps.items():
        only_what_is_told(slug, one)
    for slug, facts in editions.items():
        only_what_is_said(slug, facts.get("commitments", []))
    return [
        Given(
            slug,
            facts,
            {key: one for key, one in roadmaps.items() if one["edition"] == slug},
            claims=facts.get("claims", []),
        )
        for slug, facts in editions.items()
    ]


def only_what_is_told(slug: str, one: Mapping[str, Any]) -> None:
    """Raise BadFacts for a life that no source tells of a real road map."""
    if told := (LIFE & one.keys()) or ({"milestones", "means"} & {name for phase in one["phases"] for name in phase}):
        raise BadFacts(f"{slug}: the source says nothing of {', '.join(sorted(told))}")


def only_what_is_said(slug: str, told: Iterable[Mapping[str, Any]]) -> None:
    """The same for a real commitment: its words and their source."""
    for one in told:
        if more := one.keys() - SAID:
            raise BadFacts(f"{slug}: the source says nothing of {', '.join(sorted(more))}")


def unchanged(given: Iterable[Given]) -> bool:
    """Whether the desk holds exactly these facts: a second start asks one question."""
    held = dict(Edition.objects.values_list("slug", "facts_sha256"))
    return all(held.get(one.slug) == one.sha256 for one in given)


def series() -> list[Mapping[str, Any]]:
    """What is told of the meetings as a whole."""
    return list(_read("editions.toml")["series"])


def made_up() -> list[Given]:
    """One that is over, with what became of it, and one to come, with a programme."""
    return [_made_up(_read(name)) for name in ("demo.toml", "demo_next.toml")]


def _made_up(told: Mapping[str, Any]) -> Given:
    programme = {name: told[name] for name in ("rooms", "sessions", "call", "themes") if name in told}
    facts, axes = told["edition"], told.get("axes", [])
    return Given(facts["slug"], facts, told["roadmaps"], fictive=True, programme=programme, axes=axes)


def phases(slug: str, one: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Position and words of each; BadFacts unless there are three."""
    if len(one["phases"]) != PHASES:
        raise BadFacts(f"{slug} has {len(one['phases'])} phases, a road map has three")
    yield from enumerate(one["phases"], 1)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(data) / "gatherings" / name).read_text("utf-8"))
