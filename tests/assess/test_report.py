"""Conditions from figures, words for each of them in both languages, and a report that names nobody."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from assess.histories import ADA, BOB, DAY, EPOCH, EVE, Made, repository

from communaux.data import assess_table
from communaux.engines.assess import compare, report, telling, verify
from communaux.engines.assess.compare import NotAResult
from communaux.engines.assess.forge import Forge, Item, Kind, Member, Span
from communaux.engines.assess.forge_lines import digest
from communaux.engines.assess.forge_measures import indicators as of_forge
from communaux.engines.assess.git import git_dir_of, top_of
from communaux.engines.assess.kernel import Assessment, assess, measure, read
from communaux.engines.assess.model import AssessError, Condition, Indicator, Warned
from communaux.engines.assess.profile import Evidence, conditions, health, readings, worst_first

LANGUAGES = ("fr", "en")
WHO = (ADA, BOB, EVE)


def busy(turns: int = 60, gap: float = 13) -> list[Made]:
    return [Made(turn * gap, WHO[turn % 3], {f"f{turn % 7}.py": str(turn)}) for turn in range(turns)]


@pytest.fixture(scope="module")
def git_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("busy"), busy())


@pytest.fixture(scope="module")
def found(git_dir: Path) -> Assessment:
    return assess(git_dir, as_of=EPOCH + 770 * DAY, url="busy")


def outcomes(found: Assessment) -> dict[str, str]:
    return {one.code: one.outcome for one in found.conditions}


def test_a_busy_project_of_three(found: Assessment) -> None:
    decided = {code: one for code, one in outcomes(found).items() if one != "unknown" and code[0] in "CR"}
    assert decided == {
        "R1": "unmet",
        "R3": "unmet",
        "R4": "unmet",
        "R5": "met",
        "C1": "met",
        "C3": "unmet",
        "C6": "met",
    }
    assert set(found.readings.values()) == {"attention"}
    assert health(found.conditions) == (2, 3)
    ordered = [(one.outcome, one.essential) for one in worst_first(found.conditions)]
    assert ordered[0] == ("unmet", True)
    assert ordered[-1] == ("met", False)
    assert len(set(ordered)) == len([one for at, one in enumerate(ordered) if at == 0 or one != ordered[at - 1]])


def by(**changed: Indicator) -> list[Indicator]:
    """Figures of a healthy project, some of them others."""
    healthy = {
        "caf_w": Indicator("caf_w", "community", 3, "persons", 50, 2, 4, "bootstrap", detail={"range": [2, 3]}),
        "newcomers": Indicator(
            "newcomers", "community", 2, "persons", 5, 0.4, 6, "poisson", by_policy={"mailmap": 3, "wide": 2}
        ),
        "conversion": Indicator("conversion", "community", None, "share", 0, detail={"k": 0, "n": 0}),
        "elephant": Indicator("elephant", "community", 2, "organisations", 50, 2, 3, "unknown_bounds"),
        "alive_coverage": Indicator("alive_coverage", "community", 0.9, "share", 50, 0.8, 0.95, "wilson"),
        "silence": Indicator("silence", "community", 1, "ratio", 50),
        "release": Indicator("release", "resource", 9, "days", 3, 8, 10, "quartiles", detail={"age_days": 100}),
        "trend": Indicator("trend", "community", 0, "%/year", 50, -1, 1, "sen", detail={"months": [1] * 24}),
    }
    unread = {one.code: one for one in of_forge(None, EPOCH)}
    return list((healthy | unread | changed).values())


def one(code: str, indicators: list[Indicator], evidence: Evidence | None = None) -> str:
    return next(one.outcome for one in conditions(indicators, evidence or Evidence()) if one.code == code)


BASE = {one.code: one for one in by()}


@pytest.mark.parametrize(
    ("code", "name", "changes", "expected"),
    [
        ("C1", "silence", {"value": 3}, "met"),
        ("C1", "silence", {"value": 3.1}, "unmet"),
        ("C1", "silence", {"value": None}, "unknown"),
        ("C2", "caf_w", {}, "met"),
        ("C2", "caf_w", {"detail": {"range": [1, 3]}}, "unknown"),
        ("C2", "caf_w", {"low": 1, "high": 1, "detail": {"range": [1, 1]}}, "unmet"),
        ("C2", "caf_w", {"n": 9}, "unknown"),
        ("C2", "caf_w", {"value": None}, "unknown"),
        ("C3", "newcomers", {}, "met"),
        ("C3", "newcomers", {"by_policy": {"mailmap": 1, "wide": 0}}, "unknown"),
        ("C3", "newcomers", {"by_policy": {"mailmap": 0, "wide": 0}}, "unmet"),
        ("C3", "newcomers", {"reason": "first_year"}, "unknown"),
        ("C3", "newcomers", {"value": None}, "unknown"),
        ("C3", "conversion", {"detail": {"k": 1, "n": 4}}, "met"),
        ("C4", "elephant", {}, "met"),
        ("C4", "elephant", {"low": 1}, "unknown"),
        ("C4", "elephant", {"low": 1, "high": 1}, "unmet"),
        ("C6", "alive_coverage", {"low": 0.5}, "met"),
        ("C6", "alive_coverage", {"low": 0.4, "high": 0.49}, "unmet"),
        ("C6", "alive_coverage", {"low": 0.4, "high": 0.5}, "unknown"),
        ("C6", "alive_coverage", {"value": None, "low": None, "high": None}, "unknown"),
        ("R5", "release", {}, "met"),
        ("R5", "release", {"detail": {"age_days": 549}}, "unmet"),
        ("R5", "release", {"status": "unknown"}, "unknown"),
        ("R5", "release", {"detail": {"age_days": None}}, "met"),
        ("R1", "silence", {}, "unknown"),
    ],
)
def test_each_threshold(code: str, name: str, changes: dict[str, object], expected: str) -> None:
    assert one(code, by(**{name: replace(BASE[name], **changes)})) == expected


def test_without_tags_months_decide() -> None:
    untagged = replace(BASE["release"], detail={"age_days": None})
    quiet = replace(BASE["trend"], detail={"months": [9] * 12 + [0] * 7 + [1] * 5})
    assert one("R5", by(release=untagged, trend=quiet)) == "unmet"


def test_what_decided_is_said() -> None:
    untagged = replace(BASE["release"], detail={"age_days": None})
    stayed = replace(BASE["conversion"], detail={"k": 3, "n": 3})
    none_came = replace(BASE["newcomers"], value=0, by_policy={"mailmap": 0, "wide": 0})
    found = {
        one.code: one for one in conditions(by(release=untagged, conversion=stayed, newcomers=none_came), Evidence())
    }
    assert (found["C3"].outcome, found["C3"].because) == ("met", ("newcomers", "conversion", "stayed"))
    assert (found["R5"].outcome, found["R5"].because) == ("met", ("release", "trend", "active_months"))


def test_a_year_that_is_past_tells_nothing_of_today() -> None:
    untagged, past = by(release=replace(BASE["release"], detail={"age_days": None})), Evidence(past=True)
    found = {one.code: one for one in conditions(untagged, past)}
    for code in ("R5", "C3", "C6"):
        assert (found[code].outcome, found[code].because[-1]) == ("unknown", "past_year")
    assert {code: one(code, by(), past) for code in ("C1", "C2", "C4")} == dict.fromkeys(("C1", "C2", "C4"), "met")
    assert (one("R5", by(), past), one("R5", untagged)) == ("met", "met")


@pytest.fixture(scope="module")
def dead(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people over two years, two of them named in charge; nothing since."""
    named = Made(0, ADA, {"MAINTAINERS": "ada@x.org bob@y.org"})
    return repository(tmp_path_factory.mktemp("dead"), [named, *busy()])


@pytest.mark.parametrize(("days", "outcome"), [(365, "met"), (366, "unknown")])
def test_a_dead_project_is_not_called_living(dead: Path, days: int, outcome: str) -> None:
    found = assess(dead, as_of=EPOCH + (59 * 13 + days) * DAY)
    decided = outcomes(found)
    assert {code: decided[code] for code in ("R5", "C6", "G2")} == dict.fromkeys(("R5", "C6", "G2"), outcome)


def test_how_long_ago_the_year_ended_is_said(dead: Path) -> None:
    found = assess(dead, as_of=EPOCH + (59 * 13 + 13 * 366) * DAY)
    by_code = {one.code: one for one in found.conditions}
    assert by_code["G2"].because == ("past_year",)
    for code in ("R5", "C3", "C6", "G2"):
        said = "la dernière année de l’historique a fini il y a 13\u00a0ans\u00a0: elle ne dit rien d’aujourd’hui"
        assert report.because(found, by_code[code], "fr")[-1] == said
    assert "mois actifs dans l’année qui finit le 20 décembre 2025\u00a0: 12 sur 12" in report.because(
        found, by_code["R5"], "fr"
    )
    text = report.as_markdown(found, "fr")
    assert (
        "Les chiffres «\u202fde l’année\u202f» sont ceux de l’année qui finit le 20 décembre 2025, il y a 13\u00a0ans."
        in text
    )
    assert "Remplie quand\u00a0: Au moins une nouvelle personne dans l’année qui finit le 20 décembre 2025, ou" in text


def test_a_declared_end_ends_it_and_evidence_decides_the_rest() -> None:
    assert one("C1", by(), Evidence(ended="no longer maintained")) == "unmet"
    assert one("G1", by(), Evidence(judged={"G1": ("met", ("GOVERNANCE.md",))})) == "met"


def condition(outcome: str, axis: str = "community", essential: bool = True) -> Condition:
    return Condition("C1", axis, essential, outcome, ())  # type: ignore[arg-type]  # literals made by hand


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["met", "met"], "established"),
        (["met", "unknown"], "confirm"),
        (["unknown", "unmet"], "attention"),
        ([], "established"),
    ],
)
def test_one_word_for_an_axis(outcomes: list[str], expected: str) -> None:
    found = [condition(outcome) for outcome in outcomes]
    assert (
        readings([*found, condition("unmet", essential=False), condition("unmet", "resource")])["community"] == expected
    )


def test_health_is_unknown_below_three() -> None:
    assert health([condition("met"), condition("unmet"), condition("unknown")]) == (None, None)


def test_the_same_bytes_whatever_the_seed_of_hashes(git_dir: Path, found: Assessment) -> None:
    program = (
        "from pathlib import Path; from communaux.engines.assess import kernel, report;"
        f"print(report.as_json(kernel.assess(Path({str(git_dir)!r}), as_of={EPOCH + 770 * DAY}, url='busy')), end='')"
    )
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        assert told == report.as_json(found)


def test_nobody_is_named(git_dir: Path, found: Assessment) -> None:
    facts = read(git_dir)
    text = report.as_json(found) + report.as_markdown(found, "fr") + report.as_markdown(found, "en")
    for name, mail in facts.history.people:
        assert name.decode() not in text
        assert mail.decode() not in text


def test_the_format(found: Assessment) -> None:
    told = json.loads(report.as_json(found))
    assert told["format"] == "communaux.assessment/1"
    assert told["facts"]["commits"] == {
        "total": 60,
        "non_merge": 60,
        "first_ct": EPOCH,
        "last_ct": EPOCH + 59 * 13 * DAY,
    }
    assert told["facts"]["authors"]["default"] == {"with_bots": 3, "without_bots": 3}
    assert told["facts"]["bots"] == {"commits": 0, "identities": 0}
    assert len(told["conditions"]) == 19
    assert told["as_of"] == "2025-12-23"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_has_its_words(found: Assessment, lang: str) -> None:
    for indicator in found.indicators:
        assert telling.name(indicator.code, lang)
        assert telling.meaning(indicator.code, lang)
        assert telling.source(indicator.code)
        assert telling.value(indicator, lang)
    for code in (code for code, row in assess_table("conditions").items() if isinstance(row, dict) and "axis" in row):
        what, effort = telling.remedy(Condition(code, "resource", False, "unmet", ()), lang)
        assert len(what) > 40
        assert effort
    for code in assess_table("indicators")["errors"]:
        assert telling.error(code, lang).endswith(".")
    for code in ("truncated", "shallow", "no_time", "two_clocks", "before_parent", "after_head"):
        assert telling.warning(Warned(code, 3), lang)


def test_french_and_english_say_the_same_codes() -> None:
    for table in ("indicators", "conditions"):
        text = json.dumps(assess_table(table), ensure_ascii=False)
        assert text.count('"fr":') == text.count('"en":') > 20
    french = json.dumps([row["fr"] for row in assess_table("indicators").values() if "fr" in row], ensure_ascii=False)
    assert not re.findall(r"\w'\w", french)
    assert not re.findall(r"[^\u00a0\u202f\w’)][;!?:»](?=[\s\"])", french)


def indicator(**given: object) -> Indicator:
    base = Indicator("silence", "community", 2.0, "ratio", 3)
    return replace(base, **given)  # type: ignore[arg-type]  # each test gives what it looks at


@pytest.mark.parametrize(
    ("given", "french", "english"),
    [
        ({"value": 1, "unit": "persons"}, "1\u00a0personne", "1 person"),
        ({"value": 0, "unit": "persons"}, "0\u00a0personne", "0 people"),
        ({"value": 1.5, "unit": "days"}, "1,5\u00a0jour", "1.5 days"),
        ({"value": 0.256, "unit": "share"}, "26\u00a0%", "26%"),
        ({"value": -0.3, "unit": "%/year"}, "0\u00a0% par an", "0% a year"),
        ({"value": -12.6, "unit": "%/year"}, "\u221213\u00a0% par an", "\u221213% a year"),
        ({"value": 3265, "unit": "files"}, "3\u202f265\u00a0fichiers", "3,265 files"),
        ({"value": None}, "inconnu", "unknown"),
    ],
)
def test_values_as_they_are_read(given: dict[str, object], french: str, english: str) -> None:
    assert (telling.value(indicator(**given), "fr"), telling.value(indicator(**given), "en")) == (french, english)


def test_intervals_as_they_are_read() -> None:
    assert (
        telling.interval(indicator(low=1.0, high=None, interval_kind="greenwood"), "fr")
        == "1 à … (Greenwood, log-log, 90\u00a0%)"
    )
    assert (
        telling.interval(indicator(low=1.0, high=2.0, interval_kind="range"), "en")
        == "1 to 2 (depending on who is who)"
    )
    assert telling.interval(indicator(low=1.0, high=1.0, interval_kind="range"), "en") == "1 (depending on who is who)"
    assert telling.interval(indicator(), "fr") == ""
    assert telling.interval(indicator(low=2.0, high=2.0, interval_kind="range"), "fr") == ""


def test_a_count_says_what_it_counts_and_nothing_twice() -> None:
    size = Indicator("size", "resource", 3265, "files", 3265)
    assert report.line(size, "fr") == "Taille\u00a0: 3\u202f265\u00a0fichiers"
    caf = Indicator("caf_w", "community", 1, "persons", 2726, 1, 1, "bootstrap")
    assert (
        report.line(caf, "fr")
        == "Facteur d’absence, sur un an\u00a0: 1\u00a0personne, sur 2\u202f726\u00a0modifications"
    )
    assert report.line(replace(caf, high=2), "en") == (
        "Absence factor, one year: 1 person, 1 to 2 (block bootstrap, 90%), of 2,726 changes"
    )
    few = Indicator("silence", "community", None, "ratio", 2, status="unknown", reason="few_gaps")
    assert report.line(few, "en") == "Silence: unknown, 2 gaps between active days: too few to know what is long here"
    stayed = Indicator("conversion", "community", None, "share", 3, reason="few_people", detail={"k": 3, "n": 3})
    assert (
        report.line(stayed, "fr")
        == "Nouvelles personnes restées\u00a0: inconnu, 3 sur 3\u00a0: trop peu pour en tirer une part"
    )
    assert telling.rests_on(replace(few, n=0, reason=""), "fr") == ""


def test_why_a_condition_is_unknown(found: Assessment) -> None:
    open_figure = Condition("C2", "community", True, "unknown", ("caf_w",))
    assert report.unsettled(found, open_figure, "en")[0].startswith("The figures do not settle it")
    assert report.unsettled(found, replace(open_figure, because=()), "en") == ["Nothing that was read tells it."]
    assert report.unsettled(found, replace(open_figure, because=("caf_w", "past_year")), "en") == []
    assert report.unsettled(found, replace(open_figure, outcome="met"), "en") == []
    assert report.to_do(replace(open_figure, outcome="met"), "en") == []


def test_details_have_words() -> None:
    told = telling.details(
        indicator(detail={"range": [1, 2], "ends": {"": 3}, "share": 0.5, "p": 0.0312, "x": "y"}), "en"
    )
    assert told == [
        ("depending on who is who", "1 to 2"),
        ("by the end of the name", "—: 3"),
        ("their share of the active people", "50%"),
        ("probability of as much without a trend (Mann–Kendall)", "0.03"),
        ("x", "y"),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_detail_of_a_repository_has_words(found: Assessment, lang: str) -> None:
    known = assess_table("indicators")["details"]
    assert {name for one in found.indicators for name in one.detail} <= known.keys()
    assert all(told for one in found.indicators for _name, told in telling.details(one, lang))


def test_a_rule_never_reads_as_a_fact(found: Assessment) -> None:
    lines = [line for line in report.as_markdown(found, "fr").splitlines() if line.startswith("- ")]
    assert len(lines) == 19
    assert all(". Remplie quand\u00a0: " in line for line in lines)
    assert report.said("essentials", "fr") in report.as_markdown(found, "fr")


def test_a_report_of_what_has_no_time_and_bots(tmp_path: Path) -> None:
    commits = [Made(0, "x[bot] <x[bot]@users.noreply.github.com>"), Made(1, raw_time=f"{2**41} +0000")]
    made = measure(read(repository(tmp_path, commits)), as_of=EPOCH)
    assert (made.first, made.last, made.bots) == (EPOCH, -1, (1, 1))
    text = report.as_markdown(made, "fr")
    assert "du ?." in text
    assert "Robots mis à part\u00a0: 1" in text
    assert "⚠ Modifications qui ne disent pas quand elles ont été faites\u00a0: 1." in text
    assert made.indicator("size").value == 0


def test_nothing_with_a_time(tmp_path: Path) -> None:
    assert measure(read(repository(tmp_path, [Made(0, raw_time=f"{2**41} +0000")])), as_of=EPOCH).first == -1


def test_where_git_keeps_its_things(tmp_path: Path) -> None:
    bare = repository(tmp_path / "bare", [Made(0)])
    assert git_dir_of(bare) == bare
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / ".git").write_text("gitdir: ../bare\n")
    assert git_dir_of(tmp_path / "tree").resolve() == bare
    (tmp_path / "other" / ".git").mkdir(parents=True)
    assert git_dir_of(tmp_path / "other") == tmp_path / "other" / ".git"
    with pytest.raises(AssessError) as refused:
        git_dir_of(tmp_path / "nowhere")
    assert (refused.value.code, str(refused.value)) == ("not_git", str(tmp_path / "nowhere"))


def test_the_top_of_a_work_tree_from_inside(tmp_path: Path) -> None:
    inside = tmp_path / "work" / "src" / "deep"
    inside.mkdir(parents=True)
    assert top_of(inside) is None
    bare = repository(tmp_path / "work" / ".git", [Made(0)])
    assert [top_of(path) for path in (inside, inside.parent)] == [tmp_path / "work"] * 2
    assert [top_of(path) for path in (tmp_path / "work", bare, inside / "nowhere")] == [None] * 3


def test_axes_are_those_of_the_model() -> None:
    from communaux.engines.assess.model import Axis

    rows = [row for row in assess_table("conditions").values() if isinstance(row, dict) and "axis" in row]
    assert {row["axis"] for row in rows} == set(get_args(Axis.__value__))


def test_measures_are_known_by_their_codes(found: Assessment) -> None:
    assert {one.code for one in found.indicators} == set(telling.codes())


def asked_of(code: str, **told: object) -> Indicator:
    return replace(next(one for one in of_forge(None, 0) if one.code == code), status="measured", reason="", **told)  # type: ignore[arg-type]  # fields of an Indicator


@pytest.mark.parametrize(
    ("code", "figure", "expected"),
    [
        ("C5", asked_of("first_response", n=20, value=5, low=3, high=14), ("met", ("first_response",))),
        ("C5", asked_of("first_response", n=20, value=5, low=3, high=15), ("unknown", ("first_response",))),
        ("C5", asked_of("first_response", n=20, value=15, low=14, high=20), ("unknown", ("first_response",))),
        ("C5", asked_of("first_response", n=20, value=20, low=15, high=30), ("unmet", ("first_response",))),
        ("C5", asked_of("first_response", n=20, value=None, low=15), ("unmet", ("first_response",))),
        ("C5", asked_of("first_response", n=4, value=None), ("unknown", ("first_response",))),
        ("C5", asked_of("first_response", n=0), ("unknown", ())),
        ("C1", asked_of("archived", value=1), ("unmet", ("archived",))),
        ("C1", asked_of("archived", value=0), ("met", ("silence",))),
        ("G6", asked_of("merge_rights", value=2, detail={"personal": False}), ("met", ("merge_rights",))),
        ("G6", asked_of("merge_rights", value=1, detail={"personal": False}), ("unmet", ("merge_rights",))),
        (
            "G6",
            asked_of("merge_rights", value=3, detail={"personal": True}),
            ("unmet", ("merge_rights", "personal_namespace")),
        ),
        (
            "G6",
            asked_of("merge_rights", value=3, detail={"personal": None}),
            ("unknown", ("merge_rights", "namespace_unread")),
        ),
        ("G6", asked_of("merge_rights", detail={"personal": False}), ("unknown", ())),
        ("G6", asked_of("merge_rights"), ("unknown", ())),
        (
            "G6",
            replace(asked_of("merge_rights", value=1, detail={"personal": False}), reason="seen_merging"),
            ("unknown", ("merge_rights",)),
        ),
        (
            "G6",
            replace(asked_of("merge_rights", value=2, detail={"personal": False}), reason="seen_merging"),
            ("met", ("merge_rights",)),
        ),
    ],
)
def test_what_a_forge_decides(code: str, figure: Indicator, expected: tuple[str, tuple[str, ...]]) -> None:
    found = next(one for one in conditions(by(**{figure.code: figure}), Evidence()) if one.code == code)
    assert (found.outcome, found.because) == expected


def items(git_dir: Path) -> Forge:
    """Twenty requests of the last year of that repository, each answered within a week; two accounts may merge."""
    end = int(EPOCH + 59 * 13 * DAY)
    told = [
        Item("issue", n, end - n * 9 * DAY, "1", answers=((end - n * 9 * DAY + n % 7 * DAY, "2"),))
        for n in range(1, 21)
    ]
    read_: dict[Kind, Span] = {kind: Span(0, EPOCH + 770 * DAY) for kind in ("issue", "change", "member", "repository")}
    return Forge("forgejo", read_, tuple(told), (Member("1", True), Member("2", True)), personal=False, archived=False)


def test_items_of_a_forge_in_the_report(git_dir: Path, found: Assessment) -> None:
    forge = items(git_dir)
    with_items = assess(git_dir, as_of=EPOCH + 770 * DAY, url="busy", forge=forge)
    outcomes = {one.code: one.outcome for one in with_items.conditions}
    assert (outcomes["C5"], outcomes["G6"]) == ("met", "met")
    told, plain = report.as_dict(with_items), report.as_dict(found)
    assert told["items"] == {
        "format": "communaux.forge/1",
        "forge": "forgejo",
        "read_at": "2025-12-23T22:13:20Z",
        "read": {kind: {"since": None, "until": "2025-12-23T22:13:20Z"} for kind in forge.read},
        "count": {"issue": 20, "change": 0, "member": 2, "release": 0},
        "left_out": 0,
        "sha256": digest(forge),
    }
    assert "items" not in plain
    assert {key for key in plain if plain[key] != told[key]} == {"indicators", "conditions"}
    assert report.as_json(with_items) == report.as_json(
        assess(git_dir, as_of=EPOCH + 770 * DAY, url="busy", forge=forge)
    )
    for lang, words in (
        ("fr", "Échanges de la forge (Forgejo) lus le 2025-12-23."),
        ("en", "(Forgejo) read on 2025-12-23."),
    ):
        assert words in report.as_markdown(with_items, lang)
    assert "n’ont pas été lus" in report.as_markdown(found, "fr")
    assert telling.value(with_items.indicator("archived"), "fr") == "non"
    assert telling.value(replace(with_items.indicator("archived"), value=1.0), "en") == "yes"
    assert telling.word_of_forge("other") == "…"


def test_old_items_are_told(git_dir: Path) -> None:
    late = assess(git_dir, as_of=EPOCH + 810 * DAY, forge=items(git_dir))
    assert Warned("old_items", 40) in late.warnings


def test_made_again_with_the_same_items_alone(git_dir: Path, found: Assessment) -> None:
    forge = items(git_dir)
    document = report.as_dict(assess(git_dir, as_of=EPOCH + 770 * DAY, url="busy", forge=forge))
    document = json.loads(json.dumps(document))
    assert verify.differences(document, verify.again(document, git_dir_of(git_dir), forge=forge)) == []
    plain = json.loads(report.as_json(found))
    for code, told, given in (
        ("no_items", document, None),
        ("other_items", document, replace(forge, archived=True)),
        ("items_too_many", plain, forge),
    ):
        with pytest.raises(NotAResult, match=code):
            verify.again(told, git_dir_of(git_dir), forge=given)


def test_a_result_from_before_there_were_items_is_still_the_same(git_dir: Path, found: Assessment) -> None:
    plain = json.loads(report.as_json(found))
    codes = {one.code for one in of_forge(None, 0)}
    earlier = plain | {"indicators": [one for one in plain["indicators"] if one["code"] not in codes]}
    assert verify.differences(earlier, verify.again(earlier, git_dir_of(git_dir))) == []
    less = plain | {"indicators": [one for one in plain["indicators"] if one["code"] != "silence"]}
    assert verify.differences(less, verify.again(less, git_dir_of(git_dir))) == ["indicators.silence"]
    before, after = compare.told_by(earlier), compare.told_by(plain)
    assert not compare.changes(before, after)
    assert compare.why_not([before, after]) == ("", "")
    row = next(row for row in compare.measures([before, after]) if row.code == "first_response")
    assert [cell and cell.value for cell in row.cells] == [None, None]
