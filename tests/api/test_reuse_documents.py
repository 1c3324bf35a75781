"""Uses and experiences through the API: filters, keyset paging, nothing personal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from slices import NOW
from uses import TEXT, Cast, told

from communaux.catalogue import services

pytestmark = pytest.mark.django_db


def get(client: Client, path: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_use_is_told_whole_and_without_a_person(client: Client, cast: Cast) -> None:
    use = cast.confirmed(since_precision="month")
    body = get(client, "reuses")
    assert body == {
        "items": [
            {
                "id": use.pk,
                "url": f"http://127.0.0.1:8000/usages/{use.pk}/",
                "commons": "umap",
                "organisation": {
                    "id": str(cast.town.pk),
                    "name": "Commune de démonstration",
                    "kind": "local_authority",
                    "siret": None,
                    "rna": None,
                },
                "kind": "uses",
                "use_case": TEXT,
                "since": "2024-03-01",
                "since_precision": "month",
                "until": None,
                "state": "confirmed",
                "confirmed_at": "2026-09-01T12:00:00Z",
                "confirm_by": "2027-09-01",
                "end_cause": "",
                "source": "",
            }
        ],
        "total": 1,
        "next": None,
    }


def test_filters_by_commons_and_body(client: Client, cast: Cast) -> None:
    other = cast.body("Association d’exemple")
    ids = [cast.declared().pk, cast.declared(organisation=other).pk]
    assert [one["id"] for one in get(client, "reuses?commons=umap")["items"]] == ids
    assert [one["id"] for one in get(client, f"reuses?organisation={other.pk}")["items"]] == ids[1:]
    assert get(client, "reuses?commons=rien")["total"] == get(client, f"reuses?organisation={uuid4()}")["total"] == 0
    for wrong in ("reuses?organisation=x", "reuses?body=x", "reuses?after=-1", "experiences?limit=201"):
        answer = client.get(f"/api/v1/{wrong}")
        assert (answer.status_code, answer["content-type"]) == (422, "application/problem+json")


def test_parts_follow_each_other_in_as_many_questions(
    client: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    for n in range(3):
        use = cast.confirmed(organisation=cast.body(f"Association {n}"))
        services.write_experience(cast["member"], use, told=told(), at=NOW)
        for path in ("reuses", "experiences"):
            with django_assert_num_queries(2):
                assert len(get(client, path)["items"]) == n + 1
    for path in ("reuses", "experiences"):
        seen, after = [], f"/api/v1/{path}?commons=umap&limit=2"
        while after:
            part = client.get(after).json()
            seen += [one["id"] for one in part["items"]]
            after = part["next"]
        assert (len(seen), seen) == (3, sorted(seen))


def test_what_is_unknown_is_null_and_what_is_withdrawn_is_not_told(client: Client, cast: Cast) -> None:
    use = cast.declared()
    lesson = services.write_experience(cast["member"], use, told=told(advice="*Commencer* petit."), at=NOW)
    (one,) = get(client, "experiences?commons=umap")["items"]
    assert (one["effort_days"], one["cost_cents"], one["cost_scope"], one["reuse"]) == (None, None, "", use.pk)
    assert (one["advice"], one["licence"], one["organisation"]["name"]) == (
        *("*Commencer* petit.", "CC-BY-SA-4.0"),
        "Commune de démonstration",
    )
    services.withdraw_experience(cast["member"], lesson, at=NOW + timedelta(days=1))
    assert get(client, "experiences")["items"] == []
