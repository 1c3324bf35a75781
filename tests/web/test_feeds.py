"""Feeds of the map: valid GeoJSON, stable tags, filters, nothing that is not published."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import CommonsFactory, RecordFactory, SourceFactory
from territory.small import NOW, OVER_REGIONS, bring, commune

from communaux.catalogue import services
from communaux.catalogue.models import Commons, Need, Text, Theme
from communaux.core.models import Person
from communaux.territory import presences
from communaux.territory.models import Place, Presence, Territory
from communaux.territory.queries import around
from communaux.web import feeds

pytestmark = pytest.mark.django_db
FEED = "/carte/communs.geojson"
PROPERTIES = [
    *("name", "description", "url", "theme", "territory_code", "territory_name", "state", "updated_at", "licence"),
]


@pytest.fixture(autouse=True)
def small(desk: Person) -> None:
    bring()
    for key in ("sante", "mobilite"):
        Theme.objects.create(key=key, fr=key, en=key)
    Territory.objects.filter(kind="commune", code="33063").update(lat=44.851233333, lon=-0.587269999)


def made(slug: str, theme: str = "mobilite", **more: Any) -> Commons:
    """A commons with a description of a licence."""
    found = CommonsFactory(slug=slug, **more)
    found.themes.set([theme])
    record = RecordFactory(commons=found, source=SourceFactory(key="sill", licence="etalab-2.0"))
    Text.objects.create(commons=found, lang="fr", short="=Des cartes.")
    found.provenance = {"short.fr": record.pk}
    found.save()
    return found


def runs(commons: Commons, territory: Territory, role: str = "deployed") -> Presence:
    obj = ("commons", str(commons.pk))
    return presences.begin(territory, obj, role=role, since=NOW.date() - timedelta(days=9), source="Demo", at=NOW)


def read(client: Client, path: str = FEED) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/geo+json")
    told = json.loads(answer.content)
    assert set(told) == {"type", "features"}
    assert told["type"] == "FeatureCollection"
    for one in told["features"]:
        check(one)
    return told["features"]


def check(one: dict[str, Any]) -> None:
    """RFC 7946: members of a feature, a point of two numbers, longitude first, six decimals at most."""
    assert set(one) == {"type", "id", "geometry", "properties"}
    assert (one["type"], list(one["properties"])) == ("Feature", PROPERTIES)
    if (geometry := one["geometry"]) is not None:
        assert (set(geometry), geometry["type"]) == ({"type", "coordinates"}, "Point")
        lon, lat = geometry["coordinates"]
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
        assert all(part == round(part, 6) for part in (lon, lat))


def test_a_commons_where_it_runs(client: Client, settings: Any) -> None:
    one = runs(made("umap", name="uMap"), commune("33063"))
    [found] = read(client)
    assert found["id"] == f"communs-{one.pk}"
    assert found["geometry"] == {"type": "Point", "coordinates": [-0.58727, 44.851233]}
    assert found["properties"] == {
        "name": "uMap",
        "description": "=Des cartes.",
        "url": f"{settings.DESK_URL}/communs/umap/",
        "theme": "mobilite",
        "territory_code": "33063",
        "territory_name": "Bordeaux",
        "state": "deployed",
        "updated_at": NOW.isoformat(timespec="seconds"),
        "licence": "etalab-2.0",
    }


def test_what_has_no_position_keeps_its_line(client: Client) -> None:
    runs(made("umap"), around.get("epci", OVER_REGIONS))
    assert [one["geometry"] for one in read(client)] == [None]


def test_neither_the_unpublished_nor_the_ended_is_told(client: Client) -> None:
    runs(made("secret", state=Commons.State.WITHHELD), commune("33063"))
    runs(made("brouillon", state=Commons.State.DRAFT), commune("33063"))
    gone = runs(made("fini"), commune("33063"))
    presences.end(gone, until=NOW.date() - timedelta(days=2), at=NOW)
    presences.begin(commune("33063"), ("actor", "a"), role="seat", since=NOW.date(), source="Demo", at=NOW)
    assert read(client) == []


def test_a_text_without_licence_does_not_travel(client: Client) -> None:
    commons = made("umap")
    SourceFactory._meta.model.objects.update(licence="")
    runs(commons, commune("33063"))
    assert [(one["properties"]["description"], one["properties"]["licence"]) for one in read(client)] == [(None, None)]


def test_by_territory_and_by_theme(client: Client) -> None:
    for slug, theme, place in (("a", "mobilite", "33063"), ("b", "sante", "33281"), ("c", "sante", "97411")):
        runs(made(slug, theme), commune(place))

    def told(query: str) -> list[str]:
        return [one["properties"]["territory_code"] for one in read(client, f"{FEED}?{query}")]

    assert told("territoire=departement:33") == ["33063", "33281"]
    assert told("territoire=region:04&theme=sante") == ["97411"]
    assert told("theme=sante") == ["33281", "97411"]
    assert told("territoire=&theme=") == ["33063", "33281", "97411"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("territoire=33063", 400),
        ("territoire=commune:99999", 404),
        ("territoire=<script>:1", 404),
        (f"territoire={'a' * 9000}", 400),
        ("theme=rien", 404),
        (f"theme={'🦆' * 900}", 404),
    ],
)
def test_what_is_unknown_is_refused_with_a_sentence(client: Client, query: str, status: int) -> None:
    answer = client.get(f"{FEED}?{query}")
    assert (answer.status_code, b"<script>:" in answer.content) == (status, False)


def test_the_csv_tells_the_same_and_runs_no_formula(client: Client) -> None:
    runs(made("umap"), commune("33063"))
    runs(made("tchap"), commune("97411"))
    answer = client.get("/carte/communs.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode()), delimiter=";"))
    assert list(rows[0]) == ["id", *PROPERTIES, "latitude", "longitude"]
    assert [row["id"] for row in rows] == [one["id"] for one in read(client)]
    assert [(row["latitude"], row["longitude"]) for row in rows] == [("44.851233", "-0.58727"), ("", "")]
    assert rows[0]["description"] == "'=Des cartes."


def test_the_tag_changes_when_the_data_does_and_only_then(client: Client) -> None:
    commons = made("umap")
    runs(commons, commune("33063"))
    first = client.get(FEED)
    assert (first["Access-Control-Allow-Origin"], first["ETag"].startswith('"')) == ("*", True)
    again = client.get(FEED, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    runs(commons, commune("97411"))
    changed = client.get(FEED, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


def test_it_is_compressed_under_a_strong_tag_of_its_own(client: Client) -> None:
    runs(made("umap"), commune("33063"))
    plain, packed = client.get(FEED), client.get(FEED, headers={"Accept-Encoding": "gzip, br"})
    assert (packed["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain.content)
    assert packed["ETag"] == f'{plain["ETag"][:-1]}-gzip"'
    assert "Accept-Encoding" in packed["Vary"]
    again = client.get(FEED, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_only_read(client: Client) -> None:
    assert [client.post(FEED).status_code, client.head(FEED).status_code] == [405, 200]


def test_as_many_queries_for_three_as_for_one(client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            read(client)
        return len(found)

    runs(made("a"), commune("33063"))
    one = asked()
    runs(made("b"), commune("33063"))
    runs(made("c"), commune("97411"))
    assert asked() == one


def test_needs_without_an_answer_where_they_stand(client: Client, person: Any) -> None:
    author = person("autrice@demo.example")
    told = {"text_md": "Rien **n’est** suivi.", "kind": "service", "for_whom": "", "org": None, "generation": 1}
    for title, code, theme in (("Suivre les trous", "33063", "mobilite"), ("Suivre les bancs", "97411", "sante")):
        given = told | {"title": title, "theme_id": theme, "territory": commune(code), "lang": "fr"}
        services.express_need(author, key=uuid4(), given=given, hits=[], query="", at=NOW)
    nowhere = told | {"title": "Suivre le vent", "theme_id": "sante", "territory": None, "lang": "fr"}
    services.express_need(author, key=uuid4(), given=nowhere, hits=[], query="", at=NOW)
    found = {one["properties"]["name"]: one for one in read(client, "/carte/besoins.geojson")}
    assert sorted(found) == ["Suivre les bancs", "Suivre les trous"]
    assert found["Suivre les trous"]["geometry"] == {"type": "Point", "coordinates": [-0.58727, 44.851233]}
    assert found["Suivre les bancs"]["geometry"] is None
    assert found["Suivre les trous"]["properties"]["description"] == "Rien n’est suivi."
    assert feeds.unplaced("besoins") == 1
    assert [one["properties"]["name"] for one in read(client, "/carte/besoins.geojson?territoire=departement:33")] == [
        "Suivre les trous"
    ]
    assert read(client, "/carte/besoins.geojson?theme=mobilite&territoire=departement:974") == []
    services.close_need(author, Need.objects.get(title="Suivre les trous"), reason="duplicate", at=NOW)
    assert len(read(client, "/carte/besoins.geojson")) == 1


def test_places_where_a_human_helps(client: Client) -> None:
    given = {"source": "demo", "territory": commune("33063"), "services": ["everyday"]}
    Place.objects.create(source_id="1", name="Médiathèque", lat=44.85, lon=-0.58, updated_on=NOW.date(), **given)
    Place.objects.create(source_id="2", name="Mairie", **given)
    Place.objects.create(source_id="3", name="Fermé", closed_on=NOW.date(), **given)
    found = {one["properties"]["name"]: one for one in read(client, "/carte/lieux.geojson?territoire=departement:33")}
    assert sorted(found) == ["Mairie", "Médiathèque"]
    assert found["Médiathèque"]["geometry"]["coordinates"] == [-0.58, 44.85]
    assert found["Médiathèque"]["properties"]["updated_at"] == "2026-09-01T00:00:00+00:00"
    assert (found["Mairie"]["geometry"], found["Mairie"]["properties"]["updated_at"]) == (None, None)
    assert feeds.unplaced("lieux") == 1
    assert read(client, "/carte/lieux.geojson?theme=mobilite") == []
    assert read(client, "/carte/lieux.geojson?territoire=departement:40") == []
