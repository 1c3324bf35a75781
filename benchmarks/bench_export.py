"""Dumps of 100,000 records and the table of 100,000 commons: seconds, and memory at the peak of each process.

    .venv/bin/python benchmarks/bench_export.py [COUNT]

Peer, in the same run: `csv.writer` over `values_list` of the same tables, without a view, a licence or a side file. Each
measure is a process of its own on one SQLite file in a temporary folder; the bar of 01 § 7 is 150 MB.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNT = 100_000
BAR = 150
MEASURES = ("json", "csv", "dcat", "commons.csv", "catalogue.ttl", "peer: csv.writer")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        (Path(var) / "static").mkdir()
        os.environ |= {"COMMUNAUX_VAR": var, "DJANGO_SETTINGS_MODULE": "communaux.core.settings"}
        subprocess.run([sys.executable, __file__, "fill", str(count)], check=True)
        print(f"{count} records and commons, one licence, SQLite")
        for name in MEASURES:
            subprocess.run([sys.executable, __file__, "measure", name], check=True)


def fill(count: int) -> None:
    """Commons of one software with a French and an English text, each told by one record."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from communaux.catalogue.models import Commons, Resource, Source, SourceRecord, Text

    call_command("migrate", verbosity=0)
    now, words = timezone.now(), "Une réservation de salle, avec ses règles, ses tarifs et son calendrier partagé. " * 4
    source = Source.objects.create(
        key="b", title="B", licence="CC-BY-4.0", attribution="B", format="sill", priority=30, last_run_at=now
    )
    for start in range(0, count, 2000):
        numbers = range(start, min(start + 2000, count))
        commons = [
            Commons(
                slug=f"outil-{n:06}",
                name=f"Outil {n}",
                short=words[:80],
                updated_at=now,
                orgs=["Ville"],
                provenance={f"{part}.{lang}": n + 1 for part in ("short", "long") for lang in ("fr", "en")},
            )
            for n in numbers
        ]
        Commons.objects.bulk_create(commons)
        records = [
            SourceRecord(pk=n + 1, source=source, external_id=one.slug, commons=one, **told(one, words, now))
            for n, one in zip(numbers, commons, strict=True)
        ]
        SourceRecord.objects.bulk_create(records)
        Resource.objects.bulk_create(
            Resource(commons=one, kind="software", repository=f"https://forge.example/{one.slug}", licence_spdx="MIT")
            for one in commons
        )
        Text.objects.bulk_create(
            Text(commons=one, lang=lang, short=words[:80], text_md=words) for one in commons for lang in ("fr", "en")
        )


def told(one: object, words: str, now: object) -> dict:
    texts = {"fr": words[:80], "en": words[:80]}
    slug = one.slug
    mapped = {
        "external_id": slug,
        "name": one.name,
        "lang": ["fr", "en"],
        "short": texts,
        "long": {"fr": words, "en": words},
    }
    mapped |= {
        "repository": f"https://forge.example/{slug}",
        "licence_raw": "MIT",
        "orgs": ["Ville"],
        "tags": ["salle"],
    }
    return {"raw": {"name": one.name, "text": words}, "raw_sha256": "", "mapped": mapped, "fetched_at": now}


def measure(name: str) -> None:
    import django

    django.setup()
    from communaux.cli.exports import unmapped

    unmapped()
    before, start = resident(), time.perf_counter()
    size = write(name, Path(os.environ["COMMUNAUX_VAR"]) / "out")
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kept = "" if peak <= BAR else f"  MISSED: bar {BAR} MB"
    print(f"{name:18} {seconds:6.1f} s  {size / 1e6:6.1f} MB written  peak {peak:4.0f} MB ({before:.0f} at rest){kept}")


def resident() -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def write(name: str, folder: Path) -> int:
    """Bytes written."""
    from django.utils import timezone

    from communaux.catalogue import exporting

    folder.mkdir(exist_ok=True)
    if name in exporting.FORMATS:
        dumps = exporting.export(folder, exporting.chosen(""), name, timezone.now(), lambda done, total: None)
        return sum(dump.size for dump in dumps)
    return sum(len(piece) for piece in pieces(name))


def pieces(name: str):
    """What the server sends, or the peer's lines."""
    from django.test import Client

    if name.startswith("peer"):
        return peer()
    path = "catalogue.ttl?limit=1000" if name == "catalogue.ttl" else name
    return Client(headers={"accept-encoding": "identity"}).get(f"/api/v1/{path}").streaming_content


def peer():
    import csv
    import io

    from communaux.catalogue.models import Commons

    columns = ("slug", "name", "short", "stage", "last_sign_on", "resources__repository", "resources__licence_spdx")
    for row in Commons.objects.order_by("slug").values_list(*columns, "records__source__licence").iterator(2000):
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerow(row)
        yield out.getvalue().encode()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", count]:
            fill(int(count))
        case ["measure", name]:
            measure(name)
        case [count]:
            main(int(count))
        case _:
            main(COUNT)
