"""Records that only identify join the commons another source has named since (01 § 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import batched

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.models import SourceRecord
from communaux.catalogue.services.imports import IDENTIFY_ONLY, follow
from communaux.catalogue.services.settle import settle
from communaux.core.actions import action
from communaux.core.models import Person
from communaux.core.rows import rewrite

SLICE = 200


@action("catalogue.import", journaled=False)
def attach_identified(by: Person, *, ring: Keyring, at: datetime) -> int:
    """Give every record without a sheet the commons developed in its repository; return how many found theirs."""
    found = 0
    for keys in batched(_named_since(ring), SLICE, strict=False):
        rows = [row for row in SourceRecord.objects.filter(pk__in=keys).order_by("pk") if _attach(row, ring)]
        follow(rows)
        rewrite(rows, ["commons"])
        arrived = {row.commons_id: f"{row.source_id}:{row.external_id}" for row in rows if row.commons_id}
        settle(by, arrived, ", ".join(sorted({row.source_id for row in rows})), at, arrived)
        found += len(rows)
    return found


def _named_since(ring: Keyring) -> Iterator[int]:
    """Records without a sheet whose repository some commons bears: read without what they say."""
    alone = SourceRecord.objects.filter(source__in=IDENTIFY_ONLY, commons=None, state="live").order_by("pk")
    for pk, repository in list(alone.values_list("pk", "mapped__repository")):
        if ring.holders.get(("repositories", normal_url(repository or ""))):
            yield pk


def _attach(row: SourceRecord, ring: Keyring) -> bool:
    said = from_json(row.mapped)
    row.commons_id = ring.by_repository(said, row.source_id)
    if row.commons_id:
        ring.add(row.commons_id, said, row.source_id)
    return row.commons_id is not None
