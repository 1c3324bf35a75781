"""Calculators that anybody may use: an address keeps what was said, each field stands on its own, refusals are sentences."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communaux.core.models import Entry
from communaux.engines.footprint import telling
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.video import video

pytestmark = pytest.mark.django_db
HTML = '<script>alert("x")</script>'
PAGES = ("/empreinte/", "/empreinte/video/", "/empreinte/ia/", "/empreinte/facteurs/")


def read(client: Client, path: str, status: int = 200, **query: str) -> str:
    page = client.get(f"{path}?{urlencode(query)}" if query else path)
    assert page.status_code == status, page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def words(kind: str, code: str) -> str:
    return " ".join(telling.word(kind, code, "fr").split())


@pytest.mark.parametrize("path", PAGES)
def test_each_page_in_both_languages_without_asking_the_database(client: Client, path: str) -> None:
    for one in (path, f"/en{path}"):
        client.get(one)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(one).status_code == 200
        assert len(asked) <= 2
    assert not Entry.objects.exists()


def test_an_hour_of_video_before_anything_is_asked(client: Client) -> None:
    found = telling.bounds(video(shipped(), minutes=60).total, "fr")
    text = read(client, "/empreinte/video/")
    assert f"{found['value']} g de CO2 équivalent entre {found['low']} et {found['high']} g" in text
    assert "Une heure en haute définition sur un appareil moyen" in text


def test_what_was_asked_is_kept_by_the_address(client: Client) -> None:
    asked = {"minutes": "37,5", "device": "tablet", "quality": "sd", "network": "mobile_fr"}
    found = telling.bounds(
        video(shipped(), minutes=37.5, device="tablet", quality="sd", network="mobile_fr").total, "fr"
    )
    page = client.get(f"/empreinte/video/?{urlencode(asked)}").text
    assert 'value="37,5"' in page
    assert '<option value="tablet" selected>' in page
    assert f"<strong>{found['value']} g de CO2 équivalent</strong>" in page
    assert '<meta name="robots" content="noindex">' in page


def test_thousands_may_stand_apart(client: Client) -> None:
    assert read(client, "/empreinte/video/", minutes="1 000") == read(
        client, "/empreinte/video/", minutes="1000"
    ).replace("1000", "1 000")


def test_one_word_of_the_address_is_enough(client: Client) -> None:
    assert read(client, "/empreinte/video/", device="tv") != read(client, "/empreinte/video/", device="laptop")
    assert read(client, "/empreinte/video/", other="x").count("Une heure en haute définition") == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"minutes": "0"}, "Écrivez un nombre plus grand que 0, et d’au plus 525 600."),
        ({"minutes": "-3"}, "Écrivez un nombre plus grand que 0"),
        ({"minutes": "1e99"}, "Écrivez un nombre plus grand que 0"),
        ({"minutes": "beaucoup"}, "Saisissez un nombre"),
        ({"minutes": "nan"}, "Saisissez un nombre"),
        ({"device": HTML}, "Sélectionnez un choix valide"),
        ({"quality": "8k"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(client: Client, query: dict[str, str], sentence: str) -> None:
    text = read(client, "/empreinte/video/", 422, **query)
    assert sentence in text
    page = client.get(f"/empreinte/video/?{urlencode(query)}").text
    assert HTML not in page
    if typed := query.get("minutes"):
        assert f'value="{typed}"' in page
    assert "<h2 id=" not in page


def test_an_answer_beside_a_search(client: Client) -> None:
    text = read(client, "/empreinte/ia/", tokens="400", active="12")
    assert "fois l’électricité d’une recherche sur le web, serveurs contre serveurs" in text
    assert "même appareil et les mêmes minutes. 1,1 g de CO2 équivalent" in text
    assert "Réseau : 0,0014 g, moins de 1 %" in text


def test_a_model_by_its_name(client: Client) -> None:
    text = read(client, "/empreinte/ia/", model="openai/gpt-4o")
    assert "La taille du modèle n’est pas publiée : elle est supposée" in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"model": "openai/gpt-4o", "active": "8"}, "Donnez soit la taille du modèle, soit son nom."),
        ({"model": "zzz"}, "Les plus proches : anthropic/…"),
        ({"model": "openai/gpt-4o", "whole": "12"}, "Cela va avec la taille d’un modèle, pas avec son nom."),
        ({"model": HTML}, "EcoLogits ne connaît pas"),
        ({"active": "12", "whole": "3"}, "12 milliards de paramètres actifs sur 3 en tout"),
        ({"tokens": "1e12"}, "Écrivez un nombre plus grand que 0, et d’au plus 1 000 000 000."),
    ],
)
def test_an_answer_that_cannot_be(client: Client, query: dict[str, str], sentence: str) -> None:
    assert sentence in read(client, "/empreinte/ia/", 422, **query)
    assert HTML not in client.get(f"/empreinte/ia/?{urlencode(query)}").text


def test_without_the_option_the_page_works_and_says_what_is_missing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ecologits.log", None)
    assert "pip install communaux[ai]" in read(client, "/empreinte/ia/", 422, model="openai/gpt-4o")
    assert "serveurs contre serveurs" in read(client, "/empreinte/ia/", active="8")


def test_every_number_stands_on_one_page_or_another(client: Client) -> None:
    last = -(-len(shipped().by_key) // 20)
    texts = [client.get(f"/empreinte/facteurs/?page={page}").text for page in range(1, last + 2)]
    for one in shipped():
        assert sum(f">{one.key}<" in text for text in texts[:last]) == 1, one.key
    assert texts[last].count("<tr>") == texts[last - 1].count("<tr>")  # beyond the last, the last


def test_numbers_of_pages_and_of_refurbished_devices_are_not_among_servers(client: Client) -> None:
    assert "hardware.parts" in read(client, "/empreinte/facteurs/", kind="device", page="2")
    assert "swd.grid" in read(client, "/empreinte/facteurs/", kind="swd")
    servers = read(client, "/empreinte/facteurs/", kind="server")
    assert "hardware.parts" not in servers
    assert "swd.grid" not in servers


def test_numbers_of_one_kind_and_a_kind_that_is_none(client: Client) -> None:
    text = read(client, "/empreinte/facteurs/", kind="grid")
    assert "10 nombres" in text
    assert "Électricité en France grid.FR 51,9 g/kWh entre 41,4 et 98" in text
    assert "Fabrication d’un" not in text
    assert f"{len(shipped().by_key)} nombres" in read(client, "/empreinte/facteurs/", kind=HTML)


# --- the same for programs ---


def api(client: Client, path: str, status: int = 200) -> dict[str, object]:
    answer = client.get(f"/api/v1/assessment/footprint/{path}")
    assert answer.status_code == status, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_programs_get_what_the_command_gives(client: Client) -> None:
    found = api(client, "video?minutes=37.5&device=tablet&quality=sd&network=mobile_fr")
    result = video(shipped(), minutes=37.5, device="tablet", quality="sd", network="mobile_fr")
    assert found == telling.as_json(result, shipped())
    assert api(client, "search?device=smartphone")["kind"] == "search"
    assert api(client, "ai?tokens=350&active=12")["kind"] == "ai"
    assert api(client, "ai?model=mistralai/mistral-small-latest")["kind"] == "named_ai"
    assert api(client, "factors")["version"] == shipped().version


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("ai?active=1&whole=0.5", "all"),
        ("ai?model=nulle-part", "all"),
        ("ai?model=x&active=1", "active"),
    ],
)
def test_programs_are_told_which_field(client: Client, path: str, field: str) -> None:
    assert list(api(client, path, 422)["errors"]) == [field]  # type: ignore[call-overload]  # names of fields


# --- refurbished or new ---


def test_a_tablet_that_lasts_longer(client: Client) -> None:
    text = read(client, "/empreinte/materiel/", device="tablet", extra_life="2,5", parts="15")
    assert "23 kg de CO2 équivalent évités chaque année" in text
    assert "Neuf 29" in text
    assert "Reconditionné 6,0" in text
    assert "l’emporte : 0,45" in text
    found = api(client, "hardware?device=tablet&extra_life=2.5&parts=15")
    assert found["avoided"]["value"] == pytest.approx(23_040, rel=1e-3)  # type: ignore[index]  # a document
    assert "La même" not in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"extra_life": "0"}, "Écrivez un nombre plus grand que 0, et d’au plus 100."),
        ({"device": "fridge"}, "Sélectionnez un choix valide"),
        ({"parts": "-3"}, "-0,03"),
        ({"index": "x" * 201}, "Trop long"),
    ],
)
def test_a_device_that_cannot_be(client: Client, query: dict[str, str], sentence: str) -> None:
    assert sentence in read(client, "/empreinte/materiel/", 422, **query)


def test_parts_heavier_than_a_new_one_are_told(client: Client) -> None:
    text = read(client, "/empreinte/materiel/", device="tablet", extra_life="1", parts="150")
    assert words("purchase_warning", "parts_heavier") in text
    text = read(client, "/empreinte/materiel/", device="tablet", kwh="1", kwh_refurbished="1000")
    assert "jamais" in text
    assert "Le reconditionné coûte davantage" in text


# --- is AI needed ---


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        ({"task": "find"}, "Sans IA Ce qui le fait sans IA"),
        ({"task": "summarise", "exists": "yes", "tool": "Une fiche type"}, "Un outil existe déjà Une fiche type"),
        ({"task": "summarise"}, "Sans IA Avant toute IA"),
        (
            {
                "task": "summarise",
                "exists": "no",
                "error": "slight",
                "personal": "no",
                "measured": "le temps",
                "stop": "si plus de 1 erreur sur 10",
                "model": "petit-8b",
                "active": "8",
                "cases": "50",
                "passed": "96",
            },
            "Un petit modèle Conditions",
        ),
        (
            {
                "task": "summarise",
                "exists": "no",
                "error": "grave",
                "checker": "greffe",
                "personal": "no",
                "measured": "le temps",
                "stop": "au premier tort",
            },
            "IA justifiée sous conditions Conditions",
        ),
    ],
)
def test_each_outcome_on_its_page(client: Client, query: dict[str, str], outcome: str) -> None:
    text = read(client, "/empreinte/besoin-ia/", **query)
    assert outcome in text
    assert "Une année de chaque façon de faire" in text


def test_nothing_is_concluded_before_the_first_question(client: Client) -> None:
    text = read(client, "/empreinte/besoin-ia/")
    assert "Une année de chaque" not in text
    assert "Dites ce qu’il faut faire" in read(client, "/empreinte/besoin-ia/", 422, users="3")
    assert "Nommez l’outil" in read(client, "/empreinte/besoin-ia/", 422, task="translate", exists="yes")


@pytest.mark.usefixtures("catalogue")
def test_what_exists_is_looked_for_in_the_catalogue(client: Client) -> None:
    page = client.get("/empreinte/besoin-ia/?task=summarise&need=carte")
    assert page.status_code == 200
    assert "Ce que le guichet connaît et qui le fait peut-être" in page.text
    assert page.text.count('<li><a href="/communs/') == 3
    assert HTML not in client.get(f"/empreinte/besoin-ia/?{urlencode({'task': 'find', 'need': HTML})}").text


@pytest.mark.parametrize("path", ["video?minutes=0", "video?device=fridge", "search?network=moon", "hardware?life=101"])
def test_what_the_description_forbids_is_refused(client: Client, path: str) -> None:
    assert api(client, path, 422)["status"] == 422
