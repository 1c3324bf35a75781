"""Side by side and from run to run: what moved, what turned, and what is refused; making a result again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from assess.histories import ADA, BOB, DAY, EPOCH, EVE, Made, repository

from communaux.engines.assess import charts, compare, report, telling, verify
from communaux.engines.assess.compare import NotAResult, Told, changes, told_by, why_not
from communaux.engines.assess.kernel import assess, measure, read
from communaux.engines.assess.model import METHOD_VERSION, AssessError, Indicator

WHO = (ADA, BOB, EVE)
AS_OF = EPOCH + 770 * DAY


@pytest.fixture(scope="module")
def git_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = [Made(turn * 13, WHO[turn % 3], {f"f{turn % 7}.py": str(turn)}) for turn in range(60)]
    return repository(tmp_path_factory.mktemp("compared"), made)


@pytest.fixture
def document(git_dir: Path) -> dict[str, Any]:
    return json.loads(report.as_json(assess(git_dir, as_of=AS_OF, url="busy")))


@pytest.fixture
def told(document: dict[str, Any]) -> Told:
    return told_by(document)


def test_a_document_is_read_back_whole(git_dir: Path, told: Told) -> None:
    found = assess(git_dir, as_of=AS_OF, url="busy")
    assert (told.name, told.head, told.method, told.window) == ("busy", found.head, METHOD_VERSION, 365)
    assert [telling.value(one, "fr") for one in told.indicators.values()] == [
        telling.value(one, "fr") for one in found.indicators
    ]
    assert list(told.conditions.values()) == list(found.conditions)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_json"),
        ("[" * 100_000, "not_json"),
        ("[]", "not_result"),
        ("{}", "not_result"),
        ('{"format": "communaux.assessment/2"}', "not_result"),
        ('{"format": "communaux.assessment/1"}', "not_result"),
        ('{"format": "communaux.assessment/1", "subject": 3, "conditions": []}', "not_result"),
    ],
)
def test_what_is_no_result_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotAResult) as refused:
        told_by(compare.read_document(text))
    assert str(refused.value) == code


def test_made_otherwise_is_not_compared(told: Told) -> None:
    later = replace(told, as_of=date(told.as_of.year + 2, 1, 1))
    assert why_not([told, replace(told, name="other")]) == ("", "")
    assert why_not([]) == why_not([told]) == ("", "")
    assert why_not([told, replace(told, method="other"), later]) == ("method", f"{METHOD_VERSION}, other")
    assert why_not([told, replace(told, window=730)]) == ("window", "365, 730")
    assert why_not([later, told]) == ("days", f"{told.as_of.isoformat()}, {later.as_of.isoformat()}")


def test_the_same_run_twice_changes_nothing(told: Told) -> None:
    assert not changes(told, told)


def test_what_moved_and_what_turned(told: Told) -> None:
    alive, caf = told.conditions["C1"], told.indicators["caf_w"]
    other = Indicator("caf_w", "community", 9, "persons", 50, 8, 10, "bootstrap")
    after = replace(
        told,
        conditions=told.conditions | {"C1": replace(alive, outcome="unmet")},
        indicators=told.indicators | {"caf_w": other, "brand_new": replace(other, code="brand_new")},
    )
    found = changes(told, after)
    assert [(one.code, one.before.value, one.after.value, one.beyond) for one in found.measures] == [
        ("caf_w", caf.value, 9, True)
    ]
    assert [(one.before.outcome, one.after.outcome) for one in found.conditions] == [("met", "unmet")]
    assert not changes(told, replace(after, indicators=told.indicators, conditions=told.conditions)).measures


def test_another_method_breaks_it(told: Told) -> None:
    other = replace(told, method="other", indicators={}, conditions={})
    found = changes(told, other)
    assert (found.measures, found.conditions, found.methods) == ((), (), (METHOD_VERSION, "other"))
    assert bool(found)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [((5, 6), False), ((6, 9), False), ((7, 9), True), ((1, 2), True), ((None, 9), False), ((None, None), False)],
)
def test_intervals_that_do_not_touch(bounds: tuple[float | None, float | None], expected: bool) -> None:
    one = Indicator("x", "community", 5, "persons", 9, 4, 6, "wilson")
    assert compare.apart(one, replace(one, low=bounds[0], high=bounds[1])) is expected


def test_side_by_side_has_every_condition_and_the_unknown(told: Told) -> None:
    rows = compare.conditions([told, None])
    assert [row.code for row in rows] == list(told.conditions)
    assert {row.cells[1] for row in rows} == {None}
    assert [row.code for row in compare.measures([told])] == compare.main_measures()
    assert set(compare.main_measures()) <= set(telling.codes())
    assert compare.conditions([None, None]) == []


def point(value: float | None, version: str = "1", *, unit: str = "persons") -> Indicator:
    bounds = (None, None) if value is None else (value - 1, value + 1)
    return Indicator("caf_w", "community", value, unit, 9, *bounds, "bootstrap", version=version)


def lines(svg: str) -> str:
    """The path that joins the points."""
    return svg.split('fill="none" stroke="currentColor" stroke-width="1.5"/>')[0].rsplit('d="', 1)[1].rstrip('" ')


def test_a_curve_joins_what_was_made_alike() -> None:
    days = [date(2026, month, 1) for month in (1, 3, 5)]
    joined = charts.over_time([(day, point(n), "a") for n, day in enumerate(days, 2)], "fr")
    assert [letter for letter in lines(joined) if letter.isalpha()] == ["M", "L", "L"]
    assert "interrompt" not in joined
    assert "1er janvier 2026" in joined
    broken = charts.over_time([(day, point(2), kind) for day, kind in zip(days, "aab", strict=True)], "fr")
    assert [letter for letter in lines(broken) if letter.isalpha()] == ["M", "L", "M"]
    assert "interrompt" in broken
    unknown = charts.over_time([(day, point(n), "a") for day, n in zip(days, (2, None, 3), strict=True)], "en")
    assert [letter for letter in lines(unknown) if letter.isalpha()] == ["M", "M"]


def test_no_curve_of_one_day_or_of_nothing() -> None:
    day = date(2026, 1, 1)
    assert charts.over_time([], "fr") == ""
    assert charts.over_time([(day, point(2), "a"), (day, point(3), "a")], "fr") == ""
    assert charts.over_time([(day, point(2), "a"), (date(2026, 2, 1), point(None), "a")], "fr") == ""


def test_a_curve_below_zero_and_of_shares() -> None:
    days = [date(2026, 1, 1), date(2026, 2, 1)]
    below = charts.over_time([(day, point(-7, unit="%/year"), "a") for day in days], "en")
    assert "−10 % a year" in below.replace("\u00a0", " ").replace("−10%", "−10 %")
    shares = charts.over_time([(day, point(0.5, unit="share"), "a") for day in days], "en")
    assert ">100%<" in shares


@pytest.mark.parametrize("cloned", [None, True, False])
def test_made_again_it_is_the_same(git_dir: Path, cloned: bool | None) -> None:
    document = json.loads(report.as_json(assess(git_dir, as_of=AS_OF + 3600, url="busy", cloned=cloned)))
    assert verify.differences(document, verify.again(document, git_dir)) == []


def test_without_changes_of_files_too(git_dir: Path) -> None:
    found = measure(read(git_dir, changes=False), as_of=AS_OF)
    document = json.loads(report.as_json(found))
    assert verify.differences(document, verify.again(document, git_dir)) == []


def test_each_key_that_differs_is_told(git_dir: Path, document: dict[str, Any]) -> None:
    caf = next(one for one in document["indicators"] if one["code"] == "caf_w")
    caf["value"], caf["detail"]["people"] = 99, 98
    document["facts"]["commits"]["total"] = 1
    document["series"]["activity"]["rows"][2]["commits"] = 77
    del document["licence"]
    document["more"] = 1
    assert verify.differences(document, verify.again(document, git_dir)) == [
        "facts.commits.total",
        "indicators.caf_w.detail.people",
        "indicators.caf_w.value",
        "licence",
        "more",
        "series.activity.rows.2.commits",
    ]


def test_a_number_is_the_same_with_or_without_a_point(git_dir: Path, document: dict[str, Any]) -> None:
    for one in document["indicators"]:
        one["value"] = None if one["value"] is None else float(one["value"])
    assert verify.differences(document, verify.again(document, git_dir)) == []


def test_what_cannot_be_made_again(git_dir: Path, document: dict[str, Any]) -> None:
    with pytest.raises(NotAResult, match="other_method"):
        verify.again(document | {"method": "0"}, git_dir)
    for wrong in ({"as_of": "2026-13-45"}, {"as_of": None}, {"subject": {}}, {"conditions": [3]}):
        with pytest.raises(NotAResult, match="not_result"):
            verify.again(document | wrong, git_dir)
    with pytest.raises(AssessError) as refused:
        verify.again(document | {"subject": {"head": "f" * 40, "url": ""}}, git_dir)
    assert refused.value.code == "unknown_commit"


def test_one_repository_is_one_address_and_one_beginning(told: Told) -> None:
    assert compare.same_repository(told, replace(told, as_of=date(2030, 1, 1)))
    assert not compare.same_repository(told, replace(told, name="another"))
    assert not compare.same_repository(told, replace(told, first=told.first + 1))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_beyond_the_uncertainty_has_its_words(lang: str) -> None:
    assert charts.beyond(lang) == {"fr": "au-delà de l’incertitude", "en": "beyond the uncertainty"}[lang]
