"""The API of territories: the same answers as the pages, nothing guessed, refusals as problems."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from territory.small import bring

from communaux.territory.models import Territory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


def get(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/territories{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_finding_by_what_is_typed(client: Client) -> None:
    assert [one["code"] for one in get(client, "?q=bord")] == ["243300316", "33063"]
    assert [one["code"] for one in get(client, "?q=saint&kind=commune&limit=1")] == ["97411"]
    assert get(client, "?q=") == []
    assert get(client, "?kind=commune", 422)["code"] == "invalid"
    assert get(client, "?q=a&kind=ville", 422)["code"] == "invalid"


def test_one_place_and_what_holds_it(client: Client) -> None:
    found = get(client, "/commune/93001")
    assert [(one["kind"], one["code"], one["depth"]) for one in found["above"]] == [
        ("departement", "93", 1),
        ("epci", "200054781", 1),
        ("ept", "200057867", 1),
        ("region", "11", 2),
        ("pays", "FR", 3),
        ("ue", "EU", 4),
    ]
    assert (found["postal_codes"], found["url"]) == (["93300"], "/territoires/commune/93001/")
    assert get(client, "/commune/98901")["population"] is None


def test_old_split_and_unknown_codes(client: Client) -> None:
    moved = client.get("/api/v1/territories/commune/33007")
    assert (moved.status_code, moved["Location"]) == (308, "/api/v1/territories/commune/33281")
    split = get(client, "/commune/40900", 404)
    assert (split["code"], [one["code"] for one in split["candidates"]]) == ("not_found", ["40001", "40002"])
    unknown = get(client, "/commune/33069", 404)
    assert [one["code"] for one in unknown["candidates"]] == ["33063"]


@pytest.mark.parametrize(
    ("query", "how", "codes"),
    [
        ("code=33063", "code", ["33063"]),
        ("code=33007", "alias", ["33281"]),
        ("code=40900", "alias", ["40001", "40002"]),
        ("code=40001", "code", ["40001"]),
        ("code=75", "code", ["75", "75"]),
        ("code=75&kind=region", "code", ["75"]),
        ("name=Saint-Denis", "name", ["93066", "97411"]),
        ("name=Saint-Denis&postcode=93210", "name", ["93066"]),
        ("name=SAINT DENIS (974)", "name", ["97411"]),
        ("name=Lamarche", "alias", ["40002"]),
        ("postcode=93210", "postal", ["93066"]),
        ("postcode=33063", "none", []),
        ("name=Nulle-Part", "none", []),
    ],
)
def test_resolving_never_guesses(client: Client, query: str, how: str, codes: list[str]) -> None:
    found = get(client, f"/resolve?{query}")
    assert (found["how"], [one["code"] for one in found["candidates"]]) == (how, codes)
    assert (found["territory"] or {}).get("code") == (codes[0] if len(codes) == 1 else None)


def test_nothing_answers_to_nothing_nor_to_what_disagrees(client: Client) -> None:
    none = {"how": "none", "territory": None, "candidates": []}
    assert [get(client, f"/resolve{query}") for query in ("", "?code=&name=", "?code=1&name=b")] == [none] * 3


def test_a_place_that_ended_is_still_told(client: Client) -> None:
    Territory.objects.filter(code="29155").update(valid_to="2026-12-31")
    assert get(client, "/commune/29155")["valid_to"] == "2026-12-31"
