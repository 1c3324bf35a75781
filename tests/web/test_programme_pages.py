"""The programme on pages: who comes reads and stars, who organises writes, bad input comes back with a sentence."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from uses import Cast

from communaux.gatherings import services
from communaux.gatherings.models import Edition, Registration, Room, ScheduleVersion, Session, Star
from communaux.gatherings.queries import programmes
from communaux.web import holders

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> ' OR 1=1 --"
NINE = datetime(2037, 3, 4, 8, 0, tzinfo=UTC)  # 09:00 in Paris
HOME = "/rendez-vous/journee-des-communs"
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2037, 3, 4),
    "ends_on": date(2037, 3, 5),
    "place_name": "Mairie",
    "timezone": "Europe/Paris",
}
TOLD: dict[str, Any] = {"title": "Atelier", "minutes": 60, "state": "confirmed", "kind": "workshop", "theme": "Eau"}


@pytest.fixture
def meeting(cast: Cast) -> Edition:
    return services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=timezone.now())


@pytest.fixture
def add(cast: Cast, meeting: Edition) -> Callable[..., Session]:
    def made(**told: Any) -> Session:
        return services.add_session(cast["member"], meeting, key=uuid4(), told=TOLD | told, at=timezone.now())

    return made


@pytest.fixture
def placed(cast: Cast, meeting: Edition, add: Callable[..., Session]) -> Session:
    room = services.add_room(cast["member"], meeting, told={"name": "Halle", "capacity": 1}, at=timezone.now())
    return add(room=room, starts_at=NINE, registration="open", summary=HOSTILE, roles=[ROLE], needs=["captions"])


ROLE = {"id": "", "kind": "speaker", "shown": "une archiviste"}


@pytest.fixture
def published(cast: Cast, meeting: Edition, placed: Session) -> Session:
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    return placed


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast["member"])
    return client


def words(page: str) -> str:
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return words(answer.text)


def test_the_list_is_flat_and_tells_the_hours_of_the_place(client: Client, published: Session) -> None:
    told = read(client, f"{HOME}/programme/")
    assert "mercredi 4 mars 2037" in told
    assert "09:00 Atelier atelier, Halle, 60 min" in told


def test_the_page_is_not_there_before_it_is_published(client: Client, placed: Session) -> None:
    assert client.get(f"{HOME}/programme/").status_code == 404
    assert client.get(f"{HOME}/sessions/{placed.code}/").status_code == 404
    assert "programme" not in words(client.get(f"{HOME}/").text).lower()


def test_links_filter(
    client: Client, cast: Cast, meeting: Edition, placed: Session, add: Callable[..., Session]
) -> None:
    add(title="Conférence", kind="plenary", theme="Terre", starts_at=NINE + timedelta(days=1))
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    assert "Conférence" in read(client, f"{HOME}/programme/")
    for asked in ("theme=Eau", "type=workshop", "jour=2037-03-04", "salle=Halle", "q=ATELIER"):
        told = read(client, f"{HOME}/programme/?{asked}")
        assert (asked, "Atelier" in told, "Conférence" in told) == (asked, True, False)
    assert "Ôtez un filtre" in read(client, f"{HOME}/programme/?q=rien-de-tel")
    assert "<script>alert" not in client.get(f"{HOME}/programme/?q={HOSTILE}&jour={HOSTILE}").text


def test_the_whole_list_asks_as_much_for_one_as_for_three(
    client: Client, cast: Cast, meeting: Edition, published: Session, add: Callable[..., Session]
) -> None:
    def asked() -> int:
        client.get(f"{HOME}/programme/")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"{HOME}/programme/")
        return len(seen)

    one = asked()
    for n in range(2):
        add(title=f"Encore {n}", starts_at=NINE + timedelta(hours=n + 2))
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    assert (asked(), one <= 4) == (one, True)


def test_a_long_programme_has_a_day_a_page(
    client: Client, cast: Cast, meeting: Edition, placed: Session, add: Callable[..., Session]
) -> None:
    for n in range(111):
        add(title=f"Séance {n}", starts_at=NINE + timedelta(days=n % 2, minutes=n))
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    told = read(client, f"{HOME}/programme/")
    assert "Séance 0 " in told
    assert "Séance 1 " not in told
    assert "Séance 1 " in read(client, f"{HOME}/programme/?jour=2037-03-05")


@pytest.mark.parametrize(
    ("form", "begins"),
    [("ics", b"BEGIN:VCALENDAR"), ("xml", b"<?xml"), ("json", b"{"), ("csv", b"\xef\xbb\xbf"), ("txt", b"")],
)
def test_files_have_a_tag(client: Client, published: Session, form: str, begins: bytes) -> None:
    answer = client.get(f"{HOME}/programme.{form}")
    assert answer.content.startswith(begins)
    assert "Atelier" in answer.content.decode("utf-8")
    assert client.get(f"{HOME}/programme.{form}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_what_is_no_format_is_not_found(client: Client, published: Session) -> None:
    assert client.get(f"{HOME}/programme.exe").status_code == 404


def test_a_terminal_reads_text(client: Client, published: Session) -> None:
    answer = client.get(f"{HOME}/programme/", headers={"Accept": "text/plain"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "09:00" in answer.text


def test_a_session_tells_what_one_has_to_know(client: Client, published: Session) -> None:
    answer = client.get(f"{HOME}/sessions/{published.code}/")
    told = words(answer.text)
    assert "mercredi 4 mars 2037, 09:00 – 10:00 · Halle · atelier · Eau" in told
    assert "une archiviste" in told
    assert "sous-titrage" in told
    assert "Accès sans marche à la salle : inconnu." in told.replace("\u202f", " ")
    assert "<script>alert" not in answer.text


def test_stars_need_no_account_and_no_name(client: Client, published: Session) -> None:
    path = f"{HOME}/sessions/{published.code}/"
    assert client.get(path).cookies.get(holders.COOKIE) is None
    answer = client.post(f"{path}etoile/", {"wanted": "1"}, follow=True)
    assert "dans votre programme" in words(answer.text)
    star = Star.objects.get()
    word = client.cookies[holders.COOKIE].value.partition(":")[0]
    assert star.holder == holders.hashed(word) != word
    shared = f"/mon-programme/{word}/"
    assert client.get("/mon-programme/")["location"] == shared
    assert "Atelier" in read(Client(), shared)
    event = Calendar.from_ical(client.get(f"/mon-programme/{word}.ics").content).walk("VEVENT")[0]
    assert event["summary"] == "Atelier"
    client.post(f"{path}etoile/", {})
    assert not Star.objects.exists()


def test_a_place_is_in_ones_own_programme_too(client: Client, published: Session) -> None:
    path = f"{HOME}/sessions/{published.code}/"
    client.post(f"{path}place/", {"wanted": "1"}, follow=True)
    assert "Atelier" in words(client.get("/mon-programme/", follow=True).text)
    client.post(f"{path}etoile/", {"wanted": "1"}, follow=True)
    assert words(client.get("/mon-programme/", follow=True).text).count("Atelier") == 1
    for act in ("place", "etoile"):
        client.post(f"{path}{act}/", {}, follow=True)
    assert "Atelier" not in words(client.get("/mon-programme/", follow=True).text)


def test_the_page_of_a_session_says_that_it_is_in_ones_programme(client: Client, published: Session) -> None:
    path = f"{HOME}/sessions/{published.code}/"
    add, out, there = "Ajouter à mon programme", "Ôter de mon programme", "Cette séance est dans mon programme."
    told = ((add, "in"), (out, "out"), (there, "there"))

    def shown() -> set[str]:
        page = read(client, path)
        return {name for word, name in told if word in page}

    assert shown() == {"in"}
    client.post(f"{path}place/", {"wanted": "1"})
    assert shown() == {"there"}, "a place is given back, and the session goes with it"
    client.post(f"{path}place/", {})
    client.post(f"{path}etoile/", {"wanted": "1"})
    assert shown() == {"there", "out"}


def test_ones_own_programme_tells_places_turns_and_stars_apart(
    client: Client, cast: Cast, meeting: Edition, published: Session, add: Callable[..., Session]
) -> None:
    free = add(title="Sans inscription", starts_at=NINE + timedelta(hours=2))
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    first = Client()
    for one in (first, client):
        one.post(f"{HOME}/sessions/{published.code}/place/", {"wanted": "1"})
    client.post(f"{HOME}/sessions/{free.code}/etoile/", {"wanted": "1"})
    mine = client.get("/mon-programme/")["location"]
    words_of = (
        "vous avez une place",
        "vous êtes en liste d’attente",
        "repérée, sans place retenue",
        "repérée ; aucune",
    )

    def told(reader: Client, path: str) -> list[bool]:
        page = read(reader, path).replace("\u202f", " ")
        return [one in page for one in words_of]

    assert told(client, mine) == [False, True, False, True]
    assert told(Client(), mine) == [False] * 4, "it is nobody else's business"
    first.post(f"{HOME}/sessions/{published.code}/place/", {})
    assert told(client, mine) == [True, False, False, True]
    client.post(f"{HOME}/sessions/{published.code}/etoile/", {"wanted": "1"})
    client.post(f"{HOME}/sessions/{published.code}/place/", {})
    assert told(client, mine) == [False, False, True, True]


def test_whether_an_address_is_kept_is_said_and_never_the_address(published: Session, settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    path, client, other = f"{HOME}/sessions/{published.code}/", Client(), Client()
    answer = client.post(f"{path}place/", {"wanted": "1", "mail": "lise@mairie.example"}, follow=True)
    pages = [words(answer.text), read(client, path), words(client.get("/mon-programme/", follow=True).text)]
    assert [page.lower().count("une adresse est gardée") for page in pages] == [2, 1, 1]
    assert all("jusqu’au " in page and "mairie.example" not in page for page in pages)
    assert "une adresse est gardée" not in read(other, client.get("/mon-programme/")["location"]).lower()
    without = words(other.post(f"{path}place/", {"wanted": "1", "mail": ""}, follow=True).text)
    assert ("Aucune adresse n’est gardée" in without, "une adresse est gardée" in without.lower()) == (True, False)


@pytest.mark.parametrize(("step_free", "nothing"), [(True, False), (False, True), (None, True)])
def test_step_free_access_is_something_to_tell(
    client: Client, cast: Cast, meeting: Edition, add: Callable[..., Session], step_free: bool | None, nothing: bool
) -> None:
    told = {"name": "Halle", "capacity": 9, "step_free": step_free}
    made = add(room=services.add_room(cast["member"], meeting, told=told, at=timezone.now()), starts_at=NINE)
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    page = read(client, f"{HOME}/sessions/{made.code}/")
    assert ("rien de particulier" in page, "sans marche" in page or "plain-pied" in page) == (nothing, True)


def test_what_is_only_in_the_draft_cannot_be_starred(
    client: Client, published: Session, add: Callable[..., Session]
) -> None:
    secret = add(title="Pas encore publiée", starts_at=NINE + timedelta(hours=5))
    for path in ("etoile", "place"):
        assert client.post(f"{HOME}/sessions/{secret.code}/{path}/", {"wanted": "1"}).status_code == 404
    assert not Star.objects.exists()
    assert "Pas encore publiée" not in client.get("/rendez-vous/").text


def test_a_meeting_of_ours_brings_no_claim_of_others(client: Client, meeting: Edition) -> None:
    told = read(client, "/rendez-vous/")
    assert "Journée des communs" in told
    assert "Numérique en Commun[s]" not in told


def test_a_cookie_that_the_desk_did_not_give_is_nobody(client: Client, published: Session) -> None:
    client.cookies[holders.COOKIE] = "deadbeef:forged"
    assert "Aucune session" in read(client, "/mon-programme/").replace("séance", "session")
    client.post(f"{HOME}/sessions/{published.code}/etoile/", {"wanted": "1"})
    assert Star.objects.get().holder != holders.hashed("deadbeef")


def test_own_sessions_at_the_same_time_are_told(
    client: Client, cast: Cast, meeting: Edition, placed: Session, add: Callable[..., Session]
) -> None:
    other = add(title="Ailleurs", starts_at=NINE + timedelta(minutes=30))
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    for one in (placed, other):
        client.post(f"{HOME}/sessions/{one.code}/etoile/", {"wanted": "1"})
    word = holders.COOKIE and client.cookies[holders.COOKIE].value.partition(":")[0]
    assert read(client, f"/mon-programme/{word}/").count("en même temps qu’une autre des vôtres") == 2
    services.change_session(cast["member"], other, base=1, told={"starts_at": None}, at=timezone.now())
    services.publish_programme(cast["member"], meeting, note="", at=timezone.now())
    assert "n’est plus au programme" in read(client, f"/mon-programme/{word}/")


def test_places_and_turns(published: Session) -> None:
    first, second = Client(), Client()
    path = f"{HOME}/sessions/{published.code}/"
    assert "Vous avez une place." in words(first.post(f"{path}place/", {"wanted": "1"}, follow=True).text)
    waiting = words(second.post(f"{path}place/", {"wanted": "1"}, follow=True).text)
    assert "numéro 1 de la liste d’attente" in waiting
    first.post(f"{path}place/", {})
    assert "Vous avez une place." in read(second, path)
    assert Registration.objects.count() == 1


def test_who_does_not_organise_is_kept_out(client: Client, cast: Cast, published: Session) -> None:
    paths = ("", "agencement/", "sessions/nouvelle/", f"sessions/{published.code}/")
    outsider = Client()
    outsider.force_login(cast["outsider"])
    for path in paths:
        assert client.get(f"{HOME}/organiser/{path}").status_code == 302
        assert outsider.get(f"{HOME}/organiser/{path}").status_code == 403
    for path in ("salles/", "fichier/", "publier/", f"salles/{Room.objects.get().pk}/retirer/"):
        assert outsider.post(f"{HOME}/organiser/{path}", {"name": "x"}).status_code == 403
    assert (Room.objects.count(), ScheduleVersion.objects.count()) == (1, 1)


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the last form of a page: hidden fields."""
    return dict(re.findall(r'<input type="hidden" name="(key|base)" value="([^"]*)"', page))


def test_a_meeting_is_opened_on_a_page(member: Client, cast: Cast) -> None:
    page = member.get("/rendez-vous/ouvrir/").text
    given = form_of(page) | {"organisation": str(cast.town.pk), "name": "Journée", "kind": "local"}
    wrong = given | {"starts_on": "2037-03-05", "ends_on": "2037-03-04", "timezone": "Mars/Olympus"}
    refused = member.post("/rendez-vous/ouvrir/", wrong)
    assert refused.status_code == 422
    assert "Le dernier jour vient avant le premier." in words(refused.text)
    assert "n’est pas un fuseau horaire" in words(refused.text)
    assert 'value="Journée"' in refused.text
    good = given | {"starts_on": "2037-03-04", "ends_on": "", "timezone": "America/Cayenne"}
    assert member.post("/rendez-vous/ouvrir/", good)["location"] == "/rendez-vous/journee/organiser/"
    assert member.post("/rendez-vous/ouvrir/", good)["location"] == "/rendez-vous/journee/organiser/"
    assert Edition.objects.get().timezone == "America/Cayenne"


def session_form(page: str, **more: str) -> dict[str, str]:
    return form_of(page) | {"title": "Une séance", "minutes": "45", "state": "confirmed"} | more


def test_a_session_is_added_changed_and_told_when_two_do(
    member: Client, cast: Cast, meeting: Edition, placed: Session
) -> None:
    path = f"{HOME}/organiser/sessions/nouvelle/"
    given = session_form(member.get(path).text, day="2037-03-04", time="14:00", roles="une archiviste\nun élu")
    for _twice in range(2):
        assert member.post(path, given).status_code == 302
    made = Session.objects.get(title="Une séance")
    assert made.starts_at == datetime(2037, 3, 4, 13, 0, tzinfo=UTC)
    assert [one["shown"] for one in made.roles] == ["une archiviste", "un élu"]
    edit = f"{HOME}/organiser/sessions/{made.code}/"
    mine, theirs = member.get(edit).text, session_form(member.get(edit).text, title="La leur")
    assert member.post(edit, theirs).status_code == 302
    refused = member.post(edit, session_form(mine, title="La mienne"))
    assert refused.status_code == 422
    assert "La leur" in words(refused.text)
    assert 'value="La mienne"' in refused.text
    assert member.post(edit, session_form(refused.text, title="La mienne")).status_code == 302
    made.refresh_from_db()
    assert made.title == "La mienne"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"day": "2037-03-29", "time": "02:30"}, "02:30 n’existe pas le dimanche 29 mars 2037"),
        ({"day": "2037-03-04"}, "Donnez le jour et l’heure, ou aucun des deux."),
        ({"state": "cancelled"}, "Dites pourquoi elle est annulée"),
        ({"roles": "écrire à a@demo.example"}, "Ces mots sont publics"),
        ({"minutes": "0"}, ""),
        ({"title": ""}, ""),
    ],
)
def test_what_cannot_be_kept_comes_back(member: Client, meeting: Edition, more: dict[str, str], said: str) -> None:
    path = f"{HOME}/organiser/sessions/nouvelle/"
    refused = member.post(path, session_form(member.get(path).text, summary="Tapé longuement") | more)
    assert (refused.status_code, "Tapé longuement" in refused.text) == (422, True)
    assert said in words(refused.text)
    assert not Session.objects.exists()


def test_the_draft_tells_what_stands_in_the_way(
    member: Client, cast: Cast, placed: Session, add: Callable[..., Session]
) -> None:
    assert "Rien : il peut être publié." in read(member, f"{HOME}/organiser/").replace("\u202f", " ")
    add(title="Au même endroit", room=placed.room, starts_at=NINE)
    told = read(member, f"{HOME}/organiser/")
    assert "sont dans la même salle (Halle) en même temps" in told
    refused = member.post(f"{HOME}/organiser/publier/", {"note": "Ma note"})
    assert (refused.status_code, 'value="Ma note"' in refused.text) == (422, True)
    assert "empêche" in words(refused.text)
    assert not ScheduleVersion.objects.exists()


def test_publishing_twice_without_change_is_refused(member: Client, published: Session) -> None:
    refused = member.post(f"{HOME}/organiser/publier/", {"note": ""})
    assert refused.status_code == 422
    assert "Rien n’a changé depuis la version 1.0." in words(refused.text)


def test_changes_are_told(client: Client, member: Client, cast: Cast, meeting: Edition, published: Session) -> None:
    assert "rien n’a changé depuis" in read(client, f"{HOME}/programme/changements/")
    told = {"starts_at": NINE + timedelta(hours=2)}
    services.change_session(cast["member"], published, base=1, told=told, at=timezone.now())
    assert member.post(f"{HOME}/organiser/publier/", {"note": "Le train est tard."})["location"] == f"{HOME}/programme/"
    page = read(client, f"{HOME}/programme/changements/").replace("\xa0", " ")
    assert "Le train est tard." in page
    assert "déplacée" in page
    assert "09:00" in read(client, f"{HOME}/programme/1.0/")
    assert "ancienne version" in read(client, f"{HOME}/programme/1.0/")
    assert client.get(f"{HOME}/programme/9.9/").status_code == 404


def upload(body: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("schedule.xml", body)}


def test_a_file_of_pretalx_comes_in(client: Client, member: Client, cast: Cast, published: Session) -> None:
    body = client.get(f"{HOME}/programme.xml").content.replace(b"Atelier", "Renommé".encode())
    answer = member.post(f"{HOME}/organiser/fichier/", upload(body), follow=True)
    assert "0 nouvelle séance, 1 réécrite." in words(answer.text)
    published.refresh_from_db()
    assert published.title == "Renommé"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "vide"),
        (b"<schedule>", "abîmé"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><schedule>&a;</schedule>', "entités"),
        ("é".encode("latin-1") * 50, "abîmé"),
        (b"{}", "schedule"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(member: Client, placed: Session, body: bytes, said: str) -> None:
    refused = member.post(f"{HOME}/organiser/fichier/", upload(body))
    assert refused.status_code == 422
    assert said in words(refused.text)
    assert Session.objects.count() == 1


def test_moves_are_proposed_and_taken(member: Client, cast: Cast, placed: Session, add: Callable[..., Session]) -> None:
    other = add(title="Au même endroit", room=placed.room, starts_at=NINE)
    add(title="Plus tard", starts_at=NINE + timedelta(hours=2))
    page = member.get(f"{HOME}/organiser/agencement/").text
    moves = [html.unescape(one) for one in re.findall(r'name="move" value="([^"]*)"', page)]
    assert len(moves) == 1, "one of the two leaves the room, nobody else is moved"
    assert "1 → 0 erreurs qui empêchent de publier le programme" in words(page)
    assert member.post(f"{HOME}/organiser/agencement/", {"move": moves}).status_code == 302
    assert "Rien : il peut être publié." in read(member, f"{HOME}/organiser/").replace("\u202f", " ")
    again = member.post(f"{HOME}/organiser/agencement/", {"move": moves})
    assert again.status_code == 409
    for bad in ("x", "[]", '["x", null, null]', f'["{other.pk}", ["Halle", "x", "y"], null]'):
        assert member.post(f"{HOME}/organiser/agencement/", {"move": [bad]}).status_code == 400


def test_rooms_come_and_go(member: Client, placed: Session) -> None:
    path = f"{HOME}/organiser/salles/"
    refused = member.post(path, {"name": "Halle", "capacity": "20"})
    assert (refused.status_code, 'value="20"' in refused.text) == (422, True)
    assert member.post(path, {"name": "Grenier", "step_free": "no"}).status_code == 302
    made = Room.objects.get(name="Grenier")
    assert (made.capacity, made.step_free, made.hearing_loop) == (None, False, None)
    kept = member.post(f"{path}{placed.room_id}/retirer/", follow=True)
    assert "Des séances y ont lieu" in words(kept.text)
    member.post(f"{path}{made.pk}/retirer/")
    assert list(Room.objects.values_list("name", flat=True)) == ["Halle"]


def test_a_room_is_changed_and_two_windows_are_told(member: Client, cast: Cast, placed: Session) -> None:
    path = f"{HOME}/organiser/salles/{placed.room_id}/"
    page = member.get(path).text
    base = re.findall(r'name="base" value="([^"]+)"', page)[0]
    assert 'value="Halle"' in page
    assert member.post(path, {"name": "Grande halle", "capacity": "3", "base": base}).status_code == 302
    placed.room.refresh_from_db()
    assert (placed.room.name, placed.room.capacity, placed.room.hearing_loop) == ("Grande halle", 3, None)
    late = member.post(path, {"name": "Autre nom", "capacity": "9", "base": base})
    assert (late.status_code, 'value="Autre nom"' in late.text) == (422, True)
    assert "Grande halle, pour 3 personnes" in words(late.text)
    base = re.findall(r'name="base" value="([^"]+)"', late.text)[0]
    services.add_room(cast["member"], placed.edition, told={"name": "Grenier"}, at=timezone.now())
    twin = member.post(path, {"name": "Grenier", "base": base})
    assert (twin.status_code, 'value="Grenier"' in twin.text) == (422, True)
    assert member.post(path, {"name": HOSTILE, "base": base}, follow=True).status_code == 200
    assert HOSTILE not in member.get(path).text
    reader = Client()
    reader.force_login(cast["reader"])
    assert (reader.get(path).status_code, reader.post(path, {"name": "x"}).status_code) == (403, 403)


def test_places_added_to_a_room_go_to_who_waits(cast: Cast, published: Session) -> None:
    one, two = (services.register(cast["desk"], published, holder=h, at=timezone.now()) for h in ("a" * 64, "b" * 64))
    assert (one.state, two.state) == ("confirmed", "waiting")
    room = Room.objects.get(pk=published.room_id)
    told = {"name": room.name, "capacity": 2}
    services.change_room(cast["member"], room, base=room.fingerprint, told=told, at=timezone.now())
    two.refresh_from_db()
    assert two.state == "confirmed"


@pytest.fixture
def kept(settings: Any) -> Iterator[None]:
    """Pages are kept, as on a desk."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = settings.CACHES | {"pages": memory}
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def test_a_kept_session_tells_who_has_come_meanwhile_and_each_their_own(kept: None, published: Session) -> None:
    page = published.get_absolute_url()
    first, second, third = Client(), Client(), Client()
    assert "Prendre une place" in read(first, page)
    assert "set-cookie" not in first.get(page).headers
    first.post(f"{page}place/", {"wanted": "1"})
    assert "Vous avez une place" in read(first, page)
    later = Client()  # the same browser, to which nothing has still to be said
    later.cookies[holders.COOKIE] = first.cookies[holders.COOKIE].value
    assert "Vous avez une place" in read(later, page)
    assert "Toutes les places sont prises" in read(second, page)
    assert "Vous avez une place" not in read(second, page)
    second.post(f"{page}place/", {"wanted": "1"})
    assert "numéro 1" in read(second, page)
    assert "1 personne attend" in read(third, page)
    for n in range(programmes.FEWEST):
        published.stars.create(holder=f"{n:064}", at=timezone.now())
    assert f"{programmes.FEWEST} personnes" in read(third, page)


def test_a_kept_session_asks_two_short_questions(
    kept: None, published: Session, django_assert_num_queries: Callable[..., Any]
) -> None:
    page = published.get_absolute_url()
    Client().get(page)
    with django_assert_num_queries(2):
        Client().get(page)


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://ailleurs.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_writes_nothing(published: Session, sent: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = published.get_absolute_url()
    for act in ("etoile/", "place/"):
        answer = strict.post(f"{page}{act}", {"wanted": "1"}, headers=sent)
        assert answer.status_code == 403
        assert "autre site" in words(answer.text)
    assert (Star.objects.count(), Registration.objects.count()) == (0, 0)
    assert strict.post(f"{page}etoile/", {"wanted": "1"}, headers={"Origin": "http://testserver"}).status_code == 302
    assert Star.objects.count() == 1
    assert strict.cookies[holders.COOKIE]["samesite"] == "Lax"


def test_who_waits_may_leave_an_address(
    client: Client, published: Session, mails: None, cast: Cast, meeting: Edition
) -> None:
    page = f"{HOME}/sessions/{published.code}/"
    other = Client()
    other.post(f"{page}place/", {"wanted": "1"})
    told = client.get(page)
    assert "Être prévenu une fois par courriel" in told.text
    assert told.text == Client().get(page).text, "the page is the same for each reader"
    for wrong in ("lise", "lise@", f"{'x' * 260}@mairie.example", HOSTILE, "lise@mairie.example\nBcc: a@b.example"):
        refused = client.post(f"{page}place/", {"wanted": "1", "mail": wrong})
        assert (wrong, refused.status_code) == (wrong, 422)
        assert html.escape(wrong.split("\n")[0])[:40] in refused.text.replace("&#x27;", "&#x27;"), (
            "what was typed comes back"
        )
        assert "<script>alert" not in refused.text
        assert holders.COOKIE not in refused.cookies
    assert Registration.objects.count() == 1
    assert wrong not in client.get(page).text, "and in no kept page"
    answer = client.post(f"{page}place/", {"wanted": "1", "mail": "lise@mairie.example"}, follow=True)
    assert "liste d’attente" in words(answer.text)
    assert "lise@mairie.example" not in answer.text
    assert 'name="mail"' not in client.get(page).text
    kept = Registration.objects.get(state="waiting")
    assert (bool(kept.mail), "lise" in kept.mail, kept.lang) == (True, False, "fr")


def test_a_desk_without_mail_asks_for_no_address(client: Client, published: Session, settings: Any) -> None:
    settings.MAILERS = {}
    page = f"{HOME}/sessions/{published.code}/"
    assert 'name="mail"' not in client.get(page).text
    client.post(f"{page}place/", {"wanted": "1", "mail": "lise@mairie.example"})
    assert Registration.objects.get().mail == ""


@pytest.fixture
def mails(settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
