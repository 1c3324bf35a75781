"""The JSON API: documents, paging, problems, ETag, and a description that holds."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.db import OperationalError
from django.test import Client
from ninja import Schema
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

from communaux.catalogue.indexing import thesaurus
from communaux.catalogue.models import Commons, Relation
from communaux.catalogue.queries import commons as commons_queries
from communaux.core.models import Entry, Progress

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
API = "/api/v1"


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/search?q=cartes",
            "/search",
            "/search/why-not?q=cartes&name=umap",
            "/commons",
            "/commons/umap",
            "/relations",
        ),
        *("/themes", "/sources", "/journal", "/thesaurus.json", "/openapi.json"),
    ],
)
def test_every_address_answers_json_to_anyone(client: Client, path: str) -> None:
    answer = client.get(API + path)
    assert (answer.status_code, answer["content-type"].split(";")[0]) == (200, "application/json")
    assert dict(answer.cookies) == {}


def problem(client: Client, path: str) -> dict[str, object]:
    answer = client.get(API + path)
    body = answer.json()
    assert answer["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= body.keys()
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:communaux:problem:{body['code']}"
    return body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/commons/nulle-part", 404), ("/search/why-not?q=x&name=personne-ne-porte-ce-nom", 404)),
        *(("/tasks/00000000-0000-7000-8000-000000000009", 404), ("/tasks/x", 422), ("/search/why-not?q=x", 422)),
        *(("/commons?limit=1%00", 422), ("/commons?limit%00=1", 422), (f"/commons?after={'x' * 120}%00", 422)),
        *(("/commons?limit=0", 422), ("/commons?limit=1000", 422), ("/commons?updated_since=hier", 422)),
        *(
            ("/search?page=0", 422),
            ("/search?lang=de", 422),
            (f"/search?q={'x' * 10_001}", 422),
            ("/journal?after=-1", 422),
        ),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client: Client, path: str, status: int) -> None:
    assert problem(client, path)["status"] == status


@pytest.mark.parametrize("damaged", ["carte%00", "%00carte", "carte%FF"])
def test_a_need_with_unreadable_characters_is_read_without_them(client: Client, damaged: str) -> None:
    whole, read = (client.get(f"{API}/search?q={q}").json() for q in ("carte", damaged))
    assert [hit["commons"]["slug"] for hit in read["items"]] == [hit["commons"]["slug"] for hit in whole["items"]]
    assert whole["total"] == read["total"] > 0


def test_the_root_leads_to_the_description(client: Client) -> None:
    assert client.get(f"{API}/")["location"] == f"{API}/openapi.json"


def test_an_address_that_is_not_there_is_a_404(client: Client) -> None:
    assert client.get(f"{API}/nulle-part").status_code == 404


@pytest.mark.parametrize(
    "path", ["/commons/a%00b", "/commons/%F0%9F%98%80", f"/commons/{'x' * 500}", "/commons/..%2f..%2fetc"]
)
def test_odd_slugs_are_not_found(client: Client, path: str) -> None:
    assert client.get(API + path).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_replaced_or_deleted(client: Client, method: str) -> None:
    assert getattr(client, method)(f"{API}/commons").status_code == 405


def test_a_walk_through_the_pages_gives_every_commons_once_in_order(client: Client) -> None:
    path, slugs, totals = f"{API}/commons?limit=17", [], set()
    while path:
        body = client.get(path).json()
        slugs += [one["slug"] for one in body["items"]]
        totals.add(body["total"])
        path = body["next"]
    published = list(Commons.objects.filter(state="published").order_by("slug").values_list("slug", flat=True))
    assert slugs == published
    assert totals == {len(published)}


def test_a_walk_keeps_its_filter(client: Client) -> None:
    first = client.get(f"{API}/commons?limit=5&source=sill").json()
    second = client.get(first["next"]).json()
    assert all("sill" in one["sources"] for one in (*first["items"], *second["items"]))


def test_updated_since_tells_what_left_too(client: Client) -> None:
    Commons.objects.filter(slug="panoramax").update(state="withheld")
    kept = Commons.objects.get(slug="umap")
    Commons.objects.filter(slug="openfisca").update(state="merged", merged_into=kept)
    since = {"updated_since": "2020-01-01T00:00:00Z", "limit": 200}
    rows = {
        row["slug"]: (row["state"], row["merged_into"]) for row in client.get(f"{API}/commons", since).json()["items"]
    }
    assert (rows["umap"], rows["panoramax"]) == (("published", None), ("withheld", None))
    assert rows["openfisca"] == ("merged", "umap")
    of_sill = client.get(f"{API}/commons", since | {"source": "sill"}).json()["items"]
    left = Commons.objects.filter(state__in=("merged", "withheld")).values_list("slug", flat=True)
    assert {row["slug"] for row in of_sill if row["state"] != "published"} == set(left) >= {"panoramax", "openfisca"}
    assert all("sill" in row["sources"] for row in of_sill if row["state"] == "published")
    plain = client.get(f"{API}/commons?limit=200").json()["items"]
    assert {row["state"] for row in plain} == {"published"}
    never = client.get(f"{API}/commons", {"updated_since": "2999-01-01T00:00:00Z"}).json()
    assert never == {"items": [], "total": 0, "next": None}


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        *(("2026-11-28T09:30:00Z", 200), ("2026-11-28t09:30:00.25z", 200), ("2026-11-28T09:30:00-01:00", 200)),
        *(("2026-11-28", 200), ("0001-01-01T00:00:00+14:00", 400), ("2026-13-01", 422), ("2026-11-28T25:00:00Z", 422)),
        *(("1764322200", 422), ("2.220446049250313e-16", 422), ("-0", 422), ("NaN", 422), ("٢٠٢٦-١١-٢٨", 422)),
        *(("2026-11-28T09:30:00", 422), ("2026-11-28T09:30:00+01:00\n", 422), ("", 422)),
    ],
)
def test_an_instant_is_written_as_rfc_3339_has_it(client: Client, instant: str, status: int) -> None:
    assert client.get(f"{API}/commons", {"updated_since": instant}).status_code == status


@pytest.mark.parametrize(
    ("path", "unknown"),
    [
        ("/search?q=cartes&territory=29&Theme=eau", ["Theme", "territory"]),
        ("/search/why-not?q=x&name=umap&nom=umap", ["nom"]),
        ("/commons?themes=eau", ["themes"]),
        ("/commons/umap?lang=fr", ["lang"]),
        *((f"{address}?x=1", ["x"]) for address in ("/relations", "/themes", "/sources", "/thesaurus.json")),
    ],
)
def test_unknown_parameters_are_refused_by_name(client: Client, path: str, unknown: list[str]) -> None:
    told = problem(client, path)
    assert (told["status"], told["code"], told["unknown"]) == (422, "unknown_parameter", unknown)


def test_search_gives_as_many_as_asked_for_and_pages_follow(client: Client) -> None:
    three = client.get(f"{API}/search?q=logiciel&limit=3").json()
    next_three = client.get(f"{API}/search?q=logiciel&limit=3&page=2").json()
    assert [hit["rank"] for hit in (*three["items"], *next_three["items"])] == [1, 2, 3, 4, 5, 6]
    assert three["pages"] == -(-three["total"] // 3)
    beyond = problem(client, f"/search?q=logiciel&limit=3&page={three['pages'] + 1}")
    assert (beyond["status"], beyond["code"], beyond["pages"]) == (404, "no_such_page", three["pages"])


def test_every_facet_of_the_counts_is_a_filter(client: Client) -> None:
    counts = client.get(f"{API}/search?q=logiciel").json()["counts"]
    assert "recommended" in counts
    for name, values in counts.items():
        value, n = next(iter(values.items()))
        assert client.get(f"{API}/search", {"q": "logiciel", name: value}).json()["total"] == n


def test_a_sheet_names_the_record_behind_each_value(client: Client) -> None:
    body = client.get(f"{API}/commons/umap").json()
    records = {record["id"] for record in body["records"]}
    assert body["provenance"]["name"] in records
    assert all(record["licence"] or record["source"] == "publiccode" for record in body["records"])
    assert body["id"] == str(Commons.objects.get(slug="umap").pk)


def test_search_says_why(client: Client) -> None:
    body = client.get(f"{API}/search", {"q": "carte en ligne", "lang": "fr"}).json()
    assert body["query"] == "carte en ligne"
    assert [item["rank"] for item in body["items"]] == sorted(item["rank"] for item in body["items"])
    assert all(item["reasons"] for item in body["items"])
    assert body["total"] >= len(body["items"]) > 0


def test_why_not_answers(client: Client) -> None:
    body = client.get(f"{API}/search/why-not", {"q": "gérer la cantine", "name": "umap"}).json()
    assert (body["slug"], body["name"]) == ("umap", "uMap")
    assert body["state"] != "hit"
    assert body.keys() >= {"gap", "words_found", "words_missing", "merged_into"}


def test_an_unchanged_answer_is_not_sent_again(client: Client) -> None:
    first = client.get(f"{API}/commons/umap")
    again = client.get(f"{API}/commons/umap", headers={"if-none-match": first["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_journal_can_be_verified_by_anyone(client: Client) -> None:
    """The hashes are computed again from the public answer alone."""
    import hashlib
    from datetime import datetime

    from communaux.core.canonical import digest

    lines = client.get(f"{API}/journal?limit=20").json()
    prev = "0" * 64
    for line in lines:
        body = {
            **{key: line[key] for key in ("seq", "act", "before", "after", "reason")},
            "at": datetime.fromisoformat(line["at"]),
            "actor": line["actor_id"],
            "subject": [line["subject_kind"], line["subject_id"]],
            "private": line["private_sha256"],
        }
        assert line["prev_hash"] == prev
        assert hashlib.sha256(bytes.fromhex(prev) + bytes.fromhex(digest(body))).hexdigest() == line["hash"]
        prev = line["hash"]
    assert len(lines) == 20
    assert "private" not in lines[0]
    after = client.get(f"{API}/journal?after=20&limit=1").json()
    assert [line["seq"] for line in after] == [21]


def test_relations_name_both_ends(client: Client) -> None:
    path, rows = f"{API}/relations?limit=2", []
    while path:
        body = client.get(path).json()
        rows += body["items"]
        path = body["next"]
    assert body["total"] == len(rows) == Relation.objects.count() > 2
    assert set(rows[0]) == {"id", "a", "b", "kind", "source"}


def test_themes_and_sources_count_the_tables(client: Client) -> None:
    assert len(client.get(f"{API}/themes").json()) == 34
    sources = {row["key"]: row["records"] for row in client.get(f"{API}/sources").json()}
    assert sources["sill"] == 40


def test_long_work_can_be_followed(client: Client, desk: object) -> None:
    work = Progress.objects.create(kind="test", title="Import", started_by=desk, done=3, total=10)
    body = client.get(f"{API}/tasks/{work.pk}").json()
    assert body == {
        "id": str(work.pk),
        "title": "Import",
        "state": "waiting",
        "done": 3,
        "total": 10,
        "messages": [],
        "error": "",
    }


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # inside rdflib's own reader
def test_the_thesaurus_is_skos(client: Client, settings: object) -> None:
    """Read as RDF: one preferred label a language, and every broader concept is one of the scheme."""
    settings.DESK_URL = "https://desk.example"
    graph = Graph().parse(data=client.get(f"{API}/thesaurus.json").content, format="json-ld")
    scheme = URIRef("https://desk.example/api/v1/thesaurus.json#")
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    shipped = thesaurus()
    assert len(concepts) == len(shipped.concepts) + len(shipped.domains)
    assert set(graph.subjects(SKOS.inScheme, scheme)) == concepts
    assert set(graph.objects(None, SKOS.broader)) <= concepts
    one = next(c for c in shipped.concepts if c.id == "associations.adhesions")
    labels = set(graph.objects(scheme + one.id, SKOS.prefLabel))
    assert labels == {Literal(one.fr[0], lang="fr"), Literal(one.en[0], lang="en")}
    assert set(graph.objects(scheme + one.id, SKOS.broader)) == {scheme + one.domain}
    assert Literal(one.everyday_fr[0], lang="fr") in set(graph.objects(scheme + one.id, SKOS.altLabel))
    assert set(graph.objects(scheme, DCTERMS.license)) == {URIRef("https://spdx.org/licenses/CC0-1.0")}
    assert [c for c in concepts if len(set(graph.objects(c, SKOS.prefLabel))) != 2] == []


def test_the_description_is_openapi_and_tells_of_problems(client: Client) -> None:
    body = client.get(f"{API}/openapi.json").json()
    assert body["openapi"].startswith("3.1")
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            assert method in {"get", "post"}, path
            assert operation["responses"].keys() & {"200", "201"}
            assert operation["summary"]
            assert operation["description"]
            assert {"405", "503"} <= operation["responses"].keys()
            assert (
                ("security" in operation) == ("401" in operation["responses"]) == ("304" not in operation["responses"])
            )
            if "security" not in operation:
                assert operation["responses"]["200"]["headers"].keys() == {"ETag"}
            if method == "post":
                assert {"401", "403", "409", "413", "422"} <= operation["responses"].keys()
                assert "Location" in operation["responses"].get("201", {"headers": {"Location"}})["headers"]
    assert "Problem" in body["components"]["schemas"]
    assert body["components"]["securitySchemes"]["PersonalToken"]["scheme"] == "bearer"
    assert "not offered" not in body["info"]["description"]
    assert json.dumps(body).count("password") == 0


def test_no_personal_data_in_what_anyone_reads(client: Client, person: object) -> None:
    person("alice@demo.example", operator=True)
    last = Entry.objects.latest("seq").seq
    text = client.get(f"{API}/journal?after={last - 2}").content.decode()
    assert "core.grant" in text
    assert "alice" not in text


def test_everything_described_has_words(client: Client) -> None:
    body = client.get(f"{API}/openapi.json").json()
    assert body["servers"][0]["url"].startswith("http")
    bare = [
        f"{path} {parameter['name']}"
        for path, methods in body["paths"].items()
        for operation in methods.values()
        for parameter in operation["parameters"]
        if not (parameter.get("description") or parameter["schema"].get("description"))
    ]
    for name, schema in body["components"]["schemas"].items():
        bare += [] if schema.get("description") else [name]
        bare += [f"{name}.{key}" for key, field in schema["properties"].items() if not field.get("description")]
    assert bare == []
    moved = body["paths"]["/api/v1/commons/{slug}"]["get"]["responses"]["308"]
    assert moved["headers"].keys() == {"Location"}


def test_no_two_shapes_have_one_name() -> None:
    """The document would describe one of them twice, and the other nowhere."""
    found, ours = [Schema], list[str]()
    for one in found:  # grows as it is walked
        found += one.__subclasses__()
        ours += [one.__name__] if one.__module__.startswith("communaux.api") else []
    assert len(ours) > 100
    assert [name for name, n in Counter(ours).items() if n > 1] == []


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "There is nothing"), ("fr", "Il n’y a rien"), ("de", "Il n’y a rien")]
)
def test_an_address_that_is_not_there_is_a_problem_in_the_asked_language(client: Client, lang: str, said: str) -> None:
    answer = client.get(f"{API}/nulle-part", headers={"accept-language": lang})
    assert (answer.status_code, answer["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"].startswith(said)
    assert answer["content-language"] == ("en" if lang == "en" else "fr")
    assert "Accept-Language" in answer["vary"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_method_that_is_not_taken_is_a_problem(client: Client, method: str) -> None:
    answer = getattr(client, method)(f"{API}/themes", headers={"accept-language": "en"})
    assert (answer.status_code, answer["content-type"]) == (405, "application/problem+json")
    assert (answer.json()["code"], answer["allow"]) == ("method_not_allowed", "GET")


def test_refusals_speak_the_asked_language(client: Client) -> None:
    for lang, said in (("en", "Nothing answers"), ("fr", "Rien ne répond")):
        answer = client.get(f"{API}/tasks/00000000-0000-7000-8000-000000000009", headers={"accept-language": lang})
        assert answer.json()["detail"].startswith(said)


def test_how_far_work_is_is_not_kept(client: Client, desk: object) -> None:
    work = Progress.objects.create(kind="test", title="Import", started_by=desk)
    assert client.get(f"{API}/tasks/{work.pk}")["cache-control"] == "no-store"


def test_a_locked_database_is_a_503_problem(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(commons_queries, "themes_with_counts", locked)
    answer = client.get(f"{API}/themes", headers={"accept-language": "en"})
    assert (answer.status_code, answer["content-type"]) == (503, "application/problem+json")
    assert "nothing was lost" in answer.json()["detail"]
    page = client.get("/en/communs/")
    assert page.status_code == 503
    assert "nothing was lost" in page.text
