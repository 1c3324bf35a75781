"""The end of a commons: say it, confirm the one a source declared, take it back, start again."""

from __future__ import annotations

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communaux.catalogue.forms.ends import EndForm, ReopenForm, TakeBackEnd
from communaux.catalogue.models import Commons, LifeEvent
from communaux.catalogue.services import confirm_end, end_commons, reopen_commons, take_back_end
from communaux.core.actions import allow
from communaux.core.errors import NotFound
from communaux.web.accounts import signed_in
from communaux.web.catalogue.acting import acting_on


@require_http_methods(["GET", "HEAD", "POST"])
@acting_on
def commons_end(request: HttpRequest, found: Commons) -> HttpResponse:
    by, today = signed_in(request), timezone.localdate()
    allow("catalogue.end", by, found)
    form = EndForm(request.POST or None, about=found, today=today)
    if not form.is_valid():
        return _page(request, found, 422 if form.is_bound else 200, form=form)
    end_commons(by, found, form.ending(), at=timezone.now())
    messages.success(request, _("The end is said. The sheet stays, with what remains."))
    return redirect(found)


def _page(request: HttpRequest, found: Commons, status: int = 200, **forms: object) -> HttpResponse:
    ends = list(found.events.filter(kind=LifeEvent.Kind.END).select_related("source").order_by("on", "pk"))
    context = {
        "commons": found,
        "said": found.pinned.get("stage") == "ended",
        "declared": [end for end in ends if end.state == LifeEvent.State.DECLARED],
        "confirmed": [end for end in ends if end.state == LifeEvent.State.CONFIRMED],
        "confirms": rules.has_perm("catalogue.confirm_end", request.user, found),
        "form": EndForm(about=found, today=timezone.localdate()),
        "reopening": ReopenForm(),
        "back": TakeBackEnd(),
    } | forms
    return render(request, "catalogue/commons_end.html", context, status=status)


def _event(request: HttpRequest, found: Commons) -> LifeEvent:
    """The end that a button names; a number that is none finds none."""
    number = request.POST.get("event", "")
    rows = found.events.filter(kind=LifeEvent.Kind.END)
    event = rows.filter(pk=int(number)).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
    if event is None:
        raise NotFound("unknown_end", _("This end is no longer told."))
    return event


@require_POST
@acting_on
def commons_end_confirm(request: HttpRequest, found: Commons) -> HttpResponse:
    confirm_end(signed_in(request), found, _event(request, found), at=timezone.now())
    messages.success(request, _("This end is confirmed: the commons has ended."))
    return redirect("commons_end", found.slug)


@require_POST
@acting_on
def commons_end_back(request: HttpRequest, found: Commons) -> HttpResponse:
    by, form = signed_in(request), TakeBackEnd(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, back=form)
    take_back_end(by, found, _event(request, found), reason=form.cleaned_data["reason"], at=timezone.now())
    messages.success(request, _("This end is taken back: the sources speak again."))
    return redirect("commons_end", found.slug)


@require_POST
@acting_on
def commons_reopen(request: HttpRequest, found: Commons) -> HttpResponse:
    by, form = signed_in(request), ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, reopening=form)
    reopen_commons(by, found, **form.cleaned_data, on=timezone.localdate(), at=timezone.now())
    messages.success(request, _("The commons has started again."))
    return redirect(found)
