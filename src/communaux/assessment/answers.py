"""What is said when a question is answered or an answer read by a peer, and who is a party to an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from communaux.assessment.models import Answer
from communaux.catalogue.contests import stewards
from communaux.catalogue.models import Commons
from communaux.core.contestable import Parties, organisations_of
from communaux.core.models import Organisation, Person
from communaux.engines.assess import answers as engine
from communaux.engines.assess.answers import Question

EVIDENCE: Final = "answer"  # kind of the subject of its evidence
PROPOSED: Final = {"met": "yes", "unmet": "no"}  # what a condition proposes; unknown proposes nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put for a commons, and the body in whose name it is answered, if any."""

    commons: Commons
    question: Question
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Something to read that bears an answer out: the day it was read, its hash where it is known."""

    url: str
    read_on: date
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it is given. `told`: what a file gave, whole; `origin`: whose file."""

    value: str
    text: str = ""
    lang: str = ""
    links: tuple[Link, ...] = ()
    origin: str = ""
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reviewing:
    """An answer that is read in the name of a body."""

    answer: Answer
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a peer found: a level from 0 (contests) to 3 (confirms), the fact, what ties it to the commons."""

    level: int
    fact: str
    conflict_of_interest: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a run proposes to answer: the value, the condition that says so, and the run."""

    value: str
    condition: str
    run: UUID
    on: date
    commit: str
    method: str


def asked_of(answer: Answer) -> Asked | None:
    """The question again; None when the bank has it no more."""
    question = engine.bank().get(answer.question)
    return Asked(kept(answer.commons), question) if question else None


def kept(commons: Commons) -> Commons:
    """What it was merged into, else itself."""
    return commons.merged_into or commons


def parties(answer: Answer, day: date) -> Parties:
    """Who answered, who holds the commons, and all their organisations: none of them is a peer."""
    held = [stewards(one, day) for one in {answer.commons, kept(answer.commons)}]  # merged: both sides
    persons = held[0].persons.union({answer.by_id}, *(one.persons for one in held))
    own = frozenset({answer.organisation_id} if answer.organisation_id else ())
    return Parties(persons, own.union(organisations_of(persons, day), *(one.organisations for one in held)))


def is_peer(person: Person, parties: Parties, mine: Iterable[UUID]) -> bool:
    """Whether somebody with these organisations stands outside: one who has a foot inside does not."""
    return person.pk not in parties.persons and not parties.organisations & frozenset(mine)
