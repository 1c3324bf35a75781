"""From scores to an order: filters, pool, bonuses, priors, ends, known items first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from communaux.engines.search import adjacency, facets
from communaux.engines.search import score as scoring
from communaux.engines.search.facets import Mask
from communaux.engines.search.forward import Floats, Longs
from communaux.engines.search.fusion import rrf
from communaux.engines.search.intent import Known
from communaux.engines.search.model import Notice, Query
from communaux.engines.search.parts import Parts
from communaux.engines.search.plan import Plan
from communaux.engines.search.score import Scores
from communaux.engines.search.terms import Terms


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be shown: one mask per facet asked, and those of phrases and words to leave out."""

    facets: Mapping[str, Mask]
    phrase: Mask | None
    without: Mask | None
    notices: tuple[Notice, ...]

    def allowed(self, n_docs: int) -> Mask:
        mask = np.ones(n_docs, dtype=np.bool_)
        for one in self.facets.values():
            mask &= one
        return mask & self.text(n_docs)

    def text(self, n_docs: int) -> Mask:
        """Without the facets: quotes and words to leave out only."""
        mask = np.ones(n_docs, dtype=np.bool_)
        for one in (self.phrase, self.without):
            if one is not None:
                mask &= one
        return mask

    def removed_by(self, row: int) -> tuple[str, ...]:
        names = [name for name, mask in self.facets.items() if not mask[row]]
        names.extend(
            name
            for name, mask in (("phrase", self.phrase), ("without", self.without))
            if mask is not None and not mask[row]
        )
        return tuple(names)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The pool in order. Everything is aligned with `rows`."""

    rows: Longs
    final: Floats
    total: Floats  # S with bonuses
    near: Floats
    raised: Floats  # 1 + priors
    end: Floats
    adjacent: Mask
    theme: Mask
    known: tuple[Known, ...]

    def taken(self, order: Longs) -> Ranked:
        """The same rows in another order."""
        return _ranked([column[order] for column in self.columns()], self.known)

    def joined(self, other: Ranked) -> Ranked:
        """These rows, then those of another."""
        pairs = zip(self.columns(), other.columns(), strict=True)
        return _ranked([np.concatenate(pair) for pair in pairs], self.known)

    def columns(self) -> tuple[Any, ...]:
        """Everything aligned with the rows."""
        return (self.rows, self.final, self.total, self.near, self.raised, self.end, self.adjacent, self.theme)


def _ranked(columns: Sequence[Any], known: tuple[Known, ...]) -> Ranked:
    rows, final, total, near, raised, end, adjacent, theme = columns
    return Ranked(rows, final, total, near, raised, end, adjacent, theme, known)


def filters(parts: Parts, terms: Terms, query: Query, plan: Plan) -> Filters:
    """Masks of the facets, quotes and minus words of a query."""
    n_docs = len(parts.docs)
    kept, notices = facets.masks(parts.facets, query.facets, n_docs)
    notices.extend(
        Notice("unknown_theme", {"theme": theme})
        for theme in query.themes
        if parts.facets.rows(facets.THEME, theme) is None
    )
    phrase, absent = _phrases(parts, terms, plan)
    notices.extend(Notice("phrase_not_found", {"phrase": " ".join(forms)}) for forms in absent)
    return Filters(kept, phrase, _without(terms, plan, n_docs), tuple(notices))


def _phrases(parts: Parts, terms: Terms, plan: Plan) -> tuple[Mask | None, list[tuple[str, ...]]]:
    """Entries that hold the phrases; a phrase that no entry holds asks for its words only, and this is said."""
    mask: Mask | None = None
    absent: list[tuple[str, ...]] = []
    for forms in plan.typed.phrases:
        numbers = [terms.form_number(form) for form in forms]
        held = np.zeros(len(parts.docs), dtype=np.bool_)
        if all(number is not None for number in numbers):
            rows = terms.holding(forms[0])
            held[rows[adjacency.phrase(parts.forward, rows, [n for n in numbers if n is not None])]] = True
        if not held.any():
            absent.append(forms)
            continue
        mask = held if mask is None else mask & held
    return mask, absent


def _without(terms: Terms, plan: Plan, n_docs: int) -> Mask | None:
    if not plan.typed.without:
        return None
    mask = np.ones(n_docs, dtype=np.bool_)
    for forms in plan.typed.without:
        held = np.ones(n_docs, dtype=np.bool_)
        for form in forms:
            one = np.zeros(n_docs, dtype=np.bool_)
            one[terms.holding(form)] = True
            held &= one
        mask &= ~held
    return mask


def rank(
    parts: Parts,
    query: Query,
    plan: Plan,
    scores: Scores,
    allowed: Mask,
    near: Floats,
    known: Sequence[Known],
) -> Ranked:
    """Order the best of what is allowed; known items first."""
    first = tuple(k for k in known if allowed[k.row])
    rows = _pool(parts, scores, allowed, near, parts.weights.pool)
    rows = np.unique(np.concatenate([rows, np.array([k.row for k in first], dtype=np.int64)]))
    beside = adjacency.adjacent(parts.forward, parts.postings, rows, _pairs(plan))
    shared = _shared_theme(parts, query, rows)
    total = scores.total[rows] + parts.weights.adjacent * beside + parts.weights.theme * shared
    return _ordered(parts, rows, total, near, beside, shared, first)


def _ordered(
    parts: Parts, rows: Longs, total: Floats, near: Floats, beside: Mask, shared: Mask, first: tuple[Known, ...]
) -> Ranked:
    raised, end = scoring.factor(parts.priors, rows, near[rows], parts.weights)
    end[np.isin(rows, [k.row for k in first])] = 1.0
    final = np.round(total * raised * end, 6)
    place = {k.row: i for i, k in enumerate(first)}
    keys = [(place.get(row, len(place)), -value, row) for row, value in zip(rows.tolist(), final.tolist(), strict=True)]
    return Ranked(rows, final, total, near[rows], raised, end, beside, shared, first).taken(
        np.array(sorted(range(len(rows)), key=keys.__getitem__), dtype=np.int64)
    )


def fused(parts: Parts, ranked: Ranked, scores: Scores, near: Floats, others: Sequence[Sequence[int]]) -> Ranked:
    """The order of words fused with other orders by rank; known items stay first."""
    if not others:
        return ranked
    lists = [ranked.rows.tolist(), *others]
    fusion_scores = rrf(lists, parts.weights.rrf_k, [1.0] + [parts.weights.fuse_dense] * len(others))
    new = np.array(sorted(set(fusion_scores) - set(lists[0])), dtype=np.int64)
    none = np.zeros(len(new), dtype=np.bool_)
    tail = _ordered(parts, new, scores.total[new], near, none, none, ())
    both = ranked.joined(tail)
    first = {k.row: i for i, k in enumerate(ranked.known)}
    keys = [(first.get(row, len(first)), -round(fusion_scores[row], 9), row) for row in both.rows.tolist()]
    return both.taken(np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64))


def deep(parts: Parts, ranked: Ranked, scores: Scores, allowed: Mask, near: Floats, upto: int) -> Ranked:
    """The same order, and after the pool the other matches by their score without bonuses, if `upto` hits are asked for.

    The pool is the same for every page of a search, so that no hit is on two of them.
    """
    if len(ranked.rows) >= upto:
        return ranked
    below = (scores.total > 0) & allowed
    below[ranked.rows] = False
    rows = np.flatnonzero(below)
    none = np.zeros(len(rows), dtype=np.bool_)
    return ranked.joined(_ordered(parts, rows, scores.total[rows], near, none, none, ()))


def nearness(parts: Parts, query: Query) -> Floats:
    """1/(1+depth) of every entry: what the query says, else what is known, else 0."""
    if not query.territory_depths:
        return parts.priors.near
    near = parts.priors.near.copy()
    for identifier, depth in query.territory_depths.items():
        row = parts.docs.row(identifier)
        if row is not None:
            near[row] = scoring.nearness(depth)
    return near


def _pool(parts: Parts, scores: Scores, allowed: Mask, near: Floats, size: int) -> Longs:
    """The best rows before bonuses; ties at the edge all stay, so that the cut never depends on their order."""
    rows = np.flatnonzero((scores.total > 0) & allowed)
    if len(rows) <= size:
        return rows
    raised, end = scoring.factor(parts.priors, rows, near[rows], parts.weights)
    total = np.round(scores.total[rows] * raised * end, 6)
    cut = np.partition(total, len(total) - size)[len(total) - size]
    kept: Longs = rows[total >= cut]
    return kept


def _pairs(plan: Plan) -> list[tuple[list[int], list[int]]]:
    """Neighbouring words of the query, each as the terms it is itself."""
    own = [[a.term for a in unit.alternatives if a.kind in ("word", "spelling")] for unit in plan.units]
    return [(a, b) for a, b in pairwise(own) if a and b]


def _shared_theme(parts: Parts, query: Query, rows: Longs) -> Mask:
    shared = np.zeros(len(rows), dtype=np.bool_)
    for theme in query.themes:
        held = parts.facets.rows(facets.THEME, theme)
        if held is not None:
            shared |= np.isin(rows, held)
    return shared
