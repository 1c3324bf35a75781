"""Commons that a new one may already be, found by name and address before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from communaux.catalogue.addresses import is_owner_page, normal_url
from communaux.catalogue.fields import name_key
from communaux.catalogue.matching import fold
from communaux.catalogue.models import Commons, Identifier, Resource
from communaux.engines.search import Query

NEAR = 5  # hits of the search that are looked at, of which only the same name counts
MOST = 10
POINTS = {"repository": 4, "address": 3, "name": 2}  # 01 § 3.2


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A commons of the desk and why it may be the same: codes `repository`, `address`, `name`."""

    commons: Commons
    why: tuple[str, ...]


def possible(names: Iterable[str], addresses: Iterable[str], apart: UUID | None = None) -> list[LookAlike]:
    """Those that share an address or a name, surest first; `apart` is the commons asked about."""
    told = [name for name in names if name.strip()]
    shared: dict[UUID, list[str]] = {}
    for why, found in (*_by_address(addresses), ("name", _by_name(told))):
        for pk in found:
            shared.setdefault(pk, []).append(why)
    shared.pop(apart, None) if apart else None
    rows = _shown().in_bulk(list(shared))
    ordered = sorted(rows.values(), key=lambda c: (-sum(POINTS[why] for why in set(shared[c.pk])), c.name_key, c.slug))
    return [LookAlike(one, tuple(dict.fromkeys(shared[one.pk]))) for one in ordered[:MOST]]


def of(commons: Commons) -> list[LookAlike]:
    """Look-alikes of a commons that is described already."""
    addresses = [url for r in commons.resources.all() for url in (r.repository, r.url)]
    return possible([commons.name, *commons.names], addresses, apart=commons.pk)


def _shown() -> QuerySet[Commons]:
    return Commons.objects.filter(state__in=("published", "withheld"), withheld_reason="").prefetch_related("texts")


def _by_address(addresses: Iterable[str]) -> list[tuple[str, list[UUID]]]:
    normal = {normal_url(url) for url in addresses if url and not is_owner_page(url)} - {""}
    named = Identifier.objects.filter(scheme="repository", value__in=normal).values_list("commons_id", flat=True)
    homes = Q(pk=None)
    for address in normal:
        homes |= Q(url__icontains=address) | Q(repository__icontains=address)
    rows = Resource.objects.filter(homes, commons__state__in=("published", "withheld"))
    same = [
        pk for pk, *urls in rows.values_list("commons_id", "url", "repository") if normal & set(map(normal_url, urls))
    ]
    return [("repository", list(named)), ("address", same)]


def _by_name(names: list[str]) -> list[UUID]:
    """Equal names as they are sorted, and those that the index holds under the same folded name or alias."""
    from communaux.catalogue.indexing import newest  # which itself stands on the services that ask here

    exact = Commons.objects.filter(name_key__in=[name_key(name) for name in names]).values_list("pk", flat=True)
    folded = {fold(name) for name in names} - {""}
    index = newest.get()
    slugs = [hit.id for name in names for hit in index.search(Query(name, limit=NEAR)).hits] if index else []
    near = Commons.objects.filter(slug__in=slugs)
    return [*exact, *(one.pk for one in near if folded & set(map(fold, (one.name, *one.names))))]
