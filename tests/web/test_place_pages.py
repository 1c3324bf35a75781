"""Pages of places of help: the nearest of a commune however it is named, the list, the chain, a way to a person under each form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from territory.lists import REFURBISHER, rows, written
from territory.small import bring
from territory.test_places import take

from communaux.core import services as core
from communaux.core.models import Person
from communaux.territory.models import PostalCode, Territory
from communaux.territory.queries import places
from communaux.web import opening

pytestmark = pytest.mark.django_db
HOSTILE = [
    "<script>alert(1)</script>",
    "🦆" * 40,
    "a" * 9000,
    "%",
    "_",
    "' or 1=1 --",
    "((()",
    "0",
    "-",
    "    ",
    "3306",
]


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., None]:
    def loaded(*changes: Mapping[str, str]) -> None:
        take(written(tmp_path / "f.csv", rows(*changes)), partial=True)

    return loaded


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer
    return answer.content.decode()


def shown(page: str, *names: str) -> list[bool]:
    return [f">{name}</a></h3>" in page for name in names]


def test_a_desk_without_places_says_so_and_does_not_say_that_there_is_no_help(client: Client) -> None:
    for path in ("/se-faire-aider/", "/se-faire-aider/?commune=33063"):
        assert "Aucune liste de lieux n’est encore chargée" in read(client, path)
    assert "communaux territory places import" in read(client, "/lieux/")


def test_three_places_of_the_commune_with_all_that_one_needs_to_go_there(
    client: Client, load: Callable[..., None]
) -> None:
    load(*({"nom": f"Lieu {n}", "date_maj": f"2026-0{n}-01"} for n in range(1, 6)))
    page = read(client, "/se-faire-aider/?commune=33063")
    assert shown(page, "Lieu 1", "Lieu 2", "Lieu 3", "Lieu 4", "Lieu 5") == [False, False, True, True, True]
    wanted = (
        "Dans la commune\xa0: Bordeaux",
        "1 rue de l’Exemple, 33000",
        'href="tel:+33500000000"',
        'href="https://demo.example/lieu"',
        "<p>samedi\u202f: 8\u202fh\u202f30\u202f–\u202f12\u202fh</p>",
        "aide aux démarches administratives en ligne, ordinateurs à prix solidaire · gratuit",
        "Liste «\xa0demo\xa0», au 1er mai 2026",
        '<a href="/lieux/?territoire=commune:33063">Les 5 lieux\xa0: Bordeaux</a>',
    )
    assert [one for one in wanted if one not in page] == []
    assert "quelquun@" not in page
    assert "In the commune: Bordeaux" in read(client, "/en/se-faire-aider/?commune=33063")


def test_the_next_ones_are_those_of_the_body_then_of_the_département(client: Client, load: Callable[..., None]) -> None:
    load({"nom": "Loin", "code_insee": "33498"})
    page = read(client, "/se-faire-aider/?commune=33063")
    assert ("À proximité\xa0: Gironde (département)" in page, shown(page, "Loin")) == (True, [True])
    load({"nom": "Voisin", "code_insee": "33281", "id": "v"})
    page = read(client, "/se-faire-aider/?commune=33063")
    assert ("À proximité\xa0: Bordeaux Métropole" in page, shown(page, "Loin", "Voisin")) == (True, [False, True])
    nothing = read(client, "/se-faire-aider/?commune=29155")
    assert ("ne nomment aucun lieu pour Ouessant" in nothing, shown(nothing, "Loin")) == (True, [False])


def test_the_nearest_comes_first_where_positions_are_known(client: Client, load: Callable[..., None]) -> None:
    Territory.objects.filter(code="33063").update(lat=44.84, lon=-0.58)
    spots = [("44.90", "-0.58"), ("44.84", "-0.50"), ("44.85", "-0.58"), ("", "")]
    load(*({"nom": f"Lieu {n}", "latitude": lat, "longitude": lon} for n, (lat, lon) in enumerate(spots)))
    page = read(client, "/se-faire-aider/?commune=33063")
    assert page.index("Lieu 2") < page.index("Lieu 1") < page.index("Lieu 0")
    assert shown(page, "Lieu 3") == [False]


@pytest.mark.parametrize("typed", ["bordeaux", "33063", "33800", "Bordeaux (33)", "BORDEAUX (Gironde)"])
def test_a_commune_however_it_is_named(client: Client, typed: str) -> None:
    assert client.get("/se-faire-aider/", {"q": typed})["Location"] == "/se-faire-aider/?commune=33063"


def test_nothing_is_chosen_for_the_reader(client: Client) -> None:
    page = read(client, "/se-faire-aider/?q=saint-denis")
    assert ["?commune=93066" in page, "?commune=97411" in page, "Choisissez la vôtre" in page] == [True] * 3
    assert "?commune=33063" in read(client, "/se-faire-aider/?q=bord")
    PostalCode.objects.create(code="33063", territory=Territory.objects.get(code="33281"))
    assert "Plusieurs communes répondent" in read(client, "/se-faire-aider/?q=33063")
    assert "<h1>Se faire aider par une personne\xa0: Bordeaux</h1>" in read(client, "/se-faire-aider/?commune=33063")
    assert client.get("/se-faire-aider/?commune=33007")["Location"] == "/se-faire-aider/?commune=33281"
    options = client.get("/se-faire-aider/", {"q": "bord"}, headers={"HX-Request": "true"}).content.decode()
    assert options.strip() == '<option value="Bordeaux (33)">commune 33063</option>'


@pytest.mark.parametrize("name", ["q", "commune"])
@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_answered(client: Client, name: str, typed: str) -> None:
    answer = client.get("/se-faire-aider/", {name: typed})
    assert (answer.status_code, b"<script>alert" in answer.content) == (200, False)


def test_hostile_words_of_a_list_are_only_words(client: Client, load: Callable[..., None]) -> None:
    bad = "<script>alert(1)</script> 🦆"
    load({"nom": bad, "adresse": bad, "horaires": bad, "formations_labels": bad, "telephone": bad})
    for path in ("/se-faire-aider/?commune=33063", "/lieux/", "/territoires/commune/33063/"):
        page = read(client, path)
        assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)


def test_the_list_by_service_and_by_territory(client: Client, load: Callable[..., None]) -> None:
    load(
        {"nom": "Un"},
        {"nom": "Deux", "code_insee": "40001", "services": "Aide aux démarches administratives"},
        {"nom": "Trois", "code_insee": "97411"},
    )
    page = read(client, "/lieux/")
    assert (shown(page, "Un", "Deux", "Trois"), "3 lieux" in page) == ([True] * 3, True)
    assert '<a href="?territoire=region:75">Nouvelle-Aquitaine</a> 2' in page
    assert '<a href="?service=equipment">ordinateurs à prix solidaire</a> 2' in page
    assert shown(read(client, "/lieux/?service=equipment"), "Un", "Deux", "Trois") == [True, False, True]
    inside = read(client, "/lieux/?territoire=region:75&service=equipment")
    assert shown(inside, "Un", "Deux", "Trois") == [True, False, False]
    assert '<a href="?territoire=departement:33&amp;service=equipment">Gironde</a> 1' in inside
    assert "Retirez un filtre" in read(client, "/lieux/?territoire=commune:29155")
    assert shown(read(client, "/lieux/?service=coiffure"), "Un") == [True]
    for wrong in ("commune:99999", "ville", "%00:1", "a" * 300):
        assert client.get(f"/lieux/?territoire={wrong}").status_code in {400, 404}


def test_pages_of_the_list(client: Client, load: Callable[..., None]) -> None:
    load(*({"nom": f"Lieu {n:02}"} for n in range(25)))
    assert [shown(read(client, f"/lieux/?page={n}"), "Lieu 00", "Lieu 24") for n in (1, 2, 99)] == [
        [True, False],
        [False, True],
        [False, True],
    ]


def refurbishers(folder: Path, *changes: Mapping[str, str]) -> None:
    keys = ["35600000000048", "35600000000105", "35600000000119"]
    given = [{**REFURBISHER, "siret": key, **change} for key, change in zip(keys, changes, strict=False)]
    outcome = take(written(folder / "r.csv", given, ";"), "refurbishers", source="second")
    assert outcome.refused == []


def test_the_chain_shows_its_gaps_and_who_is_nearest(client: Client, tmp_path: Path) -> None:
    gap, unknown = "Manque</span>\u202f: personne n’est connu ici", "inconnu</span>, aucune liste n’est chargée"
    page = read(client, "/filieres/commune/33063/")
    assert (page.count(gap), page.count(unknown), page.count("Une étape que personne ne fait")) == (0, 4, 0)
    assert "communaux territory places import" in page
    refurbishers(tmp_path, {}, {"nom": "Voisin", "code_insee": "33281", "etapes": "tri"})
    page = read(client, "/filieres/commune/33063/")
    assert (page.count(gap), page.count("Atelier de démonstration"), page.count("Voisin")) == (2, 2, 1)
    assert (page.count(unknown), page.count("Une étape que personne ne fait")) == (0, 1)
    assert "1\u202f200 par an, selon sa déclaration" in page
    assert "Au plus près, Bordeaux Métropole (intercommunalité)" in page
    assert read(client, "/filieres/departement/33/").count(gap) == 1
    assert read(client, "/filieres/pays/FR/").count(gap) == 1
    read(client, "/filieres/commune/99999/", 404)
    template = client.get("/filieres/modele.csv")
    assert template.content.decode("utf-8-sig") == "nom;siret;code_insee;filieres;volumes_an;label;etapes;site_web\r\n"


@pytest.mark.parametrize("lang", ["", "/en"])
def test_without_a_territory_the_chain_is_that_of_the_country(client: Client, lang: str) -> None:
    answer = client.get(f"{lang}/filieres/")
    assert (answer.status_code, answer["location"]) == (302, f"{lang}/filieres/pays/FR/")
    assert client.get(answer["location"]).status_code == 200
    assert f'href="{lang}/filieres/"' in read(client, f"{lang}/plan-du-site/")


def test_whoever_only_refurbishes_is_in_the_list_and_does_not_help_with_a_form(client: Client, tmp_path: Path) -> None:
    refurbishers(tmp_path, {})
    assert shown(read(client, "/lieux/"), "Atelier de démonstration") == [True]
    assert "ne nomment aucun lieu pour Bordeaux" in read(client, "/se-faire-aider/?commune=33063")
    page = read(client, "/territoires/commune/33063/")
    assert ("n’en nomment aucun ici" in page, "1 lieu en tout" in page) == (True, True)


def test_the_page_of_a_territory_counts_its_places(client: Client, load: Callable[..., None]) -> None:
    load({"nom": "Un"}, {"nom": "Deux", "code_insee": "33281"})
    page = read(client, "/territoires/epci/243300316/")
    wanted = (
        "2 lieux en tout",
        ">Un</a> <span",
        ">Deux</a> <span",
        "/filieres/epci/243300316/",
        "lieux d’aide à l’intérieur",
    )
    assert [one for one in wanted if one not in page] == []
    assert "/se-faire-aider/?commune=29155" in read(client, "/territoires/commune/29155/")


@pytest.mark.parametrize(
    "path",
    [
        "/se-faire-aider/?commune=33063",
        "/lieux/",
        "/lieux/?territoire=epci:243300316",
        "/territoires/commune/33063/",
        "/filieres/commune/33063/",
    ],
)
def test_as_many_queries_for_three_as_for_one(
    client: Client, load: Callable[..., None], tmp_path: Path, path: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            read(client, path)
        return len(found)

    load({"id": "a"})
    refurbishers(tmp_path, {"etapes": "collecte, tri, reconditionnement, distribution"})
    asked()
    one = asked()
    load(*({"id": f"b{n}"} for n in range(2)))
    refurbishers(tmp_path, *[{"etapes": "collecte, tri, reconditionnement, distribution"}] * 3)
    assert (asked(), one <= 14) == (one, True)


def test_every_form_shows_the_way_to_a_person(client: Client, person: Callable[..., Person]) -> None:
    for path in ("/connexion/", "/en/connexion/"):
        assert '<aside class="src noprint"' in read(client, path)
    assert '<aside class="src noprint"' not in read(client, "/lieux/")
    assert 'href="/se-faire-aider/"' in read(client, "/lieux/")


def test_a_form_names_the_nearest_of_ones_body(
    client: Client, desk: Person, person: Callable[..., Person], load: Callable[..., None]
) -> None:
    load({"nom": "Un"}, {"nom": "Loin", "code_insee": "97411"})
    somebody = person("agent@ville.example")
    client.force_login(somebody)
    assert "Vous préférez le faire avec quelqu’un" not in read(client, "/besoins/nouveau/?q=carte")
    body = core.create_organisation(
        desk, name="Commune de démonstration", kind="local_authority", territory_code="33063", at=timezone.now()
    )
    core.add_member(desk, body, person=somebody, starts_on=timezone.localdate(), at=timezone.now())
    page = read(client, "/besoins/nouveau/?q=carte")
    below = page.partition('<aside class="src noprint"')[2]
    assert ("Un (Bordeaux, +33 5 00 00 00 00)" in below, "Loin" in below) == (True, False)
    assert places.commune_of(somebody, timezone.localdate()) == Territory.objects.get(code="33063")


@pytest.mark.parametrize(
    ("hours", "french", "english"),
    [
        ("", [], []),
        ("Mo-Fr 09:00-12:00", ["lundi à vendredi : 9 h – 12 h"], ["Monday to Friday: 9:00 – 12:00"]),
        ("Mo,We 14:00-18:30; PH off", ["lundi, mercredi : 14 h – 18 h 30", "jours fériés : fermé"], None),
        ("Tu-Th,Sa 9:00-12:00,14:00-17:05", ["mardi à jeudi, samedi : 9 h – 12 h, 14 h – 17 h 05"], None),
        ("sur rendez-vous", ["sur rendez-vous"], ["sur rendez-vous"]),
        ("Mo-Fr 09:00-12:00; week 1-3 Sa", ["Mo-Fr 09:00-12:00; week 1-3 Sa"], None),
        ("Mo 24/7", ["Mo 24/7"], None),
        ("Mo-Xx 9:00-10:00", ["Mo-Xx 9:00-10:00"], None),
        ("Mo- 9:00-10:00", ["Mo- 9:00-10:00"], None),
    ],
)
def test_hours_in_words(hours: str, french: list[str], english: list[str] | None) -> None:
    with override("fr"):
        assert [one.replace("\u202f", " ") for one in opening.lines(hours)] == french
    if english is not None:
        with override("en"):
            assert [one.replace("\u202f", " ") for one in opening.lines(hours)] == english
