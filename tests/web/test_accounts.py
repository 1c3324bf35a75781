"""Signing in, the page of one's account, starting and stopping an import, how far it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from slices import NOW

from communaux.catalogue.models import Source
from communaux.core.models import Entry, Person, Progress

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe long"


@pytest.fixture
def reader(person: Callable[..., Person]) -> Person:
    return person("lise@demo.example")


@pytest.fixture
def operator(person: Callable[..., Person]) -> Person:
    return person("odile@demo.example", operator=True)


@pytest.fixture
def sill(desk: Person) -> Source:
    return Source.objects.create(
        key="sill", title="SILL", licence="etalab-2.0", attribution="DINUM", format="sill", priority=60
    )


def sign_in(client: Client, mail: str, password: str, **more: str) -> object:
    return client.post("/connexion/", {"username": mail, "password": password, **more})


def test_the_right_password_opens_the_account(client: Client, reader: Person) -> None:
    answer = sign_in(client, "Lise@demo.example", PASSWORD)
    assert (answer.status_code, answer["location"]) == (302, "/")
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    page = client.get("/mon-compte/")
    assert page.status_code == 200
    assert "lise@demo.example" in page.text
    assert page["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("mail", "password"),
    [
        ("lise@demo.example", "faux"),
        ("personne@demo.example", PASSWORD),
        ("", ""),
        ("a\x00b", "c\x00d"),
        ("x" * 5000, "zwxq"),
    ],
)
def test_a_wrong_one_is_said_without_saying_which(client: Client, reader: Person, mail: str, password: str) -> None:
    answer = sign_in(client, mail, password)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert "sessionid" not in client.cookies
    assert password not in answer.text or not password


def test_a_closed_account_stays_closed(client: Client, reader: Person) -> None:
    Person.objects.filter(pk=reader.pk).update(is_active=False)
    assert 'role="alert"' in sign_in(client, "lise@demo.example", PASSWORD).text


def test_the_desk_itself_cannot_sign_in(client: Client, desk: Person) -> None:
    assert 'role="alert"' in sign_in(client, "", "").text


def test_one_is_not_sent_elsewhere_after_signing_in(client: Client, reader: Person) -> None:
    answer = sign_in(client, "lise@demo.example", PASSWORD, next="https://evil.example/")
    assert answer["location"] == "/"


def test_the_account_page_asks_to_sign_in(client: Client) -> None:
    answer = client.get("/mon-compte/")
    assert (answer.status_code, answer["location"]) == (302, "/connexion/?next=/mon-compte/")


def test_signing_out(client: Client, reader: Person) -> None:
    client.force_login(reader)
    assert client.post("/deconnexion/").status_code == 302
    assert client.get("/mon-compte/").status_code == 302


def test_a_form_without_its_token_is_shown_again_without_passwords(reader: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client, "lise@demo.example", PASSWORD)
    assert answer.status_code == 403
    assert "lise@demo.example" in answer.text
    assert PASSWORD not in answer.text


def test_an_operator_starts_an_import_and_sees_how_far_it_is(client: Client, operator: Person, sill: Source) -> None:
    client.force_login(operator)
    assert "/sources/sill/importer/" in client.get("/sources/").text
    answer = client.post("/sources/sill/importer/")
    work = Progress.objects.get()
    assert (answer.status_code, answer["location"]) == (302, f"/taches/{work.pk}/")
    assert (work.kind, work.state, work.started_by) == ("import:sill", "waiting", operator)
    assert client.get(answer["location"]).status_code == 200
    assert Entry.objects.latest("seq").actor == operator


@pytest.mark.parametrize("who", ["reader", None])
def test_nobody_else_may(client: Client, reader: Person, sill: Source, who: str | None) -> None:
    if who:
        client.force_login(reader)
    assert "/importer/" not in client.get("/sources/").text
    lines = Entry.objects.count()
    assert client.post("/sources/sill/importer/").status_code == 403
    assert (Progress.objects.count(), Entry.objects.count()) == (0, lines)


def test_an_unknown_source_is_a_404_and_reading_starts_nothing(client: Client, operator: Person) -> None:
    client.force_login(operator)
    assert client.post("/sources/nulle-part/importer/").status_code == 404
    assert client.get("/sources/sill/importer/").status_code == 405
    assert Progress.objects.count() == 0


@pytest.fixture
def work(desk: Person) -> Progress:
    now = timezone.now()
    return Progress.objects.create(
        kind="test",
        title="Import",
        started_by=desk,
        state="running",
        started_at=now - timedelta(seconds=30),
        heartbeat_at=now,
    )


def test_a_bar_with_a_total_says_what_remains(client: Client, work: Progress) -> None:
    Progress.objects.filter(pk=work.pk).update(done=50, total=200)
    text = client.get(f"/en/taches/{work.pk}/").text
    assert '<progress value="50" max="200"' in text
    (left,) = re.findall(r"about (\d+) s left", text)
    assert 90 <= int(left) <= 120  # the clock goes on while the page is made


def test_a_bar_without_a_total_says_what_is_done(client: Client, work: Progress) -> None:
    Progress.objects.filter(pk=work.pk).update(done=1234)
    text = client.get(f"/en/taches/{work.pk}/").text
    assert "<progress" not in text
    assert "1,234 done so far" in text


@pytest.mark.parametrize("total", [None, 200])
def test_work_that_failed_has_no_bar(client: Client, work: Progress, total: int | None) -> None:
    Progress.objects.filter(pk=work.pk).update(
        state="failed", error="Ce dépôt ne répond pas.", total=total, ended_at=timezone.now()
    )
    text = client.get(f"/taches/{work.pk}/").text
    assert "Ce dépôt ne répond pas." in text
    assert "<progress" not in text
    assert "pour l’instant" not in text


def test_the_bar_alone_is_sent_to_htmx_and_never_kept(client: Client, work: Progress) -> None:
    answer = client.get(f"/taches/{work.pk}/", headers={"hx-request": "true"})
    assert answer.text.startswith('<div id="bar"')
    assert "<html" not in answer.text
    assert answer["cache-control"] == "no-store"


@pytest.mark.parametrize(("seconds", "pause"), [(0, 2), (11, 2), (30, 4), (95, 9), (600, 10)])
def test_the_bar_asks_less_and_less_often(client: Client, work: Progress, seconds: int, pause: int) -> None:
    Progress.objects.filter(pk=work.pk).update(started_at=timezone.now() - timedelta(seconds=seconds))
    assert f'hx-trigger="every {pause}s"' in client.get(f"/taches/{work.pk}/").text


def test_silent_work_is_said_interrupted(client: Client, work: Progress) -> None:
    Progress.objects.filter(pk=work.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert "interrupted" in client.get(f"/en/taches/{work.pk}/").text


def test_ended_work_no_longer_asks(client: Client, work: Progress) -> None:
    Progress.objects.filter(pk=work.pk).update(state="failed", error="<b>La source</b>", ended_at=NOW)
    text = client.get(f"/taches/{work.pk}/").text
    assert "hx-get" not in text
    assert "http-equiv" not in text
    assert "&lt;b&gt;La source" in text


def test_only_an_operator_stops_work(client: Client, work: Progress, reader: Person, operator: Person) -> None:
    path = f"/taches/{work.pk}/annuler/"
    assert client.post(path).status_code == 403
    client.force_login(reader)
    assert client.post(path).status_code == 403
    client.force_login(operator)
    assert client.post(path).status_code == 302
    assert Progress.objects.get().cancel_asked_at is not None
    Progress.objects.update(ended_at=NOW)
    assert client.post(path).status_code == 409


def test_work_that_is_not_there_is_a_404(client: Client) -> None:
    assert client.get("/taches/00000000-0000-7000-8000-000000000009/").status_code == 404
    assert client.get("/taches/x/").status_code == 404


def test_trial_accounts_are_shown_on_a_demonstration_desk_only(client: Client, settings: object) -> None:
    assert "operatrice@demo.example" not in client.get("/connexion/").text
    settings.DEMO = True
    assert "operatrice@demo.example" in client.get("/connexion/").text


def test_a_drawn_password_is_printed_and_not_shown_on_the_page(client: Client, settings: object) -> None:
    settings.DEMO, settings.DEMO_PASSWORD_DRAWN = True, True
    assert "operatrice@demo.example" not in client.get("/connexion/").text


def test_trial_accounts_open_on_a_demonstration_desk_only(
    client: Client, person: Callable[..., Person], settings: object
) -> None:
    person("operatrice@demo.example", operator=True)
    assert 'role="alert"' in sign_in(client, "operatrice@demo.example", PASSWORD).text
    settings.DEMO = True
    assert sign_in(client, "Operatrice@demo.example", PASSWORD).status_code == 302
    assert client.get("/mon-compte/").status_code == 200
    settings.DEMO = False
    assert client.get("/mon-compte/").status_code == 302, "a session does not outlive the demonstration"
