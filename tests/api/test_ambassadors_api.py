"""The API of ambassadors: who, where, of what; a part at a time, by territory, and never an address of mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import CommonsFactory
from territory.small import bring, commune

from communaux.catalogue import services
from communaux.core.models import Person
from communaux.territory.ambassadors import Terms
from communaux.territory.models import Ambassador

pytestmark = pytest.mark.django_db
SECRET = "adresse.cachee"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def make(person: Callable[..., Person]) -> Callable[..., Ambassador]:
    def made(name: str, *codes: str) -> Ambassador:
        by = person(f"{SECRET}.{name}@demo.example")
        Person.objects.filter(pk=by.pk).update(display_name=f"Claire {name}")
        told = Terms(True, [commune(code) for code in codes], ["fr", "en"], "Cartes libres")
        return services.become_ambassador(by, terms=told, commons=[CommonsFactory()], at=timezone.now())

    return made


def get(client: Client, query: str = "", status: int = 200) -> Any:
    answer = client.get(f"/api/v1/ambassadors{query}")
    assert (answer.status_code, SECRET in answer.text) == (status, False), answer.content
    return answer.json()


def test_one_ambassador_whole(client: Client, make: Callable[..., Ambassador], settings: Any) -> None:
    mine = make("A", "33063", "97411")
    assert get(client) == {
        "items": [
            {
                "id": mine.pk,
                "name": "Claire A",
                "territories": [
                    {"kind": "commune", "code": "33063", "name": "Bordeaux"},
                    {"kind": "commune", "code": "97411", "name": "Saint-Denis"},
                ],
                "languages": ["en", "fr"],
                "note": "Cartes libres",
                "commons": [mine.commons.get().commons.slug],
                "since": timezone.localdate().isoformat(),
                "write": f"{settings.DESK_URL}/ambassadeurs/{mine.pk}/contacter/",
            }
        ],
        "total": 1,
        "page": 1,
        "pages": 1,
    }


def test_by_territory_by_part_and_refused(client: Client, make: Callable[..., Ambassador]) -> None:
    first, second = make("A", "33063"), make("B", "97411")

    def names(query: str) -> list[str]:
        return [one["id"] for one in get(client, query)["items"]]

    assert names("?territory=departement:33") == [first.pk]
    assert names("?territory=pays:FR&limit=1&page=2") == [second.pk]
    assert names("?territory=commune:29155") == []
    assert get(client, "?page=2", 404)["code"] == "no_such_page"
    assert get(client, "?territory=commune:00000", 404)["code"] == "unknown_territory"
    assert get(client, "?territory=33063", 404)["code"] == "bad_territory"
    assert get(client, "?limit=0", 422)["code"] == "invalid"
    services.stop_ambassador(second.person, second, at=timezone.now())
    assert names("") == [first.pk]


def test_as_many_questions_for_three_as_for_one(client: Client, make: Callable[..., Ambassador]) -> None:
    costs = []
    for names in ("A", "BC"):
        for name in names:
            make(name, "33063")
        with CaptureQueriesContext(connection) as seen:
            get(client)
        costs.append(len(seen))
    assert costs[0] == costs[1]
