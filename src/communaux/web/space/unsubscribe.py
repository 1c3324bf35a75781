"""No more mail, in one click and without an account (RFC 8058): mail programs send the form by themselves, people see a button."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communaux.core import letters, subscriptions
from communaux.core.errors import NotFound
from communaux.core.models import Frequency, Person
from communaux.core.rules import acts


@cache_control(private=True, no_store=True)
@csrf_exempt  # the signed address is the proof; a mail program has no session and no token of a form
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET writes nothing: programs that look at links before their reader does must not unsubscribe anybody."""
    read = letters.read_token(token)
    if read is None:
        raise NotFound("unknown_link", _("This link is not whole: copy all of it, or sign in to choose in your space."))
    person, kinds = Person.objects.filter(pk=read[0]).first(), read[1]
    done = request.method == "POST"
    if done and acts(person):
        for kind in kinds:
            subscriptions.choose_frequency(person, kind=kind, frequency=Frequency.NONE, at=timezone.now())
    return render(request, "space/unsubscribe.html", {"kinds": kinds, "done": done})
