"""Data out of the API: publiccode.yml, CodeMeta, JSON-LD, CSV, DCAT-AP, dumps; each in both states."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyshacl import validate
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from ruamel.yaml import YAML
from slices import NOW

from communaux.catalogue import exporting, importing
from communaux.catalogue.formats import READERS
from communaux.catalogue.formats.csv_writer import COLUMNS
from communaux.catalogue.formats.publiccode_strict import check_file
from communaux.catalogue.models import Commons, Resource, Source, SourceRecord
from communaux.core.models import Person, SlugHistory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("catalogue"),
    pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning:rdflib"),  # of its own parts
]
API = "/api/v1"
SHAPES = Path(__file__).parents[1] / "catalogue" / "dcat-ap-shapes.ttl"
SCHEMA, DCAT, HYDRA = (
    Namespace(place)
    for place in ("http://schema.org/", "http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/hydra/core#")
)
LD_JSON = "application/ld+json"
OF_ONE = ("publiccode.yml", "codemeta.json", "jsonld")
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


@pytest.fixture
def marmite(desk: Person) -> Commons:
    reading = READERS["publiccode"]({"marmite.publiccode.yml": FILE.encode()})
    importing.run_import(desk, "publiccode", reading, etag="", at=NOW)
    return Commons.objects.get(slug="marmite")


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_publiccode_is_written_when_all_is_known(client: Client, marmite: Commons) -> None:
    answer = client.get(f"{API}/commons/marmite/publiccode.yml")
    assert (answer.status_code, answer["content-type"]) == (200, "text/yaml; charset=utf-8")
    assert check_file("publiccode.yml", answer.content).verdict == "valid"
    assert answer.content.startswith(b"publiccodeYmlVersion")  # its own words need no credit
    again = client.get(f"{API}/commons/marmite/publiccode.yml", headers={"if-none-match": answer["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_words_of_another_catalogue_are_credited_in_the_file(client: Client, marmite: Commons) -> None:
    Source.objects.filter(key="publiccode").update(licence="CC-BY-4.0", attribution="Ville de démonstration")
    text = client.get(f"{API}/commons/marmite/publiccode.yml").content.decode()
    assert text.startswith("# Descriptions: Ville de démonstration (CC-BY-4.0)\n")
    assert check_file("publiccode.yml", text.encode()).verdict == "valid"


def test_what_is_missing_is_named(client: Client) -> None:
    answer = client.get(f"{API}/commons/umap/publiccode.yml", headers={"accept-language": "fr"})
    told = answer.json()
    assert (answer.status_code, answer["content-type"], told["code"]) == (404, "application/problem+json", "incomplete")
    assert told["missing"][:3] == ["softwareType", "platforms", "maintenance.type"]
    assert told["detail"].startswith("Ce que l’on sait ne suffit pas à écrire un publiccode.yml")
    assert len(told["findings"]) >= len(told["missing"])


def test_each_software_of_a_commons_has_a_file_of_its_own(client: Client, marmite: Commons) -> None:
    other = {"name": "Marmiton", "repository": "https://forge.example/marmiton", "licence_spdx": "MIT"}
    Resource.objects.create(commons=marmite, kind="software", **other)
    first, second = (client.get(f"{API}/commons/marmite/publiccode.yml", {"software": n}) for n in (1, 2))
    assert YAML(typ="safe", pure=True).load(first.content)["url"] == "https://forge.example/marmite"
    assert (second.status_code, "softwareType" in second.json()["missing"]) == (404, True)
    told = [client.get(f"{API}/commons/marmite/codemeta.json", {"software": n}).json() for n in (1, 2)]
    assert [one["name"] for one in told] == ["Marmite", "Marmiton"]
    assert "description" not in told[1]
    for form in ("publiccode.yml", "codemeta.json"):
        third = client.get(f"{API}/commons/marmite/{form}", {"software": 3})
        assert (third.status_code, third.json()["code"]) == (404, "no_software")
    marmite.resources.update(kind="data")
    for form in ("publiccode.yml", "codemeta.json"):
        assert client.get(f"{API}/commons/marmite/{form}").status_code == 404


@pytest.mark.parametrize("form", OF_ONE)
def test_a_merged_or_renamed_commons_answers_at_its_present_address(client: Client, form: str) -> None:
    kept = Commons.objects.get(slug="umap")
    Commons.objects.filter(slug="panoramax").update(state="merged", merged_into=kept)
    SlugHistory.objects.create(kind="commons", old_slug="umap-ancien", object_id=str(kept.pk))
    for old in ("panoramax", "umap-ancien"):
        answer = client.get(f"{API}/commons/{old}/{form}")
        assert (answer.status_code, answer["location"]) == (308, f"{API}/commons/umap/{form}")
    if form != "jsonld":
        answer = client.get(f"{API}/commons/panoramax/{form}?software=2")
        assert answer["location"] == f"{API}/commons/umap/{form}?software=2"


@pytest.mark.parametrize("form", OF_ONE)
@pytest.mark.parametrize(("state", "code"), [("withheld", "not_published"), ("draft", "unknown_commons")])
def test_what_is_not_published_is_not_given_out(client: Client, form: str, state: str, code: str) -> None:
    Commons.objects.filter(slug="umap").update(state=state)
    answer = client.get(f"{API}/commons/umap/{form}")
    assert (answer.status_code, answer["content-type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == code
    assert client.get(f"{API}/commons/nulle-part/{form}").json()["code"] == "unknown_commons"
    assert client.get(f"{API}/commons/umap/{form}?logiciel=1").status_code == 422
    assert client.get(f"{API}/commons/umap/{form}?software=0").status_code == 422


@pytest.mark.parametrize(
    ("slug", "kinds"),
    [
        ("umap", {"software"}),
        ("openstreetmap", {"data", "software"}),
        ("wikipedia", {"content"}),
        ("rgesn", {"standard"}),
        ("apps-education-fr", {"service"}),
        ("feuilles-de-route-nec-2021", {"method"}),
    ],
)
def test_json_ld_of_real_sheets(client: Client, slug: str, kinds: set[str]) -> None:
    commons = Commons.objects.get(slug=slug)
    answer = client.get(f"{API}/commons/{slug}/jsonld")
    assert (answer.status_code, answer["content-type"]) == (200, LD_JSON)
    graph, sheet = Graph().parse(data=answer.content, format="json-ld"), f"http://127.0.0.1:8000/communs/{slug}/"
    types = {"software": "SoftwareSourceCode", "data": "Dataset", "content": "CreativeWork"}
    types |= {"standard": "CreativeWork", "service": "Service", "method": "HowTo"}
    assert set(commons.resources.values_list("kind", flat=True)) == kinds
    for kind in kinds:
        one = URIRef(f"{sheet}#{kind}")
        assert (one, RDF.type, SCHEMA[types[kind]]) in graph
        resource = commons.resources.filter(kind=kind).order_by("pk").first()
        assert str(graph.value(one, SCHEMA.name)) == (resource.name or commons.name)
        licence = graph.value(one, SCHEMA.license)
        assert str(licence or "") == (
            f"https://spdx.org/licenses/{resource.licence_spdx}" if resource.licence_spdx else ""
        )
        assert str(graph.value(one, SCHEMA.url) or "") == resource.url
        assert bool(graph.value(one, SCHEMA.description)) == (not resource.name)


def test_a_text_without_known_licence_is_not_given_out(client: Client, marmite: Commons) -> None:
    assert "Les repas" not in client.get(f"{API}/commons/marmite/jsonld").content.decode()
    row = next(row for row in table(client) if row["slug"] == "marmite")
    assert (row["short"], row["short_licence"], row["record_licences"]) == ("", "", "unknown")
    assert row["name"] == "Marmite"


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    text = body(client.get(f"{API}/commons.csv{query}")).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_table_has_each_published_commons_once_in_order(client: Client) -> None:
    answer = client.get(f"{API}/commons.csv")
    assert answer.streaming
    assert answer["content-type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.reader(io.StringIO(body(answer).decode(), newline=""), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    slugs = Commons.objects.filter(state="published").order_by("slug").values_list("slug", flat=True)
    assert [row[0] for row in rows[1:]] == list(slugs)
    assert {len(row) for row in rows} == {len(COLUMNS)}


def test_the_table_flags_every_share_alike_description_and_credits_all(client: Client) -> None:
    alike = SourceRecord.objects.filter(source="awesome-selfhosted").values_list("mapped", flat=True)
    theirs = {text for said in alike for text in said.get("short", {}).values()}
    flagged = [row for row in table(client) if row["short"] in theirs]
    assert flagged
    assert {(row["short_licence"], row["short_share_alike"]) for row in flagged} == {("CC-BY-SA-3.0", "yes")}
    assert {row["short_attribution"] for row in flagged} == {"awesome-selfhosted contributors"}
    assert [row["slug"] for row in table(client) if row["short"] and not row["short_attribution"]] == []


def test_the_table_keeps_the_filters_of_the_list(client: Client) -> None:
    rows = table(client, "?source=sill&theme=cartographie")
    listed = client.get(f"{API}/commons?source=sill&theme=cartographie&limit=200").json()["items"]
    assert [row["slug"] for row in rows] == [one["slug"] for one in listed] != []
    assert table(client, "?theme=nulle-part") == []
    assert client.get(f"{API}/commons.csv?themes=x").status_code == 422


@pytest.mark.parametrize("path", ["commons.csv", "catalogue.ttl", "catalogue.jsonld"])
def test_nothing_is_written_again_for_who_holds_the_answer(client: Client, path: str) -> None:
    tag = client.get(f"{API}/{path}")["etag"]
    with CaptureQueriesContext(connection) as asked:
        again = client.get(f"{API}/{path}", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert len(asked) <= 6
    one = Commons.objects.filter(state="published").first()
    Commons.objects.filter(pk=one.pk).update(updated_at=NOW.replace(year=2030))
    assert client.get(f"{API}/{path}", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(("path", "first"), [("commons.csv", 1), ("catalogue.jsonld?limit=1000", 1)])
def test_the_first_piece_leaves_before_the_rows_are_read(client: Client, path: str, first: int) -> None:
    answer = client.get(f"{API}/{path}", headers={"accept-encoding": "identity"})
    with CaptureQueriesContext(connection) as asked:
        list(islice(answer.streaming_content, first))
    assert len(asked) == 0


def test_rows_in_memory_do_not_grow_with_the_table(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from communaux.catalogue.queries import exports

    monkeypatch.setattr(exports, "AT_A_TIME", 5)
    pieces = client.get(f"{API}/commons.csv", headers={"accept-encoding": "identity"}).streaming_content
    list(islice(pieces, 1))
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            list(islice(pieces, 5))
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] > 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_part_asks_the_same_questions_for_one_commons_and_for_three(client: Client, count: int) -> None:
    for path in (f"catalogue.ttl?limit={count}", f"catalogue.jsonld?limit={count}"):
        with CaptureQueriesContext(connection) as asked:
            body(client.get(f"{API}/{path}"))
        assert len(asked) <= 16, path


def walk(client: Client, path: str, format: str) -> list[Graph]:
    parts = []
    while path:
        answer = client.get(path)
        parts.append(Graph().parse(data=body(answer), format=format))
        following = parts[-1].value(None, RDF.type, HYDRA.PartialCollectionView)
        path = str(parts[-1].value(following, HYDRA.next) or "").removeprefix("http://127.0.0.1:8000")
    return parts


def test_a_walk_through_the_catalogue_gives_every_resource_in_both_spellings(client: Client) -> None:
    turtled = walk(client, f"{API}/catalogue.ttl?limit=60", "turtle")
    linked = walk(client, f"{API}/catalogue.jsonld?limit=60", "json-ld")
    published = Commons.objects.filter(state="published")
    assert len(turtled) == len(linked) == -(-published.count() // 60)
    catalogue = URIRef("http://127.0.0.1:8000/#catalogue")
    links = (DCAT.dataset, DCAT.service, DCAT.resource)
    told = {str(one) for part in turtled for link in links for one in part.objects(catalogue, link)}
    own = {"http://127.0.0.1:8000/#communs", "http://127.0.0.1:8000/api/v1/"}
    slugs = {one.removeprefix("http://127.0.0.1:8000/communs/").partition("/")[0] for one in told - own}
    assert slugs == set(published.values_list("slug", flat=True))
    assert len(told - own) == Resource.objects.filter(commons__in=published).count()
    assert {int(part.value(catalogue, HYDRA.totalItems)) for part in turtled} == {published.count()}
    for one, other in zip(turtled, linked, strict=True):
        without = [
            {triple for triple in part if not any("/catalogue." in str(term) for term in triple)}
            for part in (one, other)
        ]
        assert isomorphic(*(_graph(triples) for triples in without))


def _graph(triples: set) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


@pytest.mark.parametrize(("path", "format"), [("catalogue.ttl", "turtle"), ("catalogue.jsonld", "json-ld")])
def test_the_catalogue_keeps_the_shapes_of_dcat_ap(client: Client, path: str, format: str) -> None:
    graph = Graph().parse(data=body(client.get(f"{API}/{path}?limit=1000")), format=format)
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService, DCAT.CatalogRecord):
        assert (None, RDF.type, kind) in graph
    holds, _graph, told = validate(graph, shacl_graph=str(SHAPES))
    assert holds, told


def test_the_shapes_find_what_is_missing(client: Client) -> None:
    """A shapes file that lets everything pass would prove nothing."""
    graph = Graph().parse(data=body(client.get(f"{API}/catalogue.ttl")), format="turtle")
    for kind, term in (
        (DCAT.Catalog, "http://purl.org/dc/terms/publisher"),
        (DCAT.Dataset, "http://purl.org/dc/terms/description"),
        (DCAT.Distribution, str(DCAT.accessURL)),
        (DCAT.DataService, str(DCAT.endpointURL)),
    ):
        broken = Graph() + graph
        broken.remove((broken.value(None, RDF.type, kind), URIRef(term), None))
        assert not validate(broken, shacl_graph=str(SHAPES))[0], kind


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", f"after={'x' * 121}", "page=2"])
def test_bounds_of_a_part_are_kept(client: Client, query: str) -> None:
    for path in ("catalogue.ttl", "catalogue.jsonld"):
        answer = client.get(f"{API}/{path}?{query}")
        assert (answer.status_code, answer["content-type"]) == (422, "application/problem+json")


def test_beyond_the_last_the_catalogue_is_empty_and_has_no_next(client: Client) -> None:
    (part,) = walk(client, f"{API}/catalogue.ttl?after=zzzz", "turtle")
    assert (None, DCAT.record, None) not in part


def test_dumps_are_listed_and_given_once_made(
    client: Client, settings: object, tmp_path: Path, nobody: Callable[[int, int | None], None]
) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    assert client.get(f"{API}/dumps").json() == []
    (dump,) = exporting.export(exporting.folder(), ["CC-BY-SA-3.0"], "json", NOW, nobody)
    (told,) = client.get(f"{API}/dumps").json()
    assert (told["name"], told["share_alike"], told["sha256"]) == ("CC-BY-SA-3.0.jsonl", True, dump.sha256)
    answer = client.get(told["url"], headers={"accept-encoding": "identity"})
    assert body(answer) == dump.path.read_bytes()
    assert answer["content-disposition"] == 'attachment; filename="CC-BY-SA-3.0.jsonl"'
    for name in ("nulle.csv", "..%2f..%2fsecret-key", "CC-BY-SA-3.0.jsonl.about.json", "a%00b"):
        assert client.get(f"{API}/dumps/{name}").status_code == 404


@pytest.fixture
def nobody() -> Callable[[int, int | None], None]:
    return lambda done, total: None


def test_media_types_are_described(client: Client) -> None:
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    media = {
        path.removeprefix(API): list(one["get"]["responses"]["200"].get("content", ()))
        for path, one in paths.items()
        if "get" in one
    }
    assert {path: told for path, told in media.items() if told != ["application/json"]} == {
        "/commons/{slug}/publiccode.yml": ["text/yaml"],
        "/commons/{slug}/codemeta.json": [LD_JSON],
        "/commons/{slug}/jsonld": [LD_JSON],
        "/commons.csv": ["text/csv"],
        "/catalogue.ttl": ["text/turtle"],
        "/catalogue.jsonld": [LD_JSON],
        "/dumps/{name}": ["application/octet-stream"],
    }
