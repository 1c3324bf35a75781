"""Turn what records say of each other (`Mapped.links`) into relations between commons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.circles import Edge, closes_circle
from communaux.catalogue.formats.mapped import Link
from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.keyring import SPEAKING, Keyring
from communaux.catalogue.matching import fold
from communaux.catalogue.models import Commons, LifeEvent, Relation, SourceRecord
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.models import Person

type Told = tuple[str, Edge]  # source, edge


@action("catalogue.relate", journaled=False)
def relate(by: Person, *, ring: Keyring, at: datetime) -> int:
    """Store every relation that a source tells and both ends of are known, drop those no longer told, name the other
    commons of events. One that would close a circle is left out. Return how many relations are new."""
    told, doubtful = _told(ring)
    stored = list(Relation.objects.filter(since=None))
    gone = [row for row in stored if row.source_id and not _still_told(row, told, doubtful)]
    Relation.objects.filter(pk__in=[row.pk for row in gone]).delete()
    known = {(row.a_id, row.b_id, row.kind) for row in stored} - {(row.a_id, row.b_id, row.kind) for row in gone}
    made: dict[Edge, Relation] = {}
    for source, edge in told:
        if edge not in known and edge not in made and not closes_circle(edge, known | made.keys()):
            a, b, kind = edge
            made[edge] = Relation(a_id=a, b_id=b, kind=kind, source_id=source)
    Relation.objects.bulk_create(made.values(), batch_size=200)
    _journal(by, at, gone, made.values())
    _name_others(ring)
    return len(made)


def _journal(by: Person, at: datetime, gone: Iterable[Relation], made: Iterable[Relation]) -> None:
    rows = [(row, False) for row in gone] + [(row, True) for row in made]
    slugs = dict(Commons.objects.filter(pk__in={row.b_id for row, _new in rows}).values_list("pk", "slug"))
    rows.sort(key=lambda one: (one[1], str(one[0].a_id), str(one[0].b_id), one[0].kind))
    if rows:
        journal.append_many(by, at, [_line(row, slugs[row.b_id], new) for row, new in rows])


def _line(row: Relation, other: str, new: bool) -> journal.Line:
    said = {"relation": row.kind, "with": other}
    before, after = ({}, said) if new else (said, {})
    return journal.Line("catalogue.relate", ("commons", str(row.a_id)), before, after, row.source_id or "")


def _still_told(row: Relation, told: Mapping[Told, None], doubtful: set[Told]) -> bool:
    """A name that fits two commons since another came is no reason to forget what it meant."""
    source, kind = row.source_id or "", row.kind
    unsure = {(source, (end, end, kind)) for end in (row.a_id, row.b_id)}
    return (source, (row.a_id, row.b_id, kind)) in told or bool(unsure & doubtful)


def _told(ring: Keyring) -> tuple[dict[Told, None], set[Told]]:
    """What records tell, in the order they came (the first teller of a relation is its source), and which tell of one
    that is not to be found, told as a relation to itself."""
    rows = SourceRecord.objects.filter(SPEAKING, mapped__has_key="links").exclude(commons=None).order_by("id")
    numbered = _numbered()
    found: dict[Told, None] = {}
    doubtful: set[Told] = set()
    for row in rows.defer("raw"):
        for link in from_json(row.mapped).links:
            here, other = row.commons_id, _resolve(link, row, ring, numbered)
            if here and not other:
                doubtful.add((row.source_id, (here, here, link.kind)))
            elif here and other and other != here and link.kind in Relation.Kind.values:
                found[row.source_id, _edge(here, other, link.kind)] = None
    return found, doubtful


def _numbered() -> dict[tuple[str, str], UUID | None]:
    """Commons by source and number in the source."""
    rows = SourceRecord.objects.exclude(commons=None).values_list("source_id", "external_id", "commons_id")
    return {(source, number): commons for source, number, commons in rows.iterator(2000)}


def _name_others(ring: Keyring) -> int:
    """Point events at the other commons they speak of, where its name is that of one; return how many changed."""
    events = list(LifeEvent.objects.exclude(other_name="").only("other_name", "other", "commons"))
    changed = []
    for event in events:
        other = ring.one("names", fold(event.other_name))
        if (found := other if other != event.commons_id else None) != event.other_id:
            event.other_id = found
            changed.append(event)
    return LifeEvent.objects.bulk_update(changed, ["other"], batch_size=200)


def _edge(a: UUID, b: UUID, kind: str) -> Edge:
    """A symmetric relation is stored once, lower id first."""
    return (min(a, b), max(a, b), kind) if kind in Relation.SYMMETRIC else (a, b, kind)


def _resolve(
    link: Link, row: SourceRecord, ring: Keyring, numbered: Mapping[tuple[str, str], UUID | None]
) -> UUID | None:
    match link.scheme:
        case "record":
            return numbered.get((row.source_id, link.value))
        case "name":
            return ring.one("names", fold(link.value))
        case "wikidata":
            return ring.one("wikidata", link.value)
        case "url":
            return ring.one("home_pages", normal_url(link.value))
        case "repository":
            return ring.one("repositories", normal_url(link.value))
    return None
