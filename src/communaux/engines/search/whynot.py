"""Why an entry is not among the hits, or not higher: what it lacks, what removed it, how far it is from the tenth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from communaux.engines.search.found import Found
from communaux.engines.search.model import Concept, WhyNot
from communaux.engines.search.parts import Parts
from communaux.engines.search.reasons import matched
from communaux.engines.search.score import factor

SHOWN = 10


def explain_absence(parts: Parts, found: Found, concepts: Sequence[Concept], row: int) -> WhyNot:
    """Verdict on one entry of the index for one search."""
    held = {m.unit.word.text for m in matched(found.plan, found.scores, [row])[row]}
    words = [unit.word.text for unit in found.plan.units]
    removed = found.filters.removed_by(row)
    rank = _rank(parts, found, row) if not removed else None
    _, end = factor(parts.priors, np.array([row]), np.zeros(1), parts.weights)
    return WhyNot(
        id=parts.docs.ids[row],
        state="filtered" if removed else "no_match" if rank is None else "hit" if rank <= SHOWN else "below",
        rank=rank,
        gap=None if rank is None else _gap(parts, found, row, rank),
        words_missing=tuple(dict.fromkeys(word for word in words if word not in held)),
        words_found=tuple(dict.fromkeys(word for word in words if word in held)),
        concepts_missing=tuple(_lacking(parts, found, concepts, row)),
        removed_by=removed,
        stage_factor=float(end[0]),
    )


def _rank(parts: Parts, found: Found, row: int) -> int | None:
    """Place in the whole order: exact in the pool, by the score before bonuses below it."""
    place = np.flatnonzero(found.ranked.rows == row)
    if len(place):
        return int(place[0]) + 1
    final = _before_bonuses(parts, found)
    if final[row] <= 0:
        return None
    below = np.flatnonzero(found.allowed & (final > 0))
    below = below[~np.isin(below, found.ranked.rows)]
    ahead = (final[below] > final[row]) | ((final[below] == final[row]) & (below < row))
    return len(found.ranked.rows) + int(np.count_nonzero(ahead)) + 1


def _before_bonuses(parts: Parts, found: Found) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rows = np.arange(len(parts.docs))
    raised, end = factor(parts.priors, rows, found.near, parts.weights)
    return np.round(found.scores.total * raised * end, 6)


def _gap(parts: Parts, found: Found, row: int, rank: int) -> float:
    """Score of the tenth hit minus that of the entry; 0 within the first ten."""
    ranked = found.ranked
    if rank <= SHOWN:
        return 0.0
    own = ranked.final[rank - 1] if rank <= len(ranked.rows) else _before_bonuses(parts, found)[row]
    return max(0.0, round(float(ranked.final[SHOWN - 1] - own), 6))


def _lacking(parts: Parts, found: Found, concepts: Sequence[Concept], row: int) -> list[str]:
    """Functions asked for that the entry does not perform."""
    postings = parts.postings
    lacking = []
    for asked in found.plan.concepts:
        held = postings.concept_doc[postings.concept_ptr[asked.concept] : postings.concept_ptr[asked.concept + 1]]
        if asked.via is None and row not in held:
            lacking.append(concepts[asked.concept].id)
    return lacking
