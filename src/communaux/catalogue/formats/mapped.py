"""What every reader of a catalogue format gives back: one shape, so that the importer knows one shape.

A reader is a pure function `read(files: Mapping[str, bytes]) -> Reading`: it never raises on bad content, never
fetches, never looks at a clock. One bad row is one `Refused`; the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """A dated fact of a life: kind and cause as in `catalogue.models.LifeEvent`; precision is day, month or year."""

    kind: str
    on: date | None = None
    precision: str = "day"
    cause: str = ""
    text: str = ""
    text_en: str = ""
    from_party: str = ""
    to_party: str = ""
    other: str = ""  # name of the other commons, if any


@dataclass(frozen=True, slots=True)
class Link:
    """A relation to another entry, told as the source tells it: (scheme, value) resolved later by the importer.

    scheme is `record` (external id in the same source), `name`, `url`, `repository` or `wikidata`.
    """

    kind: str
    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """A further resource of the same commons: its data, its content, its device."""

    kind: str
    name: str = ""
    url: str = ""
    repository: str = ""
    licence_raw: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """One record of one source, in our words. Empty means: the source does not say."""

    external_id: str
    name: str
    names: tuple[str, ...] = ()  # aliases, acronyms, old names
    lang: tuple[str, ...] = ()  # of the texts, ISO 639-1
    short: Mapping[str, str] = field(default_factory=dict)  # lang -> one line
    long: Mapping[str, str] = field(default_factory=dict)  # lang -> Markdown or plain text
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: str = "software"  # software data content standard method hardware service place
    url: str = ""
    repository: str = ""
    more_repositories: tuple[str, ...] = ()
    licence_raw: str = ""
    tags: tuple[str, ...] = ()  # the source's own words, untouched
    platforms: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    stage: str = ""  # 01 § 3.1: idea investigation construction growth operated paused transferred ended
    events: tuple[Event, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()  # (scheme, value): wikidata, sill, comptoir, dpga, url, doi, swhid
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()  # resources besides the first
    themes: tuple[str, ...] = ()  # keys of themes, where a person chose them
    same: tuple[str, ...] = ()  # "source:external_id" of records that a person judged to be the same commons
    is_commons: str = ""  # yes, partly, no: declared verdict
    recommendation: str = ""  # label of the source ("R", "O", "FR", "DPG"), never a stage
    replaces: tuple[str, ...] = ()  # proprietary products the source says it replaces
    community: Mapping[str, Any] = field(default_factory=dict)  # key -> value of the triad, as declared
    governance: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    released_on: date | None = None
    last_sign_on: date | None = None  # newest commit, release or update the source knows
    updated_on: date | None = None  # when the source last touched the record
    hidden_reason: str = ""  # test, spam, out_of_scope
    warnings: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)  # the row as found, JSON-ready


class Unusable(ValueError):
    """A row that lacks what a record needs; the message is the reason told to people."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not be read: where it stands and why, in one clear sentence."""

    where: str  # "file.csv, line 12"
    reason: str
    content: str = ""  # what was found, cut at 2,000 characters


@dataclass(frozen=True, slots=True)
class Reading:
    """All a reader found in its files."""

    records: tuple[Mapped, ...]
    refused: tuple[Refused, ...] = ()
    dropped_fields: tuple[str, ...] = ()  # fields of the source that are deliberately not mapped
