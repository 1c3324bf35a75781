"""Keep a search index that was built: a new immutable generation; the two newest stay (01b § 3.4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communaux.catalogue.models import SearchIndex, Unindexed
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person


@dataclass(frozen=True, slots=True)
class Built:
    """A finished index and what it was made with."""

    payload: bytes
    n_docs: int
    analysis_version: str
    thesaurus_sha256: str
    weights_version: int
    made_for: date
    after: int  # the newest generation when the catalogue was read
    holds: tuple[int, ...]  # rows of Unindexed: the changes it was read after


@action("catalogue.store_index", journaled=False)
def store_index(by: Person, built: Built, *, at: datetime) -> SearchIndex:
    """Store the next generation, and take away the changes it holds.

    Raise Conflict when another process stored one meanwhile: ours may be older than what that one holds. The journal
    does not hold it: an index says nothing that its documents do not.
    """
    try:
        with transaction.atomic():
            made = _made(built, at)
    except IntegrityError as error:
        raise Conflict("index_overtaken", _("Another index was stored meanwhile.")) from error
    SearchIndex.objects.filter(generation__lt=made.generation - 1).delete()
    for start in range(0, len(built.holds), 500):
        Unindexed.objects.filter(pk__in=built.holds[start : start + 500]).delete()
    return made


def _made(built: Built, at: datetime) -> SearchIndex:
    return SearchIndex.objects.create(
        generation=built.after + 1,
        n_docs=built.n_docs,
        payload=built.payload,
        sha256=hashlib.sha256(built.payload).hexdigest(),
        analysis_version=built.analysis_version,
        thesaurus_sha256=built.thesaurus_sha256,
        weights_version=built.weights_version,
        made_for=built.made_for,
        built_at=at,
    )
