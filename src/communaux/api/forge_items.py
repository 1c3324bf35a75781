"""What a forge tells of a commons: what is in force, give it, take it back; the same form as on the page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema, Status
from pydantic import Field as F

from communaux.api.assessment import Slug, elsewhere, kept
from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, checked, document, made
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment import queries_forge, services_forge
from communaux.assessment.forms import ForgeItemsForm
from communaux.assessment.models import ForgeItems
from communaux.core.actions import allow
from communaux.core.errors import NotFound

router = Router(tags=["assessment"])
router.add_decorator(strict)


class ForgeItemsIn(Body):
    """A file about a forge, as text."""

    content: str = F(
        max_length=900_000,  # with its envelope within what can be sent at once
        description="communaux.forge/1, or what GitHub, GitLab or Forgejo answered; names in it are not kept",
    )
    read_on: str = F("", max_length=20, description="The day when the forge answered; empty: the content tells it")


class ForgeItemsOut(Schema):
    """What was understood of it."""

    id: UUID = F(description="Its number")
    state: Literal["in_force", "withdrawn"] = F(description="withdrawn: taken back or replaced, and erased")
    repository: str = F(description="The address it is about")
    forge: str = F(description="github, gitlab, forgejo or other")
    read_at: datetime = F(description="When the forge answered")
    counts: dict[str, int] = F(description="issue, change, member, release: how many; left_out: confidential ones")
    sha256: str = F(description="Hash of it: a result that was measured with it tells the same")
    created_at: datetime = F(description="When it was given")


def forge_document(row: ForgeItems) -> dict[str, Any]:
    names = ("forge", "read_at", "counts", "sha256", "created_at")
    told = {name: getattr(row, name) for name in names}
    return told | {"id": row.pk, "state": row.items_state, "repository": row.repository.url}


@router.get(
    "/commons/{slug}/forge-items",
    url_name="forge_items",
    response={200: ForgeItemsOut, 308: None, **REFUSALS},
    summary="What the forge of one commons tells: what is in force",
)
def in_force(request: HttpRequest, slug: Slug) -> dict[str, Any] | HttpResponse:
    """404 with the code `no_items` where nobody has given any. What it holds is not given back."""
    found = kept(slug)
    if found.slug != slug:
        return elsewhere("forge_items", found)
    row = queries_forge.items_of(found)
    if row is None:
        raise NotFound("no_items", _("Nobody has given what the forge of this commons tells."))
    return forge_document(row)


@router.post(
    "/commons/{slug}/forge-items",
    auth=WRITES,
    response={201: ForgeItemsOut, **REFUSED},
    summary="Give what the forge of a commons tells",
)
def give(request: HttpRequest, response: HttpResponse, slug: Slug, body: ForgeItemsIn) -> Status[dict[str, Any]]:
    """By a steward or an editor, in place of what is in force; 409 for the same, or for an older one."""
    by, found = caller(request), kept(slug)
    allow("assessment.record_forge_items", by, found)
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict(
        {"file": [SimpleUploadedFile("forge.jsonl", body.content.encode())]}
    )
    form = checked(ForgeItemsForm({"read_on": body.read_on}, files))
    row = services_forge.record_forge_items(by, found, found=form.found, at=timezone.now())
    made(response, document("forge_items", found.slug))
    return Status(201, forge_document(row))


@router.post(
    "/forge-items/{items}/withdrawal",
    auth=WRITES,
    response={200: ForgeItemsOut, **REFUSED},
    summary="Take back what a forge tells",
)
def withdraw(
    request: HttpRequest, items: Annotated[UUID, Path(description="Number of what was given")]
) -> dict[str, Any]:
    """By a steward or an editor; it is erased. 409 where it was taken back or replaced already."""
    row = services_forge.withdraw_forge_items(caller(request), queries_forge.items_at(items), at=timezone.now())
    return forge_document(row)
