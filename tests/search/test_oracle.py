"""The scorer against a naive one made of dictionaries: same entries, same scores, for words, runs and concepts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.engines.search import Doc, Index, Query, Thesaurus, Weights, build, fields
from communaux.engines.search.forward import Analyser
from communaux.engines.search.score import score
from communaux.engines.search.text import stem_en, stem_fr

VOCABULARY = [
    "vélo",
    "bike",
    "agenda",
    "salle",
    "réservation",
    "room",
    "booking",
    "pain",
    "école",
    "carte",
    "GIS",
    "le",
    "village",
]
SENTENCES = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join)
DOCS = st.lists(
    st.builds(
        lambda name, short, long, tags, lang: Doc("", (name,), lang, short, long, tags),
        st.sampled_from(VOCABULARY),
        SENTENCES,
        SENTENCES,
        st.lists(st.sampled_from(VOCABULARY), max_size=2).map(tuple),
        st.sampled_from([("fr",), ("en",), ("fr", "en"), (), ("it",)]),
    ),
    min_size=1,
    max_size=6,
).map(lambda docs: [Doc(f"d{i}", d.names, d.lang, d.short, d.long, d.tags) for i, d in enumerate(docs)])


def naive(index: Index, docs: list[Doc], query: str, sentence: bool) -> dict[str, float]:
    """S(d) without bonuses, straight from the formula."""
    weights, plan = index.parts.weights, index._planner.plan(Query(query))
    matcher = index._matcher
    analyser = Analyser(matcher)
    entries = {doc.id: analyser.analyse(doc) for doc in docs}
    held = {doc.id: occurrences(doc, pairs(entries[doc.id].words), pairs(entries[doc.id].runs)) for doc in docs}
    lengths = {doc.id: Counter(f for f, form in pairs(entries[doc.id].words) if form) for doc in docs}
    average = {f: mean([lengths[doc.id][f] for doc in docs if lengths[doc.id][f]]) for f in range(6)}
    df = Counter(term for terms in held.values() for term in {term for _, term in terms})
    scores = {}
    for doc in docs:
        tf: dict[str, float] = {}
        for field, term in held[doc.id]:
            w, b = weights.fields()[field]
            w *= weights.name_in_sentence if sentence and field == fields.NAME else 1
            tf[term] = tf.get(term, 0) + w / (1 - b + b * lengths[doc.id][field] / average[field])
        words = covered = asked = 0.0
        for unit in plan.units:
            best = match = 0.0
            for alternative in unit.alternatives:
                term = index.parts.postings.terms[alternative.term]
                if term in tf:
                    idf = math.log(1 + (len(docs) - df[term] + 0.5) / (df[term] + 0.5))
                    best = max(best, alternative.weight * idf * tf[term] / (weights.k1 + tf[term]))
                    match = max(match, alternative.weight)
            words += unit.weight * best
            covers = weights.frame_cov if unit.word.frame else 1.0
            covered += covers * unit.importance * match
            asked += covers * unit.importance
        coverage = covered / asked if asked else 0
        performing = {k: sum(k in e.concepts for e in entries.values()) for k in range(len(matcher.number))}
        concepts = sum(
            one.strength
            * entries[doc.id].concepts.get(one.concept, 0)
            * math.log(1 + len(docs) / performing[one.concept])
            for one in plan.concepts
            if performing[one.concept]
        )
        scores[doc.id] = words * (weights.cov_floor + (1 - weights.cov_floor) * coverage) + weights.concept * concepts
    return scores


def pairs(by_field: Mapping[int, Sequence[str]]) -> list[tuple[int, str]]:
    return [(field, text) for field, texts in by_field.items() for text in texts]


def occurrences(doc: Doc, words: list[tuple[int, str]], runs: list[tuple[int, str]]) -> list[tuple[int, str]]:
    mask = fields.languages(doc)
    found = list(runs)
    for field, form in words:
        stems = set()
        if form.startswith("^"):
            stems = {form}
        elif form:
            stems = ({stem_fr(form)} if mask & fields.FRENCH else set()) | (
                {stem_en(form)} if mask & fields.ENGLISH else set()
            )
        found.extend((field, stem) for stem in stems)
    return found


def mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 1.0


@settings(max_examples=40, deadline=None)
@given(docs=DOCS, query=SENTENCES, sentence=st.booleans())
def test_the_scorer_agrees_with_the_formula(words: Thesaurus, docs: list[Doc], query: str, sentence: bool) -> None:
    index = build(docs, words)
    plan = index._planner.plan(Query(query))
    scores = score(index.parts.postings, plan, len(docs), index.parts.weights, sentence=sentence)
    for row, doc in enumerate(docs):
        assert scores.total[row] == pytest.approx(naive(index, docs, query, sentence)[doc.id], abs=1e-5)


def test_the_oracle_sees_something(words: Thesaurus, few: list[Doc], small: Index) -> None:
    scores = naive(small, few, "réservation de salle", sentence=True)
    assert max(scores, key=lambda i: scores[i]) == "salle"
    assert scores["velo"] == 0


def test_weights_say_their_fields_in_order() -> None:
    weights = Weights(w_name=1, w_short=2, w_tags=3, w_long=4, w_orgs=5, w_minor=6)
    assert [w for w, _ in weights.fields()] == [1, 2, 3, 4, 5, 6]
    assert fields.FIELDS == ("name", "short", "tags", "long", "orgs", "minor")
