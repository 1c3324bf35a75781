"""Which functions a query asks for: labels in its words, then one step along the thesaurus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from communaux.engines.search.concepts import ConceptMatcher, in_a_row
from communaux.engines.search.labels import Label
from communaux.engines.search.model import Lang
from communaux.engines.search.reading import Word
from communaux.engines.search.text import CAPITALS, EXACT, SHORT_ACRONYM, stems_en, stems_fr
from communaux.engines.search.weights import Weights


@dataclass(frozen=True, slots=True)
class Asked:
    """A concept a query asks for. `words` are the positions that matched; `via` = (concept number, relation)."""

    concept: int
    strength: float
    words: tuple[int, ...] = ()
    label: str = ""
    via: tuple[int, str] | None = None


Translate = Callable[[str, Lang], Sequence[str]]


class Relations:
    """One step along the thesaurus: narrower, broader, related, with their weights."""

    def __init__(self, matcher: ConceptMatcher, weights: Weights) -> None:
        self._steps: dict[int, list[tuple[int, str, float]]] = {}
        for number, concept in enumerate(matcher.thesaurus.concepts):
            for name in concept.broader:
                if name in matcher.number:
                    self._add(number, matcher.number[name], "broader", weights.c_broader)
                    self._add(matcher.number[name], number, "narrower", weights.c_narrower)
            for name in concept.related:
                if name in matcher.number:
                    self._add(number, matcher.number[name], "related", weights.c_related)
                    self._add(matcher.number[name], number, "related", weights.c_related)

    def _add(self, start: int, end: int, relation: str, weight: float) -> None:
        self._steps.setdefault(start, []).append((end, relation, weight))

    def spread(self, found: Mapping[int, Asked]) -> list[Asked]:
        """The concepts found and, one step away, those they lead to; the strongest way wins."""
        spread = dict(found)
        for number in sorted(found):
            for end, relation, weight in self._steps.get(number, ()):
                strength = weight * found[number].strength
                if end not in found and strength > (spread[end].strength if end in spread else 0.0):
                    spread[end] = Asked(end, strength, via=(number, relation))
        return sorted(spread.values(), key=lambda asked: (-asked.strength, asked.concept))


def asked(
    matcher: ConceptMatcher,
    words: Sequence[Word],
    forms: Sequence[str],
    lang: Lang | None,
    idf: Callable[[str], float],
    frequent: Callable[[str], bool],
    translated: Translate,
) -> dict[int, Asked]:
    """Concepts whose labels stand in the words of a query, by concept number; `forms` are all words typed.

    `idf(stem)` weighs the stems of a label; `frequent(form)` tells words too usual to be taken for a brand;
    `translated(stem, language)` gives its stems in the other language.
    """
    found: dict[int, tuple[float, tuple[int, ...]]] = {}
    for own in (True, False):
        for view_lang, view in _views(words):
            if (lang is None or lang == view_lang) is own:
                factor = 1.0 if own else matcher.weights.c_other_lang
                for number, strength, at in _labels(matcher, view, view_lang, idf):
                    _keep(found, number, strength * factor, at)
    for number, at in (*_written(matcher, words, frequent), *_whole(matcher, words, forms)):
        _keep(found, number, matcher.weights.c_run, at)
    concepts = _focused(matcher.weights, words, _by_concept(matcher, words, found), idf)
    said = tuple(concepts.values())
    for one in _soft(matcher, words, lang, translated):
        if any(set(one.words) <= set(other.words) and other.strength >= matcher.weights.c_any_order for other in said):
            one = replace(one, strength=one.strength * matcher.weights.soft_covered)
        if one.concept not in concepts or concepts[one.concept].strength < one.strength:
            concepts[one.concept] = one
    return concepts


def _keep(found: dict[int, tuple[float, tuple[int, ...]]], number: int, strength: float, at: tuple[int, ...]) -> None:
    if strength > found.get(number, (0.0, ()))[0]:
        found[number] = (strength, at)


def _views(words: Sequence[Word]) -> tuple[tuple[Lang, list[str]], ...]:
    return ("fr", [word.fr for word in words]), ("en", [word.en for word in words])


def _labels(
    matcher: ConceptMatcher, view: Sequence[str], lang: Lang, idf: Callable[[str], float]
) -> list[tuple[int, float, tuple[int, ...]]]:
    """(label, strength, positions) of the labels of one language in the stems of a query."""
    weights = matcher.weights
    found = [(number, weights.c_run, at) for number, at in matcher.labels_in(view, lang)]
    position: dict[str, int] = {}
    for place, stem in enumerate(view):
        position.setdefault(stem, place)
    held: dict[int, int] = {}
    for stem in position:
        for number in matcher.by_stem.get((lang, stem), ()):
            held[number] = held.get(number, 0) + 1
    for number, count in held.items():
        if count < matcher.least[number]:
            continue
        label = matcher.labels[number]
        strength = _share_strength(label, count, position, idf, weights)
        if strength:
            at = tuple(sorted(position[stem] for stem in set(label.stems) if stem in position))
            found.append((number, strength, at))
    return found


def _share_strength(
    label: Label, held: int, position: Mapping[str, int], idf: Callable[[str], float], weights: Weights
) -> float:
    """Strength of a label of which a query has `held` different stems, in any order; part is enough of an everyday one."""
    if held == len(label.stems):
        return weights.c_any_order
    total = sum(idf(stem) for stem in label.stems)
    share = sum(idf(stem) for stem in label.stems if stem in position) / total if total else 0.0
    if share < weights.everyday_share:
        return 0.0
    return weights.c_everyday


def _written(
    matcher: ConceptMatcher, words: Sequence[Word], frequent: Callable[[str], bool]
) -> list[tuple[int, tuple[int, ...]]]:
    """Acronyms and brands: exact, capitals asked of those that are also usual words."""
    capitals = [
        CAPITALS + w.form if len(w.form) < SHORT_ACRONYM and _may_be_name(w, words, frequent) else "-" for w in words
    ]
    exact = [EXACT + w.form if _may_be_name(w, words, frequent) else "-" for w in words]
    found = [
        (number, at)
        for number, at in (*matcher.labels_in(capitals, ""), *matcher.labels_in(exact, ""))
        if in_a_row([words[place].place for place in at])
    ]
    for joined in dict.fromkeys(w.joined for w in words if w.joined):
        parts = tuple(i for i, w in enumerate(words) if w.joined == joined)
        found.extend((number, parts) for number, _ in matcher.labels_in([EXACT + joined], ""))
    return found


def _whole(
    matcher: ConceptMatcher, words: Sequence[Word], forms: Sequence[str]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Labels that need their stop words ("pas de réseau", "One Note"), all their words in a row."""
    views = (("fr", stems_fr(forms)), ("en", stems_en(forms)), ("", [EXACT + form for form in forms]))
    for lang, view in views:
        for number, at in matcher.whole_labels_in(view, lang):
            positions = tuple(i for i, word in enumerate(words) if word.place in at)
            if positions and in_a_row(at):
                yield number, positions


def _may_be_name(word: Word, words: Sequence[Word], frequent: Callable[[str], bool]) -> bool:
    """A usual word typed in small letters inside a sentence is not taken for a name."""
    return word.capitals or word.titled or len(words) <= 2 or not frequent(word.form)


def _soft(matcher: ConceptMatcher, words: Sequence[Word], lang: Lang | None, translated: Translate) -> list[Asked]:
    """Concepts whose labels, taken together, hold a good part of the query: the bag of words of a function."""
    best: dict[int, Asked] = {}
    for view_lang, view in _views(words):
        if matcher.weights.soft_most and lang in (None, view_lang):
            for one in _bags(matcher, words, view, view_lang, translated):
                if one.concept not in best or best[one.concept].strength < one.strength:
                    best[one.concept] = one
    ordered = sorted(best.values(), key=lambda one: (-one.strength, one.concept))
    return ordered[: matcher.weights.soft_most]


def _bags(
    matcher: ConceptMatcher, words: Sequence[Word], view: Sequence[str], lang: Lang, translated: Translate
) -> Iterator[Asked]:
    """Concepts whose labels hold enough of the query, as typed or translated, by the rarity of words among concepts."""
    weights = matcher.weights
    importance = {
        stem: (weights.frame if word.frame else 1.0) * matcher.rarity.get((lang, stem), matcher.unheard)
        for word, stem in zip(words, view, strict=True)
    }
    total = sum(importance.values())
    other: Lang = "en" if lang == "fr" else "fr"
    held: dict[int, dict[str, float]] = {}
    for stem in importance:
        for term in translated(stem, lang):
            for concept in matcher.bags.get((other, term), ()):
                held.setdefault(concept, {})[stem] = importance[stem] * weights.soft_translated
        for concept in matcher.bags.get((lang, stem), ()):
            held.setdefault(concept, {})[stem] = importance[stem]
    together = _in_one_label(matcher, importance, lang)
    for concept, stems in held.items():
        share = sum(stems.values()) / total
        if len(stems) >= weights.soft_words and share >= weights.soft_least:
            at = tuple(place for place, stem in enumerate(view) if stem in stems)
            share += weights.soft_together * (together.get(concept, 0.0) / total - share)
            yield Asked(concept, min(1.0, weights.c_soft * share), at)


def _in_one_label(matcher: ConceptMatcher, importance: Mapping[str, float], lang: Lang) -> dict[int, float]:
    """By function, the most that one of its labels holds of a query: words said together mean more."""
    held: dict[int, float] = {}
    for stem, weight in importance.items():
        for number in matcher.by_stem.get((lang, stem), ()):
            held[number] = held.get(number, 0.0) + weight
    best: dict[int, float] = {}
    for number, weight in held.items():
        concept = matcher.labels[number].concept
        if weight > best.get(concept, 0.0):
            best[concept] = weight
    return best


def _focused(
    weights: Weights, words: Sequence[Word], found: Mapping[int, Asked], idf: Callable[[str], float]
) -> dict[int, Asked]:
    """Concepts weakened when a longer label holds all their words, or when their words are little of the query."""
    importance = [(weights.frame if word.frame else 1.0) * max(idf(word.fr), idf(word.en)) for word in words]
    total = sum(importance)
    spans = [set(one.words) for one in found.values()]
    focused: dict[int, Asked] = {}
    for number, one in found.items():
        share = sum(importance[place] for place in one.words) / total if total else 1.0
        strength = one.strength * (1 - weights.c_focus + weights.c_focus * share)
        if any(set(one.words) < span for span in spans):
            strength *= weights.c_inside
        focused[number] = Asked(number, strength, one.words, one.label)
    return focused


def _by_concept(
    matcher: ConceptMatcher, words: Sequence[Word], found: Mapping[int, tuple[float, tuple[int, ...]]]
) -> dict[int, Asked]:
    """Best label of each concept; a weak label needs another label of the same concept beside it."""
    grouped: dict[int, list[int]] = {}
    for number in sorted(found):
        grouped.setdefault(matcher.labels[number].concept, []).append(number)
    concepts: dict[int, Asked] = {}
    for concept, numbers in grouped.items():
        if all(matcher.labels[n].weak for n in numbers) and len({found[n][1] for n in numbers}) < 2:
            continue
        best = max(numbers, key=lambda n: (found[n][0], len(found[n][1]), -n))
        at = tuple(sorted({position for n in numbers for position in found[n][1]}))
        if all(words[p].frame for p in at):
            continue
        concepts[concept] = Asked(concept, found[best][0], at, matcher.labels[best].text)
    return concepts
