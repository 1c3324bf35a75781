"""Pages of commons: list, sheet, history, sources, JSON, and what is said when there is none."""

from __future__ import annotations

import html
import re
from datetime import date
from urllib.parse import quote

import pytest
from django.test import Client

from communaux.catalogue.models import Commons, Identifier, LifeEvent, SourceRecord
from communaux.core.models import SlugHistory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]

VIEWS = ["/communs/{}/", "/communs/{}/histoire/", "/communs/{}/sources/", "/communs/{}.json"]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_of_a_merged_or_renamed_commons_moved_for_ever(client: Client, view: str, prefix: str) -> None:
    kept = Commons.objects.get(slug="umap")
    Commons.objects.filter(slug="panoramax").update(state="merged", merged_into=kept)
    SlugHistory.objects.create(kind="commons", old_slug="umap-ancien", object_id=str(kept.pk))
    for old in ("panoramax", "umap-ancien"):
        answer = client.get(prefix + view.format(old))
        assert (answer.status_code, answer["location"]) == (301, prefix + view.format("umap"))


def test_a_page_beyond_the_last_shows_the_last_and_says_so(client: Client) -> None:
    notice = "Il n’y a pas autant de pages\u202f: voici la dernière."
    for page in ("99999", "9" * 40):
        assert notice in client.get(f"/communs/?page={page}").text
    assert notice not in client.get("/communs/?page=2").text


def test_a_theme_keeps_the_other_filters(client: Client) -> None:
    page = html.unescape(client.get("/communs/?source=sill&kind=software&page=2").text)
    links = re.findall(r'<li><a href="(\?[^"]*theme=[^"]*)">', page)
    assert links
    assert {re.sub(r"theme=[\w-]+", "theme=x", link) for link in links} == {"?source=sill&kind=software&theme=x"}
    chosen = html.unescape(client.get("/communs/?theme=cantine&source=sill").text)
    assert chosen.count("?theme=cantine&source=sill&") == 0


@pytest.mark.parametrize(("prefix", "told"), [("", "1\u202f234 communs, par nom"), ("/en", "1,234 commons, by name")])
def test_large_numbers_are_read_as_in_each_language(
    client: Client, monkeypatch: pytest.MonkeyPatch, prefix: str, told: str
) -> None:
    from communaux.web.catalogue import sheet

    monkeypatch.setattr(sheet.Paginator, "count", 1234)
    assert told in client.get(f"{prefix}/communs/").text


@pytest.mark.parametrize(
    ("prefix", "told", "link"),
    [
        ("", "Aucun commun n’a cette adresse.", "Chercher «\u202fnulle part\u202f»"),
        ("/en", "No commons has this address.", "Search for “nulle part”"),
    ],
)
@pytest.mark.parametrize("view", VIEWS)
def test_what_is_not_there_offers_to_search_its_words(
    client: Client, prefix: str, told: str, link: str, view: str
) -> None:
    answer = client.get(prefix + view.format("nulle-part"))
    assert answer.status_code == 404
    assert f"<h1>{told}</h1>" in answer.text
    assert f'<a href="{prefix}/chercher/?q={quote("nulle part")}">{link}</a>' in answer.text
    assert 'type="search"' in answer.text


def test_the_api_tells_the_slug_apart_from_the_sentence(client: Client) -> None:
    body = client.get("/api/v1/commons/nulle-part").json()
    assert (body["status"], body["code"], body["slug"]) == (404, "unknown_commons", "nulle-part")
    assert body["detail"] in {"Aucun commun n’a cette adresse.", "No commons has this address."}


def test_a_commons_that_no_source_names_shows_what_was_known_and_since_when(client: Client) -> None:
    Commons.objects.filter(slug="umap").update(state="withheld", unnamed_on=date(2026, 3, 9))
    assert "Aucune source ne le nomme plus, depuis le 9 mars 2026." in client.get("/communs/umap/").text
    assert "No source names it any more, since 9 March 2026." in client.get("/en/communs/umap/").text
    assert "licence n’est pas ouverte" not in client.get("/communs/umap/").text


def test_the_stage_says_since_when(client: Client) -> None:
    Commons.objects.filter(slug="umap").update(stage="growth", stage_on=date(2026, 3, 9))
    assert "accélération, depuis le 9 mars 2026" in text_of(client.get("/communs/umap/").text)
    assert client.get("/communs/umap.json").json()["stage_on"] == "2026-03-09"


def test_an_event_names_the_other_commons_known_here_or_not(client: Client) -> None:
    one = Commons.objects.get(slug="umap")
    LifeEvent.objects.create(commons=one, kind="fork", other_name="Carte d’ailleurs", source_id="seeds")
    LifeEvent.objects.create(
        commons=one, kind="fork", other_name="x", other=Commons.objects.get(slug="panoramax"), source_id="seeds"
    )
    page = client.get("/communs/umap/").text
    assert "Carte d’ailleurs" in page
    assert '<a href="/communs/panoramax/">Panoramax</a>' in page
    others = {event["other"] for event in client.get("/communs/umap.json").json()["events"]}
    assert others == {None, "panoramax"}


CODES = re.compile(r"\b(depends_on|operated|based_on|feeds_data_to|external_id|licence_raw|product_launch)\b")


def test_pages_show_no_key_and_no_code(client: Client) -> None:
    """Sheets, sources and histories of a third of the slices, in French."""
    for slug in Commons.objects.order_by("slug").values_list("slug", flat=True)[::3]:
        for path in (f"/communs/{slug}/", f"/communs/{slug}/sources/", f"/communs/{slug}/histoire/"):
            assert CODES.findall(text_of(client.get(path).text)) == [], path


def test_what_readers_corrected_is_told_in_the_language_of_the_page(client: Client) -> None:
    record = SourceRecord.objects.filter(commons__slug="umap").first()
    assert record is not None
    SourceRecord.objects.filter(pk=record.pk).update(warnings=["Not an address: nulle part"])
    assert "Pas une adresse\u202f: nulle part" in client.get("/communs/umap/sources/").text
    assert "Not an address: nulle part" in client.get("/en/communs/umap/sources/").text


def test_a_former_repository_is_told_with_its_last_day(client: Client) -> None:
    one = Commons.objects.get(slug="umap")
    Identifier.objects.create(commons=one, scheme="repository", value="old.example/umap", until=date(2026, 3, 9))
    assert "old.example/umap (jusqu’au 9 mars 2026)" in text_of(client.get("/communs/umap/sources/").text)
    told = client.get("/communs/umap.json").json()["identifiers"]
    assert {"scheme": "repository", "value": "old.example/umap", "until": "2026-03-09"} in told
    assert client.get("/api/v1/commons/umap").json()["identifiers"] == told


def test_a_relation_taken_back_is_told_in_the_history(client: Client) -> None:
    from communaux.core import journal
    from communaux.core.models import Person

    one = Commons.objects.get(slug="umap")
    line = journal.Line(
        "catalogue.relate", ("commons", str(one.pk)), {"relation": "depends_on", "with": "openstreetmap"}, {}, "seeds"
    )
    journal.append(Person.objects.desk(), one.updated_at, line)
    page = client.get("/communs/umap/histoire/").text
    assert "n’est plus dit\u202f: dépend de openstreetmap" in page
