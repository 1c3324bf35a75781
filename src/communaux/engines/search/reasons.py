"""Why a hit is there: the part of its score each word, concept and prior gave, the words as its text has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from communaux.engines.search import excerpt
from communaux.engines.search.adjacency import Mask, among
from communaux.engines.search.asked import Asked
from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.found import Found
from communaux.engines.search.intent import Known
from communaux.engines.search.model import Doc, Excerpt, Reason, ReasonKind
from communaux.engines.search.parts import Parts
from communaux.engines.search.plan import Alternative, Plan, Unit
from communaux.engines.search.score import Scores, concept_idf
from communaux.engines.search.terms import Terms
from communaux.engines.search.text import clean


@dataclass(frozen=True, slots=True)
class Matched:
    """The best alternative of one query word in one entry, and U."""

    unit: Unit
    alternative: Alternative
    value: float


def matched(plan: Plan, scores: Scores, rows: Sequence[int]) -> dict[int, list[Matched]]:
    """For each of some entries, each query word found in it and what gave its score."""
    found: dict[int, list[Matched]] = {row: [] for row in rows}
    shown = among(rows, len(scores.total))
    for unit, gathered in zip(plan.units, scores.gathered, strict=True):
        best: dict[int, int] = {}
        for place in np.flatnonzero(shown[gathered.doc]).tolist():
            row = int(gathered.doc[place])
            if row not in best or gathered.value[place] > gathered.value[best[row]]:
                best[row] = place
        for row, place in best.items():
            alternative = unit.alternatives[gathered.alternative[place]]
            found[row].append(Matched(unit, alternative, float(gathered.value[place]) * unit.weight))
    return found


class Explainer:
    """Reasons and excerpts for some hits of one query: those at `places` of its ranking."""

    def __init__(self, parts: Parts, terms: Terms, matcher: ConceptMatcher, found: Found, places: range) -> None:
        self._parts = parts
        self._terms = terms
        self._matcher = matcher
        self._reader = found.query.reader
        self._plan = found.plan
        self._scores = found.scores
        self._ranked = found.ranked
        self._known = {known.row: known for known in found.ranked.known}
        rows = found.ranked.rows[places.start : places.stop].tolist()
        self._matched = matched(found.plan, found.scores, rows)
        self._performed = self._performed_by(rows)
        self._asked = self._stems_of([m.alternative.term for one in self._matched.values() for m in one])

    def explain(self, place: int) -> tuple[tuple[Reason, ...], Excerpt]:
        """Reasons of the hit at a place of the ranking, largest share first, and its excerpt."""
        row = int(self._ranked.rows[place])
        doc = self._parts.docs[row]
        found = self._matched[row]
        shown, written = excerpt.make(doc, self._forms(row, [m.alternative.term for m in found]), self._reader)
        if row in self._known:
            return tuple(self._known_reasons(self._known[row], place, doc)), shown
        parts = [*self._words(found, row, doc, written), *self._concepts(row, doc), *self._bonuses(place, row, doc)]
        return tuple(_shared(parts) + self._stage(place)), shown

    def _performed_by(self, rows: Sequence[int]) -> dict[int, list[tuple[Asked, float, int]]]:
        """For each entry shown, the functions asked for that it performs: (asked, strength, entries that perform it)."""
        postings = self._parts.postings
        performed: dict[int, list[tuple[Asked, float, int]]] = {row: [] for row in rows}
        shown = among(rows, len(self._parts.docs))
        for asked in self._plan.concepts:
            start, end = int(postings.concept_ptr[asked.concept]), int(postings.concept_ptr[asked.concept + 1])
            for place in (start + np.flatnonzero(shown[postings.concept_doc[start:end]])).tolist():
                strength = float(postings.concept_strength[place])
                performed[int(postings.concept_doc[place])].append((asked, strength, end - start))
        return performed

    def _forms(self, row: int, terms: Sequence[int]) -> dict[str, list[frozenset[str]]]:
        """For each term, and each of its stems if it is a run, the forms an entry has of it."""
        names = [self._parts.postings.terms[term] for term in terms]
        runs = {name: name.split(" ") for name in names}
        number = {stem: self._terms.number[stem] for run in runs.values() for stem in run if stem in self._terms.number}
        held = self._held(row)
        return {name: [frozenset(held.get(number.get(stem, -1), ())) for stem in run] for name, run in runs.items()}

    def _stems_of(self, terms: Sequence[int]) -> Mask:
        """Which stems stand in some terms, runs included: asked once for all hits of a query."""
        stems = {stem for term in set(terms) for stem in self._parts.postings.terms[term].split(" ")}
        numbers = [self._terms.number[stem] for stem in stems if stem in self._terms.number]
        return among(numbers, len(self._parts.postings.terms))

    def _held(self, row: int) -> dict[int, list[str]]:
        """The forms an entry has of the stems asked for, by the number of the stem."""
        forward, postings = self._parts.forward, self._parts.postings
        words = forward.word[forward.word_ptr[row] : forward.word_ptr[row + 1]]
        held: dict[int, list[str]] = {}
        for stems in (postings.word_fr[words], postings.word_en[words]):
            places = np.flatnonzero(self._asked[stems])
            for word, number in zip(words[places].tolist(), stems[places].tolist(), strict=True):
                held.setdefault(number, []).append(forward.words[word])
        return held

    def _known_reasons(self, known: Known, place: int, doc: Doc) -> list[Reason]:
        typed = " ".join(word.text for word in self._plan.typed.words)
        return [Reason("name", {"match": known.match, "name": doc.names[0], "typed": typed}, 1.0), *self._stage(place)]

    def _words(self, found: Sequence[Matched], row: int, doc: Doc, written: Mapping[str, str]) -> list[Reason]:
        weights = self._parts.weights
        by_coverage = weights.cov_floor + (1 - weights.cov_floor) * float(self._scores.coverage[row])
        in_name = {w.lower() for name in doc.names for w in clean(name).split()}
        return [self._word(m, m.value * by_coverage, written, in_name) for m in found]

    def _word(self, found: Matched, share: float, written: Mapping[str, str], in_name: set[str]) -> Reason:
        alternative = found.alternative
        said = written.get(self._parts.postings.terms[alternative.term], "")
        params = {"word": found.unit.word.text, "matched": said}
        kind: ReasonKind = alternative.kind
        if kind == "word" and said.lower() in in_name:
            kind = "name"
        if alternative.concept is not None:
            params["concept"] = self._matcher.thesaurus.concepts[alternative.concept].id
            params["label"] = alternative.said
        return Reason(kind, params, share)

    def _concepts(self, row: int, doc: Doc) -> list[Reason]:
        weight, n_docs = self._parts.weights.concept, len(self._parts.docs)
        return [
            self._concept(asked, doc, weight * asked.strength * strength * concept_idf(n_docs, df), strength)
            for asked, strength, df in self._performed[row]
        ]

    def _concept(self, asked: Asked, doc: Doc, share: float, strength: float) -> Reason:
        concept = self._matcher.thesaurus.concepts[asked.concept]
        params = {"concept": concept.id, "label": asked.label}
        if asked.via is not None:
            params |= {"via": self._matcher.thesaurus.concepts[asked.via[0]].id, "relation": asked.via[1]}
        if strength == self._parts.weights.f_source_tag:
            for vocabulary, tags in concept.maps.items():
                for tag in doc.source_tags.get(vocabulary, ()):
                    if tag in tags:
                        return Reason("source", params | {"tag": tag, "vocabulary": vocabulary}, share)
        return Reason("concept", params, share)

    def _bonuses(self, place: int, row: int, doc: Doc) -> list[Reason]:
        """Adjacency, theme, and what each prior added."""
        weights, ranked, priors = self._parts.weights, self._ranked, self._parts.priors
        reasons = []
        if ranked.adjacent[place]:
            reasons.append(Reason("phrase", {}, weights.adjacent))
        if ranked.theme[place]:
            reasons.append(Reason("concept", {"theme": ", ".join(doc.themes)}, weights.theme))
        total = float(ranked.total[place])
        values: tuple[tuple[ReasonKind, float, str], ...] = (
            ("adoption", weights.p_adopt * float(priors.adopt[row]), str(doc.prior.adoptions)),
            ("near", weights.p_near * float(ranked.near[place]), ""),
            ("health", weights.p_health * float(priors.health[row]), str(doc.prior.health)),
        )
        reasons.extend(Reason(kind, {"value": value}, total * part) for kind, part, value in values if part > 0)
        return reasons

    def _stage(self, place: int) -> list[Reason]:
        end = float(self._ranked.end[place])
        return [] if end == 1 else [Reason("stage", {"factor": f"{end:.2f}"}, 0.0)]


def _shared(reasons: Sequence[Reason]) -> list[Reason]:
    """Shares that sum to 1, largest first."""
    total = sum(reason.share for reason in reasons)
    parts = [Reason(r.kind, r.params, r.share / total) for r in reasons if r.share > 0]
    return sorted(parts, key=lambda r: (-r.share, r.kind, tuple(sorted(r.params.items()))))
