"""The index: immutable, searched by many threads at once, giving the same answers on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from communaux.engines.search import facets, fusion, likeness, ranking, storage
from communaux.engines.search import intent as intents
from communaux.engines.search import score as scoring
from communaux.engines.search.found import Found
from communaux.engines.search.model import ConceptMatch, Doc, Hit, Notice, Query, Result, WhyNot
from communaux.engines.search.parts import Parts
from communaux.engines.search.plan import Plan
from communaux.engines.search.planner import Planner
from communaux.engines.search.prepared import prepare
from communaux.engines.search.reasons import Explainer
from communaux.engines.search.spelling import Speller
from communaux.engines.search.terms import Terms
from communaux.engines.search.whynot import explain_absence

MAX_LIMIT = 100


class Index:
    """Entries made ready to be searched. Made by `build` or `Index.from_bytes`; never changed."""

    def __init__(
        self, parts: Parts, generation: int = 0, dense: Sequence[fusion.Dense] = (), broken: Sequence[str] = ()
    ) -> None:
        self.parts = parts
        self.generation = generation
        self._dense = tuple(dense)
        self._broken = tuple(broken)
        self._terms = Terms(parts.postings, parts.forward)
        prepared = prepare(parts.thesaurus, parts.weights)
        self._matcher, self._analyser = prepared.matcher, prepared.analyser
        frequency = np.bincount(parts.forward.word, minlength=len(parts.forward.words)).astype(np.int64)
        speller = Speller(parts.forward.words, frequency, prepared.words)
        self._planner = Planner(self._terms, self._matcher, prepared.glossary, speller, parts.weights)

    def __len__(self) -> int:
        return len(self.parts.docs)

    def doc(self, identifier: str) -> Doc:
        """One entry; `ValueError` if there is none of this id."""
        return self._doc(identifier)

    def to_bytes(self) -> bytes:
        """One immutable run of bytes, the same for the same entries, thesaurus and weights on every machine."""
        return storage.dump(self.parts)

    @staticmethod
    def from_bytes(blob: bytes, generation: int = 0) -> Index:
        """The index in these bytes; `IndexRefused` if the hash or the analysis version is another one."""
        return Index(storage.load(blob), generation)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def with_vectors(self, source: fusion.VectorSource) -> Index:
        """The same index with a dense source beside the words; a broken source only leaves a notice."""
        dense = fusion.dense(source, [self.parts.docs[row] for row in range(len(self))])
        if dense is None:
            return Index(self.parts, self.generation, self._dense, (*self._broken, source.name))
        return Index(self.parts, self.generation, (*self._dense, dense), self._broken)

    def search(self, query: Query) -> Result:
        """The entries that fit a need, in order, and why. Never fails, whatever the text."""
        found = self._find(query)
        limit = min(max(query.limit, 0), MAX_LIMIT)
        notices = [*found.plan.typed.notices, *found.filters.notices, *found.notices]
        if limit != query.limit:
            notices.append(Notice("limit", {"asked": str(query.limit), "used": str(limit)}))
        matched = found.matched()
        return Result(
            hits=self._hits(found, limit),
            intent=found.intent,
            lang=found.plan.lang,
            corrections=found.plan.corrections,
            concepts=self._concepts(found.plan),
            counts=facets.counts(self.parts.facets, matched, found.filters.facets),
            total=int(np.count_nonzero(matched & found.allowed)),
            generation=self.generation,
            notices=tuple(notices),
        )

    def ids(self, text: str) -> list[str]:
        """Ids of the pool in order, without reasons: for evaluation."""
        return [self.parts.docs.ids[row] for row in self._find(Query(text)).ranked.rows.tolist()]

    def why_not(self, query: Query, identifier: str) -> WhyNot:
        """Why an entry is not, or not higher, among the hits of a query."""
        row = self.parts.docs.row(identifier)
        if row is None:
            return WhyNot(identifier, "unknown")
        return explain_absence(self.parts, self._find(query), self.parts.thesaurus.concepts, row)

    def similarity(self, a: str | Doc, b: str | Doc) -> float:
        """How alike two entries are, in [0, 1]; each is an id of this index or an entry of any kind."""
        return likeness.similarity(self.parts, self._planner, self._analyser, self._doc(a), self._doc(b))

    def _doc(self, one: str | Doc) -> Doc:
        if isinstance(one, Doc):
            return one
        row = self.parts.docs.row(one)
        if row is None:
            raise ValueError(f"no entry {one}")
        return self.parts.docs[row]

    def _find(self, query: Query) -> Found:
        """Plan, scores, filters and order of a query."""
        parts, plan = self.parts, self._planner.plan(query)
        intent, known = intents.decide(plan, parts.names, self._terms.entries_with)
        filters = ranking.filters(parts, self._terms, query, plan)
        allowed = filters.allowed(len(self))
        scores = scoring.score(parts.postings, plan, len(self), parts.weights, sentence=intent == "sentence")
        near = ranking.nearness(parts, query)
        ranked = ranking.rank(parts, query, plan, scores, allowed, near, known)
        found = Found(query, plan, intent, tuple(known), filters, allowed, near, scores, ranked)
        return self._with_dense(found) if self._dense or self._broken else found

    def _with_dense(self, found: Found) -> Found:
        """The order fused with those of the dense sources, by ranks only."""
        gloss = self._planner.gloss(found.plan)
        lists, notices = [], [Notice("dense_broken", {"source": name}) for name in self._broken]
        for dense in self._dense:
            rows, notice = dense.ranked(fusion.query_texts(found.query, found.plan.lang, gloss))
            lists.append([row for row in rows if found.allowed[row]])
            notices.extend([notice] if notice else [])
        ranked = ranking.fused(self.parts, found.ranked, found.scores, found.near, [one for one in lists if one])
        return found.noting(ranked, notices)

    def _hits(self, found: Found, limit: int) -> tuple[Hit, ...]:
        first = max(found.query.offset, 0)
        deep = ranking.deep(self.parts, found.ranked, found.scores, found.allowed, found.near, first + limit)
        found = replace(found, ranked=deep)
        places = range(min(first, len(found.ranked.rows)), min(first + limit, len(found.ranked.rows)))
        explainer = Explainer(self.parts, self._terms, self._matcher, found, places)
        return tuple(self._hit(found, explainer, place) for place in places)

    def _hit(self, found: Found, explainer: Explainer, place: int) -> Hit:
        ranked, row = found.ranked, int(found.ranked.rows[place])
        reasons, shown = explainer.explain(place)
        rel = scoring.relevance(float(found.scores.coverage[row]), float(ranked.total[place]), self.parts.weights)
        return Hit(
            id=self.parts.docs.ids[row],
            rank=place + 1,
            final=float(ranked.final[place]),
            rel=rel,
            reasons=reasons,
            stage_factor=float(ranked.end[place]),
            excerpt=shown,
            known=any(known.row == row for known in ranked.known),
        )

    def _concepts(self, plan: Plan) -> tuple[ConceptMatch, ...]:
        concepts = self.parts.thesaurus.concepts
        return tuple(
            ConceptMatch(
                concepts[asked.concept].id,
                asked.strength,
                tuple(plan.units[i].word.text for i in asked.words),
                asked.label,
                None if asked.via is None else (concepts[asked.via[0]].id, asked.via[1]),
            )
            for asked in plan.concepts
        )
