"""Contests and pairs through the API: the same services as the pages, the same refusals, the same lines of the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from calling import Program, acts, last, refused
from django.test import Client
from django.utils import timezone
from factories import CommonsFactory
from uses import Cast

from communaux.catalogue.models import MatchProposal
from communaux.catalogue.services import propose_pair
from communaux.core import services as core
from communaux.core.models import Contest

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> 🧭\u202etac"


def said(**more: Any) -> dict[str, Any]:
    given = {"id": "umap", "field": "licence_raw", "proposed": "MIT", "fact": "Le dépôt dit MIT."}
    return given | {"links": ["https://example.org/LICENSE"]} | more


@pytest.fixture
def second_editor(cast: Cast) -> Any:
    made = core.create_person(
        cast["desk"],
        mail="editeur2@demo.example",
        display_name="e2",
        password="un mot de passe long",
        at=timezone.now(),
    )
    core.grant(cast["desk"], made, role="editor", object_type="instance", at=timezone.now())
    return made


def test_a_contest_from_opening_to_decision(cast: Cast, program: Callable[..., Program], second_editor: Any) -> None:
    reader, steward, editor = (program(cast[part]) for part in ("reader", "steward", "editor"))
    other, seq = program(second_editor), last()
    made = reader.post("/contests", said(fact=HOSTILE))
    told = made.json()
    assert (made.status_code, made["location"].endswith(f"/api/v1/contests/{told['id']}")) == (201, True)
    assert (told["state"], told["commons"], told["links"]) == ("open", "umap", ["https://example.org/LICENSE"])
    assert told["fact"] == HOSTILE.replace("\u202e", "")
    one = f"/contests/{told['id']}"
    refused(reader.post(f"{one}/answer", {"answer": "x"}), 403, "not_allowed")
    refused(editor.post(f"{one}/decision", {"verdict": "upheld", "reason": "x"}), 409, "not_ripe")
    assert steward.post(f"{one}/answer", {"answer": "Oui."}).json()["state"] == "answered"
    refused(steward.post(f"{one}/answer", {"answer": "Oui."}), 409, "not_open")
    refused(steward.post(f"{one}/decision", {"verdict": "upheld", "reason": "x"}), 403, "not_allowed")
    verdict = {"verdict": "upheld", "reason": "Lu."}
    assert editor.post(f"{one}/decision", verdict).json()["state"] == "answered"
    refused(editor.post(f"{one}/decision", verdict), 409, "already_said")
    done = other.post(f"{one}/decision", verdict).json()
    assert (done["state"], [o["verdict"] for o in done["opinions"]]) == ("upheld", ["upheld", "upheld"])
    assert Client().get(f"/api/v1{one}").json() == done
    assert [(act, by.display_name) for act, by in acts(seq) if act != "core.make_token"][:4] == [
        ("core.open_contest", "reader"),
        ("core.answer_contest", "steward"),
        ("core.decide_contest", "editor"),
        ("core.decide_contest", "e2"),
    ]
    assert [name for name in ("reader", "steward", "e2") if f'"{name}"' in Client().get(f"/api/v1{one}").text] == []


def test_sent_twice_it_is_one(cast: Cast, program: Callable[..., Program]) -> None:
    reader = program(cast["reader"])
    first = reader.post("/contests", said()).json()
    assert refused(reader.post("/contests", said()), 409, "already_contested")["contest"] == first["id"]
    assert Contest.objects.count() == 1
    refused(program(cast["editor"]).post(f"/contests/{first['id']}/withdrawal"), 403, "not_allowed")
    assert reader.post(f"/contests/{first['id']}/withdrawal").json()["state"] == "withdrawn"
    refused(reader.post(f"/contests/{first['id']}/withdrawal"), 409, "not_standing")
    refused(reader.post("/contests/999999/withdrawal"), 404, "unknown_contest")


@pytest.mark.parametrize(
    ("wrong", "status", "code", "field"),
    [
        ({"links": ["javascript:alert(1)"]}, 422, "unfit", "links"),
        ({"links": [f"https://example.org/{n}" for n in range(6)]}, 422, "unfit", "links"),
        ({"links": []}, 422, "unfit", "links"),
        ({"fact": "   "}, 422, "unfit", "fact"),
        ({"fact": "x" * 4001}, 422, "unfit", "fact"),
        ({"fact": 3}, 422, "unfit", "fact"),
        ({"field": "stage", "proposed": "morte"}, 422, "unfit", "proposed"),
        ({"field": "rien"}, 404, "no_subject", ""),
        ({"field": "event:1"}, 404, "no_subject", ""),
        ({"id": "nulle-part"}, 404, "unknown_commons", ""),
        ({"id": "a\x00b"}, 404, "unknown_commons", ""),
    ],
)
def test_what_is_wrong_is_said_field_by_field(
    wrong: dict[str, Any], status: int, code: str, field: str, cast: Cast, program: Callable[..., Program]
) -> None:
    told = refused(program(cast["reader"]).post("/contests", said(**wrong)), status, code)
    assert list(told.get("errors", [""])) == [field]
    assert Contest.objects.count() == 0


def test_a_draft_is_no_subject(cast: Cast, program: Callable[..., Program]) -> None:
    draft = CommonsFactory(state="draft", published_at=None)
    for name in (draft.slug, str(draft.pk)):
        refused(program(cast["reader"]).post("/contests", said(id=name)), 404, "unknown_commons")
    assert Client().get(f"/api/v1/contests?id={draft.pk}").json()["items"] == []


def test_lists_are_filtered_and_ask_as_often_for_three_as_for_one(
    cast: Cast, program: Callable[..., Program], django_assert_num_queries: Any
) -> None:
    for n, part in enumerate(("reader", "outsider", "member")):
        program(cast[part]).post("/contests", said())
        with django_assert_num_queries(4):
            assert Client().get("/api/v1/contests").json()["total"] == n + 1
    found = {
        query: Client().get(f"/api/v1/contests?{query}").json()["total"]
        for query in ("id=umap", f"id={cast.commons.pk}", "id=rien", "state=open", "state=upheld", "kind=commons")
    }
    assert list(found.values()) == [3, 3, 0, 3, 0, 3]
    part = Client().get("/api/v1/contests?limit=2").json()
    assert len(Client().get(part["next"]).json()["items"]) == 1


def test_pairs_are_for_their_editors(
    cast: Cast, program: Callable[..., Program], django_assert_num_queries: Any
) -> None:
    editor, reader = program(cast["editor"]), program(cast["reader"])
    editor.get("/me")
    for n in range(3):
        propose_pair(cast["reader"], cast.commons, CommonsFactory(), reason="Même nom.", at=timezone.now())
        with django_assert_num_queries(5):
            assert editor.get("/matches").json()["total"] == n + 1
    refused(reader.get("/matches"), 403, "not_allowed")
    refused(editor.get("/matches?page=2"), 404, "no_such_page")
    first, second, _third = MatchProposal.objects.order_by("pk")
    seq, apart = last(), {"decision": "different", "reason": "Deux choses."}
    refused(reader.post(f"/matches/{first.pk}/decision", apart), 403, "not_allowed")
    assert editor.post(f"/matches/{first.pk}/decision", apart).json()["state"] == "different"
    refused(editor.post(f"/matches/{first.pk}/decision", apart), 409, "pair_judged")
    told = refused(editor.post(f"/matches/{second.pk}/decision", apart | {"decision": "same"}), 422, "unfit")
    assert list(told["errors"]) == ["kept"]
    one = editor.post(f"/matches/{second.pk}/decision", {"decision": "same", "kept": "umap", "reason": "Une seule."})
    assert (one.status_code, one.json()["state"]) == (200, "same")
    refused(editor.post("/matches/999999/decision", apart), 404, "unknown_pair")
    told_acts = [act for act, by in acts(seq) if by == cast["editor"]]
    assert told_acts.count("catalogue.judge_pair") == 2
    assert "catalogue.merge" in told_acts
