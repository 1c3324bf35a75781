"""How often each person wants mail of what: what they chose for one subject, else for the kind of notice, else the default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from communaux.core.models import Entry, Frequency, NoticeKind, Subscription

DEFAULTS: dict[str, Frequency] = {
    NoticeKind.ASKED: Frequency.IMMEDIATE,
    NoticeKind.DECIDED: Frequency.IMMEDIATE,
    NoticeKind.NEWS: Frequency.DAILY,
}


@dataclass(frozen=True, slots=True)
class Frequencies:
    """(person, kind of scope, its id) → frequency, for some people and some subjects."""

    chosen: dict[tuple[UUID, str, str], str]

    @classmethod
    def of(cls, people: Collection[UUID], subjects: Iterable[tuple[str, str]] = ()) -> Frequencies:
        ids: dict[str, list[str]] = defaultdict(list)
        for kind, pk in subjects:
            ids[kind].append(pk)
        scopes = Q(scope_kind=Subscription.KIND)
        for kind, wanted in ids.items():
            scopes |= Q(scope_kind=kind, scope_id__in=wanted)
        rows = Subscription.objects.filter(scopes, person__in=list(people))
        return cls({(p, kind, pk): often for p, kind, pk, often in rows.values_list(*COLUMNS)})

    def for_kind(self, person: UUID, kind: str) -> str:
        return self.chosen.get((person, Subscription.KIND, kind), DEFAULTS[kind])

    def for_notice(self, person: UUID, kind: str, entry: Entry) -> str:
        """News of what is followed come as often as was chosen for it; what is asked or decided, as for all of its kind."""
        followed = self.chosen.get((person, entry.subject_kind, entry.subject_id))
        return followed if followed and kind == NoticeKind.NEWS else self.for_kind(person, kind)


COLUMNS = ("person_id", "scope_kind", "scope_id", "frequency")
