"""The API of places: inside a territory or near it, by service, a part at a time, and nothing personal."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from django.test import Client
from territory.lists import rows, written
from territory.small import bring
from territory.test_places import take

from communaux.api.places import Service
from communaux.territory.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(db: None, tmp_path: Path) -> None:
    bring()
    near = {"code_insee": "33281", "services": "Aide aux démarches administratives", "latitude": "", "longitude": ""}
    take(written(tmp_path / "f.csv", rows({}, {"latitude": "44.85"}, near, {"modalites_acces": "x"})))


def get(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/territories{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_one_place_whole(client: Client) -> None:
    found = get(client, "/commune/33281/places")
    (place,) = found["places"]
    assert (found["scope"]["code"], found["total"]) == ("33281", 1)
    assert {**place, "id": 1} == {
        "id": 1,
        "source": "demo",
        "source_id": "demo-3",
        "name": "Espace de démonstration",
        "siret": "35600000000048",
        "address": "1 rue de l’Exemple",
        "postal": "33000",
        "territory_code": "33281",
        "territory_name": "Mérignac",
        "lat": None,
        "lon": None,
        "services": ["administrative"],
        "labels": ["Conseillers numériques", "ORDI 3.0"],
        "publics": ["seniors"],
        "fees": ["free"],
        "streams": [],
        "steps": [],
        "volumes_per_year": None,
        "hours": "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00",
        "phone": "+33 5 00 00 00 00",
        "website": "https://demo.example/lieu",
        "updated_on": "2026-06-02",
    }


def test_scope_says_how_far_it_looked(client: Client) -> None:
    assert [get(client, f"/{path}/places")["scope"]["code"] for path in ("commune/33063", "commune/33498")] == [
        "33063",
        "33",
    ]
    assert get(client, "/commune/33281/places?service=equipment")["scope"]["code"] == "243300316"
    assert get(client, "/commune/29155/places") == {"scope": None, "total": 0, "places": []}


def test_parts_and_refusals(client: Client) -> None:
    pages = [get(client, f"/departement/33/places?limit=3&page={n}")["places"] for n in (1, 2, 3)]
    assert [len(one) for one in pages] == [3, 1, 0]
    assert len({one["source_id"] for page in pages for one in page}) == 4
    assert get(client, "/commune/99999/places", 404)["code"] == "unknown_territory"
    for wrong in ("service=coiffure", "limit=0", "limit=101", "page=0", "services=equipment"):
        assert get(client, f"/commune/33063/places?{wrong}", 422)["code"] in {"invalid", "unknown_parameter"}


def test_the_services_are_those_of_the_table() -> None:
    assert get_args(Service) == ("", *Place.Service.values)
