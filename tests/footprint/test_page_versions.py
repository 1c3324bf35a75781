"""What was promised of a page, and two versions of it: the worked numbers of Sustainable Web Design 4; anything else is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.footprint import page_reports, telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.generation import ZONES
from communaux.engines.footprint.page import Kept, budget, carried, compare
from communaux.engines.footprint.pagefacts import PageFacts

FACTORS = shipped()
PAGE = PageFacts("har", "https://example.org/a", None, None, 10, 1_000_000, (), 0, 0, {}, True, {})


def test_a_megabyte_in_the_world_and_in_france() -> None:
    world, here = carried(FACTORS, size=1e6, zone="WORLD"), carried(FACTORS, size=1e6)
    assert world.total.value == pytest.approx(0.1482, rel=1e-9)
    assert here.total.value == pytest.approx(0.0624, abs=5e-5)
    assert world.total.low == pytest.approx(0.3 * 0.1482)
    assert world.total.high == pytest.approx(0.1482)
    assert here.total.low == pytest.approx(0.3e-3 * (0.194 * 41.4 + 0.106 * 494))
    assert here.total.high == pytest.approx(1e-3 * (0.194 * 98 + 0.106 * 494))
    assert here.kwh.value == pytest.approx(1e-3 * 0.194)
    assert "grid.WORLD" not in {one.key for one in world.used}


@pytest.mark.parametrize(
    ("size", "requests", "warnings", "found"),
    [
        (None, None, {}, []),
        (1_000_000, 10, {}, [True, True]),
        (999_999, 9, {}, [False, False]),
        (1_000_000, None, {"no_size": 1}, [None]),
        (999_999, None, {"no_size": 1}, [False]),
        (0, None, {}, [False]),
    ],
)
def test_a_budget_is_kept_passed_or_not_known(
    size: int | None, requests: int | None, warnings: dict[str, int], found: list[bool | None]
) -> None:
    told = budget(replace(PAGE, warnings=warnings), size=size, requests=requests)
    assert [one.holds for one in told] == found


def test_a_page_that_was_not_run_is_never_said_to_keep_its_requests() -> None:
    still = replace(PAGE, source="html", with_javascript=False)
    assert [one.holds for one in (*budget(still, requests=10), *budget(still, requests=9))] == [None, False]


def test_a_budget_of_what_is_not_known_is_not_kept() -> None:
    unknown = replace(PAGE, size=None, requests=None)
    assert budget(unknown, size=5, requests=5) == (Kept("bytes", None, 5, None), Kept("requests", None, 5, None))
    text = "\n".join(page_reports.budget(budget(unknown, size=5, requests=5), "en"))
    assert text.count("it cannot be told") == 2
    lines = list(page_reports.budget(budget(PAGE, size=60_000, requests=10), "fr"))
    assert lines[0] == "Budget, poids\u00a0: 1000,0 ko pour 60,0 ko au plus, dépassé"
    assert lines[1] == "Budget, requêtes\u00a0: 10 pour 10 au plus, tenu"


def test_two_versions_of_a_page() -> None:
    lighter = replace(PAGE, url="http://example.org/a/", size=250_000, warnings={"cached": 1, "never_sent": 3})
    found = compare(FACTORS, PAGE, lighter, zone="WORLD")
    assert found.change.value == pytest.approx(-0.75 * 0.1482)
    assert found.change.low == pytest.approx(-0.75 * 0.1482)
    assert found.change.high == pytest.approx(-0.75 * 0.3 * 0.1482)
    assert found.warnings == ("cached",)
    assert compare(FACTORS, lighter, PAGE).change.low > 0
    assert compare(FACTORS, PAGE, PAGE).change.value == 0


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("other_page", {"url": "https://example.org/b"}),
        ("other_page", {"url": "https://www.example.org/a"}),
        ("other_page", {"url": "https://example.org:8000/a"}),
        ("other_source", {"source": "lighthouse"}),
        ("page_not_weighed", {"size": None}),
        ("page_not_weighed", {"warnings": {"no_size": 1}}),
    ],
)
def test_anything_else_is_refused(code: str, before: dict[str, Any]) -> None:
    for pair in ((replace(PAGE, **before), PAGE), (PAGE, replace(PAGE, **before))):
        with pytest.raises(FootprintError) as refused:
            compare(FACTORS, *pair)
        assert refused.value.code == code
        assert "{" not in telling.refused(refused.value, "fr")


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("bad_budget", lambda: budget(PAGE, size=-1)),
        ("bad_budget", lambda: budget(PAGE, requests=-1)),
        ("below_zero", lambda: carried(FACTORS, size=-1)),
        ("below_zero", lambda: carried(FACTORS, size=math.nan)),
        ("unknown_zone", lambda: carried(FACTORS, size=1, zone="MARS")),
    ],
)
def test_what_cannot_be(code: str, act: Any) -> None:
    with pytest.raises(FootprintError) as refused:
        act()
    assert refused.value.code == code


@given(st.integers(0, 10**10), st.integers(0, 10**10), st.sampled_from(ZONES))
def test_any_two_versions(first: int, last: int, zone: str) -> None:
    found = compare(FACTORS, replace(PAGE, size=first), replace(PAGE, size=last), zone=zone)
    for one in (found.before, found.after):
        assert one.total.low <= one.total.value <= one.total.high
        assert math.fsum(part.value for part in one.parts.values()) == pytest.approx(one.total.value)
    assert found.change.value == pytest.approx(found.after.total.value - found.before.total.value, abs=1e-6)
    assert (found.change.value > 0) == (last > first)
    assert carried(FACTORS, size=3 * first, zone=zone).total.value == pytest.approx(3 * found.before.total.value)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_two_versions_are_told(lang: str) -> None:
    found = compare(FACTORS, PAGE, replace(PAGE, size=500_000))
    lines = list(page_reports.versions(found, lang))
    assert "{" not in "\n".join(lines)
    assert lines[2] == (
        "Écart\u00a0: −0,031 g, entre −0,036 et −0,0090"
        if lang == "fr"
        else "Change: −0.031 g, between −0.036 and −0.0090"
    )
    told = json.loads(json.dumps(page_reports.versions_json(found, FACTORS)))
    assert told["change"]["value"] == found.change.value
    assert "Une visite d’une page" in list(telling.told(found.after, "fr"))
