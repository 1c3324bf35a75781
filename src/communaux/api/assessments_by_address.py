"""Which commons stand at the address of a repository, and what to do where none does."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field as F

from communaux.api.bodies import document
from communaux.api.problems import REFUSALS
from communaux.api.strict import strict
from communaux.assessment.pasted import Bearer, Pasted, pasted

router = Router(tags=["assessment"])
router.add_decorator(strict)

Address = Annotated[
    str,
    Query(description="https; a page of a forge is its repository", examples=["https://github.com/umap-project/umap"]),
]


class BearerOut(Schema):
    """A commons whose sheet gives the address."""

    slug: str = F(description="Name of the commons in addresses")
    name: str = F(description="Its name")
    reads: str = F(description="The repository that its assessment reads; empty: its sheet gives none")
    is_read: bool = F(description="Whether that is the one asked for")
    assessment: str = F(description="Where its assessment is read; 404 there: not assessed")


class PastedOut(Schema):
    """What an address names."""

    url: str = F(description="The address as git takes it")
    command: str = F(description="Gives the assessment on a machine where Communaux is installed")
    commons: list[BearerOut] = F(description="Commons at this address, surest first; empty: this desk knows none")


@router.get(
    "/repositories",
    url_name="assessment_by_address",
    response={200: PastedOut, **REFUSALS},
    summary="Commons at the address of a repository",
)
def by_address(request: HttpRequest, url: Address) -> dict[str, Any]:
    """Nothing is asked of the address. 400, with a sentence, where it names no repository that anybody can read."""
    found = pasted(url)
    return {"url": found.url, "command": found.command, "commons": [_bearer(found, one) for one in found.bearers]}


def _bearer(found: Pasted, one: Bearer) -> dict[str, Any]:
    return {
        "slug": one.commons.slug,
        "name": one.commons.name,
        "reads": one.reads,
        "is_read": found.is_read_by(one),
        "assessment": document("assessment", one.commons.slug),
    }
