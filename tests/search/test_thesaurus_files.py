"""The shipped thesaurus itself: complete, without doubles, its tags real, its words its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from communaux.cli.thesaurus import vocabularies
from communaux.engines.search import Case, Index, Parsed, check, copied_labels, evaluate, lost_labels, stats

DOMAINS = 34

pytestmark = pytest.mark.whole


def test_every_domain_is_covered(parsed: Parsed) -> None:
    counts = stats(parsed.thesaurus)
    assert len(counts) == DOMAINS
    assert {key: one.concepts for key, one in counts.items() if one.concepts < 12} == {}
    assert len(parsed.thesaurus.concepts) >= 450
    assert len(parsed.thesaurus.words) >= 2500


def test_the_files_have_no_fault(parsed: Parsed, shared: Path) -> None:
    categories = shared / "catalogues" / "publiccode" / "standard" / "categories-list.rst"
    known = vocabularies(shared / "search" / "entries.jsonl", categories)
    assert [str(problem) for problem in check(parsed, known)] == []


def test_each_label_finds_its_own_concept_first(parsed: Parsed) -> None:
    assert lost_labels(parsed.thesaurus) == []


def test_no_label_is_taken_from_a_public_case(parsed: Parsed, shared: Path) -> None:
    rows = json.loads((shared / "search" / "sample_cases.json").read_text(encoding="utf-8"))
    assert copied_labels(parsed.thesaurus, [(row["id"], row["need"]) for row in rows]) == []


@pytest.mark.parametrize("domain", ["eau", "messagerie", "ecole"])
def test_a_domain_serves_its_own_needs_and_leaves_the_others_alone(
    real: Index, cases: dict[str, list[Case]], domain: str
) -> None:
    """Its labels are silenced, its numbers kept: the same as removing the file, without analysing the entries again."""
    silent = Index(replace(real.parts, thesaurus=silenced(real, domain)))
    own = cases[domain]
    others = [case for name, rows in cases.items() if name != domain for case in rows[::4]]
    assert evaluate(silent, own).total.ndcg < evaluate(real, own).total.ndcg
    assert abs(evaluate(silent, others).total.ndcg - evaluate(real, others).total.ndcg) < 0.02


def silenced(index: Index, domain: str):
    thesaurus = index.parts.thesaurus
    mute = {
        "fr": (),
        "en": (),
        "everyday_fr": (),
        "everyday_en": (),
        "acronyms": (),
        "brands": (),
        "broader": (),
        "related": (),
    }
    concepts = tuple(replace(c, **mute) if c.domain == domain else c for c in thesaurus.concepts)
    return replace(thesaurus, concepts=concepts)
