"""Needs of the same theme near a place: which, in which order, and why; on the pages where one joins, and in the API."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW
from territory.small import OVER_DEPARTEMENTS, bring

from communaux.catalogue import services
from communaux.catalogue.models import Need, NeedPool, Theme
from communaux.catalogue.queries import need_neighbours
from communaux.core.models import Person
from communaux.territory.queries import around

pytestmark = pytest.mark.django_db
BORDEAUX = "commune:33063"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()
    Theme.objects.bulk_create(
        [Theme(key=key, fr=fr, en=key) for key, fr in (("cantine", "Alimentation"), ("eau", "Eau"))]
    )


@pytest.fixture
def author(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


@pytest.fixture
def other(person: Callable[..., Person]) -> Person:
    return person("autre@demo.example")


def express(by: Person, title: str, where: str = BORDEAUX, theme: str = "cantine", days: int = 0) -> Need:
    kind, _colon, code = where.partition(":")
    told: dict[str, Any] = {"title": title, "text_md": "", "kind": "service", "for_whom": "", "org": None}
    told |= {"theme_id": theme, "territory": around.get(kind, code) if code else None, "generation": 1, "lang": "fr"}
    at = NOW + timedelta(days=days)
    return services.express_need(by, key=uuid4(), given=told, hits=[], query="", at=at)


def near(need: Need, *but: Need) -> list[tuple[str, str]]:
    return [(one.need.title, one.ring) for one in need_neighbours.of_need(Need.objects.get(pk=need.pk), but)]


def test_the_nearest_stand_first_each_with_why(author: Person, other: Person) -> None:
    mine = express(author, "Repas bio à l’école")
    express(other, "Peser ce qui est jeté", "commune:33498")
    express(other, "Menus de la semaine", "commune:33281")
    express(other, "Acheter ensemble des légumes", "pays:FR")
    express(other, "Allergies au réfectoire")
    express(other, "Livrer depuis Sanguinet", "commune:40227")
    express(other, "Fuites du réseau", theme="eau")
    assert near(mine) == [
        ("Allergies au réfectoire", "here"),
        ("Menus de la semaine", "epci"),
        ("Peser ce qui est jeté", "departement"),
        ("Acheter ensemble des légumes", "above"),
    ]


@pytest.mark.parametrize(
    ("mine", "theirs", "ring"),
    [
        (BORDEAUX, "epci:243300316", "epci"),
        (BORDEAUX, "departement:33", "departement"),
        (BORDEAUX, "region:75", "above"),
        ("epci:243300316", BORDEAUX, "epci"),
        ("epci:243300316", "commune:33498", "departement"),
        ("departement:33", BORDEAUX, "departement"),
        ("commune:33498", "commune:40227", "epci"),  # their body stands in two départements
        (f"epci:{OVER_DEPARTEMENTS}", BORDEAUX, None),  # and is inside neither
        ("region:75", BORDEAUX, None),
        ("region:75", "region:75", "here"),
        (BORDEAUX, "commune:97411", None),
        (BORDEAUX, "", None),
        ("", BORDEAUX, None),
        ("", "", None),
    ],
)
def test_what_makes_a_place_near(author: Person, other: Person, mine: str, theirs: str, ring: str | None) -> None:
    need = express(author, "Repas bio à l’école", mine)
    express(other, "Menus de la semaine", theirs)
    assert near(need) == ([("Menus de la semaine", ring)] if ring else [])


def test_in_one_ring_what_more_people_need_then_what_is_older(
    author: Person, other: Person, person: Callable[..., Person]
) -> None:
    mine = express(author, "Repas bio à l’école")
    for n, title in enumerate("abcdefg"):
        express(other, f"Besoin {title * 8}", days=-n)
    heavy = Need.objects.get(title="Besoin cccccccc")
    services.support_need(person("tiers@demo.example"), heavy, at=NOW)
    titles = [title[-1] for title, _ring in near(mine)]
    assert titles == ["c", "g", "f", "e", "d"]


def test_what_is_answered_closed_left_out_or_together_already_is_not_there(author: Person, other: Person) -> None:
    mine, mate = express(author, "Repas bio à l’école"), express(other, "Repas bio au collège", days=1)
    closed, aside = express(other, "Menus de la semaine"), express(other, "Peser ce qui est jeté")
    services.close_need(other, closed, reason="withdrawn", at=NOW)
    pool = services.pool_needs(
        author, mine, key=uuid4(), others=[mate], title="Ensemble", text_md="", lang="fr", at=NOW
    )
    assert near(mine, aside) == []
    assert near(mine) == [("Peser ce qui est jeté", "here")]
    assert near(aside) == [("Repas bio à l’école", "here"), ("Repas bio au collège", "here")]
    assert pool.state == "open"


def words(page: str) -> str:
    """The main part as a person reads it."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.parametrize(
    ("prefix", "heading", "why"),
    [
        ("", "Même thème, près d’ici", "même thème : Alimentation · dans la même intercommunalité"),
        ("/en", "Same theme, near here", "same theme: cantine · in the same intercommunal body"),
    ],
)
def test_the_page_of_answers_tells_them_apart(
    client: Client, author: Person, other: Person, prefix: str, heading: str, why: str
) -> None:
    mine, theirs = express(author, "Repas bio à l’école"), express(other, "Menus de la semaine", "commune:33281")
    alone = express(author, "Fuites du réseau", theme="eau")
    client.force_login(author)
    page = client.get(f"{prefix}/besoins/{mine.slug}/reponses/")
    assert f'<h2 id="beside">{heading}</h2>' in html.unescape(page.text)
    assert why in words(page.text)
    assert f'href="{prefix}/besoins/{theirs.slug}/"' in page.text
    assert f'href="{prefix}/besoins/{mine.slug}/mutualiser/"' in page.text
    assert heading not in html.unescape(client.get(f"{prefix}/besoins/{alone.slug}/reponses/").text)


def test_needs_of_a_theme_are_put_together_in_other_words(client: Client, author: Person, other: Person) -> None:
    mine, theirs = express(author, "Repas bio à l’école"), express(other, "Menus de la semaine", "commune:33281")
    client.force_login(author)
    address = f"{mine.get_absolute_url()}mutualiser/"
    page = client.get(address)
    box = re.findall(rf'<input type="checkbox" name="others" value="{theirs.pk}"[^>]*>', page.text)
    assert [" checked" in one for one in box] == [False]
    assert "Menus de la semaine — Mérignac (même thème, dans la même intercommunalité)" in words(page.text)
    given = {"title": "Mieux manger à la cantine", "others": str(theirs.pk), "key": str(uuid4())}
    assert (
        client.post(address, given | {"others": str(express(other, "Ailleurs, loin", "commune:97411").pk)}).status_code
        == 422
    )
    for _click in range(2):
        assert client.post(address, given).status_code == 302
    assert list(NeedPool.objects.values_list("title", flat=True)) == ["Mieux manger à la cantine"]
    assert set(Need.objects.filter(pool__isnull=False)) == {mine, theirs}


def test_a_pool_near_may_be_joined(client: Client, author: Person, other: Person) -> None:
    two = [express(other, "Menus de la semaine", "commune:33281"), express(other, "Menus du mois", "commune:33281")]
    pool = services.pool_needs(other, two[0], key=uuid4(), others=two[1:], title="Menus", text_md="", lang="fr", at=NOW)
    mine = express(author, "Repas bio à l’école")
    client.force_login(author)
    page = client.get(f"{mine.get_absolute_url()}mutualiser/")
    assert page.text.count(f'name="pool" value="{pool.slug}"') == 1
    client.post(f"{mine.get_absolute_url()}mutualiser/", {"pool": pool.slug})
    assert Need.objects.get(pk=mine.pk).pool == pool


def test_who_expresses_a_need_sees_them_before_it_is_saved(client: Client, author: Person, other: Person) -> None:
    theirs = express(other, "Menus de la semaine", "commune:33281")
    client.force_login(author)
    given = {
        "title": "Repas bio à l’école",
        "theme": "cantine",
        "kind": "service",
        "place": "33063",
        "key": str(uuid4()),
    }
    looked = client.post("/besoins/nouveau/", given)
    assert (looked.status_code, Need.objects.count()) == (200, 1)
    assert "Mérignac ; même thème : Alimentation · dans la même intercommunalité" in words(looked.text)
    assert theirs.get_absolute_url() in looked.text
    mark = re.findall(r'name="looked" value="(\w+)"', looked.text)[0]
    again = client.post("/besoins/nouveau/", given | {"looked": mark, "theme": "eau"})
    assert again.status_code == 302  # of another theme nothing stands near: nothing to look at
    saved = client.post("/besoins/nouveau/", given | {"looked": mark, "key": str(uuid4())})
    assert (saved.status_code, Need.objects.count()) == (302, 3)


def test_another_theme_is_looked_at_again(client: Client, author: Person, other: Person) -> None:
    express(other, "Menus de la semaine")
    express(other, "Fuites du réseau", theme="eau")
    client.force_login(author)
    given = {
        "title": "Repas bio à l’école",
        "theme": "cantine",
        "kind": "service",
        "place": "33063",
        "key": str(uuid4()),
    }
    (mark,) = re.findall(r'name="looked" value="(\w+)"', client.post("/besoins/nouveau/", given).text)
    assert client.post("/besoins/nouveau/", given | {"looked": mark, "theme": "eau"}).status_code == 200


def test_the_api_tells_them_with_why(client: Client, author: Person, other: Person) -> None:
    mine, theirs = express(author, "Repas bio à l’école"), express(other, "Menus de la semaine", "commune:33281")
    told = client.get(f"/api/v1/needs/{mine.slug}/suggestions").json()
    assert told["join"] == []
    assert [(one["need"]["slug"], one["nearness"]) for one in told["near"]] == [(theirs.slug, "epci")]
    assert told["near"][0]["need"]["territory"] == "commune:33281"


@pytest.mark.parametrize("page", ["/besoins/{}/reponses/", "/besoins/{}/mutualiser/", "/api/v1/needs/{}/suggestions"])
def test_three_cost_no_more_questions_than_one(client: Client, author: Person, other: Person, page: str) -> None:
    mine = express(author, "Repas bio à l’école")
    client.force_login(author)
    address, asked = page.format(mine.slug), []
    express(other, "Menus de la semaine", "commune:33281")
    client.get(address)
    for titles in ((), ("Peser ce qui est jeté", "Acheter des légumes")):
        for title in titles:
            express(other, title, "commune:33498")
        with CaptureQueriesContext(connection) as questions:
            assert client.get(address).status_code == 200
        asked.append(len(questions))
    assert asked[1] == asked[0]


def test_they_are_found_by_one_question(author: Person, other: Person) -> None:
    mine = express(author, "Repas bio à l’école")
    for title in ("Menus de la semaine", "Peser ce qui est jeté", "Acheter des légumes"):
        express(other, title)
    need = Need.objects.select_related("territory").get(pk=mine.pk)
    with CaptureQueriesContext(connection) as questions:
        found = need_neighbours.of_need(need)
        assert [(one.need.theme.key, one.need.territory_id) for one in found] == [("cantine", need.territory_id)] * 3
    assert len(questions) == 1
