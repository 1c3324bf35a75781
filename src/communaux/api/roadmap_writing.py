"""Take a road map over for somewhere else, as the page does it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Status
from pydantic import Field as F

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, faults, made, page, refuse
from communaux.api.gatherings import RoadmapSheet, Slug, router, sheet
from communaux.api.organisations import Key
from communaux.core.ids import uuid7
from communaux.gatherings import services
from communaux.gatherings.forms import RoadmapForm
from communaux.gatherings.models import Roadmap
from communaux.gatherings.queries import roadmaps


class StepIn(Body):
    """One of three phases."""

    title: str = F(max_length=1000, description="Its title", examples=["Faire la liste"])
    text: str = F(max_length=10_000, description="What is to be done")
    gate: str = F("", max_length=1000, description="What must be true before the next one; none after the third")
    milestones: list[str] = F(
        [], max_length=20, description="A line each", examples=[["- [ ] la liste est ouverte @2027-06-30"]]
    )
    means: list[str] = F(
        [], max_length=20, description="A line each", examples=[["finance : la région", "argent : 12 000 €"]]
    )


class AdaptIn(Body):
    """The words of your own road map. It keeps the licence and the language of the one it comes from."""

    title: str = F(max_length=1000, description="Its title", examples=["Prêter plutôt qu’acheter, chez nous"])
    summary: str = F("", max_length=10_000, description="In a few words")
    theme: str = F(max_length=40, description="Key of a theme")
    licence: str = F("", max_length=60, description="Needed if the one it comes from names none: SPDX")
    edition: str = F("", max_length=80, description="Slug of the meeting it was made for or at; empty: none")
    phases: list[StepIn] = F(min_length=3, max_length=3, description="Three")


@router.post(
    "/roadmaps/{slug}/adapt",
    auth=WRITES,
    response={200: RoadmapSheet, 201: RoadmapSheet, **REFUSED},
    summary="Adapt a road map",
)
def adapt(
    request: HttpRequest, response: HttpResponse, slug: Slug, body: AdaptIn, key: Key = None
) -> Status[dict[str, Any]]:
    """Published at once. The same `Idempotency-Key` again is answered with 200 and the road map of the first time."""
    by, parent, number = caller(request), roadmaps.get(slug), key or uuid7()
    known = Roadmap.objects.filter(pk=number, adapted_from=parent, author=by).exists()
    form = RoadmapForm(_typed(body) | {"key": str(number)}, parent=parent)
    refuse({_as_sent(name): told for name, told in faults(form).items()})
    found = services.adapt(by, parent, key=number, words=form.words(), at=timezone.now())
    made(response, page("roadmap", found.slug))
    return Status(200 if known else 201, sheet(roadmaps.get(found.slug)))


def _as_sent(field: str) -> str:
    """`gate_1` of the form is `phases.0.gate` of the body."""
    name, _line, number = field.rpartition("_")
    part = {"aims": "milestones"}.get(name, name)
    return f"phases.{int(number) - 1}.{part}" if number.isdecimal() else field


def _typed(body: AdaptIn) -> dict[str, str]:
    """As the form of the page has it."""
    told = {"title": body.title, "summary": body.summary, "theme": body.theme, "licence": body.licence}
    told["edition"] = body.edition
    for n, one in enumerate(body.phases, 1):
        lines, means = ("\n".join(" ".join(line.split()) for line in those) for those in (one.milestones, one.means))
        told |= {f"title_{n}": one.title, f"text_{n}": one.text, f"gate_{n}": one.gate, f"aims_{n}": lines}
        told[f"means_{n}"] = means
    return told
