"""From a search or a comparison into a note: in one of one's drafts, or in a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communaux.catalogue.formats.document import printable
from communaux.catalogue.models import OpportunityNote
from communaux.catalogue.queries import comparison, notes
from communaux.catalogue.queries.search import FACETS
from communaux.catalogue.services import create_note
from communaux.catalogue.services.note_pieces import add_note_candidates, add_note_search
from communaux.core.errors import BadRequest, Conflict, Refusal
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.web.accounts import account_needed, signed_in

LONGEST_TITLE = 100
OFFERED = 20  # drafts


def choices(user: object) -> dict[str, Any]:
    """Drafts that a signed-in person may add to, and the key of the one that would be new."""
    if not isinstance(user, Person):
        return {}
    return {"drafts": notes.drafts(user)[:OFFERED], "key": uuid7()}


@require_POST
@account_needed
def keep_search(request: HttpRequest) -> HttpResponse:
    """Search again for the note, and keep what is answered."""
    by, text = signed_in(request), request.POST.get("q", "")
    facets = {name: request.POST.getlist(name) for name in FACETS}
    note = _draft(request, by, text)
    kept = {"text": text, "facets": facets, "reader": reader(), "at": timezone.now()}
    told(request, lambda: add_note_search(by, note, **kept), _("The search is kept in this note."))
    return redirect("edit_note", note.pk)


@require_POST
@account_needed
def keep_compared(request: HttpRequest) -> HttpResponse:
    by, found = signed_in(request), comparison.chosen(request.POST.getlist("c")).columns
    if not found:
        raise BadRequest("nothing_chosen", _("No commons of this desk was chosen."))
    note = _draft(request, by, ", ".join(one.name for one in found))
    told(request, lambda: add_note_candidates(by, note, found=found, at=timezone.now()), _("They are in this note."))
    return redirect("edit_note", note.pk)


def _draft(request: HttpRequest, by: Person, title: str) -> OpportunityNote:
    """The draft that was chosen, else a new one: sent twice, the same form makes it once."""
    if chosen := request.POST.get("note"):
        return notes.readable(by, as_uuid(chosen))
    key = as_uuid(request.POST.get("key", ""))
    name = printable(title)[:LONGEST_TITLE] or _("Note")
    texts = {"title": name, "need_text": "", "lang": get_language() or "fr"}
    try:
        return create_note(by, key=key, at=timezone.now(), **texts)
    except Conflict:
        return notes.readable(by, key)


def as_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadRequest("bad_note", _("This form is damaged: open the page again.")) from error


def told(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do it and say so; what is refused is said too, and stops nothing else of the same form."""
    try:
        act()
    except Refusal as refused:
        if refused.code == "stale":
            raise
        messages.warning(request, refused.message)
        return False
    messages.success(request, done)
    return True


def reader() -> Any:
    return "fr" if get_language() == "fr" else "en"
