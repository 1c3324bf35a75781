"""What is assessed stays up to date: what is due, what is read again, what is left alone, what never was assessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from assessment.running import Fetch, carried_out, failing
from factories import CommonsFactory
from uses import Cast

from communaux.assessment import correcting, nightly, queries, services
from communaux.assessment.models import Repository, Run
from communaux.catalogue.models import Commons
from communaux.cli import main
from communaux.core.errors import NotReady
from communaux.core.models import Entry
from communaux.engines.assess.model import AssessError

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def later(assessed: Run) -> datetime:
    """Eight days after."""
    assert assessed.ended_at
    Run.objects.update(created_at=assessed.ended_at)
    return assessed.ended_at + 8 * DAY


def offering(oid: str) -> Callable[[str], str]:
    return lambda url: oid


def refreshed(at: datetime, head: Callable[[str], str], **more: int) -> tuple[int, int, int]:
    bar: list[tuple[int, int | None]] = []
    done = nightly.refresh(at, lambda now, total: bar.append((now, total)), head=head, **more)
    assert bar[0][0] == 0
    assert bar[-1][0] == bar[-1][1]
    return done.asked, done.unchanged, done.silent


def test_the_same_commit_is_not_read_again(assessed: Run, later: datetime) -> None:
    lines = Entry.objects.count()
    assert refreshed(later, offering(assessed.head_oid)) == (0, 1, 0)
    assert (Run.objects.count(), Entry.objects.count()) == (1, lines)
    assert Repository.objects.get().checked_at == later
    assert refreshed(later + DAY, offering("f" * 40)) == (0, 0, 0)  # asked yesterday: left alone
    assert refreshed(later + 8 * DAY, offering("f" * 40)) == (1, 0, 0)


def test_another_commit_is_read(assessed: Run, later: datetime, velos: Commons) -> None:
    assert refreshed(later, offering("f" * 40)) == (1, 0, 0)
    run = queries.runs_of(velos).first()
    assert run is not None
    assert (run.reason, run.requested_by.is_desk, run.state) == ("scheduled", True, "queued")
    assert refreshed(later, offering("f" * 40)) == (0, 0, 0)  # under way


def test_nothing_is_due_within_a_week(assessed: Run, later: datetime) -> None:
    assert nightly.due(later - 2 * DAY) == []
    assert [one.commons.slug for one in nightly.due(later)] == ["umap"]


def test_after_a_month_the_same_commit_is_read_for_its_silence(assessed: Run, later: datetime) -> None:
    assert refreshed(later + 24 * DAY, offering(assessed.head_oid)) == (1, 0, 0)


def test_another_method_is_a_reason(assessed: Run, later: datetime) -> None:
    Run.objects.update(method_version="0")
    assert refreshed(later, offering(assessed.head_oid)) == (1, 0, 0)


def test_who_asked_not_to_be_counted_is_one_too(assessed: Run, later: datetime, cast: Cast) -> None:
    correcting.object_to_count(cast["operator"], "ada@x.org", at=later - DAY)
    assert refreshed(later, offering(assessed.head_oid)) == (1, 0, 0)


def test_taking_that_back_is_one(assessed: Run, later: datetime, cast: Cast) -> None:
    correcting.object_to_count(cast["operator"], "ada@x.org", at=later - 90 * DAY)
    assert refreshed(later, offering(assessed.head_oid)) == (0, 1, 0)
    correcting.take_back_objection(cast["operator"], "ada@x.org", at=later + DAY)
    assert refreshed(later + 8 * DAY, offering(assessed.head_oid)) == (1, 0, 0)


def test_one_that_does_not_answer_gets_a_run_that_says_why(assessed: Run, later: datetime, velos: Commons) -> None:
    def silent(url: str) -> str:
        raise AssessError("unreachable", url)

    assert refreshed(later, silent) == (1, 0, 1)
    run = queries.runs_of(velos).first()
    assert run is not None
    with pytest.raises(NotReady):
        carried_out(run, failing("unreachable"))
    told = queries.profile_of(velos)
    assert told is not None
    assert told.run.pk == assessed.pk  # the last good profile stays


def test_what_is_withheld_is_left_alone(assessed: Run, later: datetime, velos: Commons) -> None:
    Commons.objects.filter(pk=velos.pk).update(state="withheld")
    assert nightly.due(later) == []


def test_commons_that_were_never_assessed(velos: Commons, later: datetime) -> None:
    for name in ("a", "b", "c"):
        CommonsFactory(slug=name, state="published").resources.create(
            kind="software", repository=f"https://github.com/demo/{name}"
        )
    CommonsFactory(slug="without", state="published")
    CommonsFactory(slug="draft", state="draft").resources.create(
        kind="software", repository="https://github.com/demo/d"
    )
    assert [one.slug for one in nightly.never(2, later)] == ["a", "b", "c", "umap"][:2]
    assert [one.slug for one in nightly.never(9, later)] == ["a", "b", "c"]
    assert refreshed(later - 5 * DAY, offering(""), new=2) == (2, 0, 0)
    assert [one.slug for one in nightly.never(9, later - 5 * DAY)] == ["c"]
    Run.objects.exclude(repository__commons=velos).update(state="failed", error_code="unreachable", progress=None)
    assert [one.slug for one in nightly.never(9, later - 4 * DAY)] == ["c"]  # tried this week
    assert [one.slug for one in nightly.never(9, later + 5 * DAY)] == ["a", "b", "c"]  # and once more after it


def test_asked_for_meanwhile_counts_once(assessed: Run, later: datetime, velos: Commons, cast: Cast) -> None:
    def head(url: str) -> str:
        services.ask_run(cast["reader"], velos, at=later)
        return "f" * 40

    assert refreshed(later, head) == (0, 0, 0)
    assert Run.objects.count() == 2


def test_without_an_address_it_is_left_and_the_others_are_read(assessed: Run, later: datetime, velos: Commons) -> None:
    velos.resources.all().delete()
    assert refreshed(later, offering("f" * 40)) == (0, 0, 0)
    assert Repository.objects.get().checked_at == later


def test_another_address_on_the_sheet_is_read(assessed: Run, later: datetime, velos: Commons) -> None:
    velos.resources.update(repository="https://github.com/demo/autre")
    assert refreshed(later, offering(assessed.head_oid)) == (1, 0, 0)


def test_what_was_said_while_it_was_read_is_read_again(assessed: Run, later: datetime, cast: Cast) -> None:
    assert assessed.started_at
    assert assessed.ended_at
    Run.objects.update(started_at=assessed.ended_at - DAY)
    correcting.object_to_count(cast["operator"], "ada@x.org", at=assessed.ended_at - DAY / 2)
    assert refreshed(later, offering(assessed.head_oid)) == (1, 0, 0)


def test_a_run_that_was_lost_holds_nothing_up(assessed: Run, later: datetime, velos: Commons, cast: Cast) -> None:
    services.ask_run(cast["reader"], velos, at=later)
    Run.objects.update(created_at=later - 30 * DAY)
    assert refreshed(later, offering("f" * 40)) == (1, 0, 0)


def test_from_the_command_line(
    assessed: Run, later: datetime, fetch: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assessments", "refresh"]) == 0
    assert capsys.readouterr().out == "0 to be read, 0 unchanged, 0 without an answer\n"
    Repository.objects.update(url="https://127.0.0.1/demo/velos.git")
    Run.objects.update(created_at=later - 30 * DAY)
    assert main(["assessments", "refresh"]) == 1
    assert capsys.readouterr().out == "1 to be read, 0 unchanged, 1 without an answer\n"
    assert main(["assessments", "refresh", "--new", "-1"]) == 2
