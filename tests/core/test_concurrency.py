"""Four processes write journaled acts at once: no error, no line lost, the chain holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import databases

SECONDS = 5 if databases.is_postgres() else 10
WRITER = """
import sys, time
from communaux.cli.desk import setup
setup()
from django.utils import timezone
from communaux.core import services
from communaux.core.models import Person

desk, written, end = Person.objects.desk(), 0, time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    services.create_organisation(desk, name=f"{sys.argv[1]} {written}", kind="informal", at=timezone.now())
    written += 1
print(written)
"""
COUNT = """
from communaux.cli.desk import setup
setup()
from communaux.core.models import Entry, Organisation
print(Entry.objects.count(), Organisation.objects.count())
"""


def python(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finished(*processes: subprocess.Popen[str]) -> list[str]:
    """What each printed; all are waited for before any is judged, so that none outlives the test."""
    told = [process.communicate(timeout=90) for process in processes]
    assert [(process.returncode, errors) for process, (_out, errors) in zip(processes, told, strict=True)] == [
        (0, "") for _process in processes
    ]
    return [out for out, _errors in told]


def test_four_writers_at_once(own_desk: dict[str, str], tmp_path: Path) -> None:
    writers = [python(own_desk, "-c", WRITER, f"writer{n}", str(SECONDS)) for n in range(4)]
    written = [int(out) for out in finished(*writers)]
    assert all(written)
    [counted] = finished(python(own_desk, "-c", COUNT))
    entries, bodies = map(int, counted.split())
    assert entries == bodies == sum(written)
    verified = python(own_desk, "-m", "communaux", "journal", "verify")
    out, _errors = verified.communicate(timeout=60)
    assert (verified.returncode, out) == (0, f"{entries} lines hold, 0 signed checkpoints.\n")
