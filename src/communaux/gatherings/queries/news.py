"""What happened of late in meetings and their road maps, newest first: programmes, road maps, reports, answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from communaux.gatherings.models import Edition, FollowUp, Report, Roadmap, ScheduleVersion
from communaux.gatherings.queries.withheld import ROADMAPS

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `kind`: "programme", "report", "roadmap" or the status of an answer; `id` never changes."""

    id: str
    at: datetime
    kind: str
    title: str
    text: str
    path: str
    lang: str


def of_edition(edition: Edition) -> list[Happening]:
    """Of a meeting: its programmes, its reports, its road maps and commitments and what becomes of them."""
    versions = ScheduleVersion.objects.filter(edition=edition).defer("programme").order_by("-published_at")[:MOST]
    reports = Report.objects.filter(session__edition=edition).select_related("session__edition")
    found = [*map(_programme, versions), *map(_report, reports.order_by("-written_at")[:MOST])]
    told = FollowUp.objects.filter(commitment__edition=edition).select_related("commitment__edition")
    return _newest([*found, *map(_answer, told.order_by("-at", "-pk")[:MOST]), *of_roadmaps(edition)])


def of_roadmaps(edition: Edition | None = None) -> list[Happening]:
    """Road maps of one meeting or of all: published, and answers of persons. What is made up stands in no list of all."""
    rows = Roadmap.objects.filter(edition=edition) if edition else Roadmap.objects.filter(ROADMAPS, fictive=False)
    told = FollowUp.objects.filter(roadmap__in=rows, kind=FollowUp.Kind.HUMAN).select_related("roadmap")
    published = rows.exclude(published_at=None).order_by("-published_at")[:MOST]
    return _newest([*map(_roadmap, published), *map(_answer, told.order_by("-at", "-pk")[:MOST])])


def _newest(found: Iterable[Happening]) -> list[Happening]:
    ordered: Iterator[Happening] = iter(sorted(found, key=lambda one: (one.at, one.id), reverse=True))
    return list(islice(ordered, MOST))


def _programme(one: ScheduleVersion) -> Happening:
    path = f"{one.edition.get_absolute_url()}programme/{one.number}/"
    return Happening(f"version:{one.pk}", one.published_at, "programme", one.number, one.note, path, "fr")


def _report(one: Report) -> Happening:
    words = (one.session.title, "\n".join(one.learnings) or one.text[:300])
    return Happening(f"report:{one.pk}", one.written_at, "report", *words, one.get_absolute_url(), one.lang)


def _roadmap(one: Roadmap) -> Happening:
    assert one.published_at
    words = (one.title, one.summary[:300], one.get_absolute_url(), one.lang)
    return Happening(f"roadmap:{one.pk}", one.published_at, "roadmap", *words)


def _answer(one: FollowUp) -> Happening:
    about = one.about
    words = (about.title, one.text, f"{about.get_absolute_url()}#news", about.lang)
    return Happening(f"news:{one.pk}", one.at, one.status, *words)
