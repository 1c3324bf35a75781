"""Uses, experiences and organisations through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from calling import Program, acts, last, refused
from django.test import Client
from uses import TEXT, Cast

from communaux.catalogue.models import Experience, Reuse
from communaux.core.models import Organisation

pytestmark = pytest.mark.django_db


def use(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"commons": "umap", "organisation": str(cast.town.pk), "use_case": TEXT, "since": "2024-03"} | more


def test_a_use_from_declaration_to_end(cast: Cast, program: Callable[..., Program]) -> None:
    member, second, outsider = (program(cast[part]) for part in ("member", "second", "outsider"))
    seq = last()
    made = member.post("/reuses", use(cast))
    told = made.json()
    assert (made.status_code, told["state"], told["since"], told["since_precision"]) == (
        *(201, "declared", "2024-03-01"),
        "month",
    )
    one = f"/reuses/{told['id']}"
    assert made["location"].endswith(f"/api/v1{one}")
    assert Client().get(f"/api/v1{one}").json() == told
    assert refused(member.post("/reuses", use(cast)), 409, "already_declared")["use"] == told["id"]
    refused(member.post(f"{one}/confirmation"), 403, "not_allowed")
    refused(outsider.post(f"{one}/confirmation"), 403, "not_allowed")
    refused(second.post(f"{one}/renewal"), 409, "reuse_moved")
    assert second.post(f"{one}/confirmation").json()["state"] == "confirmed"
    refused(second.post(f"{one}/confirmation"), 409, "reuse_moved")
    refused(outsider.post(f"{one}/end", {"until": "2025-01-01", "cause": "cost"}), 403, "not_allowed")
    future = refused(member.post(f"{one}/end", {"until": "2999-01-01", "cause": "cost"}), 400, "in_the_future")
    assert future["field"] == "until"
    assert member.post(f"{one}/end", {"until": "2025-01-01", "cause": "cost"}).json()["state"] == "ended"
    refused(member.post("/reuses/999999/renewal"), 404, "unknown_use")
    assert acts(seq) == [
        ("catalogue.declare_reuse", cast["member"]),
        ("catalogue.confirm_reuse", cast["second"]),
        ("catalogue.end_reuse", cast["member"]),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        *(({"use_case": "court"}, "use_case"), ({"use_case": "x" * 1001}, "use_case"), ({"since": "hier"}, "since")),
        *(({"organisation": "x"}, "organisation"), ({"kind": "admire"}, "kind"), ({"source": "ftp:x"}, "source")),
    ],
)
def test_what_is_wrong_is_said_by_field(
    wrong: dict[str, str], field: str, cast: Cast, program: Callable[..., Program]
) -> None:
    told = refused(
        program(cast["editor" if "source" in wrong else "member"]).post("/reuses", use(cast) | wrong), 422, "unfit"
    )
    assert field in told["errors"]
    assert Reuse.objects.count() == 0


def test_another_body_is_for_editors_with_a_source(cast: Cast, program: Callable[..., Program]) -> None:
    Organisation.objects.filter(pk=cast.other.pk).update(siret="21750001600019")
    said = use(cast, organisation="217 500 016 00019", source="https://example.org/page")
    refused(program(cast["member"]).post("/reuses", said), 403, "not_allowed")
    told = program(cast["editor"]).post("/reuses", said)
    assert (told.status_code, told.json()["source"]) == (201, "https://example.org/page")
    told = refused(program(cast["member"]).post("/reuses", use(cast, organisation=str(cast.other.pk))), 422, "unfit")
    assert list(told["errors"]) == ["organisation"]


def test_what_was_learned(cast: Cast, program: Callable[..., Program]) -> None:
    reuse, member, seq = cast.declared(), program(cast["member"]), last()
    said = {"reuse": reuse.pk, "context": "Une <b>commune</b>.", "went_well": "Tout 🎉.", "again": "yes"}
    lacking = refused(member.post("/experiences", said | {"went_well": "", "cost_cents": 5}), 422, "unfit")
    assert set(lacking["errors"]) == {"went_well", "cost_scope"}
    refused(program(cast["outsider"]).post("/experiences", said), 403, "not_allowed")
    made = member.post("/experiences", said | {"cost_cents": 120_050, "cost_scope": "once", "effort_days": 0})
    told = made.json()
    assert (made.status_code, told["cost_cents"], told["effort_days"]) == (201, 120_050, 0)
    assert "location" in made
    refused(member.post("/experiences", said), 409, "already_written")
    refused(member.post("/experiences", said | {"reuse": True}), 422, "unfit")
    assert Experience.objects.count() == 1
    assert acts(seq) == [("catalogue.write_experience", cast["member"])]


def test_an_organisation_is_declared_once(cast: Cast, program: Callable[..., Program]) -> None:
    reader, seq, key = program(cast["reader"]), last(), str(uuid4())
    said = {"name": "Association <i>d’exemple</i>", "kind": "association"}
    first, again = (reader.post("/organisations", said, **{"idempotency-key": key}) for _ in range(2))
    assert [(one.status_code, one.json()["id"]) for one in (first, again)] == [(201, key), (200, key)]
    assert [act for act, _by in acts(seq)] == ["core.ask_to_join", "core.declare_organisation"]
    told = refused(reader.post("/organisations", said | {"siret": "123"}), 422, "unfit")
    assert list(told["errors"]) == ["siret"]
    refused(reader.post("/organisations", said, **{"idempotency-key": "x"}), 422, "invalid")


def test_the_number_of_a_commune_says_what_was_left_out(cast: Cast, program: Callable[..., Program]) -> None:
    reader = program(cast["reader"])
    made = reader.post("/organisations", {"siret": "213 302 813 00018"})
    told = made.json()
    body = Organisation.objects.get(pk=told.pop("id"))
    assert (made.status_code, body.territory_code) == (201, "33281")
    source = "official codes of 2026, INSEE and DGCL"
    official = {"name": "Mérignac", "territory_code": "33281", "millesime": 2026, "source": source}
    names = {
        "name": "Mérignac",
        "kind": "local_authority",
        "siren": "213302813",
        "siret": "21330281300018",
        "rna": None,
    }
    filled = {"official": official, "filled": ["name", "kind"], "otherwise": []}
    assert told == names | {"territory_code": "33281"} | filled
    again = reader.post("/organisations", {"siret": "21330281300018", "name": "Ailleurs"})
    assert (again.status_code, again.json()["name"], again.json()["filled"]) == (200, "Mérignac", [])
    other = reader.post("/organisations", {"siren": "243300316"})
    assert list(refused(other, 422, "unfit")["errors"]) == ["siren"]
    other = reader.post("/organisations", {"siret": "243300316", "name": "Autre", "kind": "company"}).json()
    assert (other["name"], other["kind"], other["siren"], other["siret"]) == ("Autre", "company", "243300316", None)
    assert (len(other["otherwise"]), other["filled"]) == (2, [])


def test_an_unknown_number_asks_for_name_and_kind(cast: Cast, program: Callable[..., Program]) -> None:
    reader = program(cast["reader"])
    for sent in ({"siret": "73282932000074"}, {}):
        told = refused(reader.post("/organisations", sent), 422, "unfit")
        assert list(told["errors"]) == ["name", "kind"]
    made = reader.post("/organisations", {"siret": "73282932000074", "name": "Autre", "kind": "company"}).json()
    assert (made["official"], made["territory_code"], made["otherwise"]) == (None, "", [])


def test_organisations_are_found_in_two_questions(cast: Cast, django_assert_num_queries: Any) -> None:
    for n in (2, 3):
        with django_assert_num_queries(2):
            told = Client().get("/api/v1/organisations?q=commune").json()
        assert (told["total"], set(told["items"][0])) == (2, {"id", "name", "kind", "siret", "rna"})
        cast.body(f"Association {n}")
    assert Client().get("/api/v1/organisations?q=rien").json()["items"] == []
    assert Client().get("/api/v1/organisations?page=9").status_code == 404


def test_roles_are_told_without_names_of_people(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        told = Client().get(f"/api/v1/grants?kind=commons&id={cast.commons.pk}").json()
    assert [(one["role"], one["object_type"], one["organisation"]) for one in told] == [
        ("steward", "commons", None),
        ("editor", "instance", None),
        ("operator", "instance", None),
    ]
    assert str(cast["steward"].pk) not in str(told)
    assert len(Client().get("/api/v1/grants").json()) == 2
