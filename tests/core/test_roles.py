"""Role × action: who may do what, each rule against each kind of person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import rules
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

import communaux.catalogue.rules
import communaux.core.rules  # noqa: F401 - the rules under test
from communaux.core import services
from communaux.core.models import Grant, Membership, Organisation, Person
from communaux.core.rules import has_role, holds

pytestmark = pytest.mark.django_db

OPERATORS_ONLY = (
    *("core.create_person", "core.create_organisation", "core.add_member", "core.grant", "core.revoke"),
    *("core.set_weights", "core.set_password", "core.cancel_task"),
    *("catalogue.register_source", "catalogue.import", "catalogue.close_import", "catalogue.relate"),
    *("catalogue.propose_pairs", "catalogue.store_index", "catalogue.set_themes", "catalogue.store_themes"),
)
SIGNED_IN = (
    *("core.record_evidence", "core.start_task", "core.follow", "core.unfollow"),
    *("core.choose_frequency", "core.read_notices", "core.resume_mail"),
)
# person → (may do what operators do, may do what anyone signed in does)
MATRIX = {
    "desk": (True, True),
    "operator": (True, True),
    "revoked": (False, True),
    "ended": (False, True),
    "not_yet": (False, True),
    "member": (True, True),
    "past_member": (False, True),
    "other_object": (False, True),
    "other_role": (False, True),
    "plain": (False, True),
    "inactive": (False, False),
    "closed_operator": (False, False),
    "anonymous": (False, False),
    "nobody": (False, False),
}


@pytest.fixture
def people(desk: Person, person: Callable[..., Person]) -> dict[str, Person | AnonymousUser | None]:
    today, at = timezone.localdate(), timezone.now()
    found: dict[str, Person | AnonymousUser | None] = {"desk": desk, "anonymous": AnonymousUser(), "nobody": None}
    plain = (
        "revoked",
        "ended",
        "not_yet",
        "member",
        "past_member",
        "other_object",
        "other_role",
        "plain",
        "inactive",
        "closed_operator",
    )
    found |= {name: person(f"{name}@demo.example") for name in plain}
    found["operator"] = person("operator@demo.example")
    month = timedelta(days=30)

    def give(name: str, role: str = "operator", of: str = "instance", **terms: object) -> Grant:
        return services.grant(desk, found[name], role=role, object_type=of, at=at, starts_on=today - month, **terms)

    give("operator", ends_on=today)  # the last day is included
    services.revoke(desk, give("revoked"), at=at, reason="test")
    give("ended", ends_on=today - timedelta(days=1))
    give("other_object", of="commons", object_id="1")
    give("other_role", role="editor")
    services.grant(
        desk, found["not_yet"], role="operator", object_type="instance", at=at, starts_on=today + timedelta(days=1)
    )
    body = services.create_organisation(desk, name="Mairie", kind="local_authority", at=at)
    services.grant(desk, body, role="operator", object_type="instance", at=at)
    services.add_member(desk, body, person=found["member"], starts_on=today, at=at)
    past = services.add_member(desk, body, person=found["past_member"], starts_on=today - month, at=at)
    Membership.objects.filter(pk=past.pk).update(ends_on=today - timedelta(days=1))
    give("closed_operator")
    for name in ("inactive", "closed_operator"):
        Person.objects.filter(pk=found[name].pk).update(is_active=False)
        found[name].refresh_from_db()
    return found


def test_the_matrix_names_every_rule() -> None:
    known = {name for name in rules.permissions.permissions if name.startswith(("core.", "catalogue."))}
    assert known == {*OPERATORS_ONLY, *SIGNED_IN}


def test_role_by_action(people: dict[str, Person]) -> None:
    """One pass over all 14 × 17 cells: the people cost more than the rules."""
    wanted = {
        (who, name): (operator if name in OPERATORS_ONLY else signed_in)
        for who, (operator, signed_in) in MATRIX.items()
        for name in (*OPERATORS_ONLY, *SIGNED_IN)
    }
    assert {(who, name): rules.has_perm(name, people[who]) for who, name in wanted} == wanted


def test_a_role_on_one_object_says_nothing_of_another(people: dict[str, Person]) -> None:
    today, held = timezone.localdate(), people["other_object"]
    assert has_role(held, "operator", "commons", "1", today)
    assert not has_role(held, "operator", "commons", "2", today)


def test_a_rule_may_ask_for_a_role_on_its_target(people: dict[str, Person], desk: Person, now: datetime) -> None:
    body = Organisation.objects.get()
    services.grant(
        desk,
        people["plain"],
        role="editor",
        object_type="organisation",
        object_id=str(body.pk),
        at=now,
        starts_on=timezone.localdate(),
    )
    may_edit = holds("editor", "organisation", of="pk")
    other = services.create_organisation(desk, name="Autre", kind="company", at=now)
    assert [may_edit(people["plain"], target) for target in (body, other)] == [True, False]
    assert not may_edit(None, body)
