"""Needs and places as people meet them: where, which of several, three answers in order, putting together, carrying."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import NOW
from territory.small import bring, commune

from communaux.catalogue import services
from communaux.catalogue.models import Commons, Need, NeedPool
from communaux.core import services as core_services
from communaux.core.models import Organisation, Person
from communaux.territory import services as territory_services
from communaux.territory.ambassadors import Terms
from communaux.territory.models import Place, Territory, TerritoryStat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
TITLE = "Une carte en ligne pour la commune"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def client() -> Client:
    return Client(headers=BROWSER)


@pytest.fixture
def author(client: Client, person: Callable[..., Person]) -> Person:
    made = person("autrice@demo.example")
    client.force_login(made)
    return made


@pytest.fixture
def town(desk: Person, author: Person) -> Organisation:
    made = core_services.create_organisation(
        desk, name="Commune de démonstration", kind="local_authority", territory_code="33063", at=NOW
    )
    core_services.add_member(desk, made, person=author, starts_on=NOW.date() - timedelta(days=900), at=NOW)
    return made


def form(**more: str) -> dict[str, str]:
    told = {"title": TITLE, "text_md": "", "theme": "cartographie", "kind": "service", "place": "33063", "for_whom": ""}
    return told | {"key": str(uuid4()), "query": "", "seen": "", "rank": "", "generation": ""} | more


def send(client: Client, given: dict[str, str]) -> Any:
    """Send the form, look at what is shown beside it, send it again."""
    answer = client.post("/besoins/nouveau/", given)
    found = re.search(r'name="looked" value="(\w+)"', answer.text)
    return client.post("/besoins/nouveau/", given | {"looked": found[1]}) if found else answer


def express(by: Person, code: str = "33281", **more: Any) -> Need:
    told = {"title": TITLE, "text_md": "", "kind": "service", "for_whom": "", "org": None, "territory": commune(code)}
    told |= {"theme_id": "cartographie", "generation": 1, "lang": "fr"} | more
    return services.express_need(by, key=uuid4(), given=told, hits=[], query="", at=NOW)


def words(text: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def test_a_need_stands_where_it_was_said(client: Client, author: Person) -> None:
    answer = send(client, form())
    need = Need.objects.get()
    assert (answer.status_code, answer.url) == (302, need.get_absolute_url())
    assert (need.territory, need.weight) == (commune("33063"), 1)
    assert 'href="/territoires/commune/33063/"' in client.get(need.get_absolute_url()).text
    page = client.get("/territoires/commune/33063/").text
    assert need.get_absolute_url() in page
    assert "/besoins/nouveau/?territoire=commune:33063" in page
    assert need.get_absolute_url() in client.get("/territoires/region/75/").text
    assert need.get_absolute_url() not in client.get("/territoires/commune/97411/").text
    assert need.get_absolute_url() in client.get("/besoins/?territoire=departement:33").text
    assert need.get_absolute_url() not in client.get("/besoins/?territoire=departement:40").text


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("", "obligatoire"),
        ("Nulle-Part-sur-Rien", "Aucun lieu ne porte ce nom"),
        ("Bordeau", "Ceux-ci s’en approchent : Bordeaux"),
        ("<script>alert(1)</script>", "Aucun lieu ne porte ce nom"),
        ("x" * 151, "au plus 150"),
        ("9\x009999", "nul"),
    ],
)
def test_a_place_that_is_none_is_refused_and_nothing_typed_is_lost(
    client: Client, author: Person, place: str, told: str
) -> None:
    answer = client.post("/besoins/nouveau/", form(place=place))
    assert answer.status_code == 422
    assert told in words(answer.text)
    assert f'value="{TITLE}"' in answer.text
    assert "<script>alert" not in answer.text
    assert Need.objects.count() == 0


def test_of_several_places_the_person_chooses(client: Client, author: Person) -> None:
    answer = client.post("/besoins/nouveau/", form(place="Saint-Denis"))
    assert answer.status_code == 422
    assert re.findall(r'name="which" value="([^"]+)"', answer.text) == ["commune:93066", "commune:97411"]
    assert "Saint-Denis (La Réunion), commune 97411" in words(answer.text)
    errors = words(answer.text[answer.text.index('id="errors"') :].split("</ul>")[0]).replace("\xa0", " ")
    assert errors.endswith("Lequel de ces lieux : Plusieurs lieux portent ce nom, choisissez lequel.")
    assert client.post("/besoins/nouveau/", form(place="Saint-Denis", which="commune:33063")).status_code == 422
    assert send(client, form(place="Saint-Denis", which="commune:97411")).status_code == 302
    assert Need.objects.get().territory == commune("97411")


def test_the_form_begins_where_the_person_comes_from_else_with_the_commune_of_its_body(
    client: Client, town: Organisation
) -> None:
    assert 'name="place" value="Bordeaux (Gironde)"' in client.get("/besoins/nouveau/").text
    page = client.get("/besoins/nouveau/?territoire=commune:97411").text
    assert 'name="place" value="Saint-Denis (La Réunion)"' in page
    assert "<title>Saint-Denis (La Réunion) — Exprimer un besoin" in page
    assert 'name="which"' not in page
    page = client.get("/besoins/nouveau/?territoire=departement:974").text
    assert 'name="place" value="La Réunion"' in page
    assert re.search(r'value="departement:974"[^>]* checked', page)
    assert 'value="Bordeaux (Gironde)"' in client.get("/besoins/nouveau/?territoire=commune:nulle").text


def test_a_desk_without_codes_asks_for_no_place(client: Client, author: Person) -> None:
    from communaux.territory.models import PostalCode, TerritoryAlias, TerritoryClosure, TerritoryEdge, TerritoryStat

    for model in (TerritoryStat, PostalCode, TerritoryAlias, TerritoryClosure, TerritoryEdge, Territory):
        model.objects.all().delete()
    assert 'name="place"' not in client.get("/besoins/nouveau/").text
    assert send(client, form()).status_code == 302
    assert Need.objects.get().territory is None


def test_three_answers_in_their_order_with_the_score_told(
    client: Client, author: Person, desk: Person, person: Any
) -> None:
    there = express(person("autre@demo.example"))
    answer = words(client.post("/besoins/nouveau/", form()).text)
    reuse, join, build = (answer.index(word) for word in ("Réutiliser :", "Rejoindre :", "Construire :"))
    assert reuse < join < build
    need = express(author, "33063")
    page = client.get(f"{need.get_absolute_url()}reponses/")
    assert there.get_absolute_url() in page.text
    first = Commons.objects.get(slug=re.findall(r'<h3><a href="/communs/([\w-]+)/">', page.text)[1])
    territory_services.open_presence(
        desk,
        commune("33063"),
        obj=("commons", str(first.pk)),
        role="deployed",
        since=date(2022, 5, 1),
        source="Enquête",
        at=NOW,
    )
    told = words(client.get(f"{need.get_absolute_url()}reponses/").text)
    assert "proximité 0,25 (déployé : Bordeaux, depuis le 1er mai 2022, Enquête)" in told
    assert "santé non évaluée, elle n’ajoute rien" in told
    assert "mots 0,45, proximité 0,25, santé 0,20, relais 0,10 (poids, version 0)" in told
    assert (
        re.findall(r'<h3><a href="/communs/([\w-]+)/">', client.get(f"{need.get_absolute_url()}reponses/").text)[0]
        == first.slug
    )


def test_needs_are_put_together_by_a_form_and_carried(
    client: Client, town: Organisation, author: Person, person: Any
) -> None:
    need, there = express(author, "33063"), express(person("autre@demo.example"))
    page = client.get(f"{need.get_absolute_url()}mutualiser/").text
    assert f'value="{there.pk}"' in page
    given = {"others": str(there.pk), "title": "Des cartes pour tous", "text_md": "", "key": str(uuid4())}
    assert client.post(f"{need.get_absolute_url()}mutualiser/", given | {"title": "court"}).status_code == 422
    assert client.post(f"{need.get_absolute_url()}mutualiser/", given | {"others": str(uuid4())}).status_code == 422
    answer = client.post(f"{need.get_absolute_url()}mutualiser/", given)
    pool = NeedPool.objects.get()
    assert answer.url == pool.get_absolute_url() == "/besoins/mutualises/des-cartes-pour-tous/"
    assert client.post(f"{need.get_absolute_url()}mutualiser/", given).url == answer.url
    assert client.post(pool.get_absolute_url(), {"do": "carry", "org": str(town.pk)}).status_code == 422
    assert 'name="sure" value="1" required' in client.get(pool.get_absolute_url()).text
    assert NeedPool.objects.get().carrier is None
    client.post(pool.get_absolute_url(), {"do": "carry", "org": str(town.pk), "sure": "1"})
    told = words(client.get(pool.get_absolute_url()).text)
    assert "Habitants de 2 communes différentes" in told
    assert "335 804" in told.replace("\u202f", " ")
    assert "Ne plus le porter" in told
    assert pool.title in words(client.get("/besoins/").text)
    assert pool.get_absolute_url() in client.get(need.get_absolute_url()).text
    client.post(pool.get_absolute_url(), {"do": "leave", "need": str(need.pk)})
    assert NeedPool.objects.get().state == "dissolved"
    assert "Dissous" in client.get(pool.get_absolute_url()).text


def test_a_place_tells_why_a_need_is_around_and_what_the_weight_is(client: Client, author: Person) -> None:
    express(author, "33281")
    express(author, "33498", title="Une autre carte encore")
    page = client.get("/territoires/commune/33063/").text
    around = words(page[page.index('id="around"') :].split("</section>")[0])
    assert re.findall(r"Dans l[ae] même \w+", around) == ["Dans la même intercommunalité", "Dans le même département"]
    assert "Besoins qui attendent une réponse, seuls ou mutualisés" in words(page)
    listed = words(client.get("/besoins/").text)
    assert "Le poids dit combien en ont besoin" in listed


def test_ones_own_needs_are_found_again(client: Client, author: Person, person: Any) -> None:
    mine, other = express(author), express(person("autre@demo.example"), title="Une autre carte en ligne")
    assert "/besoins/?miens=1" in client.get("/mon-espace/").text
    page = client.get("/besoins/?miens=1").text
    assert mine.get_absolute_url() in page
    assert other.get_absolute_url() not in page
    assert other.get_absolute_url() in Client(headers=BROWSER).get("/besoins/?miens=1").text


def test_who_may_not_is_told_so(client: Client, author: Person, person: Any) -> None:
    need = express(person("autre@demo.example"))
    assert client.get(f"{need.get_absolute_url()}mutualiser/").status_code == 403
    assert client.get("/besoins/mutualises/nulle-part/").status_code == 404
    mine, other = express(author, "33063"), express(author, "33281")
    pool = services.pool_needs(
        author, mine, key=uuid4(), others=[other], title="Ensemble !", text_md="", lang="fr", at=NOW
    )
    for wrong in ({"do": "nothing"}, {"do": "carry", "org": "x"}, {"do": "leave", "need": "x"}, {}):
        assert client.post(pool.get_absolute_url(), wrong).status_code in {404, 422}
    assert "Se connecter pour le porter" in words(Client(headers=BROWSER).get(pool.get_absolute_url()).text)
    assert Client().post(pool.get_absolute_url(), {"do": "carry"}).status_code == 403


@pytest.mark.parametrize("path", ["/besoins/?territoire=departement:33", "/territoires/commune/33063/", "pool"])
def test_three_needs_cost_the_queries_of_one(client: Client, author: Person, path: str) -> None:
    if path == "pool":
        pair = [express(author, "33063"), express(author, "33281")]
        pool = services.pool_needs(
            author, pair[0], key=uuid4(), others=pair[1:], title="Ensemble !", text_md="", lang="fr", at=NOW
        )
        path = pool.get_absolute_url()
        join = [express(author, "33498") for _n in range(2)]
    else:
        express(author, "33063")
        express(author, "33281")
    reader = Client(headers=BROWSER)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert reader.get(path).status_code == 200
        return len(found)

    asked()
    one = asked()
    if "mutualises" in path:
        for need in join:
            services.join_pool(author, need, pool=pool, at=NOW)
    else:
        for code in ("33063", "33281", "33498"):
            express(author, code)
    assert asked() == one
    assert one <= 14


def test_a_commune_with_everything_on_its_page_costs_fourteen_questions(
    client: Client, town: Organisation, author: Person, desk: Person
) -> None:
    bordeaux, body = commune("33063"), Territory.objects.get(kind="epci", code="243300316")
    for where in ("33063", "33281", "33498"):
        express(author, where, theme_id="urbanisme")
    express(author, territory=body)
    published = Commons.objects.filter(state="published").exclude(themes="urbanisme")  # which would leave no gap
    here, wide, beside = published.order_by("slug")[:3]
    told = {"role": "deployed", "since": date(2022, 5, 1), "source": "Enquête", "at": NOW}
    for obj, where in ((here, bordeaux), (wide, body), (beside, commune("33281"))):
        territory_services.open_presence(desk, where, obj=("commons", str(obj.pk)), **told)
    seat = told | {"role": "seat"}
    territory_services.open_presence(desk, bordeaux, obj=("actor", str(town.pk)), **seat)
    services.become_ambassador(author, terms=Terms(True, [bordeaux], ["fr"], ""), commons=[here], at=NOW)
    Place.objects.create(
        source="demo", source_id="1", name="Accueil de démonstration", territory=bordeaux, services=["aide"]
    )
    TerritoryStat.objects.create(territory=bordeaux, measure="places", n=1, computed_at=NOW)
    reader = Client(headers=BROWSER)
    with CaptureQueriesContext(connection) as found:
        page = words(reader.get("/territoires/commune/33063/").text)
    for title in ("Autour", "Ce qui manque", "Accueil de démonstration", here.name, wide.name, beside.name, town.name):
        assert title in page
    assert len(found) == 14


def test_a_name_that_several_bear_can_be_corrected(client: Client, author: Person) -> None:
    """The browser asks for no choice among places that are no longer meant."""
    answer = client.post("/besoins/nouveau/", form(place="Saint-Denis"))
    assert answer.status_code == 422
    radios = re.findall(r'<input type="radio" name="which"[^>]*>', answer.text)
    assert len(radios) >= 2
    assert not [one for one in radios if "required" in one]
