"""Assessments side by side: page and API; never a winner, unknown in words, made otherwise refused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from assessment.running import Fetch, asked, carried_out
from calling import Program, refused
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import CommonsFactory
from uses import Cast

from communaux.assessment import queries
from communaux.assessment.models import Run
from communaux.catalogue.models import Commons
from communaux.engines.assess import compare, telling
from communaux.engines.assess.model import METHOD_VERSION

pytestmark = pytest.mark.django_db

PAGE = "/evaluations/comparer/"
API = "/assessment/compare"
HOSTILE = "<script>alert(1)</script> 🚲 & “x”"


@pytest.fixture
def others(assessed: Run, cast: Cast, fetch: Fetch) -> list[Commons]:
    """Two more that were assessed, one that was not."""
    made = [CommonsFactory(slug=f"velo-{n}", name=f"Vélo de démonstration {n}") for n in range(3)]
    for one in made[:2]:
        one.resources.create(kind="software", repository=f"https://github.com/demo/{one.slug}")
        carried_out(asked(cast["member"], one), fetch)
    return made


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def cells(page: str, head: str) -> list[str]:
    row = page.rpartition(f'<th scope="row">{head}</th>')[2].partition("</tr>")[0]
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]


def test_conditions_and_main_measures_side_by_side(client: Client, others: list[Commons]) -> None:
    page = text(client, f"{PAGE}?communs=umap,velo-0,velo-2")
    profile = queries.profile_of(Commons.objects.get(slug="umap"))
    for one in profile.conditions:
        outcome = telling.word("outcomes", one.outcome, "fr")
        above = page.partition('<th scope="rowgroup"')[0]
        assert cells(above, telling.condition(one, "fr")[0]) == [outcome, outcome, "inconnu"]
    for code in compare.main_measures():
        told = cells(page, telling.name(code, "fr"))
        assert told[0].startswith(telling.value(profile.by_code[code], "fr"))
        assert (told[0], told[2]) == (told[1], "inconnu")
    assert "Ni gagnant ni total" in words(page)
    assert "non évalué" in words(page)
    assert re.findall(r"<th scope=\"col\"><a href=\"([^\"]+)\"", page) == [
        f"/communs/{slug}/evaluation/" for slug in ("umap", "velo-0", "velo-2")
    ]


def test_a_name_may_be_given_again_or_after_a_comma(client: Client, others: list[Commons]) -> None:
    pages = {text(client, f"{PAGE}?communs={asked}") for asked in ("umap,velo-0", "umap&communs=velo-0")}
    for page in pages:
        assert re.findall(r'<th scope="col"><a href="/communs/([\w-]+)/evaluation/">', page) == ["umap", "velo-0"]


def test_no_word_of_a_winner(client: Client, others: list[Commons]) -> None:
    told = words(text(client, f"{PAGE}?communs=umap,velo-0")).lower()
    assert not re.search(r"meilleur|vainqueur|classement|score|note globale", told.replace("ni gagnant ni total", ""))


def test_one_is_added_by_its_name(client: Client, others: list[Commons]) -> None:
    answer = client.get(PAGE, {"communs": "umap", "ajouter": "Vélo de démonstration 1"})
    assert answer.status_code == 302
    there = text(client, answer["location"])
    assert "Vélo de démonstration 1" in there
    assert 'name="communs" value="umap,velo-1"' in there
    assert "ajouter" not in answer["location"]


@pytest.mark.parametrize("path", ["", "?communs=", "?communs=umap", "?communs=umap,umap", "?communs=,,,umap,"])
def test_fewer_than_two_are_asked_for_more(client: Client, velos: Commons, path: str) -> None:
    page = text(client, PAGE + path)
    assert "Donnez de deux à quatre communs par leur nom." in words(page)
    assert "<table>" not in page
    assert 'name="ajouter"' in page


def test_more_than_four_and_unknown_ones_are_said(client: Client, others: list[Commons]) -> None:
    more = [CommonsFactory(slug=f"autre-{n}") for n in range(2)]
    page = text(client, f"{PAGE}?communs=nulle-part,umap,velo-0,velo-1,velo-2,{more[0].slug}")
    assert "nulle-part" in words(page)
    assert more[0].name in words(page.partition("Side by side")[0])
    assert page.count('<th scope="col">') == 5
    assert 'name="ajouter"' not in page


def test_made_otherwise_is_refused_and_can_be_made_again(client: Client, others: list[Commons], assessed: Run) -> None:
    Run.objects.filter(pk=assessed.pk).update(method_version="0")
    page = text(client, f"{PAGE}?communs=umap,velo-0", 409)
    assert f"n’ont pas la même méthode (0, {METHOD_VERSION})" in words(page)
    assert "<table>" not in page
    assert 'href="/communs/umap/evaluation/"' in page
    assert "une nouvelle évaluation se demande sur sa page" in words(page)
    assert "demander/" not in page
    client.force_login(assessed.requested_by)
    signed_in = text(client, f"{PAGE}?communs=umap,velo-0", 409)
    assert re.findall(r'action="/communs/([^/]+)/evaluation/demander/"', signed_in) == ["umap", "velo-0"]
    told = refused(Program().get(f"{API}?commons=umap,velo-0"), 409, "other_method")
    assert f"different methods (0, {METHOD_VERSION})" in told["detail"]


def test_more_than_a_year_apart_or_another_window(client: Client, others: list[Commons], assessed: Run) -> None:
    told = assessed.told | {"window_days": 30}
    Run.objects.filter(pk=assessed.pk).update(told=told)
    assert "même durée" in words(text(client, f"{PAGE}?communs=umap,velo-0", 409))
    refused(Program().get(f"{API}?commons=umap,velo-0"), 409, "other_window")
    Run.objects.filter(pk=assessed.pk).update(told=assessed.told, as_of=assessed.as_of - timedelta(days=366))
    assert "Plus d’un an sépare" in words(text(client, f"{PAGE}?communs=umap,velo-0", 409))
    refused(Program().get(f"{API}?commons=umap,velo-0"), 409, "other_days")


def test_hostile_names_are_only_names(client: Client, others: list[Commons]) -> None:
    Commons.objects.filter(slug="velo-0").update(name=HOSTILE)
    for path in ("?communs=umap,velo-0", f"?communs={HOSTILE},umap", f"?communs=umap&ajouter={HOSTILE}"):
        page = client.get(PAGE + path.replace("&", "%26", path.count("&") - ("ajouter" in path)), follow=True)
        assert "<script>alert" not in page.content.decode()


def test_the_api_tells_the_same(others: list[Commons]) -> None:
    told = Program().get(f"{API}?commons=umap,velo-2").json()
    whole = Program().get("/assessment/commons/umap").json()
    assert [(one["slug"], one["as_of"]) for one in told["commons"]] == [("umap", whole["as_of"]), ("velo-2", None)]
    assert told["commons"][0]["readings"] == whole["readings"]
    assert [row["cells"][0] for row in told["conditions"]] == whole["conditions"]
    by_code = {one["code"]: one for one in whole["indicators"]}
    assert [row["cells"] for row in told["measures"]] == [[by_code[code], None] for code in compare.main_measures()]
    assert "series" not in told


def test_where_none_was_assessed_there_is_no_table(client: Client, velos: Commons) -> None:
    CommonsFactory(slug="autre")
    page = text(client, f"{PAGE}?communs=umap,autre")
    assert "Aucun de ces communs n’a été évalué" in words(page)
    assert "<table>" not in page
    told = Program().get(f"{API}?commons=umap,autre").json()
    assert (told["method"], told["conditions"], told["measures"]) == ("", [], [])


def test_what_the_api_refuses(others: list[Commons]) -> None:
    assert refused(Program().get(f"{API}?commons=umap,rien"), 404, "unknown_commons")["unknown"] == ["rien"]
    refused(Program().get(f"{API}?commons=umap"), 409, "two_to_four")
    CommonsFactory(slug="cinq")
    refused(Program().get(f"{API}?commons=umap,velo-0,velo-1,velo-2,cinq"), 409, "two_to_four")
    refused(Program().get(API), 422, "invalid")
    refused(Program().get(f"{API}?commons=umap,velo-0&order=best"), 422, "unknown_parameter")


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_two_or_four_cost_the_same(client: Client, others: list[Commons], cast: Cast) -> None:
    client.force_login(cast["reader"])
    two, four = (cost(client, f"{PAGE}?communs={asked}") for asked in ("umap,velo-0", "umap,velo-0,velo-1,velo-2"))
    assert (two, two <= 12) == (four, True)
    api = [cost(Client(), f"/api/v1{API}?commons={asked}") for asked in ("umap,velo-0", "umap,velo-0,velo-1,velo-2")]
    assert (api[0], api[0] <= 12) == (api[1], True)


def test_the_comparison_of_sheets_leads_there(client: Client, others: list[Commons]) -> None:
    assert 'href="/evaluations/comparer/?communs=umap,velo-0"' in text(client, "/communs/comparer/?c=umap&c=velo-0")
