"""A meeting that an editor took off the desk: its page says why, nothing else of it is shown, and it comes back."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from uses import Cast

from communaux.gatherings import services
from communaux.gatherings.forms.contributions import found
from communaux.gatherings.models import Edition, Session

pytestmark = pytest.mark.django_db
HOME = "/rendez-vous/journee-hostile/"
API = "/api/v1/gatherings/editions"
MEETING = {
    "name": "Journée hostile",
    "kind": "local",
    "starts_on": date(2037, 3, 4),
    "ends_on": None,
    "timezone": "Europe/Paris",
}
TOLD: dict[str, Any] = {
    "title": "Atelier",
    "minutes": 60,
    "state": "confirmed",
    "starts_at": datetime(2037, 3, 4, 8, 0, tzinfo=UTC),
}
WHY = "Elle insulte <b>des personnes</b>."


@pytest.fixture
def session(cast: Cast) -> Session:
    by, now = cast["member"], timezone.now()
    meeting = services.open_edition(by, cast.town, key=uuid4(), told=MEETING, at=now)
    made = services.add_session(by, meeting, key=uuid4(), told=TOLD, at=now)
    services.open_workshop(by, meeting, label="Prêt", groups=1, at=now)
    services.publish_programme(by, meeting, note="", at=now)
    return made


def signed(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def words(page: str) -> str:
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def test_its_page_says_why_and_nothing_else_of_it_is_shown(cast: Cast, session: Session) -> None:
    editor, reader = signed(cast, "editor"), Client()
    assert f"{HOME}retrait/" in editor.get(HOME).text
    beside = ["programme/", "programme.ics", "bilan/", "nouvelles.atom", "ateliers/", "ateliers/1-1/"]
    paths = [HOME, *(f"{HOME}{one}" for one in (*beside, f"sessions/{session.code}/")), f"{API}/journee-hostile"]
    assert {reader.get(path).status_code for path in paths} == {200}
    refused = editor.post(f"{HOME}retrait/", {"reason": " "})
    assert (refused.status_code, Edition.objects.get().withheld_reason) == (422, "")
    answer = editor.post(f"{HOME}retrait/", {"reason": WHY, "back": "False"}, follow=True)
    assert answer.status_code == 410
    assert "« Journée hostile » est retiré du guichet." in words(answer.text).replace("\u202f", " ")
    assert {(path, reader.get(path).status_code) for path in paths} == {(path, 410) for path in paths}
    told = reader.get(HOME).text
    assert ("Elle insulte &lt;b&gt;des personnes&lt;/b&gt;." in told, "Atelier" in told) == (True, False)
    assert [reader.get(path).text.count("journee-hostile") for path in ("/rendez-vous/", API)] == [0, 0]
    member = signed(cast, "member")
    assert "Rien n’en est effacé" in words(member.get(HOME).text)
    assert member.get(f"{HOME}organiser/").status_code == 410
    editor.post(f"{HOME}retrait/", {"reason": "Corrigée.", "back": "True"})
    assert {reader.get(path).status_code for path in paths} == {200}


def test_of_two_editors_at_once_the_second_undoes_nothing(cast: Cast, session: Session) -> None:
    for _each in range(2):
        signed(cast, "editor").post(f"{HOME}retrait/", {"reason": WHY, "back": "False"})
    assert Edition.objects.get().withheld_reason == WHY


def test_nothing_is_given_to_what_is_not_shown(cast: Cast, session: Session) -> None:
    """The form of contributions refuses its address as that of nothing."""
    address = f"{HOME}sessions/{session.code}/"
    assert found(address) == session
    services.withhold_edition(cast["editor"], session.edition, reason=WHY, at=timezone.now())
    assert found(address) is None


def test_who_is_no_editor_is_kept_out(cast: Cast, session: Session) -> None:
    assert Client().get(f"{HOME}retrait/").status_code == 302
    for part in ("member", "outsider", "reader"):
        client = signed(cast, part)
        answers = [client.get(f"{HOME}retrait/"), client.post(f"{HOME}retrait/", {"reason": WHY})]
        assert [one.status_code for one in answers] == [403, 403]
        assert f"{HOME}retrait/" not in client.get(HOME).text
    assert Edition.objects.get().withheld_reason == ""
