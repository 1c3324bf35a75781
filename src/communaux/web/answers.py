"""Declared answers of a commons: frames, one question with its answer and its readers, what is missing in the profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.assessment import queries as profiles
from communaux.assessment import queries_answers as queries
from communaux.assessment import services_answers as services
from communaux.assessment.answers import Asked, Reviewing
from communaux.assessment.forms_answers import Answering, Reading, stored
from communaux.assessment.models import PeerReview
from communaux.catalogue.models import Commons
from communaux.catalogue.queries.reuses import bodies_of
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Person
from communaux.engines.assess import answers as engine
from communaux.engines.assess.answers import Question
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.reuses import kept_commons
from communaux.web.catalogue.sheet import of_commons
from communaux.web.kept import refused
from communaux.web.unchanged import while_unchanged

PER_PAGE = 20
type Page = Callable[..., HttpResponse]


@of_commons
def frames(request: HttpRequest, found: Commons) -> HttpResponse:
    """How far each frame is."""
    reads = queries.read_all(found, timezone.localdate())
    told = [queries.framed(frame, reads) for frame in engine.frames().values()]
    answered = sum(one.answered for one in reads.values())
    context = {"commons": found, "frames": told, "answered": answered, "questions": len(reads)}
    return render(request, "assessment/answers.html", context)


@require_safe
@while_unchanged
def to_read(request: HttpRequest) -> HttpResponse:
    """Answers that wait for somebody of another organisation; signed in, those that one may read."""
    by = request.user if isinstance(request.user, Person) else None
    paginator = Paginator(queries.to_read(timezone.localdate(), by=by), PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"rows": page.object_list, "total": paginator.count, "by": by}
    return render(request, "assessment/to_read.html", context | pager.context(page.number, paginator.num_pages))


@of_commons
def missing(request: HttpRequest, found: Commons) -> HttpResponse:
    """Conditions that are not met or not known, with what to do."""
    told = profiles.profile_of(found)
    judged = [one for panel in told.panels for one in panel.judged] if told else []
    context = {"commons": found, "profile": told, "missing": queries.missing(judged), "known": len(judged)}
    return render(request, "assessment/missing.html", context)


def at_address(view: Page) -> Page:
    """Give a page the commons and the code at its address. What was typed for one that was merged meanwhile is not written."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str, code: str) -> HttpResponse:
        found = kept_commons(slug)
        if found.slug == slug:
            return view(request, found, code)
        if request.method == "POST":
            told = _("This commons has moved to %(name)s meanwhile. Nothing was changed.") % {"name": found.name}
            raise Conflict("moved", told)
        assert request.resolver_match
        return redirect(request.resolver_match.view_name, found.slug, code, permanent=True)

    return answer


@require_safe
@at_address
def frame(request: HttpRequest, found: Commons, code: str) -> HttpResponse:
    asked = queries.frame_at(code)
    told = queries.framed(asked, queries.read_all(found, timezone.localdate()))
    proposed = [read.question for point in told.points for read in point.reads if read.proposal]
    may = {kind: _may_answer(request, found, proposed, kind) for kind in {one.steward for one in proposed}}
    accepts = {one.code for one in proposed if may[one.steward]}
    return render(request, "assessment/answers_frame.html", {"commons": found, "told": told, "accepts": accepts})


def _may_answer(request: HttpRequest, found: Commons, asked: Sequence[Question], steward: bool) -> bool:
    """Asked once for all questions of a kind: the rule looks at nothing else of a question."""
    one = next(one for one in asked if one.steward == steward)
    return bool(rules.has_perm("assessment.answer", request.user, Asked(found, one)))


@require_http_methods(["GET", "HEAD", "POST"])
@at_address
def question(request: HttpRequest, found: Commons, code: str) -> HttpResponse:
    """The question, what is answered, who read it; sent, a new answer."""
    asked = queries.question_at(code)
    if request.method != "POST":
        return _page(request, found, asked)
    form = Answering(request.POST, bodies=bodies(signed_in(request)))
    if form.is_valid() and _answered(request, found, asked, form):
        messages.success(request, _("Your answer is public now, in every frame that asks this."))
        return redirect("assessment_question", found.slug, code)
    return _page(request, found, asked, 422, answering=form)


def _answered(request: HttpRequest, found: Commons, asked: Question, form: Answering) -> bool:
    """Whether it is written; a second click finds it written already."""
    by, body = signed_in(request), form.cleaned_data.get("organisation")
    try:
        services.answer(
            by, Asked(found, asked, body), said=form.said(), seen=number(request, "seen"), at=timezone.now()
        )
    except Conflict as error:
        standing = queries.standing(found, asked.code)
        if standing is None or standing.by_id != by.pk or not form.repeats(standing, queries.links_of(standing)):
            refused(form, error)
            return False
    return True


def _page(request: HttpRequest, found: Commons, asked: Question, status: int = 200, **forms: Any) -> HttpResponse:
    read = queries.read_all(found, timezone.localdate())[asked.code]
    person = request.user if isinstance(request.user, Person) else None
    context = {
        "commons": found,
        "read": read,
        "sent": request.POST.get("answer", ""),  # the answer that a reader wrote of, which may be gone meanwhile
        "frames": queries.frames_with(asked.code),
        "earlier": queries.earlier(found, asked.code),
        "may_answer": rules.has_perm("assessment.answer", request.user, Asked(found, asked)),
        "may_withdraw": read.answer and rules.has_perm("assessment.withdraw_answer", request.user, read.answer),
        **(_forms(person, read) if person else {}),
        **forms,
    }
    return render(request, "assessment/answers_question.html", context, status=status)


def _forms(person: Person, read: queries.Read) -> dict[str, Any]:
    """What somebody signed in may fill in: an answer, and what a peer found of the one that stands."""
    answer, links = read.answer, [one for one in read.evidence if one.kind == "link"]
    told: dict[str, Any] = {"answering": Answering(initial=stored(answer, links), bodies=bodies(person))}
    if answer is None:
        return told
    peers = queries.peer_bodies(person, answer, timezone.localdate())
    mine = next((one for one in read.reviews if one.by_id == person.pk), None)
    return told | {"mine": mine, "peer": bool(peers), "reading": Reading(bodies=peers) if peers and not mine else None}


def bodies(person: Person) -> Any:
    return bodies_of(person, timezone.localdate())


def number(request: HttpRequest, name: str) -> UUID | None:
    """A number that a page has written into its form; None: it was empty there."""
    told = request.POST.get(name, "")
    try:
        return UUID(told) if told else None
    except ValueError as error:
        raise BadRequest("no_number", _("This form cannot be read. Open the page again.")) from error


def needed(request: HttpRequest, name: str) -> UUID:
    if found := number(request, name):
        return found
    raise BadRequest("no_number", _("This form cannot be read. Open the page again."))


@require_POST
@account_needed
@at_address
def accept(request: HttpRequest, found: Commons, code: str) -> HttpResponse:
    """Make what a run proposes the answer. A second click finds it done."""
    asked, run = queries.question_at(code), needed(request, "run")
    by, seen = signed_in(request), number(request, "seen")
    try:
        services.accept_proposal(by, Asked(found, asked), run=run, seen=seen, at=timezone.now())
    except Conflict as error:
        standing = queries.standing(found, code)
        if standing is None or standing.by_id != by.pk or standing.told.get("run") != str(run):
            raise error
    messages.success(request, _("What the assessment read is the answer now."))
    return redirect("assessment_question", found.slug, code)


@require_POST
@account_needed
@at_address
def withdraw(request: HttpRequest, found: Commons, code: str) -> HttpResponse:
    given = queries.answer_at(needed(request, "answer"))
    services.withdraw_answer(signed_in(request), given, at=timezone.now())
    messages.success(request, _("The answer is withdrawn; it stays readable among the earlier ones."))
    return redirect("assessment_question", found.slug, code)


@require_POST
@account_needed
@at_address
def review(request: HttpRequest, found: Commons, code: str) -> HttpResponse:
    """What a peer found of the answer that was read."""
    by, asked, answer = signed_in(request), queries.question_at(code), queries.answer_at(needed(request, "answer"))
    peers = queries.reading_bodies(by, answer, timezone.localdate())
    form = Reading(request.POST, bodies=peers)
    if form.is_valid() and _reviewed(by, Reviewing(answer, form.cleaned_data["organisation"]), form):
        messages.success(request, _("What you found is public now. Whoever answered is told when it is contested."))
        return redirect("assessment_question", found.slug, code)
    return _page(request, found, asked, 422, reading=form)


def _reviewed(by: Person, reviewing: Reviewing, form: Reading) -> bool:
    try:
        services.review_answer(by, reviewing, said=form.said(), at=timezone.now())
    except Conflict as error:
        mine = PeerReview.objects.filter(answer=reviewing.answer, by=by).first()
        if mine is None or not form.repeats(mine):
            refused(form, error)
            return False
    return True


AT = "communs/<slug:slug>/evaluation/"
urlpatterns = [
    path("evaluations/a-relire/", to_read, name="answers_to_read"),
    path(f"{AT}reponses/", frames, name="assessment_answers"),
    path(f"{AT}reponses/<slug:code>/", frame, name="assessment_frame"),
    path(f"{AT}ce-qui-manque/", missing, name="assessment_missing"),
    path(f"{AT}questions/<slug:code>/", question, name="assessment_question"),
    path(f"{AT}questions/<slug:code>/accepter/", accept, name="accept_proposal"),
    path(f"{AT}questions/<slug:code>/retirer/", withdraw, name="withdraw_answer"),
    path(f"{AT}questions/<slug:code>/relire/", review, name="review_answer"),
]
