"""Search, commons, relations, themes, sources and the thesaurus, read-only."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import BeforeValidator, WithJsonSchema

from communaux.api.documents import (
    Facets,
    PageOut,
    RelationsOut,
    SearchOut,
    SheetOut,
    SkosOut,
    SourceOut,
    ThemeOut,
    WhyNotOut,
)
from communaux.api.problems import REFUSALS, Problem
from communaux.api.strict import strict
from communaux.catalogue.indexing import thesaurus as shipped_thesaurus
from communaux.catalogue.models import Commons, Relation
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import search as search_queries
from communaux.catalogue.queries.as_json import commons_document, short_document
from communaux.core.errors import BadRequest, NotFound
from communaux.engines.search.exporting import to_skos
from communaux.engines.search.model import Hit

router = Router(tags=["catalogue"])
router.add_decorator(strict)


# RFC 3339: `full-date` or `date-time`; its letters may be small.
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?", re.ASCII | re.IGNORECASE)


def written_out(text: str) -> str:
    """The text of a date, or of a date and time with its zone; what else Pydantic would take (numbers) is refused."""
    if not RFC_3339.fullmatch(text):
        raise ValueError("a date, or a date and time with its zone, as in RFC 3339: 2026-11-28T09:30:00Z")
    return text


Q = Annotated[str, Query(max_length=10_000, description="The need, in plain words")]
Instant = Annotated[
    datetime,
    BeforeValidator(written_out),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
]
Lang = Annotated[Literal["fr", "en"] | None, Query(description="Language of the query; absent: recognised")]


@router.get("/search", response={200: SearchOut, **REFUSALS}, summary="Find commons for a need")
def search(
    request: HttpRequest,
    facets: Query[Facets],
    q: Q = "",
    lang: Lang = None,
    page: Annotated[int, Query(ge=1, le=1000, description="Page of results")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="Results a page")] = search_queries.PER_PAGE,
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
    q: Q,
    name: Annotated[str, Query(max_length=250, description="Slug, name or alias of the commons")],
    lang: Lang = None,
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
    theme: Annotated[str, Query(description="Key of a theme, as in `/themes`")] = "",
    source: Annotated[str, Query(description="Key of a source, as in `/sources`")] = "",
    updated_since: Annotated[
        Instant | None, Query(description="Only sheets changed since; a date alone: since 0 h UTC")
    ] = None,
    after: Annotated[str, Query(max_length=120, description="Last slug already read")] = "",
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 50,
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
def commons(
    request: HttpRequest, slug: Annotated[str, Path(description="Name of the commons in addresses")]
) -> dict[str, Any] | HttpResponse:
    """A merged or renamed commons answers 308 with its present address."""
    found = commons_queries.by_slug(slug)
    kept = found.merged_into or found
    if kept.slug != slug:
        return HttpResponsePermanentRedirect(reverse("api:commons", args=[kept.slug]), preserve_request=True)
    return commons_document(commons_queries.sheet(kept))


@router.get("/relations", response={200: RelationsOut, 422: Problem}, summary="Relations between commons")
def relations(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="Last id already read")] = 0,
    limit: Annotated[int, Query(ge=1, le=5000, description="How many at most")] = 1000,
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
    """Each with its count of published commons."""
    rows = commons_queries.themes_with_counts()
    return [{"key": row.key, "fr": row.fr, "en": row.en, "commons": row.n} for row in rows]


@router.get("/sources", response={200: list[SourceOut], 422: Problem}, summary="The catalogues the desk reads")
def sources(request: HttpRequest) -> list[dict[str, Any]]:
    """With the licence of their records and whom to name when these are reused."""
    names = ("key", "title", "licence", "licence_url", "attribution", "share_alike", "priority", "last_run_at")
    rows = commons_queries.sources_with_counts()
    return [{name: getattr(row, name) for name in names} | {"records": row.n} for row in rows]


@router.get(
    "/thesaurus.json",
    response={200: SkosOut, 422: Problem},
    by_alias=True,
    summary="The functions of public service, as SKOS JSON-LD",
)
def thesaurus(request: HttpRequest) -> dict[str, Any]:
    """A concept scheme (SKOS, W3C 2009), CC0-1.0: domains, and under them functions with their words in both languages."""
    return to_skos(shipped_thesaurus(), f"{settings.DESK_URL}{request.path}#")
