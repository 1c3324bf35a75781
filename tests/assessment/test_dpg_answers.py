"""Screening answers of the DPGA: all of them read, nothing lost, the same twice is nothing, what a person said stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assessment.answering import answered
from calling import Program
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment import bringing, dpg_answers, services_answers
from communaux.assessment import queries_answers as reads
from communaux.assessment.models import Answer
from communaux.catalogue.models import Commons, Identifier
from communaux.cli import main
from communaux.core.errors import BadRequest, NotAllowed
from communaux.core.models import Entry, Person

PRODUCT: dict[str, Any] = {
    "name": "Outil d’exemple",
    "clearOwnership": {"isOwnershipExplicit": "Yes", "copyrightURL": "https://demo.example/about"},
    "platformIndependence": {"mandatoryDepsCreateMoreRestrictions": "Yes", "isSoftwarePltIndependent": "No"},
    "documentation": {"isDocumentationAvailable": "Yes", "documentationURL": ["https://demo.example/docs"]},
    "NonPII": {"collectsNonPII": "Yes", "checkNonPIIAccessMechanism": "", "nonPIIAccessMechanism": "REST"},
    "privacy": {"isPrivacyCompliant": "Unknown", "privacyComplianceList": [], "adherenceSteps": []},
    "standards": {
        "supportStandards": "Yes",
        "standardsList": ["HTTP"],
        "evidenceStandardSupport": [],
        "implementBestPractices": "No",
        "bestPracticesList": ["<b>Agile</b>"],
    },
    "doNoHarm": {
        "preventHarm": {"stepsToPreventHarm": "Yes"},
        "dataPrivacySecurity": {"collectsPII": "No", "ensurePrivacySecurity": "Yes"},
        "inappropriateIllegalContent": {"collectStoreDistribute": "Yes", "illegalContentDetection": "Yes"},
        "protectionFromHarassment": {"userInteraction": "No"},
    },
    "locations": {"developmentCountries": ["France"]},
}
VALUES = {
    "clear_ownership": "yes",
    "no_closed_dependency": "no",
    "documentation": "yes",
    "data_export": "unknown",
    "privacy_law": "unknown",
    "open_standards": "yes",
    "best_practices": "no",
    "no_harm": "yes",
    "data_security": "not_applicable",
    "illegal_content": "yes",
    "harassment": "not_applicable",
}


def leaves(told: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(told, dict):
        for name, one in told.items():
            yield from leaves(one, (*at, name))
    else:
        yield at, told


@pytest.fixture
def screening(shared: Path) -> bytes:
    file = shared / "catalogues" / "dpga" / "screening-2024.json"
    if not file.is_file():
        pytest.skip("the screening answers of the DPGA are not among the shared public data")
    return file.read_bytes()


@pytest.fixture
def tool(cast: Cast) -> Commons:
    cast.commons.identifiers.create(scheme="dpga", value="outil")
    return cast.commons


def brought(desk: Person, *products: dict[str, Any]) -> bringing.Brought:
    content = json.dumps(dict(zip(("outil", "ailleurs"), products, strict=False))).encode()
    return bringing.bring_dpg(desk, content, at=NOW)


def test_a_product_answers_our_questions() -> None:
    found = dpg_answers.answers(PRODUCT)
    assert {code: one.value for code, one in found.items()} == VALUES
    assert found["best_practices"].text == "<b>Agile</b>"
    assert found["open_standards"].told == {
        "supportStandards": "Yes",
        "standardsList": ["HTTP"],
        "evidenceStandardSupport": [],
    }
    assert found["clear_ownership"].text == "https://demo.example/about"
    assert dpg_answers.unread(PRODUCT | {"carbon": {"kg": 1}}) == ["carbon"]


def test_all_161_entries_are_read_and_nothing_is_lost(screening: bytes) -> None:
    products = dpg_answers.read(screening)
    assert len(products) == 161
    for key, product in products.items():
        kept = {leaf for said in dpg_answers.answers(product).values() for leaf in _spelt(said.told)}
        given = {leaf for name, part in product.items() if name not in {"name", "locations"} for leaf in _spelt(part)}
        assert (key, given - kept) == (key, set())
        assert dpg_answers.unread(product) == []


def _spelt(told: Any) -> set[tuple[str, str]]:
    """Last name and value of each leaf."""
    return {(path[-1], json.dumps(one)) for path, one in leaves(told)}


@pytest.mark.django_db
def test_the_whole_file_on_a_desk(desk: Person, screening: bytes) -> None:
    products = list(dpg_answers.read(screening))
    for key in products[:-3]:
        Identifier.objects.create(scheme="dpga", value=key, commons=CommonsFactory(slug=f"dpg-{key}"[:120]))
    first = bringing.bring_dpg(desk, screening, at=NOW)
    assert (first.products, first.answers, first.new) == (161, 1771, 158 * 11)
    assert [key for key, _name in first.without] == products[-3:]
    assert all(name for _key, name in first.without)
    assert Answer.objects.count() == 158 * 11
    lines = Entry.objects.count()
    assert bringing.bring_dpg(desk, screening, at=NOW).new == 0
    assert (Entry.objects.count(), Answer.objects.count()) == (lines, 158 * 11)
    assert set(Answer.objects.values_list("source", "state")) == {("import", "standing")}


@pytest.mark.django_db
def test_what_is_brought_in_is_declared_and_no_more(desk: Person, tool: Commons) -> None:
    found = brought(desk, PRODUCT, PRODUCT | {"name": "Autre"})
    assert (found.new, found.without) == (11, (("ailleurs", "Autre"),))
    levels = {code: one.level for code, one in reads.read_all(tool, NOW.date()).items() if one.answer}
    assert levels == {code: int(value in {"yes", "not_applicable"}) for code, value in VALUES.items()}
    line = Entry.objects.get(act="assessment.import_answers")
    assert (line.subject_id, line.after) == (
        str(tool.pk),
        {"answers_brought": 11, "answers_from": "outil"},
    )


@pytest.mark.django_db
def test_what_a_person_said_stands_and_what_was_withdrawn_stays_away(desk: Person, tool: Commons, cast: Cast) -> None:
    mine = answered(cast, "documentation", by="editor", text="La nôtre.")
    brought(desk, PRODUCT)
    assert reads.standing(tool, "documentation") == mine
    there = reads.standing(tool, "clear_ownership")
    assert there is not None
    services_answers.withdraw_answer(cast["editor"], there, at=NOW)
    changed = PRODUCT | {"NonPII": {"collectsNonPII": "No"}}
    assert brought(desk, changed).new == 1
    assert reads.standing(tool, "clear_ownership") is None
    assert [one.value for one in Answer.objects.filter(question="data_export").order_by("pk")] == [
        "unknown",
        "not_applicable",
    ]


@pytest.mark.django_db
def test_only_who_looks_after_the_desk_brings_in(tool: Commons, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        brought(cast["editor"], PRODUCT)
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"a": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_none(content: bytes) -> None:
    with pytest.raises(BadRequest):
        dpg_answers.read(content)


def test_signs_that_no_database_keeps_are_left_out() -> None:
    given = b'{"a\\u0000": {"privacy": {"adherenceSteps": ["GD\\u0000PR", "\\ud800x"]}}}'
    assert dpg_answers.read(given) == {"a": {"privacy": {"adherenceSteps": ["GDPR", "x"]}}}


def test_sections_that_are_no_sections_answer_nothing() -> None:
    assert dpg_answers.answers({"name": "x", "privacy": "Yes", "doNoHarm": [1]}) == {}


@pytest.mark.django_db
def test_the_command(tool: Commons, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "screening.json"
    file.write_text(json.dumps({"outil": PRODUCT, "ailleurs": PRODUCT | {"name": "Autre"}}), "utf-8")
    assert main(["answers", "import-dpg", str(file)]) == 1
    told = capsys.readouterr().out
    assert ("2 products, 22 answers read, 11 new" in told, "  ailleurs: Autre" in told) == (True, True)
    file.write_text(json.dumps({"outil": PRODUCT}), "utf-8")
    assert main(["answers", "import-dpg", str(file)]) == 0
    assert "1 products, 11 answers read, 0 new" in capsys.readouterr().out
    assert main(["answers", "import-dpg", str(tmp_path / "absent.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.django_db
def test_page_and_api_say_the_same(desk: Person, tool: Commons, cast: Cast) -> None:
    brought(desk, PRODUCT)
    told = Program().get("/assessment/commons/umap/answers").json()
    found = {one["code"]: one for one in told["questions"]}
    read = reads.read_all(tool, NOW.date())
    assert {code: (one["level"], one["answer"] and one["answer"]["value"]) for code, one in found.items()} == {
        code: (one.level, one.answer and one.answer.value) for code, one in read.items()
    }
    assert found["clear_ownership"]["answer"]["text"] == "https://demo.example/about"
    points = {frame["code"]: {one["ref"]: one["level"] for one in frame["points"]} for frame in told["frames"]}
    assert points["dpg"] == {
        "1": 0,
        "2": 0,
        "3": 1,
        "4": 0,
        "5": 1,
        "6": 0,
        "7": 0,
        "8": 0,
        "9": 1,
        "9a": 1,
        "9b": 1,
        "9c": 1,
    }
    assert [frame["alpha"] for frame in told["frames"]] == [None, None, None]
