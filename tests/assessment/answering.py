"""Answers and readings of the tests, as people give them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from slices import NOW
from uses import Cast

from communaux.assessment import queries_answers as queries
from communaux.assessment import services_answers as services
from communaux.assessment.answers import Asked, Link, Opinion, Reviewing, Said
from communaux.assessment.models import Answer, PeerReview
from communaux.core import services as core
from communaux.core.models import Organisation, Person
from communaux.engines.assess.answers import bank

LINK = Link("https://demo.example/export", date(2026, 8, 1))


def asked(cast: Cast, code: str = "data_export", body: Organisation | None = None) -> Asked:
    return Asked(cast.commons, bank()[code], body)


def answered(
    cast: Cast,
    code: str = "data_export",
    by: str = "steward",
    *,
    value: str = "yes",
    links: tuple[Link, ...] = (),
    at: datetime = NOW,
    body: Organisation | None = None,
    text: str = "Un export complet, en CSV.",
) -> Answer:
    there = queries.standing(cast.commons, code)
    said = Said(value, text, "fr", links)
    return services.answer(cast[by], asked(cast, code, body), said=said, seen=there.pk if there else None, at=at)


def reviewed(answer: Answer, by: Person, body: Organisation, level: int = 3, **more: Any) -> PeerReview:
    said = Opinion(level, more.pop("fact", "Nous avons fait l’export le 3 août."), "aucun")
    return services.review_answer(by, Reviewing(answer, body), said=said, at=NOW, **more)


def stranger(cast: Cast, name: str) -> tuple[Person, Organisation]:
    """Somebody of a body that has nothing to do with the commons."""
    desk = cast["desk"]
    body = core.create_organisation(desk, name=f"Association {name}", kind="association", at=NOW)
    one = core.create_person(
        desk, mail=f"{name}@autre.example", display_name=name, password="un mot de passe long", at=NOW
    )
    core.add_member(desk, body, person=one, starts_on=date(2020, 1, 1), at=NOW)
    return one, body
