"""Ways into an account: password, forgotten or changed, application of codes, recovery codes, addresses, open sessions."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communaux.core.errors import Conflict
from communaux.core.models import Entry, Person

pytestmark = pytest.mark.django_db
MAIL, PASSWORD, OTHER = "lise@demo.example", "un mot de passe long", "une autre phrase longue"


@pytest.fixture
def lise(person: Callable[..., Person]) -> Person:
    return person(MAIL)


def signed_in(password: str = PASSWORD) -> Client:
    """A visitor who has just signed in: within five minutes nothing is asked again."""
    client = Client(HTTP_USER_AGENT="Navigateur de test")
    client.post("/connexion/", {"username": MAIL, "password": password})
    return client


def is_open(client: Client) -> bool:
    return client.get("/mon-compte/").status_code == 200


def told(act: str) -> list[str]:
    """What the private part of the journal says of each act of this kind."""
    return [line.private["what"] for line in Entry.objects.filter(act=act).order_by("seq")]


def test_a_forgotten_password_is_replaced_and_closes_what_was_open(lise: Person, code: Callable[[], str]) -> None:
    open_elsewhere, client = signed_in(), Client()
    assert client.post("/mot-de-passe-oublie/", {"email": MAIL})["location"] == "/mot-de-passe-oublie/code/"
    assert client.get("/mot-de-passe-oublie/nouveau/")["location"] == "/mot-de-passe-oublie/code/", "no code yet"
    assert client.post("/mot-de-passe-oublie/code/", {"code": code()})["location"] == "/mot-de-passe-oublie/nouveau/"
    assert client.post("/mot-de-passe-oublie/nouveau/", {"password1": "court"}).status_code == 200
    done = client.post("/mot-de-passe-oublie/nouveau/", {"password1": OTHER})
    assert done["location"] == "/mot-de-passe-oublie/fait/"
    assert client.get(done["location"]).status_code == 200
    assert [is_open(open_elsewhere), is_open(signed_in()), is_open(signed_in(OTHER))] == [False, False, True]
    assert Entry.objects.filter(act="core.set_password", actor=lise).count() == 1


def test_a_password_is_changed_with_the_old_one_and_a_mail_says_so(lise: Person, mailbox: list[EmailMessage]) -> None:
    elsewhere, client = signed_in(), signed_in()
    wrong = client.post("/mon-compte/mot-de-passe/", {"oldpassword": "faux", "password1": OTHER})
    assert (wrong.status_code, 'href="#id_oldpassword"' in wrong.text) == (200, True)
    right = client.post("/mon-compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": OTHER})
    assert right["location"] == "/mon-compte/"
    assert [is_open(client), is_open(elsewhere), is_open(signed_in(OTHER))] == [True, False, True]
    assert [str(one.subject) for one in mailbox] == ["Votre mot de passe a changé — Communaux"]


def test_a_notice_that_cannot_leave_does_not_undo_the_change(lise: Person) -> None:
    client = signed_in()
    client.post("/mon-compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": OTHER})
    assert is_open(signed_in(OTHER))


@pytest.mark.django_db(transaction=True)  # allauth tells of it once it is committed
def test_an_application_asks_for_its_code_after_the_password(lise: Person, mailbox: list[EmailMessage]) -> None:
    client = signed_in()
    page = client.get("/mon-compte/application/").text
    (secret,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    assert "data:image/svg+xml;base64," in page
    assert 'href="#id_code"' in client.post("/mon-compte/application/", {"code": "000000"}).text
    assert client.post("/mon-compte/application/", {"code": now(secret)})["location"] == "/mon-compte/codes-de-secours/"
    codes = re.findall(r"<li><code>(\d{8})</code>", client.get("/mon-compte/codes-de-secours/").text)
    assert len(set(codes)) == 10
    assert [one for one in codes if one in client.get("/mon-compte/codes-de-secours/").text] == [], "shown once"
    stored = str(Authenticator.objects.filter(user=lise).values_list("data", flat=True))
    assert (secret in stored, codes[0] in stored) == (False, False)

    stopped = signed_in()
    assert not is_open(stopped)
    assert stopped.get("/connexion/deuxieme-etape/").status_code == 200
    assert 'href="#id_code"' in stopped.post("/connexion/deuxieme-etape/", {"code": "000000"}).text
    assert stopped.post("/connexion/deuxieme-etape/", {"code": now(secret, ahead=1)})["location"] == "/"
    assert is_open(stopped)

    by_code = signed_in()
    by_code.post("/connexion/deuxieme-etape/", {"code": codes[0]})
    assert is_open(by_code)
    twice = signed_in()
    twice.post("/connexion/deuxieme-etape/", {"code": codes[0]})
    assert not is_open(twice), "a recovery code is for one time"

    assert client.post("/mon-compte/application/retirer/")["location"] == "/mon-compte/"
    assert is_open(signed_in())
    assert told("core.change_access") == [
        "totp_added",
        "recovery_codes_added",
        "totp_removed",
        "recovery_codes_removed",
    ]
    assert [str(one.subject).split(" — ")[0] for one in mailbox] == [
        "Une application de codes a été ajoutée à votre compte",
        "L’application de codes a été retirée de votre compte",
    ]


def now(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def test_secrets_of_applications_cannot_be_read_without_the_key_of_the_desk(lise: Person, settings: object) -> None:
    kept = get_adapter().encrypt("ABC")
    assert (kept != "ABC", get_adapter().decrypt(kept)) == (True, "ABC")
    settings.SECRET_KEY = "another key"
    with pytest.raises(Conflict):
        get_adapter().decrypt(kept)


def test_an_address_is_added_by_its_code_made_the_main_one_and_removed(
    lise: Person, code: Callable[[], str], mailbox: list[EmailMessage]
) -> None:
    client, page = signed_in(), "/mon-compte/adresses/"
    assert client.post(page, {"action_add": "", "email": "Deux@demo.example"})["location"] == "/inscription/code/"
    assert EmailAddress.objects.filter(user=lise).count() == 1, "not before its code"
    assert client.post("/inscription/code/", {"code": code()})["location"] == page
    refused = client.post(page, {"action_remove": "", "email": MAIL}, follow=True)
    assert "Choisissez d’abord une autre adresse principale" in refused.text
    client.post(page, {"action_primary": "", "email": "deux@demo.example"})
    lise.refresh_from_db()
    assert lise.mail == "deux@demo.example"
    client.post(page, {"action_remove": "", "email": MAIL})
    assert list(EmailAddress.objects.filter(user=lise).values_list("email", "primary")) == [("deux@demo.example", True)]
    assert told("core.change_access") == ["main_mail_changed", "mail_removed"]
    assert [one.to for one in mailbox[1:]] == [[MAIL], ["deux@demo.example"]], "the old main one is told of the new"


def test_the_address_of_another_is_not_taken_nor_told(
    lise: Person, person: Callable[..., Person], mailbox: list[EmailMessage]
) -> None:
    person("autre@demo.example")
    client = signed_in()
    answer = client.post("/mon-compte/adresses/", {"action_add": "", "email": "autre@demo.example"})
    assert answer["location"] == "/inscription/code/", "as for any address"
    assert EmailAddress.objects.filter(user=lise).count() == 1


@pytest.mark.parametrize("typed", ["", "x", "x" * 5000, "a\x00@b.fr", "<b>@demo.example"])
def test_a_bad_address_is_told(lise: Person, mailbox: list[EmailMessage], typed: str) -> None:
    answer = signed_in().post("/mon-compte/adresses/", {"action_add": "", "email": typed})
    assert (answer.status_code, 'href="#id_email"' in answer.text, mailbox) == (200, True, [])


def test_open_sessions_are_listed_and_closed(lise: Person) -> None:
    first, second, third = signed_in(), signed_in(), signed_in()
    page = first.get("/mon-compte/appareils/").text
    assert page.count("Navigateur de test") == 3
    (one, _other) = re.findall(r"/mon-compte/appareils/(\d+)/fermer/", page)
    assert first.post(f"/mon-compte/appareils/{one}/fermer/").status_code == 302
    assert [is_open(first), is_open(second) != is_open(third)] == [True, True]
    assert first.post(f"/mon-compte/appareils/{one}/fermer/").status_code == 404
    first.post("/mon-compte/appareils/fermer/")
    assert [is_open(first), is_open(second), is_open(third)] == [True, False, False]


def test_nobody_closes_the_session_of_another(lise: Person, person: Callable[..., Person]) -> None:
    person("autre@demo.example")
    theirs = signed_in()
    (own,) = re.findall(r"appareils/(\d+)/fermer", second_session_seen_by(theirs))
    other = Client()
    other.post("/connexion/", {"username": "autre@demo.example", "password": PASSWORD})
    assert other.post(f"/mon-compte/appareils/{own}/fermer/").status_code == 404
    assert Client().post(f"/mon-compte/appareils/{own}/fermer/").status_code == 403
    assert is_open(theirs)


def second_session_seen_by(client: Client) -> str:
    signed_in()
    return client.get("/mon-compte/appareils/").text


def test_signing_in_costs_the_same_however_many_sessions_are_open(lise: Person) -> None:
    """Trial accounts are shared: they may have thousands."""
    counts = []
    for _time in range(3):
        with CaptureQueriesContext(connection) as asked:
            signed_in()
        counts.append(len(asked))
    assert len(set(counts[1:])) == 1, counts


def test_a_changed_password_keeps_this_session_on_the_list(lise: Person, mailbox: list[EmailMessage]) -> None:
    client = signed_in()
    client.post("/mon-compte/mot-de-passe/", {"oldpassword": PASSWORD, "password1": OTHER})
    page = client.get("/mon-compte/appareils/").text
    assert (page.count("Navigateur de test"), "cette session" in page) == (1, True)


@pytest.mark.parametrize("page", ["devices", "account"])
def test_a_page_asks_as_much_for_three_sessions_as_for_one(lise: Person, page: str) -> None:
    client = signed_in()
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(page))
        counts.append(len(asked))
        _sessions = signed_in(), signed_in()
    assert counts[0] == counts[1] <= 14


SHARED = ("account_email", "account_change_password", "account_set_password", "mfa_add_webauthn", "mfa_activate_totp")


@pytest.mark.parametrize("page", [*SHARED, "profile"])
def test_a_trial_account_stays_as_it_is_for_the_next_visitor(
    person: Callable[..., Person], settings: object, page: str
) -> None:
    settings.DEMO = True
    person("lectrice@demo.example")
    client = Client()
    client.post("/connexion/", {"username": "lectrice@demo.example", "password": PASSWORD})
    answer = client.post(reverse(page), {"action_add": "", "email": "autre@demo.example"})
    assert answer.status_code == 403
    assert "partagé par toutes les personnes" in answer.text


def test_name_and_language_can_be_changed(lise: Person) -> None:
    client = signed_in()
    assert client.post("/mon-compte/nom/", {"display_name": "  ", "lang": "en"}).status_code == 200
    assert client.post("/mon-compte/nom/", {"display_name": "Lise\u202e M.", "lang": "de"}).status_code == 200
    assert client.post("/mon-compte/nom/", {"display_name": "Lise\u202e M.", "lang": "en"}).status_code == 302
    lise.refresh_from_db()
    assert (lise.display_name, lise.lang) == ("Lise M.", "en")


def test_a_closed_account_opens_by_no_way(lise: Person, mailbox: list[EmailMessage]) -> None:
    Person.objects.filter(pk=lise.pk).update(is_active=False)
    assert not is_open(signed_in())
    for path in ("/connexion/courriel/", "/mot-de-passe-oublie/"):
        Client().post(path, {"email": MAIL})
    assert [one for one in mailbox if re.search("[A-Z]{4}-[A-Z]{4}", str(one.body))] == []


def test_trial_accounts_open_by_no_way_outside_of_a_demonstration(
    person: Callable[..., Person], code: Callable[[], str]
) -> None:
    person("operatrice@demo.example", operator=True)
    client = Client()
    client.post("/connexion/courriel/", {"email": "operatrice@demo.example"})
    assert client.post("/connexion/code/", {"code": code()})["location"] == "/connexion/ferme/"
    assert not is_open(client)
    assert client.get("/connexion/ferme/").status_code == 200


def test_many_wrong_passwords_are_stopped_and_say_so(lise: Person) -> None:
    seen = [Client().post("/connexion/", {"username": MAIL, "password": "faux"}).text for _try in range(7)]
    assert ["Trop d’essais" in one for one in seen] == [False] * 5 + [True] * 2
    assert not is_open(signed_in()), "the right one has to wait as well"


HOSTILE = [
    "",
    "x",
    "null",
    "[]",
    "{}",
    '{"id":"x"}',
    '{"id":"eA","rawId":"eA","type":"public-key","response":{}}',
    "[" * 5000,
]


@pytest.mark.parametrize("credential", HOSTILE)
def test_a_passkey_that_is_none_is_refused_in_words(lise: Person, credential: str) -> None:
    client, visitor = signed_in(), Client(headers={"host": "localhost"})
    client.get("/mon-compte/cles/ajouter/")
    added = client.post("/mon-compte/cles/ajouter/", {"name": "Clé", "credential": credential})
    assert (added.status_code, 'role="alert"' in added.text) == (200, True)
    visitor.get("/connexion/cle/", headers={"accept": "application/json"})
    answer = visitor.post("/connexion/cle/", {"credential": credential})
    assert (answer.status_code, answer["location"]) == (302, "/connexion/")
    assert Authenticator.objects.count() == 0
