"""A note d'opportunité of 5 searches and 40 candidates: freeze it, write it as ODT, check its hash.

    .venv/bin/python benchmarks/bench_note.py

Bar: frozen and written as ODT within 1 s (01 § 7). Floor in the same run: the same text put in a zip as one paragraph a line,
by the standard library alone, without structure, styles or words of the page. Works on an empty desk in a temporary folder.
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

SEARCHES, CANDIDATES, ROUNDS = 5, 40, 7
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
WHY = "Essayé une semaine par deux agents de la commune, qui disent pourquoi, en deux phrases. " * 3


def main() -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ["COMMUNAUX_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measure()


def measure() -> None:
    from django.db import transaction

    from communaux.catalogue.formats import note_markdown, note_odt
    from communaux.catalogue.services import freeze_note
    from communaux.core.canonical import digest
    from communaux.core.models import Person
    from communaux.web import note_blocks

    desk = Person.objects.desk()
    drafts = [written(desk) for _round in range(ROUNDS)]
    frozen = iter(drafts)
    freezing = timed(lambda: freeze_note(desk, next(frozen), at=NOW))
    note = type(drafts[0]).objects.get(pk=drafts[0].pk)
    document = note_blocks.document(note.content or {}, note.sha256)
    wording = timed(lambda: note_blocks.document(note.content or {}, note.sha256))
    odt = timed(lambda: note_odt.write(document))
    text = note_markdown.write(document).decode()
    floor = timed(lambda: packed(text))
    with transaction.atomic():
        verifying = timed(lambda: digest(note.content))
    total = freezing + wording + odt
    print(
        f"{SEARCHES} searches, {CANDIDATES} candidates; median of {ROUNDS}, milliseconds; floor: the same text in a bare zip"
    )
    for name, value in (
        ("freeze", freezing),
        ("words", wording),
        ("ODT", odt),
        ("floor", floor),
        ("verify", verifying),
    ):
        print(f"{name:8} {1000 * value:8.1f}  {value / floor:8.1f} x the floor")
    print(f"frozen → ODT {1000 * total:.0f} ms, bar 1,000: {'met' if total <= 1 else 'MISSED'}")


def timed(act: Callable[[], Any]) -> float:
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def packed(text: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", "".join(f"<p>{escape(line)}</p>" for line in text.splitlines()))
    return held.getvalue()


def written(desk: Any) -> Any:
    """A note to which nothing is missing, its commons described as a source describes them."""
    from communaux.catalogue.models import NoteCandidate, NoteSearch
    from communaux.catalogue.services import conclude_note, create_note
    from communaux.core.ids import uuid7

    note = create_note(desk, key=uuid7(), title="Gérer la cantine", need_text=WHY, lang="fr", at=NOW)
    found = [described(number) for number in range(CANDIDATES)]
    verdict = {"verdict": "not_kept", "reason_code": "cost", "reason": WHY}
    NoteCandidate.objects.bulk_create([NoteCandidate(note=note, commons=one, **verdict) for one in found])
    reasons = [{"kind": "word", "params": {"word": "cantine"}, "percent": 100}]
    for number in range(SEARCHES):
        first = found[number * 8 :][:20] or found[:20]
        hits = [
            {"rank": place, "commons": str(one.pk), "slug": one.slug, "name": one.name, "reasons": reasons}
            for place, one in enumerate(first, 1)
        ]
        versions = {"index_generation": 1, "weights_version": 0, "thesaurus_version": "a" * 64}
        told = {"query": f"cantine {number}", "fingerprint": str(number), "at": NOW, "total": len(hits), "hits": hits}
        NoteSearch.objects.create(note=note, **told, **versions)
    return conclude_note(desk, note, version=1, at=NOW, conclusion="reuse", conclusion_text=WHY)


def described(number: int) -> Any:
    from communaux.catalogue.models import Commons, Fact, Resource, Source, SourceRecord, Text
    from communaux.core.ids import uuid7

    given = {"title": "Catalogue", "licence": "etalab-2.0", "attribution": "Demo", "format": "sill", "priority": 1}
    source, _new = Source.objects.get_or_create(key="demo", defaults=given)
    key = str(uuid7())
    made = Commons.objects.create(
        slug=key, name=f"Outil {number:03}", published_at=NOW, updated_at=NOW, stage="operated"
    )
    read = {"raw": {}, "raw_sha256": "0" * 64, "mapped": {}, "fetched_at": NOW}
    record = SourceRecord.objects.create(source=source, external_id=key, commons=made, **read)
    Text.objects.create(commons=made, lang="fr", short=WHY[:140])
    Resource.objects.create(commons=made, kind="software", licence_spdx="MIT", open="yes")
    told = {"declared_by": "demo", "record": record, "as_of": NOW.date()}
    Fact.objects.create(commons=made, pillar="governance", key="decision_body", value=WHY, **told)
    return made


if __name__ == "__main__":
    main()
