"""Declaring a body, joining it, leaving it, answering for it: each step by who may, and only confirmed members count."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from communaux.core import organisation_queries as queries
from communaux.core import organisations, services
from communaux.core.errors import BadRequest, Conflict, NotAllowed
from communaux.core.models import Entry, Grant, Membership, Organisation, Person
from communaux.core.rules import has_role, is_member, is_owner

pytestmark = pytest.mark.django_db
KEY = UUID("018f0000-0000-7000-8000-000000000001")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def body(desk: Person, now: datetime) -> Organisation:
    return services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=now)


@pytest.fixture
def people(person: Callable[..., Person]) -> dict[str, Person]:
    made = {name: person(f"{name}@demo.example") for name in ("ana", "bob", "cleo")}
    return made | {"operator": person("odile@demo.example", operator=True)}


def declared(by: Person, now: datetime) -> Organisation:
    return organisations.declare(
        by, key=KEY, name="Association", kind="association", siret=None, rna=None, siren="", at=now
    )


def test_asking_gives_nothing_until_somebody_confirms(
    body: Organisation, people: dict[str, Person], now: datetime
) -> None:
    ana = people["ana"]
    services.grant(people["operator"], body, role="editor", object_type="instance", at=now)
    asked = organisations.ask_to_join(ana, body, at=now)
    today = timezone.localdate()

    def counted() -> list[object]:
        return [
            is_member(ana, body),
            has_role(ana, "editor", "instance", "", today),
            ana.memberships.on(today).count(),
            len(queries.members(body, today)),
        ]

    assert counted() == [False, False, 0, 0]
    organisations.confirm_member(people["operator"], asked, at=now)
    assert counted() == [True, True, 1, 1]
    organisations.end_member(ana, asked, at=now)
    assert counted() == [False, False, 0, 0], "at once, not tomorrow"


def test_the_database_itself_refuses_a_member_who_confirms_itself(
    body: Organisation, people: dict[str, Person], now: datetime
) -> None:
    ana = people["ana"]
    asked = organisations.ask_to_join(ana, body, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=asked.pk).update(confirmed_by=ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=ana, organisation=body, source="admin", starts_on=now.date())


def test_who_declares_a_body_becomes_its_owner_once_an_operator_confirms(
    people: dict[str, Person], now: datetime
) -> None:
    ana, bob, operator = people["ana"], people["bob"], people["operator"]
    made = declared(ana, now)
    (waiting,) = queries.asking(made)
    assert (made.pk, waiting.person, is_owner(ana, made)) == (KEY, ana, False)
    for other in (ana, bob):
        with pytest.raises(NotAllowed):
            organisations.confirm_member(other, waiting, at=now)
    organisations.confirm_member(operator, waiting, at=now)
    assert is_owner(ana, made)
    second = organisations.ask_to_join(bob, made, at=now)
    organisations.confirm_member(ana, second, at=now)
    assert (is_member(bob, made), is_owner(bob, made)) == (True, False)
    acts = list(Entry.objects.order_by("-seq").values_list("act", flat=True)[:6])
    assert acts[::-1] == [
        *("core.ask_to_join", "core.declare_organisation", "core.grant", "core.confirm_member"),
        *("core.ask_to_join", "core.confirm_member"),
    ]


def test_an_operator_does_not_admit_itself(body: Organisation, people: dict[str, Person], now: datetime) -> None:
    asked = organisations.ask_to_join(people["operator"], body, at=now)
    with pytest.raises(NotAllowed):
        organisations.confirm_member(people["operator"], asked, at=now)
    organisations.end_member(people["operator"], asked, at=now)


def test_a_form_sent_twice_declares_once(people: dict[str, Person], now: datetime) -> None:
    declared(people["ana"], now)
    with pytest.raises(Conflict):
        declared(people["ana"], now)
    assert (Organisation.objects.count(), Membership.objects.count()) == (1, 1)


@pytest.mark.parametrize("numbers", [{"siret": "35600000000048", "rna": None}, {"siret": None, "rna": "W123456789"}])
def test_a_number_is_of_one_body(people: dict[str, Person], now: datetime, numbers: dict[str, str | None]) -> None:
    first = {"name": "Un", "kind": "company", "siren": ""} | numbers
    organisations.declare(people["ana"], key=KEY, at=now, **first)
    with pytest.raises(Conflict):
        organisations.declare(people["bob"], key=UUID(int=7), at=now, **first)
    assert queries.with_number(numbers["siret"], numbers["rna"]) == Organisation.objects.get()
    assert queries.with_number(None, None) is None


def test_asking_twice_is_told_and_asked_once(body: Organisation, people: dict[str, Person], now: datetime) -> None:
    organisations.ask_to_join(people["ana"], body, at=now)
    with pytest.raises(Conflict):
        organisations.ask_to_join(people["ana"], body, at=now)
    assert Membership.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_the_same_instant_too(body: Organisation, people: dict[str, Person], now: datetime) -> None:
    def ask(_click: int) -> str:
        try:
            organisations.ask_to_join(people["ana"], body, at=now)
            return "asked"
        except Conflict as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, range(2))) == ["already_asked", "asked"]


def test_a_closed_body_takes_nobody(body: Organisation, people: dict[str, Person], now: datetime) -> None:
    Organisation.objects.update(active=False)
    body.refresh_from_db()
    with pytest.raises(Conflict):
        organisations.ask_to_join(people["ana"], body, at=now)


def test_one_may_ask_again_after_leaving_or_a_refusal(
    body: Organisation, people: dict[str, Person], now: datetime
) -> None:
    asked = organisations.ask_to_join(people["ana"], body, at=now)
    organisations.end_member(people["operator"], asked, at=now)
    again = organisations.ask_to_join(people["ana"], body, at=now)
    with pytest.raises(Conflict):
        organisations.confirm_member(people["operator"], asked, at=now)
    with pytest.raises(Conflict):
        organisations.end_member(people["operator"], asked, at=now)
    organisations.confirm_member(people["operator"], again, at=now)
    with pytest.raises(Conflict):
        organisations.confirm_member(people["operator"], again, at=now)


@pytest.fixture
def owned(body: Organisation, people: dict[str, Person], now: datetime) -> dict[str, Membership]:
    """Ana owns it, Bob belongs to it."""
    rows = {name: organisations.ask_to_join(people[name], body, at=now) for name in ("ana", "bob")}
    organisations.confirm_member(people["operator"], rows["ana"], at=now)
    organisations.confirm_member(people["ana"], rows["bob"], at=now)
    return rows


def test_owners_name_owners_and_nobody_above_itself(
    body: Organisation, owned: dict[str, Membership], people: dict[str, Person], now: datetime
) -> None:
    ana, bob, cleo = people["ana"], people["bob"], people["cleo"]
    with pytest.raises(NotAllowed):
        organisations.appoint(bob, body, person=bob, role="owner", at=now)
    organisations.appoint(ana, body, person=bob, role="co_owner", at=now)
    with pytest.raises(NotAllowed):
        organisations.appoint(bob, body, person=bob, role="owner", at=now)
    with pytest.raises(Conflict):
        organisations.appoint(ana, body, person=bob, role="co_owner", at=now)
    with pytest.raises(Conflict):
        organisations.appoint(ana, body, person=cleo, role="co_owner", at=now)
    for role in ("operator", "steward", "", "member"):
        with pytest.raises(BadRequest):
            organisations.appoint(ana, body, person=bob, role=role, at=now)
    third = organisations.ask_to_join(cleo, body, at=now)
    organisations.confirm_member(bob, third, at=now)
    assert is_member(cleo, body)


def test_the_last_owner_names_another_before_leaving(
    body: Organisation, owned: dict[str, Membership], people: dict[str, Person], now: datetime
) -> None:
    with pytest.raises(Conflict) as refused:
        organisations.end_member(people["ana"], owned["ana"], at=now)
    assert refused.value.code == "last_owner"
    organisations.appoint(people["ana"], body, person=people["bob"], role="owner", at=now)
    organisations.end_member(people["ana"], owned["ana"], at=now)
    assert (is_owner(people["ana"], body), is_owner(people["bob"], body)) == (False, True)
    organisations.end_member(people["bob"], owned["bob"], at=now)
    assert queries.members(body, timezone.localdate()) == []
    assert Grant.objects.filter(object_type="organisation", revoked_at=None).count() == 0


def test_a_role_on_one_organisation_is_none_on_another(
    owned: dict[str, Membership], people: dict[str, Person], desk: Person, now: datetime
) -> None:
    other = services.create_organisation(desk, name="Autre", kind="company", at=now)
    asked = organisations.ask_to_join(people["cleo"], other, at=now)
    with pytest.raises(NotAllowed):
        organisations.confirm_member(people["ana"], asked, at=now)
    with pytest.raises(NotAllowed):
        organisations.appoint(people["ana"], other, person=people["bob"], role="owner", at=now)


def test_a_visitor_does_nothing(body: Organisation, now: datetime) -> None:
    for nobody in (None, AnonymousUser()):
        with pytest.raises(NotAllowed):
            organisations.ask_to_join(nobody, body, at=now)


def test_a_membership_counts_between_its_days(
    body: Organisation, people: dict[str, Person], desk: Person, now: datetime
) -> None:
    today, day = timezone.localdate(), timedelta(days=1)
    services.add_member(desk, body, person=people["ana"], starts_on=today, at=now)
    Membership.objects.update(ends_on=today + day)
    counted = [Membership.objects.on(today + day * shift).exists() for shift in (-1, 0, 1, 2)]
    assert counted == [False, True, True, False]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Commune de démonstration", "La Poste de démonstration"]),
        ("poste DÉMONSTRATION".lower(), ["La Poste de démonstration"]),
        ("356 000", ["La Poste de démonstration"]),
        ("35600000000048", ["La Poste de démonstration"]),
        ("w12", ["Commune de démonstration"]),
        ("999", []),
        ("%_", []),
        ("<b>", []),
    ],
)
def test_a_body_is_found_by_words_or_by_the_beginning_of_a_number(
    body: Organisation, desk: Person, now: datetime, asked: str, found: list[str]
) -> None:
    Organisation.objects.update(rna="W123456789")
    services.create_organisation(desk, name="La Poste de démonstration", kind="company", siret="35600000000048", at=now)
    assert [one.name for one in queries.find(asked)] == found
