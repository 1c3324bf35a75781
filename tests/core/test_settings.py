"""Settings read from the environment, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

READ = "import json; from communaux.core import settings; print(json.dumps(settings.%s, default=str))"


def read(name: str, var: Path, **environment: str) -> object:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("COMMUNAUX", "DATABASE", "PYTEST"))}
    own |= {"COMMUNAUX_VAR": str(var), **environment}
    told = subprocess.run([sys.executable, "-c", READ % name], env=own, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def test_options_of_the_address_of_the_database_are_kept(tmp_path: Path) -> None:
    found = read("DATABASES", tmp_path, DATABASE_URL="postgres://u:p@h/d?sslmode=require")["default"]
    ours = {"pool": {"min_size": 2, "max_size": 8}, "options": "-c random_page_cost=1.1"}
    assert found["OPTIONS"] == ours | {"sslmode": "require"}
    assert found["CONN_MAX_AGE"] == 0, "Django refuses a pool beside connections that it keeps itself"


def test_what_the_address_asks_of_the_server_replaces_ours(tmp_path: Path) -> None:
    asked = "postgres://u:p@h/d?options=-c%20statement_timeout%3D5000"
    found = read("DATABASES", tmp_path, DATABASE_URL=asked)["default"]
    assert found["OPTIONS"]["options"] == "-c statement_timeout=5000"


def test_a_sqlite_address_gets_what_sqlite_needs(tmp_path: Path) -> None:
    given = read("DATABASES", tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/other.sqlite3?timeout=5")["default"]
    without = read("DATABASES", tmp_path)["default"]
    assert given["NAME"] == f"{tmp_path}/other.sqlite3"
    assert without["NAME"] == f"{tmp_path}/communaux.sqlite3"
    assert given["OPTIONS"] == without["OPTIONS"] | {"timeout": 5}
    assert given["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("cut_short", [False, True])
def test_processes_that_start_at_once_share_one_secret(tmp_path: Path, cut_short: bool) -> None:
    """Also after a start that was cut between making the file and filling it."""
    if cut_short:
        (tmp_path / "secret-key").touch()
    own = os.environ | {"COMMUNAUX_VAR": str(tmp_path)}
    command = [sys.executable, "-c", READ % "SECRET_KEY"]
    started = [subprocess.Popen(command, env=own, stdout=subprocess.PIPE, text=True) for _process in range(4)]
    secrets = {json.loads(process.communicate(timeout=60)[0]) for process in started}
    assert secrets == {(tmp_path / "secret-key").read_text()}
    assert len(secrets.pop()) == 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600 or cut_short


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtp://mail.demo.example", {"host": "mail.demo.example", "port": 25, "use_tls": False, "use_ssl": False}),
        (
            "submission://lise%40demo.example:p%3Aw@mail.demo.example",
            {"port": 587, "use_tls": True, "username": "lise@demo.example", "password": "p:w"},
        ),
        ("smtp://mail.demo.example:465?ssl=True&timeout=3", {"port": 465, "use_ssl": True, "timeout": 3}),
    ],
)
def test_mail_leaves_by_the_server_of_the_environment(tmp_path: Path, url: str, wanted: dict[str, object]) -> None:
    found = read("MAILERS", tmp_path, COMMUNAUX_MAIL_URL=url)["default"]
    assert found["BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert {name: found["OPTIONS"][name] for name in wanted} == wanted
    assert found["OPTIONS"]["timeout"] <= 10, "a page waits for it"


def test_without_server_mail_goes_to_files_on_a_demonstration_desk_and_nowhere_else(tmp_path: Path) -> None:
    assert read("MAILERS", tmp_path) == {}
    assert read("MAILERS", tmp_path, COMMUNAUX_DEMO="1")["default"]["OPTIONS"] == {"file_path": f"{tmp_path}/mail"}
