"""Make two commons one, and two again: everything moves in one transaction, listed, and goes back exactly (01 § 3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from communaux.catalogue import deployed, merging, moved_presences
from communaux.catalogue.changes import changed
from communaux.catalogue.locking import take_turn
from communaux.catalogue.models import Commons, MatchProposal, Merge, Reuse, SourceRecord
from communaux.catalogue.services.settle import settle
from communaux.core import journal
from communaux.core.actions import action, allow
from communaux.core.errors import Conflict
from communaux.core.models import Person

SHOWN = (Commons.State.PUBLISHED, Commons.State.WITHHELD)


@action("catalogue.merge", journaled=False)
def merge(by: Person, kept: Commons, absorbed: Commons, *, reason: str, at: datetime) -> Merge:
    """Take `absorbed` into `kept`: its address and its number lead there for ever. Raise Conflict when that cannot be."""
    allow("catalogue.merge", by, absorbed)
    take_turn()
    fresh = Commons.objects.select_for_update(of=("self",)).in_bulk([kept.pk, absorbed.pk])
    made = Merge(kept=fresh[kept.pk], absorbed=fresh[absorbed.pk], at=at, by=by, reason=reason)
    _check(made.kept, made.absorbed)
    _move(made, at)
    made.save(force_insert=True)
    _tell(made, "catalogue.merge", by, reason, at)
    _show(by, [made.kept_id, made.absorbed_id], "catalogue.merge", reason, at)
    return made


def _check(kept: Commons, absorbed: Commons) -> None:
    if kept.pk == absorbed.pk:
        raise Conflict("same_commons", _("A commons cannot be merged with itself. Nothing was changed."))
    for one in (kept, absorbed):
        if one.state == Commons.State.MERGED:
            told = _("%(name)s has already been merged into another commons. Nothing was changed.") % {"name": one.name}
            raise Conflict("already_merged", told)
    if kept.state not in SHOWN:
        raise Conflict("not_shown", _("Only a published commons can be the one that is kept. Nothing was changed."))
    if not _voiced([kept.pk]) and _voiced([absorbed.pk]):
        told = _("No source names %(kept)s any more: keep %(other)s instead. Nothing was changed.")
        raise Conflict("kept_unnamed", told % {"kept": kept.name, "other": absorbed.name})


def _voiced(ids: Iterable[UUID]) -> set[UUID]:
    """Those that a live record speaks for."""
    rows = SourceRecord.objects.filter(commons__in=list(ids), state="live")
    return {pk for pk in rows.values_list("commons", flat=True) if pk}


@action("catalogue.undo_merge", journaled=False)
def undo_merge(by: Person, merge: Merge, *, reason: str, at: datetime) -> Merge:
    """Give back exactly what moved. Merges made later on the same commons are undone first and made again after."""
    take_turn()
    kept = _fresh(merge.pk)
    if kept.undone_at:
        raise Conflict("already_undone", _("This merge has already been undone. Nothing was changed."))
    later = merging.bound(kept, Merge.objects.filter(undone_at=None, pk__gt=kept.pk).order_by("pk"))
    left = merging.arrived(kept)
    for one in (*reversed(later), kept):
        _put_back(_fresh(one.pk), at)
    merging.judge(kept, MatchProposal.State.UNDONE, by, reason, at)
    _close(kept, by, reason, left, at)
    _tell(kept, "catalogue.undo_merge", by, reason, at)
    family = {pk for one in (kept, *later) for pk in (one.kept_id, one.absorbed_id)}
    _show(by, family, "catalogue.undo_merge", reason, at)
    if later:
        _again(later, at)
        _show(by, family, "catalogue.undo_merge", reason, at)
    return _fresh(kept.pk)


def _move(made: Merge, at: datetime) -> None:
    with deployed.counted((made.kept_id, made.absorbed_id), at):
        merging.move(made)
        made.moved["presences"] = moved_presences.move(made.absorbed_id, made.kept_id, at)


def _put_back(made: Merge, at: datetime) -> None:
    two = (made.kept_id, made.absorbed_id)
    deployed.hold(two)
    with deployed.counted(two, at):
        merging.put_back(made)
        moved_presences.put_back(made.moved.get("presences", ()), made.absorbed_id, made.kept_id, at)
    deployed.follow(Reuse.objects.filter(commons__in=two), at)


def _again(later: Iterable[Merge], at: datetime) -> None:
    for one in later:
        made = _fresh(one.pk)
        _move(made, at)
        made.save(update_fields=["moved"])


def _fresh(pk: int) -> Merge:
    return Merge.objects.select_related("kept", "absorbed").get(pk=pk)


def _close(merge: Merge, by: Person, reason: str, left: list[dict[str, str]], at: datetime) -> None:
    merge.undone_at, merge.undone_by, merge.undone_because, merge.left = at, by, reason, left
    merge.save(update_fields=["undone_at", "undone_by", "undone_because", "left"])


def _show(by: Person, ids: Iterable[UUID], act: str, reason: str, at: datetime) -> None:
    """Rebuild what the records say. A commons that never had a record keeps what was written of it."""
    told = set(SourceRecord.objects.filter(commons__in=list(ids)).values_list("commons", flat=True))
    unshown = Commons.objects.filter(pk__in=told).exclude(state__in=SHOWN).values_list("pk", flat=True)
    shown = [pk for pk in told - set(unshown) if pk]
    settle(by, shown, reason, at, act=act)
    rest = Commons.objects.filter(pk__in=list(ids))
    rest.exclude(pk__in=shown, state__in=SHOWN).update(updated_at=at)
    changed()


def _tell(merge: Merge, act: str, by: Person, reason: str, at: datetime) -> None:
    """One line in the history of each of the two."""
    lines = [
        journal.Line(act, ("commons", str(here)), {}, {"merge": merge.pk, word: other.slug}, reason)
        for here, word, other in (
            (merge.absorbed_id, "merged_into", merge.kept),
            (merge.kept_id, "absorbed", merge.absorbed),
        )
    ]
    journal.append_many(by, at, lines)
