"""What every test stands on: the database of this run, the shared public data, the desk, a small real catalogue."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import databases

databases.prepare()  # before Django reads its settings

import django  # noqa: E402

django.setup()

import pytest  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from pytest_django import DjangoDbBlocker  # noqa: E402

from communaux.catalogue import importing, indexing, linking  # noqa: E402
from communaux.core import services  # noqa: E402
from communaux.core.models import Person  # noqa: E402

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
REPOSITORY = Path(__file__).parents[1]
SHARED = Path(os.environ.get("COMMUNAUX_SHARED", REPOSITORY.parent / "shared")) / "data"
PASSWORD = "un mot de passe long"

# Argon2 is slow on purpose; a test that is about it asks for it.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
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


@pytest.fixture(autouse=True)
def _no_index_of_another_test() -> Iterator[None]:
    indexing.newest.forget()
    yield
    indexing.newest.forget()


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
    with databases.fresh_desk(tmp_path) as environment:
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


@dataclass(frozen=True)
class Slice:
    """What `catalogue` holds: outcome by source."""

    outcomes: dict[str, importing.Outcome]


SLICES = {"seeds": None, "sill": 40, "betagouv": 30, "awesome-selfhosted": 30, "dpga": 15, "communs-te": 10}


def bring(desk: Person, key: str, size: int | None, at: datetime = NOW) -> importing.Outcome:
    """Import the first records of a source from the shared data (the shipped commons need none)."""
    given, read = importing.demo_files(key, SHARED / "catalogues")
    reading = read(key, given)
    return importing.run_import(desk, key, replace(reading, records=reading.records[:size]), etag="", at=at)


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: DjangoDbBlocker, shared: Path) -> Iterator[Slice]:
    """Small real slices of six sources, settled, indexed and linked; emptied after the module."""
    with django_db_blocker.unblock():
        desk = Person.objects.desk()
        outcomes = {key: bring(desk, key, size) for key, size in SLICES.items()}
        indexing.reindex(desk)
        linking.link(desk)
        yield Slice(outcomes)
        databases.empty()
