"""From what a person typed to a plan: language, spelling, concepts, translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from communaux.engines.search import language
from communaux.engines.search.asked import Asked, Relations, asked
from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.glossary import Glossary
from communaux.engines.search.labels import Label, content_stems
from communaux.engines.search.model import Lang, Query
from communaux.engines.search.plan import Alternative, Plan, Unit, by_position, strongest
from communaux.engines.search.reading import Word, capital_form, read_query, stems
from communaux.engines.search.spelling import Speller
from communaux.engines.search.terms import Terms
from communaux.engines.search.text import CAPITALS, SHORT_ACRONYM
from communaux.engines.search.weights import Weights


class Planner:
    """Makes plans for one index."""

    def __init__(
        self, terms: Terms, matcher: ConceptMatcher, glossary: Glossary, speller: Speller, weights: Weights
    ) -> None:
        self._terms = terms
        self._matcher = matcher
        self._glossary = glossary
        self._speller = speller
        self._weights = weights
        self._relations = Relations(matcher, weights)
        self._concept_terms: dict[int, tuple[tuple[str, int], ...]] = {}  # of the concepts asked for so far

    def plan(self, query: Query) -> Plan:
        typed = read_query(query)
        lang = query.lang or language.detect(typed.plain, typed.forms, self._terms.by_language)
        words, corrections = self._speller.correct(typed.words, self._known)
        terms = self._terms
        found = asked(self._matcher, words, typed.forms, lang, terms.importance, terms.frequent, self._glossary.word)
        pairs = [*self._labels(found), *self._translations(words, lang)]
        dealt = by_position(pairs, len(words))
        units = tuple(self._unit(word, lang, dealt[i]) for i, word in enumerate(words))
        return Plan(replace(typed, words=tuple(words)), lang, units, tuple(self._relations.spread(found)), corrections)

    def gloss(self, plan: Plan) -> str:
        """A French query word for word in English, by the word list."""
        found = self._glossary.translate([unit.word.fr for unit in plan.units], "fr")
        return " ".join(dict.fromkeys(" ".join(run) for _, run in found))

    def _known(self, word: Word) -> bool:
        """A word some entry, label or translation has is never corrected."""
        return (
            self._terms.has(word.fr)
            or self._terms.has(word.en)
            or ("fr", word.fr) in self._matcher.by_stem
            or ("en", word.en) in self._matcher.by_stem
            or self._glossary.knows(word.fr, "fr")
            or self._glossary.knows(word.en, "en")
            or self._matcher.writes(word.form)
        )

    def _unit(self, word: Word, lang: Lang | None, others: Sequence[Alternative]) -> Unit:
        alternatives = strongest([*self._own(word, lang), *others])
        frame = self._weights.frame if word.frame else 1.0
        covers = self._weights.frame_cov if word.frame else 1.0
        idf = max((self._terms.idf(a.term) for a in alternatives), default=self._terms.absent)
        return Unit(word, frame, alternatives, covers, idf)

    def _own(self, word: Word, lang: Lang | None) -> list[Alternative]:
        """The word itself: its stems, its capitals, the compound it is a part of."""
        own, other = stems(word, lang)
        factor = self._weights.a_spelling if word.corrected else 1.0
        weighed = [(own, 1.0), (other, 1.0 if lang is None else self._weights.a_other_stem)]
        if len(word.form) < SHORT_ACRONYM:
            weighed.append((capital_form(word), 1.0))
        if word.joined:
            joined = replace(
                word, form=word.joined, fr=content_stems(word.joined, "fr")[0], en=content_stems(word.joined, "en")[0]
            )
            weighed.extend((stem, self._weights.a_compound) for stem in stems(joined, lang))
        kind = "spelling" if word.corrected else "word"
        return [
            Alternative(self._terms.number[stem], weight * factor, kind, word.form)  # type: ignore[arg-type]
            for stem, weight in weighed
            if self._terms.has(stem)
        ]

    def _labels(self, found: dict[int, Asked]) -> list[tuple[tuple[int, ...], Alternative]]:
        """Every label of a concept, offered to the words that asked for it."""
        pairs: list[tuple[tuple[int, ...], Alternative]] = []
        for number in sorted(found):
            one = found[number]
            weight = self._weights.a_thesaurus * one.strength
            pairs += [
                (one.words, Alternative(term, weight, "concept", said, number))
                for said, term in self._terms_of_concept(number)
            ]
        return pairs

    def _terms_of_concept(self, number: int) -> tuple[tuple[str, int], ...]:
        """(label as written, number of a term that says it) for each label of a concept, found once."""
        if number not in self._concept_terms:
            labels = self._matcher.of_concept[number]
            told = ((self._matcher.labels[label].text, self._terms_of_label(label)) for label in labels)
            self._concept_terms[number] = tuple((said, term) for said, terms in told for term in terms)
        return self._concept_terms[number]

    def _translations(self, words: Sequence[Word], lang: Lang | None) -> list[tuple[tuple[int, ...], Alternative]]:
        pairs: list[tuple[tuple[int, ...], Alternative]] = []
        views: tuple[tuple[Lang, list[str]], ...] = (("fr", [w.fr for w in words]), ("en", [w.en for w in words]))
        for view_lang, view in views:
            if lang is not None and lang != view_lang:
                continue
            for at, run in self._glossary.translate(view, view_lang):
                term = " ".join(run)
                if self._terms.has(term):
                    pairs.append(
                        (at, Alternative(self._terms.number[term], self._weights.a_words, "translation", term))
                    )
        return pairs

    def _terms_of_label(self, number: int) -> tuple[int, ...]:
        """Numbers of the terms that say a label: its run, or the ways an acronym is written."""
        label = self._matcher.labels[number]
        candidates = [" ".join(label.stems)] if label.lang else self._written(label)
        said = () if label.weak or label.whole else candidates
        return tuple(dict.fromkeys(self._terms.number[term] for term in said if self._terms.has(term)))

    def _written(self, label: Label) -> list[str]:
        """Terms of an acronym; a brand is what people type, not what entries say."""
        if label.kind == "brand" or len(label.stems) > 1:
            return []
        form = label.stems[0][1:]
        if label.stems[0].startswith(CAPITALS):
            return [CAPITALS + form]
        return [" ".join(content_stems(form, "fr")), " ".join(content_stems(form, "en"))]
