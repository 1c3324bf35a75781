"""Import of the public catalogues, first and second run, beside the same rows written with one bulk_create per source.

    .venv/bin/python benchmarks/bench_catalogue.py [../shared/data/catalogues]

Works in a temporary folder; prints seconds, records per second, peak memory, and the ratio to the peer.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parents[2] / "shared" / "data" / "catalogues"


def main(folder: Path) -> None:
    if not folder.is_dir():
        print(f"not measured: there is no {folder}")
        return
    with tempfile.TemporaryDirectory() as var:
        os.environ["COMMUNAUX_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        readings = read_all(folder)
        first = run(readings)
        second = run(readings)
        floor = peer(readings)
        total = sum(len(reading.records) for reading in readings.values())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{len(readings)} sources, {total} records")
        print(f"first run   {first:6.1f} s  {total / first:7.0f} records/s  {first / floor:5.1f} x the peer")
        print(f"second run  {second:6.1f} s  (0 changes)")
        print(f"peer        {floor:6.1f} s  one bulk_create per source, no merge, no journal")
        print(f"peak memory {peak:6.0f} MB")


def read_all(folder: Path) -> dict:
    from communaux.catalogue import importing

    return {key: importing.read(key, importing.from_folder(key, folder)) for key in importing.importable(folder)}


def run(readings: dict) -> float:
    from django.utils import timezone

    from communaux.catalogue import importing
    from communaux.core.models import Person

    start = time.perf_counter()
    for key, reading in readings.items():
        importing.run_import(Person.objects.desk(), key, reading, etag="", at=timezone.now())
    return time.perf_counter() - start


def peer(readings: dict) -> float:
    """The same rows, as fast as the database takes them."""
    from django.db import transaction
    from django.utils import timezone

    from communaux.catalogue.formats.stored import to_json
    from communaux.catalogue.models import Source, SourceRecord

    start = time.perf_counter()
    with transaction.atomic():
        for key, reading in readings.items():
            source = Source.objects.create(
                key=f"peer-{key}", title=key, licence="", attribution="", format="", priority=1
            )
            rows = [
                SourceRecord(
                    source=source,
                    external_id=said.external_id,
                    raw={},
                    raw_sha256="",
                    mapped=to_json(said),
                    fetched_at=timezone.now(),
                )
                for said in reading.records
            ]
            SourceRecord.objects.bulk_create(rows, batch_size=500)
        elapsed = time.perf_counter() - start
        transaction.set_rollback(True)
    return elapsed


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CATALOGUES)
