"""Series against plain git: months, quarters, ranks, versions; what is not known is not a zero."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from assess.histories import ADA, BOB, DAY, EPOCH, EVE, Made, git, repository
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.engines.assess import charts, drawing, report, series
from communaux.engines.assess.corrections import read_corrections
from communaux.engines.assess.identities import address
from communaux.engines.assess.kernel import Assessment, assess, measure, read

BOT = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
PEOPLE = [f"Person{n} <p{n}@demo{n}.example>" for n in range(25)]


def found(folder: Path, commits: Sequence[Made], *, after: float = 1) -> Assessment:
    git_dir = repository(folder, commits)
    return assess(git_dir, as_of=EPOCH + int((max(one.day for one in commits) + after) * DAY))


def log(folder: Path, *arguments: str) -> list[str]:
    """A line for each commit that counts, as plain git tells it."""
    return git(folder, "log", "--no-merges", *arguments, "main").decode().splitlines()


def quarter(month: str) -> str:
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEf"), st.integers(0, 1400)), min_size=1, max_size=40))
def test_months_and_quarters_are_those_of_git(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("series")
    made = [Made(day, f"{who} <{who}@x{who}.org>") for who, day in sorted(written, key=lambda one: one[1])]
    told = found(folder, made).series
    lines = [line.lower().split() for line in log(folder, "--date=format-local:%Y-%m", "--format=%cd %ae")]
    commits, active = Counter(month for month, _who in lines), Counter(month for month, _who in set(map(tuple, lines)))
    rows = told["activity"]["rows"]
    assert rows[-1]["period"] == lines[0][0]
    shown = {row["period"] for row in rows}
    assert [(row["commits"], row["people"]) for row in rows] == [
        (commits[row["period"]], active[row["period"]]) for row in rows
    ]
    assert len(shown) == len(rows) <= series.MONTHS
    first: dict[str, str] = {}
    for month, who in reversed(lines):
        first.setdefault(who, quarter(month))
    there = {(quarter(month), who) for month, who in lines}
    came, all_of = Counter(first.values()), Counter(period for period, _who in there)
    for row in told["people"]["rows"]:
        assert (row["newcomers"], row["returning"]) == (
            came[row["period"]],
            all_of[row["period"]] - came[row["period"]],
        )


def test_a_series_begins_with_the_history_and_keeps_three_years(tmp_path: Path) -> None:
    young = found(tmp_path / "young", [Made(0), Made(70)]).series
    assert [row["period"] for row in young["activity"]["rows"]] == ["2023-11", "2023-12", "2024-01"]
    assert [row["commits"] for row in young["activity"]["rows"]] == [1, 0, 1]
    old = found(tmp_path / "old", [Made(0), Made(2000, BOB)]).series
    periods = [row["period"] for row in old["activity"]["rows"]]
    assert (len(periods), periods[0], periods[-1]) == (36, "2026-06", "2029-05")
    assert [len(old[key]["rows"]) for key in ("people",)] == [12]
    assert sum(row["newcomers"] for row in old["people"]["rows"]) == 1


def test_programs_merges_and_what_comes_after_the_assessed_commit_count_nowhere(tmp_path: Path) -> None:
    made = [
        Made(0),
        Made(40, BOT),
        Made(41, BOB, parent=1),
        Made(42, ADA, parent=2, merges=(3,)),
        Made(45, EVE),
        Made(43, ADA),
    ]
    told = found(tmp_path, made).series
    rows = told["activity"]["rows"]
    assert [(row["period"], row["commits"], row["people"]) for row in rows] == [
        ("2023-11", 1, 1),
        ("2023-12", 2, 2),
    ]
    assert sum(row["newcomers"] for row in told["people"]["rows"]) == 2


def test_ranks_are_cumulated_as_shortlog_counts(tmp_path: Path) -> None:
    made = [Made(turn, PEOPLE[who]) for turn, who in enumerate(who for who in range(25) for _n in range(25 - who))]
    told = found(tmp_path, made).series["share"]
    counts = [int(line.split()[0]) for line in git(tmp_path, "shortlog", "-sn", "main").decode().splitlines()]
    assert (told["people"], told["commits"]) == (len(counts), sum(counts))
    assert [(row["first"], row["rank"]) for row in told["rows"]] == [*((n, n + 2) for n in range(1, 21, 3)), (22, 25)]
    for row in told["rows"]:
        assert row["cumulated"] == sum(counts[: row["rank"]]) / sum(counts)
    assert charts.chart("share", told, "fr").rows[-1][0] == "22 à 25"


@pytest.mark.parametrize(
    ("people", "groups"),
    [(1, []), (5, []), (6, [3, 6]), (7, [3, 7]), (8, [3, 8]), (9, [3, 6, 9]), (23, [3, 6, 9, 12, 15, 18, 23])],
)
def test_no_share_is_of_fewer_than_three_people(tmp_path: Path, people: int, groups: list[int]) -> None:
    told = found(tmp_path, [Made(n, PEOPLE[n % people]) for n in range(50)]).series["share"]
    assert [row["rank"] for row in told["rows"]] == groups
    status = "measured" if groups else "insufficient"
    assert (told["status"], bool(told["rows"])) == (status, status == "measured")
    assert charts.chart("share", told, "en").svg.startswith("<svg") == (status == "measured")


def test_versions_are_the_tags_of_git(tmp_path: Path) -> None:
    made = [Made(day) for day in range(0, 400, 20)]
    git_dir = repository(tmp_path, made)
    commits = git(git_dir, "rev-list", "--reverse", "main").decode().split()
    for name, at in [("v1.0", 0), ("v1.1", 3), ("v1.1.0", 3), ("v2.0rc1", 9), ("latest", 10), ("v2.0", 10)]:
        git(git_dir, "tag", name, commits[at])
    told = assess(git_dir, as_of=EPOCH + 400 * DAY).series["releases"]
    days = git(
        git_dir, "for-each-ref", "refs/tags/v*.*", "--format=%(refname:strip=2) %(creatordate:format-local:%Y-%m-%d)"
    )
    tagged = [line.split() for line in days.decode().splitlines()]
    ready = Counter(quarter(day) for day in {day for name, day in tagged if "rc" not in name})
    early = Counter(quarter(day) for day in {day for name, day in tagged if "rc" in name})
    assert sum(ready.values()) == 3
    assert [(row["versions"], row["early"]) for row in told["rows"]] == [
        (ready[row["period"]], early[row["period"]]) for row in told["rows"]
    ]
    before = assess(git_dir, as_of=EPOCH + 30 * DAY).series["releases"]["rows"]
    assert sum(row["versions"] for row in before) == 1


def test_of_who_asked_not_to_be_counted_the_work_stays_and_the_person_goes(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, [Made(0), Made(1), Made(2, BOB), Made(3)])
    told = assess(
        git_dir, as_of=EPOCH + 9 * DAY, corrections=read_corrections('unnamed = ["ada@x.org"]', address)
    ).series
    (month,), (quarter_of,) = told["activity"]["rows"], told["people"]["rows"]
    assert (month["commits"], month["people"], quarter_of["newcomers"]) == (4, 1, 1)
    assert told["share"]["reason"] == "few_people"


def test_without_a_version_there_is_a_word_and_no_zero(tmp_path: Path) -> None:
    told = found(tmp_path, [Made(0)]).series["releases"]
    assert told == {"status": "not_applicable", "reason": "no_version", "rows": []}
    drawn = charts.chart("releases", told, "fr")
    assert (drawn.svg, drawn.rows, drawn.shows) == ("", (), "Aucune étiquette de version.")


def test_of_a_cut_history_nobody_knows_who_is_new(tmp_path: Path) -> None:
    facts = read(repository(tmp_path, [Made(0), Made(1, BOB)]))
    told = measure(replace(facts, shallow=True), as_of=EPOCH + 3 * DAY).series
    assert told["people"] == {"status": "unknown", "reason": "cut", "rows": []}
    assert told["activity"]["status"] == "measured"


def test_only_programs_and_no_time_at_all(tmp_path: Path) -> None:
    for name, made in (("bots", [Made(0, BOT)]), ("untimed", [Made(0, raw_time="18446744073709551615 +0000")])):
        told = found(tmp_path / name, made).series
        assert {told[key]["reason"] for key in ("activity", "people", "share")} == {"no_people"}
        assert charts.line(told, "fr") == ""
        assert [one.svg for one in charts.charts(told, "fr")] == [""] * 4


def test_the_json_tells_series_sorted_and_without_a_name(tmp_path: Path) -> None:
    told = found(tmp_path, [Made(day * 9, (ADA, BOB, EVE)[day % 3]) for day in range(60)])
    written = report.as_json(told)
    assert json.loads(written)["series"] == told.series
    assert list(json.loads(written)["series"]) == sorted(series.KEYS)
    assert json.loads(written)["window_days"] == 365
    text = json.dumps(told.series)
    assert [part for who in (ADA, BOB, EVE) for part in who.rstrip(">").split(" <") if part in text] == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_drawing_has_a_name_says_what_it_shows_and_has_its_table(tmp_path: Path, lang: str) -> None:
    git_dir = repository(tmp_path, [Made(day * 9, PEOPLE[day % 23]) for day in range(120)])
    git(git_dir, "tag", "v1.0", "main")
    told = assess(git_dir, as_of=EPOCH + 1100 * DAY)
    for one in charts.charts(told.series, lang):
        assert one.svg.count("<svg") == one.svg.count("<title") == one.svg.count("<desc") == 1
        assert f'aria-labelledby="{one.key}-title {one.key}-shows"' in one.svg
        assert len(one.svg) <= 4096
        assert "style" not in one.svg
        assert one.rows
        assert {len(row) for row in one.rows} == {len(one.columns)}
        assert "{" not in one.shows + one.note
    assert charts.line(told.series, lang) in report.heading(told, lang)


def test_a_line_has_a_letter_for_each_month() -> None:
    rows = [{"period": f"2024-{n:02}", "commits": commits, "people": 1} for n, commits in enumerate((8, 0, 1), 1)]
    told = charts.line({"activity": {"rows": rows}}, "en")
    assert told == "Activity, months: 3. █·▁ (changes: 9, at most in a month: 8, months without: 1)"


def test_all_text_of_a_drawing_is_escaped() -> None:
    hostile = '</title><script>alert("1")</script>'
    drawn = drawing.svg("key", hostile, hostile, 10, [drawing.text(1, 2, hostile)])
    assert (drawn.count("<script"), drawn.count(escape(hostile))) == (0, 3)


def test_a_page_of_its_own_has_drawings_and_tables(tmp_path: Path) -> None:
    """`--html`: what is drawn is told in a table too; of what is not known there is a sentence and no table."""
    told = found(tmp_path, [Made(n, PEOPLE[n % 7]) for n in range(60)]).series
    page = charts.as_html(told, "en")
    assert [page.count(tag) for tag in ("<h2>", "<svg", "<table>", "<details>")] == [4, 3, 3, 3]
    assert "<p>No version is tagged.</p>" in page
    assert '<th scope="col">Ranks</th>' in page
    assert '<tr><th scope="row">1 to 3</th><td>' in page
