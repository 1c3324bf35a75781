"""The score: words by BM25F and coverage, concepts, adjacency, theme, then priors and ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from communaux.engines.search.asked import Asked
from communaux.engines.search.forward import Floats, Ints, Longs
from communaux.engines.search.model import Doc
from communaux.engines.search.plan import Plan, Unit
from communaux.engines.search.postings import Postings
from communaux.engines.search.weights import Weights


@dataclass(frozen=True, slots=True)
class Gathered:
    """The postings of all alternatives of one word, end to end."""

    doc: Ints
    value: Floats  # w_a * idf(a) * tf~/(k1 + tf~)
    match: Floats  # w_a
    alternative: Ints


@dataclass(frozen=True, slots=True)
class Scores:
    """Per entry: words (sum of U), coverage, concepts, and their sum S before bonuses."""

    words: Floats
    coverage: Floats
    concepts: Floats
    total: Floats
    gathered: tuple[Gathered, ...]


def gather(postings: Postings, unit: Unit, *, sentence: bool) -> Gathered:
    """Postings of the alternatives of one word with their values."""
    impacts = postings.sentence if sentence else postings.keyword
    spans = [(int(postings.ptr[a.term]), int(postings.ptr[a.term + 1])) for a in unit.alternatives]
    lengths = np.array([end - start for start, end in spans], dtype=np.int64)
    if not lengths.sum():
        return Gathered(np.zeros(0, np.int32), np.zeros(0), np.zeros(0), np.zeros(0, np.int32))
    match = np.repeat(np.array([a.weight for a in unit.alternatives]), lengths)
    scale = np.repeat(np.array([a.weight * postings.idf[a.term] for a in unit.alternatives]), lengths)
    return Gathered(
        np.concatenate([postings.doc[start:end] for start, end in spans]),
        np.concatenate([impacts[start:end] for start, end in spans]) * scale,
        match,
        np.repeat(np.arange(len(spans), dtype=np.int32), lengths),
    )


def score(postings: Postings, plan: Plan, n_docs: int, weights: Weights, *, sentence: bool) -> Scores:
    """S(d) without bonuses for every entry."""
    words, covered, asked_for = np.zeros(n_docs), np.zeros(n_docs), 0.0
    gathered = tuple(gather(postings, unit, sentence=sentence) for unit in plan.units)
    for unit, found in zip(plan.units, gathered, strict=True):
        importance = unit.covers * unit.importance
        asked_for += importance
        if len(found.doc):
            words += unit.weight * _largest(found.doc, found.value, n_docs)
            covered += importance * _largest(found.doc, found.match, n_docs)
    coverage = covered / asked_for if asked_for else covered
    concepts = concept_scores(postings, plan.concepts, n_docs)
    total = words * (weights.cov_floor + (1 - weights.cov_floor) * coverage) + weights.concept * concepts
    return Scores(words, coverage, concepts, total, gathered)


def _largest(doc: Ints, value: Floats, n_docs: int) -> Floats:
    largest = np.zeros(n_docs)
    np.maximum.at(largest, doc, value)
    return largest


def concept_scores(postings: Postings, concepts: Sequence[Asked], n_docs: int) -> Floats:
    """K(d) = sum of q_k * s_kd * ln(1 + N/df_k)."""
    scores = np.zeros(n_docs)
    for asked in concepts:
        start, end = int(postings.concept_ptr[asked.concept]), int(postings.concept_ptr[asked.concept + 1])
        if end > start:
            scores[postings.concept_doc[start:end]] += (
                asked.strength * concept_idf(n_docs, end - start) * postings.concept_strength[start:end]
            )
    return scores


def concept_idf(n_docs: int, df: int) -> float:
    return round(math.log1p(n_docs / df), 9)


@dataclass(frozen=True, slots=True)
class Priors:
    """Factors of the final score that do not come from the text, by entry."""

    health: Floats
    adopt: Floats
    near: Floats
    end: Floats


def priors(docs: Sequence[Doc]) -> Priors:
    """0 where nothing is known; `end` holds 0 (alive), 1 (ended), 2 (stopped at investigation)."""
    return Priors(
        np.array([0.0 if d.prior.health is None else min(max(float(d.prior.health), 0.0), 1.0) for d in docs]),
        np.array([adoption(d.prior.adoptions) for d in docs]),
        np.array([nearness(d.prior.depth_near) for d in docs]),
        np.array([2.0 if d.prior.stopped_early else 1.0 if d.prior.ended else 0.0 for d in docs]),
    )


def adoption(reuses: int) -> float:
    """min(1, ln(1+n)/ln 51): fifty confirmed reuses say it all."""
    return min(1.0, round(math.log1p(max(reuses, 0)) / math.log(51), 9))


def nearness(depth: int | None) -> float:
    """1/(1+depth); unknown is 0."""
    return 0.0 if depth is None else 1.0 / (1.0 + max(depth, 0))


def factor(known: Priors, rows: Longs, near: Floats, weights: Weights) -> tuple[Floats, Floats]:
    """(1 + priors, end factor) for some entries."""
    raised = 1 + weights.p_health * known.health[rows] + weights.p_adopt * known.adopt[rows] + weights.p_near * near
    end = np.array([1.0, weights.ended, weights.stopped_early])[known.end[rows].astype(np.int64)]
    return raised, end


def relevance(coverage: float, total: float, weights: Weights) -> float:
    """rel = 0.6 cov + 0.4 S/(S + half), in [0, 1], 3 decimals."""
    return round(weights.rel_cov * coverage + (1 - weights.rel_cov) * total / (total + weights.half_score), 3)
