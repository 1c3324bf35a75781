"""What is left of needs that stand together when one of them goes. Part of the services of needs and of pools.

Who changes a need that stands in a pool holds the pool first: of two who act at once none waits for the other in a ring.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from communaux.catalogue import standing
from communaux.catalogue.models import Need, NeedPool
from communaux.core import journal
from communaux.core.errors import Conflict
from communaux.core.models import Person

FEWEST: Final = 2
LIVE: Final = (Need.State.POOLED, Need.State.MATCHED)  # what is answered or closed waits for nothing any more
LEFT: Final = "catalogue.leave_pool"
DISSOLVED: Final = "catalogue.dissolve_pool"


def hold(need: Need) -> Need:
    """The row, held until commit, and before it the pool that it stands in."""
    if pool := Need.objects.filter(pk=need.pk).values_list("pool", flat=True).first():
        NeedPool.objects.select_for_update(no_key=True).get(pk=pool)
    return Need.objects.select_for_update(no_key=True).get(pk=need.pk)


def opened(pool: NeedPool) -> NeedPool:
    """The row, held until commit; raise Conflict once it is dissolved."""
    held = NeedPool.objects.select_for_update(no_key=True, of=("self",)).select_related("carrier").get(pk=pool.pk)
    if held.state != NeedPool.State.OPEN:
        raise Conflict("pool_ended", _("These needs are not together any more."), state=held.state)
    return held


def left(by: Person, need: Need, pool: NeedPool, at: datetime) -> None:
    """A need has gone, its row says so: the pool tells it and, with fewer than two left, is dissolved."""
    _tell(by, need, pool, at)
    _dissolve(by, pool, at)


def settle(by: Person, pool: NeedPool, at: datetime) -> None:
    """Needs that wait for nothing any more leave it, which is dissolved when fewer than two are left."""
    for one in pool.needs.select_for_update(no_key=True).exclude(state__in=LIVE).order_by("pk"):
        move(by, one, one.state, None, LEFT, at)
        _tell(by, one, pool, at)
    _dissolve(by, pool, at)


def _dissolve(by: Person, pool: NeedPool, at: datetime) -> None:
    """Unless two are left, or it was dissolved before."""
    rest = list(pool.needs.select_for_update(no_key=True).filter(state__in=LIVE).order_by("pk"))
    if len(rest) >= FEWEST or pool.state != NeedPool.State.OPEN:
        return
    for one in rest:
        move(by, one, Need.State.OPEN if one.state == Need.State.POOLED else one.state, None, LEFT, at)
        _tell(by, one, pool, at)
    change(by, pool, {"state": NeedPool.State.DISSOLVED}, DISSOLVED, at)


def _tell(by: Person, need: Need, pool: NeedPool, at: datetime) -> None:
    journal.append(by, at, journal.Line(LEFT, journal.subject_of(pool), {}, {"need": need.slug}))


def move(by: Person, need: Need, state: str, pool: NeedPool | None, act: str, at: datetime) -> None:
    """Into a pool, or out of it."""
    before, stood = journal.facts(need), need.state
    need.state, need.pool = state, pool
    need.save(update_fields=["state", "pool"])
    standing.count(need, stood, at)
    was, now = journal.changes(before, journal.facts(need))
    journal.append(by, at, journal.Line(act, journal.subject_of(need), was, now))


def change(by: Person, pool: NeedPool, values: Mapping[str, Any], act: str, at: datetime, reason: str = "") -> NeedPool:
    before = journal.facts(pool)
    for name, value in values.items():
        setattr(pool, name, value)
    pool.save(update_fields=list(values))
    was, now = journal.changes(before, journal.facts(pool))
    journal.append(by, at, journal.Line(act, journal.subject_of(pool), was, now, reason.strip()))
    return pool
