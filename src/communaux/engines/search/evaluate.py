"""Quality of an index on cases: nDCG@10, MRR@10 on grade 2, success@10, by language and by kind of need."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from communaux.engines.search.index import Index
from communaux.engines.search.model import Case, CaseScore, Means, Metrics

DEPTH = 10


def evaluate(index: Index, cases: Iterable[Case]) -> Metrics:
    """Metrics of `index` on `cases`; entries not listed in a case count 0."""
    return evaluate_ranking(index.ids, cases)


def evaluate_ranking(search: Callable[[str], Sequence[str]], cases: Iterable[Case]) -> Metrics:
    """The same for anything that gives ids for a text: peers are measured by the same code."""
    listed = list(cases)
    scores = tuple(score_case(case, search(case.need)[:DEPTH]) for case in listed)
    languages = _groups(((case.lang or "?",) for case in listed), scores)
    return Metrics(means(scores), languages, _groups((case.features for case in listed), scores), scores)


def score_case(case: Case, ids: Sequence[str]) -> CaseScore:
    """nDCG with gain 2^grade - 1 and log2 discount; reciprocal rank of the first grade 2; any listed entry found."""
    gains = [2 ** case.relevant.get(i, 0) - 1 for i in ids]
    ideal = sorted((2**grade - 1 for grade in case.relevant.values()), reverse=True)[:DEPTH]
    best = _dcg(ideal)
    listed = [rank for rank, i in enumerate(ids, 1) if case.relevant.get(i, 0) > 0]
    full = [rank for rank, i in enumerate(ids, 1) if case.relevant.get(i, 0) >= 2]
    return CaseScore(
        case.id,
        _dcg(gains) / best if best else 0.0,
        1 / full[0] if full else 0.0,
        1.0 if listed else 0.0,
        listed[0] if listed else None,
        tuple(ids),
    )


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def means(scores: Sequence[CaseScore]) -> Means:
    n = len(scores)
    if not n:
        return Means(0, 0.0, 0.0, 0.0)
    return Means(n, sum(s.ndcg for s in scores) / n, sum(s.rr for s in scores) / n, sum(s.success for s in scores) / n)


def _groups(keys: Iterable[Sequence[str]], scores: Sequence[CaseScore]) -> Mapping[str, Means]:
    grouped: dict[str, list[CaseScore]] = {}
    for names, score in zip(keys, scores, strict=True):
        for name in names:
            grouped.setdefault(name, []).append(score)
    return {name: means(grouped[name]) for name in sorted(grouped)}


def moved(before: Metrics, after: Metrics, least: float = 0.01) -> list[tuple[CaseScore, CaseScore]]:
    """Cases of both whose nDCG changed by at least `least`, worst loss first."""
    earlier = {score.id: score for score in before.cases}
    pairs = [(earlier[s.id], s) for s in after.cases if s.id in earlier and abs(s.ndcg - earlier[s.id].ndcg) >= least]
    return sorted(pairs, key=lambda pair: (pair[1].ndcg - pair[0].ndcg, pair[1].id))
