"""A list of places brought in, and the same again, beside reading its lines alone in the same run.

    .venv/bin/python benchmarks/bench_places.py [PLACES]

COG 2026 and a synthetic Mednum list (20,000 places) on a SQLite file in a temporary folder; one line of a hundred is broken: no
name, or a code that no commune has. The limit is what the reader of the standard library takes for the
same file. Bars: 20 s, memory flat, every good line in and every broken one explained.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = (
    "id",
    "nom",
    "commune",
    "code_insee",
    "adresse",
    "latitude",
    "longitude",
    "services",
    "horaires",
    "source",
    "date_maj",
)
EVERY = 100
BROKEN = ({"nom": ""}, {"code_insee": "99Z99", "commune": "Nulle-Part"})


def main(n: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ["COMMUNAUX_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from communaux import cli
        from communaux.cli import territory

        call_command("migrate", verbosity=0)
        territory.bring()
        path = written(Path(var) / "places.csv", n)
        print(
            f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; {path.stat().st_size // 1000} kB"
        )
        before = peak()
        command = ["territory", "places", "import", str(path), "--format", "mednum", "--source", "bench"]
        from communaux.territory.models import Place

        for what in ("brought in", "the same again"):
            wall, cpu = time.perf_counter(), time.process_time()
            assert cli.main(command) == (2 if n >= EVERY else 0)  # some lines are refused
            assert Place.objects.count() == n - n // EVERY
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(f"{n} lines, {n // EVERY} of them broken, {what}: {wall:.1f} s, {cpu:.1f} s CPU (bar 20)")
        refused = path.with_name(f"{path.name}.refus.csv").read_text("utf-8-sig").splitlines()
        print(f"lines of the file of what is refused: {len(refused) - 1}, for instance {refused[-1]}")
        print(f"peak memory: {peak():.0f} MB, of which {before:.0f} before")
        began = time.perf_counter()
        with path.open(encoding="utf-8", newline="") as file:
            lines = sum(1 for _row in csv.DictReader(file))
        print(f"reading its {lines} lines alone: {time.perf_counter() - began:.2f} s")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def written(path: Path, n: int) -> Path:
    from communaux.territory.models import Territory

    chance = random.Random(7)
    communes = list(Territory.objects.filter(kind="commune").values_list("code", "name"))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(n):
            code, name = chance.choice(communes)
            told = {
                "id": f"b-{number}",
                "nom": f"Lieu {number}",
                "commune": name,
                "code_insee": code,
                "source": "bench",
            }
            told |= {"adresse": f"{number} rue de la Paix", "latitude": "", "longitude": "", "date_maj": "2026-05-01"}
            told |= {"services": "Aide aux démarches administratives", "horaires": "Mo-Fr 09:00-12:00"}
            writer.writerow(told | (BROKEN[number // EVERY % len(BROKEN)] if number % EVERY == EVERY - 1 else {}))
    return path


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
