"""Pages of needs put together: choose which, read who has them, carry them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from rules import has_perm

from communaux.catalogue import services
from communaux.catalogue.forms.needs import PoolForm
from communaux.catalogue.models import Need, NeedPool
from communaux.catalogue.queries import needs, pools
from communaux.core.errors import NotAllowed, NotReady
from communaux.core.ids import is_uuid
from communaux.core.models import Person
from communaux.core.queries import history
from communaux.web.accounts import account_needed, signed_in

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@account_needed
@reads_and_writes
def put_together(request: HttpRequest, need: str) -> HttpResponse:
    """Choose the needs that say the same, and say it for all of them; or join those that stand together already."""
    by, found = signed_in(request), needs.by_slug(need)
    if not has_perm("catalogue.pool_needs", by, found):
        raise NotAllowed("not_yours", _("Only who expressed this need, or who looks after it, puts it together."))
    near = pools.joinable(found)
    alone = [one for one in near if one.pool is None]
    form = PoolForm(request.POST or None, among=alone, initial=_begun(found, alone))
    if request.method == "POST" and (made := _put(request, by, found, form)):
        messages.success(request, _("These needs stand together now: their authors are told."))
        return redirect(made)
    together = list({one.pool.pk: one.pool for one in near if one.pool}.values())
    context = {"need": found, "form": form if alone else None, "together": together}
    return render(request, "catalogue/pool_new.html", context, status=422 if form.errors else 200)


def _begun(found: Need, alone: list[Need]) -> dict[str, Any]:
    return {"title": found.title, "key": uuid4(), "others": [one.pk for one in alone]}


def _put(request: HttpRequest, by: Person, found: Need, form: PoolForm) -> NeedPool | None:
    at = timezone.now()
    if joined := request.POST.get("pool", ""):
        return services.join_pool(by, found, pool=pools.by_slug(joined), at=at)
    if made := pools.made_with(request.POST.get("key", ""), by):
        return made
    if not form.is_valid():
        return None
    told = form.cleaned_data
    return services.pool_needs(
        by,
        found,
        key=told["key"],
        others=list(told["others"]),
        title=told["title"],
        text_md=told["text_md"],
        lang="fr" if get_language() == "fr" else "en",
        at=at,
    )


@reads_and_writes
def pool(request: HttpRequest, pool: str) -> HttpResponse:
    """Needs put together: who has them, for how many people, who carries them."""
    found = pools.by_slug(pool)
    if request.method == "POST":
        return _act(request, found)
    reader = request.user if isinstance(request.user, Person) else None
    context = {
        "sheet": pools.sheet(found),
        "pool": found,
        "entries": history("needpool", str(found.pk)),
        "bodies": needs.own_bodies(reader, timezone.localdate()) if reader else (),
    }
    return render(request, "catalogue/pool.html", context)


@account_needed
def _act(request: HttpRequest, found: NeedPool) -> HttpResponse:
    by, at, wanted = signed_in(request), timezone.now(), request.POST.get("do", "")
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "carry": (lambda: _carry(request, by, found), _("Your body carries it now.")),
        "put_down": (
            lambda: services.put_down_pool(by, found, reason=request.POST.get("reason", ""), at=at),
            _("Nobody carries it any more."),
        ),
        "leave": (
            lambda: services.leave_pool(by, _need(request, found), at=at),
            _("This need stands alone again."),
        ),
    }
    if wanted not in acts:
        raise NotReady("unknown_act", _("This form does not say what to do."))
    act, sentence = acts[wanted]
    act()
    messages.success(request, sentence)
    return redirect(found)


def _carry(request: HttpRequest, by: Person, found: NeedPool) -> None:
    bodies = {str(body.pk): body for body in needs.own_bodies(by, timezone.localdate())}
    if (org := bodies.get(request.POST.get("org", ""))) is None:
        raise NotReady("which_body", _("Choose the body that carries it."))
    services.carry_pool(by, found, org=org, at=timezone.now())


def _need(request: HttpRequest, found: NeedPool) -> Need:
    asked = request.POST.get("need", "")
    return get_object_or_404(found.needs, pk=asked if is_uuid(asked) else None)
