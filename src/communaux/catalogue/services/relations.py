"""Turn what records say of each other (`Mapped.links`) into relations between commons."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.mapped import Link
from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.matching import fold
from communaux.catalogue.models import Commons, Relation, SourceRecord
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.models import Person

type Edge = tuple[UUID, UUID, str]


@action("catalogue.relate", journaled=False)
def relate(by: Person, *, ring: Keyring, at: datetime) -> int:
    """Store every relation that both ends of are known; one that would close a circle is left out. Return how many are new."""
    known = set(Relation.objects.filter(since=None).values_list("a_id", "b_id", "kind"))
    made: dict[Edge, Relation] = {}
    for source, edge in _told(ring):
        if edge not in known and edge not in made and not _closes_circle(edge, known | made.keys()):
            a, b, kind = edge
            made[edge] = Relation(a_id=a, b_id=b, kind=kind, source_id=source)
    Relation.objects.bulk_create(made.values(), batch_size=200)
    if made:
        slugs = dict(Commons.objects.filter(pk__in={b for _a, b, _kind in made}).values_list("pk", "slug"))
        journal.append_many(by, at, [_line(edge, slugs[edge[1]]) for edge in sorted(made, key=str)])
    return len(made)


def _line(edge: Edge, other: str) -> journal.Line:
    a, _b, kind = edge
    return journal.Line("catalogue.relate", ("commons", str(a)), {}, {"relation": kind, "with": other})


def _told(ring: Keyring) -> list[tuple[str, Edge]]:
    rows = SourceRecord.objects.filter(state="live", mapped__has_key="links").exclude(commons=None).order_by("id")
    found = []
    for row in rows:
        for link in from_json(row.mapped).links:
            other = _resolve(link, row, ring)
            if row.commons_id and other and other != row.commons_id and link.kind in Relation.Kind.values:
                found.append((row.source_id, _edge(row.commons_id, other, link.kind)))
    return found


def _edge(a: UUID, b: UUID, kind: str) -> Edge:
    """A symmetric relation is stored once, lower id first."""
    return (min(a, b), max(a, b), kind) if kind in Relation.SYMMETRIC else (a, b, kind)


def _resolve(link: Link, row: SourceRecord, ring: Keyring) -> UUID | None:
    match link.scheme:
        case "record":
            same_source = SourceRecord.objects.filter(source=row.source_id, external_id=link.value)
            return same_source.values_list("commons_id", flat=True).first()
        case "name":
            return ring.one("names", fold(link.value))
        case "wikidata":
            return ring.one("wikidata", link.value)
        case "url":
            return ring.one("home_pages", normal_url(link.value))
        case "repository":
            return ring.one("repositories", normal_url(link.value))
    return None


def _closes_circle(edge: Edge, edges: set[Edge]) -> bool:
    """Whether b already leads to a by relations of the same acyclic kind."""
    a, b, kind = edge
    if kind not in Relation.ACYCLIC:
        return False
    after: dict[UUID, list[UUID]] = defaultdict(list)
    for start, end, of_kind in edges:
        if of_kind == kind:
            after[start].append(end)
    stack, seen = [b], set()
    while stack:
        here = stack.pop()
        if here == a:
            return True
        if here not in seen:
            seen.add(here)
            stack += after[here]
    return False
