"""Indicators against plain git and awk, worked examples, and what must never change them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from assess.histories import ADA, BOB, DAY, ENVIRONMENT, EPOCH, EVE, Made, git, repository
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.engines.assess import activity, concentration, practice
from communaux.engines.assess.concentration import absence_factor
from communaux.engines.assess.credit import Credits, Scope, credits
from communaux.engines.assess.gitlog import read_log
from communaux.engines.assess.identities import identify
from communaux.engines.assess.model import Indicator, Tag
from communaux.engines.assess.organisations import organisation

BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"


def scoped(folder: Path, commits: Sequence[Made], *, after: float = 1) -> Scope:
    history, _changes = read_log(repository(folder, commits), "main", changes=False)
    return Scope(history, identify(history.people), int(history.ct[0]) + int(after * DAY))


def caf(scope: Scope, code: str = "caf_w") -> Indicator:
    mask = scope.window if code == "caf_w" else np.ones(len(scope.history), bool)
    return concentration.absence(scope, code, mask, 1)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=40))
def test_between_one_and_all(shares: list[int]) -> None:
    assert 1 <= absence_factor(shares) <= len(shares)


def test_nothing_has_no_factor() -> None:
    assert absence_factor([]) == 0


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEf"), st.integers(0, 900)), min_size=1, max_size=30))
def test_the_printed_command_gives_the_figure(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("caf")
    scope = scoped(
        folder, [Made(day, f"{who} <{who}@x{who}.org>") for who, day in sorted(written, key=lambda one: one[1])]
    )
    for code in ("caf_w", "caf_all"):
        found = caf(scope, code)
        told = subprocess.run(
            ["bash", "-c", found.reproduce], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True
        ).stdout
        assert found.by_policy["as_committed+bots"] == int(told)
        assert found.low is not None
        assert found.high is not None
        assert found.value is not None
        assert found.low <= found.value <= found.high


def test_authors_are_those_of_shortlog(tmp_path: Path) -> None:
    scope = scoped(tmp_path, [Made(0), Made(1, BOB), Made(2, "B <BOB@y.org>"), Made(3, BOT)])
    lines = git(tmp_path, "shortlog", "-se", "--no-merges", "main").decode().lower().splitlines()
    addresses = {line[line.index("<") :] for line in lines}
    assert len(addresses) == 3
    assert len(credits(scope.history, scope.identities, "as_committed", alone=True, bots=True).people()) == 3
    assert scope.identities.people() == 2


def test_those_who_wrote_together_share_a_commit(tmp_path: Path) -> None:
    together = (
        "x\n\nCo-authored-by: Bob Martin <bob@y.org>\nCo-authored-by: B <BOB@y.org>\nCo-authored-by: E <eve@gmail.com>"
    )
    scope = scoped(
        tmp_path, [Made(0, ADA, message=together), Made(1, BOB), Made(2, BOT, message=f"y\n\nCo-authored-by: {ADA}")]
    )
    assert sorted(scope.headline.sums().values()) == [Fraction(1, 3), Fraction(4, 3), Fraction(4, 3)]
    assert sum(scope.headline.sums().values()) == 3


def test_a_merge_is_nobodys_work(tmp_path: Path) -> None:
    commits = [
        Made(0, ADA),
        Made(1, BOB, parent=1),
        Made(2, EVE, parent=1),
        Made(3, "Max Merge <max@z.org>", parent=2, merges=(3,)),
    ]
    scope = scoped(tmp_path, commits)
    assert (len(scope.history), sum(scope.headline.sums().values()), len(scope.headline.people())) == (4, 3, 3)
    assert activity.newcomers(scope).value == 3


def test_teams_of_any_size_share_exactly() -> None:
    """Of 7, 11, … 53 who share a commit, each has an exact part, though no float holds the common unit."""
    teams = [7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
    person = np.concatenate([np.arange(team) for team in teams])
    rows = Credits(np.repeat(np.arange(len(teams)), teams), person, np.repeat(teams, teams))
    parts, unit = rows.parts()
    assert unit * len(person) > 2**53
    assert sum(parts.values()) == unit * len(teams)
    assert rows.sums()[52] == Fraction(1, 53)
    small = rows.among(np.arange(len(teams)) < 3)
    assert small.sums()[0] == Fraction(1, 7) + Fraction(1, 11) + Fraction(1, 13)


def test_a_program_changes_no_figure(tmp_path: Path) -> None:
    people = [Made(9 * turn, (ADA, BOB, EVE)[turn % 3]) for turn in range(33)]
    without = scoped(tmp_path / "without", people)
    with_bots = sorted([*people, *(Made(day + 0.5, BOT) for day in range(0, 290, 5))], key=lambda made: made.day)
    with_them = scoped(tmp_path / "with", with_bots)
    for measure in (caf, activity.newcomers, activity.silence, activity.tenure):
        one, other = measure(without), measure(with_them)
        assert (one.value, one.n) == (other.value, other.n)
    assert caf(with_them).by_policy["default+bots"] == 1
    assert caf(without).by_policy["default"] == 2


def test_nobody_is_told_as_unknown(tmp_path: Path) -> None:
    scope = scoped(tmp_path, [Made(0, BOT), Made(900, BOT)])
    found = [
        caf(scope),
        activity.newcomers(scope),
        activity.tenure(scope),
        activity.trend(scope),
        practice.review_trace(scope),
        *concentration.organisations(scope),
    ]
    assert [(one.value, one.reason) for one in found] == [(None, "no_people")] * 8
    assert (activity.silence(scope).value, activity.silence(scope).detail["since_days"]) == (None, None)


def year(number: float, who: Sequence[str]) -> list[Made]:
    return [Made(number * 365 + 10 + at / 10, author) for at, author in enumerate(who)]


def many(first: int, last: int) -> list[str]:
    return [f"P{number} <p{number}@x{number}.org>" for number in range(first, last)]


def test_who_came_back_and_who_stayed(tmp_path: Path) -> None:
    months = [Made(365 + day, who) for who in many(5, 8) for day in (40, 41, 80)]
    twice = [Made(365 + day, who) for who in many(8, 11) for day in (45,)]
    commits = [
        *year(0, many(0, 5)),
        *year(1, many(0, 18)),
        *months,
        *twice,
        *year(2, [*many(0, 3), *many(5, 7)]),
        Made(1095),
    ]
    scope = scoped(tmp_path, sorted(commits, key=lambda made: made.day))
    came_back, stayed = activity.retention(scope), activity.conversion(scope)
    assert (came_back.detail, came_back.value) == ({"k": 5, "n": 18}, 5 / 18)
    assert (stayed.detail, stayed.value) == ({"k": 3, "n": 13}, 3 / 13)
    assert activity.newcomers(scope).value == 1  # who wrote on the last day


def test_of_few_people_no_share_is_told(tmp_path: Path) -> None:
    found = activity.retention(scoped(tmp_path, [*year(0, many(0, 3)), *year(1, many(0, 1)), Made(730)]))
    assert (found.value, found.status, found.reason, found.detail) == (
        None,
        "insufficient",
        "few_people",
        {"k": 1, "n": 3},
    )


def test_tenure_waits_for_those_who_are_still_there(tmp_path: Path) -> None:
    commits = [Made(0, ADA), Made(0, BOB), Made(0, EVE), Made(100, ADA), Made(400, BOB), Made(700, EVE)]
    found = activity.tenure(scoped(tmp_path, commits))
    assert (found.value, found.detail) == (400, {"left": 2})
    found = activity.tenure(scoped(tmp_path / "few", [Made(0, ADA), Made(700, ADA), Made(800, BOB)]))
    assert (found.value, found.status, found.reason) == (None, "insufficient", "most_stay")


def test_a_trend_needs_two_years(tmp_path: Path) -> None:
    rising = [Made(day * 30.4 + turn / 99, ADA) for day in range(30) for turn in range(1 + day)]
    found = activity.trend(scoped(tmp_path / "rising", rising))
    assert found.value is not None
    assert found.value > 20
    assert found.reason == ""
    assert found.detail["active_months"] == 24
    level = activity.trend(scoped(tmp_path / "level", [Made(day * 30.4, ADA) for day in range(30)]))
    assert (level.value, level.reason) == (0, "no_trend")
    assert activity.trend(scoped(tmp_path / "young", [Made(0), Made(9)])).reason == "young"


def test_silence_is_measured_by_the_project_itself(tmp_path: Path) -> None:
    slow = [Made(day) for day in range(0, 2200, 100)]
    found = activity.silence(scoped(tmp_path / "slow", slow, after=50))
    assert (found.value, found.detail) == (0.5, {"since_days": 50, "usual_days": 100.0})
    daily = activity.silence(scoped(tmp_path / "daily", [Made(day) for day in range(30)], after=70))
    assert (daily.value, daily.detail["usual_days"]) == (10, 7.0)
    few = activity.silence(scoped(tmp_path / "few", slow[:20]))
    assert (few.value, few.reason, few.n) == (None, "few_gaps", 19)


def test_commits_after_the_assessed_one_are_in_no_window(tmp_path: Path) -> None:
    scope = scoped(tmp_path, [Made(0), Made(500, BOB), Made(100, EVE)])
    assert scope.end == EPOCH + 100 * DAY
    assert scope.window.tolist() == [True, False, True]


def test_versions_are_told_from_other_tags() -> None:
    days = [0, 10, 40, 50]
    tags = [Tag(f"v1.{number}", EPOCH + day * DAY) for number, day in enumerate(days)]
    others = [Tag("v2.0-rc1", EPOCH), Tag("latest", EPOCH)]
    found = practice.releases([*tags, *others], EPOCH + 60 * DAY)
    assert (found.value, found.low, found.high) == (10, 10, 20)
    assert found.detail == {"early": 1, "releases": 4, "age_days": 10}
    assert practice.releases(tags[:1], EPOCH).reason == "one_version"
    assert practice.releases([], EPOCH).status == "not_applicable"
    assert (practice.releases([], EPOCH, read=False).status, practice.releases([], EPOCH, read=False).reason) == (
        "unknown",
        "tags_not_read",
    )


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("release-1.2", True),
        ("v3", True),
        ("1.0a1", False),
        ("1.0.dev0", False),
        ("pkg@2.1.0", True),
        ("2.0.0-alpha", False),
        ("1.2-1", True),
        ("x", None),
    ],
)
def test_names_of_versions(tag: str, expected: bool | None) -> None:
    assert practice.is_release(tag) is expected


def test_two_persons_are_seen_in_a_commit(tmp_path: Path) -> None:
    commits = [
        Made(0),
        Made(1, committer=BOB),
        Made(2, committer="GitHub <noreply@github.com>"),
        Made(3, committer=BOT),
        Made(4, message=f"x\n\nReviewed-by: {BOB}"),
        Made(5, message=f"x\n\nSigned-off-by: {ADA}"),
    ]
    found = practice.review_trace(scoped(tmp_path, commits))
    assert (found.value, found.n, found.reason) == (2 / 6, 6, "at_least")


def test_hours_are_those_of_the_author(tmp_path: Path) -> None:
    """EPOCH is a Tuesday, 22:13 in Greenwich: 8:13 of Wednesday at ten hours east."""
    east = [Made(0 + number / 10_000, zone="+1000") for number in range(50)]
    assert practice.hours(scoped(tmp_path / "east", east)).value == 1
    assert practice.hours(scoped(tmp_path / "here", [Made(number / 10_000) for number in range(50)])).value == 0
    saturday = [Made(3 + number / 10_000, zone="+1000") for number in range(50)]
    assert practice.hours(scoped(tmp_path / "saturday", saturday)).value == 0
    assert practice.hours(scoped(tmp_path / "few", east[:49])).reason == "few_commits"


def test_organisations_by_address(tmp_path: Path) -> None:
    scope = scoped(tmp_path, [Made(0), Made(1), Made(2, BOB), Made(3, EVE)])
    elephant, hhi, shannon = concentration.organisations(scope)
    assert (elephant.value, elephant.low, elephant.high, elephant.coverage) == (1, 1, 1, 0.75)
    assert hhi.value == pytest.approx(5 / 9)
    assert (hhi.low, hhi.high) == (pytest.approx(6 / 16), pytest.approx(10 / 16))
    assert shannon.value == pytest.approx(0.6365, abs=1e-4)
    free = concentration.organisations(scoped(tmp_path / "free", [Made(0, EVE)]))
    assert [one.reason for one in free] == ["no_organisation"] * 3


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        ("a@mail.asso.fr", "mail.asso.fr"),
        ("a@x.hotmail.com", ""),
        ("a@localhost", ""),
        ("a@x.local", ""),
        ("a", ""),
        ("a@b.C.Org.", "c.org"),
    ],
)
def test_domains(mail: str, expected: str) -> None:
    assert organisation(mail.encode()) == expected


def test_the_order_of_reading_changes_nothing(tmp_path: Path) -> None:
    """The same commits, once in a row and once as three branches that were merged."""
    row = [Made(day, (ADA, BOB, EVE)[day % 3]) for day in range(30)]
    branches = [
        Made(0, ADA),
        *(Made(day, (ADA, BOB, EVE)[day % 3], parent=day - 2 if day > 2 else 1) for day in range(1, 30)),
    ]
    one, other = (
        scoped(tmp_path / "row", row),
        scoped(tmp_path / "branches", [*branches, Made(29, ADA, parent=30, merges=(29, 28))]),
    )
    for measure in (caf, activity.newcomers, activity.tenure, activity.silence):
        assert measure(one).value == measure(other).value
