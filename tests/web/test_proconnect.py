"""Signing in by ProConnect, against a provider of the tests that signs as it does (11 §§ 3.5, 5, 6.4)."""

from __future__ import annotations

import inspect
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from doubles import oidc_provider
from doubles.oidc_provider import ACCESS, AGENT, CLIENT, SECRET, Provider
from slices import NOW

from communaux.core import organisations, proconnect, services
from communaux.core.models import Entry, Grant, Membership, Organisation, Person

pytestmark = pytest.mark.django_db
SIRET, OTHER = AGENT["siret"], "21330063500017"
MAIL = AGENT["email"]


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    cache.clear()
    with oidc_provider.running() as one:
        settings.PROCONNECT_URL = one.url
        app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
        given = app | {"client_id": CLIENT, "secret": SECRET, "settings": app["settings"] | {"server_url": one.url}}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"VERIFIED_EMAIL": True, "APPS": [given]}}
        yield one


def there_and_back(client: Client, following: str = "") -> HttpResponse:
    """The button, the provider, and back, as a browser goes; what the desk then answers."""
    gone = client.post("/connexion/proconnect/", {"next": following} if following else {})
    assert gone.status_code == 302, gone.content
    back = httpx.get(gone["location"], follow_redirects=False)
    where = urlsplit(back.headers["location"])
    return client.get(f"{where.path}?{where.query}")


def told(client: Client, answer: HttpResponse) -> str:
    """The page one is led to, as text."""
    assert answer.status_code == 302, answer.content
    page = client.get(answer["location"])
    return page.content.decode()


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def known_agent() -> Person:
    """Somebody who linked the two long ago, under another address."""
    given = {"mail": "autre@demo.example", "display_name": "Camille", "password": "un mot de passe long"}
    made = services.create_person(Person.objects.desk(), at=NOW, **given)
    SocialAccount.objects.create(user=made, provider="proconnect", uid=AGENT["sub"])
    return made


@pytest.mark.parametrize(("shape", "algorithm"), [("jwt", "RS256"), ("jwt", "ES256"), ("json", "RS256")])
def test_an_agent_comes_for_the_first_time(client: Client, provider: Provider, shape: str, algorithm: str) -> None:
    provider.shape, provider.algorithm = shape, algorithm
    answer = there_and_back(client, "/besoins/nouveau/")
    person = Person.objects.get(mail=MAIL)
    assert is_in(client)
    assert (person.display_name, person.has_usable_password()) == ("Camille Essai", False)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(MAIL, True, True)]
    kept = SocialAccount.objects.get()
    assert (kept.provider, kept.uid, kept.extra_data) == ("proconnect", "agent-1", {"siret": SIRET})
    assert not SocialToken.objects.exists()
    assert answer["location"] == "/mon-compte/proconnect/organisme/?next=%2Fbesoins%2Fnouveau%2F"
    assert not Membership.objects.exists(), "nothing is given before one confirms"
    acts = Entry.objects.filter(actor=person).order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["core.sign_up", "core.change_access"]


def test_one_confirms_a_body_that_the_desk_does_not_know(client: Client, provider: Provider) -> None:
    page = told(client, there_and_back(client, "/besoins/nouveau/"))
    assert f"SIRET {SIRET}" in page
    refused = client.post("/mon-compte/proconnect/organisme/", {"key": "0" * 32, "name": "", "kind": "informal"})
    assert refused.status_code == 200
    given = {"key": "01a22930-0000-7000-8000-000000000001", "name": "Ville d’essai", "kind": "local_authority"}
    done = client.post("/mon-compte/proconnect/organisme/", given | {"next": "/besoins/nouveau/"})
    assert done["location"] == "/besoins/nouveau/"
    made, person = Organisation.objects.get(), Person.objects.get(mail=MAIL)
    assert (made.name, made.siret, made.siren) == ("Ville d’essai", SIRET, SIRET[:9])
    one = Membership.objects.get()
    assert (one.person, one.source, one.confirmed_by, one.ended_at) == (person, "proconnect_siret", person, None)
    assert not Grant.objects.filter(person=person).exists(), "it gives no role"
    assert client.get("/mon-compte/proconnect/organisme/")["location"] == "/mon-compte/"
    again = client.post("/mon-compte/proconnect/organisme/", given)
    assert (again.status_code, Membership.objects.count()) == (302, 1)


def test_the_name_of_a_commune_is_there_to_be_read(client: Client, provider: Provider) -> None:
    provider.info = {"siret": OTHER}
    page = told(client, there_and_back(client))
    assert 'name="name" value="Bordeaux"' in page
    assert "codes officiels de 2026, INSEE et DGCL" in page
    given = {"key": "01a22930-0000-7000-8000-000000000001", "name": "Ville de Bordeaux", "kind": "local_authority"}
    client.post("/mon-compte/proconnect/organisme/", given)
    made = Organisation.objects.get()
    assert (made.name, made.siret, made.territory_code) == ("Ville de Bordeaux", OTHER, "33063")


def test_a_known_body_is_named_and_may_be_declined(client: Client, provider: Provider) -> None:
    Organisation.objects.create(name="Ville connue", kind="local_authority", siret=SIRET)
    assert "Ville connue" in told(client, there_and_back(client))
    client.post("/mon-compte/proconnect/organisme/", {"no": "1"})
    assert not Membership.objects.exists()
    client.post("/deconnexion/")
    assert there_and_back(client)["location"] == "/"
    assert "Ville connue" not in client.get("/mon-compte/").content.decode()


def test_a_body_that_was_joined_is_not_asked_again(client: Client, provider: Provider) -> None:
    Organisation.objects.create(name="Ville connue", kind="local_authority", siret=SIRET)
    there_and_back(client)
    client.post("/mon-compte/proconnect/organisme/", {"key": "0" * 32})
    assert Membership.objects.get().organisation.name == "Ville connue"
    client.post("/deconnexion/")
    assert there_and_back(client)["location"] == "/"


@pytest.mark.parametrize("siret", [None, "", "12345678901234", "<script>"])
def test_a_missing_or_wrong_siret_asks_nothing(client: Client, provider: Provider, siret: str | None) -> None:
    provider.info = {"siret": siret}
    assert there_and_back(client)["location"] == "/mon-compte/"
    assert proconnect.claim_of(Person.objects.get(mail=MAIL)) is None


def test_nobody_confirms_what_proconnect_does_not_say(person: Callable[..., Person]) -> None:
    from communaux.core.errors import Conflict

    somebody = person("x@demo.example")
    for act, more in ((proconnect.confirm, {"key": "0" * 32}), (proconnect.decline, {}), (proconnect.unlink, {})):
        with pytest.raises(Conflict):
            act(somebody, at=NOW, **more)
    assert not Membership.objects.exists()


WRONG: list[dict[str, Any]] = [
    {"claims": {"nonce": "d’un autre"}},
    {"claims": {"nonce": None}},
    {"claims": {"aud": "un autre guichet"}},
    {"claims": {"iss": "https://ailleurs.example"}},
    {"claims": {"exp": 1}},
    {"info": {"sub": "quelqu’un d’autre"}},
    {"info": {"aud": "un autre guichet"}},
    {"info": {"iss": "https://ailleurs.example"}},
    {"info": {"exp": 1}},
    {"algorithm": "none"},
    {"algorithm": "HS256"},
    {"failing": "/token"},
    {"failing": "/userinfo"},
    {"failing": "/jwks"},
]


@pytest.mark.parametrize("fault", WRONG, ids=str)
def test_what_cannot_be_trusted_lets_nobody_in(
    client: Client, provider: Provider, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in fault.items():
        setattr(provider, name, value)
    with caplog.at_level(logging.WARNING):
        answer = there_and_back(client, "/besoins/nouveau/")
    assert (is_in(client), Person.objects.filter(mail=MAIL).exists()) == (False, False)
    assert answer["location"] == "/connexion/?next=%2Fbesoins%2Fnouveau%2F"
    page = told(client, answer)
    [line] = [one.getMessage() for one in caplog.records if one.name.endswith("proconnect")]
    reference = line.partition("reference ")[2][:6]
    assert f"référence {reference}" in page
    assert not any(secret in page + line for secret in (ACCESS, SECRET, "Traceback"))
    assert not re.search(r"eyJ[\w-]+\.[\w-]+", page + line)  # a token; three letters alone may be in any random word


def test_keys_that_were_turned_are_asked_for_once_more(client: Client, provider: Provider) -> None:
    there_and_back(client)
    client.post("/deconnexion/")
    there_and_back(client)
    assert provider.asked.count("/jwks") == 1, "kept for an hour"
    client.post("/deconnexion/")
    provider.turn_keys()
    there_and_back(client)
    assert (is_in(client), provider.asked.count("/jwks")) == (True, 2)


def test_an_unknown_key_is_refused_after_one_more_look(client: Client, provider: Provider) -> None:
    there_and_back(client)
    client.post("/deconnexion/")
    provider.turn_keys()
    provider.published, before = False, provider.asked.count("/jwks")
    there_and_back(client)
    assert (is_in(client), provider.asked.count("/jwks") - before) == (False, 1)


def test_a_state_is_good_once_and_for_its_session_alone(client: Client, provider: Provider) -> None:
    gone = client.post("/connexion/proconnect/")
    back = urlsplit(httpx.get(gone["location"], follow_redirects=False).headers["location"])
    stranger = Client()
    assert not is_in(stranger)
    stranger.get(f"{back.path}?{back.query}")
    assert not is_in(stranger)
    client.get(f"{back.path}?{back.query}")
    assert is_in(client)
    client.post("/deconnexion/")
    client.get(f"{back.path}?{back.query}")
    assert not is_in(client)


def test_consent_refused_comes_back_where_one_was(client: Client, provider: Provider) -> None:
    provider.denied = True
    answer = there_and_back(client, "/besoins/nouveau/")
    assert answer["location"] == "/connexion/?next=%2Fbesoins%2Fnouveau%2F"
    assert "rien n’a changé" in told(client, answer)


def test_a_provider_that_is_down_or_another_is_told(client: Client, provider: Provider, settings: Any) -> None:
    provider.failing = "/.well-known/openid-configuration"
    answer = client.post("/connexion/proconnect/", {"next": "/besoins/nouveau/"})
    assert answer["location"] == "/connexion/?next=%2Fbesoins%2Fnouveau%2F"
    assert "ProConnect ne répond pas" in told(client, answer)
    provider.failing, settings.PROCONNECT_URL = "", "https://ailleurs.example"
    assert "n’a pas pu être vérifiée" in told(client, client.post("/connexion/proconnect/"))


def test_the_address_of_an_account_is_not_enough(
    client: Client, provider: Provider, person: Callable[..., Person]
) -> None:
    mine = person(MAIL)
    answer = there_and_back(client)
    assert (is_in(client), SocialAccount.objects.count()) == (False, 0)
    assert "Un compte a déjà l’adresse" in told(client, answer)
    client.force_login(mine)
    linked = there_and_back(client)
    assert "confirmer" in linked["location"], "linking asks to confirm who one is"
    assert not SocialAccount.objects.exists()


def test_an_account_is_linked_and_unlinked(client: Client, provider: Provider, person: Callable[..., Person]) -> None:
    mine = person(MAIL)
    client.post("/connexion/", {"username": MAIL, "password": "un mot de passe long"})
    there_and_back(client)
    assert SocialAccount.objects.get().user == mine
    page = client.get("/mon-compte/").content.decode()
    assert "Délier ProConnect" in page
    assert f"SIRET {SIRET}" in page
    client.post("/mon-compte/proconnect/delier/")
    assert not SocialAccount.objects.exists()
    what = [one.private["what"] for one in Entry.objects.filter(act="core.change_access").order_by("seq")]
    assert what == ["proconnect_added", "proconnect_removed"]


def test_an_identity_is_of_one_account(client: Client, provider: Provider, person: Callable[..., Person]) -> None:
    known_agent()
    mine = person("moi@demo.example")
    client.post("/connexion/", {"username": "moi@demo.example", "password": "un mot de passe long"})
    there_and_back(client)
    assert SocialAccount.objects.get().user != mine
    assert "appartient à un autre compte" in client.get("/mon-compte/").content.decode()


def test_a_changed_mail_is_a_second_address_only(client: Client, provider: Provider) -> None:
    mine = known_agent()
    there_and_back(client)
    mine.refresh_from_db()
    assert mine.mail == "autre@demo.example"
    rows = EmailAddress.objects.filter(user=mine).order_by("email").values_list("email", "primary")
    assert list(rows) == [("autre@demo.example", True), (MAIL, False)]
    client.post("/deconnexion/")
    there_and_back(client)
    assert EmailAddress.objects.filter(user=mine).count() == 2


def test_another_body_ends_the_former_membership_and_its_roles(client: Client, provider: Provider) -> None:
    mine, old = known_agent(), Organisation.objects.create(name="Ancienne", kind="local_authority", siret=OTHER)
    SocialAccount.objects.update(extra_data={"siret": OTHER})
    proconnect.confirm(mine, key=old.pk, at=NOW)
    desk = Person.objects.desk()
    organisations.appoint(desk, old, person=mine, role="co_owner", at=NOW)
    page = told(client, there_and_back(client))
    assert "vous n’appartenez plus à Ancienne" in page
    assert f"SIRET {SIRET}" in page
    assert Membership.objects.get().ended_at is not None
    assert Grant.objects.get(role="co_owner").revoked_at is not None


def test_the_last_owner_is_told_and_stays(client: Client, provider: Provider, person: Callable[..., Person]) -> None:
    mine, old = known_agent(), Organisation.objects.create(name="Ancienne", kind="local_authority", siret=OTHER)
    SocialAccount.objects.update(extra_data={"siret": OTHER})
    proconnect.confirm(mine, key=old.pk, at=NOW)
    desk = Person.objects.desk()
    organisations.appoint(desk, old, person=mine, role="owner", at=NOW)
    services.add_member(desk, old, person=person("y@demo.example"), starts_on=NOW.date(), at=NOW)
    assert "dernière personne responsable de Ancienne" in told(client, there_and_back(client))
    assert Membership.objects.get(person=mine).ended_at is None


def test_a_request_that_waits_is_answered(client: Client, provider: Provider) -> None:
    mine, body = known_agent(), Organisation.objects.create(name="Ville connue", kind="local_authority", siret=SIRET)
    organisations.ask_to_join(mine, body, at=NOW)
    assert "Ville connue" in told(client, there_and_back(client))
    client.post("/mon-compte/proconnect/organisme/", {"key": "0" * 32})
    one = Membership.objects.get()
    assert (one.source, one.confirmed_by, one.ended_at) == ("proconnect_siret", mine, None)


def test_who_was_sent_away_does_not_come_back_by_themselves(client: Client, provider: Provider) -> None:
    mine, body = known_agent(), Organisation.objects.create(name="Ville connue", kind="local_authority", siret=SIRET)
    SocialAccount.objects.update(extra_data={"siret": SIRET})
    organisations.end_member(Person.objects.desk(), proconnect.confirm(mine, key=body.pk, at=NOW), at=NOW)
    there_and_back(client)
    assert proconnect.claim_of(mine) is None
    client.post("/mon-compte/proconnect/organisme/", {"key": "0" * 32})
    assert Membership.objects.get().ended_at is not None
    assert organisations.ask_to_join(mine, body, at=NOW).confirmed_by is None
    assert proconnect.claim_of(mine) is None


def test_an_account_that_all_share_is_never_linked(client: Client, provider: Provider, settings: Any) -> None:
    settings.DEMO = True
    mail, _role, _password = settings.DEMO_LOGINS[0]
    client.force_login(services.create_person(Person.objects.desk(), mail=mail, display_name="x", password="x", at=NOW))
    assert client.post("/connexion/proconnect/").status_code == 403
    assert client.post("/mon-compte/proconnect/delier/").status_code == 403
    assert provider.asked == []


def test_signing_out_leaves_the_provider_too(client: Client, provider: Provider) -> None:
    there_and_back(client)
    answer = client.post("/deconnexion/")
    where = urlsplit(answer["location"])
    asked = parse_qs(where.query)
    assert f"{where.scheme}://{where.netloc}{where.path}" == f"{provider.url}/logout"
    assert set(asked) == {"id_token_hint", "state", "post_logout_redirect_uri"}
    assert asked["post_logout_redirect_uri"] == ["http://testserver/"]
    assert not is_in(client)


def test_who_came_by_password_is_only_signed_out_here(
    client: Client, provider: Provider, person: Callable[..., Person]
) -> None:
    client.force_login(person("x@demo.example"))
    assert client.post("/deconnexion/")["location"] == "/"


def test_a_desk_that_is_not_registered_shows_and_answers_nothing(client: Client) -> None:
    assert "ProConnect" not in client.get("/connexion/").content.decode()
    assert client.post("/connexion/proconnect/").status_code == 404
    assert client.get("/connexion/proconnect/retour/?code=x&state=y").status_code == 404


def test_the_way_there_is_a_form_of_ours(client: Client, provider: Provider) -> None:
    assert "S’identifier avec ProConnect" in client.get("/connexion/").content.decode()
    assert client.get("/connexion/proconnect/").status_code == 405
    asked = parse_qs(urlsplit(client.post("/connexion/proconnect/")["location"]).query)
    assert {"state", "nonce", "code_challenge"} <= set(asked)


def test_one_takes_it_away_and_erases_it(client: Client, provider: Provider) -> None:
    from communaux.core import accounts, personal_data

    there_and_back(client)
    mine = Person.objects.get(mail=MAIL)
    text = "".join(personal_data.written(mine, NOW))
    assert f'"siret": "{SIRET}"' in text
    assert '"number_there": "agent-1"' in text
    accounts.erase_person(mine, mine, at=NOW)
    assert not SocialAccount.objects.exists()


def test_the_method_that_we_replace_is_still_there() -> None:
    """A new release of allauth that asks userinfo in another way must not pass unseen."""
    signature = inspect.signature(OpenIDConnectOAuth2Adapter.complete_login)
    assert list(signature.parameters) == ["self", "request", "app", "token", "kwargs"]
    assert isinstance(OpenIDConnectOAuth2Adapter.openid_config, property)
    assert reverse("openid_connect_callback", kwargs={"provider_id": "proconnect"}) == "/connexion/proconnect/retour/"
