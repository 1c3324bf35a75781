"""Meetings side by side: themes that organisers relate to domains, and the squares of where they take place."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uses import Cast

from communaux.catalogue import indexing
from communaux.core.errors import NotAllowed
from communaux.core.models import Entry
from communaux.gatherings import services
from communaux.gatherings.forms.themes import ThemesForm
from communaux.gatherings.models import Edition
from communaux.gatherings.queries import themes
from communaux.territory.models import Territory, TerritoryClosure
from communaux.territory.names import name_key

pytestmark = pytest.mark.django_db
HOSTILE = "<b>Eau</b> & ' OR 1=1"
KINDS = Territory.Kind


@pytest.fixture
def meet(cast: Cast) -> Callable[..., Edition]:
    """A meeting with sessions of these themes, all placed."""
    indexing.keep_themes(cast["operator"])

    def made(name: str, *labels: str, day: int = 4) -> Edition:
        told = {"name": name, "kind": "local", "starts_on": date(2037, 3, day), "timezone": "Europe/Paris"}
        found = services.open_edition(cast["member"], cast.town, key=uuid4(), told=told, at=timezone.now())
        for hour, label in enumerate(labels, 8):
            given = {"title": f"Séance {hour}", "minutes": 30, "state": "confirmed", "theme": label}
            at = datetime(2037, 3, day, hour, tzinfo=UTC)
            services.add_session(cast["member"], found, key=uuid4(), told=given | {"starts_at": at}, at=timezone.now())
        return found

    return made


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast["member"])
    return client


def chosen(edition: Edition, told: dict[str, str]) -> dict[str, str]:
    """What a browser sends: each field by its name."""
    form = ThemesForm(themes=themes.of_draft(edition))
    return {name: told.get(label, "") for name, label in form.labels.items()}


def publish(cast: Cast, edition: Edition) -> None:
    services.publish_programme(cast["member"], edition, note="", at=timezone.now())


def test_organisers_relate_their_themes_and_readers_see_meetings_side_by_side(
    cast: Cast, meet: Callable[..., Edition], member: Client, client: Client
) -> None:
    first, second = meet("Première", "Cartes", "Cartes", HOSTILE), meet("Seconde", "Terrain", day=5)
    address = f"/rendez-vous/{first.slug}/organiser/themes/"
    page = member.get(address)
    assert page.text.count("<select") == 2
    assert HOSTILE not in page.text
    answer = member.post(address, chosen(first, {"Cartes": "cartographie", HOSTILE: "eau"}))
    assert (answer.status_code, answer.url) == (302, f"/rendez-vous/{first.slug}/organiser/")
    member.post(f"/rendez-vous/{second.slug}/organiser/themes/", chosen(second, {"Terrain": "cartographie"}))
    assert themes.across() == [], "words of a draft are not told"
    publish(cast, first), publish(cast, second)
    told = {
        one.theme.key: [(said.edition.slug, said.label, said.n_sessions) for said in one.called]
        for one in themes.across()
    }
    assert told == {
        "cartographie": [("seconde", "Terrain", 1), ("premiere", "Cartes", 2)],
        "eau": [("premiere", HOSTILE, 1)],
    }
    page = client.get("/rendez-vous/themes/").text
    assert HOSTILE not in page
    assert "/rendez-vous/premiere/programme/?theme=Cartes" in page
    assert client.get("/rendez-vous/premiere/programme/", {"theme": HOSTILE}).text.count("Séance") == 1
    api = client.get("/api/v1/gatherings/themes").json()
    assert [one["theme"] for one in api] == ["cartographie", "eau"]
    assert api[0]["called"][0] == {"edition": "seconde", "label": "Terrain", "sessions": 1}


def test_a_theme_is_taken_off_its_domain_and_the_journal_has_no_word_of_the_draft(
    cast: Cast, meet: Callable[..., Edition], member: Client
) -> None:
    edition = meet("Première", "Secret encore", "Cartes")
    address = f"/rendez-vous/{edition.slug}/organiser/themes/"
    member.post(address, chosen(edition, {"Secret encore": "eau", "Cartes": "cartographie"}))
    member.post(address, chosen(edition, {"Cartes": "cartographie"}))
    member.post(address, chosen(edition, {"Cartes": "cartographie"}))
    lines = list(Entry.objects.filter(act="gatherings.relate_themes").order_by("seq"))
    assert [(one.before, one.after) for one in lines] == [
        ({"themes": []}, {"themes": ["cartographie", "eau"]}),
        ({"themes": ["cartographie", "eau"]}, {"themes": ["cartographie"]}),
    ], "what changes nothing leaves no line"
    assert list(edition.themes.values_list("label", flat=True)) == ["Cartes"]
    assert member.post(address, chosen(edition, {"Cartes": "no such domain"})).status_code == 422
    assert edition.themes.get().theme_id == "cartographie"


def test_only_organisers_relate_themes(cast: Cast, meet: Callable[..., Edition], client: Client) -> None:
    edition = meet("Première", "Cartes")
    for part in ("outsider", "former", "editor", "operator", "reader"):
        with pytest.raises(NotAllowed):
            services.relate_themes(cast[part], edition, told={}, at=timezone.now())
        client.force_login(cast[part])
        assert client.get(f"/rendez-vous/{edition.slug}/organiser/themes/").status_code == 403
    services.relate_themes(cast["second"], edition, told={}, at=timezone.now())


def test_shared_themes_ask_as_much_for_one_as_for_three(
    cast: Cast, meet: Callable[..., Edition], member: Client
) -> None:
    asked = []
    for n in range(1, 4):
        edition = meet(f"Rencontre {n}", f"Thème {n}", day=n)
        member.post(f"/rendez-vous/{edition.slug}/organiser/themes/", chosen(edition, {f"Thème {n}": "eau"}))
        publish(cast, edition)
        themes.across()  # a version is read once a process
        with CaptureQueriesContext(connection) as queries:
            themes.across()
        asked.append(len(queries))
    assert asked[0] == asked[2] <= 4


@pytest.fixture
def savoie(db: None) -> Territory:
    """A département with one commune, and another without meetings."""
    rows = [
        ("73", KINDS.DEPARTEMENT, "Savoie"),
        ("38", KINDS.DEPARTEMENT, "Isère"),
        ("73065", KINDS.COMMUNE, "Chambéry"),
    ]
    made = {
        code: Territory.objects.create(
            kind=kind, code=code, name=name, name_key=name_key(name), millesime=2026, valid_from=date(2026, 1, 1)
        )
        for code, kind, name in rows
    }
    pairs = [("73", "73"), ("38", "38"), ("73065", "73065"), ("73", "73065")]
    TerritoryClosure.objects.bulk_create(
        TerritoryClosure(ancestor=made[a], descendant=made[b], depth=int(a != b)) for a, b in pairs
    )
    return made["73065"]


def test_a_meeting_stands_in_the_square_of_its_departement(
    client: Client, meet: Callable[..., Edition], savoie: Territory
) -> None:
    real, other, fictive = meet("Réelle"), meet("Ailleurs"), meet("Inventée")
    Edition.objects.filter(pk__in=[real.pk, fictive.pk]).update(territory=savoie)
    Edition.objects.filter(pk=fictive.pk).update(fictive=True)
    page = client.get("/rendez-vous/carte/").text
    assert 'title="73 1 Savoie"' in page
    assert 'title="38 0 Isère"' in page
    assert 'class="k0"><a href="/rendez-vous/?departement=38"' in page
    there = client.get("/rendez-vous/?departement=73").text
    assert ("Réelle" in there, other.name in there) == (True, False)
    assert "aucun rendez-vous dans ce département" in client.get("/rendez-vous/?departement=38").text
    for odd in ("99", "2A'", "73065", "é" * 300):
        assert "Ailleurs" in client.get("/rendez-vous/", {"departement": odd}).text, "an unknown square filters nothing"


def typed(page: str, **more: str) -> dict[str, str]:
    """What somebody who changes nothing would send."""
    inputs = re.findall(r'<input type="(?:text|date|hidden)" name="(\w+)"(?: value="([^"]*)")?', page)
    chosen = re.findall(r'<select name="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in (*inputs, *chosen) if name != "csrfmiddlewaretoken"} | more


def test_a_meeting_is_put_right_and_stands_on_the_map(
    member: Client, client: Client, meet: Callable[..., Edition], savoie: Territory
) -> None:
    edition = meet("Rencontre")
    path = f"/rendez-vous/{edition.slug}/organiser/modifier/"
    assert path in member.get(f"/rendez-vous/{edition.slug}/organiser/").text
    first = member.get(path).text
    sent = typed(first, name="Rencontre des Alpes", commune="Chambéry", place_name="Le Phare")
    assert member.post(path, sent).status_code == 302
    edition.refresh_from_db()
    assert (edition.name, edition.slug, edition.territory) == ("Rencontre des Alpes", "rencontre", savoie)
    assert 'title="73 1 Savoie"' in client.get("/rendez-vous/carte/").text
    again = member.get(path).text
    assert 'value="Chambéry (Savoie)"' in again
    assert member.post(path, typed(again)).status_code == 302, "what nobody changed is kept"
    late = member.post(path, sent | {"name": "Autre nom"})
    assert (late.status_code, 'value="Autre nom"' in late.text, "Rencontre des Alpes" in late.text) == (422, True, True)
    assert edition.territory == savoie


@pytest.mark.parametrize(
    "wrong",
    [
        {"commune": "Nulle-Part"},
        {"commune": "<script>"},
        {"name": ""},
        {"ends_on": "2037-01-01"},
        {"timezone": "Europe/Nulle-Part"},
        {"kind": "rien"},
    ],
)
def test_what_is_wrong_of_a_meeting_comes_back(
    member: Client, meet: Callable[..., Edition], savoie: Territory, wrong: dict[str, str]
) -> None:
    edition = meet("Rencontre")
    path = f"/rendez-vous/{edition.slug}/organiser/modifier/"
    answer = member.post(path, typed(member.get(path).text, place_name="Mes mots", **wrong))
    assert (answer.status_code, 'value="Mes mots"' in answer.text, '<script>"' in answer.text) == (422, True, False)
    edition.refresh_from_db()
    assert (edition.name, edition.place_name) == ("Rencontre", "")


def test_two_communes_of_one_name_are_never_guessed(
    member: Client, meet: Callable[..., Edition], savoie: Territory
) -> None:
    Territory.objects.create(
        kind=KINDS.COMMUNE,
        code="99001",
        name="Chambéry",
        name_key="chambery",
        millesime=2026,
        valid_from=date(2026, 1, 1),
    )
    path = f"/rendez-vous/{meet('Rencontre').slug}/organiser/modifier/"
    answer = member.post(path, typed(member.get(path).text, commune="Chambéry"))
    assert (answer.status_code, "Plusieurs communes" in answer.text) == (422, True)


def test_the_zone_stays_once_sessions_have_times_and_only_organisers_put_right(
    member: Client, cast: Cast, meet: Callable[..., Edition]
) -> None:
    edition = meet("Rencontre", "Cartes")
    path = f"/rendez-vous/{edition.slug}/organiser/modifier/"
    answer = member.post(path, typed(member.get(path).text, timezone="America/Cayenne"))
    assert (answer.status_code, "il reste" in answer.text) == (422, True)
    other = Client()
    for part in ("outsider", "editor", "operator", "reader"):
        other.force_login(cast[part])
        assert (other.get(path).status_code, other.post(path, {"name": "x"}).status_code) == (403, 403)


def test_without_codes_of_places_the_squares_say_so(client: Client) -> None:
    page: Any = client.get("/rendez-vous/carte/")
    assert (page.status_code, "communaux territory load" in page.text) == (200, True)
