"""What a line needs, what changed between two audits, and the mark that is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from footprint.audits import PAGE, SERVICE, TODAY, WORDS, answered, audit, line

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn.audit import Answer, Audit, Evidence, Finding, blank
from communaux.engines.footprint.rgesn.compare import diff, side_by_side
from communaux.engines.footprint.rgesn.declaration import missing, missing_to_close, undetailed
from communaux.engines.footprint.rgesn.display import mark
from communaux.engines.footprint.rgesn.referential import referential
from communaux.engines.footprint.rgesn.rules import broken, check, held
from communaux.engines.footprint.rgesn.score import score
from communaux.engines.footprint.telling import refused

WORD = Evidence("declaration", "dit par l’équipe")


@pytest.mark.parametrize(
    ("finding", "facts"),
    [
        (Finding("1.1"), {}),
        (Finding("1.1", "not_conforming"), {}),
        (Finding("1.1", "conforming", evidence=(PAGE,)), {}),
        (Finding("1.1", "conforming", evidence=(replace(PAGE, valid_until=date(2020, 1, 1)),)), {}),
        (Finding("1.1", "conforming", "x" * 40), {}),
        (Finding("5.4", "not_applicable", na_reason="Pas de vidéo."), {}),
        (Finding("5.4", "not_applicable", na_reason="Pas de vidéo."), {"has_video": False}),
        (Finding("5.3", "not_applicable", na_reason="Télévision."), {"has_video": True}),
        (Finding("9.2", "not_applicable", na_reason="Pas d’apprentissage."), {}),
        (Finding("9.1", "not_applicable"), {"has_ai": False}),
        (Finding("9.1"), {"has_ai": False}),
        (Finding("9.1", "conforming", WORDS), {"has_ai": True}),
    ],
)
def test_lines_that_hold(finding: Finding, facts: dict[str, bool]) -> None:
    check(finding, replace(SERVICE, **facts))


@pytest.mark.parametrize(
    ("finding", "facts", "code", "told"),
    [
        (Finding("1.1", "conforming", "x" * 39), {}, "conforming_unproven", "1.1\u00a0: pour être conforme"),
        (Finding("1.1", "conforming", " " * 50), {}, "conforming_unproven", "au moins 40 signes"),
        (Finding("1.1", "conforming", evidence=(WORD,)), {}, "conforming_unproven", "il faut une preuve"),
        (Finding("4.1", "not_applicable", na_reason="Non."), {}, "always_applies", "4.1\u00a0: ce critère s’applique"),
        (Finding("4.8", "not_applicable"), {}, "na_unreasoned", "4.8\u00a0: dites pourquoi"),
        (Finding("4.8", "not_applicable", na_reason=" "), {}, "na_unreasoned", "seul cas admis\u00a0: aucun texte"),
        (
            Finding("5.4", "not_applicable", na_reason="Non."),
            {"has_video": True},
            "condition_contradicted",
            "5.4\u00a0: «\u00a0non applicable\u00a0» ne vaut que si\u00a0: aucune vidéo. Le service déclare le contraire.",
        ),
        (Finding("9.2", "not_applicable", na_reason="Non."), {"has_ai": True}, "condition_contradicted", "9.2"),
        (Finding("9.1", "not_applicable", na_reason="Non."), {"has_ai": True}, "always_applies", "9.1"),
        (Finding("3.4", "not_applicable", na_reason="N."), {"sells_terminal": True}, "condition_contradicted", "3.4"),
        (Finding("8.3", "not_applicable", na_reason="N."), {"hosted": True}, "condition_contradicted", "8.3"),
        (Finding("9.1", "conforming", WORDS), {"has_ai": False}, "theme_fallen", "(Algorithmie)"),
        (Finding("9.4", "not_conforming"), {"has_ai": False}, "theme_fallen", "9.4"),
        (Finding("9.8"), {}, "no_criterion", "«\u00a09.8\u00a0» n’existe pas dans rgesn-2024"),
    ],
)
def test_lines_that_do_not(finding: Finding, facts: dict[str, bool], code: str, told: str) -> None:
    with pytest.raises(FootprintError) as found:
        check(finding, replace(SERVICE, **facts))
    assert found.value.code == code
    assert told in refused(found.value, "fr")
    assert "{" not in refused(found.value, "en")


@pytest.mark.parametrize("number", [one.number for one in referential().criteria.values() if one.condition is None])
def test_a_criterion_that_always_applies_is_never_left_out(number: str) -> None:
    with pytest.raises(FootprintError) as found:
        check(Finding(number, "not_applicable", na_reason="Une raison."), SERVICE)
    assert found.value.code == "always_applies"


def test_a_line_that_does_not_hold_counts_as_not_assessed() -> None:
    lines = {
        "1.1": Finding("1.1", "conforming", "court"),
        "4.1": Finding("4.1", "not_applicable", na_reason="Non."),
        "1.2": line("1.2", "conforming"),
    }
    whole = audit(lines)
    assert [(error.code, error.what["number"]) for error in broken(whole)] == [
        ("conforming_unproven", "1.1"),
        ("always_applies", "4.1"),
    ]
    kept = held(whole)
    assert [one.answer for one in kept.findings if one.criterion in lines] == [
        "not_assessed",
        "conforming",
        "not_assessed",
    ]
    assert kept.findings[0].justification == "court"
    assert held(kept) is kept
    assert score(kept, TODAY).whole.value == score(audit({"1.2": lines["1.2"]}), TODAY).whole.value


def both(number: str, before: Answer, after: Answer) -> tuple[Audit, Audit]:
    rest = {"1.1": line("1.1", "conforming"), "1.2": line("1.2", "not_conforming")}
    return audit(rest | {number: line(number, before)}), audit(rest | {number: line(number, after)})


@pytest.mark.parametrize(
    ("before", "after", "kind", "only_na"),
    [
        ("not_conforming", "conforming", "gained", False),
        ("not_applicable", "conforming", "gained", False),
        ("conforming", "not_conforming", "lost", False),
        ("conforming", "not_assessed", "lost", False),
        ("conforming", "not_applicable", "became_na", False),
        ("not_conforming", "not_applicable", "became_na", True),
        ("not_assessed", "not_applicable", "became_na", True),
        ("not_assessed", "conforming", "newly_assessed", False),
        ("not_assessed", "not_conforming", "newly_assessed", False),
        ("not_conforming", "not_assessed", "other", False),
        ("not_applicable", "not_conforming", "other", False),
        ("not_applicable", "not_assessed", "other", False),
    ],
)
def test_what_changed(before: Answer, after: Answer, kind: Any, only_na: bool) -> None:
    found = diff(*both("4.8", before, after), TODAY)
    assert [(one.criterion.number, one.before, one.after, one.kind) for one in found.changes] == [
        ("4.8", before, after, kind)
    ]
    assert found.of(kind) == found.changes
    assert found.only_na is only_na


def test_nothing_changed() -> None:
    same = both("4.8", "conforming", "conforming")
    found = diff(*same, TODAY)
    assert (found.changes, found.only_na, found.before) == ((), False, found.after)


def test_a_rise_that_a_gain_explains_is_not_for_lines_that_no_longer_apply_alone() -> None:
    before, after = both("4.8", "not_conforming", "not_applicable")
    better = replace(
        after,
        findings=tuple(replace(one, answer="conforming") if one.criterion == "1.2" else one for one in after.findings),
    )
    assert diff(before, after, TODAY).only_na
    assert not diff(before, better, TODAY).only_na


def test_a_rise_because_a_theme_fell_is_marked() -> None:
    before = answered(lambda one: "conforming" if one.number == "1.1" else "not_assessed")
    found = diff(before, replace(before, service=replace(SERVICE, has_ai=False)), TODAY)
    assert (found.only_na, len(found.of("became_na"))) == (True, 7)


def test_where_nothing_applied_nothing_rose() -> None:
    nothing = answered(lambda _one: "not_applicable")
    assert not diff(nothing, answered(lambda _one: "conforming"), TODAY).only_na
    assert not diff(answered(lambda _one: "conforming"), nothing, TODAY).only_na


def test_two_services_of_one_kind_side_by_side() -> None:
    other = audit({"1.1": line("1.1", "conforming")}, replace(SERVICE, name="Agglomération"))
    rows = list(side_by_side(blank(SERVICE), other))
    assert (len(rows), rows[0][0].number, rows[0][1:]) == (78, "1.1", ("not_assessed", "conforming"))
    with pytest.raises(FootprintError) as found:
        side_by_side(blank(SERVICE), blank(replace(SERVICE, kind="api")))
    assert found.value.code == "other_kind"


def test_the_mark_says_who_and_how_sure() -> None:
    one = replace(line("1.1", "conforming"), evidence=(PAGE,), review="contested", reviewed_by="Zoé")
    whole = replace(
        audit({"1.1": one, "1.2": Finding("1.2", "conforming")}),
        started_on=date(2026, 9, 1),
        blocks={"terminals": "Téléphone de 2017", "contact": "x"},
    )
    shown = mark(whole, TODAY)
    assert (shown.bar, shown.score.conforming, shown.score.proven, shown.contested) == (1, 1, 1, 1)
    assert (shown.reviewer, shown.told_on) == ("", date(2026, 9, 1))
    assert shown.facts == {"terminals": "Téléphone de 2017", "budget": "", "hosting": ""}
    named = replace(whole, reviewer="Zoé Martin", reviewer_organisation="Tiers", reviewed_on=TODAY, closed_on=TODAY)
    assert (mark(named, TODAY).reviewer, mark(named, TODAY).reviewed_on) == ("", None)
    third = mark(replace(named, mode="third_party"), TODAY)
    assert (third.reviewer, third.reviewed_on, third.told_on) == ("Zoé Martin, Tiers", TODAY, TODAY)
    assert mark(replace(whole, mode="third_party", reviewer_organisation="Tiers"), TODAY).reviewer == ""
    idle = mark(answered(lambda _one: "not_applicable"), TODAY)  # the 18 that always apply are not assessed
    assert (idle.bar, idle.score.not_assessed, idle.score.not_applicable) == (0, 18, 60)


def test_what_a_declaration_misses() -> None:
    assert len(missing(blank(SERVICE))) == 12
    bare = blank(replace(SERVICE, has_video=False, hosted=False))
    assert {"codecs", "hosting"}.isdisjoint(missing(bare))
    assert len(missing(replace(bare, blocks={"contact": "a@b.example", "budget": " "}))) == 9
    lines = {one: replace(line(one, "conforming"), justification="") for one in ("1.1", "1.9")}
    assert undetailed(audit(lines)) == ("1.1",)
    assert undetailed(audit({"1.1": line("1.1", "conforming")})) == ()


def test_what_an_audit_lacks_to_be_closed() -> None:
    ready = replace(blank(SERVICE), auditor="Zoé", blocks={"perimeter": "Tout"}, pages=("https://mairie.example/",))
    assert missing_to_close(ready) == ()
    assert missing_to_close(replace(ready, pages=())) == ("pages",)
    assert missing_to_close(replace(ready, pages=(), service=replace(SERVICE, kind="native"))) == ()
    assert missing_to_close(replace(ready, auditor=" ", blocks={"perimeter": " "})) == ("auditor", "perimeter")
