"""Commons and their relations."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from ninja import Path, Query, Router
from pydantic import BeforeValidator, WithJsonSchema

from communaux.api.documents import (
    PageOut,
    RelationsOut,
    SheetOut,
)
from communaux.api.problems import REFUSALS, Problem
from communaux.api.strict import strict
from communaux.catalogue.models import Commons, Relation
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries.as_json import commons_document, short_document
from communaux.core.errors import BadRequest

router = Router(tags=["catalogue"])
router.add_decorator(strict)


# RFC 3339: `full-date` or `date-time`; its letters may be small.
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?", re.ASCII | re.IGNORECASE)


def written_out(text: str) -> str:
    """The text of a date, or of a date and time with its zone; what else Pydantic would take (numbers) is refused."""
    if not RFC_3339.fullmatch(text):
        raise ValueError("a date, or a date and time with its zone, as in RFC 3339: 2026-11-28T09:30:00Z")
    return text


Instant = Annotated[
    datetime,
    BeforeValidator(written_out),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
]


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
        "next": following(request, items[-1].slug) if more else None,
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


def following(request: HttpRequest, after: str | int) -> str:
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
        "next": following(request, items[-1].pk) if more else None,
    }
