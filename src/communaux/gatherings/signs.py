"""Signs of life: what the journal tells of a commons or a need that a road map links (07 § 3.5). A sign is shown beside the
silence of a carrier and does not end it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from communaux.catalogue.models import Reuse
from communaux.core.models import Entry, JournalCursor
from communaux.gatherings import life
from communaux.gatherings.models import FollowUp, RoadmapLink

CURSOR: Final = "signs"
SLICE: Final = 1000


def _of_reuses(ids: list[str]) -> dict[str, Q]:
    rows = Reuse.objects.filter(pk__in=ids).values_list("pk", "commons_id")
    return {str(pk): Q(commons=commons) for pk, commons in rows}


def _of_commons(ids: list[str]) -> dict[str, Q]:
    return {pk: Q(commons=pk) for pk in ids}


def _of_needs(ids: list[str]) -> dict[str, Q]:
    return {pk: Q(need=pk) for pk in ids}


SIGNS: Final[dict[tuple[str, str], Callable[[list[str]], dict[str, Q]]]] = {
    ("catalogue.confirm_reuse", "reuse"): _of_reuses,
    ("catalogue.record_health", "commons"): _of_commons,  # an assessment that moved
    ("catalogue.match_need", "need"): _of_needs,
    ("catalogue.answer_need", "need"): _of_needs,
}


@transaction.atomic
def read_on() -> int | None:
    """The next slice of the journal and the cursor with it: how many signs were written; None where the journal ends."""
    JournalCursor.objects.get_or_create(name=CURSOR)
    cursor = JournalCursor.objects.select_for_update(no_key=True).get(name=CURSOR)
    rows = Entry.objects.filter(seq__gt=cursor.seq, act__in={act for act, _kind in SIGNS})
    entries = list(rows.order_by("seq")[:SLICE])
    if not entries:
        return None
    made = FollowUp.objects.bulk_create(_once(_signs(entries)))
    JournalCursor.objects.filter(name=CURSOR).update(seq=entries[-1].seq)
    return len(made)


def _signs(entries: Iterable[Entry]) -> Iterator[FollowUp]:
    """Of road maps that linked the thing before, and whose story is not over."""
    by_sign: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        by_sign.setdefault((entry.act, entry.subject_kind), []).append(entry)
    for sign, told in by_sign.items():
        wanted = SIGNS[sign]([one.subject_id for one in told]) if sign in SIGNS else {}
        for entry in told:
            if entry.subject_id in wanted:
                yield from _of_links(entry, wanted[entry.subject_id])


def _of_links(entry: Entry, wanted: Q) -> Iterator[FollowUp]:
    rows = RoadmapLink.objects.filter(wanted, added_at__lt=entry.at).exclude(roadmap__state__in=life.OVER)
    for link in rows.select_related("commons", "need"):
        yield FollowUp(
            roadmap_id=link.roadmap_id,
            at=entry.at,
            kind=FollowUp.Kind.AUTO,
            status=FollowUp.Status.SIGN,
            text=entry.act,  # the page has words for it
            evidence_url=f"{settings.DESK_URL}{link.get_absolute_url()}",
        )


def _once(found: Iterable[FollowUp]) -> list[FollowUp]:
    """The same of one day is one sign."""
    kept: dict[tuple[object, ...], FollowUp] = {}
    for one in found:
        kept.setdefault((one.roadmap_id, one.text, one.evidence_url, one.at.date()), one)
    return list(kept.values())
