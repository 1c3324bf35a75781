"""The one page on which a draft note is written. Whatever button is pressed, all that was typed is saved first.

Texts, the candidate being judged and a search are one form with several buttons (`do`): nothing typed in one part is lost
by a click in another. A text that somebody else saved meanwhile answers 409, both texts shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communaux.catalogue import opportunity
from communaux.catalogue.forms.fields import Words
from communaux.catalogue.forms.notes import CandidateForm, NoteForm
from communaux.catalogue.models import Commons, NoteCandidate, OpportunityNote
from communaux.catalogue.queries import comparison
from communaux.catalogue.queries import notes as queries
from communaux.catalogue.services import conclude_note, freeze_note, write_note
from communaux.catalogue.services.note_pieces import (
    add_note_search,
    judge_note_candidate,
    remove_note_candidate,
    remove_note_search,
)
from communaux.core.actions import allow
from communaux.core.errors import Conflict, NotReady
from communaux.core.models import Organisation, Person
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.keeping import reader, told

CANDIDATE = "c"  # prefix of its fields


@dataclass(frozen=True, slots=True)
class Typed:
    """The two forms of one sending."""

    texts: NoteForm
    candidate: CandidateForm


@account_needed
@require_http_methods(["GET", "HEAD", "POST"])
def edit_note(request: HttpRequest, draft: UUID) -> HttpResponse:
    by = signed_in(request)
    found = queries.readable(by, draft)
    allow("catalogue.write_note", by, found)
    if request.method == "POST":
        return _answered(request, by, found)
    if found.state != OpportunityNote.State.DRAFT:
        return redirect(found)
    return _page(request, found, Typed(_texts_of(found, by), _candidate_of(request, found)))


def _answered(request: HttpRequest, by: Person, note: OpportunityNote) -> HttpResponse:
    """What was sent is saved, or both texts are shown: mine, and what stands there."""
    typed = Typed(NoteForm(request.POST, orgs=_orgs(note, by)), CandidateForm(request.POST, prefix=CANDIDATE))
    if note.state != OpportunityNote.State.DRAFT:
        return _frozen_meanwhile(request, note, typed)
    try:
        return _sent(request, by, note, typed)
    except Conflict as refused:
        there = queries.readable(by, note.pk)
        if refused.code == "note_frozen":
            return _frozen_meanwhile(request, there, typed)
        if refused.code == "stale":
            return _conflict(request, there, typed, refused.details["version"])
        raise


def _orgs(note: OpportunityNote, by: Person) -> Any:
    """Those the person may speak for, and the one the note has."""
    mine = queries.organisations(by).values("pk")
    return Organisation.objects.filter(Q(pk__in=mine) | Q(pk=note.org_id)).order_by("name", "pk")


def _texts_of(note: OpportunityNote, by: Person) -> NoteForm:
    names = ("version", "title", "need_text", "conclusion", "conclusion_text", "giveback", "giveback_licence")
    initial = {name: getattr(note, name) for name in names} | {"org": note.org_id}
    return NoteForm(initial=initial, orgs=_orgs(note, by))


def _candidate_of(request: HttpRequest, note: OpportunityNote) -> CandidateForm:
    """The candidate that was asked for: one of the list, or a hit that has no verdict yet."""
    number = request.GET.get("candidat", "")
    row = note.candidates.filter(pk=int(number[:18])).first() if number.isascii() and number.isdigit() else None
    if row is not None:
        names = ("version", "address", "verdict", "reason_code", "reason")
        initial = {name: getattr(row, name) for name in names}
        initial |= {"slug": row.commons.slug} if row.commons else {"name": row.outside}
        return CandidateForm(prefix=CANDIDATE, initial=initial)
    found = comparison.chosen([request.GET.get("juger", "")]).columns
    return CandidateForm(prefix=CANDIDATE, initial={"slug": found[0].slug, "version": 0} if found else {"version": 0})


def _sent(request: HttpRequest, by: Person, note: OpportunityNote, typed: Typed) -> HttpResponse:
    """Save texts, candidate and search, then do what the button says."""
    if not typed.texts.is_valid():
        return _page(request, note, typed, failed=typed.texts)
    note = _save_texts(by, note, typed.texts)
    if not typed.candidate.is_empty():
        if not typed.candidate.is_valid():
            kept = Typed(_texts_of(note, by), typed.candidate)
            return _page(request, note, kept, failed=typed.candidate)
        _judge(request, by, note, typed.candidate.cleaned_data)
    if query := request.POST.get("q", "").strip():
        kept_search = {"text": query, "facets": {}, "reader": reader(), "at": timezone.now()}
        told(request, lambda: add_note_search(by, note, **kept_search), _("The search is kept in this note."))
    return _pressed(request, by, note, request.POST.get("do", ""))


def _save_texts(by: Person, note: OpportunityNote, form: NoteForm) -> OpportunityNote:
    """Only what changed is saved, so that two tabs which change nothing do not collide."""
    version = form.cleaned_data["version"]
    for service, changed in zip((write_note, conclude_note), form.changes(note), strict=True):
        if changed:
            note = service(by, note, version=version, at=timezone.now(), **changed)
            version = note.version
    return note


def _judge(request: HttpRequest, by: Person, note: OpportunityNote, given: dict[str, Any]) -> None:
    thing = _thing(note, given["slug"], given["name"])
    verdict = {name: given[name] for name in ("verdict", "reason_code", "reason")}
    if not isinstance(thing, Commons):
        verdict["address"] = given["address"]
    version = given["version"] or 0
    told(
        request,
        lambda: judge_note_candidate(by, note, thing=thing, version=version, verdict=verdict, at=timezone.now()),
        _("The verdict on %(name)s is kept.") % {"name": str(thing)},
    )


def _thing(note: OpportunityNote, slug: str, name: str) -> Commons | str:
    """A commons of the desk by its slug or its name; what the list has as an outside thing stays one."""
    if not slug and note.candidates.filter(outside=name).exists():
        return name
    found = comparison.chosen([slug or name]).columns
    return found[0] if found else name


def _pressed(request: HttpRequest, by: Person, note: OpportunityNote, do: str) -> HttpResponse:
    here, now = reverse("edit_note", args=[note.pk]), timezone.now()
    match do.split(" ", 1):
        case ["judge", slug]:
            return redirect(f"{here}?juger={slug}#candidate")
        case ["change", number]:
            return redirect(f"{here}?candidat={number}#candidate")
        case ["drop_search", number] if number.isdigit():
            told(request, lambda: remove_note_search(by, note, search=int(number[:18]), at=now), _("Taken out."))
        case ["drop_candidate", number] if number.isdigit():
            told(request, lambda: remove_note_candidate(by, note, candidate=int(number[:18]), at=now), _("Taken out."))
        case ["freeze"]:
            return _freeze(request, by, note)
        case _:
            messages.success(request, _("Saved."))
    return redirect(here)


def _freeze(request: HttpRequest, by: Person, note: OpportunityNote) -> HttpResponse:
    """Closed for ever; or the same page again, with what is missing."""
    try:
        frozen = freeze_note(by, note, at=timezone.now())
    except NotReady:
        typed = Typed(_texts_of(note, by), CandidateForm(prefix=CANDIDATE, initial={"version": 0}))
        return _page(request, note, typed, refused=True)
    messages.success(request, _("The note is frozen. Publish it when you want everybody to read it."))
    return redirect(frozen)


def _page(
    request: HttpRequest, note: OpportunityNote, typed: Typed, *, failed: Form | None = None, refused: bool = False
) -> HttpResponse:
    content = queries.content(note)
    moved = queries.moved(content)
    context = {
        "note": note,
        "texts": typed.texts,
        "candidate": typed.candidate,
        "candidate_name": _name_of(typed.candidate),
        "failed": failed,
        "refused": refused,
        "missing": opportunity.missing(content, moved),
        "to_judge": opportunity.unjudged_hits(content, moved),
        "searches": note.searches.order_by("at", "pk"),
        "rows": note.candidates.select_related("commons").order_by("pk"),
        "q": request.POST.get("q", "") if failed else "",
    }
    return render(request, "catalogue/note_edit.html", context, status=422 if failed or refused else 200)


def _name_of(form: CandidateForm) -> str:
    """Of the candidate that the form is about already; empty when it is to be typed."""
    slug = form["slug"].value()
    if slug:
        found = comparison.chosen([slug]).columns
        return found[0].name if found else str(slug)
    return "" if form.is_bound else str(form["name"].value() or "")


def _conflict(request: HttpRequest, note: OpportunityNote, typed: Typed, version: int) -> HttpResponse:
    """What I typed beside what is there; sending again puts mine in its place."""
    told = _texts_apart(note, typed.texts)
    name = "version" if told else f"{CANDIDATE}-version"
    told = told or _verdict_apart(note, typed.candidate)
    fields = [
        (key, value)
        for key, values in request.POST.lists()
        for value in values
        if key not in {name, "csrfmiddlewaretoken"}
    ]
    context = {"note": note, "apart": told, "fields": [*fields, (name, str(version))]}
    return render(request, "catalogue/note_conflict.html", context, status=409)


def _frozen_meanwhile(request: HttpRequest, note: OpportunityNote, typed: Typed) -> HttpResponse:
    """Nothing can be saved any more, and nothing is thrown away: what I typed stands on the page."""
    fields = [(field, getattr(note, field.name, "")) for form in (typed.texts, typed.candidate) for field in form]
    apart = [
        (str(field.label), str(field.value()), _shown(there))
        for field, there in fields
        if isinstance(field.field, Words) and not field.is_hidden and field.value() and field.value() != there
    ]
    return render(request, "catalogue/note_conflict.html", {"note": note, "apart": apart, "frozen": True}, status=409)


def _texts_apart(note: OpportunityNote, form: NoteForm) -> list[tuple[str, str, str]]:
    need, end = form.changes(note)
    return [
        (str(form.fields[name].label), _shown(value), _shown(getattr(note, name)))
        for name, value in (need | end).items()
    ]


def _verdict_apart(note: OpportunityNote, form: CandidateForm) -> list[tuple[str, str, str]]:
    given = form.cleaned_data
    thing = _thing(note, given["slug"], given["name"])
    what = {"commons": thing} if isinstance(thing, Commons) else {"outside": thing}
    row: NoteCandidate | None = note.candidates.filter(**what).first()
    names = ("verdict", "reason_code", "reason")
    return [
        (str(form.fields[name].label), _shown(given[name]), _shown(getattr(row, name, "")))
        for name in names
        if given[name] != getattr(row, name, "")
    ]


def _shown(value: object) -> str:
    return "—" if value in (None, "") else str(value)
