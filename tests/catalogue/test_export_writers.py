"""The writers of export formats, pure: what they say is read back, hostile texts stay texts, nothing is invented."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from communaux.catalogue.formats import codemeta, codemeta_writer, csv_writer, dcat_writer, json_writer
from communaux.catalogue.formats.exported import (
    Exported,
    Origin,
    Spoken,
    Thing,
    Tie,
    Topic,
    Words,
    clean,
    legible,
    whole,
)
from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.formats.rdf import Iri, Node, Text, iri, jsonld, turtle, turtle_head
from communaux.catalogue.formats.values import characters
from communaux.catalogue.licences import read_licence

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib")  # of its own parts

SCHEMA, CODEMETA = Namespace("http://schema.org/"), Namespace("https://w3id.org/codemeta/terms/")
DCAT, DCT = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://purl.org/dc/terms/")
DESK = dcat_writer.Desk("Guichet", "Commune de démonstration", "https://desk.example")
SHEET = "https://desk.example/communs/marmite/"
OPEN = Origin("sill", "SILL", "12", "etalab-2.0", "https://etalab.example/lo", "DINUM, SILL", read_on=date(2026, 1, 2))
ALIKE = Origin("awesome", "Awesome", "marmite", "CC-BY-SA-3.0", "", "Awesome contributors", share_alike=True)
MARMITE = Exported(
    address=SHEET,
    id=SHEET,
    slug="marmite",
    name="Marmite",
    names=("MRM",),
    texts={
        "fr": Spoken(
            Words("Les repas de la cantine.", OPEN), Words("Marmite compte les repas.\n\nEt les goûters.", OPEN)
        ),
        "en": Spoken(Words("School meals, online.", ALIKE)),
    },
    things=(
        Thing(
            kind="software",
            url="https://marmite.example",
            repository="https://forge.example/marmite",
            licence="EUPL-1.2",
            licence_raw="EUPL 1.2",
            open="yes",
            platforms=("linux", "Python"),
            version="1.2",
            released_on=date(2026, 2, 3),
        ),
    ),
    themes=(Topic("cantine", "https://desk.example/api/v1/thesaurus.json#cantine", "Cantine", "School meals"),),
    orgs=("Commune de démonstration",),
    funders=("Région de démonstration",),
    documentation=("https://doc.example/",),
    stage="operated",
    created_on=date(2020, 1, 1),
    last_sign_on=date(2026, 3, 4),
    updated_on=date(2026, 4, 5),
    same=("https://www.wikidata.org/entity/Q1",),
    ties=(Tie("depends_on", "https://desk.example/communs/sel/", "Sel"),),
    origins=(OPEN, ALIKE),
)


def graph_of(view: Exported) -> Graph:
    return Graph().parse(data=codemeta_writer.write_graph(view), format="json-ld")


def test_the_graph_of_a_software_says_what_is_known_and_nothing_else() -> None:
    found, one = graph_of(MARMITE), URIRef(f"{SHEET}#software")
    told = {(term, value) for _, term, value in found.triples((one, None, None)) if isinstance(value, Literal | URIRef)}
    day = lambda text: Literal(text, datatype=SCHEMA.Date)  # noqa: E731
    assert told == {
        (RDF.type, SCHEMA.SoftwareSourceCode),
        (SCHEMA.identifier, URIRef(SHEET)),
        (SCHEMA.name, Literal("Marmite")),
        (SCHEMA.alternateName, Literal("MRM")),
        (
            SCHEMA.description,
            Literal("Les repas de la cantine.\n\nMarmite compte les repas.\n\nEt les goûters.", lang="fr"),
        ),
        (SCHEMA.description, Literal("School meals, online.", lang="en")),
        (SCHEMA.url, URIRef("https://marmite.example")),
        (SCHEMA.codeRepository, URIRef("https://forge.example/marmite")),
        (SCHEMA.version, Literal("1.2")),
        (SCHEMA.operatingSystem, Literal("linux")),
        (SCHEMA.runtimePlatform, Literal("Python")),
        (SCHEMA.softwareHelp, Literal("https://doc.example/")),
        (CODEMETA.developmentStatus, URIRef("https://www.repostatus.org/#active")),
        (SCHEMA.license, URIRef("https://spdx.org/licenses/EUPL-1.2")),
        (SCHEMA.keywords, Literal("Cantine", lang="fr")),
        (SCHEMA.keywords, Literal("School meals", lang="en")),
        (SCHEMA.dateCreated, day("2020-01-01")),
        (SCHEMA.datePublished, day("2026-02-03")),
        (SCHEMA.dateModified, day("2026-03-04")),
        (SCHEMA.sameAs, URIRef("https://www.wikidata.org/entity/Q1")),
        (SCHEMA.mainEntityOfPage, URIRef(SHEET)),
        (SCHEMA.softwareRequirements, URIRef("https://desk.example/communs/sel/")),
        (SCHEMA.sdLicense, URIRef("https://etalab.example/lo")),
        (SCHEMA.sdLicense, URIRef("https://spdx.org/licenses/CC-BY-SA-3.0")),
        (SCHEMA.sdDatePublished, Literal("2026-04-05")),
    }
    for term, name in ((CODEMETA.maintainer, "Commune de démonstration"), (SCHEMA.funder, "Région de démonstration")):
        assert [str(found.value(who, SCHEMA.name)) for who in found.objects(one, term)] == [name]
    credits = {
        str(found.value(record, SCHEMA.creditText)): str(found.value(record, SCHEMA.license))
        for record in found.objects(one, SCHEMA.subjectOf)
    }
    assert credits == {
        "DINUM, SILL": "https://etalab.example/lo",
        "Awesome contributors": "https://spdx.org/licenses/CC-BY-SA-3.0",
    }


@pytest.mark.parametrize(("kind", "type"), codemeta_writer.TYPES.items())
def test_each_kind_has_its_type_and_a_bare_one_says_only_its_name(kind: str, type: str) -> None:
    bare = Exported(address=SHEET, id=SHEET, slug="x", name="X", things=(Thing(kind=kind),))
    one = URIRef(f"{SHEET}#{kind}")
    assert set(graph_of(bare)) == {
        (one, RDF.type, SCHEMA[type]),
        (one, SCHEMA.name, Literal("X")),
        (one, SCHEMA.identifier, URIRef(SHEET)),
        (one, SCHEMA.mainEntityOfPage, URIRef(SHEET)),
    }


def test_of_a_further_software_nothing_is_said_that_is_said_of_the_commons() -> None:
    second = Thing(kind="software", name="Marmiton", repository="https://forge.example/marmiton", version="3")
    two = replace(MARMITE, things=(*MARMITE.things, second))
    told = json.loads(codemeta_writer.write(two, 1))
    assert told.keys() == {
        *("@context", "@id", "@type", "name", "isPartOf", "codeRepository", "version"),
        *("schema:sdLicense", "schema:sdDatePublished", "schema:subjectOf"),
    }
    assert (told["@id"], told["name"], told["version"]) == (f"{SHEET}#software-2", "Marmiton", "3")
    assert [row["name"] for row in json_writer.document(two)["resources"] if "name" in row] == ["Marmiton"]
    turtled = "".join(map(turtle, dcat_writer.nodes(DESK, two)))
    assert turtled.count("School meals, online.") == 1


def read_back(view: Exported) -> Mapped:
    reading = codemeta.read({"codemeta.json": codemeta_writer.write(view, 0)})
    assert reading.refused == ()
    (found,) = reading.records
    return found


def test_what_is_written_as_codemeta_is_read_back() -> None:
    found = read_back(MARMITE)
    assert (found.external_id, found.name, found.names, found.kind) == (SHEET, "Marmite", ("MRM",), "software")
    assert (found.url, found.repository) == ("https://marmite.example", "https://forge.example/marmite")
    assert found.short == {"fr": "Les repas de la cantine.", "en": "School meals, online."}
    assert found.long == {"fr": "Les repas de la cantine.\n\nMarmite compte les repas.\n\nEt les goûters."}
    assert read_licence(found.licence_raw).spdx == "EUPL-1.2"
    assert (found.platforms, found.orgs) == (("linux", "Python"), ("Commune de démonstration",))
    assert (found.version, found.released_on, found.last_sign_on) == ("1.2", date(2026, 2, 3), date(2026, 3, 4))
    assert (found.stage, found.tags) == ("operated", ("Cantine", "School meals"))
    assert found.identifiers == (("wikidata", "Q1"),)
    assert [(link.kind, link.value) for link in found.links] == [("depends_on", "Sel")]
    assert [(event.kind, event.on) for event in found.events] == [("created", date(2020, 1, 1))]
    assert found.governance == {"funded_by": ["Région de démonstration"]}
    assert found.community["documentation"] == ["https://doc.example/"]
    assert found.warnings == ()


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40).map(
    lambda text: " ".join(clean(text).split())
)


@given(
    name=WORD.filter(bool),
    short=WORD.filter(bool),
    licence=st.sampled_from(("MIT", "EUPL-1.2", "MIT OR Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0")),
    stage=st.sampled_from(("idea", "construction", "operated", "paused", "ended")),
)
def test_any_name_text_licence_and_stage_are_read_back(name: str, short: str, licence: str, stage: str) -> None:
    texts = {"fr": Spoken(Words(short, OPEN))}
    thing = replace(MARMITE.things[0], licence=licence)
    found = read_back(replace(MARMITE, name=name, texts=texts, things=(thing,), stage=stage))
    assert (found.name, found.short, found.stage) == (name, {"fr": short}, stage)
    assert read_licence(found.licence_raw).spdx == licence


def test_a_web_api_is_read_as_one() -> None:
    api = Exported(
        SHEET, SHEET, "geo", "Géo", things=(Thing(kind="service", url="https://geo.example/v1", is_api=True),)
    )
    found = read_back(api)
    assert (found.kind, found.community["software_type"]) == ("service", "WebAPI")


HOSTILE = '</script><script>alert(1)</script><!-- & " \\ \u2028 \ud800 \x00 👨‍👩‍👧 \u202e'


@pytest.mark.parametrize("lang", ["fr", "und"])
def test_hostile_texts_stay_texts_in_every_format(lang: str) -> None:
    view = replace(MARMITE, name=HOSTILE, texts={lang: Spoken(Words(HOSTILE, OPEN))})
    kept = legible(HOSTILE)
    page = codemeta_writer.write_graph(view)
    assert not set("<>&") & set(page.replace("\\u003c", ""))
    page.encode()
    name = str(graph_of(view).value(URIRef(f"{SHEET}#software"), SCHEMA.name))
    assert legible(name) == kept
    for text, format in (
        ("".join(dcat_writer.write_turtle(DESK, [view])), "turtle"),
        ("".join(dcat_writer.write_jsonld(DESK, [view])), "json-ld"),
    ):
        found = Graph().parse(data=text.encode(), format=format)
        assert str(found.value(URIRef(f"{SHEET}#software"), DCT.title)) == kept
    assert legible(json.loads(json_writer.row(view).encode())["name"]) == kept
    row = next(csv.reader(io.StringIO(csv_writer.row(view)), delimiter=";"))
    assert row[csv_writer.COLUMNS.index("name")] == kept
    assert characters("👨‍👩‍👧") == 1
    assert "👨‍👩‍👧" in kept


def test_both_spellings_of_the_catalogue_are_one_graph() -> None:
    data = replace(MARMITE, things=(Thing(kind="data", url="https://d.example/a b", licence="ODbL-1.0"),))
    views = [MARMITE, data, replace(MARMITE, things=(Thing(kind="service", url="https://api.example", is_api=True),))]
    page = dcat_writer.Page(
        "https://desk.example/p?a=1&b=2", "https://desk.example/p", "https://desk.example/p?after=x", 3
    )
    graphs = [
        Graph().parse(data="".join(write(DESK, views, page)), format=format)
        for write, format in ((dcat_writer.write_turtle, "turtle"), (dcat_writer.write_jsonld, "json-ld"))
    ]
    assert isomorphic(*graphs)
    kinds = {
        str(kind)
        for one in ("data", "software", "service")
        for kind in graphs[0].objects(URIRef(f"{SHEET}#{one}"), RDF.type)
    }
    assert {str(DCAT.Dataset), str(DCAT.Resource), str(DCAT.DataService)} <= kinds
    distribution = graphs[0].value(URIRef(f"{SHEET}#data"), DCAT.distribution)
    assert graphs[0].value(distribution, DCAT.accessURL) == URIRef("https://d.example/a%20b")
    assert graphs[0].value(distribution, DCT.license) == URIRef("https://spdx.org/licenses/ODbL-1.0")


def test_data_that_nobody_describes_are_no_dataset_of_the_profile() -> None:
    bare = Exported(
        SHEET, SHEET, "x", "X", things=(Thing(kind="data", url="https://d.example"),), updated_on=date(2026, 1, 1)
    )
    found = Graph().parse(data="".join(dcat_writer.write_turtle(DESK, [bare])), format="turtle")
    assert set(found.objects(URIRef(f"{SHEET}#data"), RDF.type)) == {DCAT.Resource, SCHEMA.Dataset}


def test_a_catalogue_record_names_the_licence_of_the_words_and_the_share_alike_ones() -> None:
    found = Graph().parse(data="".join(dcat_writer.write_turtle(DESK, [MARMITE])), format="turtle")
    record = URIRef(f"{SHEET}#software-record")
    labels = {
        str(found.value(one, URIRef("http://www.w3.org/2000/01/rdf-schema#label")))
        for one in found.objects(record, DCT.rights)
    }
    assert labels == {"DINUM, SILL, etalab-2.0", "Awesome contributors, CC-BY-SA-3.0, share-alike"}
    assert len(set(found.objects(record, DCT.license))) == 2


@given(text=st.text(max_size=60), lang=st.sampled_from(("", "fr", "gsw")), address=st.text(max_size=30))
def test_any_text_and_address_survive_both_spellings(text: str, lang: str, address: str) -> None:
    place = f"https://example.org/{address}"
    node = Node(
        "https://example.org/#one", ("dcat:Resource",), (("dct:title", Text(text, lang)), ("foaf:page", Iri(place)))
    )
    told = json.dumps(
        {"@context": {"dct": str(DCT), "dcat": str(DCAT), "foaf": "http://xmlns.com/foaf/0.1/"}} | jsonld(node)
    )
    for data, format in ((turtle_head() + turtle(node), "turtle"), (told, "json-ld")):
        found = Graph().parse(data=data, format=format)
        title = found.value(URIRef("https://example.org/#one"), DCT.title)
        assert (str(title), title.language or "") == (legible(text), lang)
    assert not set('<>"{}|^`\\ \n') & set(iri(place))


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        *(("=1+1", "'=1+1"), ("+33", "'+33"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1")),
        *(("\r=1", "'=1"), ("\x00=1", "'=1"), ("\n=1", "'\n=1"), ("＝1", "'＝1"), ("a=1", "a=1"), ("", "")),
    ],
)
def test_no_cell_is_a_formula(cell: str, safe: str) -> None:
    row = csv_writer.row(replace(MARMITE, name=cell, orgs=(cell, cell)))
    (cells,) = csv.reader(io.StringIO(row, newline=""), delimiter=";")
    assert dict(zip(csv_writer.COLUMNS, cells, strict=True))["name"] == safe
    assert [one for one in cells if one.startswith(csv_writer.FORMULAS)] == []


def test_a_line_of_the_table_says_whose_the_description_is() -> None:
    (cells,) = csv.reader(
        io.StringIO(csv_writer.row(replace(MARMITE, texts={"en": MARMITE.texts["en"]}))), delimiter=";"
    )
    assert dict(zip(csv_writer.COLUMNS, cells, strict=True)) == {
        "slug": "marmite",
        "address": SHEET,
        "name": "Marmite",
        "other_names": "MRM",
        "kinds": "software",
        "urls": "https://marmite.example",
        "repositories": "https://forge.example/marmite",
        "licences": "EUPL-1.2",
        "licences_as_written": "EUPL 1.2",
        "open": "yes",
        "stage": "operated",
        "last_sign_on": "2026-03-04",
        "themes": "cantine",
        "organisations": "Commune de démonstration",
        "lang": "en",
        "short": "School meals, online.",
        "short_source": "Awesome",
        "short_licence": "CC-BY-SA-3.0",
        "short_attribution": "Awesome contributors",
        "short_share_alike": "yes",
        "sources": "sill | awesome",
        "external_ids": "12 | marmite",
        "record_licences": "etalab-2.0 | CC-BY-SA-3.0",
        "attributions": "DINUM, SILL | Awesome contributors",
        "updated_on": "2026-04-05",
    }


def test_mail_addresses_do_not_leave() -> None:
    assert clean("Écrire à jean.dupont+x@demo.example, merci") == "Écrire à […], merci"
    assert clean("voir @demo et a @ b") == "voir @demo et a @ b"


def test_a_long_text_that_begins_with_the_line_is_not_told_twice() -> None:
    assert whole(Spoken(Words("Une ligne.", OPEN), Words("Une\nligne.\n\nSuite.", OPEN))) == "Une\nligne.\n\nSuite."
    assert whole(Spoken(None, Words("Seul.", OPEN))) == "Seul."
    assert whole(Spoken()) == ""
