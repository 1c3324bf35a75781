"""Pages of ambassadors: who they are, become one, write to one without seeing an address."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from allauth.core import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rules import has_perm

from communaux.catalogue import services
from communaux.catalogue.forms.ambassadors import PLACES, AmbassadorForm, WriteForm
from communaux.catalogue.forms.needs import written
from communaux.catalogue.queries import ambassadors
from communaux.core.errors import Refusal, TooMany
from communaux.core.models import Person
from communaux.territory.models import Ambassador
from communaux.territory.queries import ambassadors as around
from communaux.territory.services import write_to_ambassador
from communaux.territory.services.ambassadors import Message
from communaux.web import pager
from communaux.web.accounts import account_needed, signed_in
from communaux.web.labels import TABLES
from communaux.web.places import territory_asked
from communaux.web.territory import completed

PER_PAGE, SENT = 20, 302
reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def ambassadors_list(request: HttpRequest) -> HttpResponse:
    """Everybody, or those of a territory, of what holds it and of what lies in it."""
    where, day = territory_asked(request), timezone.localdate()
    paginator, asked = Paginator(around.listed(where, day), PER_PAGE), pager.asked(request)
    page = paginator.get_page(asked)
    context = {
        "cards": ambassadors.cards(list(page.object_list), day),
        "beyond": asked > paginator.num_pages,
        "total": paginator.count,
        "where": where,
        "may_stop": has_perm("core.create_person", request.user),
        **pager.context(page.number, paginator.num_pages),
    }
    return render(request, "territory/ambassadors.html", context)


@account_needed
@reads_and_writes
def become(request: HttpRequest) -> HttpResponse:
    """Become one, or say it otherwise."""
    by = signed_in(request)
    held = ambassadors.own(by)
    form = AmbassadorForm(request.POST or None, words=TABLES, initial=_said(held) if held else {})
    for name in PLACES:
        form.fields[name].widget.attrs |= completed()
    if request.method == "POST" and form.is_valid():
        told = {"terms": form.terms(), "commons": form.cleaned_data["commons"]}
        services.become_ambassador(by, **told, at=timezone.now())
        messages.success(request, _("You are shown as an ambassador."))
        return redirect("ambassadors")
    status = 422 if form.errors else 200
    return render(request, "territory/ambassador_form.html", {"form": form, "held": held}, status=status)


def _said(held: Ambassador) -> dict[str, Any]:
    (card,) = ambassadors.cards([held], timezone.localdate())
    places: dict[str, str] = {}
    for n, one in enumerate(card.territories, 1):
        places[f"place_{n}"] = one.code if one.kind == "commune" else one.name
        places[f"which_{n}"] = written(one)
    commons = "\n".join(one.slug for one in card.commons)
    return {"languages": held.languages, "note": held.note, "commons": commons, "consent": True} | places


@require_POST
@account_needed
def stop(request: HttpRequest, ambassador: int) -> HttpResponse:
    """Oneself, or an operator with a reason."""
    found = ambassadors.get(ambassador)
    reason = " ".join(request.POST.get("reason", "").split())[:300]
    services.stop_ambassador(signed_in(request), found, at=timezone.now(), reason=reason)
    messages.success(request, _("This person is no longer shown as an ambassador."))
    return redirect("ambassadors")


@reads_and_writes
def write(request: HttpRequest, ambassador: int) -> HttpResponse:
    """Anybody may write; a refusal is told beside what was typed."""
    found = ambassadors.get(ambassador)
    by = request.user if isinstance(request.user, Person) and request.user.mail else None
    form = WriteForm(request.POST or None, known=by is not None, initial={"key": uuid4()})
    status = _sent(request, by, found, form) if request.method == "POST" else 200
    if status == SENT:
        messages.success(request, _("Your message is on its way. The answer comes by mail, if this person answers."))
        return redirect("ambassadors")
    (card,) = ambassadors.cards([found], timezone.localdate())
    return render(request, "territory/ambassador_write.html", {"card": card, "form": form}, status=status)


def _sent(request: HttpRequest, by: Person | None, found: Ambassador, form: WriteForm) -> int:
    """The status to answer with; the form holds what the service refused."""
    if not form.is_valid():
        return 422
    try:
        _send(request, by, found, form)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return refusal.status
    return SENT


def _send(request: HttpRequest, by: Person | None, found: Ambassador, form: WriteForm) -> None:
    """A visitor could name a new address each time: the machine that sends is counted too."""
    if by is None and not ratelimit.consume(request, action="write_to_ambassador"):
        raise TooMany("too_many_messages", _("Too many messages left from here within an hour: this one was not sent."))
    told = form.cleaned_data
    mail = by.mail or "" if by else told["from_mail"]
    message = Message(told["key"], mail, told["text"], told["from_org"])
    write_to_ambassador(by or Person.objects.desk(), found, message=message, at=timezone.now())
