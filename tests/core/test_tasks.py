"""Long work: how far it is, how it ends, how it is stopped and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.tasks import task
from django.utils import translation

from communaux.catalogue.tasks import SAID
from communaux.core import tasks
from communaux.core.errors import Conflict, NotAllowed, Unavailable
from communaux.core.models import Entry, Person, Progress

pytestmark = pytest.mark.django_db


@task
def nothing(progress_id: str, key: str = "") -> None:
    """Work of the tests: its Progress alone matters."""
    with tasks.running(progress_id):
        pass


@pytest.fixture
def progress(desk: Person) -> Progress:
    return Progress.objects.create(kind="test", title="Work", started_by=desk)


def seen(progress: Progress) -> Progress:
    return Progress.objects.get(pk=progress.pk)


def test_work_goes_from_waiting_to_running_to_done(progress: Progress) -> None:
    assert progress.state == "waiting"
    with tasks.running(str(progress.pk)) as report:
        assert (seen(progress).state, seen(progress).started_at is not None) == ("running", True)
        report(3, 10)
        assert (seen(progress).done, seen(progress).total) == (3, 10)
    ended = seen(progress)
    assert (ended.state, ended.error, ended.ended_at is not None) == ("done", "", True)


def test_a_bug_is_told_as_one_without_its_inside_and_raised_again(progress: Progress) -> None:
    with pytest.raises(ZeroDivisionError), tasks.running(str(progress.pk)):
        raise ZeroDivisionError("a secret of the inside")
    assert seen(progress).state == "failed"
    with translation.override("en"):
        assert tasks.failure(seen(progress)) == "a fault of this desk, written in its log"
    with translation.override("fr"):
        assert tasks.failure(seen(progress)) == "une faute de ce guichet, notée dans son journal technique"


def test_a_refusal_is_told_in_its_own_words(progress: Progress) -> None:
    with pytest.raises(Unavailable), tasks.running(str(progress.pk)):
        raise Unavailable("no_answer", "The source does not answer.")
    assert (seen(progress).state, seen(progress).error) == ("failed", "The source does not answer.")


def test_failed_work_taken_up_again_keeps_its_start_and_forgets_its_error(progress: Progress) -> None:
    with pytest.raises(ZeroDivisionError), tasks.running(str(progress.pk)):
        raise ZeroDivisionError
    first = seen(progress).started_at
    with tasks.running(str(progress.pk)):
        assert (seen(progress).state, seen(progress).error, seen(progress).ended_at) == ("running", "", None)
    assert (seen(progress).state, seen(progress).started_at) == ("done", first)


def test_work_asked_to_stop_stops_at_its_next_sign(progress: Progress, desk: Person, now: datetime) -> None:
    steps = []
    with tasks.running(str(progress.pk)) as report:
        tasks.cancel(desk, progress, at=now)
        for step in range(1, 4):
            steps.append(step)
            report(3, 3)
    assert (seen(progress).state, steps) == ("cancelled", [1])
    assert seen(progress).cancel_asked_at == now


def test_what_has_ended_cannot_be_stopped(progress: Progress, desk: Person, now: datetime) -> None:
    with tasks.running(str(progress.pk)):
        pass
    with pytest.raises(Conflict):
        tasks.cancel(desk, seen(progress), at=now)


def test_only_operators_stop_work(progress: Progress, person: Callable[..., Person], now: datetime) -> None:
    with pytest.raises(NotAllowed):
        tasks.cancel(person("reader@demo.example"), progress, at=now)
    assert seen(progress).cancel_asked_at is None


def test_starting_queues_the_work_and_writes_a_line(desk: Person, now: datetime) -> None:
    made = tasks.start(desk, kind="test", title="Work", work=nothing, at=now, key="sill")
    assert (made.state, made.started_by, made.kind) == ("waiting", desk, "test")
    assert Entry.objects.get().act == "core.start_task"


def test_bars_are_written_twice_a_second_at_most(progress: Progress) -> None:
    clock = iter([0.0, 0.0, 0.1, 0.4, 0.6, 0.6, 0.7, 0.7])
    report = tasks.Report(progress, clock=lambda: next(clock))
    told = []
    for done in range(1, 5):
        report(done, 10)
        told.append(seen(progress).done)
    assert told == [1, 1, 1, 4]
    report(10, 10)
    assert seen(progress).done == 10


def test_the_twenty_last_messages_are_kept(progress: Progress) -> None:
    report = tasks.Report(progress)
    for number in range(25):
        report.say("message %(number)s", number=number)
    assert tasks.messages(seen(progress)) == [f"message {number}" for number in range(5, 25)]


def test_what_work_says_is_read_in_the_language_of_the_reader(progress: Progress) -> None:
    told = {"created": 1, "updated": 2, "unchanged": 3456, "hidden": 4, "gone": 5, "corrected": 6, "refused": 7}
    tasks.Report(progress).say(SAID, **told)
    with translation.override("fr"):
        assert tasks.messages(seen(progress))[0].startswith("1 créées, 2 modifiées, 3 456 inchangées")
    with translation.override("en"):
        assert tasks.messages(seen(progress))[0].startswith("1 created, 2 updated, 3,456 unchanged")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_refusal_is_told_in_the_language_of_who_started(progress: Progress, desk: Person, lang: str) -> None:
    Person.objects.filter(pk=desk.pk).update(lang=lang)
    with pytest.raises(OperationalError), tasks.running(str(progress.pk)):
        raise OperationalError("database is locked")
    assert tasks.failure(seen(progress)).startswith("Le guichet" if lang == "fr" else "The desk")


@pytest.mark.parametrize(
    ("elapsed", "done", "total", "remaining"),
    [
        (10, 50, 100, 10),
        (10, 1, 100, 990),  # 5 s are behind
        (2, 4, 100, None),  # neither 5 % nor 5 s
        (2, 5, 100, 38),  # 5 %
        (60, 0, 100, None),
        (60, 10, None, None),
        (60, 100, 100, 0),
    ],
)
def test_remaining_time(now: datetime, elapsed: int, done: int, total: int | None, remaining: int | None) -> None:
    work = Progress(started_at=now - timedelta(seconds=elapsed), done=done, total=total)
    assert tasks.remaining_seconds(work, now) == remaining


def test_nobody_knows_what_remains_before_the_start_or_after_the_end(now: datetime) -> None:
    assert tasks.remaining_seconds(Progress(done=1, total=2), now) is None
    assert tasks.remaining_seconds(Progress(started_at=now, ended_at=now, done=1, total=2), now) is None


@pytest.mark.parametrize(
    ("silence", "state", "silent"),
    [
        (timedelta(seconds=59), "running", False),
        (timedelta(seconds=61), "running", True),
        (timedelta(days=1, seconds=5), "running", True),
        (timedelta(hours=1), "done", False),
        (timedelta(hours=1), "waiting", False),
    ],
)
def test_silence(now: datetime, silence: timedelta, state: str, silent: bool) -> None:
    assert (
        tasks.is_silent(Progress(state=state, started_at=now - timedelta(days=9), heartbeat_at=now - silence), now)
        == silent
    )
    assert tasks.is_silent(Progress(state=state, started_at=now - silence), now) == silent


def test_the_daily_task_signs_the_journal(desk: Person, now: datetime) -> None:
    from communaux.core import journal

    journal.append(desk, now, journal.Line("test.write", ("thing", "1")))
    tasks.sign_journal.func()
    verdict = journal.verify()
    assert (verdict.count, verdict.checkpoints, verdict.fault) == (1, 1, "")
