"""Up to four commons side by side: what each row says of each, with source and day; never a winner, never a total.

A row is one small function in `ROWS`: it reads the `Side` of one commons and gives what is said there, in order. Nothing
said is an empty tuple, which readers see as "unknown".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from communaux.catalogue.fields import name_key
from communaux.catalogue.models import Commons, Experience, Fact, Relation, SourceRecord
from communaux.catalogue.queries.commons import light_records
from communaux.catalogue.queries.short_lists import short_lists
from communaux.core.canonical import canonical
from communaux.core.models import SlugHistory

COLUMNS = 4
LOOKED_UP = 40  # names of one address that are looked for
SEEN = (Commons.State.PUBLISHED, Commons.State.WITHHELD, Commons.State.MERGED)
MAINTAINED = (
    *("steward", "maintainers", "maintenance", "contractors", "team", "contributors_12m", "answers"),
    *("contribute", "talk", "meetings"),
)
DECIDED = (
    *("decision_body", "charter_url", "who_may_join", "contribution_licence", "code_of_conduct", "mark_holder"),
    *("ownership_explicit", "funding_model", "at_the_end"),
)
ELSEWHERE = ("repository", "wikidata", "swhid", "doi", "siret", "rna", "sill", "comptoir", "dpga")
ASKED = ("steward", "talk", "contribute", "maintainers", "decision_body", "charter_url", "who_may_join", "at_the_end")


@dataclass(frozen=True, slots=True)
class Said:
    """One value. `table` says what `value` is: a code of that table of words, a `day`, a `fact`, else plain text."""

    value: Any
    table: str = ""
    about: str = ""  # key of a fact, scheme of an identifier, kind of a relation
    lang: str = ""
    source: str = ""
    on: str = ""  # day it was read or told
    declared: bool = False  # without evidence
    of: str = ""  # slug of the commons whose page of experiences tells more

    def told(self) -> dict[str, Any]:
        """As JSON, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value or name == "value"}

    def same_as(self) -> bytes:
        """What must be equal for two columns to agree: the value, whoever said it and when."""
        return canonical([self.table, self.about, self.value])


@dataclass(frozen=True, slots=True)
class Side:
    """One commons with everything its column needs, already read."""

    commons: Commons
    records: dict[int, SourceRecord]
    relations: tuple[tuple[str, bool, Commons, Relation], ...]  # kind, outgoing, the other one, the row
    others: frozenset[UUID]  # the other columns
    answers: Counter[str]  # would they do it again? -> experiences that say so

    def read(self, value: Any, record: object, **more: Any) -> Said:
        """A value of one record, with its source and the day it was read."""
        found = self.records.get(record) if isinstance(record, int) else None
        source, on = (found.source.title, day(found.fetched_at)) if found else ("", "")
        return Said(value, source=source, on=on, **more)

    def facts(self, pillar: str, keys: Sequence[str]) -> tuple[Said, ...]:
        rows = [fact for fact in self.commons.facts.all() if fact.pillar == pillar and fact.key in keys]
        return tuple(map(_fact, sorted(rows, key=lambda fact: (keys.index(fact.key), fact.pk))))


type NamedRow = tuple[str, Callable[[Side], Iterable[Said]]]


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: tuple[tuple[Said, ...], ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: tuple[Commons, ...]
    rows: tuple[Row, ...]

    def told(self) -> dict[str, Any]:
        """As JSON: what a note keeps, what pages and files put into words."""
        rows = [
            {"key": row.key, "differs": row.differs, "cells": [[said.told() for said in cell] for cell in row.cells]}
            for row in self.rows
        ]
        return {"columns": [{"commons": str(one.pk), "name": one.name} for one in self.columns], "rows": rows}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks to compare. `moved`: (as asked, the commons it leads to now); `beyond`: more than four."""

    columns: tuple[Commons, ...]
    beyond: tuple[Commons, ...] = ()
    moved: tuple[tuple[str, Commons], ...] = ()
    unknown: tuple[str, ...] = ()


def day(at: datetime | date) -> str:
    return (timezone.localdate(at) if isinstance(at, datetime) else at).isoformat()


def _fact(fact: Fact) -> Said:
    source = fact.record.source.title if fact.record else fact.declared_by
    declared = fact.evidence_id is None
    return Said(_exact(fact.value), "fact", fact.key, source=source, on=day(fact.as_of), declared=declared)


def _exact(value: Any) -> Any:
    """A JSON value without floats, which have no single spelling in a hash."""
    match value:
        case float():
            return repr(value)
        case dict():
            return {key: _exact(item) for key, item in value.items()}
        case list():
            return [_exact(item) for item in value]
    return value


def purpose(side: Side) -> Iterable[Said]:
    """What it is, in each language it says it in."""
    for text in sorted(side.commons.texts.all(), key=lambda one: one.lang):
        if text.short:
            yield side.read(text.short, side.commons.provenance.get(f"short.{text.lang}"), lang=text.lang)


def audience(side: Side) -> Iterable[Said]:
    """For whom: the domains it serves."""
    for theme in sorted(side.commons.themes.all(), key=lambda one: one.key):
        yield Said(theme.key, "theme")


def resources(side: Side) -> Iterable[Said]:
    for one in sorted(side.commons.resources.all(), key=lambda r: r.pk):
        yield side.read(one.kind, one.provenance.get("url"), table="kind")


def licence(side: Side) -> Iterable[Said]:
    for one in sorted(side.commons.resources.all(), key=lambda r: r.pk):
        record = one.provenance.get("licence_raw")
        if one.licence_spdx:
            yield side.read(one.licence_spdx, record)
        if one.open != "unknown":
            yield side.read(one.open, record, table="open")


def stage(side: Side) -> Iterable[Said]:
    if side.commons.stage:
        yield side.read(side.commons.stage, side.commons.provenance.get("stage"), table="stage")
    if side.commons.stage_on:
        yield Said(day(side.commons.stage_on), "day", "stage_on")


def last_sign(side: Side) -> Iterable[Said]:
    if side.commons.last_sign_on:
        yield side.read(day(side.commons.last_sign_on), side.commons.provenance.get("last_sign_on"), table="day")


def maintained_by(side: Side) -> Iterable[Said]:
    for name in side.commons.orgs:
        yield side.read(name, side.commons.provenance.get("orgs"))
    yield from side.facts("community", MAINTAINED)


def decided_by(side: Side) -> Iterable[Said]:
    return side.facts("governance", DECIDED)


def recommended(side: Side) -> Iterable[Said]:
    for one in sorted(side.commons.recommendations.all(), key=lambda r: (r.by_org, r.label)):
        if one.until is None:
            yield side.read(one.label, one.record_id, table="recommendation")


def used_by(side: Side) -> Iterable[Said]:
    """Bodies whose use another of their people confirmed."""
    for one in sorted(side.commons.reuses.all(), key=lambda reuse: (reuse.organisation.name, reuse.kind)):
        yield Said(one.organisation.name, "use", one.kind)


def experiences(side: Side) -> Iterable[Said]:
    """How many bodies told what they learned, and what they say of doing it again."""
    if side.answers:
        yield Said(side.answers.total(), "told", of=side.commons.slug)
    for answer in Experience.Again.values:
        if side.answers[answer]:
            yield Said(side.answers[answer], "again", answer)


def languages(side: Side) -> Iterable[Said]:
    for lang in sorted({lang for one in side.commons.resources.all() for lang in one.languages}):
        yield Said(lang, "lang")


def platforms(side: Side) -> Iterable[Said]:
    for one in sorted(side.commons.resources.all(), key=lambda r: r.pk):
        for name in one.platforms:
            yield side.read(name, side.commons.provenance.get("platforms"))


def works_with(side: Side) -> Iterable[Said]:
    return (_relation(one) for one in side.relations if one[2].pk not in side.others)


def between(side: Side) -> Iterable[Said]:
    """Relations of this column to the others of the table."""
    return (_relation(one) for one in side.relations if one[2].pk in side.others)


def _relation(told: tuple[str, bool, Commons, Relation]) -> Said:
    kind, outgoing, other, row = told
    table = "relation_from" if outgoing else "relation_to"
    return Said(other.name, table, kind, source=row.source.title if row.source else "")


def identifiers(side: Side) -> Iterable[Said]:
    for one in sorted(side.commons.identifiers.all(), key=lambda i: (i.scheme, i.value)):
        if one.until is None and one.scheme in ELSEWHERE:
            yield Said(one.value, "scheme", one.scheme)


def sources(side: Side) -> Iterable[Said]:
    for record in side.records.values():
        yield Said(record.source.title, source=record.source.licence, on=day(record.fetched_at))


ROWS: tuple[NamedRow, ...] = (
    ("purpose", purpose),
    ("audience", audience),
    ("resources", resources),
    ("licence", licence),
    ("stage", stage),
    ("last_sign", last_sign),
    ("maintained_by", maintained_by),
    ("decided_by", decided_by),
    ("used_by", used_by),
    ("recommended", recommended),
    ("languages", languages),
    ("platforms", platforms),
    ("works_with", works_with),
    ("between", between),
    ("identifiers", identifiers),
    ("sources", sources),
)
PAGE_ROWS = tuple(
    more for row in ROWS for more in ((row, ("experiences", experiences)) if row[0] == "used_by" else (row,))
)  # a frozen note keeps the rows it has always had
OPTIONAL = {"recommended", "used_by", "experiences", "works_with", "between"}  # nothing there is no gap of knowledge


def compare(columns: Sequence[Commons], wanted: Sequence[NamedRow] = ROWS) -> Comparison:
    """The table of these commons, in a fixed number of queries whatever their number."""
    sides = _sides(columns)
    rows = [_row(key, [_distinct(row(side)) for side in sides]) for key, row in wanted]
    gaps = [tuple(_gaps(side, [row.key for row in rows if not row.cells[i]])) for i, side in enumerate(sides)]
    return Comparison(tuple(columns), (*rows, _row("unknown", gaps)))


def _distinct(told: Iterable[Said]) -> tuple[Said, ...]:
    """Each value once: two sources that say the same are named by the first."""
    found: dict[bytes, Said] = {}
    for one in told:
        found.setdefault(one.same_as(), one)
    return tuple(found.values())


def _row(key: str, cells: Sequence[tuple[Said, ...]]) -> Row:
    said = {frozenset(one.same_as() for one in cell) for cell in cells}
    return Row(key, tuple(cells), len(said) > 1)


def _gaps(side: Side, empty: Sequence[str]) -> Iterable[Said]:
    """What nobody knows of it: rows without a word, questions of the triad without an answer."""
    known = {fact.key for fact in side.commons.facts.all()}
    yield from (Said(key, "compared") for key in empty if key not in OPTIONAL)
    yield from (Said(key, "fact_name") for key in ASKED if key not in known)


def _sides(columns: Sequence[Commons]) -> list[Side]:
    facts = Fact.objects.select_related("record__source").defer("record__raw", "record__mapped")
    prefetch_related_objects(
        columns, light_records(), Prefetch("facts", facts), "resources", "texts", "recommendations"
    )
    lists = short_lists(columns, ("themes", "identifiers", "reuses", "experiences"))
    ids = frozenset(one.pk for one in columns)
    rows = Relation.objects.filter(Q(a__in=ids) | Q(b__in=ids), until=None).select_related("a", "b", "source")
    told = sorted(rows, key=lambda row: (row.kind, row.pk))
    answers = {
        one.pk: Counter(row.again for row in lists[one.pk]["experiences"] if isinstance(row, Experience))
        for one in columns
    }
    return [
        _side(one, [row for row in told if one.pk in (row.a_id, row.b_id)], ids - {one.pk}, answers[one.pk])
        for one in columns
    ]


def _side(commons: Commons, rows: Sequence[Relation], others: frozenset[UUID], answers: Counter[str]) -> Side:
    told = [(row.kind, row.a_id == commons.pk, row.b if row.a_id == commons.pk else row.a, row) for row in rows]
    seen = tuple(one for one in told if one[2].state in SEEN)
    return Side(commons, {record.pk: record for record in commons.records.all()}, seen, others, answers)


def chosen(asked: Sequence[str]) -> Chosen:
    """The commons under these slugs or names, the first four as columns; a merged or renamed one leads to the kept one."""
    names = list(dict.fromkeys(filter(None, (name.replace("\x00", "").strip()[:250] for name in asked))))[:LOOKED_UP]
    found = _found(names)
    kept = list(dict.fromkeys(found[name] for name in names if name in found))
    moved = tuple((name, found[name]) for name in names if name in found and not _called(found[name], name))
    unknown = tuple(name for name in names if name not in found)
    return Chosen(tuple(kept[:COLUMNS]), tuple(kept[COLUMNS:]), moved, unknown)


def _called(commons: Commons, name: str) -> bool:
    return commons.slug == name or name_key(commons.name) == name_key(name)


def _found(names: Sequence[str]) -> dict[str, Commons]:
    """By slug, else by the name itself, else by a former slug."""
    keys = [key for key in map(name_key, names) if key]
    seen = Commons.objects.filter(state__in=SEEN).select_related("merged_into")
    rows = list(seen.filter(Q(slug__in=names) | Q(name_key__in=keys)).order_by("slug")) if names else []
    known = {row.slug: row for row in rows}
    named = {row.name_key: row for row in reversed(rows) if row.state == Commons.State.PUBLISHED}
    found = {name: known.get(name) or named.get(name_key(name)) for name in names}
    if left := [name for name, row in found.items() if row is None]:
        moves = dict(SlugHistory.objects.filter(kind="commons", old_slug__in=left).values_list("old_slug", "object_id"))
        there = {str(row.pk): row for row in seen.filter(pk__in=moves.values())} if moves else {}
        found |= {name: there.get(moves[name]) for name in left if name in moves}
    return {name: row.merged_into or row for name, row in found.items() if row}
