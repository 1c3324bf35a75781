"""The page where a publiccode.yml is taken over: asked for, shown, confirmed; without a script, without a wait."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from factories import NOW, MappedFactory
from pytest_httpserver import HTTPServer
from slices import bring_in

from communaux.catalogue import own_file
from communaux.catalogue.models import Commons, SourceRecord
from communaux.catalogue.own import OWN_FILE
from communaux.catalogue.tasks import read_publiccode
from communaux.core.errors import Conflict, NotFound
from communaux.core.models import Entry, Person, Progress
from communaux.core.services import grant

pytestmark = pytest.mark.django_db
PATH = "/communs/velos/publiccode/"
FILE = """publiccodeYmlVersion: "0.4"
name: "Vélos <b>"
url: "{url}"
softwareVersion: "{version}"
description:
  fr:
    shortDescription: "Prêter des vélos"
"""


@pytest.fixture
def place(httpserver: HTTPServer, settings: Any) -> str:
    settings.PRIVATE_HOSTS_ALLOWED = ("127.0.0.1",)
    return f"http://127.0.0.1:{httpserver.port}/publiccode.yml"


@pytest.fixture
def velos(desk: Person, place: str) -> Commons:
    bring_in(desk, "sill", MappedFactory(external_id="1", name="Vélos", repository=place))
    return Commons.objects.get(slug="velos")


@pytest.fixture
def steward(client: Client, person: Callable[..., Person], desk: Person, velos: Commons) -> Person:
    made = person("steward@demo.example")
    term = {"starts_on": date(2020, 1, 1), "ends_on": date(2999, 1, 1)}
    grant(desk, made, role="steward", object_type="commons", object_id=str(velos.pk), at=NOW, **term)
    client.force_login(made)
    return made


def asked(client: Client, velos: Commons, httpserver: HTTPServer, place: str, version: str = "2.0", **more: str) -> Any:
    """The file is there, the button is pressed, the work is done."""
    httpserver.clear()
    text = FILE.format(**{"url": place, "version": version} | more)
    httpserver.expect_request("/publiccode.yml").respond_with_data(text)
    answer = client.post(PATH)
    work = Progress.objects.latest("created_at")
    assert answer["location"] == f"/taches/{work.pk}/"
    read_publiccode.call(str(work.pk), commons=str(velos.pk))
    work.refresh_from_db()
    assert (work.state, work.result_url) == ("done", PATH)
    return client.get(PATH)


def sha256(page: Any) -> str:
    return re.findall(r'name="sha256" value="(\w{64})"', page.text)[0]


def test_from_the_sheet_to_the_sheet(
    client: Client, steward: Person, velos: Commons, httpserver: HTTPServer, place: str
) -> None:
    for path in ("/communs/velos/", "/communs/velos/modifier/"):
        assert f'href="{PATH}"' in client.get(path).text
    lines = Entry.objects.count()
    page = asked(client, velos, httpserver, place)
    assert "Vélos &lt;b&gt;" in page.text
    assert SourceRecord.objects.count() == 1
    assert Entry.objects.count() == lines + 1  # that the work was started
    assert client.post(PATH, {"do": "take", "sha256": sha256(page)})["location"] == "/communs/velos/"
    sheet = client.get("/communs/velos/")
    assert "Votre publiccode.yml est repris." in sheet.text
    assert "<h1>Vélos &lt;b&gt;</h1>" in sheet.text
    assert f'<a href="{place}" rel="external">publiccode.yml du commun lui-même</a>' in sheet.text
    assert "licence non dite" in sheet.text
    assert f'<a href="{place}"' in client.get("/communs/velos/sources/").text
    page = asked(client, velos, httpserver, place)
    assert "Ce fichier ne dit rien de nouveau" in page.text
    assert 'name="sha256"' not in page.text


def test_only_what_was_seen_is_taken(
    client: Client, steward: Person, velos: Commons, httpserver: HTTPServer, place: str
) -> None:
    seen = sha256(asked(client, velos, httpserver, place))
    asked(client, velos, httpserver, place, version="3.0")
    for given in (seen, "", "0" * 64):
        assert client.post(PATH, {"do": "take", "sha256": given}).status_code == 409
    own_file.forget(velos)
    assert client.post(PATH, {"do": "take", "sha256": seen}).status_code == 409
    assert not SourceRecord.objects.filter(source=OWN_FILE).exists()


def test_a_file_of_another_repository_is_told_by_the_work(
    client: Client, steward: Person, velos: Commons, httpserver: HTTPServer, place: str
) -> None:
    with pytest.raises(Conflict):
        asked(client, velos, httpserver, place, url="https://github.com/demo/autre")
    work = Progress.objects.latest("created_at")
    assert work.state == "failed"
    assert "Ce fichier décrit https://github.com/demo/autre" in client.get(f"/taches/{work.pk}/").text
    assert own_file.waiting(velos) is None


def test_no_file_is_told_by_the_work(client: Client, steward: Person, velos: Commons, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/publiccode.yml").respond_with_data(status=404)
    client.post(PATH)
    work = Progress.objects.get()
    with pytest.raises(NotFound):
        read_publiccode.call(str(work.pk), commons=str(velos.pk))
    assert "Aucun publiccode.yml" in client.get(f"/taches/{work.pk}/").text


def test_what_waits_is_shown_again_when_the_sheet_names_another_repository(
    client: Client, desk: Person, steward: Person, velos: Commons, httpserver: HTTPServer, place: str
) -> None:
    asked(client, velos, httpserver, place)
    moved = MappedFactory(external_id="1", name="Vélos", repository="", url="https://a.example", raw={"n": 2})
    bring_in(desk, "sill", moved)
    page = client.get(PATH)
    assert page.status_code == 200
    assert "On ne connaît pas de dépôt" in page.text
    assert client.post(PATH).status_code == 422


def test_who_may_open_it(client: Client, person: Callable[..., Person], velos: Commons) -> None:
    assert client.get(PATH)["location"] == f"/connexion/?next={PATH}"
    client.force_login(person("lecteur@demo.example"))
    assert [client.get(PATH).status_code, client.post(PATH).status_code] == [403, 403]
    assert PATH not in client.get("/communs/velos/").text
    assert client.get("/communs/nulle-part/publiccode/").status_code == 404


def test_a_sheet_with_such_a_file_leads_to_ours(client: Client, desk: Person) -> None:
    """What the file says is read again to write ours: its texts too, beside those that the sheet shows."""
    short = {"fr": "Servir les repas."}
    one = MappedFactory(external_id="1", name="Cantine", repository="https://forge.example/cantine", short=short)
    bring_in(desk, "publiccode", one)
    answer = client.get("/communs/cantine/")
    assert answer.status_code == 200
    assert "Servir les repas." in answer.text
    assert client.get("/communs/cantine.json").status_code == 200
