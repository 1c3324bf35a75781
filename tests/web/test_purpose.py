"""Pages that sign in say what the account is for, and that one comes back with what was chosen."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from django.test import Client

from communaux.core.models import Person
from communaux.web.accounts.purpose import PURPOSES
from communaux.web.urls import urlpatterns

pytestmark = pytest.mark.django_db
PAGES = ("/connexion/", "/inscription/", "/connexion/courriel/")
NEED = "Pour exprimer un besoin, il faut un compte\u00a0: vous y reviendrez ensuite."
KEPT = "Ce que vous aviez choisi est gardé."


def told(client: Client, page: str, **asked: str) -> str:
    """The sentence of a page, or nothing."""
    answer = client.get(page, asked)
    assert answer.status_code == 200
    _before, found, after = html.unescape(answer.text).partition('<p class="note">')
    return after.partition("</p>")[0] if found and "<form" in after else ""


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("page", PAGES)
def test_what_for_is_said_on_each_page_that_opens_an_account(client: Client, page: str) -> None:
    assert told(client, page, next="/besoins/nouveau/?q=cantine&vus=umap") == f"{NEED} {KEPT}"
    assert told(client, page, next="/besoins/nouveau/") == NEED


def test_a_link_that_asks_for_an_account_carries_what_was_chosen(client: Client, person: Callable[..., Person]) -> None:
    """From the link to the form: the words searched for are in it."""
    person("lise@example.org")
    asked = client.get("/besoins/nouveau/", {"q": "gérer la cantine"})
    shown = client.get(asked["location"])
    assert f"{NEED} {KEPT}" in html.unescape(shown.text)
    sent = {
        "username": "lise@example.org",
        "password": "un mot de passe long",
        "next": shown.context["redirect_field_value"],
    }
    assert 'value="Gérer la cantine"' in html.unescape(client.post("/connexion/", sent, follow=True).text)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/communs/umap/contester/?champ=licence", "contester une valeur"),
        ("/communs/umap/utiliser/", "dire que vous utilisez un commun"),
        ("/communs/proposer/", "proposer un commun"),
        ("/en/communs/proposer/", "proposer un commun"),
    ],
)
def test_each_has_its_own_sentence(client: Client, address: str, sentence: str) -> None:
    assert told(client, "/connexion/", next=address).startswith(f"Pour {sentence}, il faut un compte")


def test_english_is_said_in_english(client: Client) -> None:
    wanted = "To propose a commons, an account is needed: you come back here afterwards."
    assert told(client, "/en/connexion/", next="/en/communs/proposer/") == wanted


def test_a_page_without_words_of_its_own_has_the_general_ones(client: Client) -> None:
    general = "Cette page demande un compte\u00a0: vous y reviendrez ensuite."
    assert told(client, "/connexion/", next="/mon-compte/") == general
    assert told(client, "/connexion/", next="/nulle-part/") == general


def test_a_form_that_was_kept_is_told_of(client: Client) -> None:
    wanted = "Connectez-vous pour envoyer votre formulaire\u00a0: il revient tel que vous l’avez rempli."
    assert told(client, "/connexion/", next="/connexion/reprendre/") == wanted


@pytest.mark.parametrize("address", ["", "https://evil.example/besoins/nouveau/", "//evil.example/", "http://["])
def test_nothing_is_promised_for_another_site(client: Client, address: str) -> None:
    assert told(client, "/connexion/", next=address) == ""


@pytest.mark.usefixtures("mailbox")
def test_who_opens_an_account_comes_back_too(client: Client, code: Callable[[], str]) -> None:
    there = "/besoins/nouveau/?q=cantine"
    told(client, "/inscription/", next=there)
    client.post("/inscription/", {"display_name": "Lise", "email": "lise@example.org", "next": there})
    assert client.post("/inscription/code/", {"code": code()})["location"] == there


def test_each_purpose_is_that_of_a_page() -> None:
    named = {one.name for one in urlpatterns[-1].url_patterns}
    assert PURPOSES.keys() - named == set()
