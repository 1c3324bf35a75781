"""A note on a need for AI: signed, never changed, revised by another; read by whoever has its address."""

from __future__ import annotations

import json
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from assessment.test_assessment_api import program
from assessment.test_services_measured import HTML, read_page
from calling import last, refused
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from slices import NOW
from uses import Cast

from communaux.assessment import services_ai_notes as writes
from communaux.assessment import services_footprint
from communaux.assessment.ai_noting import Signed, Signing
from communaux.assessment.measured import Told
from communaux.assessment.models import AiNote, DigitalService
from communaux.catalogue.models import Commons
from communaux.core import accounts, notify
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import Entry, Notification
from communaux.engines.footprint import reports
from communaux.engines.footprint.decide import Answers, decide
from communaux.engines.footprint.factors import read

pytestmark = pytest.mark.django_db
SIGN = "/empreinte/besoin-ia/signer/"
NEXT_YEAR = timezone.localdate() + timedelta(300)
QUERY = {"task": "summarise", "need": "résumer les comptes rendus", "users": "100", "times": "50", "exists": "no"}
QUERY |= {"error": "slight", "personal": "no", "model": "petit-8b", "active": "8", "cases": "50", "passed": "96"}
QUERY |= {"tokens": "400", "measured": "le temps gagné", "stop": "au-delà d’une erreur sur dix"}
SIGNED = {"about": QUERY["need"], "signed_by": "responsable du numérique", "review_on": NEXT_YEAR.isoformat()}


def told(**more: Any) -> Signed:
    given: dict[str, Any] = {"task": "summarise", "existing": (), "error": "slight", "personal": False}
    given |= {"model": "petit-8b", "active": 8.0, "cases": 50.0, "passed": 0.96, "tokens": 400.0, "users": 100.0}
    given |= {"times": 50.0, "measured": "le temps", "stop": "au premier tort"}
    return Signed(Answers(**given | more), "résumer les comptes rendus", "responsable du numérique", NEXT_YEAR)


@pytest.fixture
def service(cast: Cast) -> DigitalService:
    given = Told("Cartes en ligne", "web")
    return services_footprint.register_service(cast["steward"], cast.commons, told=given, at=NOW)


@pytest.fixture
def note(cast: Cast, service: DigitalService) -> AiNote:
    return writes.sign_ai_note(cast["steward"], Signing(service), told=told(), at=NOW)


def test_from_eight_answers_to_a_note_that_anybody_reads(client: Client, cast: Cast) -> None:
    page = client.get(f"/empreinte/besoin-ia/?{urlencode(QUERY)}")
    assert f'href="{SIGN}?' in page.text
    there = unescape(page.text.split(f'href="{SIGN}')[1].split('"')[0])
    assert "/connexion/" in client.get(SIGN + there, follow=True).redirect_chain[-1][0]
    client.force_login(cast["member"])
    form = client.get(SIGN + there).text
    assert 'value="résumer les comptes rendus"' in unescape(form)
    assert 'value="petit-8b"' in form
    assert "<details>" in form
    assert "Commune de démonstration" in form
    sent = SIGNED | QUERY | {"organisation": str(cast.town.pk)}
    page = client.post(SIGN, sent, follow=True)
    made = AiNote.objects.get()
    assert page.redirect_chain[-1][0] == made.get_absolute_url() == f"/empreinte/notes-ia/{made.pk}/"
    client.logout()
    text = read_page(client, made.get_absolute_url())
    assert "A-t-on besoin d’IA ? Un petit modèle" in text.replace("\u202f", " ")
    assert "responsable du numérique, Commune de démonstration" in text
    for words in ("résumer les comptes rendus", "96", "le temps gagné", "Cette note ne change jamais"):
        assert words in text
    assert "kg de CO2 équivalent" in text
    assert '<meta name="robots" content="noindex">' in client.get(made.get_absolute_url()).text
    assert "Read it again" not in text
    assert "Is AI needed?" in read_page(client, f"/en{made.get_absolute_url()}")


def test_a_note_is_decided_again_to_the_same_bits(note: AiNote) -> None:
    kept = AiNote.objects.select_related("factor_set").get()
    factors = read(kept.factor_set.content.encode())
    again = decide(factors, reports.answers_of(kept.document))
    assert json.loads(json.dumps(reports.need_json(again, factors))) == kept.document
    assert again == kept.decision
    assert kept.outcome == "small_model"


def test_a_signed_note_never_changes_but_for_its_name(cast: Cast, note: AiNote) -> None:
    for column in ({"about": "x"}, {"review_on": NOW.date()}, {"signed_by": "another"}, {"document": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AiNote.objects.update(**column)
    with pytest.raises(DatabaseError), transaction.atomic():
        AiNote.objects.all().delete()
    accounts.erase_person(cast["steward"], cast["steward"], at=NOW)
    note.refresh_from_db()
    assert note.signed_by is None


def test_an_erased_name_and_a_day_that_has_come_are_said(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    made = writes.sign_ai_note(cast["reader"], Signing(), told=replace(told(), review_on=NOW.date()), at=NOW)
    accounts.erase_person(cast["reader"], cast["reader"], at=NOW)
    text = read_page(client, made.get_absolute_url())
    assert "un nom qui a été effacé" in text
    assert "Le jour de la relire est venu" in text
    assert "responsable" not in text


def test_the_journal_holds_no_name_and_no_words(note: AiNote) -> None:
    line = Entry.objects.get(act="assessment.sign_ai_note")
    assert line.after == {
        "commons_slug": "umap",
        "service_slug": "cartes-en-ligne",
        "outcome": "small_model",
        "review_on": NEXT_YEAR.isoformat(),
    }


def test_a_revision_takes_the_place(client: Client, cast: Cast, note: AiNote) -> None:
    client.force_login(cast["steward"])
    there = f"{note.get_absolute_url()}reviser/"
    assert there in client.get(note.get_absolute_url()).text
    form = unescape(client.get(there).text)
    for value in ("résumer les comptes rendus", "responsable du numérique", "petit-8b", "96"):
        assert f'value="{value}' in form
    page = client.post(there, SIGNED | QUERY | {"task": "find", "about": "retrouver un compte rendu"}, follow=True)
    newer = AiNote.objects.get(replaces=note)
    assert page.redirect_chain[-1][0] == newer.get_absolute_url()
    assert (newer.outcome, newer.service_id) == ("no_ai", note.service_id)
    page = client.get(note.get_absolute_url())
    assert newer.get_absolute_url() in page.text
    assert there not in page.text
    listed = client.get(note.service.get_absolute_url()).text  # type: ignore[union-attr]  # of a service
    assert newer.get_absolute_url() in listed
    assert note.get_absolute_url() not in listed
    again = client.post(there, SIGNED | QUERY)
    assert again.status_code == 422
    assert "a déjà été révisée" in again.text
    with pytest.raises(Conflict):
        writes.revise_ai_note(cast["steward"], note, told=told(), at=NOW)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"about": ""}, "ce champ est obligatoire"),
        ({"signed_by": ""}, "ce champ est obligatoire"),
        ({"signed_by": "ada@mairie.example"}, "Retirez l’adresse ou le numéro"),
        ({"checker": "06 12 34 56 78"}, "Retirez l’adresse ou le numéro"),
        ({"review_on": "2020-01-01"}, "Choisissez un jour à venir, d’ici cinq ans."),
        ({"review_on": "2099-01-01"}, "Choisissez un jour à venir, d’ici cinq ans."),
        ({"task": ""}, "Dites ce qu’il faut faire"),
        ({"users": "0"}, "Écrivez un nombre plus grand que 0"),
        ({"organisation": "00000000-0000-7000-8000-000000000009"}, "Sélectionnez un choix valide"),
        ({"about": HTML, "task": ""}, "Dites ce qu’il faut faire"),
    ],
)
def test_what_cannot_be_signed(client: Client, cast: Cast, sent: dict[str, str], sentence: str) -> None:
    client.force_login(cast["member"])
    page = client.post(SIGN, SIGNED | QUERY | sent)
    assert page.status_code == 422
    assert sentence in " ".join(unescape(page.text).split())
    assert HTML not in page.text
    assert "responsable du numérique" in page.text or "signed_by" in sent
    assert not AiNote.objects.exists()


def test_what_is_typed_is_shown_as_words(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    page = client.post(SIGN, SIGNED | QUERY | {"about": HTML, "signed_by": HTML, "stop": HTML}, follow=True)
    assert page.status_code == 200
    assert HTML not in page.text


# --- for whom ---


def test_who_may_sign_for_what(cast: Cast, service: DigitalService) -> None:
    for who in ("editor", "steward"):
        writes.sign_ai_note(cast[who], Signing(service), told=told(), at=NOW)
    writes.sign_ai_note(cast["reader"], Signing(), told=told(), at=NOW)
    made = writes.sign_ai_note(cast["member"], Signing(None, cast.town), told=told(), at=NOW)
    for who in ("reader", "member", "operator"):
        with pytest.raises(NotAllowed):
            writes.sign_ai_note(cast[who], Signing(service), told=told(), at=NOW)
    for who in ("reader", "outsider", "former", "steward"):
        with pytest.raises(NotAllowed):
            writes.sign_ai_note(cast[who], Signing(None, cast.town), told=told(), at=NOW)
    for who in ("reader", "second", "editor", "operator"):
        with pytest.raises(NotAllowed):
            writes.revise_ai_note(cast[who], made, told=told(), at=NOW)
    with pytest.raises(NotReady):
        writes.sign_ai_note(cast["reader"], Signing(), told=told(users=0.0), at=NOW)
    services_footprint.withdraw_service(cast["steward"], service, at=NOW)
    with pytest.raises(Conflict):
        writes.sign_ai_note(cast["steward"], Signing(service), told=told(), at=NOW)


def test_for_a_service_from_its_page(client: Client, cast: Cast, service: DigitalService) -> None:
    client.force_login(cast["steward"])
    assert f"/empreinte/besoin-ia/?service={service.pk}" in client.get(service.get_absolute_url()).text
    page = client.get(f"/empreinte/besoin-ia/?service={service.pk}")
    assert f'name="service" value="{service.pk}"' in page.text
    page = client.get(f"/empreinte/besoin-ia/?{urlencode(QUERY | {'service': service.pk})}")
    assert f"service={service.pk}" in page.text.split(f'href="{SIGN}')[1].split('"')[0]
    assert "Cartes en ligne" in client.get(f"{SIGN}?service={service.pk}").text
    client.post(f"{SIGN}?service={service.pk}", SIGNED | QUERY)
    made = AiNote.objects.get()
    assert made.service == service
    assert "noindex" not in client.get(made.get_absolute_url()).text
    assert made.get_absolute_url() in client.get(service.get_absolute_url()).text
    client.force_login(cast["reader"])
    assert client.get(f"{SIGN}?service={service.pk}").status_code == 403
    assert client.get(f"{made.get_absolute_url()}reviser/").status_code == 403
    for none, status in (("00000000-0000-7000-8000-000000000009", 404), ("rien", 400)):
        assert client.get(f"{SIGN}?service={none}").status_code == status
    assert client.get("/empreinte/notes-ia/00000000-0000-7000-8000-000000000009/").status_code == 404


def test_a_note_is_as_hidden_as_its_commons(client: Client, cast: Cast, note: AiNote) -> None:
    mine = writes.sign_ai_note(cast["reader"], Signing(), told=told(), at=NOW)
    Commons.objects.filter(pk=cast.commons.pk).update(state="withheld")
    assert client.get(note.get_absolute_url()).status_code == 404
    assert client.get(mine.get_absolute_url()).status_code == 200


def test_those_who_speak_for_the_commons_are_told(cast: Cast, service: DigitalService) -> None:
    notify.follow(timezone.now())
    writes.sign_ai_note(cast["editor"], Signing(service), told=told(), at=timezone.now())
    writes.sign_ai_note(cast["reader"], Signing(), told=told(), at=timezone.now())
    notify.follow(timezone.now())
    rows = Notification.objects.filter(entry__act="assessment.sign_ai_note")
    assert {one.person_id for one in rows} == {cast["steward"].pk}


def test_pages_ask_as_often_for_three_as_for_one(client: Client, cast: Cast, note: AiNote) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    assert note.service
    pages = (note.service.get_absolute_url(), note.get_absolute_url())
    client.force_login(cast["steward"])
    before = [asked(path) for path in pages]
    for _n in range(2):
        writes.sign_ai_note(cast["steward"], Signing(note.service), told=told(), at=NOW)
    assert [asked(path) for path in pages] == before
    assert max(before) <= 14


# --- the same by programs ---

BODY = {name: value for name, value in QUERY.items() if name != "need"} | SIGNED
BODY |= {name: float(QUERY[name]) for name in ("users", "times", "active", "cases", "passed", "tokens")}  # type: ignore[misc]  # numbers beside texts


def test_a_program_signs_and_revises(client: Client, cast: Cast, service: DigitalService) -> None:
    steward = program(cast["steward"])
    answer = steward.post("/assessment/ai-notes", BODY | {"service": str(service.pk)})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["need"]["outcome"], made["service"], made["replaced_by"]) == ("small_model", str(service.pk), None)
    assert client.get(answer["Location"]).json() | {"page": ""} == made | {"page": ""}
    answer = steward.post("/assessment/ai-notes", BODY | {"replaces": made["id"], "task": "find"})
    assert answer.status_code == 201, answer.text
    newer = answer.json()
    assert (newer["replaces"], newer["service"]) == (made["id"], str(service.pk))
    found = client.get(f"/api/v1/assessment/ai-notes?service={service.pk}").json()
    assert ([one["id"] for one in found["items"]], found["total"]) == ([newer["id"]], 1)
    assert client.get(f"/api/v1/assessment/ai-notes/{made['id']}").json()["replaced_by"] == newer["id"]
    refused(steward.post("/assessment/ai-notes", BODY | {"replaces": made["id"]}), 409, "replaced_already")
    member = program(cast["member"])
    answer = member.post("/assessment/ai-notes", BODY | {"organisation": str(cast.town.pk)})
    assert answer.json()["organisation"] == "Commune de démonstration"


def test_a_program_is_told_what_is_wrong(cast: Cast, note: AiNote) -> None:
    reader, seq = program(cast["reader"]), last()
    answer = reader.post("/assessment/ai-notes", BODY | {"review_on": "2020-01-01", "users": 0.0})
    refused(answer, 422, "unfit")
    assert set(answer.json()["errors"]) == {"review_on", "users"}
    answer = reader.post("/assessment/ai-notes", BODY | {"organisation": str(cast.town.pk)})
    assert set(answer.json()["errors"]) == {"organisation"}
    refused(reader.post("/assessment/ai-notes", BODY | {"replaces": str(note.pk)}), 403, "not_allowed")
    refused(reader.post("/assessment/ai-notes", BODY | {"service": str(note.service_id)}), 403, "not_allowed")
    nobody = "00000000-0000-7000-8000-000000000009"
    refused(reader.post("/assessment/ai-notes", BODY | {"replaces": nobody}), 404, "unknown_ai_note")
    assert last() == seq
