"""Pages to propose a commons, to describe it, to publish it or send it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communaux.catalogue import described_by, services
from communaux.catalogue.forms.commons import CommonsForm, EvidenceForm, FileForm, StartForm, marks
from communaux.catalogue.forms.licences import doubt
from communaux.catalogue.models import Commons
from communaux.catalogue.queries import duplicates, editable, proposals
from communaux.catalogue.services.describing import EditedMeanwhile
from communaux.catalogue.tasks import read_repository
from communaux.core import tasks
from communaux.core.actions import allow
from communaux.core.errors import NotReady
from communaux.core.queries import evidence_for
from communaux.web.accounts import account_needed, signed_in
from communaux.web.labels import TABLES

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@account_needed
@reads_and_writes
def propose(request: HttpRequest) -> HttpResponse:
    """Name and address first; the look-alikes are shown before anything is saved."""
    by, asked = signed_in(request), request.GET
    given = {"name": asked.get("nom", "")[:250], "address": asked.get("adresse", "")[:1000]}
    form = StartForm(request.POST or None, initial=given)
    found: list[duplicates.LookAlike] = []
    if form.is_valid():
        told = form.cleaned_data
        found = duplicates.possible([told["name"]], [told["address"]])
        if not found or told["seen"]:
            return redirect("edit_commons", services_start(by, told).slug)
    context = {"form": form, "found": found, "mine": proposals.mine(by)}
    return render(request, "catalogue/propose.html", context)


def services_start(by: Any, told: dict[str, Any]) -> Commons:
    """A repository of a known forge is one; another address is that of a site."""
    field = "repository" if described_by.is_repository(told["address"]) else "url"
    given = {field: told["address"]}
    return services.start_proposal(by, name=told["name"], address=told["address"], given=given, at=timezone.now())


@account_needed
@reads_and_writes
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Describe a draft or a sheet; what somebody else changed meanwhile is shown beside, nothing is lost."""
    by = signed_in(request)
    found = proposals.workable(slug, by)
    allow("catalogue.describe", by, found)
    now = editable.current(found)
    form = CommonsForm(request.POST or None, initial=now | {"seen": marks(now)}, words=TABLES)
    if request.method == "POST" and form.is_valid():
        try:
            return _described(request, by, found, form)
        except EditedMeanwhile as clash:
            return _clash(request, found, clash.details["fields"])
    return _form(request, found, form)


def _described(request: HttpRequest, by: Any, found: Commons, form: CommonsForm) -> HttpResponse:
    given, reason = form.given(), form.cleaned_data["reason"]
    if given:
        services.describe(by, found, given=given, seen=form.shown(), reason=reason, at=timezone.now())
    messages.success(request, _("Saved.") if given else _("Nothing had changed."))
    unseen = found.state in {Commons.State.DRAFT, Commons.State.PROPOSED}
    if not unseen and (told := doubt(str(given.get("licence", "")))):
        messages.warning(request, told)
    return redirect("publish_commons" if unseen else "commons", found.slug)


def _clash(request: HttpRequest, found: Commons, moved: dict[str, Any]) -> HttpResponse:
    """Both texts: what the field says now, and what was typed, kept in the form that can be sent again."""
    typed = request.POST.copy()
    typed["seen"] = marks(editable.current(found))
    form = CommonsForm(typed, words=TABLES)
    rows = [(form[name].label, editable.shown(value)) for name, value in moved.items()]
    return _form(request, found, form, clash=rows, status=409)


def _form(request: HttpRequest, found: Commons, form: CommonsForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"commons": found, "form": form, "file_form": FileForm(), **more}
    return render(request, "catalogue/edit.html", context, status=status)


@require_POST
@account_needed
def fill(request: HttpRequest, slug: str) -> HttpResponse:
    """Take from a file of the project what the sheet does not say yet."""
    by = signed_in(request)
    found = proposals.workable(slug, by)
    allow("catalogue.describe", by, found)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        now = editable.current(found)
        shown = CommonsForm(initial=now | {"seen": marks(now)}, words=TABLES)
        return render(request, "catalogue/edit.html", {"commons": found, "form": shown, "file_form": form}, status=422)
    sent = form.cleaned_data["file"]
    read = described_by.read_file(sent.name, sent.read())
    n = services.take_over(by, found, read=read, at=timezone.now())
    messages.success(request, _("Fields filled from %(file)s: %(n)d. Read them again.") % {"n": n, "file": sent.name})
    return redirect("edit_commons", found.slug)


@require_POST
@account_needed
def fetch(request: HttpRequest, slug: str) -> HttpResponse:
    """Queue the reading of the project's file at its repository; nothing on the page waits for it."""
    by = signed_in(request)
    found = proposals.workable(slug, by)
    allow("catalogue.describe", by, found)
    title = _("Reading of the file of %(name)s") % {"name": found.name}
    task = tasks.start(
        by, kind=f"describe:{found.pk}", title=title, work=read_repository, commons=str(found.pk), at=timezone.now()
    )
    return redirect("progress", task.pk)


@account_needed
@reads_and_writes
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What is missing by name, the look-alikes, and what can be done by whoever may."""
    by = signed_in(request)
    found = proposals.workable(slug, by)
    evidence = EvidenceForm(request.POST if request.POST.get("do") == "show_evidence" else None)
    if request.method == "POST" and (done := _done(request, by, found, evidence)):
        messages.success(request, done)
        return redirect(found) if found.state == Commons.State.PUBLISHED else _after(found)
    context = {
        "commons": found,
        "evidence_form": evidence,
        "evidence": evidence_for("commons", str(found.pk)),
        "missing": editable.missing(found),
        "licence_doubt": doubt(str(editable.current(found)["licence"])),
        "look_alikes": [(one, editable.answer(found, one)) for one in duplicates.of(found)],
        "proposal": getattr(found, "proposal", None),
    }
    return render(request, "catalogue/publish.html", context, status=422 if evidence.errors else 200)


def _after(found: Commons) -> HttpResponse:
    exists = Commons.objects.filter(pk=found.pk).exists()
    return redirect("publish_commons", found.slug) if exists else redirect("propose")


def _done(request: HttpRequest, by: Any, found: Commons, evidence: EvidenceForm) -> str:
    """Do what the button says; the sentence to show, or nothing when the form was not right."""
    at, reason = timezone.now(), request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "ask": (lambda: services.ask_publication(by, found, at=at), _("Proposed: an editor will read it.")),
        "publish": (lambda: services.publish(by, found, at=at), _("Published.")),
        "send_back": (lambda: services.send_back(by, found, reason=reason, at=at), _("Sent back to its author.")),
        "withhold": (lambda: services.withhold(by, found, reason=reason, at=at), _("Taken off the desk.")),
        "restore": (lambda: services.restore(by, found, reason=reason, at=at), _("Back on the desk.")),
        "discard": (lambda: services.discard(by, found, at=at), _("The draft is thrown away.")),
        "answer": (lambda: _answered(request, by, found, reason), _("Noted.")),
        "show_evidence": (lambda: services.show_evidence(by, found, **evidence.cleaned_data, at=at), _("Noted.")),
    }
    wanted = request.POST.get("do", "")
    if wanted not in acts:
        raise NotReady("unknown_act", _("This form does not say what to do."))
    if wanted == "show_evidence" and not evidence.is_valid():
        return ""
    act, sentence = acts[wanted]
    act()
    return sentence


def _answered(request: HttpRequest, by: Any, found: Commons, text: str) -> None:
    other = next((one for one in duplicates.of(found) if one.commons.slug == request.POST.get("other")), None)
    if other is None:
        raise NotReady("unknown_look_alike", _("This is no look-alike of the sheet any more."))
    services.answer_duplicate(by, found, other=other.commons, text=text, at=timezone.now())
