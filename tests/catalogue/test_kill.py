"""`kill -9` of the worker in the middle of an import: a new worker completes it; nothing twice, nothing lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import databases
import pytest

RECORDS = 800
ASK = """
import json, sys
from communaux.cli.desk import setup
setup()
from communaux.catalogue.models import Commons, Identifier, SourceRecord, SearchIndex
from communaux.core.models import Progress
work = Progress.objects.get()
print(json.dumps({"state": work.state, "done": work.done, "records": SourceRecord.objects.count(),
    "commons": Commons.objects.count(), "ids": SourceRecord.objects.values("external_id").distinct().count(),
    "identifiers": Identifier.objects.filter(scheme="opensustain").count(),
    "orphans": Commons.objects.filter(records=None).count(),
    "published": Commons.objects.filter(state="published").count(),
    "indexed": SearchIndex.objects.order_by("generation").values_list("n_docs", flat=True).last()}))
"""
START = """
from communaux.cli.desk import setup
setup()
from django.utils import timezone
from communaux.catalogue.tasks import import_source
from communaux.core import tasks
from communaux.core.models import Person
tasks.start(Person.objects.desk(), kind="import:opensustain", title="t", work=import_source, key="opensustain", at=timezone.now())
"""


@pytest.fixture
def folder(shared: Path, tmp_path: Path) -> Path:
    """The first records of a real source: four slices."""
    rows = json.loads((shared / "catalogues" / "opensustain" / "projects.json").read_text())
    target = tmp_path / "catalogues" / "opensustain"
    target.mkdir(parents=True)
    (target / "projects.json").write_text(json.dumps(rows[:RECORDS]))
    return target.parent


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, text=True, capture_output=True, timeout=120, check=True
    )
    return done.stdout


def told(environment: dict[str, str]) -> dict[str, object]:
    return json.loads(run(environment, "-c", ASK))


def worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "communaux", "work"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


PROGRESS = "SELECT state, (SELECT count(*) FROM catalogue_sourcerecord) FROM core_progress"


def wait_for(environment: dict[str, str], wanted: Callable[[str, int], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state, records = databases.look(environment, PROGRESS) or ("", 0)
        if wanted(str(state), int(str(records))):
            return
        time.sleep(0.05)
    raise AssertionError(f"not in {seconds} s: {told(environment)}")


def test_a_killed_import_is_completed(own_desk: dict[str, str], folder: Path) -> None:
    desk = own_desk | {"COMMUNAUX_CATALOGUES": str(folder)}
    run(desk, "-c", START)
    first = worker(desk)
    try:
        wait_for(desk, lambda _state, records: records > 0, 60)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    half = told(desk)
    assert half["records"] % 200 == 0  # whole slices
    assert half["records"] == half["commons"] == half["ids"]
    assert half["state"] == "running"
    second = worker(desk)
    try:
        wait_for(desk, lambda state, _records: state not in {"running", "waiting"}, 150)
    finally:
        second.terminate()
        second.wait(timeout=30)
    whole = told(desk)
    assert whole == {
        "state": "done",
        "done": RECORDS,
        "records": RECORDS,
        "ids": RECORDS,
        "identifiers": RECORDS,
        "commons": whole["commons"],
        "orphans": 0,
        "published": whole["published"],
        "indexed": whole["published"],
    }
    assert whole["published"]
    assert run(desk, "-m", "communaux", "journal", "verify").endswith("lines hold, 0 signed checkpoints.\n")
