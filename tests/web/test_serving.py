"""What a server does before its first page: addresses read, the index loaded beside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import databases
import pytest

SERVED = """
import sys, threading
from communaux.cli.desk import setup
setup()
if "indexed" in sys.argv:
    from communaux.catalogue import indexing
    from communaux.core.models import Person
    indexing.reindex(Person.objects.desk(), force=True)
    indexing.newest.forget()
from communaux.web import serving
assert "communaux.api" in sys.modules, "the first page would read the addresses"
[loading] = [one for one in threading.enumerate() if one.name == "search-index"] or [None]
if loading:
    loading.join()
from communaux.catalogue.indexing import newest
print(newest.index is not None)
"""


@pytest.mark.parametrize(
    ("prepared", "loaded"), [((), False), (("migrated",), False), (("migrated", "indexed"), True)], ids=str
)
def test_a_server_loads_the_index_there_is(tmp_path: Path, prepared: tuple[str, ...], *, loaded: bool) -> None:
    import os

    own = {name: value for name, value in os.environ.items() if not name.startswith(("COMMUNAUX", "DATABASE"))}
    own["COMMUNAUX_VAR"] = str(tmp_path)
    if "migrated" in prepared:
        databases.file_with_tables(tmp_path / "communaux.sqlite3")
    given = [sys.executable, "-c", SERVED, *prepared]
    ended = subprocess.run(given, env=own, capture_output=True, text=True, check=True)
    assert (ended.stdout.splitlines()[-1], "Traceback" in ended.stderr) == (str(loaded), False)
