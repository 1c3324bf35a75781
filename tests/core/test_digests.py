"""Digests: at half past seven whatever the season, once a period, missed mornings made up for by one mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from factories import CommonsFactory

from communaux.core import delivery, digests, journal, notify, subscriptions
from communaux.core.models import Digest, Entry, Notification, OutboxItem, Person

PARIS = ZoneInfo("Europe/Paris")
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "daily", "weekly"),
    [
        (paris(2026, 11, 25, 7, 30), paris(2026, 11, 25, 7, 30), paris(2026, 11, 23, 7, 30)),
        (paris(2026, 11, 25, 7, 29), paris(2026, 11, 24, 7, 30), paris(2026, 11, 23, 7, 30)),
        (paris(2026, 11, 23, 7, 29), paris(2026, 11, 22, 7, 30), paris(2026, 11, 16, 7, 30)),
        (paris(2026, 11, 23, 7, 30), paris(2026, 11, 23, 7, 30), paris(2026, 11, 23, 7, 30)),
        # the clocks go back on 25 October 2026 and forward on 28 March 2027
        (paris(2026, 10, 25, 8, 0), paris(2026, 10, 25, 7, 30), paris(2026, 10, 19, 7, 30)),
        (paris(2027, 3, 28, 8, 0), paris(2027, 3, 28, 7, 30), paris(2027, 3, 22, 7, 30)),
    ],
)
def test_when_the_last_one_was_due(at: datetime, daily: datetime, weekly: datetime) -> None:
    assert digests.due_at("daily", at.astimezone(UTC)) == daily
    assert digests.due_at("weekly", at.astimezone(UTC)) == weekly


def test_the_morning_is_the_same_by_the_clock_on_the_wall_not_by_the_sun() -> None:
    summer, winter = (digests.due_at("daily", paris(2026, month, day, 12)) for month, day in ((10, 24), (10, 25)))
    assert (summer.astimezone(UTC).hour, winter.astimezone(UTC).hour) == (5, 6)
    assert winter.astimezone(UTC) - summer.astimezone(UTC) == timedelta(hours=25)


@pytest.fixture
def reader(person: Callable[..., Person], settings: Any, desk: Person) -> Person:
    settings.MAILERS = MAILERS
    made = person("lise@demo.example")
    notify.follow(paris(2026, 10, 1))
    Notification.objects.all().delete()
    OutboxItem.objects.all().delete()
    return made


@pytest.fixture
def followed(reader: Person) -> str:
    commons = CommonsFactory(name="Prêt de vélos", slug="pret-de-velos")
    subscriptions.follow(reader, kind="commons", subject_id=str(commons.pk), at=paris(2026, 10, 1))
    return str(commons.pk)


def changed(desk: Person, pk: str, at: datetime, verb: str = "catalogue.describe") -> Entry:
    return journal.append(desk, at, journal.Line(verb, ("commons", pk), {}, {"short": "x"}))


def run(*when: int) -> delivery.Round:
    return delivery.run(lambda: paris(*when))


pytestmark = pytest.mark.django_db


def test_news_come_the_next_morning_in_one_mail_once(reader: Person, followed: str, desk: Person) -> None:
    changed(desk, followed, paris(2026, 11, 24, 9))
    changed(desk, followed, paris(2026, 11, 24, 18))
    changed(desk, followed, paris(2026, 11, 24, 19), "catalogue.relate")
    assert run(2026, 11, 24, 20).digests == 0
    assert run(2026, 11, 25, 7, 29).digests == 0
    assert (run(2026, 11, 25, 7, 30).digests, run(2026, 11, 25, 7, 30).digests, run(2026, 11, 25, 9).digests) == (
        1,
        0,
        0,
    )
    assert [one.to for one in mail.outbox] == [["lise@demo.example"]]
    kept = Digest.objects.get()
    assert (kept.period, kept.period_start, kept.sent_at) == ("daily", date(2026, 11, 24), paris(2026, 11, 25, 7, 30))
    text = mail.outbox[0].body
    assert text.count("Prêt de vélos") == 1
    assert "  - mieux décrit par quelqu’un (2 fois), 24 novembre 2026\n" in text
    assert "  - un lien avec un autre commun a changé, 24 novembre 2026\n" in text


def test_what_happens_after_half_past_seven_waits_for_the_next_morning(
    reader: Person, followed: str, desk: Person
) -> None:
    changed(desk, followed, paris(2026, 11, 25, 7, 31))
    assert run(2026, 11, 25, 8).digests == 0
    assert run(2026, 11, 26, 7, 30).digests == 1


def test_a_line_read_late_is_not_lost(reader: Person, followed: str, desk: Person) -> None:
    """Written before half past seven, read after the digest of that day was made."""
    changed(desk, followed, paris(2026, 11, 25, 6))
    assert run(2026, 11, 25, 7, 30).digests == 1
    changed(desk, followed, paris(2026, 11, 25, 7, 29))
    assert run(2026, 11, 25, 7, 45).digests == 0
    assert run(2026, 11, 26, 7, 45).digests == 1
    assert [one.body.count("mieux décrit") for one in mail.outbox] == [1, 1]


def test_missed_mornings_are_one_mail(reader: Person, followed: str, desk: Person) -> None:
    for day in (20, 21, 22):
        changed(desk, followed, paris(2026, 11, day, 12))
    assert run(2026, 11, 25, 10).digests == 1
    assert "(3 fois)" in mail.outbox[0].body
    assert run(2026, 11, 26, 10).digests == 0


def test_across_the_change_of_the_clocks(reader: Person, followed: str, desk: Person) -> None:
    made = 0
    for hour in range(24 * 4):  # each hour from Friday noon to Tuesday noon
        at = (paris(2026, 10, 23, 12).astimezone(UTC) + timedelta(hours=hour)).astimezone(PARIS)
        changed(desk, followed, at)
        made += delivery.run(lambda at=at: at).digests
    assert made == 4
    assert sorted(Digest.objects.values_list("period_start", flat=True)) == [date(2026, 10, 23 + n) for n in range(4)]
    assert len(mail.outbox) == 4


def test_once_a_week_on_monday(reader: Person, followed: str, desk: Person) -> None:
    subscriptions.choose_frequency(reader, kind="news", frequency="weekly", at=paris(2026, 11, 1))
    for day in (24, 26, 29):
        changed(desk, followed, paris(2026, 11, day, 12))
        assert run(2026, 11, day, 13).digests == 0
    assert run(2026, 11, 30, 7, 29).digests == 0
    assert run(2026, 11, 30, 7, 30).digests == 1
    assert Digest.objects.get().period_start == date(2026, 11, 23)


def test_a_second_digest_of_a_period_is_impossible(reader: Person) -> None:
    told = {"person": reader, "period": "daily", "period_start": date(2026, 11, 24)}
    Digest.objects.create(**told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(**told)


@pytest.mark.parametrize(("n", "left_out"), [(30, []), (31, ["et 1 autre"]), (42, ["et 12 autres"])])
def test_thirty_lines_then_how_many_others(reader: Person, desk: Person, n: int, left_out: list[str]) -> None:
    for number in range(n):
        one = CommonsFactory(name=f"Outil {number}")
        subscriptions.follow(reader, kind="commons", subject_id=str(one.pk), at=paris(2026, 10, 1))
        changed(desk, str(one.pk), paris(2026, 11, 24, 12))
    run(2026, 11, 25, 8)
    (sent,) = mail.outbox
    assert sent.body.count("  - ") == sent.alternatives[0].content.count("<li>") == min(n, 30)
    assert re.findall(r"^et \d+ autres?$", sent.body, re.MULTILINE) == left_out
    assert sent.subject == f"{n} nouvelles à lire — Communaux"


def test_no_more_news_means_none_of_those_that_wait(reader: Person, followed: str, desk: Person) -> None:
    changed(desk, followed, paris(2026, 11, 24, 12))
    run(2026, 11, 24, 13)
    subscriptions.choose_frequency(reader, kind="news", frequency="none", at=paris(2026, 11, 24, 14))
    assert run(2026, 11, 25, 8).digests == 0
    assert Notification.objects.filter(person=reader, channel="inapp").count() == 1
    assert mail.outbox == []


def test_a_thousand_people_cost_no_more_questions_than_one(
    desk: Person, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.MAILERS = MAILERS
    line = changed(desk, "1", paris(2026, 11, 24, 12))
    people = Person.objects.bulk_create(
        [Person(display_name=str(n), mail=f"p{n}@demo.example", password="!") for n in range(1000)]
    )
    Notification.objects.bulk_create(
        [
            Notification(person=one, entry=line, at=line.at, kind="news", channel="mail", frequency="daily")
            for one in people
        ]
    )
    with django_assert_max_num_queries(30):
        assert digests.make(paris(2026, 11, 25, 8)) == 1000
    assert OutboxItem.objects.count() == 1000


def test_old_notices_go_and_recent_ones_stay(reader: Person, followed: str, desk: Person) -> None:
    changed(desk, followed, paris(2026, 11, 24, 12))
    run(2026, 11, 25, 8)
    counts = lambda: [m.objects.filter().count() for m in (Notification, Digest, OutboxItem)]  # noqa: E731
    delivery.forget(paris(2027, 1, 1))
    assert counts() == [2, 1, 1]
    delivery.forget(paris(2027, 3, 1))
    assert counts() == [2, 1, 0]
    delivery.forget(paris(2027, 11, 30))
    assert counts() == [0, 0, 0]
