"""One millésime brought into the tables: only what differs is written, so that the same file twice changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from communaux.core.rows import insert_missing, rewrite
from communaux.territory.cog import Cog, Row
from communaux.territory.edges import EU, FRANCE, Key, edges
from communaux.territory.models import (
    PostalCode,
    Territory,
    TerritoryAlias,
    TerritoryEdge,
)
from communaux.territory.names import name_key

BY_HAND: Final = "quartier"
FIELDS: Final = ("name", "population", "zone", "subtype")
BATCH: Final = 500

type Facts = tuple[str, int | None, str, str]  # FIELDS


@dataclass(slots=True)
class Changes:
    """What a load did, table by table; nothing at all the second time."""

    created: int = 0
    updated: int = 0
    ended: int = 0
    edges: int = 0
    aliases: int = 0
    postal_codes: int = 0

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}

    def __bool__(self) -> bool:
        return any(self.as_dict().values())


def territories(cog: Cog) -> Iterator[tuple[Key, Facts]]:
    """Every territory of the millésime, from the widest to the narrowest."""
    zones = {row[0]: row[2] for row in cog.departements}
    of_body: dict[str, str] = {}
    yield EU, ("Union européenne", None, "", "")
    yield FRANCE, ("France", None, "", "")
    yield from ((("region", code), (name, None, zone, "")) for code, name, zone in cog.regions)
    yield from ((("departement", row[0]), (row[1], None, row[2], "")) for row in cog.departements)
    for row in cog.communes:
        of_body |= dict.fromkeys((row[4], row[5]), zones[row[3]])
    for code, name, kind, population in cog.epci:
        yield ("epci", code), (name, number(population), of_body.get(code, ""), kind)
    yield from ((("ept", code), (name, None, of_body.get(code, ""), "")) for code, name in cog.ept)
    for row in cog.communes:
        yield ("commune", row[0]), (row[1], number(row[2]), zones[row[3]], "")


def number(text: str) -> int | None:
    return int(text) if text else None


def bring_territories(cog: Cog, changes: Changes) -> dict[Key, Territory]:
    """Write what is new or differs, and end what the millésime no longer has; return what it ended."""
    wanted = dict(territories(cog))
    held = {(one.kind, one.code): one for one in Territory.objects.exclude(kind=BY_HAND)}
    first, last = date(cog.millesime, 1, 1), date(cog.millesime - 1, 12, 31)
    new = [(key, facts) for key, facts in wanted.items() if key not in held]
    rows = ((*key, facts[0], name_key(facts[0]), *facts[1:], cog.millesime, first) for key, facts in new)
    names = ("kind", "code", "name", "name_key", "population", "zone", "subtype", "millesime", "valid_from")
    insert_missing(Territory, names, rows)
    other = [row for key, row in held.items() if key in wanted and differs(row, wanted[key])]
    for row in other:
        row.valid_to = None
        row.name, row.population, row.zone, row.subtype = wanted[row.kind, row.code]
        row.name_key = name_key(row.name)
    ended = {key: row for key, row in held.items() if key not in wanted and row.valid_to is None}
    for row in ended.values():
        row.valid_to = max(last, row.valid_from)
    rewrite([*other, *ended.values()], [*FIELDS, "name_key", "valid_to"])
    Territory.objects.filter(valid_to=None).exclude(kind=BY_HAND).update(millesime=cog.millesime)
    changes.created, changes.updated, changes.ended = len(new), len(other), len(ended)
    return ended


def differs(row: Territory, facts: Facts) -> bool:
    return row.valid_to is not None or (row.name, row.population, row.zone, row.subtype) != facts


def successors(cog: Cog) -> dict[str, set[str]]:
    """Old code of a commune → codes it is now part of; two for one that was split."""
    found = defaultdict[str, set[str]](set)
    for code, kind, _name, target in cog.aliases:
        if kind == TerritoryAlias.Kind.OLD:
            found[code].add(target)
    return found


def bring_edges(cog: Cog, ids: dict[Key, int], into: dict[int, int], changes: Changes) -> None:
    """Direct containments; a quarter, made by hand, stays under its commune or under what took its place."""
    wanted = {(ids[parent], ids[child]) for parent, child in edges(cog)}
    held = set(TerritoryEdge.objects.values_list("parent_id", "child_id"))
    by_hand = set(Territory.objects.filter(kind=BY_HAND).values_list("pk", flat=True))
    wanted |= {(into.get(parent, parent), child) for parent, child in held if child in by_hand}
    gone, new = held - wanted, wanted - held
    delete(TerritoryEdge, gone)
    insert_missing(TerritoryEdge, ("parent", "child"), sorted(new))
    changes.edges = len(new) + len(gone)


def bring_aliases(cog: Cog, ids: dict[Key, int], into: dict[int, int], changes: Changes) -> None:
    """Other codes: the millésime has the last word on those it names; those it no longer names follow their territory."""
    names = {(row[0], row[1], ids["commune", row[3]]): row[2] for row in cog.aliases}
    named = {key[:2] for key in names}
    gone, moved, held = [], [], set()
    for one in TerritoryAlias.objects.all():
        target = into.get(one.territory_id, one.territory_id)
        if (one.code, one.kind) in named:
            known = (one.code, one.kind, one.territory_id)
            held.add(known) if known in names else gone.append(one.pk)
        elif target != one.territory_id:
            one.territory_id = target
            moved.append(one)
    delete(TerritoryAlias, gone)
    rewrite(moved, ["territory"])
    new = [(*key, name, name_key(name), cog.millesime) for key, name in sorted(names.items()) if key not in held]
    insert_missing(TerritoryAlias, ("code", "kind", "territory", "name", "name_key", "millesime"), new)
    changes.aliases = len(new) + len(gone) + len(moved)


def bring_postal_codes(cog: Cog, ids: dict[Key, int], changes: Changes) -> None:
    wanted = {(code, ids["commune", row[0]]) for row in cog.communes for code in _postal(row)}
    held = set(PostalCode.objects.values_list("code", "territory_id"))
    gone, new = held - wanted, wanted - held
    delete(PostalCode, gone)
    insert_missing(PostalCode, ("code", "territory"), sorted(new))
    changes.postal_codes = len(new) + len(gone)


def _postal(row: Row) -> list[str]:
    return row[7].split()


def delete(model: type[TerritoryEdge | TerritoryAlias | PostalCode], keys: Iterable[Any]) -> None:
    """By slices: a database takes so many parameters."""
    left = list(keys)
    for start in range(0, len(left), BATCH):
        model.objects.filter(pk__in=left[start : start + BATCH]).delete()
