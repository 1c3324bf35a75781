"""Needs of several put together: begun, joined, left, carried by a body (03 § 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communaux.catalogue import pooling
from communaux.catalogue.models import Need, NeedPool
from communaux.catalogue.slugs import UsedByPools, new_slug
from communaux.core import journal, markdown
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Organisation, Person
from communaux.core.rules import is_member

State = Need.State


@action("catalogue.pool_needs", journaled=False)
def pool_needs(
    by: Person, need: Need, *, key: UUID, others: Sequence[Need], title: str, text_md: str, lang: str, at: datetime
) -> NeedPool:
    """Put open needs of one theme together; the same form sent twice (`key`) leads to the same pool."""
    if known := NeedPool.objects.filter(pk=key, created_by=by).first():
        return known
    held = _held([need, *others])
    if len(held) < pooling.FEWEST:
        raise NotReady("too_few", _("Choose at least one other need: alone, there is nothing to put together."))
    if len({one.theme_id for one in held}) > 1:
        raise NotReady("other_theme", _("Needs of several themes cannot be put together."))
    made = NeedPool.objects.create(
        pk=key,
        slug=new_slug((slugify(title) and title) or "besoin", "mutualise", UsedByPools()),
        title=title.strip(),
        text_md=text_md,
        text_html=markdown.render(text_md),
        theme_id=held[0].theme_id,
        created_by=by,
        created_at=at,
        lang=lang,
    )
    for one in held:
        _into(by, one, made, at)
    journal.append(by, at, journal.Line("catalogue.pool_needs", journal.subject_of(made), {}, journal.facts(made)))
    return made


@action("catalogue.join_pool", journaled=False)
def join_pool(by: Person, need: Need, *, pool: NeedPool, at: datetime) -> NeedPool:
    """Add a need to a pool of its theme."""
    kept = pooling.opened(pool)
    (held,) = _held([need])
    if held.theme_id != kept.theme_id:
        raise NotReady("other_theme", _("Needs of several themes cannot be put together."))
    _into(by, held, kept, at)
    return kept


@action("catalogue.leave_pool", journaled=False)
def leave_pool(by: Person, need: Need, *, at: datetime) -> None:
    """Take a need out again; a pool of which fewer than two are left is dissolved, and the last one stands alone again."""
    held = pooling.hold(need)
    if held.state != State.POOLED or held.pool is None:
        raise Conflict("moved_on", _("This need has moved on meanwhile: read it again first."), state=held.state)
    pool = pooling.opened(held.pool)
    pooling.move(by, held, State.OPEN, None, pooling.LEFT, at)
    pooling.left(by, held, pool, at)


@action("catalogue.carry_pool", journaled=False)
def carry_pool(by: Person, pool: NeedPool, *, org: Organisation, at: datetime) -> NeedPool:
    """A body looks after the common answer; one at a time."""
    if not is_member(by, org):
        raise NotAllowed("not_of_this_body", _("You do not speak for this body."))
    held = pooling.opened(pool)
    if held.carrier_id == org.pk:
        return held
    if held.carrier:
        raise Conflict(
            "carried", _("%(name)s carries it already: it must put it down first.") % {"name": held.carrier.name}
        )
    return pooling.change(by, held, {"carrier": org}, "catalogue.carry_pool", at)


@action("catalogue.put_down_pool", journaled=False)
def put_down_pool(by: Person, pool: NeedPool, *, reason: str, at: datetime) -> NeedPool:
    """The body that carries it says, with the reason, that another one should."""
    held = pooling.opened(pool)
    if held.carrier is None:
        return held
    if not reason.strip():
        raise NotReady("reason_needed", _("Say why: the reason is public."), missing=["reason"])
    return pooling.change(by, held, {"carrier": None}, "catalogue.put_down_pool", at, reason)


@action("catalogue.settle_pools", journaled=False)
def settle_pools(by: Person, *, at: datetime) -> int:
    """Pools of which fewer than two needs still wait are dissolved, and what was answered leaves them; how many were."""
    stale = NeedPool.objects.annotate(live=Count("needs", filter=Q(needs__state__in=pooling.LIVE)))
    pools = stale.filter(state=NeedPool.State.OPEN, live__lt=pooling.FEWEST).order_by("pk")
    for pool in pools:
        pooling.settle(by, pooling.opened(pool), at)
    return len(pools)


def _held(needs: Sequence[Need]) -> list[Need]:
    """The rows, held until commit in the order of their number, all of them open and in no pool."""
    rows = Need.objects.select_for_update(no_key=True).filter(pk__in={one.pk for one in needs}).order_by("pk")
    held = list(rows)
    for one in held:
        if one.state != State.OPEN:
            raise Conflict(
                "moved_on", _("“%(title)s” has moved on meanwhile: read it again first.") % {"title": one.title}
            )
    return held


def _into(by: Person, need: Need, pool: NeedPool, at: datetime) -> None:
    pooling.move(by, need, State.POOLED, pool, "catalogue.join_pool", at)
