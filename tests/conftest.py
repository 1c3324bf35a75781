"""What every test stands on: the database of this run, the shared public data, the desk, a small real catalogue."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import databases

databases.prepare()  # before Django reads its settings

# The desk speaks French; what its services say on the command line comes in the language of the terminal.
os.environ["LC_ALL"] = "fr_FR.UTF-8"

import django  # noqa: E402

django.setup()

import pytest  # noqa: E402
import uses  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import translation  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402
from slices import NOW, SHARED, SLICES, Slice, bring  # noqa: E402

from communaux.catalogue import indexing, linking  # noqa: E402
from communaux.core import services  # noqa: E402
from communaux.core.models import Person  # noqa: E402

PASSWORD = "un mot de passe long"

# A search index, the settings and every module are walked again by each full collection: a tenth of the time of a run.
gc.freeze()
gc.set_threshold(100_000, 20, 50)

# Argon2 is slow on purpose; a test that is about it asks for it.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
# Tests write past the journal; tests/web/test_unchanged.py keeps pages.
settings.CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
# Each client of a test makes the chain of a server anew: files are looked for when one is asked.
settings.WHITENOISE_AUTOREFRESH = True
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing folder
if not databases.is_postgres():
    # A file, not memory: the options that matter (write-ahead log, immediate transactions) are those of files.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(settings.VAR / "test.sqlite3")


def _emptied(
    case: TransactionTestCase, teardown: Callable[[TransactionTestCase], None] = TransactionTestCase._fixture_teardown
) -> None:
    with databases.erasable():
        teardown(case)


TransactionTestCase._fixture_teardown = _emptied


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "schemathesis: generated arguments for every address of the API")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what reads the public data. On PostgreSQL, only what may ask a database: the others are kept from any, and ran
    beside SQLite."""
    for item in items:
        if {"shared", "catalogues", "publiccode"} & set(_fixtures(item)):
            item.add_marker(pytest.mark.shared)
    if not databases.is_postgres():
        return
    asks = {"db", "transactional_db", "catalogue", "whole", "fresh_desk", "own_desk"}
    apart = [one for one in items if not (one.get_closest_marker("django_db") or asks & set(_fixtures(one)))]
    config.hook.pytest_deselected(items=apart)
    items[:] = [one for one in items if one not in set(apart)]


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """The database of this process is a copy, which `migrate` then finds up to date."""
    databases.with_tables(connection.creation._get_test_db_name())
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """pytest-django makes a database for tests that bear its mark; one that only stands on `catalogue` may run alone."""
    made = any(one.get_closest_marker("django_db") or "db" in _fixtures(one) for one in request.session.items)
    with django_db_blocker.unblock():
        config = [] if made else setup_databases(verbosity=0, interactive=False, keepdb=True)
    yield
    with django_db_blocker.unblock():
        teardown_databases(config, verbosity=0)


@pytest.fixture(autouse=True)
def _no_index_of_another_test(request: pytest.FixtureRequest) -> None:
    """A process keeps the index it loaded; modules that share one catalogue share it too (loading takes a second)."""
    if not {"catalogue", "whole"} & set(request.fixturenames):
        indexing.newest.forget()


@pytest.fixture(autouse=True)
def _in_french() -> None:
    """A request in another language leaves it to the thread: no test starts in that of the one before."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared public data, read-only."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared public data are not in {SHARED}: set COMMUNAUX_SHARED to their folder")
    return SHARED


@pytest.fixture
def desk(db: None) -> Person:
    return Person.objects.desk()


@pytest.fixture
def fresh_desk(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A desk of its own, for subprocesses, before its first `migrate`."""
    with databases.fresh_desk(tmp_path, tables=False) as environment:
        yield environment


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A desk of its own, for subprocesses, with its tables."""
    with databases.fresh_desk(tmp_path, tables=True) as environment:
        yield environment


@pytest.fixture
def person(desk: Person) -> Callable[..., Person]:
    """`person("mail")` opens an account, `person("mail", operator=True)` one that looks after the desk."""

    def make(mail: str, *, operator: bool = False) -> Person:
        made = services.create_person(desk, mail=mail, display_name=mail.partition("@")[0], password=PASSWORD, at=NOW)
        if operator:
            services.grant(desk, made, role="operator", object_type="instance", at=NOW)
        return made

    return make


@pytest.fixture
def cast(desk: Person) -> uses.Cast:
    """A town with two members, another body, an editor, a steward, an operator, a reader, around one commons."""
    return uses.cast(desk)


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: DjangoDbBlocker, shared: Path) -> Iterator[Slice]:
    """Small real slices of six sources, settled, indexed and linked; emptied after the module."""
    with django_db_blocker.unblock():
        indexing.newest.forget()
        yield databases.once(small_catalogue)
        indexing.newest.forget()
        databases.empty()


def small_catalogue() -> Slice:
    desk = Person.objects.desk()
    outcomes = {key: bring(desk, key, size) for key, size in SLICES.items()}
    indexing.reindex(desk)
    linking.link(desk)
    return Slice(outcomes)
