"""Keep a search index that was built: a new immutable generation; the two newest stay (01b § 3.4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from communaux.catalogue.models import SearchIndex
from communaux.core.actions import action
from communaux.core.models import Person


@dataclass(frozen=True, slots=True)
class Built:
    """A finished index and what it was made with."""

    payload: bytes
    n_docs: int
    analysis_version: str
    thesaurus_sha256: str
    weights_version: int
    read_at: datetime  # when the catalogue was read: later changes belong to the next generation


@action("catalogue.store_index", journaled=False)
def store_index(by: Person, built: Built, *, at: datetime) -> SearchIndex:
    """Store the next generation. The journal does not hold it: an index says nothing that its documents do not."""
    last = SearchIndex.objects.aggregate(last=Max("generation"))["last"] or 0
    made = SearchIndex.objects.create(
        generation=last + 1,
        n_docs=built.n_docs,
        payload=built.payload,
        sha256=hashlib.sha256(built.payload).hexdigest(),
        analysis_version=built.analysis_version,
        thesaurus_sha256=built.thesaurus_sha256,
        weights_version=built.weights_version,
        built_at=built.read_at,
    )
    SearchIndex.objects.filter(generation__lt=made.generation - 1).delete()
    return made
