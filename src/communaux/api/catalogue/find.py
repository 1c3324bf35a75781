"""Search, and why a commons is not among the hits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from communaux.api.documents import (
    Facets,
    SearchOut,
    WhyNotOut,
)
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.catalogue.queries import search as search_queries
from communaux.catalogue.queries.as_json import short_document
from communaux.core.errors import NotFound
from communaux.engines.search.model import Hit

router = Router(tags=["catalogue"])
router.add_decorator(strict)


Q = Annotated[str, Query(max_length=10_000, description="The need, in plain words")]
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
