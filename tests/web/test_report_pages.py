"""What a session taught, on its page: who writes it, what stays to be read, what comes back; and news as feeds."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from markdown_it import MarkdownIt
from test_gathering_pages import HOSTILE, carried, editions, path_of, read, words
from uses import Cast

from communaux.core.models import Entry
from communaux.engines.programme import telling
from communaux.gatherings.models import Contribution, Edition, Report, Roadmap, Session
from communaux.gatherings.queries import editions as meetings
from communaux.gatherings.queries import programmes

pytestmark = pytest.mark.django_db
__all__ = ["carried", "editions"]  # fixtures that tests here begin with
HOME = "/rendez-vous/rencontre-fictive-a-venir"
PAGE = f"{HOME}/sessions/FIC001/compte-rendu/"
WRITE = f"{PAGE}ecrire/"
API = "/api/v1/gatherings/editions/rencontre-fictive-a-venir/sessions/FIC001/report"
TOLD = {
    "text": "On a parlé du prêt.\n\nPuis des assurances.",
    "learnings": "Écrire l’état au départ.\nCompter.",
    "biases": "Aucun assureur n’était là.",
    "figures": "Tentes ; neuf ; tour de table",
    "licence": "CC-BY-SA-4.0",
    "base": "0",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def member(client: Client, cast: Cast) -> Client:
    client.force_login(cast["member"])
    return client


def send(client: Client, **more: Any) -> tuple[int, str]:
    answer = client.post(WRITE, TOLD | more, follow=True)
    return answer.status_code, words(answer.text)


def test_a_session_without_report_says_so(client: Client) -> None:
    assert "Personne n’a écrit de compte rendu" in read(client, PAGE, 404)
    assert "ompte rendu" not in read(client, f"{HOME}/sessions/FIC001/")
    assert client.get(API).status_code == 404
    assert client.get(WRITE).status_code == 302
    assert read(client, f"{HOME}/sessions/FIC999/compte-rendu/", 404)


def test_only_who_organises_writes(client: Client, cast: Cast) -> None:
    assert client.post(WRITE, TOLD).status_code == 403
    for part in ("outsider", "reader", "editor"):
        client.force_login(cast[part])
        assert client.post(WRITE, TOLD).status_code == 403
        assert "ompte rendu" not in read(client, f"{HOME}/sessions/FIC001/")
    assert not Report.objects.exists()


def test_a_report_is_written_read_and_told_as_data(member: Client) -> None:
    assert "Écrire le compte rendu" in read(member, f"{HOME}/sessions/FIC001/")
    status, told = send(member, text=HOSTILE)
    assert (status, HOSTILE in told) == (200, True)
    assert "<script>alert" not in member.get(PAGE).text
    assert "Tentes neuf (tour de table)" in told
    assert "Aucun assureur n’était là." in told
    assert read(member, f"/en{PAGE}").startswith("Report:")
    found = Client().get(API).json()
    assert (found["number"], found["licence"], found["learnings"]) == (
        1,
        "CC-BY-SA-4.0",
        ["Écrire l’état au départ.", "Compter."],
    )
    assert found["figures"] == [{"label": "Tentes", "value": "neuf", "source": "tour de table"}]
    entry = Entry.objects.order_by("-seq").first()
    assert entry
    assert (entry.act, entry.after) == (
        "gatherings.write_report",
        {"code": "FIC001", "doi": "", "number": 1, "licence": "CC-BY-SA-4.0"},
    )


def test_a_report_tells_the_day_of_its_session_and_its_meeting_leads_to_it(member: Client) -> None:
    home = f"{HOME}/"
    assert "Comptes rendus des séances" not in member.get(home).text
    send(member)
    whole = programmes.published(meetings.get("rencontre-fictive-a-venir")).programme
    session = next(one for one in whole.sessions if one.code in PAGE)
    day = telling.day(whole.placed[session.guid].start.date(), "fr")
    assert f"séance du {day}" in words(member.get(PAGE).text)
    page = Client().get(home).text
    assert "Comptes rendus des séances" in page
    assert f'<a href="{PAGE}">{html.escape(session.title)}</a>' in page


def test_each_writing_stays_and_two_clicks_are_one(member: Client) -> None:
    send(member)
    send(member)
    assert Report.objects.count() == 1
    send(member, text="Réécrit.", base="1")
    assert "Réécrit." in read(member, PAGE)
    earlier = read(member, f"{PAGE}?version=1")
    assert "Une version ancienne" in earlier
    assert "On a parlé du prêt." in earlier
    assert read(member, f"{PAGE}?version=3", 404)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(number=1).update(text="autre")
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(number=1).update(doi="10.5281/zenodo.2")
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(number=1).delete()


def test_the_second_of_two_sees_both(member: Client) -> None:
    send(member)
    status, told = send(member, text="Le mien.")
    assert status == 422
    assert "Ce qui s’y trouve maintenant On a parlé du prêt." in told
    page = member.post(WRITE, TOLD | {"text": "Le mien."}).text
    assert "Le mien." in page
    (base,) = re.findall(r'name="base" value="(\d+)"', page)
    assert send(member, text="Le mien.", base=base)[0] == 200
    assert [one.text for one in Report.objects.order_by("number")] == [TOLD["text"], "Le mien."]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("text", ""),
        ("text", "Bien.\nÉcrire à lise@mairie.example"),
        ("text", "x" * 20_001),
        ("learnings", "06 12 34 56 78"),
        ("figures", "neuf tentes"),
        ("figures", "Tentes ; neuf ;"),
        ("licence", "MIT-ou-presque"),
        ("base", "-1"),
        ("doi", "11.1/x"),
        ("doi", "10.5281/é<script>"),
        ("doi", "10.5281/" + "x" * 300),
    ],
)
def test_what_is_refused_comes_back(member: Client, field: str, typed: str) -> None:
    answer = member.post(WRITE, TOLD | {field: typed})
    assert (answer.status_code, Report.objects.count()) == (422, 0)
    assert "Aucun assureur n’était là." in html.unescape(answer.text)
    if field != "licence":
        assert typed in html.unescape(answer.text)


def test_a_session_that_left_the_programme_has_no_report_page(member: Client, cast: Cast) -> None:
    edition = Edition.objects.get(slug="rencontre-fictive-a-venir")
    Session.objects.create(edition=edition, code="AAAAAA", title="Brouillon", minutes=30, created_at=timezone.now())
    assert member.get(f"{HOME}/sessions/AAAAAA/compte-rendu/ecrire/").status_code == 404


@pytest.mark.parametrize(
    "typed", ["10.5281/zenodo.1234", " doi:10.5281/zenodo.1234 ", "https://doi.org/10.5281/zenodo.1234"]
)
def test_a_report_tells_where_an_archive_keeps_it(member: Client, typed: str) -> None:
    assert send(member, doi=typed)[0] == 200
    assert Report.objects.get().doi == "10.5281/zenodo.1234"
    assert 'href="https://doi.org/10.5281/zenodo.1234"' in member.get(PAGE).text
    assert Client().get(API).json()["doi"] == "10.5281/zenodo.1234"


def test_a_report_leaves_as_markdown_and_no_word_of_it_is_a_mark(member: Client) -> None:
    odd = "# Pas un titre\n1. pas une liste\n<script>alert(1)</script> *ni* [ceci](javascript:x)\n| a | b |"
    send(member, text=odd, doi="10.5281/zenodo.1234")
    answer = Client().get(f"{PAGE[:-1]}.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert Client().get(f"{PAGE[:-1]}.md", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    drawn = MarkdownIt("commonmark").enable("table").render(answer.content.decode())
    assert re.findall(r"<(h\d|ol|ul|table|script|em|a)\b", drawn) == ["h1", "h2", "ul", "h2", "ul", "h2", "ul", "a"]
    told = html.unescape(re.sub(r"<[^>]+>", "", drawn))
    for word in (*odd.split("\n"), *TOLD["learnings"].split("\n"), "tour de table", "DOI 10.5281/zenodo.1234", PAGE):
        assert word in told
    assert Client().get(f"{HOME}/sessions/FIC002/compte-rendu.md").status_code == 404


def test_what_bodies_gave_to_a_session_is_told_by_role(member: Client, cast: Cast) -> None:
    session = Session.objects.get(code="FIC001")
    given = {"session": session, "legal_frame": "agent_on_duty", "visibility": "org_total", "organisation": cast.town}
    held = {"on_date": timezone.localdate(), "created_at": timezone.now(), "person": cast["member"]} | given
    seen = {"state": "confirmed", "validated_by": cast["second"]}
    for kind, state in (("doc", seen), ("content", seen), ("legal", seen), ("code", {"state": "waiting"})):
        Contribution.objects.create(kind=kind, **held, **state)
    send(member)
    assert Client().get(API).json()["credit"] == {"Writing – original draft": 2}
    told = read(Client(), PAGE)
    assert "Writing – original draft : 2" in told.replace("\xa0", " ")
    assert "member" not in told


def test_a_session_to_come_is_said_to_be_so(member: Client) -> None:
    assert "n’a pas encore eu lieu" in read(member, WRITE)
    Session.objects.filter(code="FIC001").update(starts_at=timezone.now() - timedelta(hours=1))
    assert "n’a pas encore eu lieu" not in read(member, WRITE)


def entries(client: Client, path: str) -> list[tuple[str, str]]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    root = ElementTree.fromstring(answer.content)
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    found = [(one.findtext(f"{ATOM}title") or "", one.findtext(f"{ATOM}id") or "") for one in root.iter(f"{ATOM}entry")]
    assert len({number for _title, number in found}) == len(found)
    return found


def test_news_of_a_meeting_as_a_feed(member: Client) -> None:
    send(member, learnings=HOSTILE)
    titles = [title for title, _id in entries(member, f"{HOME}/nouvelles.atom")]
    assert titles[0].startswith("Compte rendu\u202f: ")
    assert titles[1:] == ["Programme\u202f: 1.0"]
    assert [title for title, _id in entries(member, f"/en{HOME}/nouvelles.atom")][1] == "Programme: 1.0"
    assert len(entries(member, "/rendez-vous/rencontre-fictive/nouvelles.atom")) == 5 + 6 + 3, (
        "road maps, their news, those of commitments"
    )
    assert member.get("/rendez-vous/rien/nouvelles.atom").status_code == 404


def test_news_of_road_maps_are_those_of_real_ones(client: Client, carried: Roadmap) -> None:
    path = "/feuilles-de-route/nouvelles.atom"
    assert entries(client, path) == []
    client.post(path_of(carried), {"status": "advances", "text": HOSTILE})
    assert [title for title, _id in entries(client, path)] == [f"Cela avance\u202f: {carried.title}"]
    assert path in client.get("/feuilles-de-route/").text


def graph(client: Client, path: str) -> dict[str, Any] | None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.DOTALL)
    return json.loads(found[1]) if found else None


def test_pages_tell_search_engines_what_they_say(client: Client, carried: Roadmap) -> None:
    Edition.objects.filter(slug="nec-2023").update(place_name="</script><b>Bordeaux")
    meeting = graph(client, "/rendez-vous/nec-2023/")
    assert meeting
    assert (meeting["@type"], meeting["startDate"], meeting["location"]["name"]) == (
        "Event",
        "2023-10-19",
        "</script><b>Bordeaux",
    )
    year = graph(client, "/rendez-vous/nec-2021/")
    assert year
    assert (year["startDate"], "endDate" in year) == ("2021", False)
    road = graph(client, carried.get_absolute_url())
    assert road
    assert road["parentOrganization"] == {"@type": "Organization", "name": "Commune de démonstration"}
    assert "license" not in road["subjectOf"]  # the text names none


def test_what_is_made_up_is_told_to_no_search_engine(client: Client) -> None:
    for path in ("/rendez-vous/rencontre-fictive/", f"{HOME}/sessions/FIC001/", "/feuilles-de-route/pret-de-materiel/"):
        assert graph(client, path) is None
    Edition.objects.filter(slug="rencontre-fictive-a-venir").update(fictive=False)
    session = graph(client, f"{HOME}/sessions/FIC001/")
    assert session
    assert session["superEvent"]["name"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", session["startDate"])
