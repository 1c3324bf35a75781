"""Pages of territories: choosing one without a guess, reading it, following old codes, whatever is typed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories import CommonsFactory
from territory.small import NOW, OVER_DEPARTEMENTS, OVER_REGIONS, bring

from communaux.core import services as core
from communaux.core.models import Person
from communaux.territory import services
from communaux.territory.models import Territory

pytestmark = pytest.mark.django_db
HOSTILE = [
    "<script>alert(1)</script>",
    "🦆" * 40,
    "a" * 9000,
    "\x00",
    "%",
    "_",
    "' or 1=1 --",
    "((()",
    "0",
    "-",
    "    ",
]


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


def deployed(name: str, kind: str, code: str, state: str = "published") -> None:
    commons = CommonsFactory(slug=name.lower(), name=name, state=state)
    services.open_presence(
        Person.objects.desk(),
        Territory.objects.get(kind=kind, code=code),
        obj=("commons", str(commons.pk)),
        role="deployed",
        since=date(2022, 5, 1),
        source="Enquête de démonstration",
        at=NOW,
    )


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer
    return answer.content.decode()


def test_a_name_that_one_place_has_leads_to_it(client: Client) -> None:
    for typed in ("bordeaux", "33063", "Saint-Denis (Seine-Saint-Denis)", "93200"):
        wanted = "33063" if typed in {"bordeaux", "33063"} else "93066"
        assert client.get("/territoires/", {"q": typed})["Location"] == f"/territoires/commune/{wanted}/"


def test_several_places_are_listed_and_none_is_chosen(client: Client) -> None:
    page = read(client, "/territoires/?q=saint-denis")
    assert [f"/territoires/commune/{code}/" in page for code in ("93066", "97411")] == [True, True]
    assert "Plusieurs lieux répondent" in page
    # a number that is an old code of one commune and the postal code of none, and one that is both
    assert client.get("/territoires/?q=75005")["Location"] == "/territoires/commune/93001/?depuis=75005"


def test_what_is_unknown_names_what_comes_near(client: Client) -> None:
    page = read(client, "/territoires/?q=bord")
    assert ("Aucun lieu ne s’appelle" in page, "/territoires/commune/33063/" in page) == (True, True)


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_answered(client: Client, typed: str) -> None:
    answer = client.get("/territoires/", {"q": typed})
    assert answer.status_code in {200, 302, 400}
    assert b"<script>alert" not in answer.content


def test_suggestions_are_options_alone(client: Client) -> None:
    answer = client.get("/territoires/", {"q": "bord"}, headers={"HX-Request": "true"})
    assert answer.content.decode().strip() == (
        '<option value="Bordeaux Métropole (33)">intercommunalité 243300316</option>'
        '<option value="Bordeaux (33)">commune 33063</option>'
    )


def test_the_header_of_a_commune(client: Client) -> None:
    page = read(client, "/territoires/commune/33063/")
    crumbs = ["/territoires/", "/territoires/region/75/", "/territoires/departement/33/"]
    assert [f'<li><a href="{one}">' in page for one in crumbs] == [True] * 3
    assert "<h1>Bordeaux (Gironde)</h1>" in page
    assert '<a href="/territoires/epci/243300316/">Bordeaux Métropole</a>' in page
    assert "261\u202f804" in page
    assert "inconnu" in read(client, "/territoires/commune/98901/")


def test_commons_that_cover_it_and_those_of_neighbours(client: Client) -> None:
    deployed("Alpha", "commune", "33063")
    deployed("Beta", "departement", "33")
    deployed("Gamma", "commune", "33281")
    deployed("Delta", "commune", "33498")
    deployed("Secret", "commune", "33063", state="withheld")
    deployed("Loin", "commune", "29155")
    page = read(client, "/territoires/commune/33063/")
    here, _title, beside = page.partition("À côté")
    assert [name in here for name in ("Alpha", "Beta", "Gamma", "Delta")] == [True, True, False, False]
    assert [name in beside for name in ("Alpha", "Beta", "Gamma", "Delta")] == [False, False, True, True]
    assert beside.index("Gamma") < beside.index("Delta")
    assert ("Secret" in page, "Loin" in page, page.count("Enquête de démonstration")) == (False, False, 4)
    assert "déploiements de communs" in read(client, "/territoires/departement/33/")


def test_a_body_that_has_its_seat_there(client: Client, desk: Person) -> None:
    body = core.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    place = Territory.objects.get(kind="commune", code="97411")
    services.open_presence(
        desk, place, obj=("actor", str(body.pk)), role="seat", since=date(2020, 1, 1), source="Demo", at=NOW
    )
    page = read(client, "/territoires/commune/97411/")
    assert f'<a href="{reverse("organisation", args=[body.pk])}">Commune de démonstration</a>' in page


def test_a_département_tells_the_bodies_across_it_apart(client: Client) -> None:
    page = read(client, "/territoires/departement/40/")
    inside, _title, across = page.partition("À cheval")
    assert [OVER_REGIONS in across, OVER_DEPARTEMENTS in across, OVER_REGIONS in inside] == [True, True, False]


def test_a_body_across_several_départements_names_them(client: Client) -> None:
    page = read(client, f"/territoires/epci/{OVER_REGIONS}/")
    assert re.findall(
        r'À cheval sur plusieurs départements\xa0: <a href="([^"]+)">Gers</a>, <a href="([^"]+)">Landes', page
    ) == [("/territoires/departement/32/", "/territoires/departement/40/")]
    assert "À cheval" not in read(client, "/territoires/epci/243300316/")


def test_numbers_of_one_are_in_the_singular_and_what_runs_in_a_part_is_not_denied(client: Client) -> None:
    deployed("Alpha", "commune", "33063")
    page = read(client, "/territoires/departement/33/")
    assert "<dt>déploiement de commun à l’intérieur</dt><dd>1</dd>" in page
    assert "Aucun ne le couvre en entier" in page
    assert "Le guichet n’en connaît aucun" not in page
    deployed("Beta", "commune", "33281")
    assert "<dt>déploiements de communs à l’intérieur</dt><dd>2</dd>" in read(client, "/territoires/departement/33/")
    assert "Le guichet n’en connaît aucun" in read(client, "/territoires/departement/29/")


def test_the_union_and_the_country_have_no_code_of_insee(client: Client) -> None:
    found = {
        path: "INSEE " in read(client, path).partition('class="src"')[0]
        for path in (
            "/territoires/ue/EU/",
            "/territoires/pays/FR/",
            "/territoires/region/75/",
            "/territoires/departement/33/",
        )
    }
    assert list(found.values()) == [False, False, True, True]


@pytest.mark.parametrize(("code", "target"), [("33007", "33281"), ("75101", "75056"), ("75005", "93001")])
def test_an_old_code_leads_to_the_place_of_today_with_a_sentence(client: Client, code: str, target: str) -> None:
    answer = client.get(f"/territoires/commune/{code}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/territoires/commune/{target}/?depuis={code}")
    assert f"«\xa0{code}\xa0» est un nom ou un code ancien" in read(client, answer["Location"])


def test_a_split_code_lists_its_heirs(client: Client) -> None:
    page = read(client, "/territoires/commune/40900/", 404)
    assert [f"/territoires/commune/{code}/" in page for code in ("40001", "40002", "33063")] == [True, True, False]


@pytest.mark.parametrize("path", ["commune/33069", "commune/75", "region/987", "nulle-part/33063", "commune/🦆"])
def test_an_unknown_code_is_404_with_a_field_to_go_on(client: Client, path: str) -> None:
    page = read(client, f"/territoires/{path}/", 404)
    assert ("Aucun territoire n’a ce code" in page, 'id="place"' in page) == (True, True)
    assert "<script>" not in read(client, "/territoires/commune/%3Cscript%3E/", 404)


def test_a_place_that_ended_without_one_heir_says_so(client: Client) -> None:
    Territory.objects.filter(code="29155").update(valid_to=date(2026, 12, 31))
    assert "a pris fin le 31 décembre 2026" in read(client, "/territoires/commune/29155/")


def test_in_english(client: Client) -> None:
    assert "Commons that run here" in read(client, "/en/territoires/commune/33063/")


def test_a_desk_without_codes_says_how_to_load_them(client: Client) -> None:
    Territory.objects.all().update(valid_to=date(2030, 1, 1))
    assert "communaux territory load" in read(client, "/territoires/")


@pytest.mark.parametrize("path", ["/territoires/commune/33063/", "/territoires/departement/33/"])
def test_as_many_queries_for_three_as_for_one(client: Client, path: str, cast: object) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            read(client, path)
        return len(found)

    def add(name: str) -> None:
        deployed(name, "commune", "33063")
        deployed(f"{name}2", "commune", "33281")

    add("Un")
    asked()
    one = asked()
    add("Deux")
    add("Trois")
    assert (asked(), one <= 14) == (one, True)
