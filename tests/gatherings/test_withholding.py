"""A meeting taken off the desk and back: who may, what the journal says, who is told, what no mail tells any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import rules
from django.core.mail import EmailMessage
from uses import Cast

from communaux.core import journal, letters, notify, outbox
from communaux.core.errors import Gone, NotAllowed, NotReady
from communaux.core.models import Entry, Notification
from communaux.gatherings import services
from communaux.gatherings.models import Edition, Roadmap
from communaux.gatherings.queries import editions, programmes, roadmaps
from communaux.gatherings.services import Wish

pytestmark = pytest.mark.django_db
PARTS = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")
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
    "roles": [{"id": "", "kind": "speaker", "shown": "une archiviste"}],
}
WHY = "Elle insulte\n des personnes."


@pytest.fixture
def meeting(cast: Cast, now: datetime) -> Edition:
    return services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=now)


def test_who_may(cast: Cast, meeting: Edition, now: datetime) -> None:
    for verb in ("withhold_edition", "restore_edition"):
        may = {part for part in PARTS if rules.has_perm(f"gatherings.{verb}", cast[part], meeting)}
        assert (verb, may) == (verb, {"editor", "operator"})
    with pytest.raises(NotAllowed):
        services.withhold_edition(cast["member"], meeting, reason=WHY, at=now)


def test_it_goes_with_a_reason_and_comes_back(cast: Cast, meeting: Edition, now: datetime) -> None:
    with pytest.raises(NotReady):
        services.withhold_edition(cast["editor"], meeting, reason=" \n", at=now)
    for _twice in range(2):
        services.withhold_edition(cast["editor"], meeting, reason=WHY, at=now)
    with pytest.raises(Gone, match="Elle insulte des personnes"):
        editions.get(meeting.slug)
    assert meeting not in editions.listed()
    assert meeting not in editions.to_choose(Roadmap())
    for _twice in range(2):
        services.restore_edition(cast["editor"], meeting, reason="C’était une erreur.", at=now)
    assert editions.get(meeting.slug) in editions.listed()
    lines = Entry.objects.filter(subject_id=str(meeting.pk), act__contains="_edition").order_by("seq")[1:]
    assert [(one.act, one.before, one.after, one.reason) for one in lines] == [
        ("gatherings.withhold_edition", {"withheld": False}, {"withheld": True}, "Elle insulte des personnes."),
        ("gatherings.restore_edition", {"withheld": True}, {"withheld": False}, "C’était une erreur."),
    ]
    assert journal.verify().holds


def test_who_organises_it_is_told(cast: Cast, meeting: Edition, now: datetime) -> None:
    notify.follow(now)
    services.withhold_edition(cast["editor"], meeting, reason=WHY, at=now + timedelta(minutes=1))
    notify.follow(now + timedelta(minutes=2))
    rows = Notification.objects.filter(entry__act="gatherings.withhold_edition", channel="inapp")
    assert {(one.person_id, one.kind) for one in rows} == {(cast[part].pk, "decided") for part in ("member", "second")}


def test_no_mail_asks_for_a_name_meanwhile(
    cast: Cast, meeting: Edition, now: datetime, mailbox: list[EmailMessage]
) -> None:
    session = services.add_session(cast["member"], meeting, key=uuid4(), told=TOLD, at=now)
    wish = Wish("une archiviste", "Zéphyrine Exemple", mail="zephyrine@courriel.example")
    services.show_name(cast["member"], session, wish=wish, at=now)
    services.withhold_edition(cast["editor"], meeting, reason=WHY, at=now)
    outbox.drain(letters.compose, lambda: now)
    assert mailbox == []


def test_it_leaves_own_programmes(cast: Cast, meeting: Edition, desk: Any, now: datetime) -> None:
    session = services.add_session(cast["member"], meeting, key=uuid4(), told=TOLD, at=now)
    services.publish_programme(cast["member"], meeting, note="", at=now)
    services.star(desk, session, holder="a" * 64, wanted=True, at=now)
    assert [one.edition for one in programmes.starred("a" * 64)] == [meeting]
    services.withhold_edition(cast["editor"], meeting, reason=WHY, at=now)
    assert programmes.starred("a" * 64) == []


def test_what_its_workshops_wrote_goes_with_it(editions: None, cast: Cast, now: datetime) -> None:
    """And nothing else: what was adapted elsewhere stays."""
    written = Roadmap.objects.exclude(group=None).exclude(adaptations=None).first()
    assert written
    assert written.group
    copy = written.adaptations.get()
    services.withhold_edition(cast["editor"], written.group.edition, reason=WHY, at=now)
    with pytest.raises(Gone):
        roadmaps.get(written.slug)
    shown = {one.pk for one in roadmaps.listed({})}
    assert (written.pk in shown, copy.pk in shown, roadmaps.get(copy.slug).pk) == (False, copy.group is None, copy.pk)
