"""Pages of the *note d'opportunité*: list, new, one to read and to take away, publish, revise."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.catalogue.formats import note_markdown, note_odt
from communaux.catalogue.formats.document import printable
from communaux.catalogue.forms.notes import BeginForm
from communaux.catalogue.models import OpportunityNote
from communaux.catalogue.queries import notes as queries
from communaux.catalogue.queries.search import FACETS
from communaux.catalogue.services import create_note, publish_note, revise_note
from communaux.catalogue.services.note_pieces import add_note_search
from communaux.core.errors import Conflict, NotAllowed
from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.web import note_blocks, pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.keeping import LONGEST_TITLE, reader, told

PER_PAGE = 20
FORMATS = {
    "md": (note_markdown.write, "text/markdown; charset=utf-8"),
    "odt": (note_odt.write, note_odt.MIME),
}


def for_readers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page the note at its address; a visitor who may not read it is led to the sign-in."""

    @wraps(view)
    def answer(request: HttpRequest, note: UUID, **more: str) -> HttpResponse:
        try:
            found = queries.readable(request.user, note)
        except NotAllowed:
            if request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())
        return view(request, found, **more)

    return require_safe(answer)


@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    paginator = Paginator(queries.published(), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    mine = queries.of(request.user)[:PER_PAGE] if isinstance(request.user, Person) else ()
    context = {"page_of": page, "mine": mine, **pager.context(page.number, paginator.num_pages)}
    return render(request, "catalogue/notes.html", context)


@account_needed
@require_http_methods(["GET", "HEAD", "POST"])
def begin_note(request: HttpRequest) -> HttpResponse:
    """A new note, with the search it starts from if one is carried along."""
    by = signed_in(request)
    given = request.POST if request.method == "POST" else request.GET
    text, facets = given.get("q", ""), {name: given.getlist(name) for name in FACETS}
    form = BeginForm(request.POST or None, orgs=queries.organisations(by), initial=_first(text))
    if form.is_valid():
        note = _begun(by, form)
        kept = {"text": text, "facets": facets, "reader": reader(), "at": timezone.now()}
        if text.strip():
            told(request, lambda: add_note_search(by, note, **kept), _("The search is kept in this note."))
        return redirect("edit_note", note.pk)
    carried = [(name, value) for name, values in {"q": [text], **facets}.items() for value in values if value]
    return render(request, "catalogue/note_begin.html", {"form": form, "carried": carried})


def _first(text: str) -> dict[str, Any]:
    return {"key": uuid7(), "title": printable(text)[:LONGEST_TITLE], "need_text": text.strip()}


def _begun(by: Person, form: BeginForm) -> OpportunityNote:
    """The new note; that of the first click when the form was sent twice."""
    typed = form.cleaned_data
    try:
        return create_note(by, at=timezone.now(), lang=get_language() or "fr", **typed)
    except Conflict:
        return queries.readable(by, typed["key"])


@for_readers
def note(request: HttpRequest, found: OpportunityNote) -> HttpResponse:
    content = queries.content(found)
    context = {
        "note": found,
        "document": note_blocks.document(content, found.sha256),
        "newer": queries.revision_of(found),
    }
    return render(request, "catalogue/note.html", context)


@for_readers
def note_file(request: HttpRequest, found: OpportunityNote, ending: str) -> HttpResponse:
    """The note as Markdown or ODT, in the language of the page."""
    write, kind = FORMATS[ending]
    data = write(note_blocks.document(queries.content(found), found.sha256))
    headers = {"Content-Disposition": f'attachment; filename="note-{found.pk}.{ending}"'}
    return HttpResponse(data, content_type=kind, headers=headers)


@for_readers
def note_json(request: HttpRequest, found: OpportunityNote) -> HttpResponse:
    """What `communaux note verify` reads: the content and its hash, empty for a draft."""
    told = {"sha256": found.sha256, "content": queries.content(found)}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_POST
@account_needed
def publish(request: HttpRequest, note: UUID) -> HttpResponse:
    by = signed_in(request)
    found = queries.readable(by, note)
    told(request, lambda: publish_note(by, found, at=timezone.now()), _("Everybody can read this note now."))
    return redirect("note", note)


@require_POST
@account_needed
def revise(request: HttpRequest, note: UUID) -> HttpResponse:
    """A new draft from this note; the one that was begun already, if there is one."""
    by = signed_in(request)
    found = queries.readable(by, note)
    try:
        new = revise_note(by, found, at=timezone.now())
    except Conflict:
        new = queries.revision_of(found) or found
    return redirect("edit_note", new.pk)
