"""Whom a line of the journal concerns: the pieces that the areas build their audiences of. Each answers for many lines at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from communaux.core.models import Entry, Grant, Membership, Subscription
from communaux.core.notify import Audience, Told

type People = Mapping[str, Iterable[UUID]]  # id of a subject → persons


def by_subject(people: Callable[[list[str], date], People], *, kind: str = "") -> Audience:
    """An audience that depends on the subject alone: `people(ids, day)` gives those of each.

    `kind`: of a verb that tells of subjects of several kinds, only this one.
    """

    def audience(entries: Sequence[Entry], at: datetime) -> Told:
        about = [entry for entry in entries if not kind or entry.subject_kind == kind]
        found = people(sorted({entry.subject_id for entry in about}), timezone.localdate(at))
        for entry in about:
            for person in found.get(entry.subject_id, ()):
                yield entry.seq, person

    return audience


def each(people: Callable[[Entry], Iterable[UUID]]) -> Audience:
    """An audience asked line by line: for verbs that are rare."""

    def audience(entries: Sequence[Entry], at: datetime) -> Told:
        return ((entry.seq, person) for entry in entries for person in people(entry))

    return audience


def following(kind: str, ids: Iterable[str]) -> dict[str, set[UUID]]:
    """Id of a subject → persons who follow it."""
    found: dict[str, set[UUID]] = defaultdict(set)
    rows = Subscription.objects.filter(scope_kind=kind, scope_id__in=list(ids))
    for pk, person in rows.values_list("scope_id", "person_id"):
        found[pk].add(person)
    return found


def members(bodies: Mapping[str, UUID], day: date) -> dict[str, set[UUID]]:
    """Id of a subject → those who may act that day in the name of its body."""
    return persons_of(((pk, None, body) for pk, body in bodies.items()), day)


def holders(roles: Iterable[str], object_type: str, ids: Iterable[str], day: date) -> dict[str, set[UUID]]:
    """Id of an object → persons who hold one of these roles on it that day, by themselves or by an organisation."""
    grants = Grant.objects.on(day).filter(role__in=list(roles), object_type=object_type, object_id__in=list(ids))
    return persons_of(grants.values_list("object_id", "person_id", "organisation_id"), day)


def persons_of(held: Iterable[tuple[str, UUID | None, UUID | None]], day: date) -> dict[str, set[UUID]]:
    """The same from (id, person, organisation): an organisation stands for its members of that day."""
    rows = list(held)
    bodies = {body for _pk, _person, body in rows if body}
    members: dict[UUID, set[UUID]] = defaultdict(set)
    if bodies:
        inside = Membership.objects.on(day).filter(Q(organisation__in=bodies))
        for body, person in inside.values_list("organisation_id", "person_id"):
            members[body].add(person)
    found: dict[str, set[UUID]] = defaultdict(set)
    for pk, person, body in rows:
        found[pk] |= {person} if person else members[body] if body else set()
    return found
