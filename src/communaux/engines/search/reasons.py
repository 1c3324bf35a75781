"""Why a hit is there: the part of its score each word, concept and prior gave, the words as its text has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from communaux.engines.search import excerpt
from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.intent import Known
from communaux.engines.search.model import Doc, Excerpt, Reason, ReasonKind
from communaux.engines.search.parts import Parts
from communaux.engines.search.plan import Alternative, Plan, Unit
from communaux.engines.search.ranking import Ranked
from communaux.engines.search.score import Scores, concept_idf
from communaux.engines.search.terms import Terms
from communaux.engines.search.text import clean


@dataclass(frozen=True, slots=True)
class Matched:
    """The best alternative of one query word in one entry, and U."""

    unit: Unit
    alternative: Alternative
    value: float


def matched(plan: Plan, scores: Scores, row: int) -> list[Matched]:
    """For each query word found in an entry, what gave its score."""
    found = []
    for unit, gathered in zip(plan.units, scores.gathered, strict=True):
        places = np.flatnonzero(gathered.doc == row)
        if len(places):
            best = places[np.argmax(gathered.value[places])]
            found.append(
                Matched(unit, unit.alternatives[gathered.alternative[best]], float(gathered.value[best]) * unit.weight)
            )
    return found


class Explainer:
    """Reasons and excerpts for the hits of one query."""

    def __init__(
        self, parts: Parts, terms: Terms, matcher: ConceptMatcher, plan: Plan, scores: Scores, ranked: Ranked
    ) -> None:
        self._parts = parts
        self._terms = terms
        self._matcher = matcher
        self._plan = plan
        self._scores = scores
        self._ranked = ranked
        self._known = {known.row: known for known in ranked.known}

    def explain(self, place: int) -> tuple[tuple[Reason, ...], Excerpt]:
        """Reasons of the hit at a place of the ranking, largest share first, and its excerpt."""
        row = int(self._ranked.rows[place])
        doc = self._parts.docs[row]
        found = matched(self._plan, self._scores, row)
        shown, written = excerpt.make(doc, self._forms(row, [m.alternative.term for m in found]))
        if row in self._known:
            return tuple(self._known_reasons(self._known[row], place, doc)), shown
        parts = [*self._words(found, row, doc, written), *self._concepts(row, doc), *self._bonuses(place, row, doc)]
        return tuple(_shared(parts) + self._stage(place)), shown

    def _forms(self, row: int, terms: Sequence[int]) -> dict[str, list[frozenset[str]]]:
        """For each term, and each of its stems if it is a run, the forms an entry has of it."""
        forward, postings = self._parts.forward, self._parts.postings
        words = np.unique(forward.word[forward.word_ptr[row] : forward.word_ptr[row + 1]])
        french, english = postings.word_fr[words], postings.word_en[words]
        wanted: dict[str, list[frozenset[str]]] = {}
        for name in (postings.terms[term] for term in terms):
            numbers = [self._terms.number.get(stem, -1) for stem in name.split(" ")]
            held = [words[(french == number) | (english == number)] for number in numbers]
            wanted[name] = [frozenset(forward.words[word] for word in one.tolist()) for one in held]
        return wanted

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
        postings, n_docs = self._parts.postings, len(self._parts.docs)
        reasons = []
        for asked in self._plan.concepts:
            start, end = int(postings.concept_ptr[asked.concept]), int(postings.concept_ptr[asked.concept + 1])
            place = start + int(np.searchsorted(postings.concept_doc[start:end], row))
            if place < end and postings.concept_doc[place] == row:
                strength = float(postings.concept_strength[place])
                share = self._parts.weights.concept * asked.strength * strength * concept_idf(n_docs, end - start)
                reasons.append(self._concept(asked.concept, asked.label, asked.via, doc, share, strength))
        return reasons

    def _concept(
        self, number: int, label: str, via: tuple[int, str] | None, doc: Doc, share: float, strength: float
    ) -> Reason:
        concept = self._matcher.thesaurus.concepts[number]
        params = {"concept": concept.id, "label": label}
        if via is not None:
            params |= {"via": self._matcher.thesaurus.concepts[via[0]].id, "relation": via[1]}
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
