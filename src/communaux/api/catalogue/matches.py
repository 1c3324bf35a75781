"""Pairs that may be one commons: those an editor may judge, and the judgement."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema
from pydantic import Field as F

from communaux.api.auth import READS, WRITES, caller
from communaux.api.bodies import READ_REFUSED, REFUSED, Body, checked, page, told
from communaux.api.problems import Problem
from communaux.api.strict import strict
from communaux.catalogue.forms.pairs import Different, Same
from communaux.catalogue.models import Commons, MatchProposal
from communaux.catalogue.queries import pairs as queries
from communaux.catalogue.services import judge_pair
from communaux.core.actions import allow
from communaux.core.errors import NotFound

router = Router(tags=["catalogue"])
router.add_decorator(strict)


class SideOut(Schema):
    """One of the two."""

    id: str = F(description="Its id; stays for ever")
    slug: str = F(description="Its name in addresses")
    name: str = F(description="Its name")
    state: str = F(description="published, withheld, proposed, or merged once the two are one")


class MatchOut(Schema):
    """Two commons that may be one, and what speaks for it."""

    id: int = F(description="Its number")
    url: str = F(description="Page with the two side by side")
    a: SideOut = F(description="The first")
    b: SideOut = F(description="The second")
    score: float = F(description="How much speaks for it; compares pairs of one version of the weights")
    signals: dict[str, Any] = F(description="What speaks for it and against, in points")
    state: Literal["open", "same", "different", "undone"] = F(description="What was judged; undone: a merge taken back")
    reason: str = F(description="Why it was judged so; empty: it was not")


class MatchesOut(Schema):
    """A page of pairs."""

    items: list[MatchOut] = F(description="The likeliest first")
    total: int = F(description="Pairs that wait for you")
    page: int = F(description="This page")
    pages: int = F(description="How many there are")


class JudgementIn(Body):
    """What an editor of both judges."""

    decision: Literal["same", "different"] = F(description="same: they become one", examples=["different"])
    kept: str = F("", max_length=120, description="For same: slug of the one that is kept")
    reason: str = F(max_length=20_000, description="Why; public", examples=["L’un est le serveur, l’autre le client."])


@router.get(
    "/matches",
    auth=READS,
    response={200: MatchesOut, 404: Problem, **READ_REFUSED},
    summary="Pairs that wait for your judgement",
)
def matches(
    request: HttpRequest,
    page: Annotated[int, Query(ge=1, le=100_000, description="Page of the list")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="How many a page")] = 20,
) -> dict[str, Any]:
    """For editors: those of the themes they edit. A page beyond the last is not found."""
    allow("catalogue.edit_desk", caller(request))
    found = queries.to_judge(caller(request), timezone.localdate())
    total = found.count()
    pages = max(1, -(-total // limit))
    if page > pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=pages)
    rows = found[(page - 1) * limit : page * limit]
    return {"items": [_match(row) for row in rows], "total": total, "page": page, "pages": pages}


def _match(row: MatchProposal) -> dict[str, Any]:
    names = ("score", "signals", "state", "reason")
    told_of = {name: getattr(row, name) for name in names} | {"a": _side(row.a), "b": _side(row.b)}
    return told_of | {"id": row.pk, "url": page("pair", row.pk)}


def _side(one: Commons) -> dict[str, str]:
    return {"id": str(one.pk), "slug": one.slug, "name": one.name, "state": one.state}


@router.post("/matches/{id}/decision", auth=WRITES, response={200: MatchOut, **REFUSED}, summary="Judge a pair")
def decision(
    request: HttpRequest,
    id: Annotated[int, Path(ge=1, le=2**63 - 1, description="Number of the pair")],
    body: JudgementIn,
) -> dict[str, Any]:
    """Merge the two or say that they are different; either can be taken back on the page of the pair."""
    by, found = caller(request), queries.pair(id)
    if found is None:
        raise NotFound("unknown_pair", _("No pair has this number."))
    same = body.decision == "same"
    form = checked(Same(told(body), pair=found) if same else Different(told(body)))
    judged = judge_pair(by, found, **({"kept": None} | form.cleaned_data), at=timezone.now())
    return _match(judged)
