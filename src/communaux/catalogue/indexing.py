"""From the catalogue to a search index and back: documents, themes read from their text, the next generation.

A process asks for the newest generation at most every two seconds and loads it once; the old one answers meanwhile.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.db.models import Max
from django.utils import timezone

from communaux.catalogue import weights
from communaux.catalogue.models import Commons, SearchIndex
from communaux.catalogue.queries.documents import documents
from communaux.catalogue.services import set_themes, store_index, store_themes
from communaux.catalogue.services.index import Built
from communaux.core.models import Person
from communaux.data import thesaurus_files, thesaurus_words
from communaux.engines.search import Index, IndexRefused, Thesaurus, ThesaurusError, build, parse
from communaux.engines.search.text import ANALYSIS_VERSION

FRESH = 2.0  # seconds between two looks at the newest generation number
THEME_FROM = 0.8  # strength of a concept that gives its domain to a commons
THEMES = 3

log = logging.getLogger(__name__)
type Report = Callable[[int, int], None]


@cache
def thesaurus() -> Thesaurus:
    """The shipped thesaurus; one that does not hold together is refused."""
    parsed = parse(thesaurus_files(), thesaurus_words())
    if parsed.problems:
        raise ThesaurusError(parsed.problems)
    return parsed.thesaurus


class _Newest:
    """The index this process answers from."""

    def __init__(self) -> None:
        self.index: Index | None = None
        self.looked = 0.0
        self.lock = threading.Lock()

    def get(self) -> Index | None:
        if time.monotonic() - self.looked < FRESH and self.index is not None:
            return self.index
        with self.lock:
            newest = SearchIndex.objects.aggregate(newest=Max("generation"))["newest"]
            if newest and (self.index is None or self.index.generation != newest):
                self.index = _load(newest) or self.index
            self.looked = time.monotonic()
        return self.index

    def forget(self) -> None:
        self.index, self.looked = None, 0.0


newest = _Newest()


def _load(generation: int) -> Index | None:
    """The index of one generation; None when it was made with another analysis (a rebuild is then due)."""
    row = SearchIndex.objects.get(pk=generation)
    if row.analysis_version != str(ANALYSIS_VERSION):
        return None
    try:
        return Index.from_bytes(bytes(row.payload), generation)
    except IndexRefused:
        log.warning("index generation %d cannot be used by this version: a rebuild is due", generation)
        return None


def is_due() -> bool:
    """Whether something changed since the newest index read the catalogue."""
    row = SearchIndex.objects.order_by("-generation").values_list(
        "built_at", "analysis_version", "thesaurus_sha256", "weights_version"
    )
    last = row.first()
    changed = Commons.objects.aggregate(at=Max("updated_at"))["at"]
    if last is None:
        return True
    made_with = (str(ANALYSIS_VERSION), thesaurus().sha256, weights.search()[0])
    return last[1:] != made_with or (changed is not None and changed > last[0])


def keep_themes(by: Person) -> None:
    """The domains of the thesaurus are the themes of the desk."""
    store_themes(by, [(d.key, d.fr, d.en) for d in thesaurus().domains], at=timezone.now())


def reindex(by: Person, report: Report | None = None, *, force: bool = False) -> SearchIndex | None:
    """Build and store the next generation, if one is due."""
    if not force and not is_due():
        return None
    read_at = _last_change() or timezone.now()
    keep_themes(by)
    version, numbers = weights.search()
    index = build(documents(), thesaurus(), numbers, previous=newest.get(), progress=report)
    if set_themes(by, themes_of(index), at=timezone.now()):
        index = build(documents(), thesaurus(), numbers, previous=index)
    return store_index(by, built(index, read_at, version), at=timezone.now())


def _last_change() -> datetime | None:
    return Commons.objects.aggregate(at=Max("updated_at"))["at"]


def built(index: Index, read_at: datetime, weights_version: int) -> Built:
    return Built(index.to_bytes(), len(index), str(ANALYSIS_VERSION), thesaurus().sha256, weights_version, read_at)


def themes_of(index: Index) -> dict[str, list[str]]:
    """Domains of the functions found in each entry's text, strongest first, three at most."""
    found = {}
    forward, concepts = index.parts.forward, index.parts.thesaurus.concepts
    for row, slug in enumerate(index.parts.docs.ids):
        span = slice(int(forward.concept_ptr[row]), int(forward.concept_ptr[row + 1]))
        weight: Counter[str] = Counter()
        for number, strength in zip(forward.concept[span].tolist(), forward.strength[span].tolist(), strict=True):
            if strength >= THEME_FROM:
                weight[concepts[number].domain] += round(100 * strength)
        found[slug] = sorted(weight, key=lambda key: (-weight[key], key))[:THEMES]
    return found


def verify() -> tuple[bool, str, str]:
    """Build in memory from nothing and compare with the newest stored: (same, stored hash, built hash)."""
    stored = SearchIndex.objects.order_by("-generation").values_list("sha256", flat=True).first() or "none"
    rebuilt = hashlib.sha256(build(documents(), thesaurus(), weights.search()[1]).to_bytes()).hexdigest()
    return stored == rebuilt, stored, rebuilt
