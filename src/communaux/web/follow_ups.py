"""Pages where somebody takes a road map up, and says what becomes of it or of a commitment: signed in, or by a link."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communaux.catalogue.queries.needs import own_bodies
from communaux.core import signed_links
from communaux.core.actions import allow
from communaux.core.errors import Gone, Refusal
from communaux.core.models import Person
from communaux.gatherings import services
from communaux.gatherings.forms import AdoptForm, NewsForm
from communaux.gatherings.letters import PURPOSE
from communaux.gatherings.models import Roadmap
from communaux.gatherings.queries import roadmaps
from communaux.gatherings.services.carrying import Asked, asked_by
from communaux.web import errors
from communaux.web.accounts import account_needed, signed_in
from communaux.web.labels import TABLES
from communaux.web.sending import sent

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


def at_a_secret_address[**P](
    *methods: str,
) -> Callable[[Callable[P, HttpResponse]], Callable[P, HttpResponse]]:
    """Who has the address is who it was sent to: it goes into no cache and no log (Django writes there the address of what it
    refuses), and, as everywhere here, to no other site ("no-referrer" would make browsers send `Origin: null` with the form,
    which is refused)."""

    def keeping(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            request = args[0]
            assert isinstance(request, HttpRequest)
            try:
                given = view(*args, **kwargs) if request.method in methods else HttpResponseNotAllowed(methods)
            except Refusal as refusal:
                given = errors.refusal_page(request, refusal)
            given["Cache-Control"], given["X-Robots-Tag"] = "private, no-store", "noindex"
            given._has_been_logged = True  # type: ignore[attr-defined]  # what `log_response` looks at
            return given

        return answer

    return keeping


@account_needed
@reads_and_writes
def adopt(request: HttpRequest, roadmap: str) -> HttpResponse:
    by, found = signed_in(request), roadmaps.get(roadmap)
    bodies = own_bodies(by, timezone.localdate())
    form = AdoptForm(request.POST or None, bodies=bodies)
    if sent(form, lambda: services.adopt(by, found, **form.cleaned_data, at=timezone.now())):
        messages.success(request, _("Your body carries it. The desk will ask you how it goes in three months."))
        return redirect(found)
    context = {"roadmap": found, "form": form, "bodies": bodies}
    return render(request, "gatherings/adopt.html", context, status=422 if form.errors else 200)


@account_needed
@reads_and_writes
def tell_news(request: HttpRequest, roadmap: str) -> HttpResponse:
    """A member of the body that carries it."""
    by, found = signed_in(request), roadmaps.get(roadmap)
    allow("gatherings.tell_news", by, found)
    form = _form(request, found)
    if sent(form, lambda: services.tell_news(by, found, news=form.news(), at=timezone.now())):
        messages.success(request, _("Your news is there, for everybody to read."))
        return redirect(found)
    context = {"asked": found, "form": form}
    return render(request, "gatherings/tell_news.html", context, status=422 if form.errors else 200)


@at_a_secret_address("GET", "HEAD", "POST")
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link writes nothing: mail scanners open links too."""
    try:
        link = signed_links.opened(token, PURPOSE, timezone.now())
    except Gone as gone:
        context = {"why": gone.message, "expired": gone.details["why"] == "expired", "token": token}
        return render(request, "gatherings/link_over.html", context, status=gone.status)
    found = asked_by(link)
    form = _form(request, found)
    if sent(form, lambda: services.answer_link(_desk(), link, news=form.news(), at=timezone.now())):
        messages.success(request, _("Thank you: your answer is there, for everybody to read."))
        return redirect(found)
    context = {"asked": found, "form": form, "link": link, "token": token, "roadmap": isinstance(found, Roadmap)}
    return render(request, "gatherings/follow_up.html", context, status=422 if form.errors else 200)


@at_a_secret_address("POST")
def stop_asking(request: HttpRequest, token: str) -> HttpResponse:
    """By an old mail too: the service looks whether it is still this person who is asked."""
    link = signed_links.known(token, PURPOSE)
    found = services.stop_asking(_desk(), link, at=timezone.now())
    messages.success(request, _("The desk will not write to you about it any more."))
    return redirect(found)


@at_a_secret_address("POST")
def ask_again(request: HttpRequest, token: str) -> HttpResponse:
    """A new link, to the address on file and nowhere else."""
    link = signed_links.known(token, PURPOSE)
    services.ask_again(_desk(), link, at=timezone.now())
    messages.success(request, _("A new link is on its way to the address that the desk holds."))
    return redirect(asked_by(link))


def _form(request: HttpRequest, found: Asked) -> NewsForm:
    typed, words = request.POST if request.method == "POST" else None, TABLES["follow_up"]
    return NewsForm(typed, words=words, waiting=list(roadmaps.waiting(found)) if isinstance(found, Roadmap) else ())


def _desk() -> Person:
    return Person.objects.desk()
