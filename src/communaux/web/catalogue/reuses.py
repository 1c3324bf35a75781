"""Who uses a commons: the list, one use with its history, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communaux.catalogue import services
from communaux.catalogue.forms.reuses import End, OwnUse, Use, UseFromSource
from communaux.catalogue.models import Commons, Reuse
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import reuses as queries
from communaux.catalogue.queries import search as search_queries
from communaux.catalogue.reusing import RENEWED_FROM, Declared, term
from communaux.catalogue.rules import is_editor
from communaux.core.actions import allow
from communaux.core.errors import Conflict, NotAllowed, Refusal
from communaux.core.models import Person
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.catalogue.sheet import of_commons
from communaux.web.kept import form_page, refused, written

asked_or_sent = require_http_methods(["GET", "HEAD", "POST"])


@of_commons
def uses(request: HttpRequest, found: Commons) -> HttpResponse:
    paginator = Paginator(queries.uses_of(found.pk), search_queries.PER_PAGE)
    page = paginator.get_page(pager.asked(request))
    context = {"commons": found, "page_of": page, "total": paginator.count}
    return render(request, "catalogue/uses.html", context | pager.context(page.number, paginator.num_pages))


def kept_commons(slug: str) -> Commons:
    """The commons that answers at this address: of a merged one, the one it was merged into."""
    found = commons_queries.by_slug(slug)
    return found.merged_into or found


def moved(request: HttpRequest, found: Commons, slug: str) -> HttpResponse | None:
    """The new address of a form that is only looked at; one that was filled in is taken as it is."""
    if request.method == "POST" or found.slug == slug:
        return None
    assert request.resolver_match
    return HttpResponsePermanentRedirect(reverse(request.resolver_match.view_name, args=[found.slug]))


@asked_or_sent
@account_needed
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    """In the name of a body of one's own."""
    found, by = kept_commons(slug), signed_in(request)
    form = OwnUse(request.POST or None, bodies=queries.bodies_of(by, timezone.localdate()))
    return moved(request, found, slug) or _declare(request, found, form)


@asked_or_sent
@account_needed
def declare_from_source(request: HttpRequest, slug: str) -> HttpResponse:
    """By an editor, who read it somewhere."""
    found, by = kept_commons(slug), signed_in(request)
    if not is_editor(by, found):
        raise NotAllowed("not_allowed", _("Only an editor may declare the use of another body, with its source."))
    return moved(request, found, slug) or _declare(request, found, UseFromSource(request.POST or None))


def _declare(request: HttpRequest, found: Commons, form: Use) -> HttpResponse:
    known = None
    if form.is_valid():
        said = form.declared(found)
        try:
            made = services.declare_reuse(signed_in(request), said, at=timezone.now())
        except Refusal as error:
            known = _known(error)
            if known and _same(known, said, signed_in(request)):
                return told(request, known, _("This use was already declared."))
            refused(form, error)
        else:
            return told(request, made, _("The use is declared. Another person of the body can now confirm it."))
    editor = is_editor(signed_in(request), found)
    return form_page(
        request, "catalogue/use_form.html", {"commons": found, "form": form, "known": known, "editor": editor}
    )


def _known(error: Refusal) -> Reuse | None:
    """The use that already says what was declared."""
    return queries.reuse(error.details["use"]) if "use" in error.details else None


def _same(known: Reuse, said: Declared, by: Person) -> bool:
    """Whether it is what this person has just sent: a second click."""
    told = (known.declared_by_id, known.use_case, known.since, known.source)
    return known.state != Reuse.State.ENDED and told == (by.pk, said.use_case, said.since, said.source)


def told(request: HttpRequest, reuse: Reuse, words: str) -> HttpResponse:
    """Back to the use, with a message."""
    messages.success(request, words)
    return redirect(reuse)


@require_safe
def reuse(request: HttpRequest, use: int) -> HttpResponse:
    found = queries.reuse(use)
    early = found.state == Reuse.State.CONFIRMED and found.confirm_by is not None
    near = early and timezone.localdate() >= found.confirm_by - RENEWED_FROM  # type: ignore[operator]  # told by early
    context = {
        "reuse": found,
        "told": queries.told_of(found),
        "entries": queries.history_of(found),
        "renewable": found.state == Reuse.State.STALE or near,
        "running": found.state != Reuse.State.ENDED,
    }
    return render(request, "catalogue/use.html", context)


@require_POST
@account_needed
def confirm(request: HttpRequest, use: int) -> HttpResponse:
    return _pressed(request, use, services.confirm_reuse)


@require_POST
@account_needed
def renew(request: HttpRequest, use: int) -> HttpResponse:
    return _pressed(request, use, services.renew_reuse)


def _pressed(request: HttpRequest, use: int, service: Callable[..., Reuse]) -> HttpResponse:
    """One click. The second of two finds it done, and is told the same."""
    found, at = queries.reuse(use), timezone.now()
    words = _("Thank you: the use is confirmed for a year.")
    try:
        service(signed_in(request), found, at=at)
    except Conflict as error:
        words = words if _holds(queries.reuse(use), at) else error.message
    return told(request, found, words)


def _holds(reuse: Reuse, at: datetime) -> bool:
    return reuse.state == Reuse.State.CONFIRMED and reuse.confirm_by == term(timezone.localdate(at))


@asked_or_sent
@account_needed
def end(request: HttpRequest, use: int) -> HttpResponse:
    found, by = queries.reuse(use), signed_in(request)
    allow("catalogue.end_reuse", by, found)
    form = End(request.POST or None, initial={"until": timezone.localdate()})
    if written(form, lambda: services.end_reuse(by, found, **form.cleaned_data, at=timezone.now())):
        return told(request, found, _("The use has ended. It stays visible, with its dates."))
    return form_page(request, "catalogue/use_end.html", {"reuse": found, "form": form})
