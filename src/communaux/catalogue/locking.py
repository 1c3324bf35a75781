"""One import at a time on a desk: two at once would read who is who, then each make a commons of the same software.
One merge at a time too: each lists what it moved, which another must not move meanwhile.

The lock of imports is of the process that holds it and ends with it. It stops imports only: people go on reading and writing.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from communaux.core.errors import Conflict

LOCK: Final = 0x436F6D6D756E73  # "Communs": the number of the advisory lock
MERGES: Final = LOCK + 1
EVERY: Final = 0.25  # seconds between two tries
LONGEST: Final = 900  # seconds a second import waits


@contextmanager
def one_import(waiting: Callable[[], object] = lambda: None) -> Generator[None]:
    """Hold the lock of imports, after the import that holds it now; `waiting` is called until then."""
    with _advisory(waiting) if connection.vendor == "postgresql" else _file(waiting):
        yield


@contextmanager
def _advisory(waiting: Callable[[], object]) -> Generator[None]:
    """A lock of the session on PostgreSQL: it outlasts the transactions of the slices."""
    _wait(_asked, waiting)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _asked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file(waiting: Callable[[], object]) -> Generator[None]:
    """On SQLite a second, empty database beside the first: the lock of the first would stop every other writer."""
    with closing(
        sqlite3.connect(f"{connection.settings_dict['NAME']}-imports", timeout=0, isolation_level=None)
    ) as held:
        _wait(lambda: _begun(held), waiting)
        yield


def _begun(held: sqlite3.Connection) -> bool:
    try:
        held.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def take_turn() -> None:
    """Wait for the merge that another transaction makes, if any; held until commit. SQLite has one writer at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MERGES])


def _wait(taken: Callable[[], bool], waiting: Callable[[], object]) -> None:
    end = time.monotonic() + LONGEST
    while not taken():
        if time.monotonic() > end:
            raise Conflict("import_running", _("Another import is running on this desk: try again when it has ended."))
        waiting()
        time.sleep(EVERY)
