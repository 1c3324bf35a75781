"""Search, commons, relations, themes, sources and the thesaurus, read-only."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from communaux.api.problems import REFUSALS, Problem
from communaux.api.strict import strict
from communaux.catalogue.indexing import thesaurus as shipped_thesaurus
from communaux.catalogue.models import Commons, Relation
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import search as search_queries
from communaux.catalogue.queries.as_json import commons_document, short_document
from communaux.core.errors import BadRequest, NotFound
from communaux.engines.search.model import Hit

router = Router(tags=["catalogue"])
router.add_decorator(strict)


class Facets(Schema):
    """Values kept of each facet; several values of one facet are alternatives."""

    theme: list[str] = Field(default_factory=list, max_length=40)
    kind: list[str] = Field(default_factory=list, max_length=40)
    licence: list[str] = Field(default_factory=list, max_length=40)
    language: list[str] = Field(default_factory=list, max_length=40)
    stage: list[str] = Field(default_factory=list, max_length=40)
    activity: list[str] = Field(default_factory=list, max_length=40)
    source: list[str] = Field(default_factory=list, max_length=40)
    recommended: list[str] = Field(default_factory=list, max_length=40)


class ResourceOut(Schema):
    kind: str
    name: str
    url: str
    repository: str
    licence: str | None
    licence_as_written: str
    open: Literal["yes", "no", "unknown"]
    platforms: list[str]
    version: str
    released_on: date | None


class CommonsOut(Schema):
    id: UUID
    slug: str
    url: str
    name: str
    names: list[str]
    short: dict[str, str]
    stage: str | None
    last_sign_on: date | None
    is_commons: str
    themes: list[str]
    resources: list[ResourceOut]
    sources: list[str]
    updated_at: datetime


class ListedOut(CommonsOut):
    """A row of a list: `state` is published, or with `updated_since` also merged (into `merged_into`) or withheld."""

    state: str
    merged_into: str | None


class SheetOut(CommonsOut):
    state: str
    texts: dict[str, dict[str, str]]
    organisations: list[str]
    facts: list[dict[str, Any]]
    relations: list[dict[str, Any]]
    events: list[dict[str, Any]]
    identifiers: list[dict[str, str]]
    records: list[dict[str, Any]]
    provenance: dict[str, Any]
    conflicts: dict[str, Any]


class ReasonOut(Schema):
    kind: str
    share: float
    params: dict[str, str]


class HitOut(Schema):
    rank: int
    score: float
    relevance: float
    known_item: bool
    reasons: list[ReasonOut]
    excerpt: str
    commons: CommonsOut
    probably_same: list[str]


class SearchOut(Schema):
    query: str
    intent: str
    lang: str | None
    total: int
    page: int
    pages: int
    generation: int
    corrections: list[dict[str, Any]]
    concepts: list[dict[str, Any]]
    counts: dict[str, dict[str, int]]
    notices: list[dict[str, Any]]
    items: list[HitOut]


class WhyNotOut(Schema):
    slug: str
    name: str
    state: str
    merged_into: str | None = None
    rank: int | None = None
    gap: float | None = None
    words_found: list[str] = []
    words_missing: list[str] = []
    concepts_missing: list[str] = []
    removed_by: list[str] = []
    stage_factor: float = 1.0


class PageOut(Schema):
    """A part of a list, in order of slug; `next` is the address of the following part."""

    items: list[ListedOut]
    total: int
    next: str | None


class RelationOut(Schema):
    id: int
    a: str
    b: str
    kind: str
    source: str | None


class RelationsOut(Schema):
    """A part of the relations, in order of id; `next` is the address of the following part."""

    items: list[RelationOut]
    total: int
    next: str | None


class ThemeOut(Schema):
    key: str
    fr: str
    en: str
    commons: int


class SourceOut(Schema):
    key: str
    title: str
    licence: str
    licence_url: str
    attribution: str
    share_alike: bool
    priority: int
    records: int
    last_run_at: datetime | None


@router.get("/search", response={200: SearchOut, **REFUSALS}, summary="Find commons for a need")
def search(
    request: HttpRequest,
    facets: Query[Facets],
    q: str = Query("", max_length=10_000),
    lang: Literal["fr", "en"] | None = None,
    page: int = Query(1, ge=1, le=1000),
    limit: int = Query(search_queries.PER_PAGE, ge=1, le=100),
) -> dict[str, Any]:
    """A need in plain words, a word, a name or an acronym; `"…"` asks for a phrase, `-word` leaves a word out.

    `limit` hits a page, the first 1,000 in all; a page beyond the last is not found.
    """
    answer = search_queries.search(q, lang=lang, facets=facets.dict(), page=page, size=limit, reader=lang)
    if page > answer.pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=answer.pages)
    result = answer.result
    return {
        "query": q,
        "intent": result.intent,
        "lang": result.lang,
        "total": result.total,
        "page": answer.page,
        "pages": answer.pages,
        "generation": result.generation,
        "corrections": [{"word": c.word, "used": list(c.used), "kind": c.kind} for c in result.corrections],
        "concepts": [{"id": c.id, "strength": c.strength, "label": c.label or c.id} for c in result.concepts],
        "counts": {name: dict(values) for name, values in result.counts.items()},
        "notices": [{"code": n.code, "params": dict(n.params)} for n in result.notices],
        "items": [_hit(one) for one in answer.found],
    }


def _hit(found: search_queries.Found) -> dict[str, Any]:
    hit: Hit = found.hit
    return {
        "rank": hit.rank,
        "score": hit.final,
        "relevance": hit.rel,
        "known_item": hit.known,
        "reasons": [{"kind": r.kind, "share": r.share, "params": dict(r.params)} for r in hit.reasons],
        "excerpt": hit.excerpt.text,
        "commons": short_document(found.commons),
        "probably_same": [twin.slug for twin in found.twins],
    }


@router.get("/search/why-not", response={200: WhyNotOut, **REFUSALS}, summary="Why a commons is not among the hits")
def why_not(
    request: HttpRequest,
    facets: Query[Facets],
    q: str = Query(..., max_length=10_000),
    name: str = Query(..., max_length=250),
    lang: Literal["fr", "en"] | None = None,
) -> dict[str, Any]:
    """`name` is a slug, a name or an alias."""
    absent = search_queries.why_not(q, name, lang=lang, facets=facets.dict())
    into = absent.commons.merged_into
    told: dict[str, Any] = {"slug": absent.commons.slug, "name": absent.commons.name, "state": absent.state}
    told["merged_into"] = into.slug if into else None
    if absent.told is None:
        return told
    why = absent.told
    return told | {
        "rank": why.rank,
        "gap": why.gap,
        "words_found": list(why.words_found),
        "words_missing": list(why.words_missing),
        "concepts_missing": list(why.concepts_missing),
        "removed_by": list(why.removed_by),
        "stage_factor": why.stage_factor,
    }


@router.get("/commons", response={200: PageOut, **REFUSALS}, summary="List published commons")
def commons_list(
    request: HttpRequest,
    theme: str = "",
    source: str = "",
    updated_since: datetime | None = None,
    after: str = Query("", max_length=120),
    limit: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:
    """Keyset paging: `after` is the last slug already read.

    With `updated_since`, what was merged or withheld since is told too, whatever the filters: a copy can follow.
    """
    found = commons_queries.published({"theme": theme, "source": source})
    if updated_since:
        found = commons_queries.changed_since(_instant(updated_since), found)
    rows = list(found.order_by("slug").filter(slug__gt=after)[: limit + 1])
    items, more = rows[:limit], len(rows) > limit
    return {
        "items": [_listed(row) for row in items],
        "total": found.count(),
        "next": _next(request, items[-1].slug) if more else None,
    }


def _listed(row: Commons) -> dict[str, Any]:
    into = row.merged_into if row.merged_into_id else None
    return short_document(row) | {"state": row.state, "merged_into": into.slug if into else None}


def _instant(given: datetime) -> datetime:
    """The instant in UTC; raise BadRequest for one that no database holds (years 1 and 9999, odd offsets)."""
    aware = given if given.tzinfo else given.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError as error:
        raise BadRequest("bad_instant", "updated_since is not an instant this desk can compare with.") from error


def _next(request: HttpRequest, after: str | int) -> str:
    given = request.GET.copy()
    given["after"] = str(after)
    return f"{request.path}?{given.urlencode()}"


@router.get(
    "/commons/{slug}",
    url_name="commons",
    response={200: SheetOut, 308: None, **REFUSALS},
    summary="The sheet of one commons",
)
def commons(request: HttpRequest, slug: str) -> dict[str, Any] | HttpResponse:
    """A merged or renamed commons answers 308 with its present address."""
    found = commons_queries.by_slug(slug)
    kept = found.merged_into or found
    if kept.slug != slug:
        return HttpResponsePermanentRedirect(reverse("api:commons", args=[kept.slug]), preserve_request=True)
    return commons_document(commons_queries.sheet(kept))


@router.get("/relations", response={200: RelationsOut, 422: Problem}, summary="Relations between commons")
def relations(
    request: HttpRequest,
    after: int = Query(0, ge=0, le=2**63 - 1),
    limit: int = Query(1000, ge=1, le=5000),
) -> dict[str, Any]:
    """Keyset paging: `after` is the last id already read."""
    found = Relation.objects.select_related("a", "b").order_by("id")
    rows = list(found.filter(id__gt=after)[: limit + 1])
    items, more = rows[:limit], len(rows) > limit
    return {
        "items": [{"id": r.pk, "a": r.a.slug, "b": r.b.slug, "kind": r.kind, "source": r.source_id} for r in items],
        "total": found.count(),
        "next": _next(request, items[-1].pk) if more else None,
    }


@router.get("/themes", response={200: list[ThemeOut], 422: Problem}, summary="The domains of public service")
def themes(request: HttpRequest) -> list[dict[str, Any]]:
    rows = commons_queries.themes_with_counts()
    return [{"key": row.key, "fr": row.fr, "en": row.en, "commons": row.n} for row in rows]


@router.get("/sources", response={200: list[SourceOut], 422: Problem}, summary="The catalogues the desk reads")
def sources(request: HttpRequest) -> list[dict[str, Any]]:
    names = ("key", "title", "licence", "licence_url", "attribution", "share_alike", "priority", "last_run_at")
    rows = commons_queries.sources_with_counts()
    return [{name: getattr(row, name) for name in names} | {"records": row.n} for row in rows]


@router.get(
    "/thesaurus.json",
    response={200: dict[str, Any], 422: Problem},
    summary="The functions of public service, as SKOS JSON-LD",
)
def thesaurus(request: HttpRequest) -> dict[str, Any]:
    """Concept scheme in SKOS (W3C, 2009); CC0-1.0."""
    concepts = [
        {
            "@id": f"urn:communaux:function:{c.id}",
            "@type": "skos:Concept",
            "skos:prefLabel": {"fr": c.fr[0], "en": c.en[0]},
            "skos:altLabel": {"fr": [*c.fr[1:], *c.everyday_fr], "en": [*c.en[1:], *c.everyday_en]},
            "skos:broader": [f"urn:communaux:function:{one}" for one in c.broader],
            "skos:related": [f"urn:communaux:function:{one}" for one in c.related],
            "skos:inScheme": f"urn:communaux:domain:{c.domain}",
        }
        for c in shipped_thesaurus().concepts
    ]
    return {"@context": {"skos": "http://www.w3.org/2004/02/skos/core#"}, "license": "CC0-1.0", "@graph": concepts}
