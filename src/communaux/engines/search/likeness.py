"""How alike two entries are: each read as a query, the other as what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from communaux.engines.search import fields
from communaux.engines.search.forward import Analyser, Floats
from communaux.engines.search.model import Doc, Query
from communaux.engines.search.parts import Parts
from communaux.engines.search.plan import Plan
from communaux.engines.search.planner import Planner
from communaux.engines.search.score import concept_idf, relevance
from communaux.engines.search.text import stems_en, stems_fr
from communaux.engines.search.weights import Weights


@dataclass(frozen=True, slots=True)
class Profile:
    """One entry, of this index or not, as the scorer sees it: saturated tf~ by term, strength by concept."""

    impacts: Mapping[str, float]
    concepts: Mapping[int, float]


def profile(doc: Doc, analyser: Analyser, averages: Floats, weights: Weights) -> Profile:
    """Impacts of an entry with the field lengths of an index, as in a sentence query."""
    entry = analyser.analyse(doc)
    mask = fields.languages(doc)
    lengths = {field: sum(1 for form in forms if form) for field, forms in entry.words.items()}
    tf: dict[str, float] = {}
    runs = [(field, run) for field, found in entry.runs.items() for run in found]
    for field, term in [*_stems(entry.words, mask), *runs]:
        w, b = weights.fields()[field]
        w *= weights.name_in_sentence if field == fields.NAME else 1.0
        tf[term] = tf.get(term, 0.0) + w / (1 - b + b * lengths[field] / float(averages[field]))
    return Profile({term: value / (weights.k1 + value) for term, value in tf.items()}, entry.concepts)


def _stems(words: Mapping[int, Sequence[str]], mask: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for field, forms in words.items():
        views = [stems_fr(forms)] if mask & fields.FRENCH else []
        if mask & fields.ENGLISH:
            views.append(stems_en(forms))
        found.extend((field, stem) for stems in zip(*views, strict=True) for stem in dict.fromkeys(stems) if stem)
    return found


def rel(parts: Parts, plan: Plan, other: Profile) -> float:
    """rel of one entry read as a query to the profile of another, in [0, 1]."""
    weights, terms, idf = parts.weights, parts.postings.terms, parts.postings.idf
    words = covered = asked_for = concepts = 0.0
    for unit in plan.units:
        held = [(a, other.impacts.get(terms[a.term], 0.0)) for a in unit.alternatives]
        words += unit.weight * max((a.weight * float(idf[a.term]) * impact for a, impact in held), default=0.0)
        covered += unit.covers * unit.importance * max((a.weight for a, impact in held if impact > 0), default=0.0)
        asked_for += unit.covers * unit.importance
    for asked in plan.concepts:
        df = int(parts.postings.concept_ptr[asked.concept + 1] - parts.postings.concept_ptr[asked.concept])
        concepts += asked.strength * other.concepts.get(asked.concept, 0.0) * concept_idf(len(parts.docs), max(df, 1))
    coverage = covered / asked_for if asked_for else 0.0
    total = words * (weights.cov_floor + (1 - weights.cov_floor) * coverage) + weights.concept * concepts
    return relevance(coverage, total, weights)


def similarity(parts: Parts, planner: Planner, analyser: Analyser, a: Doc, b: Doc) -> float:
    """Mean of rel(a -> b) and rel(b -> a), 3 decimals."""
    averages = parts.postings.average
    there, here = (profile(doc, analyser, averages, parts.weights) for doc in (b, a))
    forth = rel(parts, planner.plan(Query(_text(a))), there)
    back = rel(parts, planner.plan(Query(_text(b))), here)
    return round((forth + back) / 2, 3)


def _text(doc: Doc) -> str:
    """An entry as one would ask for it; quotes and minus signs are only text here."""
    shorts, longs = [one.short for one in doc.wordings], [one.long for one in doc.wordings]
    text = " ".join((*doc.names, doc.short, *shorts, *doc.tags, doc.long, *longs))
    return " ".join(word.lstrip("-") for word in text.replace('"', " ").replace("«", " ").replace("»", " ").split())
