"""The pages of an act of two persons: read, release, refuse; who is awaited, whom to ask; the sheet says who takes care."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import NOW, CommonsFactory

from communaux.catalogue import services
from communaux.catalogue.models import Claim, Commons
from communaux.catalogue.queries import claims as claim_queries
from communaux.core import notify
from communaux.core import services as core_services
from communaux.core.models import DualAct, Grant, Person

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe long"


@pytest.fixture
def commons(db: None) -> Commons:
    return CommonsFactory(slug="umap", name="uMap")


@pytest.fixture
def editors(person: Callable[..., Person], desk: Person) -> list[Person]:
    made = [person(f"{name}@demo.example") for name in ("edith", "elise")]
    for one in made:
        core_services.grant(desk, one, role="editor", object_type="instance", at=NOW)
    return made


@pytest.fixture
def asked(person: Callable[..., Person], commons: Commons) -> Claim:
    asker = person("autrice@demo.example")
    return services.claim(asker, commons, proof="file", locator="https://x.example/AUTHORS", at=timezone.now())


@pytest.fixture
def act(editors: list[Person], asked: Claim) -> DualAct:
    services.accept_claim(editors[0], asked, at=timezone.now())
    return DualAct.objects.get()


def signed_in(who: str) -> Client:
    client = Client()
    client.post("/connexion/", {"username": f"{who}@demo.example", "password": PASSWORD})
    return client


def path(act: DualAct) -> str:
    return f"/mon-espace/actes/{act.pk}/"


def decide(client: Client, act: DualAct, **sent: str) -> int:
    return client.post(f"{path(act)}decider/", sent).status_code


def test_the_second_person_reads_and_releases(act: DualAct, asked: Claim) -> None:
    elise = signed_in("elise")
    page = elise.get(path(act)).content.decode()
    assert ("autrice" in page, "uMap" in page, 'value="release"' in page) == (True, True, True)
    assert decide(elise, act, do="release", seen=act.payload_sha256) == 302
    assert decide(elise, act, do="release", seen=act.payload_sha256) == 409
    assert Grant.objects.filter(role="steward", person=asked.person).count() == 1
    assert 'value="release"' not in elise.get(path(act)).content.decode()


def test_who_prepared_it_may_only_take_it_back(act: DualAct, asked: Claim) -> None:
    edith = signed_in("edith")
    page = edith.get(path(act)).content.decode()
    assert ('value="release"' in page, 'value="refuse"' in page) == (False, True)
    assert decide(edith, act, do="release", seen=act.payload_sha256) == 403
    assert decide(edith, act, do="refuse", reason=" ") == 422
    assert decide(edith, act, do="both") == 422
    assert decide(edith, act, do="refuse", reason="<b>Je relis 🙂") == 302
    assert "&lt;b&gt;Je relis 🙂" in edith.get(path(act)).content.decode()


def test_it_is_asked_who_is_there_before_it_counts(act: DualAct, editors: list[Person]) -> None:
    elise = signed_in("elise")
    session = elise.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - 301} for one in records]
    session.save()
    assert elise.get(path(act)).status_code == 200
    decide(elise, act, do="release", seen=act.payload_sha256)
    act.refresh_from_db()
    assert act.state == "prepared"


def test_readers_and_visitors_see_nothing(act: DualAct, person: Callable[..., Person], client: Client) -> None:
    person("lea@demo.example")
    lea, autrice = signed_in("lea"), signed_in("autrice")
    assert [one.get(path(act)).status_code for one in (lea, autrice)] == [403, 200]
    assert decide(lea, act, do="refuse", reason="Non") == 403
    assert decide(autrice, act, do="refuse", reason="Non") == 403
    assert client.get(path(act)).status_code in {302, 401}
    assert lea.get("/mon-espace/actes/00000000-0000-7000-8000-000000000000/").status_code == 404


def test_both_payloads_are_shown_when_it_changed(act: DualAct, asked: Claim) -> None:
    Claim.objects.update(commons=CommonsFactory(slug="carte", name="Carte ouverte"))
    page = signed_in("elise").get(path(act)).content.decode()
    assert ("uMap" in page, "Carte ouverte" in page, 'value="release"' in page) == (True, True, False)
    assert "il faut le préparer à nouveau" in page
    assert decide(signed_in("elise"), act, do="release", seen=act.payload_sha256) == 409


def test_a_desk_with_one_such_person_says_whom_to_ask(
    act: DualAct, editors: list[Person], asked: Claim, settings: Any
) -> None:
    pages = [f"/demandes/{asked.pk}/", path(act)]
    assert ["<strong>elise</strong>" in signed_in("autrice").get(one).content.decode() for one in pages] == [True, True]
    Grant.objects.filter(person=editors[1]).update(revoked_at=NOW)
    settings.OPERATOR = "Ville d’exemple"
    for one in pages:
        page = signed_in("autrice").get(one).content.decode()
        assert "Personne d’autre ne peut valider cet acte aujourd’hui." in page
        assert "<strong>Ville d’exemple</strong>" in page


def test_ones_space_lists_what_awaits_a_second_person(act: DualAct) -> None:
    notify.follow(timezone.now())
    says = "un acte attend une deuxième personne"
    assert says in signed_in("elise").get("/mon-espace/").content.decode()
    seen = [path(act) in signed_in(who).get("/mon-espace/").content.decode() for who in ("elise", "edith")]
    assert seen == [True, False]
    decide(signed_in("elise"), act, do="release", seen=act.payload_sha256)
    notify.follow(timezone.now())
    page = signed_in("elise").get("/mon-espace/").content.decode()
    assert "un acte attend une deuxième personne" not in page


def test_ones_space_asks_as_often_for_three_as_for_one(
    act: DualAct, person: Callable[..., Person], editors: list[Person], commons: Commons
) -> None:
    def asked_of_elise() -> int:
        notify.follow(timezone.now())
        client = signed_in("elise")
        client.get("/mon-espace/")
        with CaptureQueriesContext(connection) as told:
            assert client.get("/mon-espace/").status_code == 200
        return len(told)

    one = asked_of_elise()
    for n in range(2):
        at = timezone.now()
        more = services.claim(person(f"p{n}@demo.example"), commons, proof="dns", locator="x", at=at)
        services.accept_claim(editors[0], more, at=at)
    assert asked_of_elise() == one


def test_the_sheet_says_who_takes_care_of_it(
    commons: Commons, desk: Person, person: Callable[..., Person], client: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            client.get("/communs/umap/")
        return len(told)

    client.get("/communs/umap/")
    none = queries()
    assert "Personne encore." in client.get("/communs/umap/").content.decode()
    today = timezone.localdate()
    terms = {"role": "steward", "object_type": "commons", "object_id": str(commons.pk), "at": NOW}
    for n in range(3):
        ends = today + timedelta(days=10 + n)
        core_services.grant(desk, person(f"p{n}@demo.example"), starts_on=today, ends_on=ends, **terms)
    page = client.get("/communs/umap/").content.decode()
    assert [f"p{n}" in page for n in range(3)] == [True] * 3
    assert (queries(), none <= 12) == (none, True)


def test_the_last_steward_is_told_to_find_a_successor(commons: Commons, desk: Person, asked: Claim) -> None:
    autrice, today = signed_in("autrice"), timezone.localdate()
    leave = "/communs/umap/ne-plus-s-en-occuper/"
    assert autrice.post(leave).status_code == 404
    terms = {"role": "steward", "object_type": "commons", "object_id": str(commons.pk), "at": NOW, "starts_on": today}
    until = today + timedelta(days=99)
    core_services.grant(desk, asked.person, ends_on=until, **terms)
    assert leave in autrice.get("/communs/umap/s-en-occuper/").content.decode()
    answer = autrice.post(leave)
    assert (answer.status_code, "prendre la suite" in answer.content.decode()) == (409, True)
    core_services.grant(desk, Person.objects.create(display_name="Bob"), ends_on=until, **terms)
    assert autrice.post(leave).status_code == 302
    assert [str(one.person) for one in claim_queries.stewards(commons, today)] == ["Bob"]
