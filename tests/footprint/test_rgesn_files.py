"""Files of audits: what is written is read again, and what is wrong is refused whole, line by line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from footprint.audits import PAGE, SERVICE, TODAY, WORDS, answered, audit, line
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import validator_for

from communaux.data import rgesn_schema
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn import audit as terms
from communaux.engines.footprint.rgesn import own, sheet, v2
from communaux.engines.footprint.rgesn.audit import Audit, Evidence, Finding, Service, blank
from communaux.engines.footprint.rgesn.referential import referential
from communaux.engines.footprint.rgesn.score import rounded, score
from communaux.engines.footprint.telling import refused

SCHEMA = validator_for(json.loads(rgesn_schema()))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
days = st.none() | st.dates()
evidence = st.builds(Evidence, st.sampled_from(terms.EVIDENCE), words, days, days, words, words, words, words, words)
answers = st.sampled_from(terms.ANSWERS)


@st.composite
def audits(draw: st.DrawFn) -> Audit:
    """Any audit: some lines full, the others as short as they can be."""
    whole = answered(lambda _one: "not_assessed")
    flags = (draw(st.none() | st.booleans()) for _fact in terms.FACTS)
    service = Service(draw(words), draw(st.sampled_from(terms.SERVICES)), draw(words), *flags)
    full = st.builds(
        Finding,
        criterion=st.just(""),
        answer=answers,
        justification=words,
        na_reason=words,
        evidence=st.lists(evidence, max_size=2).map(tuple),
        author=words,
        decided_on=days,
        confidence=st.sampled_from(terms.LEVELS),
        reviewed_by=words,
        remark=st.sampled_from(("", "Deux PNG.")),
        review=st.sampled_from(terms.REVIEWS),
        action=words,
        owners=st.lists(words, max_size=2).map(tuple),
        due=words,
        effort=st.sampled_from(terms.LEVELS),
    )
    some = draw(st.dictionaries(st.integers(0, 77), full, max_size=4))
    findings = [
        replace(some[place], criterion=one.criterion) if place in some else one
        for place, one in enumerate(whole.findings)
    ]
    return Audit(
        service,
        tuple(findings),
        mode=draw(st.sampled_from(terms.MODES)),
        state=draw(st.sampled_from(terms.STATES)),
        auditor=draw(words),
        reviewer=draw(words),
        started_on=draw(days),
        expires_on=draw(days),
        pages=tuple(draw(st.lists(words, max_size=2))),
        blocks=draw(st.dictionaries(st.sampled_from(tuple(terms.BLOCKS)), words, max_size=3)),
    )


@given(audits())
def test_any_audit_is_read_as_it_was_written_and_keeps_to_the_schema(whole: Audit) -> None:
    content = own.write(whole)
    assert own.read(content) == whole
    assert own.write(own.read(content)) == content
    assert [error.message for error in SCHEMA.iter_errors(json.loads(content))] == []


def told(whole: Audit | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(own.write(whole or blank(SERVICE)))
    return found


def test_what_may_be_left_out_is_empty() -> None:
    short = {
        "format": own.FORMAT,
        "referential": "rgesn-2024",
        "service": {"name": "Mairie"},
        "findings": [{"criterion": number} for number in reversed(referential().criteria)],
    }
    assert SCHEMA.is_valid(short)
    assert own.read(json.dumps(short).encode()) == blank(Service("Mairie"))


def set_at(place: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def act(given_file: dict[str, Any]) -> None:
        here: Any = given_file
        *path, last = (int(one) if one.isdigit() else one for one in place.split("."))
        for one in path:
            here = here[one]
        if value is ...:
            del here[last]
        else:
            here[last] = value

    return act


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (set_at("auditer", "Zoé"), "auditer: unknown key. Known: mode, state"),
        (set_at("mode", "guess"), 'mode = "guess": it takes automatic, assisted, third_party.'),
        (set_at("started_on", "2026-02-30"), 'started_on = "2026-02-30": it takes 2026-01-31, null.'),
        (set_at("started_on", "20260131"), "it takes 2026-01-31, null."),
        (set_at("started_on", 3), "started_on = 3"),
        (set_at("pages", "x"), 'pages = "x": it takes text, ….'),
        (set_at("pages", [1]), "pages = [1]: it takes text."),
        (set_at("auditor", "\ud800"), "auditor = "),
        (set_at("service", None), "service = null: it takes {…}."),
        (set_at("service.name", ...), "service.name: missing."),
        (set_at("service.has_ai", "no"), 'service.has_ai = "no": it takes true, false, null.'),
        (set_at("declaration", []), "declaration = []"),
        (set_at("declaration.pue", "1.2"), "declaration.pue: unknown key"),
        (set_at("findings", {}), "findings = {}: it takes […]."),
        (set_at("findings.3", "1.4"), 'findings[4] = "1.4": it takes {…}.'),
        (set_at("findings.3.criterion", ...), "findings[4].criterion: missing."),
        (set_at("findings.3.answer", "yes"), "findings[4].answer"),
        (set_at("findings.3.answer", ["conforming"]), "findings[4].answer"),
        (set_at("findings.3.review", "maybe"), 'it takes "", confirmed, contested.'),
        (set_at("findings.3.evidence", "https://a.example"), "findings[4].evidence"),
        (set_at("findings.3.evidence", [3]), "findings[4].evidence[1] = 3"),
        (set_at("findings.3.evidence", [{"kind": "url"}]), "findings[4].evidence[1].locator: missing."),
        (set_at("findings.3.evidence", [{"kind": "hope", "locator": ""}]), "findings[4].evidence[1].kind"),
        (set_at("findings.3.criterion", "4.16"), "line 4 of the audit: there is no criterion “4.16”."),
        (set_at("findings.3", ...), "criterion 1.4 is missing."),
    ],
)
def test_what_is_wrong_is_named(act: Callable[[dict[str, Any]], None], sentence: str) -> None:
    given_file = told()
    act(given_file)
    with pytest.raises(FootprintError) as found:
        own.read(json.dumps(given_file).encode())
    assert found.value.code == "audit_lines"
    assert sentence in refused(found.value, "en")


def test_every_wrong_line_is_told_at_once() -> None:
    given_file = told()
    for place, value in (("mode", "?"), ("findings.0.answer", "?"), ("findings.77.effort", "?")):
        set_at(place, value)(given_file)
    with pytest.raises(FootprintError) as found:
        own.read(json.dumps(given_file).encode())
    assert refused(found.value, "en").count("\n- ") == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_audit"),
        (b"[]", "no_audit"),
        (b"\xff", "no_audit"),
        (b"[" * 100_000, "no_audit"),
        (b'{"format": "communaux.rgesn/2"}', "no_audit"),
        (b'{"format": "communaux.rgesn/1", "referential": "rgesn-2020"}', "other_referential"),
    ],
)
def test_what_is_no_audit(content: bytes, code: str) -> None:
    with pytest.raises(FootprintError) as found:
        own.read(content)
    assert found.value.code == code


# Written by hand after the layout of the tool; its names and addresses are made up.
FOREIGN = {
    "id": "3f0a1c52-7b5e-4c7f-9d3a-2a4b5c6d7e8f",
    "created_at": "2026-07-15T09:37:56+02:00",
    "updated_at": "2026-07-17T08:22:45+02:00",
    "status": "terminé",
    "score": 75.0,
    "project": {"name": "Médiathèque", "url": "https://mediatheque.example"},
    "auditor": {"name": "Zoé Martin"},
}
PRIORITY = {"priority": "Prioritaire", "recommended": "Recommandé", "moderate": "Modéré"}
DIFFICULTY = {"low": "Faible", "medium": "Moyen", "high": "Fort"}
STATUS = {
    "1.1": {"status": "conforme", "comment": WORDS},
    "1.2": {"status": "conforme", "comment": "court"},
    "2.1": {
        "status": "non-conforme",
        "action_text": "Établir la liste.",
        "action_who": ["ZM", "AB"],
        "action_when": "2026-12",
        "action_easy": True,
    },
    "4.8": {"status": "non-applicable", "comment": "Aucun texte."},
}


def foreign() -> dict[str, Any]:
    empty = {"comment": "", "action_text": "", "action_who": [], "action_when": "", "action_easy": False}
    rows = [
        {
            "thematic_id": one.theme.number,
            "id": one.number,
            "priority": PRIORITY[one.priority],
            "difficulty": DIFFICULTY[one.difficulty],
            "status": "non-testé",
        }
        | empty
        | STATUS.get(one.number, {})
        for one in referential().criteria.values()
    ]
    return json.loads(json.dumps(FOREIGN | {"criteria": rows}))  # type: ignore[no-any-return]  # JSON


def test_a_file_of_the_other_tool_is_read_with_its_score_and_ours() -> None:
    content = json.dumps(foreign()).encode()
    assert v2.like(content)
    assert not v2.like(own.write(blank(SERVICE)))
    found = v2.read(content)
    assert found.told == 75
    # 150 + 150 of 450 that were tested; of 9 925 that apply
    assert score(found.audit, TODAY).whole.on_assessed == pytest.approx(100 * 300 / 450)
    assert rounded(score(found.audit, TODAY).whole.value) == 3
    assert v2.their_score(found.audit) == 66.7
    whole = found.audit
    assert (whole.service.name, whole.auditor, whole.state) == ("Médiathèque", "Zoé Martin", "closed")
    assert (whole.started_on, whole.closed_on) == (date(2026, 7, 15), date(2026, 7, 17))
    lines = {one.criterion: one for one in whole.findings}
    assert lines["2.1"] == Finding(
        "2.1", "not_conforming", action="Établir la liste.", owners=("ZM", "AB"), due="2026-12", effort="low"
    )
    assert (lines["4.8"].na_reason, lines["4.8"].justification) == ("Aucun texte.", "")
    assert lines["1.1"].justification == WORDS


def test_it_is_written_as_it_was_read() -> None:
    given_file = foreign()
    again = json.loads(v2.write(v2.read(json.dumps(given_file).encode())))
    assert again == given_file | {"score": 66.7}
    assert list(again) == list(given_file)
    assert list(again["criteria"][0]) == list(given_file["criteria"][0])


def test_an_audit_of_ours_for_the_other_tool() -> None:
    whole = audit({"1.1": line("1.1", "conforming")}, replace(SERVICE, has_ai=False))
    one = v2.foreign(whole, TODAY)
    assert UUID(one.id).version == 4
    assert one == v2.foreign(whole, TODAY)
    assert one.id != v2.foreign(replace(whole, auditor="x"), TODAY).id
    assert one.created_at == "2026-11-30T00:00:00+00:00"
    assert v2.foreign(replace(whole, started_on=date(2026, 9, 1)), TODAY).created_at == "2026-09-01T00:00:00+00:00"
    written = json.loads(v2.write(one))
    assert (written["status"], written["score"]) == ("en cours", 100)
    assert json.loads(v2.write(replace(one, audit=replace(whole, state="published"))))["status"] == "terminé"
    assert {row["status"] for row in written["criteria"] if row["thematic_id"] == 9} == {"non-applicable"}
    again = v2.read(v2.write(one))
    assert again.audit.answers == whole.answers
    assert again.told == 100


def test_what_the_other_tool_leaves_out() -> None:
    short = {
        "criteria": [
            {"id": row["id"], "priority": row["priority"], "status": "non-testé"} for row in foreign()["criteria"]
        ]
    }
    found = v2.read(json.dumps(short).encode())
    assert found == v2.Foreign(blank(Service("")), "", "", "", None)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (set_at("status", "fini"), 'status = "fini": it takes en cours, terminé.'),
        (set_at("score", "75"), 'score = "75": it takes'),
        (set_at("score", True), "score = true"),
        (set_at("score", float("nan")), "score = NaN: it takes 0 – 100, null."),
        (set_at("score", 10**400), "score = 1000"),
        (set_at("project", "x"), 'project = "x": it takes {…}.'),
        (set_at("project.name", 3), "project.name = 3"),
        (set_at("created_at", None), "created_at = null"),
        (set_at("criteria.3", 4), "criteria[4] = 4"),
        (set_at("criteria.3.status", "testé"), "criteria[4].status"),
        (set_at("criteria.3.status", None), "criteria[4].status = null"),
        (set_at("criteria.3.comment", 1), "criteria[4].comment = 1"),
        (set_at("criteria.3.action_who", "ZM"), "criteria[4].action_who"),
        (set_at("criteria.3.action_who", [1]), "criteria[4].action_who"),
        (set_at("criteria.3.priority", "Modéré"), "criterion 1.4 has priority"),
        (set_at("criteria.3.id", "1.44"), "line 4 of the audit: there is no criterion “1.44”."),
        (set_at("criteria.3.id", "1.3"), "line 4 of the audit: criterion 1.3"),
        (set_at("criteria.3", ...), "criterion 1.4 is missing."),
        (set_at("criteria", None), "criterion 9.7 is missing."),
    ],
)
def test_what_is_wrong_in_a_file_of_the_other_tool(act: Callable[[dict[str, Any]], None], sentence: str) -> None:
    given_file = foreign()
    act(given_file)
    with pytest.raises(FootprintError) as found:
        v2.read(json.dumps(given_file).encode())
    assert found.value.code == "audit_lines"
    assert sentence in refused(found.value, "en")


def test_a_sheet_has_a_line_a_criterion_and_no_formula() -> None:
    one = replace(line("4.8", "not_conforming"), justification="=1+1", evidence=(PAGE,), owners=("A", "B"))
    one = replace(
        one,
        review="contested",
        reviewed_by="Zoé",
        remark="=2",
        action="Retirer deux polices",
        due="2026-12",
        effort="low",
    )
    rows = list(csv.reader(io.StringIO(sheet.write(audit({"4.8": one}), "fr").decode("utf-8-sig")), delimiter=";"))
    assert (len(rows), tuple(rows[0])) == (79, sheet.COLUMNS)
    (found,) = [row for row in rows if row[0] == "4.8"]
    assert found[1:8] == [
        *("Expérience et interface (UX/UI)", "Peu de polices à télécharger", "modéré", "faible"),
        *("non conforme", "'=1+1", ""),
    ]
    assert found[8:] == [
        *("page https://mairie.example/rgesn", "contesté", "Zoé", "'=2"),
        *("Retirer deux polices", "A, B", "2026-12", "faible"),
    ]
    assert (
        sheet.write(blank(SERVICE), "en")
        .decode("utf-8-sig")
        .splitlines()[1]
        .startswith("1.1;Strategy;Usefulness weighed against impact;priority;high;not assessed;")
    )


def test_what_falls_as_a_whole_comes_back_as_such() -> None:
    audit = blank(Service("Mairie", has_ai=False))
    again = v2.read(v2.write(v2.foreign(audit, date(2026, 11, 30)))).audit
    assert again.service.has_ai is False
    assert again.answers == audit.answers
    assert v2.read(v2.write(v2.foreign(blank(Service("Mairie")), date(2026, 11, 30)))).audit.service.has_ai is None
