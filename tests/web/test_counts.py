"""The home page and the page of sources count the same records; what else was read is told apart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import CommonsFactory, RecordFactory, SourceFactory

from communaux.catalogue.models import Commons

pytestmark = pytest.mark.django_db


@pytest.fixture
def read() -> Callable[[str], None]:
    """`read("sill")`: four records of a source, two of them merged into a published commons."""

    def make(key: str) -> None:
        source, commons = SourceFactory(key=key), CommonsFactory()
        for number in range(2):
            RecordFactory(source=source, external_id=f"{number}", commons=commons)
        RecordFactory(source=source, external_id="alone")
        RecordFactory(source=source, external_id="unseen", commons=CommonsFactory(state=Commons.State.WITHHELD))
        RecordFactory(source=source, external_id="gone", commons=commons, state="gone")

    return make


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_both_pages_tell_the_same_number(client: Client, read: Callable[[str], None]) -> None:
    read("a")
    read("b")
    assert "fiches de source qu’ils réunissent 4 " in words(client.get("/").text)
    page = words(client.get("/sources/").text)
    assert "4 fiches de source sont réunies dans des communs publiés : ce sont elles que l’accueil compte." in page
    assert "4 autres ont été lues et ne sont dans aucun :" in page
    assert "Dans aucun" in page
    assert page.count("Demo etalab-2.0 4 2 2 0 30") == 2


def test_when_every_record_is_in_a_commons_nothing_else_is_told(client: Client) -> None:
    RecordFactory(commons=CommonsFactory())
    page = words(client.get("/sources/").text)
    assert "1 fiche de source est réunie dans un commun publié : c’est elle que l’accueil compte. " in page
    assert "dans aucun" not in page


def test_the_page_of_sources_asks_as_much_for_one_as_for_three(client: Client, read: Callable[[str], None]) -> None:
    asked = []
    for keys in ("a", "bc"):
        for key in keys:
            read(key)
        with CaptureQueriesContext(connection) as queries:
            client.get("/sources/")
        asked.append(len(queries))
    assert asked[0] == asked[1]
