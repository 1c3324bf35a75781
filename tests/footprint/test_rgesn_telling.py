"""What a person reads of an audit, and what a program gets: no letter, nothing hidden, French as it is written."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from footprint.audits import PAGE, SERVICE, TODAY, audit, line

from communaux.data import footprint_words, rgesn_2024
from communaux.engines.footprint.rgesn import compare, declaration, telling
from communaux.engines.footprint.rgesn.audit import Audit, Evidence, Finding, blank
from communaux.engines.footprint.rgesn.display import mark
from communaux.engines.footprint.rgesn.score import Score

FULL = replace(
    audit(
        {
            "1.1": replace(line("1.1", "conforming"), evidence=(PAGE, Evidence("file", "ab" * 32))),
            "1.2": replace(
                line("1.2", "not_conforming"), action="Interroger dix personnes", owners=("ZM",), due="2026-12"
            ),
            "1.3": Finding("1.3", "conforming"),
            "4.8": line("4.8", "not_applicable"),
            "5.1": replace(
                line("5.1", "conforming"),
                review="contested",
                reviewed_by="Ana",
                remark="Deux PNG.",
                action="Convertir",
            ),
        },
        replace(SERVICE, has_ai=False),
    ),
    auditor="Zoé Martin",
    organisation="Coopérative",
    started_on=date(2026, 9, 1),
    pages=("https://mairie.example/",),
    blocks={"terminals": "Téléphone de 2017", "contact": "dsi@mairie.example"},
)


def texts(whole: Audit, lang: str) -> dict[str, str]:
    """Everything that is told of an audit."""
    found = {
        "report": telling.told(whole, TODAY, lang),
        "declaration": telling.declared(whole, TODAY, lang),
        "mark": telling.marked(mark(whole, TODAY), lang),
        "diff": telling.differences(compare.diff(blank(SERVICE), whole, TODAY), lang),
    }
    return {name: "\n".join(lines) for name, lines in found.items()}


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("whole", [FULL, blank(SERVICE)], ids=["full", "blank"])
def test_no_letter_no_seal_and_no_hole(whole: Audit, lang: str) -> None:
    for name, text in texts(whole, lang).items():
        assert re.search(r"(?<![\w’'.])[A-G](?![\w’'.])", text) is None, name
        assert re.search(r"label|sceau|seal|certifi(?!e rien|es nothing)|None|\{|\}", text, re.IGNORECASE) is None, name
    told = json.dumps(declaration.as_json(whole, TODAY), ensure_ascii=False)
    assert re.search(r'"(grade|letter|rank|label)"|"[A-G]"', told) is None


def test_the_mark_in_words_says_all_that_it_shows() -> None:
    assert texts(FULL, "fr")["mark"].splitlines() == [
        "Repère d’écoconception, Mairie de Chambéry\u00a0: 3 sur 100, auto-évalué.",
        "Critères évalués\u00a0: 3 sur 70 (4\u00a0%)",
        "Critères conformes avec une preuve valable\u00a0: 1 sur 2 (50\u00a0%)",
        "Audit du 01/09/2026",
        "Lignes contestées par la revue\u00a0: 1",
        "Plus ancien appareil qui convient\u00a0: Téléphone de 2017",
        "Poids et requêtes par page\u00a0: non renseigné",
        "Hébergement\u00a0: non renseigné",
        "Ce repère montre un avancement\u202f; il ne certifie rien.",
    ]
    third = mark(replace(FULL, mode="third_party", reviewer="Ana"), TODAY)
    assert next(telling.marked(third, "en")) == "Ecodesign mark, Mairie de Chambéry: 3 of 100, reviewed by Ana."
    assert next(telling.marked(replace(third, reviewed_on=TODAY), "en")).endswith("reviewed by Ana on 2026-11-30.")
    nothing = replace(third, bar=None, score=Score(not_applicable=78))
    assert list(telling.marked(nothing, "en"))[:3] == [
        "Ecodesign mark, Mairie de Chambéry: nothing to count, reviewed by Ana.",
        "Criteria assessed: nothing to count",
        "Criteria that conform with evidence that holds: nothing to count",
    ]


def test_the_report() -> None:
    lines = texts(FULL, "en")["report"].splitlines()
    assert lines[:5] == [
        "RGESN 2024 audit: Mairie de Chambéry",
        "Progress: 3 of 100",
        "Criteria assessed: 3 of 70 (4%)",
        "Criteria that conform with evidence that holds: 1 of 2 (50%)",
        "On the criteria that were assessed alone: 65 of 100",
    ]
    assert lines[5] == "Conform: 2 · do not: 1 · do not apply: 8 · not assessed: 67"
    assert "  9. Algorithms: nothing to count" in lines
    assert lines[-1] == "- 1.3: to conform, it takes evidence, or a justification of 40 characters at least."
    assert "These lines do not hold" not in texts(blank(SERVICE), "en")["report"]
    assert next(telling.scored(Score(), "en")) == "Progress: nothing to count, no criterion applies"


def test_the_declaration_tells_lines_evidence_review_and_plan() -> None:
    text = texts(FULL, "fr")["declaration"]
    lines = text.splitlines()
    assert lines[1:5] == [
        "https://mairie.example",
        "site ou application web · auto-évaluation · brouillon",
        "Audit par Zoé Martin, Coopérative",
        "Audit du 01/09/2026",
    ]
    assert len(re.findall(r"^  \d\.\d+ ", text, re.MULTILINE)) == 78
    for expected in (
        "    preuve\u00a0: page, https://mairie.example/rgesn, jusqu’au 01/09/2027",
        f"    preuve\u00a0: fichier, {'ab' * 32}",
        "    revue\u00a0: contesté (Ana)",
        "    Deux PNG.",
        "    Rien de tel.",
        "  1.3 Référent écoconception nommé\u00a0: non évalué",
        "  9.1 Besoin d’entraînement mis en question\u00a0: non applicable",
        "Plan d’action\u00a0:",
        "  1.2\u00a0: Interroger dix personnes (ZM, 2026-12)",
        "  5.1\u00a0: Convertir",
        "  https://mairie.example/",
        "Contact\u00a0: dsi@mairie.example",
        "Débit minimal\u00a0: non renseigné",
        "Critères à détailler dans la déclaration\u00a0: 1.3",
    ):
        assert expected in lines
    assert rgesn_2024()["address"] in lines[-1]
    bare = texts(replace(blank(replace(SERVICE, url=""))), "fr")["declaration"].splitlines()
    assert bare[1] == "site ou application web · auto-évaluation · brouillon"
    assert "Plan d’action\u00a0:" not in bare
    whole = replace(blank(SERVICE), blocks=dict.fromkeys(footprint_words()["rgesn_block"], "dit"))
    assert "À compléter" not in texts(whole, "fr")["declaration"]


def test_what_changed_between_two_audits() -> None:
    assert texts(FULL, "fr")["diff"].splitlines() == [
        "Avancement\u00a0: de 0 à 4 sur 100",
        "Évalués pour la première fois",
        "  1.1 Utilité du service pesée face à ses impacts\u00a0: non évalué → conforme",
        "  1.2 Publics visés et besoins réels connus\u00a0: non évalué → non conforme",
        "  1.3 Référent écoconception nommé\u00a0: non évalué → conforme",
        "  5.1 Format efficace des images\u00a0: non évalué → conforme",
        "Devenus non applicables",
        "  4.8 Peu de polices à télécharger\u00a0: non évalué → non applicable",
        *[
            f"  {one.number} {one.titles['fr']}\u00a0: non évalué → non applicable"
            for one in FULL.criteria
            if one.theme.number == 9
        ],
    ]
    same = compare.diff(FULL, FULL, TODAY)
    assert list(telling.differences(same, "en")) == ["Progress: from 4 to 4 of 100", "No answer has changed."]
    without = compare.diff(replace(FULL, service=SERVICE), FULL, TODAY)
    assert list(telling.differences(without, "en"))[1] == "The score rises only because criteria no longer apply."
    nothing = Score(not_applicable=78)
    assert (
        next(telling.differences(replace(same, before=nothing), "en")) == "Progress: from nothing to count to 4 of 100"
    )
    told = compare.as_json(without)
    assert (told["only_na"], len(told["changes"])) == (True, 7)
    assert told["changes"][0] == {
        "criterion": "9.1",
        "kind": "became_na",
        "before": "not_assessed",
        "after": "not_applicable",
    }


def test_the_declaration_for_programs() -> None:
    told = json.loads(json.dumps(declaration.as_json(FULL, TODAY)))
    assert told["format"] == "communaux.rgesn-declaration/1"
    assert told["score"]["shown"] == 3
    assert told["score"]["exact"] == "275/89"
    assert (told["score"]["share_assessed"], told["score"]["share_proven"]) == ("3/70", "1/2")
    assert told["themes"]["9"]["shown"] is None
    assert (told["not_held"], told["undetailed"]) == ([{"criterion": "1.3", "why": "conforming_unproven"}], ["1.3"])
    assert "contact" not in told["missing"]
    assert len(told["lines"]) == 78
    assert told["lines"][0]["evidence"][0] == {
        "kind": "url",
        "locator": "https://mairie.example/rgesn",
        "valid_until": "2027-09-01",
    }
    assert (told["started_on"], told["closed_on"], told["on"]) == ("2026-09-01", None, "2026-11-30")


@pytest.mark.parametrize("table", [name for name in footprint_words() if name.startswith("rgesn")] + ["errors"])
def test_french_is_written_as_french(table: str) -> None:
    for code, one in footprint_words()[table].items():
        text = re.sub(r"# scrape_at: \S+|\d\d:\d\d|https?://", "x", one["fr"])  # what is typed, not said
        assert re.search("'| [:;!?»%]|« |[^\u00a0]:|[^\u202f][;!?]|[^\u00a0]»|«[^\u00a0]", text) is None, (code, text)
