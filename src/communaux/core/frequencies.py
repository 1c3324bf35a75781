"""How often each person wants mail of what: what they chose for one subject, else for the kind of notice, else the default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.db.models import QuerySet

from communaux.core.models import Entry, Frequency, NoticeKind, Subscription

DEFAULTS: dict[str, Frequency] = {
    NoticeKind.ASKED: Frequency.IMMEDIATE,
    NoticeKind.DECIDED: Frequency.IMMEDIATE,
    NoticeKind.NEWS: Frequency.DAILY,
}

type Chosen = Mapping[tuple[UUID, str, str], str]
NOTHING: Chosen = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Frequencies:
    """(person, kind of scope, its id) → frequency, for some people and some subjects."""

    chosen: Chosen

    @classmethod
    def of(cls, people: Collection[UUID], followed: Chosen = NOTHING) -> Frequencies:
        """`followed`: what `of_subjects` gave; asked once for many people, as few of them follow these subjects."""
        rows = Subscription.objects.filter(scope_kind=Subscription.KIND, person__in=list(people))
        return cls({**followed, **_chosen(rows)})

    def for_kind(self, person: UUID, kind: str) -> str:
        return self.chosen.get((person, Subscription.KIND, kind), DEFAULTS[kind])

    def for_notice(self, person: UUID, kind: str, entry: Entry) -> str:
        """News of what is followed come as often as was chosen for it; what is asked or decided, as for all of its kind."""
        followed = self.chosen.get((person, entry.subject_kind, entry.subject_id))
        return followed if followed and kind == NoticeKind.NEWS else self.for_kind(person, kind)


def of_subjects(subjects: Iterable[tuple[str, str]]) -> Chosen:
    """How often each follower of these subjects (kind, id) wants to hear of them."""
    ids: dict[str, set[str]] = defaultdict(set)
    for kind, pk in subjects:
        ids[kind].add(pk)
    found: dict[tuple[UUID, str, str], str] = {}
    for kind, wanted in ids.items():
        found |= _chosen(Subscription.objects.filter(scope_kind=kind, scope_id__in=wanted))
    return found


def _chosen(rows: QuerySet[Subscription]) -> Chosen:
    columns = ("person_id", "scope_kind", "scope_id", "frequency")
    return {(person, kind, pk): often for person, kind, pk, often in rows.values_list(*columns)}
