"""Places written as lists: read again, the same places; a spreadsheet runs none of their cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from territory.lists import REFURBISHER, ROW, rows, written
from territory.small import NOW, bring, commune
from territory.test_places import LATER, take

from communaux.core import services as core
from communaux.core.models import Person
from communaux.territory import services
from communaux.territory.formats import refurbishers
from communaux.territory.formats.listed import Notes
from communaux.territory.models import Place

pytestmark = pytest.mark.django_db
NAMES = [one.attname for one in Place._meta.concrete_fields if one.attname not in {"id", "raw"}]
SIRETS = ("73282932000074", "55208131766522")


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


def kept() -> list[dict[str, Any]]:
    return list(Place.objects.order_by("source", "source_id").values(*NAMES))


def save(client: Client, path: str, to: Path) -> Path:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8; header=present")
    to.write_bytes(answer.content)
    return to


def test_places_of_help_written_and_read_are_the_same(client: Client, tmp_path: Path) -> None:
    hostile = {"nom": "=HYPERLINK(0) ; \"a\", 'b' 🦆", "horaires": "@SUM(1)", "adresse": "'+1 rue", "pivot": ""}
    long = {"adresse": "1 rue de l’Exemple, " * 7, "complement_adresse": "résidence, " * 12}
    bare = {name: "" for name in ROW if name not in {"id", "nom", "date_maj", "code_insee"}}
    overseas = {"code_insee": "97411", "latitude": "-20.88", "longitude": "55.45", "code_postal": "97400"}
    take(written(tmp_path / "f.csv", rows({}, hostile, long, bare, overseas)))
    before = kept()
    assert len(before) == 5
    path = save(client, "/lieux/mednum.csv", tmp_path / "out.csv")
    Place.objects.all().delete()
    outcome = take(path)
    assert (outcome.created, outcome.refused, outcome.warnings) == (5, [], [])
    assert kept() == before
    assert take(path, at=LATER).unchanged == 5


def test_refurbishers_written_and_read_are_the_same(client: Client, tmp_path: Path) -> None:
    few = {"siret": SIRETS[0], "filieres": "", "volumes_an": "", "label": "", "etapes": "tri", "site_web": ""}
    none = {"siret": SIRETS[1], "volumes_an": "0", "nom": "=1+1"}
    take(written(tmp_path / "r.csv", [dict(REFURBISHER), REFURBISHER | few, REFURBISHER | none], ";"), "refurbishers")
    before = kept()
    path = save(client, "/filieres/reconditionneurs.csv", tmp_path / "out.csv")
    Place.objects.all().delete()
    outcome = take(path, "refurbishers")
    assert (outcome.created, outcome.refused, outcome.warnings) == (3, [], [])
    assert kept() == before
    assert {one["source_id"]: one["volumes_per_year"] for one in before} == {
        REFURBISHER["siret"]: 1200,
        SIRETS[0]: None,
        SIRETS[1]: 0,
    }


def test_no_cell_is_a_formula_and_numbers_stay_numbers(client: Client, tmp_path: Path) -> None:
    take(written(tmp_path / "f.csv", rows({"nom": "=HYPERLINK(0)"})))
    (row,) = csv.DictReader(io.StringIO(client.get("/lieux/mednum.csv").content.decode("utf-8-sig")))
    assert (row["nom"], row["longitude"], row["telephone"]) == ("'=HYPERLINK(0)", "-0.58", "+33 5 00 00 00 00")
    assert (row["source"], row["commune"], row["date_maj"]) == ("demo", "Bordeaux", "2026-06-02")
    assert "quelquun@demo.example" not in str(row)


def ids(client: Client, query: str, file: str = "/lieux/mednum.csv", delimiter: str = ",") -> list[str]:
    text = client.get(f"{file}{query}").content.decode("utf-8-sig")
    return sorted(next(iter(row.values())) for row in csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_filters_and_what_nobody_shows(
    client: Client, tmp_path: Path, desk: Person, person: Callable[..., Person]
) -> None:
    take(
        written(
            tmp_path / "f.csv", rows({}, {"code_insee": "97411", "latitude": "", "longitude": ""}, {"services": ""})
        )
    )
    take(written(tmp_path / "g.csv", [ROW | {"id": "autre"}]), source="other")
    body = core.create_organisation(desk, name="Atelier", kind="association", at=NOW)
    lise = person("lise@demo.example")
    core.add_member(desk, body, person=lise, starts_on=NOW.date(), at=NOW)
    services.declare_place(lise, body, told=refurbishers.place(False, REFURBISHER, Notes()), at=NOW)
    services.withhold_place(desk, Place.objects.get(source_id="demo-3"), reason="Fermé.", at=NOW)
    assert ids(client, "") == ["autre", "demo-1", "demo-2"]
    assert ids(client, "?territoire=departement:974") == ["demo-2"]
    assert ids(client, "?liste=other") == ["autre"]
    assert ids(client, "?service=equipment&territoire=commune:33063") == ["autre", "demo-1"]
    assert ids(client, "?service=safety") == []
    assert client.get("/lieux/mednum.csv?territoire=commune:00000").status_code == 404
    chain = ("/filieres/reconditionneurs.csv", ";")
    assert ids(client, "", *chain) == ["Atelier de démonstration"]
    assert ids(client, "?territoire=departement:974", *chain) == []


def test_the_same_file_has_the_same_tag(client: Client, tmp_path: Path) -> None:
    take(written(tmp_path / "f.csv", rows({})))
    tag = client.get("/lieux/mednum.csv")["ETag"]
    assert client.get("/lieux/mednum.csv", headers={"If-None-Match": tag}).status_code == 304
    Place.objects.update(name="Autre nom")
    assert client.get("/lieux/mednum.csv")["ETag"] != tag


def test_pages_lead_to_the_files_with_their_filters(client: Client, tmp_path: Path) -> None:
    take(written(tmp_path / "f.csv", rows({})))
    page = client.get("/lieux/?territoire=commune:33063&service=equipment&page=1").text
    assert 'href="/lieux/mednum.csv?territoire=commune%3A33063&amp;service=equipment"' in page
    assert (
        'href="/filieres/reconditionneurs.csv?territoire=commune:33063"' in client.get("/filieres/commune/33063/").text
    )
    assert commune("33063").places.count() == 1
