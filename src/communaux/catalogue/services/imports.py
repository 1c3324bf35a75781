"""Bring records of a source in: a slice at a time, each slice whole or not at all, so that a killed import goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.formats.stored import to_json
from communaux.catalogue.keyring import Keyring
from communaux.catalogue.models import Commons, Source, SourceRecord
from communaux.catalogue.services.settle import settle
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person
from communaux.core.rows import rewrite

IDENTIFY_ONLY = frozenset({"code-gouv-fr"})  # rows without a sheet of their own (01 § 3.6)
LOSS_ALLOWED = 20  # percent
LANGUAGES = 20  # letters of the column


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import did, record by record."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    hidden: int = 0
    gone: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


@action("catalogue.register_source")
def register_source(by: Person, *, key: str, facts: Mapping[str, Any], at: datetime) -> Source:
    """Make the source known with its licence and its priority, or refresh what is known of it."""
    return Source.objects.update_or_create(key=key, defaults=dict(facts))[0]


@action("catalogue.import", journaled=False)
def import_slice(by: Person, source: Source, records: Sequence[Mapped], *, ring: Keyring, at: datetime) -> Counts:
    """Store these records and show what they say; those that have not changed cost nothing."""
    known = {r.external_id: r for r in source.records.filter(external_id__in=[m.external_id for m in records])}
    held = {r.commons_id for r in known.values()}  # a record that is set aside leaves its commons
    rows = [row_of(source, said, known.get(said.external_id), at) for said in records]
    changed = [(said, row) for said, row in zip(records, rows, strict=True) if row is not None]
    new_commons = [made for said, row in changed if (made := _attach(said, row, source.key, ring, at))]
    Commons.objects.bulk_create(new_commons)
    follow([row for _said, row in changed])
    SourceRecord.objects.bulk_create([row for _said, row in changed if row.pk is None])
    fields = ["raw", "raw_sha256", "mapped", "warnings", "lang", "state", "hidden_reason", "commons"]
    old = [row for _said, row in changed if row.external_id in known]
    rewrite(old, [*fields, "fetched_at", "source_updated_at"])
    left = held - {r.commons_id for r in known.values()}
    touched = {row.commons_id for _said, row in changed} | left
    new = {row.commons_id: f"{source.key}:{row.external_id}" for _said, row in changed if row.external_id not in known}
    settle(by, [pk for pk in touched if pk], source.key, at, {pk: name for pk, name in new.items() if pk})
    return _count(records, changed, known)


def row_of(source: Source, said: Mapped, old: SourceRecord | None, at: datetime) -> SourceRecord | None:
    """The row to write, or None when nothing changed."""
    raw = json.loads(json.dumps(said.raw, default=str, sort_keys=True))
    sha, mapped = hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest(), to_json(said)
    state = "hidden" if said.hidden_reason else "live"
    if old and (old.raw_sha256, old.mapped, old.state) == (sha, mapped, state):
        return None
    row = old or SourceRecord(source=source, external_id=said.external_id)
    row.raw, row.raw_sha256, row.mapped, row.warnings = raw, sha, mapped, list(said.warnings)
    row.lang, row.state, row.hidden_reason = _languages(said.lang), state, said.hidden_reason
    row.fetched_at, row.source_updated_at = at, said.updated_on
    return row


def follow(rows: Sequence[SourceRecord]) -> None:
    """A commons that was merged since the import began goes on as the one that was kept."""
    named = Commons.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = named.filter(pk__in={row.commons_id for row in rows if row.commons_id}).values_list("pk", "merged_into")
    into = {pk: kept for pk, kept in found if kept}
    for row in rows:
        row.commons_id = into.get(row.commons_id, row.commons_id) if row.commons_id else None


def _languages(codes: Sequence[str]) -> str:
    """As many whole codes as the column holds; `mapped` holds them all."""
    fitting = [codes[: n + 1] for n in range(len(codes)) if len("+".join(codes[: n + 1])) <= LANGUAGES]
    return "+".join(fitting[-1]) if fitting else ""


def _attach(said: Mapped, row: SourceRecord, source: str, ring: Keyring, at: datetime) -> Commons | None:
    """Give the row its commons: the one it has, the one it surely is, else a new one (returned, to be created)."""
    if said.hidden_reason:
        row.commons = None
        return None
    identify_only = source in IDENTIFY_ONLY
    found: UUID | None = row.commons_id or (ring.by_repository if identify_only else ring.same)(said, source)
    made = None
    if found is None and not identify_only:
        made = Commons(slug=ring.new_slug(said.name, source), name=said.name[:250], published_at=at, updated_at=at)
        found = made.pk
    row.commons_id = found
    if found:
        ring.add(found, said, source)
    return made


def _count(
    records: Sequence[Mapped], changed: list[tuple[Mapped, SourceRecord]], known: Mapping[str, SourceRecord]
) -> Counts:
    created = sum(row.external_id not in known for _said, row in changed)
    hidden = sum(bool(said.hidden_reason) for said in records)
    return Counts(created, len(changed) - created, len(records) - len(changed), hidden)


def check_loss(key: str, seen: set[str], *, refused: int, accept_loss: bool) -> None:
    """Stop before anything is written when a source has suddenly lost a large part of its records.

    A record that may stand in one of the `refused` lines is lost as well.
    """
    live = set(SourceRecord.objects.filter(source=key, state="live").values_list("external_id", flat=True))
    lost = len(live - seen)
    if live and lost * 100 > LOSS_ALLOWED * len(live) and not accept_loss:
        raise Conflict(
            "source_lost_records",
            _(
                "%(source)s now lacks %(lost)d of its %(live)d records (refused lines: %(refused)d). "
                "Nothing was changed. If this is right, import again and accept the loss."
            )
            % {"source": Source.objects.get(key=key).title, "lost": lost, "live": len(live), "refused": refused},
            lost=lost,
            live=len(live),
            refused=refused,
        )


@action("catalogue.close_import", journaled=False)
def close_import(
    by: Person, source: Source, *, gone: Sequence[SourceRecord], counts: Counts, etag: str, at: datetime
) -> Counts:
    """Mark what the source no longer holds as gone, and write the run into the journal."""
    source.records.filter(pk__in=[r.pk for r in gone]).update(state="gone")
    settle(by, {r.commons_id for r in gone if r.commons_id}, source.key, at)
    source.etag, source.last_run_at = etag, at
    source.save(update_fields=["etag", "last_run_at"])
    total = replace(counts, gone=len(gone))
    journal.append(by, at, journal.Line("catalogue.import", journal.subject_of(source), {}, total.as_dict()))
    return total
