"""The documents of the catalogue as the API describes them: each field says what it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field as F


class Facets(Schema):
    """Values kept of each facet; several values of one facet are alternatives."""

    theme: list[str] = F(default_factory=list, max_length=40, description="Keys of themes, as in `/themes`")
    kind: list[str] = F(default_factory=list, max_length=40, description="Kinds: software, data, content, service, …")
    licence: list[str] = F(
        default_factory=list, max_length=40, description="Families of licences, as counted in answers"
    )
    language: list[str] = F(default_factory=list, max_length=40, description="Languages of the description")
    stage: list[str] = F(default_factory=list, max_length=40, description="Stages: operated, growth, ended, …")
    activity: list[str] = F(default_factory=list, max_length=40, description="active, quiet or unknown")
    source: list[str] = F(default_factory=list, max_length=40, description="Keys of sources, as in `/sources`")
    recommended: list[str] = F(default_factory=list, max_length=40, description="Keys of sources that recommend it")


class ResourceOut(Schema):
    """One thing that can be used: a software, a set of data, a service."""

    kind: str = F(description="software, data, content, standard, method, hardware, service or place")
    name: str = F(description="Its own name; empty: that of the commons")
    url: str = F(description="Home page; may be empty")
    repository: str = F(description="Address of the source; may be empty")
    licence: str | None = F(description="SPDX expression; null when it was not recognised")
    licence_as_written: str = F(description="What the source wrote")
    open: Literal["yes", "no", "unknown"] = F(description="Whether anybody may use, study, change and share it")
    platforms: list[str] = F(description="Where it runs")
    version: str = F(description="Last version known; may be empty")
    released_on: date | None = F(description="Day of that version")


class CommonsOut(Schema):
    """A commons as lists and results show it."""

    id: UUID = F(description="Stays the same when the name changes")
    slug: str = F(description="Its name in addresses")
    url: str = F(description="Address of its sheet")
    name: str = F(description="Its name")
    names: list[str] = F(description="Other names")
    short: dict[str, str] = F(description="One line about it, by language")
    stage: str | None = F(description="Where it stands in its life; null: unknown")
    stage_on: date | None = F(description="Since when, if a source dates it")
    last_sign_on: date | None = F(description="Last sign of life that a source knows")
    is_commons: str = F(description="yes, partly, no or unknown: a declared opinion that can be contested")
    themes: list[str] = F(description="Keys of its themes")
    resources: list[ResourceOut] = F(description="What it is made of")
    sources: list[str] = F(description="Keys of the sources that describe it")
    updated_at: datetime = F(description="Last change of its sheet on this desk")


class ListedOut(CommonsOut):
    """A row of a list."""

    state: str = F(description="published; with `updated_since` also merged (into `merged_into`) or withheld")
    merged_into: str | None = F(description="Slug of the commons it was merged into")


class TextOut(Schema):
    """A description in one language."""

    short: str = F(description="One line")
    text: str = F(description="Markdown; may be empty")


class FactOut(Schema):
    """Something declared about a commons that has no column of its own."""

    pillar: str = F(description="resource, community or governance")
    key: str = F(description="What it is about")
    value: Any = F(description="As the source gives it: text, number, list or object")
    declared_by: str = F(description="Key of the source")
    as_of: date = F(description="Day it was read")


class RelatedOut(Schema):
    """A relation seen from this commons."""

    kind: str = F(description="depends_on, successor_of, fork_of, …")
    direction: Literal["to", "from"] = F(description="to: this commons depends on the other; from: the reverse")
    slug: str = F(description="The other commons")
    name: str = F(description="Its name")


class EventOut(Schema):
    """Something that happened in the life of a commons."""

    kind: str = F(description="created, stage, renamed, end, …")
    on: date | None = F(description="When, as precisely as `precision` says; null: unknown")
    precision: str = F(description="day, month or year")
    cause: str = F(description="Why; may be empty")
    state: str = F(description="declared, confirmed by a person, or withdrawn after a contest")
    text: str = F(description="What the source says of it; may be empty")
    other: str | None = F(description="Slug of the other commons it is about")
    other_name: str = F(description="Its name as the source writes it, whether or not this desk has it; may be empty")


class IdentifierOut(Schema):
    """The name under which another system knows it."""

    scheme: str = F(description="The system: wikidata, sill, repository, …")
    value: str = F(description="Its name there")
    until: date | None = F(description="Day after which it no longer holds; null: it holds")


class RecordOut(Schema):
    """What one source says of it, and under which licence that may be reused."""

    id: int = F(description="The number that `provenance` and `conflicts` refer to")
    source: str = F(description="Key of the source")
    external_id: str = F(description="Number in the source")
    address: str = F(description="Address of the file it was read in; empty: it stands in a catalogue")
    licence: str = F(description="Licence of the record; empty: not said")
    attribution: str = F(description="Whom to name when it is reused")
    fetched_at: datetime = F(description="When it was read")
    state: str = F(description="live, or gone since the source no longer names it")


class SaidOut(Schema):
    """One of several values that sources give for the same field."""

    value: Any = F(description="What it says")
    record: int | None = F(None, description="Number of the record")
    source: str = F("", description="Key of the source")


class SheetOut(CommonsOut):
    """All that the desk knows of a commons, and the record behind each value."""

    state: str = F(description="published, or withheld: outside the commons, described because others relate to it")
    unnamed_on: date | None = F(description="Since when no source names it any more; null: one does")
    texts: dict[str, TextOut] = F(description="Descriptions, by language")
    organisations: list[str] = F(description="Bodies that the sources name")
    facts: list[FactOut] = F(description="What is declared beside")
    relations: list[RelatedOut] = F(description="Other commons it relates to")
    events: list[EventOut] = F(description="Its life, oldest first")
    identifiers: list[IdentifierOut] = F(description="Its names in other systems")
    records: list[RecordOut] = F(description="What it was merged from")
    provenance: dict[str, Any] = F(description="Field → number of the record whose value is shown")
    conflicts: dict[str, list[SaidOut]] = F(description="Field → every value, where sources disagree")


class ReasonOut(Schema):
    """Why a commons is among the results."""

    kind: str = F(description="name, word, concept, phrase, adoption, …")
    share: float = F(description="How much of the score it brought")
    params: dict[str, str] = F(description="The words or the function it is about")


class HitOut(Schema):
    """One result."""

    rank: int = F(description="1 is the first")
    score: float = F(description="Comparable within one answer only")
    relevance: float = F(description="From 0 to 1: how much of the need it covers")
    known_item: bool = F(description="Whether the query is its very name")
    reasons: list[ReasonOut] = F(description="Why it is there, most important first")
    excerpt: str = F(description="The part of its description that answers")
    commons: CommonsOut = F(description="The commons")
    probably_same: list[str] = F(description="Slugs of commons that are probably the same")


class CorrectionOut(Schema):
    """A word that was searched for otherwise than written."""

    word: str = F(description="As written")
    used: list[str] = F(description="What was searched for too")
    kind: str = F(description="spelling, compound, …")


class ConceptOut(Schema):
    """A function of the thesaurus that the query was understood as."""

    id: str = F(description="Its identifier in `/thesaurus.json`")
    strength: float = F(description="From 0 to 1: how surely it was meant")
    label: str = F(description="Its words")


class NoticeOut(Schema):
    """Something done otherwise than asked."""

    code: str = F(description="cut, unknown_facet, phrase_not_found, …")
    params: dict[str, str] = F(description="What it is about")


class SearchOut(Schema):
    """A page of results, and how the query was understood."""

    query: str = F(description="The query as received")
    intent: str = F(description="What kind of query it was taken for: name, word, need, …")
    lang: str | None = F(description="Language it was read in")
    total: int = F(description="Results in all pages")
    page: int = F(description="This page")
    pages: int = F(description="Pages there are")
    generation: int = F(description="Number of the index that answered")
    corrections: list[CorrectionOut] = F(description="Words searched for otherwise")
    concepts: list[ConceptOut] = F(description="Functions it was understood as")
    counts: dict[str, dict[str, int]] = F(description="Facet → value → results that have it")
    notices: list[NoticeOut] = F(description="What was done otherwise than asked")
    items: list[HitOut] = F(description="The results of this page")


class WhyNotOut(Schema):
    """Why a commons is not among the results, or where it is."""

    slug: str = F(description="The commons asked about")
    name: str = F(description="Its name")
    state: str = F(description="hit, missed, removed by a facet, not published, …")
    merged_into: str | None = F(None, description="Slug of the commons it was merged into")
    rank: int | None = F(None, description="Its place, when it is among the results after all")
    gap: float | None = F(None, description="Score of the tenth result less its own; 0 in the first ten")
    words_found: list[str] = F([], description="Words of the query it holds")
    words_missing: list[str] = F([], description="Words of the query it does not hold")
    concepts_missing: list[str] = F([], description="Functions of the query it does not serve")
    removed_by: list[str] = F([], description="Facets that leave it out")
    stage_factor: float = F(1.0, description="How much its stage lowers it; 1: not at all")


class PageOut(Schema):
    """A part of a list, in order of slug."""

    items: list[ListedOut] = F(description="The commons of this part")
    total: int = F(description="Commons in the whole list")
    next: str | None = F(description="Address of the following part; null at the end")


class RelationOut(Schema):
    """A relation between two commons."""

    id: int = F(description="Its number; grows with time")
    a: str = F(description="Slug of the first")
    b: str = F(description="Slug of the second")
    kind: str = F(description="What the first is to the second: depends_on, fork_of, …")
    source: str | None = F(description="Key of the source that says so")


class RelationsOut(Schema):
    """A part of the relations, in order of id."""

    items: list[RelationOut] = F(description="The relations of this part")
    total: int = F(description="Relations in all")
    next: str | None = F(description="Address of the following part; null at the end")


class ThemeOut(Schema):
    """A domain of public service."""

    key: str = F(description="Its name in filters")
    fr: str = F(description="In French")
    en: str = F(description="In English")
    commons: int = F(description="Published commons it holds")


class SourceOut(Schema):
    """A catalogue the desk reads."""

    key: str = F(description="Its name in filters")
    title: str = F(description="Its title")
    licence: str = F(description="Licence of its records")
    licence_url: str = F(description="Text of that licence; may be empty")
    attribution: str = F(description="Whom to name when its records are reused")
    share_alike: bool = F(description="Whether changed copies keep the licence")
    priority: int = F(description="When sources disagree, the highest speaks")
    records: int = F(description="Its records on this desk")
    last_run_at: datetime | None = F(description="Last import; null: never finished")


class SkosOut(Schema):
    """A SKOS concept scheme in JSON-LD."""

    context: dict[str, Any] = F(alias="@context", description="What the prefixes and keys mean (JSON-LD 1.1)")
    graph: list[dict[str, Any]] = F(
        alias="@graph", description="The scheme with its licence, then its concepts: labels, broader, related"
    )


class DumpSourceOut(Schema):
    """A source whose records are in a dump."""

    key: str = F(description="Its key, as in `/sources`")
    title: str = F(description="Its title")
    attribution: str = F(description="Whom to name when its records are reused")
    records: int = F(description="Its records in this dump")


class DumpOut(Schema):
    """A file of records that are all under one licence."""

    name: str = F(description="Name of the file")
    url: str = F(description="Where it is")
    format: str = F(description="json (a line a record), csv or dcat (Turtle)")
    licence: str = F(description="Licence of every record in it")
    licence_url: str = F(description="Text of that licence; may be empty")
    share_alike: bool = F(description="Whether changed copies keep the licence")
    date: datetime = F(description="When it was made")
    records: int = F(description="Records in it")
    sources: list[DumpSourceOut] = F(description="Where they come from")
    size: int = F(description="Bytes")
    sha256: str = F(description="SHA-256 of the file")


class NoteShortOut(Schema):
    """A note d'opportunité as lists show it."""

    id: UUID = F(description="Stays for ever")
    url: str = F(description="Address of its page; `.json`, `.md` and `.odt` in place of the last slash give its files")
    title: str = F(description="Its title")
    lang: str = F(description="Language it is written in")
    state: str = F(description="published, or superseded by a newer note")
    asked_by: str | None = F(description="The organisation it is written for; null: a person in their own name")
    conclusion: str = F(description="reuse, contribute, pool, build or buy")
    frozen_at: datetime = F(description="When its content was closed")
    published_at: datetime = F(description="When everybody could read it")
    sha256: str = F(description="Hash of its content in canonical JSON")


class NotesOut(Schema):
    """A page of notes."""

    items: list[NoteShortOut] = F(description="Newest first")
    total: int = F(description="Published notes in force")
    page: int = F(description="This page")
    pages: int = F(description="How many there are")


class NoteOut(NoteShortOut):
    """A note with all it says."""

    content: dict[str, Any] = F(description="What was frozen: need, searches with hits, candidates, table, conclusion")
    superseded_by: UUID | None = F(description="The published note that takes its place")
