"""Is the thesaurus sound? Doubles, cycles, links and tags that lead nowhere, domains and concepts too thin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from communaux.engines.search.asked import asked
from communaux.engines.search.concepts import ConceptMatcher
from communaux.engines.search.labels import content_stems, labels_of
from communaux.engines.search.model import Concept, Query, Thesaurus
from communaux.engines.search.reading import read_query
from communaux.engines.search.text import fold
from communaux.engines.search.thesaurus import Parsed, Problem
from communaux.engines.search.weights import Weights

MIN_CONCEPTS = 12
MIN_TOTAL = 450
MIN_FR = 3
MIN_EN = 2
USUAL_SHARE = 0.05  # of the entries: a word that common tells no function
MAX_SHARED_RUN = 2  # content stems in a row a label may share with a need kept for testing


@dataclass(frozen=True, slots=True)
class Counts:
    """How much one domain holds."""

    concepts: int
    labels: int
    everyday: int
    brands: int
    maps: int


def check(parsed: Parsed, vocabularies: Mapping[str, frozenset[str]] | None = None) -> list[Problem]:
    """Every fault, in the order of the files; `vocabularies` are the tags each source knows."""
    found = [*parsed.problems]
    found.extend(_doubles(parsed))
    found.extend(_links(parsed))
    found.extend(_cycles(parsed))
    found.extend(_thin(parsed))
    if vocabularies is not None:
        found.extend(_targets(parsed, vocabularies))
    return sorted(found, key=lambda p: (p.file, p.line or 0, p.concept, p.message))


def stats(thesaurus: Thesaurus) -> dict[str, Counts]:
    """Counts by domain key."""
    return {
        domain.key: _counts([c for c in thesaurus.concepts if c.domain == domain.key]) for domain in thesaurus.domains
    }


def _counts(concepts: list[Concept]) -> Counts:
    return Counts(
        len(concepts),
        sum(len(c.fr) + len(c.en) + len(c.acronyms) for c in concepts),
        sum(len(c.everyday_fr) + len(c.everyday_en) for c in concepts),
        sum(len(c.brands) for c in concepts),
        sum(len(tags) for c in concepts for tags in c.maps.values()),
    )


def _problem(parsed: Parsed, concept: str, message: str) -> Problem:
    file, line = parsed.places[concept]
    return Problem(file, line, concept, message)


def _written(concept: Concept) -> Iterator[str]:
    groups = (concept.fr, concept.en, concept.everyday_fr, concept.everyday_en, concept.acronyms, concept.brands)
    yield from dict.fromkeys(" ".join(fold(label).split()) for group in groups for label in group)


def _doubles(parsed: Parsed) -> Iterator[Problem]:
    """A label in two concepts, unless `ambiguous.toml` says it may be."""
    owner: dict[str, str] = {}
    allowed = {" ".join(fold(label).split()): ids for label, ids in parsed.ambiguous.items()}
    for concept in parsed.thesaurus.concepts:
        for label in _written(concept):
            first = owner.setdefault(label, concept.id)
            if first != concept.id and not {first, concept.id} <= allowed.get(label, frozenset()):
                yield _problem(parsed, concept.id, f"label « {label} » is also in {first}")


def _links(parsed: Parsed) -> Iterator[Problem]:
    known = {concept.id for concept in parsed.thesaurus.concepts} | {domain.key for domain in parsed.thesaurus.domains}
    for concept in parsed.thesaurus.concepts:
        for name in (*concept.broader, *concept.related):
            if name not in known:
                yield _problem(parsed, concept.id, f"no concept {name}")


def _cycles(parsed: Parsed) -> Iterator[Problem]:
    """A concept that is broader than itself, at any distance."""
    above = {concept.id: concept.broader for concept in parsed.thesaurus.concepts}
    for concept in parsed.thesaurus.concepts:
        seen: set[str] = set()
        pending = list(concept.broader)
        while pending:
            name = pending.pop()
            if name == concept.id:
                yield _problem(parsed, concept.id, "is broader than itself")
                break
            if name not in seen:
                seen.add(name)
                pending.extend(above.get(name, ()))


def _thin(parsed: Parsed) -> Iterator[Problem]:
    for domain in parsed.thesaurus.domains:
        n = sum(concept.domain == domain.key for concept in parsed.thesaurus.concepts)
        if n < MIN_CONCEPTS:
            yield Problem(f"{domain.key}.toml", None, "", f"{n} concepts, at least {MIN_CONCEPTS} are needed")
    for concept in parsed.thesaurus.concepts:
        french, english = len(concept.fr) + len(concept.everyday_fr), len(concept.en) + len(concept.everyday_en)
        if french < MIN_FR or english < MIN_EN:
            yield _problem(
                parsed, concept.id, f"{french} French and {english} English labels, needs {MIN_FR} and {MIN_EN}"
            )


def _targets(parsed: Parsed, vocabularies: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    for concept in parsed.thesaurus.concepts:
        for vocabulary, tags in concept.maps.items():
            if vocabulary not in vocabularies:
                yield _problem(parsed, concept.id, f"unknown vocabulary {vocabulary}")
                continue
            for tag in tags:
                if tag not in vocabularies[vocabulary]:
                    yield _problem(parsed, concept.id, f"{vocabulary} has no tag « {tag} »")


def risky_labels(parsed: Parsed, entries_with: Mapping[str, int] | None = None, n_entries: int = 0) -> list[Problem]:
    """Labels to look at again, none of them a fault: those that shrink to one word, those that are a usual word.

    `entries_with` gives the entries that hold a stem; without it only the first kind is told.
    """
    found: list[Problem] = []
    counts = entries_with or {}
    for label in labels_of(parsed.thesaurus):
        concept = parsed.thesaurus.concepts[label.concept].id
        if label.whole and label.lang:
            found.append(_problem(parsed, concept, f"label « {label.text} » is one word without its stop words"))
        if label.kind != "everyday" or label.weak or len(label.stems) > 1 or label.whole:
            continue
        held = counts.get(label.stems[0], 0)
        if held > USUAL_SHARE * n_entries:
            found.append(_problem(parsed, concept, f"everyday label « {label.text} » is a word of {held} entries"))
    return sorted(found, key=lambda p: (p.file, p.line or 0, p.concept, p.message))


def lost_labels(thesaurus: Thesaurus, weights: Weights | None = None) -> list[tuple[str, str, str]]:
    """(concept, label, concept found instead) of labels that, typed alone, do not find their own concept first."""
    matcher = ConceptMatcher(thesaurus, replace(weights or Weights(), soft_most=0))
    lost = []
    for label in labels_of(thesaurus):
        if label.weak:
            continue
        typed = read_query(Query(label.text))
        lang = label.lang or None
        found = asked(matcher, typed.words, typed.forms, lang, lambda _: 1.0, lambda _: False, lambda *_: ())
        best = max(found.values(), key=lambda a: (a.strength, len(a.words), a.concept == label.concept), default=None)
        own = found.get(label.concept)
        if best is None or own is None or (own.strength, len(own.words)) < (best.strength, len(best.words)):
            other = thesaurus.concepts[best.concept].id if best else ""
            lost.append((thesaurus.concepts[label.concept].id, label.text, other))
    return lost


def copied_labels(thesaurus: Thesaurus, needs: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(concept, label, case) of labels that share three content stems in a row with a need kept for testing."""
    runs: dict[tuple[str, ...], str] = {}
    size = MAX_SHARED_RUN + 1
    for case, need in needs:
        for lang in ("fr", "en"):
            stems = content_stems(need, lang)
            for i in range(len(stems) - size + 1):
                runs.setdefault(stems[i : i + size], case)
    copied = []
    for label in labels_of(thesaurus):
        for i in range(len(label.stems) - size + 1):
            owner = runs.get(label.stems[i : i + size])
            if owner:
                copied.append((thesaurus.concepts[label.concept].id, label.text, owner))
                break
    return copied
