"""Audits by programs: a whole life, what each state refuses, what is read without a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from assessment.auditing_cast import WHY, closed, published, service
from assessment.test_assessment_api import program
from calling import API, Program, refused
from django.test import Client
from slices import NOW
from uses import Cast

from communaux.assessment.models import DigitalService
from communaux.catalogue.models import Commons
from communaux.engines.footprint.rgesn.audit import BLOCKS

pytestmark = pytest.mark.django_db
AT = "/assessment/audits"
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def of(cast: Cast) -> DigitalService:
    return service(cast)


def begun(caller: Program, of: DigitalService) -> dict[str, Any]:
    answer = caller.post(f"/assessment/services/{of.pk}/audits")
    assert answer.status_code == 201, answer.content
    assert answer["location"].startswith(f"{API}{AT}/")
    made: dict[str, Any] = answer.json()
    return made


def mark(told: dict[str, Any], number: str) -> str:
    return next(one["mark"] for one in told["lines"] if one["criterion"] == number)


def test_a_program_does_all_of_it(client: Client, cast: Cast, of: DigitalService) -> None:
    steward = program(cast["steward"])
    told = begun(steward, of)
    there = f"{AT}/{told['id']}"
    assert (told["state"], len(told["lines"]), told["score"]["shown"]) == ("draft", 78, 0)
    line = {"criterion": "4.8", "answer": "conforming", "link": "https://umap.example/x", "mark": mark(told, "4.8")}
    told = steward.post(f"{there}/findings", line | {"valid_until": "2099-01-31", "action": "Suivre"}).json()
    (kept,) = [one for one in told["lines"] if one["criterion"] == "4.8"]
    assert (kept["answer"], kept["evidence"], kept["action"]) == ("conforming", ["https://umap.example/x"], "Suivre")
    assert told["score"]["share_proven"] == "1"
    refused(steward.post(f"{there}/findings", line), 409, "changed_meanwhile")
    lacking = refused(steward.post(f"{there}/closure"), 422, "audit_lacks")
    assert lacking["missing"] == ["auditor", "perimeter", "pages"]
    about = {"auditor": "équipe du site", "pages": ["https://umap.example/"], "has_ai": False}
    about |= {"declaration": {"perimeter": "Le site."}, "mark": told["about_mark"]}
    told = steward.post(f"{there}/about", about).json()
    assert [one["answer"] for one in told["lines"][-7:]] == ["not_applicable"] * 7
    refused(steward.post(f"{there}/about", about), 409, "changed_meanwhile")
    assert steward.post(f"{there}/closure").json()["state"] == "closed"
    refused(steward.post(f"{there}/publication"), 422, "declaration_lacks")
    whole = {"declaration": dict.fromkeys(BLOCKS, "Dit ici."), "mark": told["about_mark"]}
    told = steward.post(f"{there}/about", whole).json()  # of a closed audit the declaration alone is taken
    assert told["missing"] == []
    assert steward.post(f"{there}/publication").json()["state"] == "published"
    found = client.get(f"{API}/assessment/services/{of.pk}/audits").json()
    assert [(one["id"], one["mode"], one["score"]["shown"]) for one in found["items"]] == [(told["id"], "assisted", 1)]
    declared = client.get(f"{API}{there}/declaration").json()
    assert (declared["auditor"], declared["on"][:2], len(declared["lines"])) == ("équipe du site", "20", 78)
    assert declared == client.get(f"{of.get_absolute_url()}declaration.json").json()


def test_what_changed_between_two(client: Client, cast: Cast, of: DigitalService) -> None:
    first = published(cast, of, c4_8="conforming")
    second = published(cast, of, NOW + timedelta(days=300), c4_8="not_conforming", c4_9="conforming")
    told = client.get(f"{API}{AT}/{second.pk}/diff/{first.pk}").json()
    assert told["only_na"] is False
    assert [(one["criterion"], one["kind"], one["before"], one["after"]) for one in told["changes"]] == [
        ("4.8", "lost", "conforming", "not_conforming"),
        ("4.9", "newly_assessed", "not_assessed", "conforming"),
    ]
    assert client.get(f"{API}/assessment/services/{of.pk}/audits").json()["total"] == 2
    beside = published(cast, service(cast, "Fonds"))
    refused(client.get(f"{API}{AT}/{first.pk}/diff/{beside.pk}"), 404, "other_service")


def test_what_is_not_published_is_read_by_its_authors_alone(client: Client, cast: Cast, of: DigitalService) -> None:
    row = closed(cast, of)
    there = f"{AT}/{row.pk}"
    assert program(cast["steward"]).get(there).json()["state"] == "closed"
    refused(program(cast["reader"]).get(there), 404, "unknown_audit")
    for path in (f"{there}/declaration", f"{there}/diff/{row.pk}"):
        refused(client.get(API + path), 404, "unknown_audit")
    assert client.get(f"{API}/assessment/services/{of.pk}/audits").json() == {"items": [], "total": 0}
    other = published(cast, service(cast, "Fonds"))
    assert program(cast["reader"]).get(f"{AT}/{other.pk}").status_code == 200
    Commons.objects.filter(pk=cast.commons.pk).update(state="withheld")
    refused(client.get(f"{API}{AT}/{other.pk}/declaration"), 404, "unknown_audit")


@pytest.mark.parametrize("who", ["reader", "member", "operator"])
def test_others_write_nothing(cast: Cast, of: DigitalService, who: str) -> None:
    row, other = closed(cast, of), program(cast[who])
    line = {"criterion": "4.8", "answer": "conforming", "mark": "x"}
    for path, body in (("findings", line), ("about", {"declaration": {}, "mark": "x"}), ("closure", None)):
        refused(other.post(f"{AT}/{row.pk}/{path}", body), 403, "not_allowed")
    refused(other.post(f"{AT}/{row.pk}/publication"), 403, "not_allowed")
    refused(other.post(f"/assessment/services/{of.pk}/audits"), 403, "not_allowed")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"criterion": "9.99"}, 404, "unknown_criterion"),
        ({"answer": "perhaps"}, 422, "unfit"),
        ({"answer": "conforming"}, 422, "conforming_unproven"),
        ({"criterion": "4.1", "answer": "not_applicable", "na_reason": "x"}, 422, "unfit"),
        ({"answer": "not_applicable"}, 422, "na_unreasoned"),
        ({"answer": "not_conforming", "justification": "call ada@host.example"}, 422, "unfit"),
        ({"answer": "conforming", "justification": WHY, "link": "javascript:alert(1)"}, 422, "unfit"),
        ({"answer": "conforming", "justification": WHY, "mark": "0"}, 409, "changed_meanwhile"),
        ({"answer": "conforming", "titre": "x"}, 422, "unfit"),
    ],
)
def test_a_program_is_told_what_is_wrong(
    cast: Cast, of: DigitalService, sent: dict[str, Any], status: int, code: str
) -> None:
    steward = program(cast["steward"])
    told = begun(steward, of)
    line = (
        {"criterion": "4.8", "answer": "not_conforming", "mark": mark(told, sent.get("criterion", "4.8"))}
        if (sent.get("criterion") != "9.99")
        else {"criterion": "9.99", "answer": "conforming", "mark": "x"}
    )
    refused(steward.post(f"{AT}/{told['id']}/findings", line | sent), status, code)
    again = steward.get(f"{AT}/{told['id']}").json()
    assert {one["answer"] for one in again["lines"]} == {"not_assessed"}


def test_one_draft_and_nothing_of_nobody(cast: Cast, of: DigitalService) -> None:
    steward = program(cast["steward"])
    begun(steward, of)
    refused(steward.post(f"/assessment/services/{of.pk}/audits"), 409, "draft_exists")
    refused(steward.post(f"{AT}/{NOBODY}/closure"), 404, "unknown_audit")
