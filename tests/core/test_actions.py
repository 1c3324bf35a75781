"""`@action`: rule, transaction and journal, once, for every service of every area."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import rules
import uses
from django.core.exceptions import ImproperlyConfigured
from django.core.management.color import no_style
from django.db import connection
from uses import Cast

import communaux
from communaux.catalogue import services as catalogue
from communaux.catalogue.models import Experience, Reuse
from communaux.core import services
from communaux.core.actions import ACTIONS, action, allow
from communaux.core.errors import NotAllowed
from communaux.core.models import Entry, Grant, Organisation, Person
from communaux.core.rules import is_operator

BEYOND_SERVICES = {  # writes that live beside what they start
    "communaux.core.tasks": {"start", "cancel"},
    "communaux.core.contest": {"open_contest", "answer_contest", "decide_contest", "withdraw_contest"},
    "communaux.core.dual": {"prepare", "release", "refuse", "expire"},
    "communaux.core.endings": {"tell_endings"},
    "communaux.core.subscriptions": {"follow", "unfollow", "choose_frequency", "read_notices", "resume_mail"},
    "communaux.core.accounts": {"sign_up", "verify_mail", "change_access", "change_profile", "erase_person"},
    "communaux.core.tokens": {"make", "revoke"},
    "communaux.core.organisations": {"declare", "ask_to_join", "confirm_member", "end_member", "appoint"},
}


def service_modules() -> list[str]:
    """`services.py` of every app, and every module of a `services/` folder."""
    found = pkgutil.walk_packages(communaux.__path__, "communaux.")
    return sorted(name for _finder, name, _is_package in found if ".services" in name)


def public_functions(module: str) -> Iterator[tuple[str, Callable[..., object]]]:
    loaded = importlib.import_module(module)
    for name, thing in vars(loaded).items():
        if inspect.isfunction(thing) and not name.startswith("_") and thing.__module__ == module:
            yield name, thing


# Parts of a service that another service calls inside its own action.
INNER = {
    "communaux.catalogue.services.settle": {"settle"},
    "communaux.catalogue.services.describing": {"write"},
    "communaux.catalogue.services.imports": {"check_loss", "follow", "row_of"},
    "communaux.catalogue.services.judging": {"merge_of"},
    "communaux.catalogue.services.pins": {"pin"},
    "communaux.catalogue.services.identifiers": {"keep_identifiers"},
    "communaux.gatherings.services.adapting": {"whole", "write_phases"},
    "communaux.gatherings.services.attending": {"promote", "tell_of_changes"},
    "communaux.gatherings.services.carrying": {"asked_by", "can_be_asked", "still_open"},
    "communaux.gatherings.services.naming": {"keep_to_roles"},
    "communaux.gatherings.services.proposing": {"noted"},
}


def test_the_walk_finds_the_services() -> None:
    assert {"communaux.core.services", "communaux.catalogue.services.imports"} <= set(service_modules())


@pytest.mark.parametrize("module", service_modules())
def test_every_public_service_wears_action(module: str) -> None:
    bare = {name for name, function in public_functions(module) if not hasattr(function, "action_name")}
    assert bare == INNER.get(module, set())


@pytest.mark.parametrize(("module", "names"), BEYOND_SERVICES.items())
def test_writes_beside_services_wear_action_too(module: str, names: set[str]) -> None:
    worn = {name for name, function in public_functions(module) if hasattr(function, "action_name")}
    assert worn == names


def test_every_action_has_a_rule_and_takes_its_time_from_outside() -> None:
    for module in service_modules():
        importlib.import_module(module)
    assert sorted(name for name in ACTIONS if not rules.perm_exists(name)) == []
    timeless = [name for name, function in ACTIONS.items() if "at" not in inspect.signature(function).parameters]
    assert timeless == []


@pytest.fixture
def renamed() -> Iterator[Callable[..., Organisation]]:
    """A service of the tests: renames, then fails if told so."""

    @action("tests.rename")
    def rename(
        by: Person, body: Organisation, *, name: str, at: datetime, reason: str = "", fail: bool = False
    ) -> Organisation:
        body.name = name
        body.save(update_fields=["name"])
        if fail:
            raise ZeroDivisionError
        return body

    rules.add_perm("tests.rename", is_operator)
    yield rename
    rules.remove_perm("tests.rename")
    del ACTIONS["tests.rename"]


@pytest.fixture
def body(desk: Person, now: datetime) -> Organisation:
    return services.create_organisation(desk, name="Mairie", kind="local_authority", at=now)


def test_what_is_refused_writes_nothing(
    renamed: Callable[..., Organisation], body: Organisation, person: Callable[..., Person], now: datetime
) -> None:
    reader, before = person("reader@demo.example"), Entry.objects.count()
    with pytest.raises(NotAllowed) as refused:
        renamed(reader, body, name="Autre", at=now)
    body.refresh_from_db()
    assert (body.name, Entry.objects.count()) == ("Mairie", before)
    assert refused.value.details == {"rule": "tests.rename"}


def test_what_fails_writes_nothing(
    renamed: Callable[..., Organisation], body: Organisation, desk: Person, now: datetime
) -> None:
    before = Entry.objects.count()
    with pytest.raises(ZeroDivisionError):
        renamed(desk, body, name="Autre", at=now, fail=True)
    body.refresh_from_db()
    assert (body.name, Entry.objects.count()) == ("Mairie", before)


def test_the_line_tells_who_when_why_and_only_what_changed(
    renamed: Callable[..., Organisation], body: Organisation, desk: Person, now: datetime
) -> None:
    renamed(desk, body, name="Autre", at=now, reason="fusion de communes")
    line = Entry.objects.latest("seq")
    assert (line.act, line.actor_id, line.at, line.reason) == ("tests.rename", desk.pk, now, "fusion de communes")
    assert (line.subject_kind, line.subject_id) == ("organisation", str(body.pk))
    assert (line.before, line.after) == ({"name": "Mairie"}, {"name": "Autre"})


def test_a_new_row_is_told_by_all_it_holds(body: Organisation) -> None:
    line = Entry.objects.latest("seq")
    assert (line.act, line.before) == ("core.create_organisation", {})
    told = {"name": "Mairie", "kind": "local_authority", "siren": "", "territory_code": "", "active": True}
    assert line.after == told


def test_the_journal_of_an_account_holds_no_personal_data(person: Callable[..., Person]) -> None:
    made = person("alice@demo.example")
    line = Entry.objects.get(act="core.create_person")
    assert line.after == {"lang": "fr", "is_active": True}
    assert line.subject_id == str(made.pk)
    assert "alice" not in str(Entry.objects.values())


def test_a_row_of_another_table_with_the_same_number_is_not_what_it_was_before(cast: Cast, now: datetime) -> None:
    with connection.cursor() as cursor:  # PostgreSQL goes on counting where the test before stopped
        for statement in connection.ops.sequence_reset_sql(no_style(), [Reuse, Experience]):
            cursor.execute(statement)
    use = cast.declared()
    made = catalogue.write_experience(cast["member"], use, told=uses.told(), at=now)
    assert str(made.pk) == str(use.pk), "the first of each table"
    line = Entry.objects.latest("seq")
    assert (line.subject_kind, line.before, line.after["again"]) == ("experience", {}, "yes")


def test_a_grant_is_written_about_the_grant_not_its_holder(person: Callable[..., Person]) -> None:
    person("operator@demo.example", operator=True)
    line, held = Entry.objects.get(act="core.grant"), Grant.objects.get()
    assert (line.subject_kind, line.subject_id, line.before) == ("grant", str(held.pk), {})
    assert line.after["role"] == "operator"


def test_a_rule_that_does_not_exist_is_a_bug_not_a_refusal(desk: Person) -> None:
    with pytest.raises(ImproperlyConfigured, match="no rule is named"):
        allow("tests.nowhere", desk)


def test_a_service_without_subject_is_a_bug(desk: Person, now: datetime) -> None:
    @action("core.set_weights")
    def aimless(by: Person, *, at: datetime) -> int:
        return 3

    kept = services.set_weights
    ACTIONS["core.set_weights"] = kept
    with pytest.raises(ImproperlyConfigured, match="neither the result nor the first argument"):
        aimless(desk, at=now)
    assert Entry.objects.count() == 0
