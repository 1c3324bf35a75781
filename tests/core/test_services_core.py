"""Accounts, organisations, dated roles, evidence, weights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from communaux.core import queries, roles, services
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.models import DESK, Entry, Evidence, Grant, Membership, Person, SlugHistory, Weights

pytestmark = pytest.mark.django_db


def test_the_desk_is_one_person_who_cannot_sign_in(desk: Person) -> None:
    assert (desk.pk, desk.is_desk, desk.mail) == (DESK, True, None)
    assert Person.objects.desk() == desk
    assert Person.objects.count() == 1
    assert not desk.check_password("")


def test_an_account_keeps_its_password_hashed(person: Callable[..., Person], settings: object) -> None:
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]  # those of the desk: conftest puts a fast one first
    made = person("Alice@Demo.Example")
    assert made.mail == "alice@demo.example"
    assert made.password.startswith("argon2$")
    assert made.check_password("un mot de passe long")
    assert not made.is_desk
    assert Person.objects.get_by_natural_key("ALICE@demo.example") == made


def test_one_account_per_mail_whatever_its_case(person: Callable[..., Person]) -> None:
    person("alice@demo.example")
    lines = Entry.objects.count()
    with pytest.raises(Conflict) as refused:
        person("ALICE@demo.example")
    assert (refused.value.code, Entry.objects.count(), Person.objects.count()) == ("mail_taken", lines, 2)


def test_a_role_is_given_withdrawn_and_given_again(desk: Person, person: Callable[..., Person], now: datetime) -> None:
    alice = person("alice@demo.example")
    held = services.grant(desk, alice, role="editor", object_type="instance", at=now)
    assert (held.person, held.granted_by, held.starts_on) == (alice, desk, now.date())
    with pytest.raises(Conflict):
        services.grant(desk, alice, role="editor", object_type="instance", at=now)
    services.revoke(desk, held, at=now, reason="départ")
    with pytest.raises(Conflict):
        services.revoke(desk, held, at=now, reason="départ")
    line = Entry.objects.get(act="core.revoke")
    assert (line.reason, line.before, line.after) == (
        "départ",
        {"revoked_at": None},
        {"revoked_at": "2026-09-01T12:00:00.000000Z"},
    )
    services.grant(desk, alice, role="editor", object_type="instance", at=now)
    assert Grant.objects.on(now.date()).count() == 1


def test_two_who_withdraw_at_once_leave_one_trace(desk: Person, person: Callable[..., Person], now: datetime) -> None:
    held = services.grant(desk, person("a@demo.example"), role="editor", object_type="instance", at=now)
    one, other = Grant.objects.get(pk=held.pk), Grant.objects.get(pk=held.pk)
    services.revoke(desk, one, at=now, reason="départ")
    with pytest.raises(Conflict):
        services.revoke(desk, other, at=now + timedelta(days=1), reason="autre")
    assert (Grant.objects.get().revoked_at, Entry.objects.filter(act="core.revoke").count()) == (now, 1)


def test_a_role_is_not_given_over_one_that_begins_later(
    desk: Person, person: Callable[..., Person], now: datetime
) -> None:
    alice, later = person("a@demo.example"), now.date() + timedelta(days=10)
    terms = {"role": "editor", "object_type": "instance", "at": now}
    services.grant(desk, alice, **terms, starts_on=later)
    with pytest.raises(Conflict):
        services.grant(desk, alice, **terms)
    services.grant(desk, alice, **terms, ends_on=later - timedelta(days=1))
    assert Grant.objects.count() == 2


def test_the_database_refuses_the_same_open_role_twice(desk: Person, now: datetime) -> None:
    body = services.create_organisation(desk, name="Mairie", kind="local_authority", at=now)
    for holder in ({"person": desk}, {"organisation": body}):
        same = {"role": "editor", "object_type": "instance", "granted_by": desk, "starts_on": now.date(), **holder}
        Grant.objects.create(**same)
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(**same)
        Grant.objects.create(**same | {"revoked_at": now})


@pytest.mark.parametrize("role", sorted(roles.WITH_AN_END))
def test_some_roles_need_an_end(desk: Person, person: Callable[..., Person], now: datetime, role: str) -> None:
    alice = person("alice@demo.example")
    with pytest.raises(NotReady) as refused:
        services.grant(desk, alice, role=role, object_type="commons", object_id="1", at=now)
    assert refused.value.details == {"missing": ["ends_on"]}
    end = now.date() + timedelta(days=365)
    assert (
        services.grant(desk, alice, role=role, object_type="commons", object_id="1", at=now, ends_on=end).ends_on == end
    )


def test_a_grant_holds_its_last_day(desk: Person, person: Callable[..., Person], now: datetime) -> None:
    terms = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 31)}
    services.grant(desk, person("a@demo.example"), role="editor", object_type="instance", at=now, **terms)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1)]
    assert [Grant.objects.on(day).count() for day in days] == [0, 1, 1, 0]


def test_the_database_refuses_a_grant_to_nobody_to_two_or_backwards(desk: Person, now: datetime) -> None:
    body = services.create_organisation(desk, name="Mairie", kind="local_authority", at=now)
    start = {"role": "editor", "object_type": "instance", "granted_by": desk, "starts_on": date(2026, 1, 1)}
    for holder in ({}, {"person": desk, "organisation": body}, {"person": desk, "ends_on": date(2026, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(**start, **holder)


def test_nobody_confirms_their_own_membership(desk: Person, person: Callable[..., Person], now: datetime) -> None:
    alice = person("alice@demo.example", operator=True)
    body = services.create_organisation(desk, name="Mairie", kind="local_authority", siret="21350238800019", at=now)
    made = services.add_member(desk, body, person=alice, starts_on=now.date(), at=now)
    assert (made.confirmed_by, made.source) == (desk, "admin")
    with pytest.raises(IntegrityError), transaction.atomic():
        services.add_member(alice, body, person=alice, starts_on=now.date(), at=now)
    assert Membership.objects.count() == 1


def test_evidence_is_found_by_its_subject(person: Callable[..., Person], now: datetime) -> None:
    alice = person("alice@demo.example")
    what = {"kind": "page", "locator": "https://demo.example/charte", "method": "read", "sha256": "0" * 64}
    kept = services.record_evidence(alice, subject=("commons", "1"), at=now, **what)
    assert list(queries.evidence_for("commons", "1")) == [kept]
    assert list(queries.evidence_for("commons", "2")) == []
    assert (kept.captured_at, Evidence.objects.count()) == (now, 1)


def test_weights_get_a_new_version_and_never_change(desk: Person, now: datetime) -> None:
    first = services.set_weights(desk, area="same", values={"name": "2"}, at=now)
    second = services.set_weights(desk, area="same", values={"name": "3"}, decided_in="2026-04", at=now)
    other = services.set_weights(desk, area="search", values={}, at=now)
    assert [w.version for w in (first, second, other)] == [1, 2, 1]
    assert Weights.objects.get(area="same", version=1).values == {"name": "2"}
    with pytest.raises(TypeError, match="float"):
        services.set_weights(desk, area="same", values={"name": 0.5}, at=now)
    assert Weights.objects.filter(area="same").count() == 2


def test_weights_in_force_are_the_newest_over_those_of_the_code(desk: Person, now: datetime) -> None:
    defaults = {"name": 200, "text": 200, "share": 0.5}
    assert queries.weights("same", defaults) == (0, defaults)
    services.set_weights(desk, area="same", values={"name": "300"}, at=now)
    services.set_weights(desk, area="same", values={"name": "250", "share": "0.25", "gone": "1"}, at=now)
    assert queries.weights("same", defaults) == (2, {"name": 250, "text": 200, "share": 0.25})
    assert queries.weights("search", defaults) == (0, defaults)


@pytest.mark.parametrize("value", ["", "beaucoup", "1e3", "1,5", "nan"])
def test_a_weight_is_a_number(desk: Person, now: datetime, value: str) -> None:
    with pytest.raises(BadRequest):
        services.set_weights(desk, area="same", values={"name": value}, at=now)
    assert not Weights.objects.exists()


def test_a_password_is_changed_and_its_change_told_without_it(
    desk: Person, person: Callable[..., Person], now: datetime
) -> None:
    alice = person("a@demo.example")
    services.set_password(desk, alice, password="une autre phrase longue", at=now)
    assert Person.objects.get(pk=alice.pk).check_password("une autre phrase longue")
    line = Entry.objects.latest("seq")
    assert (line.act, line.before, line.after) == ("core.set_password", {}, {})


def test_history_is_told_newest_first(desk: Person, now: datetime) -> None:
    body = services.create_organisation(desk, name="Mairie", kind="local_authority", at=now)
    services.create_organisation(desk, name="Autre", kind="company", at=now)
    services.add_member(desk, body, person=Person.objects.create(display_name="A"), starts_on=now.date(), at=now)
    assert [e.act for e in queries.history("organisation", str(body.pk))] == ["core.create_organisation"]
    assert [e.seq for e in queries.latest_entries(2)] == [2, 1], "who belongs where is no news for all"


def test_an_old_address_leads_to_its_object(db: None) -> None:
    SlugHistory.objects.create(kind="commons", old_slug="ancien", object_id="42")
    assert (queries.moved_to("commons", "ancien"), queries.moved_to("commons", "autre")) == ("42", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        SlugHistory.objects.create(kind="commons", old_slug="ancien", object_id="43")
