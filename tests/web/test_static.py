"""Static files of a desk as `serve` and `demo` prepare it: hashed, kept for ever, compressed beforehand, and only ours."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import databases
import pytest

COLLECTED = """
import json, sys
from communaux.cli.desk import setup
setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0)
page = Client().get("/aide/").content.decode()
sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
told = {"sheet": sheet, "files": sorted(str(p.relative_to(settings.STATIC_ROOT)) for p in settings.STATIC_ROOT.rglob("*.*"))}
for coding in ("br", "gzip", "identity"):
    answer = Client().get(sheet, headers={"accept-encoding": coding})
    told[coding] = {name.lower(): value for name, value in answer.headers.items()} | {"status": answer.status_code}
    answer.close()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    import os

    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("COMMUNAUX", "DATABASE", "PYTEST"))
    }
    folder = tmp_path_factory.mktemp("static")
    databases.file_with_tables(folder / "communaux.sqlite3")
    own["COMMUNAUX_VAR"] = str(folder)
    ended = subprocess.run([sys.executable, "-c", COLLECTED], env=own, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout.splitlines()[-1])


def test_the_sheet_is_hashed_and_kept_for_ever(told: dict[str, object]) -> None:
    assert re.fullmatch(r"/static/desk\.[0-9a-f]{12}\.css", told["sheet"])
    assert told["identity"]["status"] == 200
    assert "immutable" in told["identity"]["cache-control"]


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_it_was_compressed_beforehand(told: dict[str, object], coding: str) -> None:
    assert told[coding]["content-encoding"] == coding
    assert int(told[coding]["content-length"]) < 5_000 < int(told["identity"]["content-length"])


def test_only_our_files_are_published(told: dict[str, object]) -> None:
    plain = {re.sub(r"\.[0-9a-f]{12}(?=\.)|\.(?:br|gz)$", "", name) for name in told["files"]}
    assert plain == {
        "carte.css",
        "desk.css",
        "evaluation.css",
        "kit.css",
        "mark.svg",
        "passkeys.js",
        "staticfiles.json",
        "vendor/htmx-4.0.1.min.js",
    }
