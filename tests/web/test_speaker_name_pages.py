"""Names beside roles on pages: asked by organisers, answered by a link without account, gone from the whole desk in one click."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uses import Cast

from communaux.core import letters, outbox
from communaux.core.models import Person
from communaux.engines.programme.formats import FORMATS
from communaux.engines.programme.names import named
from communaux.gatherings import services
from communaux.gatherings.models import Edition, ScheduleVersion, Session, SpeakerName
from communaux.gatherings.queries import names, programmes
from communaux.gatherings.services import Wish
from communaux.web import holders
from communaux.web.programmes import host

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"
HOME = "/rendez-vous/journee-des-communs"
API = "/api/v1/gatherings/editions/journee-des-communs"
ROLE, MAIL, NAME = "une archiviste", "zephyrine@courriel.example", "Zéphyrine Exemple"
FIRST = "Zéphyrine".encode()
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2037, 3, 4),
    "ends_on": None,
    "timezone": "Europe/Paris",
    "licence": "CC-BY-4.0",
}
TOLD: dict[str, Any] = {
    "title": "Atelier",
    "minutes": 60,
    "state": "confirmed",
    "starts_at": datetime(2037, 3, 4, 8, 0, tzinfo=UTC),
    "roles": [{"id": "", "kind": "speaker", "shown": one} for one in (ROLE, "la maire")],
}


@pytest.fixture(autouse=True)
def kept(settings: Any) -> Iterator[None]:
    """Pages are kept, as on a desk."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = settings.CACHES | {"pages": memory}
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def row(cast: Cast) -> Session:
    """A session of two published versions."""
    by, now = cast["member"], timezone.now()
    edition = services.open_edition(by, cast.town, key=uuid4(), told=MEETING, at=now)
    made = services.add_session(by, edition, key=uuid4(), told=TOLD, at=now)
    services.publish_programme(by, edition, note="", at=now)
    services.change_session(by, made, base=1, told={"title": "Atelier d’archives"}, at=now)
    services.publish_programme(by, edition, note="", at=now)
    return made


@pytest.fixture
def asked(cast: Cast, row: Session) -> SpeakerName:
    return services.show_name(cast["member"], row, wish=Wish(ROLE, NAME, mail=MAIL), at=timezone.now())


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast["member"])
    return client


def desk_of(row: Session) -> str:
    return f"{HOME}/organiser/sessions/{row.code}/noms/"


def link(asked: SpeakerName) -> str:
    return f"/mon-nom/{names.secret(asked)}/"


def words(page: str) -> str:
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return words(answer.text)


def everywhere(row: Session, star: Client) -> list[str]:
    """Every address of the desk that may tell something of this session, in both languages, each format and each version."""
    word = star.cookies[holders.COOKIE].value.partition(":")[0]
    pages = ["/", "/rendez-vous/", "/journal/", f"/journal/?subject=session:{row.pk}", "/mon-programme/"]
    pages += [
        f"/mon-programme/{word}/",
        f"/mon-programme/{word}.ics",
        "/chercher/?q=Z%C3%A9phyr",
        "/feuilles-de-route/",
    ]
    pages += [f"{HOME}/{one}" for one in ("", "bilan/", "nouvelles.atom", "programme/", "programme/changements/")]
    pages += [f"{HOME}/programme/{one.number}/" for one in ScheduleVersion.objects.all()]
    pages += [f"{HOME}/programme/?q=Z%C3%A9phyr", f"{HOME}/sessions/{row.code}/", f"{HOME}/sessions/{row.code}.ics"]
    files = [f"{HOME}/programme.{form}" for form in FORMATS]
    told = ["/api/v1/journal", f"{API}", f"{API}/sessions", f"{API}/versions"]
    told += [f"{API}/programme/{one.number}" for one in ScheduleVersion.objects.all()]
    return [*pages, *(f"/en{one}" for one in pages), *files, *(f"/en{one}" for one in files), *told]


def with_the_name(row: Session, star: Client) -> set[str]:
    """Where it is read: by a stranger, by who starred the session, and with what each answers to who has an older answer."""
    found = set()
    for path in everywhere(row, star):
        for client in (Client(), star):
            answer = client.get(path)
            assert answer.status_code in {200, 302, 404}, path
            body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]  # bytes
            if FIRST in body or b"Z\\u00e9phyrine" in body or MAIL.encode() in body:
                found.add(path)
    return found


def test_a_name_is_nowhere_before_a_yes_and_nowhere_after_a_no_longer(
    row: Session, asked: SpeakerName, client: Client
) -> None:
    star = Client()
    star.post(f"{HOME}/sessions/{row.code}/etoile/", {"wanted": "1"})
    star.get("/")
    assert with_the_name(row, star) == set()
    client.post(link(asked), {"answer": "yes", "name": NAME})
    shown = with_the_name(row, star)
    word = star.cookies[holders.COOKIE].value.partition(":")[0]
    wanted = {f"{HOME}/sessions/{row.code}/", f"{HOME}/sessions/{row.code}.ics"}
    wanted |= {
        f"/mon-programme/{word}/",
        f"/mon-programme/{word}.ics",
        *(f"{HOME}/programme.{form}" for form in FORMATS),
    }
    wanted |= {f"/en{one}" for one in wanted}
    assert shown == wanted | {f"{API}/sessions", f"{API}/programme/1.0", f"{API}/programme/1.1"}
    tags = {form: client.get(f"{HOME}/programme.{form}")["ETag"] for form in FORMATS}
    client.post(link(asked), {"answer": "no"})
    assert with_the_name(row, star) == set()
    for form, tag in tags.items():
        answer = client.get(f"{HOME}/programme.{form}", headers={"If-None-Match": tag})
        assert (form, answer.status_code, answer["ETag"] != tag) == (form, 200, True)
    assert "intervenant·e, la maire" in read(Client(), f"{HOME}/sessions/{row.code}/")
    assert "speaker, la maire" in read(Client(), f"/en{HOME}/sessions/{row.code}/")
    assert "archiviste" not in client.get(f"{API}/programme/1.0").text


def test_what_has_a_name_is_kept_by_no_cache_unasked(row: Session, asked: SpeakerName, client: Client) -> None:
    paths = [f"{HOME}/programme.xml", f"{HOME}/sessions/{row.code}.ics", f"{API}/sessions", f"{API}/programme/1.0"]
    services.answer_name(Person.objects.desk(), asked, agrees=True, at=timezone.now())
    assert {path: client.get(path)["Cache-Control"] for path in paths} == dict.fromkeys(paths, "no-cache")
    assert client.get(f"{HOME}/sessions/{row.code}/")["Cache-Control"] == "private, no-store"


def test_a_file_with_names_is_what_the_engine_writes(row: Session, asked: SpeakerName, client: Client) -> None:
    before = {form: client.get(f"{HOME}/programme.{form}") for form in FORMATS}
    client.post(link(asked), {"answer": "yes", "name": NAME})
    whole = named(programmes.published(row.edition).programme, {(row.pk, ROLE): NAME})
    for form, one in FORMATS.items():
        answer = client.get(f"{HOME}/programme.{form}")
        assert (form, answer.content) == (form, one.write(whole, instance=host(), lang="fr"))
        assert answer["ETag"] != before[form]["ETag"]
        assert client.get(f"{HOME}/programme.{form}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_page_of_a_session_tells_the_name_and_search_engines_too(
    row: Session, asked: SpeakerName, client: Client
) -> None:
    path = f"{HOME}/sessions/{row.code}/"
    assert "performer" not in client.get(path).text
    client.post(link(asked), {"answer": "yes", "name": NAME})
    answer = Client().get(path)
    assert "Zéphyrine Exemple (une archiviste), la maire" in words(answer.text)
    assert '"performer": [{"@type": "Person", "name": "Zéphyrine Exemple"}]' in answer.text
    Edition.objects.update(fictive=True)
    caches["pages"].clear()
    assert "performer" not in Client().get(path).text


def rows() -> dict[str, Any]:
    return {one._meta.label: list(one._base_manager.order_by("pk").values_list()) for one in apps.get_models()}


def test_opening_the_link_writes_nothing(asked: SpeakerName, client: Client) -> None:
    before = rows()
    answer = client.get(link(asked))
    client.head(link(asked))
    assert rows() == before
    assert "set-cookie" not in answer.headers
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")
    told = words(answer.text)
    for said in ("Atelier", "Zéphyrine Exemple (une archiviste)", "CC-BY-4.0", "avec ce même lien"):
        assert said in told


def test_yes_then_no_longer_by_the_same_link(asked: SpeakerName, client: Client) -> None:
    again = client.post(link(asked), {"answer": "yes", "name": "  "})
    assert again.status_code == 422
    wrong = client.post(link(asked), {"answer": "yes", "name": f"{HOSTILE} a@b.example"})
    assert (wrong.status_code, HOSTILE in wrong.text, "a@b.example" in wrong.text) == (422, False, True)
    assert client.post(link(asked), {}).status_code == 400
    assert SpeakerName.objects.get().state == "pending"
    assert "est affiché" in words(client.post(link(asked), {"answer": "yes", "name": NAME}, follow=True).text)
    for _twice in range(2):
        assert "n’est pas affiché" in words(client.post(link(asked), {"answer": "no"}, follow=True).text)
    over = client.post(link(asked), {"answer": "yes", "name": NAME})
    assert (over.status_code, "n’a plus ce nom" in words(over.text)) == (422, True)
    assert SpeakerName.objects.get().name == ""


def test_no_by_the_link(asked: SpeakerName, client: Client) -> None:
    assert "Vous avez dit non" in words(client.post(link(asked), {"answer": "no"}, follow=True).text)
    assert SpeakerName.objects.get().state == "refused"


def test_the_address_is_in_no_log(
    asked: SpeakerName, client: Client, caplog: pytest.LogCaptureFixture, mailbox: list[EmailMessage]
) -> None:
    with caplog.at_level(logging.DEBUG):
        outbox.drain(letters.compose, timezone.now)
        client.get(link(asked))
        client.post(link(asked), {"answer": "yes", "name": ""})
        client.post(link(asked), {})
        client.post(link(asked), {"answer": "no"})
        client.post(link(asked), {"answer": "yes", "name": NAME})
        client.put(link(asked))
        SpeakerName.objects.all().delete()
        assert client.get(link(asked)).status_code == 404
    assert len(mailbox) == 1
    assert names.secret(asked) not in caplog.text
    assert MAIL not in caplog.text


def test_a_link_that_was_cut_or_grew_old(asked: SpeakerName, client: Client) -> None:
    assert "aucun nom par ce lien" in read(client, f"{link(asked)[:-3]}/", 404)
    SpeakerName.objects.update(asked_at=timezone.now() - timedelta(days=60))
    assert client.get(link(asked)).status_code == 404


def test_organisers_ask_show_and_take_away(member: Client, row: Session) -> None:
    assert desk_of(row) in member.get(f"{HOME}/organiser/sessions/{row.code}/").text
    wish = {"role": ROLE, "name": NAME, "basis": "consent", "mail": MAIL, "source": ""}
    for _twice in range(2):
        assert member.post(desk_of(row), wish)["location"] == desk_of(row)
    assert "demandé le" in read(member, desk_of(row))
    office = {
        "role": "la maire",
        "name": "Octavie",
        "basis": "public_office",
        "mail": MAIL,
        "source": "https://m.example/e",
    }
    member.post(desk_of(row), office)
    assert list(SpeakerName.objects.order_by("pk").values_list("mail", "basis_source")) == [
        (MAIL, ""),
        ("", "https://m.example/e"),
    ]
    page = Client().get(f"{HOME}/sessions/{row.code}/").text
    assert "Octavie (la maire) (fonction publique, source : https://m.example/e )" in words(page).replace("\u00a0", " ")
    assert '<a href="https://m.example/e" rel="nofollow">' in page
    for one in SpeakerName.objects.all():
        member.post(f"{desk_of(row)}{one.pk}/retirer/")
    assert list(SpeakerName.objects.values_list("state", "name")) == [("withdrawn", "")]
    assert "Octavie" not in Client().get(f"{HOME}/sessions/{row.code}/").text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"mail": ""}, "Sans adresse"),
        ({"mail": "pas une adresse"}, ""),
        ({"basis": "public_office"}, "Dites où"),
        ({"basis": "x"}, ""),
        ({"role": "un inconnu"}, ""),
        ({"name": f"{HOSTILE} 06 12 34 56 78"}, "Ces mots sont publics"),
        ({"name": "x" * 121}, ""),
        ({"basis": "public_office", "source": "voir a@b.example"}, "Ces mots sont publics"),
    ],
)
def test_what_was_typed_comes_back(member: Client, row: Session, more: dict[str, str], said: str) -> None:
    given = {"role": ROLE, "name": "Tapé longuement", "basis": "consent", "mail": MAIL, "source": ""} | more
    answer = member.post(desk_of(row), given)
    assert (answer.status_code, html.escape(given["name"]) in answer.text, HOSTILE in answer.text) == (422, True, False)
    assert said in words(answer.text)
    assert not SpeakerName.objects.exists()


def test_each_way_to_a_name_has_a_button_and_one_leaves_without(member: Client, row: Session) -> None:
    page = member.get(desk_of(row)).text
    assert '<button name="basis" value="consent">Demander à cette personne par courriel</button>' in page
    assert 'value="public_office">Afficher le nom lié à la fonction publique</button>' in page
    assert f'<a href="{HOME}/organiser/sessions/{row.code}/">Annuler</a>' in page
    form = words(member.get(f"{HOME}/organiser/sessions/{row.code}/").text)
    assert ("Séance sans captation" in form, "Ne pas enregistrer" in form, "Annuler" in form) == (True, False, True)


def typed(row: Session, roles: str) -> dict[str, str]:
    """The form of the session, with these roles."""
    given = {"title": row.title, "minutes": "60", "state": "confirmed", "roles": roles, "day": "2037-03-04"}
    return given | {"time": "09:00", "base": str(row.written)}


def test_organisers_read_what_other_words_of_a_role_take_away(
    cast: Cast, member: Client, row: Session, asked: SpeakerName
) -> None:
    services.show_name(cast["member"], row, wish=Wish("la maire", "Octavie", source="texte"), at=timezone.now())
    path, lost = (
        f"{HOME}/organiser/sessions/{row.code}/",
        ("sa demande de nom est annulée", "nom affiché à côté est retiré"),
    )
    page = read(member, path).replace("\u00a0", " ")
    assert f"{ROLE} : une demande de nom attend sa réponse" in page
    assert "la maire : un nom est affiché" in page
    row.refresh_from_db()
    kept = member.post(path, typed(row, f"{ROLE}\nla maire"), follow=True)
    assert [one in words(kept.text) for one in lost] == [False, False], "the same words take nothing away"
    row.refresh_from_db()
    gone = words(member.post(path, typed(row, "une archiviste municipale\nla maire"), follow=True).text)
    assert [one in gone for one in lost] == [True, False]
    assert f"« {ROLE} »" in gone.replace("\u202f", " ")
    row.refresh_from_db()
    gone = words(member.post(path, typed(row, "une archiviste municipale\nle maire"), follow=True).text)
    assert [one in gone for one in lost] == [False, True]
    assert "une demande de nom" not in read(member, path)


def test_a_file_that_takes_names_away_says_so(cast: Cast, member: Client, row: Session) -> None:
    numbered = [{"id": "7", "kind": "speaker", "shown": ""}]
    services.change_session(cast["member"], row, base=2, told={"roles": numbered}, at=timezone.now())
    services.show_name(cast["member"], row, wish=Wish("7", NAME, mail=MAIL), at=timezone.now())
    whole, said = programmes.draft(row.edition), []
    given = replace(whole, sessions=(replace(whole.sessions[0], roles=()),))
    for _twice in range(2):
        file = SimpleUploadedFile("schedule.json", FORMATS["json"].write(given, instance=host(), lang="fr"))
        answer = member.post(f"{HOME}/organiser/fichier/", {"file": file}, follow=True)
        said.append("1 nom ou demande de nom est retiré" in words(answer.text))
    assert said == [True, False], "the second time nothing is left to lose"


def test_a_hostile_name_is_text_everywhere(cast: Cast, row: Session, client: Client) -> None:
    wish = Wish("la maire", f"{HOSTILE}&\"' {{{{x}}}}", source="javascript:alert(1) <b>")
    services.show_name(cast["member"], row, wish=wish, at=timezone.now())
    page = client.get(f"{HOME}/sessions/{row.code}/").text
    assert HOSTILE not in page
    assert 'href="javascript' not in page
    assert b"<script>" not in client.get(f"{HOME}/programme.xml").content


def test_who_does_not_organise_is_kept_out(cast: Cast, client: Client, row: Session, asked: SpeakerName) -> None:
    outsider = Client()
    outsider.force_login(cast["outsider"])
    drop = f"{desk_of(row)}{asked.pk}/retirer/"
    assert (client.get(desk_of(row)).status_code, outsider.get(desk_of(row)).status_code) == (302, 403)
    assert outsider.post(desk_of(row), {"role": ROLE}).status_code == 403
    assert outsider.post(drop).status_code == 403
    assert client.get(drop).status_code == 405
    other = services.add_session(cast["member"], row.edition, key=uuid4(), told=TOLD, at=timezone.now())
    member = Client()
    member.force_login(cast["member"])
    assert member.post(f"{desk_of(other)}{asked.pk}/retirer/").status_code == 404
    assert SpeakerName.objects.get().state == "pending"


def test_one_name_costs_as_much_as_three(cast: Cast, client: Client) -> None:
    def questions(count: int) -> dict[str, int]:
        roles = [{"id": "", "kind": "speaker", "shown": f"rôle {n}"} for n in range(count)]
        told = MEETING | {"name": f"Rencontre {count}"}
        by, now = cast["member"], timezone.now()
        edition = services.open_edition(by, cast.town, key=uuid4(), told=told, at=now)
        made = services.add_session(by, edition, key=uuid4(), told=TOLD | {"roles": roles}, at=now)
        services.publish_programme(by, edition, note="", at=now)
        for one in roles:
            services.show_name(by, made, wish=Wish(one["shown"], "Octavie", source="texte"), at=now)
        home, found = f"/rendez-vous/{edition.slug}", {}
        for path in (f"sessions/{made.code}/", f"sessions/{made.code}.ics", "programme.xml"):
            caches["pages"].clear()
            client.get(f"{home}/{path}")
            caches["pages"].clear()
            with CaptureQueriesContext(connection) as seen:
                assert "Octavie" in client.get(f"{home}/{path}").text
            found[path.replace(made.code, "")] = len(seen)
        return found

    assert questions(1) == questions(3)
