"""The thesaurus as readers see it: domains, functions, the commons that perform one, changes of words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communaux.catalogue.indexing import THEME_FROM, newest, thesaurus
from communaux.catalogue.models import Commons, ThesaurusChange
from communaux.catalogue.queries.needs import named
from communaux.core.errors import NotFound
from communaux.engines.search.model import Concept, Domain
from communaux.engines.search.text import fold

SHOWN = 20
FOUND = 60


@dataclass(frozen=True, slots=True)
class Field:
    """A domain with its functions."""

    domain: Domain
    concepts: tuple[Concept, ...]


def fields() -> list[Field]:
    """Every domain with its functions, in the order of the thesaurus."""
    held = thesaurus()
    return [Field(domain, tuple(one for one in held.concepts if one.domain == domain.key)) for domain in held.domains]


def holding(words: str) -> list[Concept]:
    """Functions one of whose words holds this text, those whose name begins with it first."""
    wanted = " ".join(fold(words[:200]).split())
    if not wanted:
        return []
    found = [one for one in _folded(thesaurus().sha256) if any(wanted in label for label in one[1])]
    ordered = sorted(found, key=lambda one: (not any(label.startswith(wanted) for label in one[1][:2]), one[0].id))
    return [concept for concept, _labels in ordered[:FOUND]]


@lru_cache(maxsize=2)
def _folded(sha256: str) -> list[tuple[Concept, tuple[str, ...]]]:
    """Functions with all their words as they are compared, both names first; once for each state of the words."""
    return [(one, tuple(" ".join(fold(label).split()) for label in _labels(one))) for one in thesaurus().concepts]


def _labels(concept: Concept) -> tuple[str, ...]:
    named_so = (concept.fr[0], concept.en[0], *concept.fr[1:], *concept.en[1:])
    return (*named_so, *concept.everyday_fr, *concept.everyday_en, *concept.acronyms, *concept.brands)


def concept(identifier: str) -> tuple[Concept, Domain]:
    """A function and its domain; raise NotFound."""
    held = thesaurus()
    found = next((one for one in held.concepts if one.id == identifier), None)
    if found is None:
        raise NotFound("unknown_concept", _("The thesaurus has no such function."))
    return found, next(domain for domain in held.domains if domain.key == found.domain)


def named_concepts(identifiers: Collection[str]) -> list[Concept]:
    """The functions of these numbers that the thesaurus has, in its order."""
    return [one for one in thesaurus().concepts if one.id in identifiers]


def performing(identifier: str) -> tuple[int, list[Commons]]:
    """How many commons perform a function, as their texts say, and the first of them: the surest, then by address."""
    index = newest.get()
    if index is None:
        return 0, []
    numbers = {one.id: number for number, one in enumerate(index.parts.thesaurus.concepts)}
    forward = index.parts.forward
    places = np.flatnonzero((forward.concept == numbers.get(identifier, -1)) & (forward.strength >= THEME_FROM))
    rows: list[int] = (np.searchsorted(forward.concept_ptr, places, side="right") - 1).tolist()
    strength: list[float] = forward.strength[places].tolist()
    slugs = {index.parts.docs.ids[row]: sure for row, sure in zip(rows, strength, strict=True)}
    return len(slugs), named(sorted(slugs, key=lambda slug: (-slugs[slug], slug))[:SHOWN])


def changes(state: str = "") -> QuerySet[ThesaurusChange]:
    """Changes of words in this state, or all of them: the newest first."""
    rows = ThesaurusChange.objects.filter(state=state) if state else ThesaurusChange.objects.all()
    return rows.select_related("by", "decided_by").order_by("-proposed_at", "pk")


def changes_of(identifier: str) -> QuerySet[ThesaurusChange]:
    return changes().filter(concept=identifier)[:SHOWN]


def change(pk: UUID) -> ThesaurusChange:
    """One change of words; raise NotFound."""
    found = ThesaurusChange.objects.filter(pk=pk).select_related("by", "decided_by", "undoes").first()
    if found is None:
        raise NotFound("unknown_change", _("No change of words has this address."))
    return found
