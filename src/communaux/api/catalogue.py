"""Search, commons, relations, themes, sources and the thesaurus, read-only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from ninja import Path, Query, Router

from communaux.api.documents import (
    Facets,
    PageOut,
    RelationOut,
    SearchOut,
    SheetOut,
    SkosOut,
    SourceOut,
    ThemeOut,
    WhyNotOut,
)
from communaux.api.problems import REFUSALS, Problem
from communaux.catalogue.indexing import thesaurus as shipped_thesaurus
from communaux.catalogue.models import Relation
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import search as search_queries
from communaux.catalogue.queries.as_json import commons_document, short_document
from communaux.core.errors import BadRequest
from communaux.engines.search.exporting import to_skos
from communaux.engines.search.model import Hit

router = Router(tags=["catalogue"])

Q = Annotated[str, Query(max_length=10_000, description="The need, in plain words")]
Lang = Annotated[Literal["fr", "en"] | None, Query(description="Language of the query; absent: recognised")]


@router.get("/search", response={200: SearchOut, **REFUSALS}, summary="Find commons for a need")
def search(
    request: HttpRequest,
    facets: Query[Facets],
    q: Q = "",
    lang: Lang = None,
    page: Annotated[int, Query(ge=1, le=1000, description="Page of results, 20 a page")] = 1,
) -> dict[str, Any]:
    """A need in plain words, a word, a name or an acronym; `"…"` asks for a phrase, `-word` leaves a word out."""
    answer = search_queries.search(q, lang=lang, facets=facets.dict(), page=page)
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
    told = {"slug": absent.commons.slug, "name": absent.commons.name, "state": absent.state}
    if absent.told is None:
        return told
    why = absent.told
    return told | {
        "rank": why.rank,
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
    updated_since: Annotated[datetime | None, Query(description="Only sheets changed since; without zone: UTC")] = None,
    after: Annotated[str, Query(max_length=120, description="Last slug already read")] = "",
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 50,
) -> dict[str, Any]:
    """Keyset paging: `after` is the last slug already read."""
    found = commons_queries.published({"theme": theme, "source": source}).order_by("slug")
    if updated_since:
        found = found.filter(updated_at__gte=_instant(updated_since))
    rows = list(found.filter(slug__gt=after)[: limit + 1])
    items, more = rows[:limit], len(rows) > limit
    return {
        "items": [short_document(row) for row in items],
        "total": found.count(),
        "next": _next(request, items[-1].slug) if more else None,
    }


def _instant(given: datetime) -> datetime:
    """The instant in UTC; raise BadRequest for one that no database holds (years 1 and 9999, odd offsets)."""
    aware = given if given.tzinfo else given.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError as error:
        raise BadRequest("bad_instant", "updated_since is not an instant this desk can compare with.") from error


def _next(request: HttpRequest, after: str) -> str:
    given = request.GET.copy()
    given["after"] = after
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


@router.get("/relations", response={200: list[RelationOut], 422: Problem}, summary="Relations between commons")
def relations(
    request: HttpRequest, limit: Annotated[int, Query(ge=1, le=5000, description="How many at most")] = 1000
) -> list[dict[str, Any]]:
    """In the order they were written; for a whole graph take the largest `limit`."""
    rows = Relation.objects.select_related("a", "b").order_by("id")[:limit]
    return [{"a": r.a.slug, "b": r.b.slug, "kind": r.kind, "source": r.source_id} for r in rows]


@router.get("/themes", response=list[ThemeOut], summary="The domains of public service")
def themes(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its count of published commons."""
    rows = commons_queries.themes_with_counts()
    return [{"key": row.key, "fr": row.fr, "en": row.en, "commons": row.n} for row in rows]


@router.get("/sources", response=list[SourceOut], summary="The catalogues the desk reads")
def sources(request: HttpRequest) -> list[dict[str, Any]]:
    """With the licence of their records and whom to name when these are reused."""
    names = ("key", "title", "licence", "licence_url", "attribution", "share_alike", "priority", "last_run_at")
    rows = commons_queries.sources_with_counts()
    return [{name: getattr(row, name) for name in names} | {"records": row.n} for row in rows]


@router.get(
    "/thesaurus.json",
    response=SkosOut,
    by_alias=True,
    summary="The functions of public service, as SKOS JSON-LD",
)
def thesaurus(request: HttpRequest) -> dict[str, Any]:
    """A concept scheme (SKOS, W3C 2009), CC0-1.0: domains, and under them functions with their words in both languages."""
    return to_skos(shipped_thesaurus(), f"{settings.DESK_URL}{request.path}#")
