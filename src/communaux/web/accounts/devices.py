"""Open sessions of an account: seen and closed, one by one or all but this one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.core import sessions
from communaux.web.accounts import signed_in


@login_required
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    opened = sessions.of(signed_in(request), timezone.now())
    return render(request, "core/devices.html", {"opened": opened, "here": request.session.session_key})


@require_POST
def close_device(request: HttpRequest, pk: int) -> HttpResponse:
    """Only one of one's own; closing this very session is signing out."""
    own = sessions.of(signed_in(request), timezone.now())
    row = get_object_or_404(own, pk=pk)
    sessions.end(own.filter(pk=row.pk))
    messages.success(request, _("The session was closed."))
    return redirect("devices")


@require_POST
def close_others(request: HttpRequest) -> HttpResponse:
    own = sessions.of(signed_in(request), timezone.now())
    sessions.end(own.exclude(session_key=request.session.session_key))
    messages.success(request, _("All other sessions were closed."))
    return redirect("devices")
