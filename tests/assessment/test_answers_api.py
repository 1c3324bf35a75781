"""Declared answers for programs: the whole bank, evidence and readings, frames; the same as on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from assessment.answering import LINK, answered, reviewed
from assessment.test_assessment_api import program
from calling import Program, acts, last, refused
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment.models import Outcome, Run

pytestmark = pytest.mark.django_db

AT = "/assessment/commons/umap/answers"


def test_an_answer_with_all_that_bears_it_out(cast: Cast) -> None:
    answer = answered(cast, links=(LINK,))
    review = reviewed(answer, cast["member"], cast.town)
    told = Program().get(AT).json()
    assert (told["commons"], len(told["questions"]), [one["code"] for one in told["frames"]]) == (
        *("umap", 36),
        ["dpg", "spc", "ostrom"],
    )
    (found,) = [one for one in told["questions"] if one["answer"]]
    assert (found["code"], found["level"], found["level_word"]) == (
        "data_export",
        3,
        "confirmed by another organisation",
    )
    given = found["answer"]
    assert (given["id"], given["value"], given["text"]) == (str(answer.pk), "yes", answer.text)
    assert (given["expires_on"], given["expired"], given["contested"]) == ("2028-09-01", False, False)
    assert [one["locator"] for one in given["evidence"]] == ["https://demo.example/export"]
    assert [(one["level"], one["fact"], one["organisation"]) for one in given["reviews"]] == [
        (3, review.fact, "Commune de démonstration")
    ]
    assert "steward@" not in str(told)


def test_what_there_is_not_and_what_has_moved(cast: Cast) -> None:
    refused(Program().get("/assessment/commons/nulle-part/answers"), 404, "unknown_commons")
    refused(Program().get(f"{AT}?frame=dpg"), 422, "unknown_parameter")
    CommonsFactory(slug="ancien", state="merged", merged_into=cast.commons, updated_at=NOW)
    moved = Program().get("/assessment/commons/ancien/answers")
    assert (moved.status_code, moved["location"]) == (308, f"/api/v1{AT}")


BODY = {"question": "data_export", "value": "yes", "text": "Export complet.", "links": ["https://demo.example/export"]}
FOUND = {"level": 3, "fact": "Export fait le 3 août.", "conflict_of_interest": "aucun"}


def test_a_program_answers_and_a_peer_confirms(cast: Cast) -> None:
    steward, seq = program(cast["steward"]), last()
    made = steward.post(AT, BODY)
    told = made.json()
    assert (made.status_code, told["code"], told["level"], made["location"].endswith(AT)) == (
        201,
        "data_export",
        2,
        True,
    )
    number = told["answer"]["id"]
    assert acts(seq) == [("assessment.answer", cast["steward"])]
    peer = program(cast["member"]).post(
        f"/assessment/answers/{number}/reviews", FOUND | {"organisation": str(cast.town.pk)}
    )
    assert (peer.status_code, peer.json()["level"], peer.json()["organisation"]) == (201, 3, "Commune de démonstration")
    (found,) = [one for one in Program().get(AT).json()["questions"] if one["answer"]]
    assert (found["level"], found["answer"]["id"]) == (3, number)
    refused(steward.post(AT, BODY), 409, "changed_meanwhile")
    assert steward.post(AT, BODY | {"seen": number, "value": "no"}).json()["level"] == 0


def test_what_a_program_may_not(cast: Cast) -> None:
    number = answered(cast).pk
    at, body = f"/assessment/answers/{number}/reviews", FOUND | {"organisation": str(cast.town.pk)}
    refused(Program().post(AT, BODY), 401, "token_needed")
    refused(program(cast["steward"], scope="read").post(AT, BODY), 403, "scope_read")
    refused(program(cast["reader"]).post(AT, BODY), 403, "not_allowed")
    refused(program(cast["editor"]).post(AT, BODY | {"question": "privacy_law"}), 403, "not_allowed")
    refused(program(cast["steward"]).post(AT, BODY | {"question": "rien"}), 404, "unknown_question")
    errors = refused(program(cast["steward"]).post(AT, BODY | {"links": ["ftp://demo.example"]}), 422, "unfit")[
        "errors"
    ]
    assert list(errors) == ["links"]
    refused(program(cast["reader"]).post(at, body), 403, "not_a_peer")
    assert list(refused(program(cast["outsider"]).post(at, body), 422, "unfit")["errors"]) == ["organisation"]
    refused(program(cast["member"]).post(f"/assessment/answers/{cast.town.pk}/reviews", body), 404, "unknown_answer")
    assert program(cast["member"]).post(at, body).status_code == 201
    refused(program(cast["member"]).post(at, body), 409, "already_reviewed")


@pytest.fixture
def licensed(assessed: Run) -> Run:
    """A run that read an open licence, and so proposes an answer."""
    Outcome.objects.filter(run=assessed, condition="R1").update(outcome="met")
    return assessed


def question(code: str = "open_licence") -> dict[str, Any]:
    (found,) = (one for one in Program().get(AT).json()["questions"] if one["code"] == code)
    return found


ACCEPTED = "/assessment/commons/umap/acceptances"


def test_a_program_accepts_what_a_run_proposes_and_withdraws_it(cast: Cast, licensed: Run) -> None:
    steward, seq = program(cast["steward"]), last()
    before = question()
    assert (before["proposed"], before["proposed_by"], before["answer"]) == ("yes", str(licensed.pk), None)
    body = {"question": "open_licence", "run": before["proposed_by"]}
    made = steward.post(ACCEPTED, body)
    told = made.json()
    assert (made.status_code, told["level"], told["proposed"], told["proposed_by"]) == (201, 2, None, None)
    assert (told["answer"]["source"], told["answer"]["value"]) == ("machine", "yes")
    assert made["location"].endswith(AT)
    number = told["answer"]["id"]
    refused(steward.post(ACCEPTED, body), 409, "changed_meanwhile")
    gone = steward.post(f"/assessment/answers/{number}/withdrawal")
    assert (gone.status_code, gone.json()["id"], gone.json()["commons"], gone.json()["question"]) == (
        *(200, number, "umap"),
        "open_licence",
    )
    assert gone.json()["withdrawn_at"]
    assert [act for act, _by in acts(seq)] == ["assessment.accept_proposal", "assessment.withdraw_answer"]
    refused(steward.post(f"/assessment/answers/{number}/withdrawal"), 409, "not_standing")
    assert (question()["answer"], question()["proposed"]) == (None, "yes")


def test_who_may_not_accept_or_withdraw(cast: Cast, licensed: Run) -> None:
    body = {"question": "open_licence", "run": str(licensed.pk)}
    refused(Program().post(ACCEPTED, body), 401, "token_needed")
    refused(program(cast["steward"], scope="read").post(ACCEPTED, body), 403, "scope_read")
    refused(program(cast["reader"]).post(ACCEPTED, body), 403, "not_allowed")
    steward, number = program(cast["steward"]), answered(cast).pk
    refused(steward.post(ACCEPTED, body | {"question": "data_export"}), 409, "not_proposed")
    refused(steward.post(ACCEPTED, body | {"run": str(number)}), 409, "not_proposed")
    refused(steward.post(ACCEPTED, body | {"question": "rien"}), 404, "unknown_question")
    assert list(refused(steward.post(ACCEPTED, body | {"run": "x"}), 422, "unfit")["errors"]) == ["run"]
    at = f"/assessment/answers/{number}/withdrawal"
    refused(Program().post(at), 401, "token_needed")
    refused(program(cast["steward"], scope="read").post(at), 403, "scope_read")
    refused(program(cast["reader"]).post(at), 403, "not_allowed")
    refused(steward.post(f"/assessment/answers/{cast.town.pk}/withdrawal"), 404, "unknown_answer")
    assert program(cast["editor"]).post(at).status_code == 200
