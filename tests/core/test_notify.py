"""Who is told of which line of the journal: every verb has a row or is silent, own acts are silent, nothing twice."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from factories import NOW

import communaux
from communaux.core import journal, notify, services, subscriptions
from communaux.core.actions import ACTIONS
from communaux.core.models import (
    Entry,
    JournalCursor,
    MailChannel,
    Notification,
    OutboxItem,
    Person,
    Subscription,
)
from communaux.core.notify import ASKED, DECIDED, NEWS, ROWS, SILENT

MAIL = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def declared_actions() -> set[str]:
    """Verbs of all services of the desk; those that a test defines for itself are left out."""
    for _finder, name, _package in pkgutil.walk_packages(communaux.__path__, "communaux."):
        if ".services" in name or name.startswith("communaux.core."):
            importlib.import_module(name)
    return {name for name, act in ACTIONS.items() if act.__module__.startswith("communaux.")}


def test_every_verb_has_a_row_or_is_silent_and_not_both() -> None:
    verbs = declared_actions()
    assert {"catalogue.publish", "core.grant"} <= verbs
    assert sorted(verbs - set(ROWS) - SILENT) == []
    assert sorted(set(ROWS) & SILENT) == []
    # written by the act that leaves too few needs together, and by the clock
    follows = ["catalogue.dissolve_pool", "gatherings.fell_silent"]
    assert sorted((set(ROWS) | SILENT) - verbs) == follows
    settling = {verb for rows in ROWS.values() for row in rows for verb in row.until}
    assert sorted(settling - verbs) == []


def test_a_verb_has_one_row_for_each_kind() -> None:
    kinds = {verb: [row.kind for row in rows] for verb, rows in ROWS.items()}
    assert {verb: found for verb, found in kinds.items() if len(found) != len(set(found))} == {}


@pytest.fixture
def people(person: Callable[..., Person]) -> list[Person]:
    return [person(f"p{n}@demo.example") for n in range(3)]


@pytest.fixture
def told_to() -> Iterator[Callable[..., None]]:
    """Rows of the tests: `told_to("tests.verb", [person], kind)`."""
    added = []

    def declare(verb: str, persons: list[Person], kind: Any, **more: Any) -> None:
        added.append(verb)
        ids = [person.pk for person in persons]
        notify.tell(verb, lambda entries, at: ((e.seq, pk) for e in entries for pk in ids), kind, verb, **more)

    yield declare
    for verb in added:
        ROWS.pop(verb, None)


@pytest.fixture
def read(desk: Person, people: list[Person]) -> None:
    """What the fixtures wrote is told already."""
    notify.follow(NOW)
    Notification.objects.all().delete()


def wrote(by: Person, verb: str, subject: tuple[str, str] = ("thing", "1"), **after: Any) -> Entry:
    return journal.append(by, NOW, journal.Line(verb, subject, {}, after))


def seen() -> set[tuple[str, str, str]]:
    rows = Notification.objects.filter(channel="inapp").select_related("person", "entry")
    return {(row.person.display_name, row.entry.act, row.kind) for row in rows}


@pytest.mark.django_db
def test_each_of_an_audience_is_told_but_whoever_acted(
    people: list[Person], told_to: Callable[..., None], read: None
) -> None:
    told_to("tests.a", people, NEWS)
    wrote(people[0], "tests.a")
    assert notify.follow(NOW) == (1, 2)
    assert seen() == {("p1", "tests.a", "news"), ("p2", "tests.a", "news")}


@pytest.mark.django_db
def test_reading_twice_tells_once(people: list[Person], told_to: Callable[..., None], read: None) -> None:
    told_to("tests.a", people[1:2], NEWS)
    line = wrote(people[0], "tests.a")
    assert notify.follow(NOW) == (1, 1)
    assert notify.follow(NOW) == (0, 0)
    JournalCursor.objects.update(seq=line.seq - 1)  # as if the cursor had been lost
    notify.follow(NOW)
    assert Notification.objects.filter(channel="inapp").count() == 1


@pytest.mark.django_db
def test_of_two_rows_the_more_pressing_counts(people: list[Person], told_to: Callable[..., None], read: None) -> None:
    told_to("tests.a", people, NEWS)
    told_to("tests.a", people[1:2], ASKED)
    wrote(people[0], "tests.a")
    notify.follow(NOW)
    assert seen() == {("p1", "tests.a", "asked"), ("p2", "tests.a", "news")}


@pytest.mark.django_db
def test_an_act_of_two_lines_is_told_once(people: list[Person], told_to: Callable[..., None], read: None) -> None:
    told_to("tests.a", people[1:2], DECIDED)
    lines = [journal.Line("tests.a", ("thing", "1"), {}, {"n": n}) for n in (1, 2)]
    journal.append_many(people[0], NOW, lines)
    journal.append(people[0], NOW + timedelta(minutes=1), lines[0])
    notify.follow(NOW)
    assert Notification.objects.filter(channel="inapp").count() == 2


@pytest.mark.django_db
def test_an_unknown_verb_stops_nothing(
    people: list[Person], told_to: Callable[..., None], read: None, caplog: pytest.LogCaptureFixture
) -> None:
    told_to("tests.a", people[1:2], NEWS)
    wrote(people[0], "tests.never_declared")
    wrote(people[0], "tests.a")
    notify.follow(NOW)
    assert seen() == {("p1", "tests.a", "news")}
    assert "tests.never_declared" in caplog.text


@pytest.mark.django_db
def test_closed_and_erased_accounts_and_the_desk_are_told_nothing(
    people: list[Person], told_to: Callable[..., None], read: None, desk: Person
) -> None:
    told_to("tests.a", [*people, desk], NEWS)
    Person.objects.filter(pk=people[0].pk).update(is_active=False)
    Person.objects.filter(pk=people[1].pk).update(erased_at=NOW)
    wrote(people[2], "tests.a")
    assert notify.follow(NOW) == (1, 0)


@pytest.mark.django_db
def test_a_slice_that_fails_is_taken_up_again_whole(
    people: list[Person], told_to: Callable[..., None], read: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process is killed: neither the notices of the slice nor its cursor are kept."""
    told_to("tests.a", people[1:2], NEWS)
    for _n in range(5):
        wrote(people[0], "tests.a", ("thing", str(_n)))
    monkeypatch.setattr(notify, "SLICE", 2)
    slices = []

    def fail_at_the_second(entry: Entry) -> None:
        slices.append(entry.seq)
        if len(slices) == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(notify, "_forget", fail_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            notify.follow(NOW)
    assert Notification.objects.filter(channel="inapp").count() == 2
    assert notify.follow(NOW) == (3, 3)
    assert Notification.objects.filter(channel="inapp").count() == 5


@pytest.mark.django_db
def test_what_is_asked_is_settled_by_whoever_does_it(
    people: list[Person], told_to: Callable[..., None], read: None, settings: Any
) -> None:
    settings.MAILERS = MAIL
    told_to("tests.ask", people[1:], ASKED, until=("tests.done",))
    told_to("tests.done", [], DECIDED)
    wrote(people[0], "tests.ask", ("thing", "1"))
    wrote(people[0], "tests.ask", ("thing", "2"))
    notify.follow(NOW)
    wrote(people[1], "tests.done", ("thing", "1"))
    wrote(people[0], "tests.ask", ("thing", "1"))  # asked again
    notify.follow(NOW)
    rows = Notification.objects.filter(person=people[2]).order_by("entry", "channel")
    assert [(row.entry.subject_id, row.channel, row.state) for row in rows] == [
        ("1", "inapp", "settled"),
        ("1", "mail", "settled"),
        ("2", "inapp", "new"),
        ("2", "mail", "queued"),
        ("1", "inapp", "new"),
        ("1", "mail", "queued"),
    ]


@pytest.mark.django_db
def test_mail_comes_as_often_as_each_chose(
    people: list[Person], told_to: Callable[..., None], read: None, desk: Person, settings: Any
) -> None:
    settings.MAILERS = MAIL
    told_to("tests.news", people, NEWS)
    told_to("tests.ask", people, ASKED)
    subscriptions.choose_frequency(people[0], kind="news", frequency="weekly", at=NOW)
    subscriptions.choose_frequency(people[1], kind="news", frequency="none", at=NOW)
    subscriptions.choose_frequency(people[1], kind="asked", frequency="daily", at=NOW)
    Subscription.objects.create(
        person=people[2], scope_kind="thing", scope_id="1", frequency="immediate", created_at=NOW
    )
    wrote(desk, "tests.news")
    wrote(desk, "tests.news", ("thing", "2"))
    wrote(desk, "tests.ask")
    notify.follow(NOW)
    rows = Notification.objects.filter(channel="mail").select_related("person", "entry").order_by("person", "entry")
    assert [(r.person.display_name, r.entry.act, r.entry.subject_id, r.frequency, r.state) for r in rows] == [
        ("p0", "tests.news", "1", "weekly", "new"),
        ("p0", "tests.news", "2", "weekly", "new"),
        ("p0", "tests.ask", "1", "immediate", "queued"),
        ("p1", "tests.ask", "1", "daily", "new"),
        ("p2", "tests.news", "1", "immediate", "queued"),
        ("p2", "tests.news", "2", "daily", "new"),
        ("p2", "tests.ask", "1", "immediate", "queued"),
    ]
    assert OutboxItem.objects.count() == 3


@pytest.mark.django_db
def test_no_mail_is_prepared_where_none_can_arrive(
    people: list[Person], told_to: Callable[..., None], read: None, desk: Person, settings: Any
) -> None:
    told_to("tests.ask", people, ASKED)
    wrote(desk, "tests.ask")
    notify.follow(NOW)  # a desk without mail
    settings.MAILERS = MAIL
    Person.objects.filter(pk=people[0].pk).update(mail=None)
    MailChannel.objects.create(person=people[1], address=people[1].mail, refusals=3, paused_at=NOW)
    MailChannel.objects.create(person=people[2], address="old@demo.example", refusals=3, paused_at=NOW)
    wrote(desk, "tests.ask")
    notify.follow(NOW)
    assert [row.person for row in Notification.objects.filter(channel="mail")] == [people[2]]
    assert Notification.objects.filter(channel="inapp").count() == 6


@pytest.mark.django_db
def test_an_erased_person_leaves_nothing(
    people: list[Person], told_to: Callable[..., None], read: None, desk: Person, settings: Any
) -> None:
    settings.MAILERS = MAIL
    told_to("tests.ask", people, ASKED)
    wrote(desk, "tests.ask")
    subscriptions.follow(people[0], kind="thing", subject_id="1", at=NOW)
    notify.follow(NOW)
    journal.append(people[0], NOW, journal.Line("tests.ask", ("person", str(people[0].pk)), {}, {"erased_at": NOW}))
    Person.objects.filter(pk=people[0].pk).update(erased_at=NOW, mail=None)
    notify.follow(NOW)
    left = [model.objects.filter(person=people[0]).count() for model in (Notification, Subscription, MailChannel)]
    assert (left, OutboxItem.objects.filter(to=people[0]).count()) == ([0, 0, 0], 0)


@pytest.mark.django_db
def test_roles_and_memberships_are_told_to_whom_they_concern(
    people: list[Person], read: None, desk: Person, person: Callable[..., Person]
) -> None:
    town = services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    day = datetime(2020, 1, 1, tzinfo=UTC).date()
    services.add_member(desk, town, person=people[0], starts_on=day, at=NOW)
    held = services.grant(desk, people[1], role="editor", object_type="instance", at=NOW)
    services.grant(desk, town, role="editor", object_type="instance", at=NOW)
    services.revoke(desk, held, at=NOW, reason="")
    services.set_password(desk, people[2], password="un autre mot de passe", at=NOW)
    notify.follow(NOW)
    assert seen() == {
        ("p0", "core.add_member", "decided"),
        ("p0", "core.grant", "decided"),
        ("p1", "core.grant", "decided"),
        ("p1", "core.revoke", "decided"),
        ("p2", "core.set_password", "decided"),
    }
    told = [row.entry for row in Notification.objects.select_related("entry")]
    names = {shown.name for shown in notify.shown(told).values()}
    assert names == {"Commune de démonstration", "Votre compte", "Vos rôles"}


@pytest.mark.django_db
def test_nothing_of_what_people_choose_is_in_the_journal(people: list[Person]) -> None:
    lines = Entry.objects.count()
    one = people[0]
    subscriptions.follow(one, kind="commons", subject_id="1", at=NOW)
    subscriptions.choose_frequency(one, kind="news", frequency="none", at=NOW)
    subscriptions.read_notices(one, until=10, at=NOW)
    subscriptions.resume_mail(one, at=NOW)
    subscriptions.unfollow(one, kind="commons", subject_id="1", at=NOW)
    assert Entry.objects.count() == lines
