"""Who is there once more: within five minutes nothing is asked, later the person confirms and comes back with a long form."""

from __future__ import annotations

from collections.abc import Callable

import html5lib
import pytest
from django.test import Client

from communaux.core.models import Organisation, Person
from communaux.web.resuming import LONGEST

pytestmark = pytest.mark.django_db
MAIL, PASSWORD = "lise@demo.example", "un mot de passe long"
LONG = "Une phrase longue & « entière » <b>\n" * 400


@pytest.fixture
def lise(person: Callable[..., Person]) -> Person:
    return person(MAIL)


@pytest.fixture
def client(lise: Person) -> Client:
    client = Client()
    client.post("/connexion/", {"username": MAIL, "password": PASSWORD})
    return client


def later(client: Client, seconds: int) -> None:
    """As if this session had signed in that long ago."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - seconds} for one in records]
    session.save()


@pytest.mark.parametrize(("seconds", "asked"), [(0, False), (290, False), (301, True)])
def test_it_is_asked_again_after_five_minutes(client: Client, seconds: int, asked: bool) -> None:
    later(client, seconds)
    answer = client.get("/mon-compte/donnees/fichier/")
    assert (answer.status_code == 302) is asked
    if asked:
        assert answer["location"] == "/mon-compte/confirmer/?next=%2Fmon-compte%2Fdonnees%2Ffichier%2F"


def test_the_password_confirms_and_one_comes_back(client: Client) -> None:
    later(client, 600)
    page = client.get("/mon-compte/donnees/fichier/")["location"]
    form = {"next": "/mon-compte/donnees/fichier/", "password": "faux"}
    assert 'role="alert"' in client.post(page, form).text
    assert client.post(page, form | {"password": PASSWORD})["location"] == "/mon-compte/donnees/fichier/"
    assert client.get("/mon-compte/donnees/fichier/").status_code == 200


def test_a_code_by_mail_confirms_as_well(client: Client, code: Callable[[], str]) -> None:
    later(client, 600)
    asked = "/mon-compte/confirmer/courriel/?next=/mon-compte/donnees/fichier/"
    assert "courriel" in client.get("/mon-compte/confirmer/").text
    sent = client.post(asked, {"recipient": MAIL, "next": "/mon-compte/donnees/fichier/"})
    assert client.post(sent["location"], {"code": "BBBB-BBBB"}).status_code == 200
    done = client.post(sent["location"], {"code": code(), "next": "/mon-compte/donnees/fichier/"})
    assert done["location"] == "/mon-compte/donnees/fichier/"
    assert client.get(done["location"]).status_code == 200


def test_a_form_that_was_being_sent_goes_on_by_itself(client: Client, lise: Person, code: Callable[[], str]) -> None:
    later(client, 600)
    page = client.post("/mon-compte/adresses/", {"action_add": "", "email": "deux@demo.example"})["location"]
    assert page == "/mon-compte/confirmer/?next=%2Fmon-compte%2Fadresses%2F"
    done = client.post(page, {"password": PASSWORD, "next": "/mon-compte/adresses/"})
    assert done["location"] == "/inscription/code/", "the address typed before is the one that gets the code"
    client.post("/inscription/code/", {"code": code()})
    assert lise.emailaddress_set.filter(email="deux@demo.example", verified=True).exists()


def test_what_cannot_be_undone_is_asked_even_just_after_signing_in(client: Client) -> None:
    assert client.get("/mon-compte/donnees/effacer/").status_code == 302
    page = client.get("/mon-compte/donnees/effacer/")["location"]
    client.post(page, {"password": PASSWORD, "next": "/mon-compte/donnees/effacer/"})
    assert client.get("/mon-compte/donnees/effacer/").status_code == 200


def test_one_is_not_sent_elsewhere(client: Client) -> None:
    later(client, 600)
    page = "/mon-compte/confirmer/?next=https://evil.example/"
    answer = client.post(page, {"password": PASSWORD, "next": "https://evil.example/"})
    assert answer["location"] == "/"


def test_a_visitor_is_asked_to_sign_in() -> None:
    for path in ("/mon-compte/donnees/fichier/", "/mon-compte/donnees/effacer/", "/mon-compte/cles/ajouter/"):
        assert Client().get(path)["location"].startswith("/connexion/?next="), path


def test_a_long_form_sent_after_the_session_ended_comes_back_filled(lise: Person) -> None:
    """Signed out meanwhile: 403 with a way to sign in; then the form, filled; sent again it does its work."""
    client = Client()
    form = {"key": "018f0000-0000-7000-8000-000000000001", "name": "École «\u202fdu Lac\u202f»", "kind": "association"}
    form |= {"siret": "", "rna": "", "note": LONG}
    answer = client.post("/organisations/nouvelle/", form)
    assert (answer.status_code, 'href="/connexion/?next=/connexion/reprendre/"' in answer.text) == (403, True)
    assert client.get("/connexion/reprendre/")["location"] == "/connexion/"
    signed = client.post("/connexion/", {"username": MAIL, "password": PASSWORD, "next": "/connexion/reprendre/"})
    page = client.get(signed["location"])
    assert page.status_code == 200
    fields = {one["name"]: one["value"] for one in hidden(page.text)}
    assert {name: fields[name] for name in form} == form
    assert 'action="/organisations/nouvelle/"' in page.text
    assert client.get("/connexion/reprendre/")["location"] == "/", "once"
    assert client.post("/organisations/nouvelle/", fields).status_code == 302
    assert Organisation.objects.get().name == form["name"]


def hidden(page: str) -> list[dict[str, str]]:
    """Hidden fields of a page, as a browser reads them."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = (one.attrib for one in tree.iter("input"))
    return [{"name": one["name"], "value": one.get("value", "")} for one in found if one.get("type") == "hidden"]


@pytest.mark.parametrize("form", [{}, {"name": "x" * (LONGEST + 1)}])
def test_what_no_person_typed_is_not_kept(form: dict[str, str]) -> None:
    client = Client()
    answer = client.post("/organisations/nouvelle/", form)
    assert answer.status_code == 403
    assert "sessionid" not in client.cookies


def test_passwords_and_codes_are_never_kept() -> None:
    client = Client()
    secrets = {"password": "caché-1", "password1": "caché-2", "code": "caché-3", "credential": "caché-4"}
    client.post("/organisations/nouvelle/", {"name": "Visible"} | secrets)
    held = str(dict(client.session))
    assert ("Visible" in held, [one for one in secrets.values() if one in held]) == (True, [])
    shown = Client(enforce_csrf_checks=True).post("/inscription/", {"display_name": "Visible"} | secrets)
    assert (shown.status_code, "Visible" in shown.text) == (403, True)
    assert [one for one in secrets.values() if one in shown.text] == []
    assert '<input type="password" name="password1"' in shown.text, "typed again, or an account would open without"


def test_every_value_of_a_field_comes_back() -> None:
    shown = Client(enforce_csrf_checks=True).post("/organisations/nouvelle/", {"themes": ["un", "deux"]})
    assert [one["value"] for one in hidden(shown.text) if one["name"] == "themes"] == ["un", "deux"]
