"""Identifiers of commons: those told stand, those no longer told are kept with `until`. Part of settling a commons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from communaux.catalogue.models import Identifier

type Key = tuple[UUID, str, str]


def keep_identifiers(ids: Sequence[UUID], told: Iterable[Identifier], today: date) -> None:
    """Close what the records of these commons no longer tell, add what is new: a renamed repository keeps both names."""
    wanted = {_key(one): one for one in told}
    standing = {_key(one): one for one in Identifier.objects.filter(commons__in=ids, until=None, record__isnull=False)}
    closed = [standing[key] for key in standing.keys() - wanted.keys()]
    Identifier.objects.filter(pk__in=[one.pk for one in closed]).update(until=today)
    replaced = {(one.commons_id, one.scheme) for one in closed}
    new = [wanted[key] for key in sorted(wanted.keys() - standing.keys(), key=str)]
    for one in new:
        one.since = today if (one.commons_id, one.scheme) in replaced else None
    Identifier.objects.bulk_create(new, batch_size=200, ignore_conflicts=True)  # another commons may bear it


def _key(one: Identifier) -> Key:
    return one.commons_id, one.scheme, one.value
