"""Write what a person says of a commons: its own record, beside those of the catalogues, and the pins of what was emptied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from communaux.catalogue.described_by import Described
from communaux.catalogue.fixed_facts import as_fixed
from communaux.catalogue.formats.stored import to_json
from communaux.catalogue.models import Commons, Source, SourceRecord
from communaux.catalogue.own import CARD, FACTS, OWN, PINNED, as_mapped, fingerprint
from communaux.catalogue.queries.editable import current
from communaux.catalogue.services.settle import settle
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Evidence, Person


class EditedMeanwhile(Conflict):
    """Somebody else changed the same fields; `details["fields"]` maps each to what it says now."""


@action("catalogue.describe", journaled=False)
def describe(
    by: Person, commons: Commons, *, given: Mapping[str, Any], seen: Mapping[str, str], reason: str, at: datetime
) -> Commons:
    """Change the fields of `given`; `seen` has the fingerprint of each as the person saw it.

    Raise EditedMeanwhile, and write nothing, when somebody else changed one of them since.
    """
    held = Commons.objects.select_for_update(no_key=True).get(pk=commons.pk)
    now = current(held)
    changed = {name for name in given if fingerprint(now[name]) != seen.get(name) and now[name] != given[name]}
    moved = {name: now[name] for name in given if name in changed}
    if moved:
        raise EditedMeanwhile("edited_meanwhile", _("Somebody changed the same lines meanwhile."), fields=moved)
    write(by, held, given, at)
    settle(by, [held.pk], reason, at, act="catalogue.describe", described=sorted(given))
    commons.refresh_from_db()
    return commons


def write(by: Person, commons: Commons, given: Mapping[str, Any], at: datetime) -> None:
    """Bring the own record of a commons up to date, and what is pinned of it; nothing is settled yet."""
    source, _made = Source.objects.get_or_create(key=OWN, defaults=CARD)
    known = SourceRecord.objects.filter(source=source, external_id=str(commons.pk)).first()
    row = known or SourceRecord(source=source, external_id=str(commons.pk), commons=commons)
    told = row.raw.get("said", {}) if known else {}
    said = {name: value for name, value in {**told, **given}.items() if value}
    said.setdefault("kind", current(commons)["kind"] or "software")
    mapped = as_mapped(row.external_id, said, at.date())
    row.raw, row.mapped, row.lang = dict(mapped.raw), to_json(mapped), "+".join(mapped.lang)
    row.raw_sha256 = hashlib.sha256(json.dumps(row.raw, sort_keys=True).encode()).hexdigest()
    row.fetched_at, row.source_updated_at = at, at.date()
    row.save()
    commons.pinned = _pinned(commons, given, at.date())
    commons.save(update_fields=["pinned"])


def _pinned(commons: Commons, given: Mapping[str, Any], on: date) -> dict[str, Any]:
    """What was emptied is pinned as empty; what was pinned takes the new value."""
    pins = dict(commons.pinned)
    for field, name in PINNED.items():
        if field in given and (name in pins or not given[field]):
            pins[name] = given[field]
    said = {code: as_fixed(given[field], on) for field, code in FACTS.items() if field in given and code in pins}
    return pins | said


@action("catalogue.take_over", journaled=False)
def take_over(by: Person, commons: Commons, *, read: Described, at: datetime) -> int:
    """Fill what the sheet does not say yet from a file of the project, kept as evidence; return how many fields."""
    held = Commons.objects.select_for_update(no_key=True).get(pk=commons.pk)
    now = current(held)
    empty = {name: value for name, value in read.said.items() if not now[name]}
    write(by, held, empty, at)
    settle(by, [held.pk], read.format, at, act="catalogue.describe", described=sorted(empty))
    locator = read.address or f"sha256:{read.sha256}"
    show_evidence(by, held, locator=locator, kind=read.format, sha256=read.sha256, at=at)
    return len(empty)


@action("catalogue.show_evidence")
def show_evidence(by: Person, commons: Commons, *, locator: str, kind: str, sha256: str = "", at: datetime) -> Evidence:
    """Keep an address that shows what a sheet says: the file of a licence, a charter, a description read there."""
    return Evidence.objects.create(
        subject_kind="commons",
        subject_id=str(commons.pk),
        kind=kind,
        locator=locator,
        captured_at=at,
        method="read" if sha256 else "declared",
        sha256=sha256,
    )
