"""Data on pages: what a sheet carries for machines, the page of open data, filters that mean nothing, texts of sources."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rdflib import RDF, Graph, Namespace, URIRef
from slices import NOW

from communaux.catalogue import exporting, importing
from communaux.catalogue.formats import READERS
from communaux.catalogue.models import Commons, SourceRecord, Text
from communaux.core.markdown import as_text
from communaux.core.models import Person
from communaux.web.labels import FACET

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib"),
]
SCHEMA = Namespace("http://schema.org/")
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
LINK = re.compile(r'<link rel="alternate" type="([^"]+)"(?: title="([^"]+)")? href="([^"]+)">')
FILE = """\
publiccodeYmlVersion: "0.7"
name: Marmite
url: https://forge.example/marmite
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  fr:
    shortDescription: Les repas de la cantine, réservés en ligne.
    longDescription: LONG
    features: [Réserver, Payer]
legal: {license: EUPL-1.2}
maintenance: {type: community, contacts: [{name: Personne Exemple}]}
localisation: {localisationReady: false, availableLanguages: [fr]}
""".replace("LONG", "Marmite compte les repas. " * 8)


def embedded(page: str) -> str:
    (found,) = SCRIPT.findall(page)
    return found


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_sheet_embeds_its_json_ld_and_links_its_other_forms(client: Client, prefix: str) -> None:
    answer = client.get(f"{prefix}/communs/umap/")
    graph = Graph().parse(data=embedded(answer.text), format="json-ld")
    one = URIRef("http://127.0.0.1:8000/communs/umap/#software")
    assert (one, RDF.type, SCHEMA.SoftwareSourceCode) in graph
    assert str(graph.value(one, SCHEMA.name)) == "uMap"
    assert "'self'" in answer["content-security-policy"].split("script-src")[1].split(";")[0]
    assert LINK.findall(answer.text) == [
        ("application/json", "", f"{prefix}/communs/umap.json"),
        ("application/ld+json", "JSON-LD", "/api/v1/commons/umap/jsonld"),
        ("application/ld+json", "CodeMeta", "/api/v1/commons/umap/codemeta.json"),
    ]
    for _media, _title, address in LINK.findall(answer.text):
        assert client.get(address).status_code == 200


def test_a_publiccode_is_linked_where_it_can_be_written(client: Client, desk: Person) -> None:
    for text, linked in ((FILE, True), (FILE.replace("softwareType: standalone/web\n", ""), False)):
        reading = READERS["publiccode"]({"marmite.publiccode.yml": text.encode()})
        importing.run_import(desk, "publiccode", reading, etag="", at=NOW)
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/communs/marmite/").text
        assert len(asked) <= 12  # of a sheet, this part too
        assert ('href="/api/v1/commons/marmite/publiccode.yml"' in page) == linked
        status = client.get("/api/v1/commons/marmite/publiccode.yml").status_code
        assert status == (200 if linked else 404)


def test_no_text_of_a_sheet_ends_its_json_ld(client: Client) -> None:
    evil = '</script><img src=x onerror=alert(1)><!--<script>&"'
    Commons.objects.filter(slug="umap").update(name=evil)
    Text.objects.filter(commons__slug="umap").update(short=evil)
    page = client.get("/communs/umap/").text
    assert "<img src=x" not in page
    told = json.loads(embedded(page))
    assert told["name"] == evil
    assert {one["@value"] for one in told["description"]} == {evil}


@pytest.mark.parametrize("state", ["withheld"])
def test_a_sheet_that_is_not_published_gives_nothing_to_machines(client: Client, state: str) -> None:
    Commons.objects.filter(slug="umap").update(state=state)
    page = client.get("/communs/umap/").text
    assert SCRIPT.findall(page) == []
    assert "/api/v1/commons/umap/" not in page


def test_the_forms_of_a_sheet_cost_it_no_question(client: Client) -> None:
    client.get("/communs/umap/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/communs/umap/")
    assert len(asked) <= 12


@pytest.mark.parametrize(
    ("prefix", "title", "not_yet"),
    [("", "Données ouvertes", "pas encore faits"), ("/en", "Open data", "not made yet")],
)
def test_the_page_of_open_data_says_what_can_be_taken(
    client: Client, settings: object, tmp_path: Path, prefix: str, title: str, not_yet: str
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    page = client.get(f"{prefix}/donnees/").text
    assert f"<h1>{title}</h1>" in page
    assert page.count(not_yet) == 5
    list(exporting.export(exporting.folder(), exporting.chosen(""), "csv", NOW, lambda done, total: None))
    with CaptureQueriesContext(connection) as asked:
        page = html.unescape(client.get(f"{prefix}/donnees/").text)
    assert len(asked) <= 8
    assert not_yet not in page
    for licence in ("CC0-1.0", "CC-BY-SA-3.0", "etalab-2.0", "Unlicense", "Apache-2.0"):
        assert f'<a href="/api/v1/dumps/{licence}.csv" aria-label="CSV, {licence}">CSV</a>' in page
    assert page.count("1er septembre 2026" if not prefix else "1 September 2026") == 5
    (alike,) = re.findall(r"<tr><th scope=\"row\">[^\n]*?CC-BY-SA-3\.0.*?</tr>", page)
    assert "awesome-selfhosted contributors" in alike
    assert page.count("partage à l’identique" if not prefix else "share-alike") == 1
    assert '<a href="/api/v1/commons.csv">' in page
    assert f'href="{prefix}/donnees/"' in client.get(f"{prefix}/").text
    assert f'href="{prefix}/donnees/"' in client.get(f"{prefix}/plan-du-site/").text


def test_the_page_of_an_empty_desk_says_so(client: Client) -> None:
    SourceRecord.objects.update(state="gone")
    assert "Aucune fiche encore" in client.get("/donnees/").text


@pytest.mark.parametrize("name", ["theme", "kind", "licence", "stage", "source"])
def test_a_filter_that_means_nothing_is_ignored_and_told(client: Client, name: str) -> None:
    whole = client.get("/communs/").context
    answer = client.get(f"/communs/?{name}=bogus")
    assert answer.context["total"] == whole["total"] > 0
    assert answer.context["filters"] == []
    told = f"{FACET[name]}\u202f: «\u202fbogus\u202f»"
    assert answer.context["ignored"] == [f"Cette valeur de filtre n’existe pas, le filtre est ignoré\u00a0: {told}."]
    assert f'<p class="note" role="status">{answer.context["ignored"][0]}</p>' in answer.text


def test_known_filters_are_kept_beside_an_unknown_one(client: Client) -> None:
    answer = client.get("/communs/?source=sill&theme=<b>x</b>")
    assert answer.context["total"] == client.get("/communs/?source=sill").context["total"]
    assert len(answer.context["ignored"]) == 1
    assert "<b>x</b>" not in answer.text
    assert client.get("/communs/?source=sill").context["ignored"] == []


def test_an_unknown_stage_is_a_filter_too(client: Client) -> None:
    answer = client.get("/communs/?stage=unknown")
    assert answer.context["ignored"] == []
    assert answer.context["total"] == Commons.objects.filter(state="published", stage="").count()


def test_sources_show_the_words_of_a_text_without_its_signs(client: Client) -> None:
    record = SourceRecord.objects.filter(commons__slug="umap").first()
    assert record is not None
    marked = "**Fort** et [lien](https://demo.example)\n\n- un\n- deux\n\n<script>x</script>"
    SourceRecord.objects.filter(pk=record.pk).update(mapped=record.mapped | {"long": {"fr": marked}, "short": {}})
    page = client.get("/communs/umap/sources/").text
    assert "Fort et lien\n– un\n– deux\n\n&lt;script&gt;x&lt;/script&gt;" in page
    assert "**Fort**" not in page
    assert "](https" not in page


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        *(
            ("", ""),
            ("Un *seul* mot", "Un seul mot"),
            ("# Titre\n\nTexte", "Titre\n\nTexte"),
            ("a < b & c", "a < b & c"),
        ),
        *(
            ("1. un\n2. deux", "– un\n– deux"),
            ("`code`", "code"),
            ("fin  \nsuite", "fin\nsuite"),
            ("ligne\nsuite", "ligne suite"),
            ("# ", ""),
        ),
    ],
)
def test_markdown_as_text(marked: str, plain: str) -> None:
    assert as_text(marked) == plain
