"""The words the catalogue is sorted by: themes, sources, thesaurus."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from communaux.api.documents import (
    SkosOut,
    SourceOut,
    ThemeOut,
)
from communaux.api.problems import Problem
from communaux.api.strict import strict
from communaux.catalogue.indexing import thesaurus as shipped_thesaurus
from communaux.catalogue.queries import commons as commons_queries
from communaux.engines.search.exporting import to_skos

router = Router(tags=["catalogue"])
router.add_decorator(strict)


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
