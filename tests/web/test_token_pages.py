"""The page of tokens: seen, made after a confirmation and shown once, revoked."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communaux.core import tokens
from communaux.core.ids import uuid7
from communaux.core.models import Person, Token

pytestmark = pytest.mark.django_db
PAGE, MAIL, PASSWORD = "/mon-compte/jetons/", "lise@demo.example", "un mot de passe long"
SECRET = re.compile(r"cmx_[-\w]{43}")


@pytest.fixture
def lise(person: Callable[..., Person]) -> Person:
    return person(MAIL)


@pytest.fixture
def client(lise: Person) -> Client:
    client = Client()
    client.post("/connexion/", {"username": MAIL, "password": PASSWORD})
    return client


def form(**more: object) -> dict[str, object]:
    return {"key": uuid4(), "name": "Poste", "scope": "write", "days": "90"} | more


def later(client: Client) -> None:
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - 600} for one in records]
    session.save()


def test_made_it_is_shown_once_and_kept_nowhere(client: Client, lise: Person) -> None:
    sent = form()
    answer = client.post(PAGE, sent)
    (secret,) = set(SECRET.findall(answer.text))
    assert (answer.status_code, answer["cache-control"]) == (200, "private, no-store")
    assert tokens.find(secret, timezone.now()) == Token.objects.get(person=lise)
    assert secret not in str(dict(client.session)) + str(client.cookies)
    assert [one for one in Session.objects.all() if secret in str(one.get_decoded())] == []
    again = client.post(PAGE, sent)
    assert (again.status_code, again["location"], Token.objects.count()) == (302, PAGE, 1)
    page = client.get(PAGE).text
    assert ("Poste" in page, SECRET.findall(page)) == (True, [])


def test_one_confirms_first_and_the_form_goes_on(client: Client) -> None:
    later(client)
    asked = client.post(PAGE, form())
    assert (asked.status_code, Token.objects.count()) == (302, 0)
    assert asked["location"].startswith("/mon-compte/confirmer/")
    done = client.post(asked["location"], {"password": PASSWORD, "next": PAGE})
    assert (Token.objects.count(), len(set(SECRET.findall(done.text)))) == (1, 1)
    later(client)
    assert client.get(PAGE).status_code == 200


def test_its_owner_is_told_at_once_by_mail(client: Client, mailbox: list[EmailMessage]) -> None:
    page = client.post(PAGE, form(name="Poste"))
    (mail,) = mailbox
    assert mail.to == [MAIL]
    assert ("Poste" in mail.body, "/mon-compte/jetons/" in mail.body, SECRET.findall(mail.body)) == (True, True, [])
    assert SECRET.search(page.text)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scope": "all"}, {"days": "31"}, {"days": "x"}, {"key": "x"}, {"name": "x" * 81}]
)
def test_what_is_wrong_is_said_and_kept(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post(PAGE, form(name="<b>Poste</b>") | wrong)
    assert (answer.status_code, Token.objects.count()) == (422, 0)
    assert 'role="alert"' in answer.text
    assert "<b>Poste" not in answer.text


def test_revoked_at_once_by_its_owner_only(client: Client, person: Callable[..., Person], lise: Person) -> None:
    other = person("autre@demo.example")
    mine, theirs = (
        tokens.make(one, one, key=uuid7(), name="Poste", scope="read", days=30, at=timezone.now()).token
        for one in (lise, other)
    )
    later(client)
    assert client.post(f"{PAGE}{theirs.pk}/revoquer/").status_code == 404
    assert [client.post(f"{PAGE}{mine.pk}/revoquer/").status_code for _ in range(2)] == [302, 302]
    assert dict(Token.objects.values_list("pk", "revoked_at"))[theirs.pk] is None
    assert list(tokens.live(lise, timezone.now())) == []
    assert client.get(f"{PAGE}{mine.pk}/revoquer/").status_code == 405


def test_a_visitor_signs_in_first_and_the_account_leads_there(client: Client) -> None:
    assert Client().get(PAGE)["location"] == f"/connexion/?next={PAGE}"
    assert Client().post(PAGE, form()).status_code in {302, 403}
    assert Token.objects.count() == 0
    assert f'href="{PAGE}"' in client.get("/mon-compte/").text
    assert "Tokens of the API" in client.get(f"/en{PAGE}").text


def test_the_list_asks_as_often_for_three_as_for_one(client: Client, lise: Person) -> None:
    counts = []
    for n in (1, 2):
        for _ in range(n):
            tokens.make(lise, lise, key=uuid7(), name="Poste", scope="read", days=30, at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
