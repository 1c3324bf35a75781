"""The badge of a commons: the same three words as its page, kept an hour, escaped, and refused where it would mislead."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.dom.minidom import parseString

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape
from factories import CommonsFactory

from communaux.assessment.models import Run
from communaux.catalogue.models import Commons
from communaux.engines.assess import telling

pytestmark = pytest.mark.django_db

PAGE = "/communs/umap/evaluation/"
HOSTILE = '</title><script>alert("1")</script>[x](y)`"<b>'


def drawn(client: Client, query: str = "") -> str:
    answer = client.get(f"{PAGE}badge.svg{query}")
    assert (answer.status_code, answer["content-type"]) == (200, "image/svg+xml; charset=utf-8")
    parseString(answer.content)
    return answer.content.decode()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_words_are_those_of_the_page_and_of_the_api(client: Client, assessed: Run, lang: str) -> None:
    readings = client.get("/api/v1/assessment/commons/umap").json()["readings"]
    axes = ("resource", "community", "governance")
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn(client, f"?lang={lang}"))
    expected = [(telling.word("axes", axis, lang), telling.word("readings", readings[axis], lang)) for axis in axes]
    assert texts[:6] == [word for pair in expected for word in pair]
    message = client.get(f"{PAGE}badge.json?lang={lang}").json()["message"]
    assert [part.split(" ", 2)[::2] for part in message.split(" · ")[:3]] == [list(pair) for pair in expected]


def test_one_axis_alone(client: Client, assessed: Run) -> None:
    alone = drawn(client, "?axe=communaute&lang=fr")
    assert ("Communauté" in alone, "Ressource" in alone) == (True, False)
    assert drawn(client, "?axe=community") == alone


def test_it_is_kept_an_hour_and_not_sent_twice(client: Client, assessed: Run) -> None:
    for form in ("svg", "json"):
        first = client.get(f"{PAGE}badge.{form}")
        assert first["cache-control"] == "public, max-age=3600"
        assert dict(first.cookies) == {}
        assert client.get(f"{PAGE}badge.{form}", headers={"if-none-match": first["etag"]}).status_code == 304
        assert client.post(f"{PAGE}badge.{form}").status_code == 405


def test_never_assessed_and_too_old(client: Client, velos: Commons) -> None:
    assert "non évalué" in drawn(client)
    assert client.get(f"{PAGE}badge.json").json()["message"] == "non évalué"


def test_after_a_year_it_says_so(client: Client, assessed: Run) -> None:
    Run.objects.filter(pk=assessed.pk).update(as_of=assessed.as_of - timedelta(days=366))
    assert ("à réévaluer" in drawn(client), "Communauté" in drawn(client)) == (True, False)
    assert "À réévaluer" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("query", ["?axe=empreinte", "?lang=de", "?axe=%3Cb%3E", "?lang=fr&axe=" + "x" * 500])
def test_what_it_cannot_show_is_refused(client: Client, assessed: Run, query: str) -> None:
    for form in ("svg", "json"):
        assert client.get(f"{PAGE}badge.{form}{query}").status_code == 400


def test_a_hostile_name_is_only_a_name(client: Client, assessed: Run) -> None:
    Commons.objects.filter(slug="umap").update(name=HOSTILE)
    image, page = drawn(client), client.get(f"{PAGE}mesures/").content.decode()
    assert "<script>" not in image
    assert "<script>alert" not in page
    assert len(image.encode()) <= 4096
    copied = page.partition("<code>[![")[2].partition("</code>")[0]
    assert copied.count("](") == 2
    assert escape("[x]") not in copied


def test_how_to_show_it_stands_on_the_page(client: Client, assessed: Run) -> None:
    page = client.get(f"{PAGE}mesures/").content.decode()
    at = f"{settings.DESK_URL}{PAGE}"
    assert f"]({at}badge.svg)]({at})</code>" in page
    assert f'&lt;a href="{at}"&gt;&lt;img src="{at}badge.svg"' in page
    assert f'<img src="{PAGE}badge.svg" alt="Ressource' in page
    assert f"{at}badge.json" in page


def test_a_merged_commons_leads_on(client: Client, assessed: Run) -> None:
    old = CommonsFactory(slug="ancien", state="merged", merged_into=Commons.objects.get(slug="umap"))
    answer = client.get(f"/communs/{old.slug}/evaluation/badge.svg?lang=en&axe=resource")
    assert (answer.status_code, answer["location"]) == (301, f"{PAGE}badge.svg?lang=en&axe=resource")
    assert client.get("/communs/nulle-part/evaluation/badge.svg").status_code == 404
