"""Pages are drawn once while nothing is written; what a person sees of their own is never kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.test import Client
from factories import NOW, CommonsFactory

from communaux.catalogue.models import Commons
from communaux.core import journal
from communaux.core.models import Person

pytestmark = pytest.mark.django_db
SHEET = "/communs/marmite/"


@pytest.fixture(autouse=True)
def kept(settings: LazySettings, desk: Person) -> Iterator[None]:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = settings.CACHES | {"pages": memory}
    caches["pages"].clear()
    CommonsFactory(slug="marmite", name="Marmite")
    yield
    caches["pages"].clear()


def renamed(name: str) -> None:
    """Past the journal: only a page that is drawn again tells it."""
    Commons.objects.filter(slug="marmite").update(name=name)


def written(desk: Person) -> None:
    journal.append(desk, NOW, journal.Line("catalogue.note", ("commons", "1"), {}, {}))


def test_a_page_is_drawn_again_only_after_a_write(client: Client, desk: Person) -> None:
    first = client.get(SHEET)
    renamed("Chaudron")
    again = client.get(SHEET)
    assert (again.content, again.headers["Content-Type"]) == (first.content, first.headers["Content-Type"])
    written(desk)
    told = client.get(SHEET).text
    assert ("<h1>Chaudron" in told, "<h1>Marmite" in told) == (True, False)


def test_a_kept_page_asks_the_database_once(client: Client, django_assert_num_queries: Callable[..., object]) -> None:
    client.get(SHEET)
    with django_assert_num_queries(1):
        assert client.get(SHEET).status_code == 200


def test_languages_addresses_and_kinds_of_answer_are_kept_apart(client: Client) -> None:
    pages = {
        client.get(address, headers={"accept": accept}).content
        for address in (SHEET, f"/en{SHEET}", f"{SHEET}?x=1", "/communs/", "/")
        for accept in ("text/html", "application/json")
    }
    again = {client.get(address, headers={"accept": "text/html"}).content for address in (SHEET, f"/en{SHEET}")}
    assert (len(pages) >= 6, again < pages) == (True, True)


def test_what_an_account_sees_is_neither_kept_nor_given(client: Client, person: Callable[..., Person]) -> None:
    client.force_login(person("ada@example.org"))
    visitor = Client()
    visitor.get(SHEET)
    renamed("Chaudron")
    mine = client.get(SHEET)
    assert ("<h1>Chaudron" in mine.text, mine.headers["Cache-Control"]) == (True, "private, no-store")
    assert "<h1>Marmite" in visitor.get(SHEET).text


def test_a_missing_page_is_not_kept(client: Client) -> None:
    assert client.get("/communs/chaudron/").status_code == 404
    CommonsFactory(slug="chaudron", name="Chaudron")
    assert client.get("/communs/chaudron/").status_code == 200
