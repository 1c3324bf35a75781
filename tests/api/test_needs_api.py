"""Needs through the API: read, filtered, expressed with a token, supported; what may answer; what a place needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from calling import Program, acts, last, refused
from django.test import Client
from slices import NOW
from territory.small import bring

from communaux.catalogue.models import Need
from communaux.core import services as core_services
from communaux.core.models import Organisation, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
API = "/api/v1"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def town(desk: Person) -> Organisation:
    return core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)


@pytest.fixture
def people(person: Callable[..., Person], desk: Person, town: Organisation) -> dict[str, Person]:
    made = {name: person(f"{name}@demo.example") for name in ("member", "outsider")}
    core_services.add_member(desk, town, person=made["member"], starts_on=NOW.date() - timedelta(days=900), at=NOW)
    return made


def given(**more: Any) -> dict[str, Any]:
    told = {"title": "Une carte en ligne pour la commune", "theme": "cartographie", "territory": "commune:33063"}
    return told | more


def read(path: str, status: int = 200) -> Any:
    answer = Client().get(f"{API}{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_need_is_expressed_supported_and_read_everywhere(
    people: dict[str, Person], town: Organisation, program: Callable[..., Program]
) -> None:
    member, outsider = program(people["member"]), program(people["outsider"])
    seq = last()
    made = member.post("/needs", given(organisation=str(town.pk)))
    need = made.json()
    assert (made.status_code, need["territory"], need["weight"], need["state"]) == (201, "commune:33063", 5, "open")
    assert made["location"].endswith(f"{API}/needs/{need['slug']}")
    assert read(f"/needs/{need['slug']}") == need
    assert outsider.post(f"/needs/{need['slug']}/supports", {}).json()["weight"] == 6
    assert outsider.post(f"/needs/{need['slug']}/supports", {}).json()["weight"] == 6
    refused(member.post(f"/needs/{need['slug']}/supports", {}), 403, "not_allowed")
    refused(outsider.post("/needs/nulle-part/supports", {}), 404, "unknown_need")
    assert [one["slug"] for one in read("/territories/departement/33/needs")] == [need["slug"]]
    assert read("/territories/departement/40/needs") == []
    assert read("/territories/departement/33/gaps") == [{"theme": "cartographie", "needs": 1}]
    assert read("/needs?territory=departement:33&theme=cartographie&state=open&kind=service")["total"] == 1
    offered = [one["commons"] for one in read(f"/needs/{need['slug']}/suggestions")["reuse"]]
    assert (len(offered), set(Need.objects.get().hits.values_list("commons__slug", flat=True))) == (4, set(offered))
    assert acts(seq) == [
        ("catalogue.express_need", people["member"]),
        ("catalogue.support_need", people["outsider"]),
    ]


def test_what_may_answer_tells_its_parts(people: dict[str, Person], program: Callable[..., Program]) -> None:
    slug = program(people["member"]).post("/needs", given()).json()["slug"]
    other = program(people["outsider"]).post("/needs", given(territory="33281")).json()["slug"]
    told = read(f"/needs/{slug}/suggestions")
    assert (len(told["reuse"]), len(told["why_not"]), told["weights_version"]) == (4, 5, 0)
    assert round(sum(told["weights"].values()), 6) == 1
    for one in (*told["reuse"], *told["why_not"]):
        assert round(sum(one["points"].values()), 3) == one["score"]
    assert {one["behind"] for one in told["reuse"]} == {""}
    assert {one["behind"] for one in told["why_not"]} == {"far"}
    assert [one["slug"] for one in told["join"]] == [other]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "court"}, "title"),
        ({"theme": "nulle-part"}, "theme"),
        ({"kind": "gold"}, "kind"),
        ({"territory": "Nulle-Part-sur-Rien"}, "place"),
        ({"territory": ""}, "place"),
        ({"territory": "Saint-Denis"}, "which"),
        ({"organisation": str(uuid4())}, "organisation"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_written(
    people: dict[str, Person], program: Callable[..., Program], wrong: dict[str, Any], field: str
) -> None:
    answer = program(people["member"]).post("/needs", given(**wrong))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert Need.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/needs?theme=nulle-part", 404), ("/needs?territory=commune:99999", 404), ("/needs?page=2", 404)),
        *(("/needs?page=0", 422), ("/needs/nulle-part", 404), ("/needs/nulle-part/suggestions", 404)),
        *(("/territories/commune/99999/needs", 404), ("/territories/commune/99999/gaps", 404)),
    ],
)
def test_what_cannot_be_answered_is_a_problem(path: str, status: int) -> None:
    assert read(path, status)["status"] == status
