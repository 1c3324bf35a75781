"""The national view: squares, table, CSV, what is unknown, what is across; light enough for an old phone."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import CommonsFactory
from territory.small import NOW, OVER_REGIONS, PARIS, bring, commune

from communaux.catalogue import deployed
from communaux.catalogue.models import Commons, Theme
from communaux.core.models import Person
from communaux.territory import presences, services, tiles
from communaux.territory.models import Territory
from communaux.territory.queries import around

pytestmark = pytest.mark.django_db
PAGE = "/carte/communs/tous/"
GRID = re.compile(r'<ul class="tiles">.*?</ul>', re.DOTALL)


@pytest.fixture(autouse=True)
def small(desk: Person) -> None:
    bring()
    for key, fr in (("sante", "Santé"), ("mobilite", "Mobilité")):
        Theme.objects.create(key=key, fr=fr, en=key.title())


def runs(commons: Commons, *places: Territory) -> None:
    with_themes = deployed.counted([commons.pk], NOW)
    with with_themes:
        for place in places:
            obj = ("commons", str(commons.pk))
            presences.begin(place, obj, role="deployed", since=NOW.date(), source="Demo", at=NOW)


@pytest.fixture
def umap() -> Commons:
    found = CommonsFactory(slug="umap", name="uMap")
    found.themes.set(["mobilite"])
    runs(found, commune("33063"), commune("33281"), commune("97411"), around.get("epci", OVER_REGIONS))
    return found


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer
    return answer.content.decode()


def squares(page: str) -> dict[str, tuple[str, str]]:
    """Code → class of the square, number printed."""
    found = re.findall(r'<li class="([^"]+)"><a href="(\w+)/"[^>]*>(\w+)\n(\S+)</a>', GRID.findall(page)[0])
    assert [(code, told) for _shade, code, told, _n in found] == [(code, code) for _s, code, _t, _n in found]
    return {code: (shade, n) for shade, code, _told, n in found}


def test_the_map_opens_on_the_first_measure_that_has_numbers(client: Client) -> None:
    assert client.get("/carte/")["location"] == PAGE
    presences.begin(commune("33063"), ("actor", "a"), role="seat", since=NOW.date(), source="Demo", at=NOW)
    assert client.get("/carte/")["location"] == "/carte/organismes/tous/"
    assert client.get("/carte/?mesure=communs")["location"] == PAGE


def test_without_coordinates_it_says_why_there_are_no_points(client: Client, umap: Commons) -> None:
    page = read(client, PAGE)
    assert ("communaux territory coordinates" in page, "/fr/map/?" in page, ".geojson" in page) == (True, False, True)
    Territory.objects.filter(code="33063").update(lat=44.84, lon=-0.58)
    page = read(client, f"{PAGE}?now")
    assert ("communaux territory coordinates" in page, "/fr/map/?" in page) == (False, True)


def test_each_square_tells_its_number_and_its_class(client: Client, umap: Commons) -> None:
    page = read(client, PAGE)
    found = squares(page)
    codes = [one.code for one in Territory.objects.filter(kind="departement")]
    assert list(found) == sorted(codes, key=lambda code: tiles.CELLS[code])
    assert (found["33"], found["974"], found["29"], found["987"]) == (
        ("k3", "2"),
        ("k1", "1"),
        ("k0", "0"),
        ("k0", "0"),
    )
    assert 'title="974 1 La Réunion"' in page
    assert [words in page for words in ("classe 3\xa0: 2", "classe 1\xa0: 1", "0\xa0: aucun n’est connu")] == [True] * 3
    assert re.findall(r"Dans toute la France\xa0: <strong>(\d+)</strong>", page) == ["4"]
    assert f'<a href="/territoires/epci/{OVER_REGIONS}/">' in page
    assert "1er septembre 2026" in page


def test_what_nobody_counted_is_unknown_and_not_zero(client: Client, umap: Commons) -> None:
    page = read(client, "/carte/besoins/tous/")
    assert set(squares(page).values()) == {("k0 u", "?")}
    assert ("Inconnu\xa0: rien de cela" in page, "0\xa0: aucun" in page) == (True, False)
    assert {row["n"] for row in table(client, "/carte/besoins/tous/tableau.csv")} == {"unknown"}
    assert "inconnu" in read(client, "/carte/besoins/tous/tableau/")


def test_a_theme_of_its_own(client: Client, umap: Commons) -> None:
    assert squares(read(client, "/carte/communs/mobilite/"))["33"] == ("k3", "2")
    page = read(client, "/carte/communs/sante/")
    assert {n for _shade, n in squares(page).values()} == {"0"}
    assert "<h1>Communs déployés\u202f: Santé</h1>" in page


def test_the_form_leads_to_the_address_of_what_is_chosen(client: Client, umap: Commons) -> None:
    asked = {
        "": PAGE,
        "?mesure=lieux&theme=sante": "/carte/lieux/sante/",
        "?mesure=<script>&theme=rien": PAGE,
        f"?mesure=communs&theme={'a' * 9000}": PAGE,
        "?theme=mobilite": "/carte/communs/mobilite/",
    }
    assert {query: client.get(f"/carte/{query}")["Location"] for query in asked} == asked
    assert '<option value="mobilite" selected>Mobilité</option>' in read(client, "/carte/communs/mobilite/")


@pytest.mark.parametrize("path", ["rien/tous", "communs/rien", "communs/tous/99", f"communs/{'a' * 300}"])
def test_an_unknown_map_is_404(client: Client, path: str) -> None:
    read(client, f"/carte/{path}/", 404)
    read(client, f"/carte/{path}/tableau/", 404)


def test_a_square_leads_to_its_département(client: Client) -> None:
    for code in ("33", "974"):
        answer = client.get(f"{PAGE}{code}/")
        assert (answer.status_code, answer["Location"]) == (301, f"/territoires/departement/{code}/")


def table(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8; header=present")
    return list(csv.DictReader(io.StringIO(answer.content.decode()), delimiter=";"))


def test_the_table_and_the_csv_tell_the_same(client: Client, umap: Commons) -> None:
    rows = table(client, f"{PAGE}tableau.csv")
    assert {row["code"]: row["n"] for row in rows} == {code: n for code, (_s, n) in squares(read(client, PAGE)).items()}
    assert rows[3] == {
        "code": "40",
        "name": "Landes",
        "measure": "commons_deployed",
        "theme": "",
        "n": "0",
        "class": "0",
        "counted_at": NOW.isoformat(timespec="seconds"),
    }
    page = read(client, f"{PAGE}tableau/")
    told = re.findall(
        r'departement/(\w+)/">[^<]+</a> <span class="src">(\w+)</span></th><td>(\d+)</td><td>([^<]+)<', page
    )
    shown = {"33": ("2", "3"), "974": ("1", "1")}
    codes = ("29", "32", "33", "974", "40", "75", "987", "93")  # in the order of their names
    assert told == [(code, code, *shown.get(code, ("0", "aucun"))) for code in codes]
    assert "CC d&#x27;Aire-sur-l&#x27;Adour" in page


def test_twenty_a_page(client: Client) -> None:
    Territory.objects.bulk_create(
        Territory(kind="departement", code=code, name=code, name_key=code, millesime=2026, valid_from=NOW.date())
        for code in tiles.CELLS
        if not Territory.objects.filter(kind="departement", code=code).exists()
    )
    counts = [read(client, f"{PAGE}tableau/?page={page}").count('scope="row"') for page in (1, 6, 999)]
    assert counts == [20, 9, 9]
    page = read(client, PAGE)
    assert (len(squares(page)), len(GRID.findall(page)[0].encode()) <= 8 * 1024) == (109, True)
    assert len(re.findall(r"<[a-z]", page)) <= 380


def test_it_opens_in_the_umap_of_this_desk(client: Client, umap: Commons, settings: Any) -> None:
    settings.UMAP = "https://umap.demo.example"
    Territory.objects.filter(code="29155").update(lat=48.46, lon=-5.1)
    for prefix, lang in (("", "fr"), ("/en", "en")):
        page = read(client, f"{prefix}/carte/communs/mobilite/")
        [link] = re.findall(r'href="(https://umap\.demo\.example[^"]+)"', page)
        split = urlsplit(link.replace("&amp;", "&"))
        assert split.path == f"/{lang}/map/"
        feed = f"{settings.DESK_URL}/carte/communs.geojson?theme=mobilite"
        assert parse_qs(split.query) == {"dataUrl": [feed], "dataFormat": ["geojson"]}  # encoded once
    assert "4 sans position, dans la liste seulement" in read(client, PAGE)
    assert "uMap" not in read(client, "/carte/organismes/tous/")


def test_as_many_queries_for_three_as_for_one(client: Client, umap: Commons) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            read(client, path)
        return len(found)

    one = [asked(PAGE), asked(f"{PAGE}tableau/")]
    runs(CommonsFactory(), commune("29155"), around.get("epci", PARIS))
    runs(CommonsFactory(), commune("75056"))
    assert ([asked(PAGE), asked(f"{PAGE}tableau/")], max(one) <= 14) == (one, True)


def test_a_desk_without_codes_says_how_to_load_them(client: Client) -> None:
    Territory.objects.filter(kind="departement").update(kind="quartier")
    assert "communaux territory load" in read(client, PAGE)


def test_the_map_is_found_from_other_pages(client: Client) -> None:
    for page in ("/", "/territoires/", "/plan-du-site/"):
        assert '<a href="/carte/">Carte de ce qui fonctionne où</a>' in read(client, page)
    assert services.recount(Person.objects.desk(), owners=deployed.OWNERS, at=NOW) == 0
    assert settings.UMAP == "https://umap.openstreetmap.fr"
