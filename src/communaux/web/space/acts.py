"""The page of an act that takes two persons: what will be done, who is awaited, release or refuse."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communaux.core import dual, duals, notify
from communaux.core.actions import allow
from communaux.core.errors import NotReady
from communaux.core.models import DualAct, Person
from communaux.web.accounts import account_needed, signed_in
from communaux.web.stepup import step_up

NAMED = 5  # of those who are awaited


@account_needed
@require_safe
def dual_act(request: HttpRequest, act: UUID) -> HttpResponse:
    by, found = signed_in(request), _found(act)
    allow("core.read_dual_act", by, found)
    at, kind = timezone.now(), duals.KINDS[found.kind]
    opened = duals.is_open(found, at)
    now = duals.moved(found) if opened else None
    context = {
        "act": found,
        "subject": notify.SUBJECTS[found.subject_kind]([found.subject_id]).get(found.subject_id),
        "lines": kind.lines(found.payload),
        "moved": now is not None,
        "now": kind.lines(now) if now else [],
        "opened": opened,
        "waits": waits(found) if opened else {},
        "barred": duals.barred(by, found, timezone.localdate(at)),
        "mine": found.prepared_by_id == by.pk,
        "releases": rules.has_perm("core.release_dual_act", by, found),
    }
    return render(request, "space/act.html", context)


def _found(pk: UUID) -> DualAct:
    people = ("prepared_by", "released_by", "refused_by")
    return get_object_or_404(DualAct.objects.select_related(*people), pk=pk)


def waits(act: DualAct) -> dict[str, Any]:
    """Who is awaited, a few by their name; where nobody can release it, whom to ask."""
    found = duals.awaited(act, timezone.localdate())
    people = list(Person.objects.filter(pk__in=found, is_active=True).order_by("display_name", "pk")[: NAMED + 1])
    return {"people": people[:NAMED], "more": len(people) > NAMED, "until": act.expires_at}


@require_POST
@step_up
def decide_dual_act(request: HttpRequest, act: UUID) -> HttpResponse:
    """Release or refuse; whoever does it has just shown who they are."""
    by, found, at = signed_in(request), _found(act), timezone.now()
    match request.POST.get("do"):
        case "release":
            dual.release(by, found, seen=request.POST.get("seen", ""), at=at)
            messages.success(request, _("Released: it is done."))
        case "refuse":
            dual.refuse(by, found, reason=request.POST.get("reason", ""), at=at)
            messages.success(request, _("Refused: nothing is done."))
        case _:
            raise NotReady("unknown_act", _("This form does not say what to do."))
    return redirect("dual_act", found.pk)
