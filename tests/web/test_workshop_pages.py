"""Pages of a workshop: what anybody reads, what an organiser writes, what is refused with a sentence."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from test_gathering_pages import HOSTILE, editions, given, read, words
from test_need_pages import typed
from uses import Cast, without_boards

from communaux.catalogue.models import Need, Theme
from communaux.gatherings import services
from communaux.gatherings.models import Card, Edition, Group, Roadmap

pytestmark = pytest.mark.django_db
__all__ = ["editions"]  # the fixture that each test here begins with
AXES = "/rendez-vous/rencontre-fictive/ateliers/"
BOARD = f"{AXES}1-1/"


@pytest.fixture
def group(editions: None, cast: Cast) -> Group:
    without_boards()
    edition = Edition.objects.get(slug="rencontre-fictive")
    axis = services.open_workshop(cast["member"], edition, label="Réemploi", groups=1, at=timezone.now())
    return axis.groups.get()


@pytest.fixture
def member(client: Client, cast: Cast) -> Client:
    client.force_login(cast["member"])
    return client


def send(client: Client, do: str, path: str = BOARD, **told: Any) -> tuple[int, str]:
    answer = client.post(path, {"do": do, **told}, follow=True)
    return answer.status_code, words(answer.text)


def finish(client: Client, *kinds: int) -> None:
    for kind in kinds:
        assert send(client, f"finish-{kind}")[0] == 200


def test_a_meeting_without_workshop_says_so(client: Client) -> None:
    without_boards()
    assert "ne connaît aucun atelier" in read(client, AXES)
    assert "Ajouter un axe" not in read(client, AXES)
    assert "ne connaît pas ce groupe" in read(client, BOARD, 404)


def test_who_organises_adds_an_axis_and_others_do_not(client: Client, cast: Cast) -> None:
    told = {"label": "Réemploi", "groups": "2"}
    assert client.post(AXES, told).status_code == 403
    client.force_login(cast["outsider"])
    assert client.post(AXES, told).status_code == 403
    client.force_login(cast["member"])
    refused = client.post(AXES, {"label": HOSTILE, "groups": "99"})
    assert (refused.status_code, HOSTILE in html.unescape(refused.text), HOSTILE in refused.text) == (422, True, False)
    assert "Groupe 2" in words(client.post(AXES, told, follow=True).text)


def test_anybody_reads_the_board_and_only_organisers_have_forms(client: Client, cast: Cast, group: Group) -> None:
    assert "Poser cette carte" not in read(client, BOARD)
    assert "csrftoken" not in client.cookies
    client.force_login(cast["outsider"])
    assert "Poser cette carte" not in read(client, BOARD)
    assert client.post(BOARD, {"do": "finish-1", "kind": 1}).status_code == 403
    client.force_login(cast["member"])
    assert "Poser cette carte" in read(client, BOARD)


def test_a_board_is_filled_to_its_road_map(member: Client, group: Group) -> None:
    assert HOSTILE in send(member, "card-1", kind="stake", text=HOSTILE, key=uuid4())[1]
    assert "<script>alert" not in member.get(BOARD).text
    finish(member, 1, 2)
    status, told = send(member, "finish-3")
    assert (status, "Écrivez d’abord le problème" in told) == (422, True)
    assert send(member, "problem", statement="Rien n’est compté.", for_whom="les écoles")[0] == 200
    finish(member, 3, 4)
    refused = member.post(f"{BOARD}feuille-de-route/", given(text_2=""))
    assert (refused.status_code, "Dix ventes." in refused.text) == (422, True)
    told = words(member.post(f"{BOARD}feuille-de-route/", given(), follow=True).text)
    assert "La feuille de route est publiée" in told
    finish(member, 5)
    made = Roadmap.objects.get(group=group)
    page = member.get(made.get_absolute_url()).text
    assert f'href="{BOARD}"' in page
    assert "Changer ses mots" in page


def test_what_was_typed_beside_the_end_of_a_stage_is_written_first(member: Client, group: Group) -> None:
    told = send(member, "finish-1", kind="stake", text="Tapée avant de finir.", facilitator="animatrice")
    assert (told[0], Card.objects.get().text) == (200, "Tapée avant de finir.")
    finish(member, 2)
    half = {"statement": "Rien n’est compté.", "for_whom": ""}
    refused = member.post(BOARD, {"do": "finish-3", **half, "facilitator": "animatrice"})
    assert (refused.status_code, refused.text.count("Rien n’est compté.")) == (422, 1)
    assert 'value="animatrice"' in refused.text
    send(member, "finish-3", **half | {"for_whom": "les écoles"})
    assert [one.done_at is not None for one in group.stages.order_by("kind")] == [True, True, True, False]


def test_the_road_map_waits_for_its_stage(member: Client, group: Group) -> None:
    answer = member.get(f"{BOARD}feuille-de-route/", follow=True)
    assert answer.redirect_chain == [(BOARD, 302)]
    assert "encore à venir" in words(answer.text)


def test_what_is_refused_comes_back_as_it_was_typed(member: Client, group: Group) -> None:
    for text in ("", "x" * 401, "Écrire à lise@mairie.example"):
        answer = member.post(BOARD, {"do": "card-1", "kind": "stake", "text": text})
        assert (answer.status_code, text in answer.text) == (422, True)
    assert member.post(BOARD, {"do": "rien"}).status_code == 400
    assert send(member, "group", size="2", roles="élue")[0] == 422
    assert "élue (2)" in send(member, "group", size="3", roles="élue : 2")[1]
    finish(member, 1)
    status, _told = send(member, "card-1", kind="stake", text="Une pensée tardive.")
    assert (status, Card.objects.count()) == (422, 0)
    assert (
        "Une pensée tardive."
        in member.post(BOARD, {"do": "card-1", "kind": "stake", "text": "Une pensée tardive."}).text
    )
    assert "en cours" in send(member, "reopen", kind=1, reason="Deux arrivées.")[1]


def test_the_second_of_two_sees_both_texts(member: Client, group: Group) -> None:
    finish(member, 1, 2)
    first = {"statement": "Le premier problème.", "for_whom": "les écoles"}
    send(member, "problem", **first)
    answer = member.post(BOARD, {"do": "problem", "statement": "Le second problème.", "for_whom": "x"})
    assert answer.status_code == 422
    assert "Ce qui s’y trouve maintenant Le premier problème." in words(answer.text)
    assert "Le second problème." in answer.text
    (base,) = re.findall(r'name="base" value="(\w+)"', answer.text)
    assert send(member, "problem", statement="Le second problème.", for_whom="x", base=base)[0] == 200


def test_a_card_is_changed_and_becomes_a_need(member: Client, group: Group, cast: Cast) -> None:
    finish(member, 1)
    send(member, "card-2", kind="friction", text="Personne ne sait ce qui dort.", key=uuid4())
    card = Card.objects.get()
    path = f"{BOARD}cartes/{card.pk}/"
    page = member.get(path).text
    assert f"carte={card.pk}" in page
    (base,) = re.findall(r'name="base" value="(\w+)"', page)
    assert send(member, "edit", path, text="Nul ne sait.", base=base, kept="on")[0] == 200
    status, told = send(member, "edit", path, text="Une autre.", base=base, kept="on")
    assert (status, "Ce qui s’y trouve maintenant Nul ne sait." in told) == (422, True)
    begun = member.get(f"/besoins/nouveau/?q=Nul+ne+sait&carte={card.pk}").text
    assert f'name="card" value="{card.pk}"' in begun
    assert 'value="Nul ne sait"' in begun
    for nowhere in ("/besoins/rien/", "https://["):
        assert send(member, "need", path, address=nowhere)[0] == 422
    theme = Theme.objects.get(key="dechets")
    need = Need.objects.create(
        slug="compter", title="Compter ce qui dort", theme=theme, kind="service", opened_at=timezone.now(), lang="fr"
    )
    assert "Compter ce qui dort" in send(member, "need", path, address="https://guichet.example/besoins/compter/")[1]
    assert Card.objects.get().need == need
    member.force_login(cast["outsider"])
    assert member.get(path).status_code == 403


def express(client: Client, card: str) -> str:
    """Begin a need from a card and send the form as it comes, looked at once more if it asks for that."""
    form = typed(client.get(f"/besoins/nouveau/?q=Personne+ne+sait+ce+qui+dort.&carte={card}").text)
    form |= {"kind": "service", "theme": "dechets", "title": "Compter ce qui dort"}
    answer = client.post("/besoins/nouveau/", form, follow=True)
    if not answer.redirect_chain:
        answer = client.post("/besoins/nouveau/", typed(answer.text), follow=True)
    return words(answer.text)


def test_the_need_that_a_card_began_is_kept_on_the_card(member: Client, group: Group, cast: Cast) -> None:
    finish(member, 1)
    send(member, "card-2", kind="friction", text="Personne ne sait ce qui dort.", key=uuid4())
    card = str(Card.objects.get().pk)
    outsider = Client()
    outsider.force_login(cast["outsider"])
    assert "n’y mène pas" in express(outsider, card), "the need stands, and its author is told"
    for nobody in ("rien", str(uuid4())):
        express(member, nobody)
    assert (Card.objects.get().need, Need.objects.count()) == (None, 3)
    assert "n’y mène pas" not in express(member, card)
    made = Need.objects.order_by("opened_at", "pk").last()
    assert made
    assert Card.objects.get().need == made
    assert made.title in read(member, f"{BOARD}cartes/{card}/")


def test_the_kit_has_eight_cards_a_kind_and_three_phases(client: Client, group: Group) -> None:
    told = read(client, f"{BOARD}kit/")
    assert [told.count(kind) for kind in ("Enjeu", "Friction", "Qui est concerné", "Idée")] == [8, 8, 8, 8]
    assert "Phase 3" in told


def test_as_many_questions_for_three_as_for_one(client: Client, group: Group, cast: Cast) -> None:
    def questions(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    stage = group.stages.get()
    Card.objects.create(stage=stage, kind="stake", text="Une.", created_at=timezone.now())
    few = {path: questions(path) for path in (AXES, BOARD)}
    for label in ("Écoles", "Vélos"):
        services.open_workshop(cast["member"], group.edition, label=label, groups=3, at=timezone.now())
        Card.objects.create(stage=stage, kind="stake", text=label, created_at=timezone.now())
    assert {path: questions(path) for path in (AXES, BOARD)} == few
