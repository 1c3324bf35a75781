"""Two imports at once: one after the other, without a double; others go on reading and writing meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import databases
import pytest

COUNT = 250
ASK = """
import json
from communaux.cli.desk import setup
setup()
from communaux.catalogue.models import Commons, SourceRecord
print(json.dumps({"commons": Commons.objects.count(), "records": SourceRecord.objects.count(),
    "slugs": Commons.objects.filter(slug__regex="-(sill|awesome-selfhosted)$").count()}))
"""
HOLD = """
import sys, time
from communaux.cli.desk import setup
setup()
from communaux.catalogue.locking import one_import
with one_import():
    print("held", flush=True)
    time.sleep(float(sys.argv[1]))
"""
WRITE = """
import time
from communaux.cli.desk import setup
setup()
from django.utils import timezone
from communaux.core import services
from communaux.core.models import Organisation, Person
began = time.monotonic()
services.create_organisation(Person.objects.desk(), name="x", kind="informal", at=timezone.now())
print(Organisation.objects.count(), time.monotonic() - began < 5)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same software in two sources."""
    awesome = [
        {"id": f"r{n}", "name": f"Name {n}", "licenses": ["MIT"]}
        | {"source_code_url": f"https://github.com/o/r{n}", "website_url": f"https://r{n}.example"}
        for n in range(COUNT)
    ]
    sill = [
        {"id": f"s{n}", "i": f"Name {n}", "l": "MIT"}
        | {"sources": f"https://github.com/o/r{n}", "website": f"https://r{n}.example"}
        for n in range(COUNT)
    ]
    for name, rows in {"awesome-selfhosted/software.json": awesome, "sill/sill-2022.json": sill}.items():
        path = tmp_path / "catalogues" / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(rows))
    return tmp_path / "catalogues"


def start(desk: dict[str, str], *arguments: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], env=desk, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def ended(*processes: subprocess.Popen[str]) -> list[str]:
    told = [process.communicate(timeout=200) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), told
    return [out for out, _errors in told]


@pytest.mark.parametrize("keys", [("sill", "awesome-selfhosted"), ("sill", "sill")], ids="+".join)
def test_two_imports_at_once_make_no_double(
    own_desk: dict[str, str], folder: Path, tmp_path: Path, keys: tuple[str, str]
) -> None:
    words = [("-m", "communaux", "import", key, "--from", str(folder)) for key in keys]
    ended(*[start(own_desk, *one, cwd=tmp_path) for one in words])
    [told] = ended(start(own_desk, "-c", ASK, cwd=tmp_path))
    assert json.loads(told) == {"commons": COUNT, "records": COUNT * len(set(keys)), "slugs": 0}


def test_the_lock_ends_with_its_process_and_stops_imports_only(own_desk: dict[str, str], tmp_path: Path) -> None:
    first = start(own_desk, "-c", HOLD, "60", cwd=tmp_path)
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    assert ended(start(own_desk, "-c", WRITE, cwd=tmp_path)) == ["1 True\n"]
    second = start(own_desk, "-c", HOLD, "0", cwd=tmp_path)
    time.sleep(3)
    assert second.poll() is None
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert ended(second) == ["held\n"]


def test_the_lock_is_free_again_after_a_failure(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from communaux.catalogue import locking
    from communaux.core.errors import Conflict

    with pytest.raises(ZeroDivisionError), locking.one_import():
        raise ZeroDivisionError
    monkeypatch.setattr(locking, "LONGEST", 0)
    with locking.one_import():
        if not databases.is_postgres():  # a session of PostgreSQL may take its own lock twice
            with pytest.raises(Conflict), locking.one_import():
                raise AssertionError
