"""The boards of a made-up workshop, laid as its tables tell them: groups, stages, cards, problem, road map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from communaux.gatherings.models import Axis, Card, Edition, Group, Problem, Roadmap, Stage

STAGE_OF: Final = {"stake": 1, "friction": 2, "stakeholder": 2, "idea": 4}  # where a card of this kind is laid
LAST: Final = 5


def lay(edition: Edition, axes: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Once, on an edition without boards."""
    for position, told in enumerate(axes, 1):
        axis = Axis.objects.create(edition=edition, label=told["label"], position=position)
        for number, one in enumerate(told["groups"], 1):
            _group(axis, number, one, at)


def _group(axis: Axis, number: int, told: Mapping[str, Any], at: datetime) -> None:
    group = Group.objects.create(
        axis=axis, number=number, label=told["label"], size=told["size"], roles_present=told["roles"]
    )
    done = told["done"]
    opened = range(1, min(done + 1, LAST) + 1)
    stages = {
        n: Stage.objects.create(group=group, kind=n, opened_at=at, done_at=at if n <= done else None) for n in opened
    }
    Card.objects.bulk_create(
        Card(
            stage=stages[STAGE_OF[one["kind"]]],
            kind=one["kind"],
            text=one["text"],
            kept=one.get("kept", True),
            created_at=at,
        )
        for one in told["cards"]
    )
    if "problem" in told:
        Problem.objects.create(group=group, **told["problem"])
    if "roadmap" in told:
        Roadmap.objects.filter(slug=told["roadmap"]).update(group=group)
