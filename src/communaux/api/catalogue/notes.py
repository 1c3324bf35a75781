"""Published notes d'opportunité: what was searched, looked at and concluded, each with its hash."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from communaux.api.documents import NoteOut, NotesOut
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.catalogue.models import OpportunityNote
from communaux.catalogue.queries import notes as queries
from communaux.core.errors import NotFound

router = Router(tags=["catalogue"])
router.add_decorator(strict)


@router.get("/notes", response={200: NotesOut, **REFUSALS}, summary="Published notes d'opportunité")
def notes(
    request: HttpRequest,
    page: Annotated[int, Query(ge=1, le=100_000, description="Page of the list, newest first")] = 1,
    limit: Annotated[int, Query(ge=1, le=100, description="How many a page")] = 20,
) -> dict[str, Any]:
    """Notes in force; one that a newer note replaces keeps its own address. A page beyond the last is not found."""
    found = queries.published()
    total = found.count()
    pages = max(1, -(-total // limit))
    if page > pages:
        raise NotFound("no_such_page", _("There are not that many pages."), pages=pages)
    rows = found[(page - 1) * limit : page * limit]
    return {"items": [_short(row) for row in rows], "total": total, "page": page, "pages": pages}


@router.get("/notes/{id}", response={200: NoteOut, **REFUSALS}, summary="One note d'opportunité, whole")
def note(request: HttpRequest, id: Annotated[UUID, Path(description="Id of the note")]) -> dict[str, Any]:
    """`sha256` is that of `content` in canonical JSON: UTF-8, keys in order, no spaces."""
    found = OpportunityNote.objects.select_related("org").filter(pk=id, published_at__isnull=False).first()
    if found is None:
        raise NotFound("unknown_note", _("No note has this address."))
    newer = queries.revision_of(found)
    replaced = newer.pk if newer and newer.published_at else None
    return _short(found) | {"content": found.content, "superseded_by": replaced}


def _short(row: OpportunityNote) -> dict[str, Any]:
    return {
        "id": row.pk,
        "url": f"{settings.DESK_URL}/notes/{row.pk}/",
        "title": row.title,
        "lang": row.lang,
        "state": row.state,
        "asked_by": row.org.name if row.org else None,
        "conclusion": row.conclusion,
        "frozen_at": row.frozen_at,
        "published_at": row.published_at,
        "sha256": row.sha256,
    }
