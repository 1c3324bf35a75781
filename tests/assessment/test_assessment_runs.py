"""A run from the click to the profile: its states, what it keeps, what stays when it fails, who is told."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from assess.histories import ADA, BOB, EVE, Made, repository
from assessment.running import Fetch, asked, carried_out, copy_of, failing
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment import queries, services
from communaux.assessment.models import Outcome, Reading, Repository, Run, Value
from communaux.assessment.tasks import assess_repository
from communaux.catalogue import services as catalogue
from communaux.catalogue.models import Commons
from communaux.core import notify, tasks
from communaux.core.errors import Conflict, NotReady
from communaux.core.mirrors import mirror
from communaux.core.models import Entry, Notification, Person, Progress
from communaux.engines.assess import report
from communaux.engines.assess.kernel import assess
from communaux.engines.assess.model import METHOD_VERSION

pytestmark = pytest.mark.django_db


def test_a_run_is_asked_for_carried_out_and_kept(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    run = asked(cast["reader"], velos)
    assert (run.state, run.repository.url, run.repository.role) == (
        "queued",
        "https://github.com/demo/velos.git",
        "main",
    )
    assert (run.progress.state, run.progress.title) == ("waiting", "Lecture du dépôt de uMap")
    run = carried_out(run, fetch)
    assert (run.state, run.error_code, run.method_version, run.as_of) == (
        "done",
        "",
        METHOD_VERSION,
        timezone.now().date(),
    )
    work = run.progress
    assert (work.state, work.done, work.total, work.result_url) == ("done", 4, 4, "/communs/umap/evaluation/")
    assert tasks.messages(work) == ["Mesures gardées\u00a0: 27\u202f; conditions jugées\u00a0: 19."]
    assert (run.measures.count(), run.outcomes.count(), run.readings.count()) == (27, 19, 3)


def test_the_profile_is_what_the_engine_found(assessed: Run, velos: Commons, git_dir: Path) -> None:
    """Page, API and command line read the same: rows lose nothing and round nothing."""
    midnight = int(timezone.now().timestamp()) // 86_400 * 86_400
    found = assess(git_dir, as_of=midnight, url="https://github.com/demo/velos.git", cloned=True)
    told = queries.profile_of(velos)
    assert told is not None
    assert json.loads(json.dumps(told.document())) == json.loads(report.as_json(found))
    assert told.indicators == found.indicators
    assert told.conditions == found.conditions


def test_each_stage_is_a_state_of_the_run(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    run, seen = asked(cast["reader"], velos), []

    def watched(url: str, *, told: Any) -> Any:
        def both(stage: str) -> None:
            told(stage)
            seen.append(Run.objects.get(pk=run.pk).state)

        both("fetch")
        both("history")
        both("a stage that comes later")
        both("measures")
        return fetch(url)

    carried_out(run, watched)
    assert seen == ["fetching", "reading", "reading", "measuring"]


def test_the_sheet_is_told_of_the_community(assessed: Run, velos: Commons) -> None:
    velos.refresh_from_db()
    outcomes = dict(assessed.outcomes.filter(axis="community").values_list("condition", "outcome"))
    known = [one for one in outcomes.values() if one != "unknown"]
    assert (velos.health_met, velos.health_known, velos.health_on) == (
        *(known.count("met"), len(known)),
        assessed.as_of,
    )
    line = Entry.objects.get(act="catalogue.record_health")
    assert (line.subject_id, line.after["health_known"], line.actor.is_desk) == (str(velos.pk), len(known), True)


def test_two_clicks_make_one_run(velos: Commons, cast: Cast) -> None:
    first = asked(cast["reader"], velos)
    lines = Entry.objects.count()
    with pytest.raises(Conflict) as error:
        asked(cast["member"], velos)
    assert (error.value.code, error.value.details) == ("already_under_way", {"run": str(first.pk)})
    assert (Run.objects.count(), Progress.objects.count(), Entry.objects.count()) == (1, 1, lines)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(repository=first.repository, requested_by=cast["member"], created_at=NOW)


def test_a_second_run_makes_the_first_one_history(assessed: Run, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    second = carried_out(asked(cast["member"], velos), fetch)
    states = dict(Run.objects.values_list("pk", "state"))
    assert states == {assessed.pk: "superseded", second.pk: "done"}
    assert queries.profile_of(velos).run == second
    assert [run for run, _value in queries.over_time(velos, "caf_w")] == [second, assessed]
    assert Repository.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=assessed.pk).update(state="done")


@pytest.mark.parametrize("code", ["unreachable", "refused_host", "too_big", "timeout", "not_git", "empty", "corrupt"])
def test_a_failed_run_says_why_and_keeps_the_profile(assessed: Run, velos: Commons, cast: Cast, code: str) -> None:
    run = asked(cast["reader"], velos)
    with pytest.raises(NotReady):
        carried_out(run, failing(code))
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", code)
    work = Progress.objects.get(pk=run.progress_id)
    assert (work.state, work.error[-1], "inconnu" in work.error) == ("failed", ".", False)
    assert queries.profile_of(velos).run == assessed
    assert run.measures.count() == 0
    velos.refresh_from_db()
    assert velos.health_on == assessed.as_of


def test_a_repository_that_cannot_be_read_to_its_end_leaves_nothing(velos: Commons, cast: Cast, tmp_path: Path) -> None:
    run = asked(cast["reader"], velos)
    with pytest.raises(NotReady):
        carried_out(run, copy_of(repository(tmp_path / "empty", [])))
    run.refresh_from_db()
    assert (run.state, run.error_code, Value.objects.count()) == ("failed", "empty", 0)


def test_a_fault_of_ours_ends_the_run_too(velos: Commons, cast: Cast) -> None:
    run = asked(cast["reader"], velos)

    def broken(url: str, *, told: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        carried_out(run, broken)
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "internal")


def test_the_queue_may_give_it_twice(assessed: Run, fetch: Fetch) -> None:
    lines, kept = Entry.objects.count(), Value.objects.count()
    again = carried_out(assessed, fetch)
    assert (again.state, again.progress.state, Entry.objects.count(), Value.objects.count()) == (
        *("done", "done", lines),
        kept,
    )


def test_a_killed_worker_is_followed_by_another(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    """Half-way: the run says that it is measuring, its work that it is running."""
    run = asked(cast["reader"], velos)
    services.advance_run(Person.objects.desk(), run, state="measuring", at=NOW)
    Progress.objects.filter(pk=run.progress_id).update(state="running", started_at=NOW, done=3, total=4)
    assert carried_out(run, fetch).state == "done"


def test_what_another_worker_ended_is_left_alone(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    run = asked(cast["reader"], velos)

    def slow(url: str, *, told: Any) -> Any:
        services.cancel_run(Person.objects.desk(), run, at=NOW)
        return fetch(url, told=told)

    assert carried_out(run, slow).state == "cancelled"
    assert Value.objects.count() == 0


def test_a_cancelled_work_ends_its_run(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    run = asked(cast["reader"], velos)
    tasks.cancel(cast["operator"], run.progress, at=NOW)
    run = carried_out(run, fetch)
    assert (run.state, run.progress.state) == ("cancelled", "cancelled")


def test_a_run_that_nobody_works_on_makes_way(velos: Commons, cast: Cast) -> None:
    lost = asked(cast["reader"], velos)
    with pytest.raises(Conflict):
        services.ask_run(cast["reader"], velos, at=NOW + timedelta(minutes=59))
    fresh = services.ask_run(cast["reader"], velos, at=NOW + timedelta(minutes=61))
    lost.refresh_from_db()
    assert (lost.state, lost.error_code, fresh.state) == ("failed", "lost", "queued")
    Progress.objects.filter(pk=fresh.progress_id).update(ended_at=NOW, state="failed")
    assert asked(cast["reader"], velos).state == "queued"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "file:///etc/passwd",
        "ext::sh -c id",
        "https://github.com/demo",
        "/etc",
        "pas une adresse",
        "https://[oops",
        "\N{BICYCLE}",
    ],
)
def test_without_a_repository_nothing_is_written(cast: Cast, address: str) -> None:
    cast.commons.resources.create(kind="software", repository=address, url="https://demo.example/")
    lines = Entry.objects.count()
    with pytest.raises(NotReady) as error:
        asked(cast["reader"], cast.commons)
    assert (error.value.code, error.value.details) == ("no_repository", {"missing": ["repository"]})
    assert (Run.objects.count(), Repository.objects.count(), Entry.objects.count()) == (0, 0, lines)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://github.com/demo/velos/tree/main?tab=readme", "https://github.com/demo/velos.git"),
        ("http://www.gitlab.com/Demo/velos/", "https://gitlab.com/Demo/velos.git"),
        ("git@framagit.org:demo/velos.git", "https://framagit.org/demo/velos.git"),
        ("https://git.sr.ht/~demo/velos", "https://git.sr.ht/~demo/velos"),
        ("https://demo.example/src/velos", "https://demo.example/src/velos"),
        ("https://git.demo.example:8443/demo/a b", "https://git.demo.example:8443/demo/a%20b.git"),
    ],
)
def test_where_git_reads_it(cast: Cast, written: str, url: str) -> None:
    cast.commons.resources.create(kind="software", repository=written)
    assert queries.address(cast.commons) == url


def test_the_address_of_the_sheet_counts_where_it_is_on_a_forge(cast: Cast) -> None:
    cast.commons.resources.create(kind="software", url="https://demo.example/velos")
    assert queries.address(cast.commons) == ""
    cast.commons.resources.create(kind="software", url="https://codeberg.org/demo/velos")
    assert queries.address(cast.commons) == "https://codeberg.org/demo/velos.git"


def test_two_spellings_are_one_repository(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    carried_out(asked(cast["reader"], velos), fetch)
    velos.resources.update(repository="git@github.com:Demo/Velos.git")
    carried_out(asked(cast["reader"], velos), fetch)
    assert [one.url for one in Repository.objects.all()] == ["https://github.com/Demo/Velos.git"]
    assert sorted(Run.objects.values_list("state", flat=True)) == ["done", "superseded"]


def test_a_new_address_leaves_one_profile(assessed: Run, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    velos.resources.update(repository="https://codeberg.org/demo/velos")
    second = carried_out(asked(cast["reader"], velos), fetch)
    assessed.refresh_from_db()
    assert (assessed.state, queries.profile_of(velos).run) == ("superseded", second)


def test_no_person_of_the_history_is_kept(assessed: Run) -> None:
    """Names, addresses, logins: in no row of any table of the desk that can hold text."""
    tables = [model for model in apps.get_models() if model._meta.app_label in {"assessment", "catalogue", "core"}]
    written = "\n".join(str(row) for model in tables for row in model._default_manager.values_list())
    people = {part for who in (ADA, BOB, EVE) for part in who.rstrip(">").split(" <")}
    domains = {who.rstrip(">").partition("@")[2] for who in (ADA, BOB, EVE)}
    assert Value.objects.count() == 27
    assert [one for one in people | domains if one.lower() in written.lower()] == []


def test_who_is_told(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    carried_out(asked(cast["reader"], velos), fetch)
    with pytest.raises(NotReady):
        carried_out(asked(cast["member"], velos), failing("unreachable"))
    notify.follow(timezone.now())
    rows = Notification.objects.filter(entry__act__startswith="assessment.")
    told = set(rows.values_list("entry__act", "person__display_name", "kind"))
    assert told == {
        ("assessment.keep_run", "reader", "decided"),
        ("assessment.keep_run", "steward", "news"),
        ("assessment.fail_run", "member", "decided"),
    }


def test_nothing_public_of_a_run_is_left_out_of_the_journal(assessed: Run) -> None:
    line = Entry.objects.get(act="assessment.keep_run")
    assert line.before | line.after == {
        "run_state": "done",
        "head_oid": assessed.head_oid,
        "as_of": assessed.as_of.isoformat(),
        "method_version": METHOD_VERSION,
    }
    assert Entry.objects.get(act="assessment.ask_run").after["commons_slug"] == "umap"


def test_rows_are_written_once(assessed: Run) -> None:
    for model, one in ((Value, "code"), (Outcome, "condition"), (Reading, "axis")):
        row = model.objects.filter(run=assessed).first()
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
        assert getattr(row, one)


def test_the_task_takes_what_the_queue_gives() -> None:
    assert assess_repository.module_path == "communaux.assessment.tasks.assess_repository"


def test_one_commit_is_no_zero(velos: Commons, cast: Cast, tmp_path: Path) -> None:
    carried_out(asked(cast["reader"], velos), copy_of(repository(tmp_path / "one", [Made(0, ADA, {"a": "1"})])))
    told = queries.profile_of(velos)
    assert told.by_code["silence"].value is None
    velos.refresh_from_db()
    assert (velos.health_met, velos.health_known, velos.health_on) == (None, None, told.run.as_of)


def test_a_merge_leaves_runs_where_they_were(assessed: Run, velos: Commons, cast: Cast) -> None:
    """The kept one is not said to be assessed; taken back, the other one is as before."""
    kept = CommonsFactory(slug="carte", name="Carte")
    merged = catalogue.merge(cast["editor"], kept, velos, reason="Le même commun.", at=NOW)
    kept.refresh_from_db()
    assert (queries.profile_of(kept), kept.health_on) == (None, None)
    catalogue.undo_merge(cast["editor"], merged, reason="Deux communs.", at=NOW)
    assert queries.profile_of(Commons.objects.get(slug="umap")).run == assessed


def test_nobody_fills_the_queue_alone(cast: Cast) -> None:
    made = [CommonsFactory(slug=f"velos-{n}") for n in range(6)]
    for one in made:
        one.resources.create(kind="software", repository=f"https://github.com/demo/{one.slug}")
    for one in made[:5]:
        asked(cast["reader"], one)
    with pytest.raises(Conflict) as error:
        asked(cast["reader"], made[5])
    assert (error.value.code, Run.objects.count()) == ("too_many_runs", 5)
    assert asked(cast["member"], made[5]).state == "queued"


def test_a_real_copy_gives_the_same(assessed: Run, velos: Commons, cast: Cast, git_dir: Path) -> None:
    """Behind the guard of hosts, thrown away at the end."""
    run = asked(cast["reader"], velos)
    Repository.objects.filter(pk=run.repository_id).update(url=f"file://{git_dir}")
    second = carried_out(run, partial(mirror, schemes=("file",)))
    told = ("code", "value", "low", "high", "n")
    found = [list(one.measures.order_by("code").values_list(*told)) for one in (second, assessed)]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("url", "code"), [("https://forge.invalid/velos", "unreachable"), ("file:///etc", "refused_host")]
)
def test_what_the_guard_of_copies_refuses(velos: Commons, cast: Cast, url: str, code: str) -> None:
    run = asked(cast["reader"], velos)
    Repository.objects.filter(pk=run.repository_id).update(url=url)
    with pytest.raises(NotReady):
        carried_out(run, mirror)
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", code)
