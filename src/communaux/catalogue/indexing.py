"""From the catalogue to a search index and back: documents, themes read from their text, the next generation.

A process asks for the newest generation at most every two seconds and loads it once; the old one answers meanwhile. One
that it cannot use is not read twice: the generation before it answers, and the next one is asked for.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from functools import cache

from django.db import DatabaseError
from django.db.models import Max
from django.utils import timezone

from communaux.catalogue import changes, weights, words
from communaux.catalogue.models import SearchIndex
from communaux.catalogue.queries.documents import documents, rethemed
from communaux.catalogue.services import set_themes, store_index, store_themes
from communaux.catalogue.services.index import Built
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.data import thesaurus_files, thesaurus_words
from communaux.engines.search import Index, IndexRefused, Parsed, Thesaurus, ThesaurusError, build, fingerprint, parse
from communaux.engines.search.overlay import fingerprint_of, overlaid, same_base
from communaux.engines.search.text import ANALYSIS_VERSION

FRESH = 2.0  # seconds between two looks at the newest generation number
ASKED_EVERY = 600.0  # seconds between two requests of one process that cannot use the newest index
KEPT = 2  # generations that stay (01b § 3.4)
THEME_FROM = 0.8  # strength of a concept that gives its domain to a commons
THEMES = 3
FUNCTIONS = 2

log = logging.getLogger(__name__)
type Report = Callable[[int, int], None]


def thesaurus() -> Thesaurus:
    """The words this process answers with: those of its index, if they are the shipped ones with the changes of this desk."""
    held = newest.index
    if held is not None and same_base(held.parts.thesaurus.sha256, shipped_sha256()):
        return held.parts.thesaurus
    return _read()


def wanted_sha256() -> str:
    """The fingerprint of the words that the next index is built with."""
    return fingerprint_of(shipped_sha256(), words.accepted())


def wanted() -> Thesaurus:
    """The shipped words with the changes accepted on this desk."""
    accepted, now = words.accepted(), thesaurus()
    if now.sha256 == fingerprint_of(shipped_sha256(), accepted):
        return now
    return overlaid(now if now.sha256 == shipped_sha256() else _read(), accepted)


@cache
def shipped_sha256() -> str:
    """The fingerprint of the shipped thesaurus, known without reading its concepts."""
    return fingerprint(thesaurus_files(), thesaurus_words())


@cache
def _read() -> Thesaurus:
    """The shipped thesaurus from its files; one that does not hold together is refused."""
    if shipped().problems:
        raise ThesaurusError(shipped().problems)
    return shipped().thesaurus


@cache
def shipped() -> Parsed:
    """The files as they were read: what the checker asks for."""
    return parse(thesaurus_files(), thesaurus_words())


class _Newest:
    """The index this process answers from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def get(self, *, ask: bool = True) -> Index | None:
        """The newest index. While one thread looks or loads, the others answer from the old one, if there is one.

        `ask` for the next one when the newest cannot be used.
        """
        if not self._fresh() and self.lock.acquire(blocking=self.index is None):
            try:
                if not self._fresh():  # another thread may have looked while this one waited
                    self._look(ask=ask)
            finally:
                self.looked = time.monotonic()
                self.lock.release()
        return self.index

    def forget(self) -> None:
        self.index: Index | None = None
        self.refused: frozenset[int] = frozenset()
        self.asked = -ASKED_EVERY
        self.look_again()

    def look_again(self) -> None:
        self.looked = -FRESH

    def _fresh(self) -> bool:
        return time.monotonic() - self.looked < FRESH

    def _look(self, *, ask: bool) -> None:
        stored = SearchIndex.objects.order_by("-generation").values_list("generation", flat=True)
        held = list(stored[:KEPT])
        for generation in held:
            if self._takes(generation):
                break
        if ask and (not held or held[0] in self.refused):
            self._ask()

    def _takes(self, generation: int) -> bool:
        """Whether this process now answers from a generation."""
        if self.index is not None and self.index.generation == generation:
            return True
        if generation in self.refused:
            return False
        loaded = _load(generation)
        if loaded is None:
            self.refused |= {generation}
            return False
        self.index = loaded
        return True

    def _ask(self) -> None:
        """Ask for a generation of this version, seldom: a worker of another version would give the same one again."""
        if time.monotonic() - self.asked < ASKED_EVERY:
            return
        self.asked = time.monotonic()
        try:
            changes.ask()
        except DatabaseError:
            log.warning("the next index could not be asked for", exc_info=True)  # a page must not fail for it


newest = _Newest()


def _load(generation: int) -> Index | None:
    """The index of one generation; None when this version cannot use it, or when it has just been taken away."""
    rows = SearchIndex.objects.filter(pk=generation, analysis_version=str(ANALYSIS_VERSION))
    payload = rows.values_list("payload", flat=True).first()
    try:
        return None if payload is None else Index.from_bytes(bytes(payload), generation)
    except IndexRefused:
        log.warning("index generation %d cannot be used by this version: a rebuild is due", generation)
        return None


def is_due() -> bool:
    """Whether something changed since the newest index read the catalogue, be it only the day."""
    made = ("analysis_version", "thesaurus_sha256", "weights_version", "made_for")
    last = SearchIndex.objects.order_by("-generation").values_list(*made).first()
    now = (str(ANALYSIS_VERSION), wanted_sha256(), weights.search()[0], timezone.localdate())
    return changes.waiting() or last != now


def keep_themes(by: Person) -> None:
    """The domains of the thesaurus are the themes of the desk."""
    store_themes(by, [(d.key, d.fr, d.en) for d in thesaurus().domains], at=timezone.now())


def reindex(by: Person, report: Report | None = None, *, force: bool = False) -> SearchIndex | None:
    """Build and store the next generation, if one is due; begin again when another process was faster."""
    while force or is_due():
        try:
            return _next(by, report)
        except Conflict:
            force = False
    return None


def _next(by: Person, report: Report | None) -> SearchIndex:
    today, holds = timezone.localdate(), tuple(changes.begin())
    after = SearchIndex.objects.aggregate(newest=Max("generation"))["newest"] or 0
    keep_themes(by)
    version, numbers = weights.search()
    docs, vocabulary = list(documents(today)), wanted()
    index = build(docs, vocabulary, numbers, previous=newest.get(ask=False), progress=report)
    if set_themes(by, themes_of(index), at=timezone.now()):
        index = build(rethemed(docs), vocabulary, numbers, previous=index)
    stored = store_index(by, built(index, version, today, after, holds), at=timezone.now())
    newest.look_again()
    return stored


def built(index: Index, weights_version: int, made_for: date, after: int, holds: tuple[int, ...]) -> Built:
    version, sha256 = str(ANALYSIS_VERSION), index.parts.thesaurus.sha256
    return Built(index.to_bytes(), len(index), version, sha256, weights_version, made_for, after, holds)


def themes_of(index: Index) -> dict[str, list[str]]:
    """Domains of the functions found in each entry's text, strongest first, three at most."""
    domain = {concept.id: concept.domain for concept in index.parts.thesaurus.concepts}
    found = {}
    for row, slug in enumerate(index.parts.docs.ids):
        weight: Counter[str] = Counter()
        for concept, strength in _functions(index, row):
            weight[domain[concept]] += round(100 * strength)
        found[slug] = sorted(weight, key=lambda key: (-weight[key], key))[:THEMES]
    return found


def performed(index: Index, slug: str, asked: Collection[str]) -> tuple[str, ...]:
    """Functions that the text of an entry names, two at most: those asked for first, then the strongest."""
    row = index.parts.docs.row(slug)
    known = [] if row is None else _functions(index, row)
    ordered = sorted(known, key=lambda one: (one[0] not in asked, -one[1], one[0]))
    return tuple(concept for concept, _strength in ordered[:FUNCTIONS])


def _functions(index: Index, row: int) -> list[tuple[str, float]]:
    """Functions an entry performs for sure, each with its strength."""
    forward, concepts = index.parts.forward, index.parts.thesaurus.concepts
    span = slice(int(forward.concept_ptr[row]), int(forward.concept_ptr[row + 1]))
    pairs = zip(forward.concept[span].tolist(), forward.strength[span].tolist(), strict=True)
    return [(concepts[number].id, strength) for number, strength in pairs if strength >= THEME_FROM]


def verify() -> tuple[bool, str, str]:
    """Build in memory from nothing, for the same day, and compare with the newest stored: (same, stored hash, built hash)."""
    last = SearchIndex.objects.order_by("-generation").values_list("sha256", "made_for").first()
    stored, day = last or ("none", timezone.localdate())
    rebuilt = hashlib.sha256(build(documents(day), wanted(), weights.search()[1]).to_bytes()).hexdigest()
    return stored == rebuilt, stored, rebuilt
