"""One's own data: the file holds all of it and nothing of others; erasure leaves no trace of who it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from communaux.core import accounts, journal, organisations, personal_data, services, sessions
from communaux.core.errors import Conflict, NotAllowed
from communaux.core.models import Entry, Grant, Membership, Organisation, Person
from communaux.core.rules import is_member, is_operator

pytestmark = pytest.mark.django_db
MAIL, SECOND, PASSWORD = "lise.martin@demo.example", "deuxieme@demo.example", "un mot de passe long"
NAME = "Lise Zwxqmartin"
FILE, ERASE = "/mon-compte/donnees/fichier/", "/mon-compte/donnees/effacer/"


@pytest.fixture
def lise(person: Callable[..., Person], desk: Person) -> Person:
    """With something in each table that may name her."""
    made, now = person(MAIL), timezone.now()
    accounts.change_profile(made, made, display_name=NAME, lang="fr", at=now)
    EmailAddress.objects.create(user=made, email=SECOND, verified=True)
    accounts.change_access(made, made, what="webauthn_added", at=now)
    town = services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=now)
    services.add_member(desk, town, person=made, starts_on=timezone.localdate(), at=now)
    services.grant(desk, made, role="editor", object_type="instance", at=now)
    return made


@pytest.fixture
def client(lise: Person) -> Client:
    client = Client(HTTP_USER_AGENT="Navigateur de Lise")
    client.post("/connexion/", {"username": MAIL, "password": PASSWORD})
    passkey = {"name": "Téléphone", "credential": {"id": "zz-secret"}}
    Authenticator.objects.create(user=lise, type="webauthn", data=passkey)
    return client


def exported(client: Client) -> dict[str, object]:
    answer = client.get(FILE)
    assert (answer.streaming, answer["content-type"]) == (True, "application/json; charset=utf-8")
    return json.loads(b"".join(answer.streaming_content))


def test_the_file_holds_everything_tied_to_the_account(client: Client, lise: Person) -> None:
    told = exported(client)
    assert {name: told["person"][name] for name in ("id", "display_name", "mail", "lang", "has_password")} == {
        "id": str(lise.pk),
        "display_name": NAME,
        "mail": MAIL,
        "lang": "fr",
        "has_password": True,
    }
    assert [one["address"] for one in told["mails"]] == [SECOND, MAIL]
    assert [(one["kind"], one["name"]) for one in told["ways_in"]] == [("webauthn", "Téléphone")]
    assert [one["browser"] for one in told["sessions"]] == ["Navigateur de Lise"]
    assert [one["organisation_id"] for one in told["core_membership"]] == [str(Organisation.objects.get().pk)]
    assert [(one["role"], one["i_am"]) for one in told["core_grant"]] == [("editor", ["person_id"])]
    own = [one["act"] for one in told["journal"] if one["by_me"]]
    assert own == ["core.change_access", "core.change_profile"]
    assert {"what": "webauthn_added"} in [one["private"] for one in told["journal"]]


def test_each_table_that_names_a_person_is_in_the_file(client: Client) -> None:
    """A table of tomorrow is found by itself."""
    naming = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.related_model is Person for field in model._meta.concrete_fields)
    }
    found = {model._meta.db_table for model, _columns in personal_data.naming()}
    assert naming == found | personal_data.READ_ABOVE
    assert found <= exported(client).keys()


def test_no_secret_and_nothing_of_another_is_in_the_file(
    client: Client, lise: Person, person: Callable[..., Person], desk: Person
) -> None:
    other, now = person("autre@demo.example", operator=True), timezone.now()
    accounts.change_profile(other, other, display_name="Autrenom", lang="fr", at=now)
    body = services.create_organisation(desk, name="Autre", kind="company", at=now)
    asked = organisations.ask_to_join(other, body, at=now)
    services.grant(desk, lise, role="operator", object_type="instance", at=now)
    organisations.confirm_member(lise, asked, at=now)
    services.grant(lise, other, role="animator", object_type="edition", ends_on=now.date() + timedelta(9), at=now)
    text = json.dumps(exported(client), ensure_ascii=False)
    marks = ["autre@demo.example", "Autrenom", str(other.pk), lise.password, "zz-secret", "salt"]
    assert [mark for mark in marks if mark in text] == []
    assert "animator" in text, "that she gave a role is hers to know; to whom is not"


def test_a_line_of_the_journal_by_another_about_her_tells_what_and_not_who(client: Client, desk: Person) -> None:
    (line,) = [one for one in exported(client)["journal"] if one["act"] == "core.create_person"]
    assert (line["by_me"], "before" in line, str(desk.pk) in json.dumps(line)) == (False, False, False)


def test_the_page_shows_its_own_lines_with_what_is_private(client: Client) -> None:
    text = client.get("/mon-compte/donnees/").text
    assert ("clé d’accès ajoutée" in text, "moyen de connexion modifié" in text) == (True, True)
    assert "clé d’accès ajoutée" not in Client().get("/journal/").text


def confirmed(client: Client) -> Client:
    assert client.get(ERASE).status_code == 302, "a sign-in is not enough"
    client.post("/mon-compte/confirmer/", {"password": PASSWORD, "next": ERASE})
    return client


@pytest.mark.parametrize("word", ["", "non", "effacer!", "x" * 500, "<b>"])
def test_another_word_erases_nothing(client: Client, lise: Person, word: str) -> None:
    answer = confirmed(client).post(ERASE, {"word": word})
    assert (answer.status_code, 'href="#id_word"' in answer.text) == (200, True)
    lise.refresh_from_db()
    assert lise.is_active


def test_erasure_leaves_no_trace_of_who_it_was_in_any_table(client: Client, lise: Person) -> None:
    pending = Client()  # a sign-in that somebody began with her address and never ended
    session = pending.session
    session["account_email_verification_code"] = {"email": SECOND}
    session.save()
    assert traces() != {}
    answer = confirmed(client).post(ERASE, {"word": " Effacer "}, follow=True)
    assert "Votre compte est effacé" in answer.text
    assert traces() == {}
    lise.refresh_from_db()
    assert (lise.display_name, lise.mail, lise.is_active, str(lise)) == ("", None, False, "compte effacé")
    assert lise.erased_at is not None
    assert not lise.has_usable_password()
    assert (is_member(lise, Organisation.objects.get()), Grant.objects.on(timezone.localdate()).count()) == (False, 0)
    assert [membership.ended_at is not None for membership in Membership.objects.all()] == [True]
    assert client.get("/mon-compte/").status_code == 302
    assert Entry.objects.filter(actor=lise, private__isnull=False).count() == 0
    assert journal.verify().holds, "the chain holds without the private parts"
    acts = list(Entry.objects.order_by("-seq").values_list("act", flat=True)[:2])
    assert acts == ["core.erase_person", "core.revoke"]


def traces() -> dict[str, list[str]]:
    """Table → marks of her that any of its columns of text holds; sessions are read as their holder reads them."""
    marks, found = [MAIL, SECOND, NAME, "Zwxqmartin", "Navigateur de Lise"], {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = "\n".join(str(row) for row in cursor.fetchall()).lower()
            if seen := [mark for mark in marks if mark.lower() in text]:
                found[table] = seen
    held = "\n".join(str(one.get_decoded()) for one in Session.objects.all()).lower()
    if seen := [mark for mark in marks if mark.lower() in held]:
        found["sessions, decoded"] = seen
    return found


def test_the_address_is_free_again(client: Client, lise: Person, desk: Person) -> None:
    confirmed(client).post(ERASE, {"word": "effacer"})
    again = services.create_person(desk, mail=MAIL, display_name="Une autre", password=PASSWORD, at=timezone.now())
    assert again.pk != lise.pk


def test_the_last_operator_cannot_go_and_the_one_before_can(person: Callable[..., Person], desk: Person) -> None:
    first, second = (person(f"{name}@demo.example", operator=True) for name in ("un", "deux"))
    closed = person("trois@demo.example", operator=True)
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    assert is_operator(first)
    accounts.erase_person(first, first, at=timezone.now())
    with pytest.raises(Conflict) as refused:
        accounts.erase_person(second, second, at=timezone.now())
    assert refused.value.code == "last_operator"
    second.refresh_from_db()
    assert second.is_active


def test_an_operator_through_an_organisation_counts(person: Callable[..., Person], desk: Person) -> None:
    last, member, now = person("un@demo.example", operator=True), person("deux@demo.example"), timezone.now()
    body = services.create_organisation(desk, name="Exploitation", kind="company", at=now)
    services.grant(desk, body, role="operator", object_type="instance", at=now)
    with pytest.raises(Conflict):
        accounts.erase_person(last, last, at=now)
    services.add_member(desk, body, person=member, starts_on=timezone.localdate(), at=now)
    accounts.erase_person(last, last, at=now)


def test_nobody_erases_another_nor_the_desk_nor_a_trial_account(
    lise: Person, person: Callable[..., Person], desk: Person
) -> None:
    operator, trial = person("odile@demo.example", operator=True), person("lectrice@demo.example")
    for by, whom in ((operator, lise), (lise, operator), (desk, desk), (trial, trial)):
        with pytest.raises(NotAllowed):
            accounts.erase_person(by, whom, at=timezone.now())
    assert Person.objects.filter(erased_at=None, is_active=True).count() == 4


def test_a_visitor_of_the_demonstration_is_told_why(person: Callable[..., Person], settings: object) -> None:
    settings.DEMO = True
    person("lectrice@demo.example")
    client = Client()
    client.post("/connexion/", {"username": "lectrice@demo.example", "password": PASSWORD})
    answer = confirmed(client).post(ERASE, {"word": "effacer"})
    assert answer.status_code == 403
    assert "il ne peut pas être effacé" in answer.text


def test_two_clicks_on_erase_end_in_one_place(client: Client, lise: Person) -> None:
    confirmed(client)
    assert [client.post(ERASE, {"word": "effacer"}).status_code for _click in range(2)] == [302, 302]
    assert Entry.objects.filter(act="core.erase_person").count() == 1


def test_what_is_left_of_ended_sessions_goes_each_day(client: Client, lise: Person) -> None:
    at = timezone.now()
    assert sessions.of(lise, at).count() == 1
    sessions.forget_ended(at + timedelta(days=15))
    assert (Session.objects.count(), lise.usersession_set.count()) == (0, 0)
