"""Pages of commitments: what everybody reads, what organisers write, what a body answers by a link; by plain forms."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uses import Cast

from communaux.catalogue import indexing
from communaux.core import journal, signed_links
from communaux.core.models import Entry, Person, SignedLink
from communaux.gatherings import services, shipped
from communaux.gatherings.letters import PURPOSE
from communaux.gatherings.models import Commitment, Edition, FollowUp
from communaux.gatherings.services import News

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> ' OR 1=1 --"
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2023, 3, 4),
    "ends_on": date(2023, 3, 5),
    "place_name": "Mairie",
    "timezone": "Europe/Paris",
}
HOME = "/rendez-vous/journee-des-communs"


@pytest.fixture
def meeting(cast: Cast) -> Edition:
    return services.open_edition(cast["outsider"], cast.other, key=uuid4(), told=MEETING, at=timezone.now())


@pytest.fixture
def add(cast: Cast, meeting: Edition) -> Callable[..., Commitment]:
    def made(**more: Any) -> Commitment:
        told = {"text": "Publier les marchés.", "body": cast.town.name, "carrier": cast.town} | more
        return services.add_commitment(cast["outsider"], meeting, key=uuid4(), told=told, at=timezone.now())

    return made


def words(page: str) -> str:
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return words(answer.text)


def signed(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def test_the_real_one_says_what_is_unknown(client: Client, desk: Person, cast: Cast) -> None:
    indexing.keep_themes(desk)
    for given in (*shipped.real(), *shipped.made_up()):
        services.load_edition(desk, given, at=timezone.now())
    told = read(client, "/rendez-vous/nec-lille-2023/")
    assert "Digital Commons First et son guichet unique" in told
    assert "le texte ne dit pas qui" in told
    assert "sans nouvelles connues depuis la rencontre (7 novembre 2023)" in told
    one = Commitment.objects.get(edition__slug="nec-lille-2023")
    page = read(client, f"/rendez-vous/nec-lille-2023/engagements/{one.pk}/")
    assert "transcription 002" in page
    assert "Personne n’en a rien dit à ce guichet." in page
    balance = read(client, "/rendez-vous/nec-lille-2023/bilan/")
    assert "engagement pris 1" in balance
    assert "Ce guichet ne connaît aucune feuille de route de cette rencontre." in balance
    made_up = read(client, "/rendez-vous/rencontre-fictive/bilan/")
    assert "engagements pris 3" in made_up
    assert "tenu 1" in made_up
    assert "cette date est passée" in made_up
    assert "Ni feuille de route ni engagement" in read(client, "/rendez-vous/nec-2024/bilan/")
    assert "Said at Numérique en Commun[s] Lille 2023" in read(
        client, f"/en/rendez-vous/nec-lille-2023/engagements/{one.pk}/"
    )


def test_an_organiser_writes_one_down(cast: Cast, meeting: Edition) -> None:
    client, path = signed(cast, "outsider"), f"{HOME}/engagements/nouveau/"
    assert Client().get(path).status_code == 302
    assert signed(cast, "member").get(path).status_code == 403
    assert 'name="session"' not in client.get(path).text, "no programme: no session to choose"
    given = {"text": HOSTILE, "body": f"/organisations/{cast.town.pk}/", "due_on": "2023-09-01", "key": str(uuid4())}
    for wrong in (
        {"text": ""},
        {"text": "x" * 601},
        {"text": "Écrire à lise@mairie.example"},
        {"body": ""},
        {"body": "/organisations/rien/"},
        {"body": "https://demo.example/ailleurs"},
        {"body": "Appeler le 06 12 34 56 78"},
        {"due_on": "2023-03-03"},
        {"due_on": "demain"},
        {"source_url": "javascript:alert(1)"},
    ):
        refused = client.post(path, given | {"due_on": "2023-09-02"} | wrong)
        assert (wrong, refused.status_code) == (wrong, 422)
        assert "2023-09-02" in refused.text or "due_on" in wrong, "what was typed comes back"
    assert Commitment.objects.count() == 0
    for _time in range(2):
        answer = client.post(path, given, follow=True)
    assert Commitment.objects.count() == 1
    told = words(answer.text)
    assert HOSTILE in told
    assert "<script>alert" not in answer.text
    assert "1er septembre 2023" in told
    assert Commitment.objects.get().carrier == cast.town
    assert HOSTILE in read(Client(), f"{HOME}/")


def test_words_changed_meanwhile_stand_above_what_was_typed(cast: Cast, add: Callable[..., Commitment]) -> None:
    one, client = add(), signed(cast, "outsider")
    path = f"{HOME}/engagements/{one.pk}/modifier/"
    given = {"text": "Publier tous les marchés.", "body": "La ville", "base": "1"}
    assert client.post(path, given).status_code == 302
    answer = client.post(path, given | {"text": "Publier quelques marchés."})
    assert answer.status_code == 422
    assert "Ce qui s’y trouve maintenant Publier tous les marchés. La ville" in words(answer.text)
    assert "Publier quelques marchés." in answer.text
    (base,) = re.findall(r'name="base" value="(\d+)"', answer.text)
    assert client.post(path, given | {"base": base}).status_code == 302
    assert signed(cast, "member").get(path).status_code == 403
    assert client.get(f"{HOME}/engagements/{one.pk}/retirer/").status_code == 405
    assert signed(cast, "member").post(f"{HOME}/engagements/{one.pk}/retirer/").status_code == 403
    assert "L’engagement a été retiré." in client.post(f"{HOME}/engagements/{one.pk}/retirer/", follow=True).text
    assert client.get(f"{HOME}/engagements/{one.pk}/").status_code == 404


def test_what_has_a_life_is_not_taken_away(cast: Cast, add: Callable[..., Commitment]) -> None:
    one, client = add(), signed(cast, "outsider")
    services.tell_news(cast["member"], one, news=News("advances", "Cela avance."), at=timezone.now())
    answer = client.post(f"{HOME}/engagements/{one.pk}/retirer/", follow=True)
    assert "son texte reste tel quel" in html.unescape(answer.text)
    assert "Le dire autrement" not in words(answer.text)


def test_a_member_answers_for_it_then_gives_news(cast: Cast, add: Callable[..., Commitment]) -> None:
    one, client = add(), signed(cast, "member")
    path = f"{HOME}/engagements/{one.pk}/"
    assert "Répondre de cet engagement" in read(client, path)
    assert "Répondre de cet engagement" not in read(Client(), path)
    assert Client().get(f"{path}repondre/").status_code == 302
    assert signed(cast, "outsider").get(f"{path}repondre/").status_code == 403
    assert client.post(f"{path}repondre/", {"role": "lise@mairie.example"}).status_code == 422
    told = words(client.post(f"{path}repondre/", {"role": "acheteuse"}, follow=True).text)
    assert "Qui est interrogé acheteuse" in told
    news = {"status": "delivered", "text": "C’est en ligne."}
    assert signed(cast, "outsider").post(f"{path}nouvelles/", news).status_code == 403
    refused = client.post(f"{path}nouvelles/", news)
    assert (refused.status_code, "C’est en ligne." in html.unescape(refused.text)) == (422, True)
    told = words(client.post(f"{path}nouvelles/", news | {"evidence_url": "https://demo.example/"}, follow=True).text)
    assert "tenu" in told
    assert "c’est livré (acheteuse, Commune de démonstration) C’est en ligne." in told
    assert "Donner des nouvelles" not in told


def test_opening_the_link_writes_nothing_and_one_click_answers(
    client: Client, cast: Cast, add: Callable[..., Commitment]
) -> None:
    one = services.stand_for(cast["member"], add(), role="acheteuse", at=timezone.now())
    assert one.contact
    link = signed_links.give(PURPOSE, journal.subject_of(one), one.contact, timezone.now())
    path = f"/suivi/{signed_links.secret(link)}/"

    def rows() -> list[Any]:
        tables = (Commitment, FollowUp, SignedLink, Entry)
        return [list(table._base_manager.order_by("pk").values_list()) for table in tables]

    before = rows()
    for _time in range(3):
        told = read(client, path)
        client.head(path)
    assert rows() == before
    assert "Question posée à : Commune de démonstration, acheteuse." in told
    assert "Jalons" not in told
    answer = client.post(path, {"status": "blocked", "text": f" {HOSTILE}\n Deux lignes. "}, follow=True)
    assert f"c’est bloqué (acheteuse, Commune de démonstration) {HOSTILE} Deux lignes." in words(answer.text)
    assert "personne n’est interrogé" in words(client.post(f"{path}arreter/", follow=True).text)
    assert client.get(path).status_code == 410


def test_an_expired_link_leads_to_a_new_one(client: Client, cast: Cast, add: Callable[..., Commitment]) -> None:
    one = services.stand_for(cast["member"], add(), role="acheteuse", at=timezone.now())
    assert one.contact
    then = timezone.now() - timedelta(days=61)
    link = signed_links.give(PURPOSE, journal.subject_of(one), one.contact, then)
    path = f"/suivi/{signed_links.secret(link)}/"
    assert "Ce lien n’est plus valable." in read(client, path, 410)
    assert "Un nouveau lien est en route" in client.post(f"{path}redemander/", follow=True).text


def test_as_a_file_and_by_programs(client: Client, cast: Cast, add: Callable[..., Commitment]) -> None:
    one = add(text="=1+1", due_on=date(2023, 9, 1))
    services.tell_news(cast["member"], one, news=News("advances", "Cela avance."), at=timezone.now())
    lines = client.get(f"{HOME}/engagements.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "id;text;body;session;due_on;state;last_heard_on"
    assert lines[1].startswith(f"{one.pk};'=1+1;Commune de démonstration;;2023-09-01;open;20")
    api = "/api/v1/gatherings/editions/journee-des-communs"
    (told,) = json.loads(client.get(f"{api}/commitments").content)
    assert (told["state"], told["organisation"], told["session"]) == ("open", str(cast.town.pk), None)
    assert [line["text"] for line in told["follow_ups"]] == ["Cela avance."]
    assert client.get(f"{api}/commitments?rien=1").status_code == 422
    assert client.get("/api/v1/gatherings/editions/rien/commitments").status_code == 404
    board = json.loads(client.get(f"{api}/scoreboard").content)["commitments"]
    assert (board["made"], board["late"], board["heard"]) == (1, 1, 1)


def test_the_news_of_the_meeting_tell_it(client: Client, cast: Cast, add: Callable[..., Commitment]) -> None:
    services.tell_news(cast["member"], add(), news=News("advances", "Cela avance."), at=timezone.now())
    assert "Cela avance." in client.get(f"{HOME}/nouvelles.atom").text
    assert "Cela avance." not in client.get("/feuilles-de-route/nouvelles.atom").text


def test_as_many_questions_for_three_as_for_one(client: Client, cast: Cast, add: Callable[..., Commitment]) -> None:
    paths = (f"{HOME}/", f"{HOME}/bilan/", "/api/v1/gatherings/editions/journee-des-communs/commitments")

    def questions() -> list[int]:
        found = []
        for path in paths:
            Client().get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            found.append(len(asked))
        return found

    def one() -> None:
        made = services.stand_for(cast["member"], add(), role="acheteuse", at=timezone.now())
        services.tell_news(cast["member"], made, news=News("advances", "Cela avance."), at=timezone.now())

    one()
    few = questions()
    one()
    one()
    assert questions() == few


def test_an_address_that_is_none(client: Client, cast: Cast, add: Callable[..., Commitment]) -> None:
    assert client.get(f"{HOME}/engagements/{uuid4()}/").status_code == 404
    assert client.get(f"{HOME}/engagements/rien/").status_code == 404
    services.open_edition(
        cast["outsider"], cast.other, key=uuid4(), told=MEETING | {"name": "Ailleurs"}, at=timezone.now()
    )
    assert client.get(f"/rendez-vous/ailleurs/engagements/{add().pk}/").status_code == 404
