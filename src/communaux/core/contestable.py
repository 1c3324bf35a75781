"""What an area declares of the things that can be contested, and who is outside a dispute. No writes: see `contest.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from communaux.core.models import Contest, Membership, Person

type Ids = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Parties:
    """Persons and organisations that stand on one side."""

    persons: Ids = frozenset()
    organisations: Ids = frozenset()

    def __or__(self, other: Parties) -> Parties:
        return Parties(self.persons | other.persons, self.organisations | other.organisations)

    def __bool__(self) -> bool:
        return bool(self.persons or self.organisations)


@dataclass(frozen=True, slots=True)
class Contestable:
    """One kind of subject, as its area declares it; all but `find` are given the row that `find` returned.

    `find` takes the id of a contest and returns the row it now means, or None; `holders` answer for it on a day; where
    nobody does, `answers` says who may; `decides` says who judges; `proposed` returns the value in canonical form or
    refuses it; `uphold` makes the effect, in the transaction of the decision.
    """

    find: Callable[[str], Any]
    holders: Callable[[Any, date], Parties]
    answers: Callable[[Person, Any], bool]
    decides: Callable[[Person, Any], bool]
    proposed: Callable[[Any, str, str], str]
    uphold: Callable[[Person, Contest, Any, str, datetime], None]


KINDS: dict[str, Contestable] = {}


def declare(kind: str, contestable: Contestable) -> None:
    KINDS[kind] = contestable


def subject_of(contest: Contest) -> Any:
    """The row a contest is about, as it now stands; None when there is none any more."""
    return KINDS[contest.subject_kind].find(contest.subject_id)


def organisations_of(persons: Ids, day: date) -> Ids:
    rows = Membership.objects.on(day).filter(person__in=persons).values_list("organisation", flat=True)
    return frozenset(rows)


def other_party(contest: Contest, day: date) -> Parties:
    """Who answers for the subject, but for the author and the author's own organisations."""
    held = KINDS[contest.subject_kind].holders(subject_of(contest), day)
    mine = organisations_of(frozenset({contest.by_id}), day)
    return Parties(held.persons - {contest.by_id}, held.organisations - mine)


def may_answer(person: Person, contest: Contest, day: date) -> bool:
    """The other party; where there is none, whoever the area says. Never the author."""
    if person.pk == contest.by_id:
        return False
    if others := other_party(contest, day):
        mine = organisations_of(frozenset({person.pk}), day)
        return person.pk in others.persons or bool(mine & others.organisations)
    return KINDS[contest.subject_kind].answers(person, subject_of(contest))


def is_outside(person: Person, contest: Contest, day: date) -> bool:
    """Neither a party nor a member of an organisation of either party."""
    others = other_party(contest, day)
    persons = others.persons | {pk for pk in (contest.by_id, contest.answered_by_id) if pk}
    organisations = others.organisations | organisations_of(persons, day)
    mine = organisations_of(frozenset({person.pk}), day)
    return person.pk not in persons and not mine & organisations


def may_decide(person: Person, contest: Contest, day: date) -> bool:
    decides = KINDS[contest.subject_kind].decides
    return is_outside(person, contest, day) and decides(person, subject_of(contest))
