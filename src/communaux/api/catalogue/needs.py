"""Needs: those expressed, what may answer one, what is needed in a territory; expressing one, and saying that one has it too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field as F

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, document, made, page, refuse, told
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.catalogue import services
from communaux.catalogue.forms.needs import NeedForm
from communaux.catalogue.models import Need, NeedHit
from communaux.catalogue.queries import need_gaps, need_neighbours, need_places, needs, pools, suggestions
from communaux.catalogue.queries.suggestions import Suggestion
from communaux.catalogue.services.needs import Looked
from communaux.core.errors import NotFound
from communaux.territory.models import Territory
from communaux.territory.queries import around

router = Router(tags=["needs"])
router.add_decorator(strict)

Slug = Annotated[str, Path(max_length=120, description="Slug of the need, as in `/needs`")]
# The form says its codes in words on pages; a program sends the codes.
CODES: Mapping[str, Mapping[str, str]] = {
    "need_kind": {code: code for code in Need.Kind.values},
    "unfit": {code: code for code in NeedHit.Reason.values},
    "territory": {code: code for code in Territory.Kind.values},
}


class NeedOut(Schema):
    """Something a person or a body needs and did not find."""

    slug: str = F(description="Its address")
    url: str = F(description="Address of its page")
    title: str = F(description="In one line")
    text: str = F(description="Markdown; may be empty")
    theme: str = F(description="Key of its theme")
    kind: str = F(description="service, data, content, equipment, skill, place or accompaniment")
    state: str = F(description="open, pooled, matched, answered or closed")
    territory: str | None = F(description="Where, as kind:code; null: not said")
    territory_name: str = F(description="Name of that place; empty: not said")
    organisation: str = F(description="Name of the body that needs it; empty: a person who speaks for none")
    weight: int = F(description="5 for each body, 1 for each person who speaks for none, or as dated since")
    pool: str | None = F(description="Slug of the needs it is put together with; null: it stands alone")
    answer: str | None = F(description="Slug of the commons that answers; null: none yet")
    opened_at: datetime = F(description="When it was expressed")
    lang: str = F(description="Language of the text")
    licence: str = F(description="Licence of the text")


class NeedsOut(Schema):
    """A page of the needs."""

    items: list[NeedOut] = F(description="The needs of this page")
    total: int = F(description="Needs in all, under these filters")
    page: int = F(description="Number of this page")
    pages: int = F(description="How many there are")


class SuggestionOut(Schema):
    """A commons that may answer, and how its score is made."""

    commons: str = F(description="Slug of the commons")
    name: str = F(description="Its name")
    score: float = F(description="Sum of the points, 0 to 1")
    points: dict[str, float] = F(description="What each part adds: text, proximity, health, relay")
    presence: str | None = F(description="kind:code of the place that makes it near; null: no use near is known")
    behind: str = F(
        description="For one of those left behind, the part that cost most; far: its words are too far; else empty"
    )


class NearOut(Schema):
    """A need of the same theme that stands near, in other words."""

    need: NeedOut = F(description="The need")
    nearness: Literal["here", "epci", "departement", "above"] = F(
        description="here: the same place; epci, departement: the same one; above: a wider place that holds it"
    )


class SuggestionsOut(Schema):
    """The three answers in their order: reuse, join, build."""

    reuse: list[SuggestionOut] = F(description="The first commons")
    why_not: list[SuggestionOut] = F(description="The next ones, each with what kept it out")
    join: list[NeedOut] = F(description="Needs that say nearly the same, the nearest first")
    near: list[NearOut] = F(description="Others of its theme that stand near; empty: none, or its place is not said")
    weights: dict[str, float] = F(description="What each part weighs; they add up to 1")
    weights_version: int = F(description="Version of the weights; 0: those of the code")


class GapOut(Schema):
    """A theme whose needs no commons present there answers."""

    theme: str = F(description="Key of the theme")
    needs: int = F(description="How many needs of it no commons of the theme covers where they stand")


class NeedIn(Body):
    """A need in one's own words; public, under the name of whoever holds the token."""

    title: str = F(
        max_length=1000, description="In one line: 8 to 140 characters", examples=["Suivre les nids de poule"]
    )
    text: str = F(
        "", max_length=10_000, description="Markdown: what is done today, what is missing; no name of a person"
    )
    theme: str = F(max_length=40, description="Key of a theme, as in `/themes`", examples=["urbanisme"])
    kind: Literal["service", "data", "content", "equipment", "skill", "place", "accompaniment"] = F(
        "service", description="What is missing"
    )
    territory: str = F(
        "",
        max_length=150,
        description="kind:code, a code or a name; needed where the desk holds the official codes",
        examples=["commune:33063"],
    )
    for_whom: str = F("", max_length=1000, description="For whom; may be empty")
    organisation: UUID | None = F(None, description="Id of a body of yours; none: for yourself alone")


class SupportIn(Body):
    """For oneself, or for a body."""

    organisation: UUID | None = F(None, description="Id of a body of yours; none: for yourself alone")


@router.get("/needs", response={200: NeedsOut, **REFUSALS}, summary="Needs that were expressed")
def listed(
    request: HttpRequest,
    theme: Annotated[str, Query(max_length=40, description="Key of a theme; empty: all")] = "",
    state: Annotated[str, Query(max_length=10, description="A state; empty: all")] = "",
    kind: Annotated[str, Query(max_length=20, description="What is missing; empty: all")] = "",
    territory: Annotated[str, Query(max_length=40, description="kind:code; what lies inside it too")] = "",
    page: Annotated[int, Query(ge=1, le=100_000, description="Page of the list")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="How many a page")] = 20,
) -> dict[str, Any]:
    """Newest first; inside a territory, the heaviest first. A filter that nothing bears is not found."""
    asked = {"theme": theme, "state": state, "kind": kind, "territoire": territory}
    filters = needs.known(asked)
    if unknown := sorted(name for name, value in asked.items() if value and name not in filters):
        raise NotFound("unknown_filter", _("Nothing of the desk bears this filter."), filters=unknown)
    found = needs.listed(filters).select_related("pool")
    total = found.count()
    pages = max(1, -(-total // limit))
    if page > pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=pages)
    rows = found[(page - 1) * limit : page * limit]
    return {"items": [need_document(row) for row in rows], "total": total, "page": page, "pages": pages}


@router.get("/needs/{slug}", url_name="need", response={200: NeedOut, **REFUSALS}, summary="One need")
def one(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Also once it was answered or closed."""
    return need_document(needs.by_slug(slug))


@router.get("/needs/{slug}/suggestions", response={200: SuggestionsOut, **REFUSALS}, summary="What may answer a need")
def answers(request: HttpRequest, slug: Slug) -> dict[str, Any]:
    """Looked for anew at each call: what the desk knows today, with the score of each commons told in its parts."""
    found = needs.by_slug(slug)
    told = suggestions.suggest(suggestions.of(found), found.territory, timezone.localdate())
    alike = pools.joinable(found)
    return {
        "reuse": [_suggestion(each) for each in told.first],
        "why_not": [_suggestion(each) for each in told.behind],
        "join": [need_document(each) for each in alike],
        "near": [
            {"need": need_document(each.need), "nearness": each.ring} for each in need_neighbours.of_need(found, alike)
        ],
        "weights": dict(told.weights),
        "weights_version": told.version,
    }


@router.get(
    "/territories/{kind}/{code}/needs",
    response={200: list[NeedOut], **REFUSALS},
    summary="The heaviest needs inside a place",
)
def inside(
    request: HttpRequest,
    kind: Annotated[str, Path(max_length=20, description="Kind of territory")],
    code: Annotated[str, Path(max_length=12, description="Its code, as text")],
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most")] = 20,
) -> list[dict[str, Any]]:
    """Those without an answer, in it and in what it holds, the heaviest first."""
    return [need_document(each) for each in need_places.inside(around.get(kind, code), limit=limit)]


@router.get(
    "/territories/{kind}/{code}/gaps",
    response={200: list[GapOut], **REFUSALS},
    summary="What is missing inside a place",
)
def gaps(
    request: HttpRequest,
    kind: Annotated[str, Path(max_length=20, description="Kind of territory")],
    code: Annotated[str, Path(max_length=12, description="Its code, as text")],
) -> list[dict[str, Any]]:
    """Themes by how many needs no commons of the theme covers where they stand."""
    found = need_gaps.gaps(around.get(kind, code), timezone.localdate())
    return [{"theme": gap.theme.key, "needs": gap.n} for gap in found]


@router.post("/needs", auth=WRITES, response={201: NeedOut, **REFUSED}, summary="Express a need")
def express(request: HttpRequest, response: HttpResponse, body: NeedIn) -> Status[dict[str, Any]]:
    """What the desk finds for its words is kept with it, as on the page: read `/needs/{slug}/suggestions`."""
    by = caller(request)
    bodies = needs.own_bodies(by, timezone.localdate())
    kind, colon, _code = body.territory.partition(":")
    place = needs.placed(body.territory) if colon else None
    typed = told(body, "text", "territory", "organisation") | {
        "text_md": body.text,
        "place": place.code if place and kind == "commune" else place.name if place else body.territory,
        "which": body.territory,
        "org": str(body.organisation or ""),
        "key": str(uuid4()),
    }
    form = NeedForm(typed, bodies=bodies, words=CODES)
    if body.organisation and not bodies.filter(pk=body.organisation).exists():
        refuse({"organisation": [_("You do not speak for this body.")]})
    given = checked(form).given()
    words = suggestions.Words(given["title"], given["text_md"], given["theme_id"])
    first = suggestions.suggest(words, given["territory"], timezone.localdate()).first
    hits = [Looked(each.commons, NeedHit.Shown.FORM, each.rank) for each in first]
    need = services.express_need(by, key=form.cleaned_data["key"], given=given, hits=hits, query="", at=timezone.now())
    made(response, document("need", need.slug))
    return Status(201, need_document(need))


@router.post(
    "/needs/{slug}/supports", auth=WRITES, response={200: NeedOut, **REFUSED}, summary="Say that one has it too"
)
def support(request: HttpRequest, slug: Slug, body: SupportIn) -> dict[str, Any]:
    """Twice is once; the weight of the need follows."""
    by = caller(request)
    org = None
    if body.organisation:
        org = needs.own_bodies(by, timezone.localdate()).filter(pk=body.organisation).first()
        refuse({} if org else {"organisation": [_("You do not speak for this body.")]})
    services.support_need(by, needs.by_slug(slug), org=org, at=timezone.now())
    return need_document(needs.by_slug(slug))


def need_document(need: Need) -> dict[str, Any]:
    names = ("slug", "title", "kind", "state", "weight", "opened_at", "lang", "licence")
    return {name: getattr(need, name) for name in names} | {
        "url": page("need", need.slug),
        "text": need.text_md,
        "theme": need.theme_id,
        "territory": f"{need.territory.kind}:{need.territory.code}" if need.territory else None,
        "territory_name": need.place_name,
        "organisation": need.org_name,
        "pool": need.pooled_in or None,
        "answer": need.answered_by or None,
    }


def _suggestion(told: Suggestion) -> dict[str, Any]:
    place = told.presence.territory if told.presence else None
    return {
        "commons": told.commons.slug,
        "name": told.commons.name,
        "score": told.score,
        "points": dict(told.points),
        "presence": f"{place.kind}:{place.code}" if place else None,
        "behind": told.behind,
    }
