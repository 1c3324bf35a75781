"""Propose a commons: a draft with all that is known of it, its evidence, and on request the question to the editors."""

from __future__ import annotations

from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema, Status
from pydantic import Field as F
from pydantic import StrictBool

from communaux.api.auth import WRITES, caller
from communaux.api.bodies import REFUSED, Body, faults, made, page, refuse, told
from communaux.api.catalogue.commons import router
from communaux.api.catalogue.publiccode import Text, described
from communaux.catalogue import described_by, services
from communaux.catalogue.described_by import Described
from communaux.catalogue.forms.commons import CommonsForm, EvidenceForm, StartForm, marks
from communaux.catalogue.models import Commons
from communaux.catalogue.own import FIELDS, LISTS
from communaux.catalogue.queries import duplicates, editable, proposals
from communaux.core.errors import Conflict, NotFound
from communaux.core.queries import evidence_for

EMPTY: dict[str, Any] = {name: [] if name in LISTS else "" for name in FIELDS}
APART = ("address", "ask", "evidence", "not_the_same", "publiccode")


class EvidenceIn(Body):
    """An address where something can be checked."""

    kind: Literal["licence", "charter", "description"] = F(description="What it shows")
    locator: str = F(max_length=3000, description="http(s) address", examples=["https://example.org/LICENSE"])


class NotTheSameIn(Body):
    """A commons of the desk that looks the same, and why it is not."""

    commons: str = F(max_length=120, description="Its slug, as the refusal told it")
    reason: str = F(max_length=500, description="In a few words; public")


class CommonsIn(Body):
    """What is known of a commons. All but name and address may be left out: what is unknown stays unknown.

    With a `publiccode`, these two may be left out as well, and what is left out is taken from it.
    """

    publiccode: Text | None = F(None, description="The text of its publiccode.yml: fills what is not sent beside it")
    name: str | None = F(None, max_length=1000, description="What it is called", examples=["Atelier des cartes"])
    address: str | None = F(
        None,
        max_length=3000,
        description="Its repository or its site; with the name it says which draft this is",
        examples=["https://git.example.org/atelier/cartes"],
    )
    names: list[str] | None = F(None, max_length=100, description="Other names, acronyms, old names")
    kind: str = F("software", max_length=20, description="software, data, content, method, …", examples=["software"])
    url: str | None = F(None, max_length=3000, description="Address of the site")
    repository: str | None = F(None, max_length=3000, description="Address of the repository")
    licence: str | None = F(None, max_length=1000, description="As the project writes it", examples=["AGPL-3.0-only"])
    stage: str | None = F(None, max_length=20, description="idea, construction, operated, …")
    short_fr: str | None = F(None, max_length=10_000, description="In one line, in French: 150 characters")
    long_fr: str | None = F(None, max_length=100_000, description="Description in French, Markdown: 10,000 characters")
    short_en: str | None = F(None, max_length=10_000, description="In one line, in English: 150 characters")
    long_en: str | None = F(None, max_length=100_000, description="Description in English, Markdown: 10,000 characters")
    themes: list[str] | None = F(None, max_length=40, description="Keys of themes, as in `/themes`")
    steward: str | None = F(None, max_length=3000, description="Who takes care of it")
    talk: str | None = F(None, max_length=3000, description="Where to talk with its people")
    contribute: str | None = F(None, max_length=3000, description="How to contribute")
    decision_body: str | None = F(None, max_length=3000, description="Who decides")
    charter_url: str | None = F(None, max_length=3000, description="Address of its charter or rules")
    contribution_licence: str | None = F(None, max_length=3000, description="Licence of contributions")
    funding_model: str | None = F(None, max_length=3000, description="How it is paid for")
    at_the_end: str | None = F(None, max_length=3000, description="What happens if it ends")
    evidence: list[EvidenceIn] = F([], max_length=20, description="Where what is said can be checked")
    not_the_same: list[NotTheSameIn] = F([], max_length=20, description="A word on each look-alike")
    ask: StrictBool = F(
        False, description="Also ask for publication: all or nothing; what is missing is told (`missing`)"
    )


class LookAlikeOut(Schema):
    """A commons of the desk that may be the same."""

    slug: str = F(description="Its slug")
    name: str = F(description="Its name")
    why: list[str] = F(description="repository, address, name")


class DraftOut(Schema):
    """A proposed commons, which its author and the editors see."""

    id: str = F(description="Id of the commons; stays for ever")
    slug: str = F(description="Its name in addresses; may change when it is published")
    url: str = F(description="Page where it goes on: what is missing, and what can be done")
    state: Literal["draft", "proposed"] = F(description="proposed: an editor will read it")
    missing: list[str] = F(description="Codes of what is missing before it can be published")
    look_alikes: list[LookAlikeOut] = F(description="Commons that may be the same, without a word on them yet")


@router.post("/commons", auth=WRITES, response={200: DraftOut, 201: DraftOut, **REFUSED}, summary="Propose a commons")
def propose(request: HttpRequest, response: HttpResponse, body: CommonsIn) -> Status[dict[str, Any]]:
    """A draft; the same one sent again is answered with 200, another one of the same name and address with 409."""
    file = described(body.publiccode) if body.publiccode is not None else None
    body = _named(body, file)
    given = _read(body)
    with transaction.atomic():
        found, new = _started(request, body, given)
        if new:
            _completed(request, body, found, file)
        elif file and not evidence_for("commons", str(found.pk)).filter(sha256=file.sha256).exists():
            raise _other_draft(found)
        if body.ask and found.state == Commons.State.DRAFT:
            found = services.ask_publication(caller(request), found, at=timezone.now())
    document = _draft(found)
    made(response, page("publish_commons", found.slug))
    return Status(201 if new else 200, document)


def _named(body: CommonsIn, file: Described | None) -> CommonsIn:
    """With the name and the addresses that the file says, where none was sent."""
    said = file.said if file else {}
    name, repository = body.name or said.get("name", ""), body.repository or said.get("repository", "")
    address = body.address or repository or said.get("url", "")
    return body.model_copy(update={"name": name, "address": address, "repository": repository})


def _read(body: CommonsIn) -> dict[str, Any]:
    """The fields that say something; raise Unfit with the faults of all forms together."""
    typed = EMPTY | told(body, *APART) | {"names": "\n".join(body.names or ())}
    start = StartForm({"name": body.name, "address": body.address})
    address = body.address or ""
    field = "repository" if described_by.is_repository(address) or address == body.repository else "url"
    if start.is_valid():  # else its fault is told once
        typed[field] = typed[field] or address
    form = CommonsForm(typed | {"seen": marks(EMPTY)}, words={"kind": {}, "stage": {}})
    shown = [faults(EvidenceForm(one.model_dump()), f"evidence.{n}.") for n, one in enumerate(body.evidence)]
    refuse(faults(start), faults(form), *shown)
    return form.given()


def _started(request: HttpRequest, body: CommonsIn, given: dict[str, Any]) -> tuple[Commons, bool]:
    by, at = caller(request), timezone.now()
    name, address = given.pop("name"), (body.address or "").strip()
    asked = proposals.proposed_by(by, name, address)
    found = asked or services.start_proposal(by, name=name, address=address, given=given, at=at)
    new = found.proposal.created_at == at
    now = editable.current(found)
    if not new and any(now[field] != value for field, value in given.items()):
        raise _other_draft(found)
    return found, new


def _other_draft(found: Commons) -> Conflict:
    said = _("You have a draft of this name and address that says something else: go on with it on its page.")
    return Conflict("other_draft", said, slug=found.slug)


def _completed(request: HttpRequest, body: CommonsIn, found: Commons, file: Described | None) -> None:
    by, at = caller(request), timezone.now()
    if file:
        services.take_over(by, found, read=file, at=at)
    for one in body.evidence:
        services.show_evidence(by, found, kind=one.kind, locator=one.locator.strip(), at=at)
    alike = {one.commons.slug: one.commons for one in duplicates.of(found)}
    for word in body.not_the_same:
        if word.commons not in alike:
            raise NotFound(
                "unknown_look_alike", _("This is no look-alike of the sheet any more."), commons=word.commons
            )
        services.answer_duplicate(by, found, other=alike[word.commons], text=word.reason, at=at)


def _draft(found: Commons) -> dict[str, Any]:
    alike = [{"slug": o.commons.slug, "name": o.commons.name, "why": list(o.why)} for o in editable.unanswered(found)]
    return {
        "id": str(found.pk),
        "slug": found.slug,
        "url": page("publish_commons", found.slug),
        "state": found.state,
        "missing": editable.missing(found),
        "look_alikes": alike,
    }
