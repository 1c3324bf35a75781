"""Boards of an edition: its axes and groups, and one board with its stages and cards."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.gatherings.models import Axis, Card, Edition, Group, Problem, Stage
from communaux.gatherings.queries.withheld import shown

KINDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Column:
    """One stage as the board shows it: to come (`stage` is None), open or done."""

    kind: int
    stage: Stage | None
    kept: tuple[Card, ...]
    aside: tuple[Card, ...]

    @property
    def state(self) -> str:
        return "to_come" if self.stage is None else "done" if self.stage.done_at else "open"


def axes(edition: Edition) -> QuerySet[Axis]:
    """In their order, each with its groups and how many stages each has done."""
    done = Count("stages", filter=Q(stages__done_at__isnull=False))
    groups = Group.objects.annotate(n_done=done).select_related("axis__edition", "roadmap").order_by("number")
    return edition.axes.prefetch_related(Prefetch("groups", groups)).order_by("position")


def get(gathering: str, group: str) -> Group:
    """By the slug of the edition, axis and number: `1-2`."""
    axis, _dash, number = group.partition("-")
    rows = Group.objects.select_related("axis__edition", "problem", "roadmap")
    asked = (
        (axis + number).isdecimal() and (axis + number).isascii() and len(axis + number) <= 4
    )  # smaller than a small integer
    named = {"axis__edition__slug": gathering, "axis__position": axis, "number": number}
    found = rows.filter(**named).first() if asked and axis and number else None
    if found is None:
        raise NotFound("no_group", _("This desk knows no such group."))
    shown(found.edition)
    return found


def card(group: Group, pk: UUID) -> Card:
    found = Card.objects.select_related("stage__group__axis__edition", "need").filter(pk=pk, stage__group=group).first()
    if found is None:
        raise NotFound("no_card", _("This board has no such card."))
    return found


def board(group: Group) -> list[Column]:
    """The five stages, with the cards of each in the order they were laid."""
    stages = {one.kind: one for one in group.stages.all()}
    cards = list(Card.objects.filter(stage__group=group).select_related("stage", "need").order_by("created_at", "pk"))
    columns = []
    for kind in KINDS:
        laid = [one for one in cards if one.stage.kind == kind]
        kept, aside = (tuple(one for one in laid if one.kept is which) for which in (True, False))
        columns.append(Column(kind, stages.get(kind), kept, aside))
    return columns


def problem_of(group: Group) -> Problem | None:
    return Problem.objects.filter(group=group).first()


def fingerprint(problem: Problem | None) -> str:
    """Of the words as they stand: another one says that somebody changed them."""
    return _mark([problem.statement, problem.for_whom, problem.evidence]) if problem else ""


def of_card(one: Card) -> str:
    return _mark([one.text, one.kept])


def _mark(told: list[str | bool]) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
