"""Pages of needs put together: choose which, read who has them, carry them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from communaux.catalogue.queries import need_neighbours, needs, pools
from communaux.catalogue.queries.need_neighbours import Neighbour
from communaux.core.errors import NotAllowed, NotReady
from communaux.core.ids import is_uuid
from communaux.core.models import Person
from communaux.core.queries import history
from communaux.web.accounts import account_needed, signed_in
from communaux.web.labels import DISTANCE

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Offered:
    """Needs that one may be put together with: those that say nearly the same, and others of its theme that stand near."""

    alike: Sequence[Need]
    beside: Sequence[Neighbour]

    @property
    def every(self) -> list[Need]:
        return [*self.alike, *(one.need for one in self.beside)]

    @property
    def alone(self) -> list[Need]:
        return [one for one in self.every if one.pool is None]

    @property
    def together(self) -> list[NeedPool]:
        return list({one.pool.pk: one.pool for one in self.every if one.pool}.values())

    def why(self) -> dict[str, str]:
        """What makes those near that say something else."""
        near = _("same theme, %(near)s")
        return {str(one.need.pk): near % {"near": DISTANCE[one.ring]} for one in self.beside}


@account_needed
@reads_and_writes
def put_together(request: HttpRequest, need: str) -> HttpResponse:
    """Choose the needs that say the same, and say it for all of them; or join those that stand together already."""
    by, found = signed_in(request), needs.by_slug(need)
    if not has_perm("catalogue.pool_needs", by, found):
        raise NotAllowed("not_yours", _("Only who expressed this need, or who looks after it, puts it together."))
    offered = _offered(found)
    form = PoolForm(request.POST or None, among=offered.alone, why=offered.why(), initial=_begun(found, offered))
    if request.method == "POST" and (made := _put(request, by, found, form)):
        messages.success(request, _("These needs stand together now: their authors are told."))
        return redirect(made)
    context = {"need": found, "form": form if offered.alone else None, "together": offered.together}
    return render(request, "catalogue/pool_new.html", context, status=422 if form.errors else 200)


def _offered(found: Need) -> Offered:
    alike = pools.joinable(found)
    return Offered(alike, need_neighbours.of_need(found, alike))


def _begun(found: Need, offered: Offered) -> dict[str, Any]:
    """Those that say nearly the same are ticked; whether one answer serves the others too, a person judges."""
    ticked = [one.pk for one in offered.alike if one.pool is None]
    return {"title": found.title, "key": uuid4(), "others": ticked}


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
    if not request.POST.get("sure"):
        raise NotReady("not_confirmed", _("Tick that your body agrees: everybody reads that it carries these needs."))
    services.carry_pool(by, found, org=org, at=timezone.now())


def _need(request: HttpRequest, found: NeedPool) -> Need:
    asked = request.POST.get("need", "")
    return get_object_or_404(found.needs, pk=asked if is_uuid(asked) else None)
