"""Do we need AI here? Every outcome, each missing condition, and what each way takes in a year."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.data import footprint_words
from communaux.engines.footprint import reports, telling
from communaux.engines.footprint.decide import OUTCOMES, TASKS, Answers, Decision, decide
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.generation import answer
from communaux.engines.footprint.intervals import Interval
from communaux.engines.footprint.search import search

FACTORS = shipped()
# Everything is answered, nothing is missing, and a small model passes
WHOLE: dict[str, Any] = {
    "task": "summarise",
    "existing": (),
    "times": 50,
    "users": 200,
    "error": "grave",
    "checker": "Ana, greffe",
    "personal": True,
    "legal_basis": "mission d’intérêt public",
    "model": "petit-8b",
    "active": 8,
    "cases": 120,
    "passed": 0.95,
    "tokens": 350,
    "reused": 0.25,
    "measured": "erreurs relevées par mois",
    "stop": "plus de 5 % d’erreurs",
}


def decided(**told: Any) -> Decision:
    return decide(FACTORS, Answers(**(WHOLE | told)))


@pytest.mark.parametrize(
    ("told", "outcome", "instead"),
    [
        ({"task": "find"}, "no_ai", ("search_engine",)),
        ({"task": "calculate", "existing": ("OpenFisca",), "stop": ""}, "no_ai", ("rules", "form")),
        ({"existing": ("Un outil",), "error": None, "measured": ""}, "existing_tool", ()),
        ({"stop": ""}, "no_ai", ()),
        ({}, "small_model", ()),
        ({"active": 10}, "small_model", ()),
        ({"active": 10.1}, "ai_with_conditions", ()),
        ({"active": None}, "ai_with_conditions", ()),
        ({"model": " "}, "ai_with_conditions", ()),
        ({"cases": None}, "ai_with_conditions", ()),
        ({"passed": None}, "ai_with_conditions", ()),
        ({"passed": 0.89}, "ai_with_conditions", ()),
        ({"passed": 0.9}, "small_model", ()),
    ],
)
def test_the_first_rule_that_holds_decides(told: dict[str, Any], outcome: str, instead: tuple[str, ...]) -> None:
    found = decided(**told)
    assert (found.outcome, found.instead) == (outcome, instead)
    assert bool(found.conditions) == (outcome in {"small_model", "ai_with_conditions"})
    assert bool(found.missing) == (told == {"stop": ""})


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({"existing": None}, "existing_unknown"),
        ({"error": None, "checker": ""}, "error_unknown"),
        ({"checker": " "}, "checker"),
        ({"personal": None, "legal_basis": ""}, "personal_unknown"),
        ({"legal_basis": "\t"}, "legal_basis"),
        ({"measured": ""}, "measured"),
        ({"stop": ""}, "stop"),
    ],
)
def test_each_condition_that_is_missing(told: dict[str, Any], missing: str) -> None:
    found = decided(**told)
    assert (found.outcome, found.missing, found.conditions) == ("no_ai", (missing,), ())


def test_nothing_is_missing_where_it_is_not_asked() -> None:
    assert decided(error="slight", checker="", personal=False, legal_basis="").outcome == "small_model"
    assert len(decide(FACTORS, Answers(task="dialogue")).missing) == 5


def test_what_a_desk_calls_small_and_passing_is_its_own() -> None:
    told = Answers(**WHOLE)
    assert decide(FACTORS, told, small=7).outcome == "ai_with_conditions"
    assert decide(FACTORS, told, passing=0.99).outcome == "ai_with_conditions"
    assert decide(FACTORS, Answers(**(WHOLE | {"active": 100})), small=100).outcome == "small_model"


def test_the_conditions_under_which() -> None:
    always = ("measure", "stop_when", "review")
    assert decided().conditions == ("keep_checker", "keep_legal_basis", *always)
    plain = {"error": "slight", "personal": False}
    assert decided(**plain).conditions == always
    assert decided(**plain, reused=None).conditions == ("reuse_answers", *always)
    assert decided(**plain, reused=0).conditions == ("reuse_answers", *always)
    assert decided(**plain, tokens=None).conditions == ("limit_length", "quantities", *always)
    assert decided(**plain, users=None).conditions == ("quantities", *always)
    assert decided(**plain, active=None).conditions == ("try_smaller", "quantities", *always)


def known(found: Interval | None) -> Interval:
    assert found is not None
    return found


def test_a_year_of_searches_against_a_year_of_answers() -> None:
    found = decide(FACTORS, Answers(**WHOLE), zone="US", pue=1.2)
    asked, answered = search(FACTORS), answer(FACTORS, tokens=350, active=8, zone="US", pue=1.2)
    searches, model = found.alternatives
    assert known(searches.grams).value == pytest.approx(10_000 * asked.total.value)
    assert known(searches.kwh).value == pytest.approx(10_000 * asked.kwh.value)
    assert known(searches.servers_kwh).value == pytest.approx(10_000 * 2.731821895425e-4)
    # a quarter of the answers are kept ones: no model, the same minutes
    assert known(model.servers).value == pytest.approx(7_500 * answered.total.value)
    assert known(model.servers_kwh).high == pytest.approx(7_500 * answered.kwh.high)
    device = 10_000 * asked.energy["device_used"].value
    assert known(model.kwh).value == pytest.approx(known(model.servers_kwh).value + device)
    common = math.fsum(asked.parts[code].value for code in ("device_made", "device_used", "network"))
    assert known(model.grams).value == pytest.approx(known(model.servers).value + 10_000 * common)
    assert {one.key for one in found.used} == {one.key for one in (*asked.used, *answered.used)}


@pytest.mark.parametrize(
    ("told", "known"),
    [({"times": None}, []), ({"users": None}, []), ({"tokens": None}, ["search"]), ({"active": None}, ["search"])],
)
def test_what_is_not_known_is_never_nothing(told: dict[str, Any], known: list[str]) -> None:
    found = decided(**told)
    assert [one.code for one in found.alternatives if one.grams is not None] == known
    assert bool(found.used) == bool(known)
    text = "\n".join(reports.need(found, "fr"))
    assert text.count("inconnu") == (3 if not known else 1)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("unknown_task", {"task": "decide"}),
        ("unknown_error", {"error": "none"}),
        ("out_of_range", {"users": 0}),
        ("out_of_range", {"times": -1}),
        ("out_of_range", {"cases": math.nan}),
        ("out_of_range", {"tokens": 0}),
        ("below_zero", {"passed": 1.1}),
        ("below_zero", {"reused": -0.1}),
        ("text_too_long", {"stop": "x" * 501}),
    ],
)
def test_what_is_no_answer_is_refused(code: str, told: dict[str, Any]) -> None:
    with pytest.raises(FootprintError) as refused:
        decided(**told)
    assert refused.value.code == code
    assert "{" not in telling.refused(refused.value, "fr")
    with pytest.raises(FootprintError, match="unknown_zone"):
        decide(FACTORS, Answers(**WHOLE), zone="MARS")


@given(
    st.fixed_dictionaries(
        {"task": st.sampled_from(TASKS)},
        optional={
            "existing": st.none() | st.just(()) | st.just(("x",)),
            "error": st.sampled_from((None, "slight", "grave")),
            "checker": st.sampled_from(("", "Ana")),
            "personal": st.sampled_from((None, True, False)),
            "legal_basis": st.sampled_from(("", "loi")),
            "measured": st.sampled_from(("", "x")),
            "stop": st.sampled_from(("", "x")),
            "active": st.none() | st.floats(0.1, 100),
        },
    )
)
def test_any_answers(told: dict[str, Any]) -> None:
    found = decide(FACTORS, Answers(**told))
    assert found.outcome in OUTCOMES
    # never both, and AI is never the answer where something is missing
    assert not (found.missing and found.conditions)
    assert (found.outcome in {"small_model", "ai_with_conditions"}) == bool(found.conditions)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "told", [{}, {"task": "find"}, {"existing": ("Grist", "Etherpad")}, {"stop": "", "checker": ""}, {"active": 70}]
)
def test_a_decision_is_told(told: dict[str, Any], lang: str) -> None:
    found, words = decided(**told), footprint_words()
    text = "\n".join(reports.need(found, lang))
    assert words["outcome"][found.outcome][lang] in text
    for kind, codes in (("instead", found.instead), ("missing", found.missing), ("condition", found.conditions)):
        assert [code for code in codes if words[kind][code][lang] not in text] == []
    assert ("Grist, Etherpad" in text) == bool(found.answers.existing)
    assert words["report"]["prefer_search"][lang] in text
    assert "{" not in text


def test_a_decision_for_programs() -> None:
    told = json.loads(json.dumps(reports.need_json(decided(tokens=None), FACTORS)))
    assert told["outcome"] == "small_model"
    assert told["answers"]["checker"] == "Ana, greffe"
    assert [one["grams"] is None for one in told["alternatives"]] == [False, True]
    assert told["factors_used"]


@pytest.mark.parametrize("told", [{}, {"task": "find"}, {"existing": ("Grist",)}, {"existing": None}, {"tokens": None}])
def test_a_decision_is_read_again_and_decided_again_to_the_same_bits(told: dict[str, Any]) -> None:
    found = decided(**told)
    document = json.loads(json.dumps(reports.need_json(found, FACTORS)))
    assert reports.need_of(document) == found
    assert reports.need_json(decide(FACTORS, reports.answers_of(document)), FACTORS) == reports.need_json(
        found, FACTORS
    )
