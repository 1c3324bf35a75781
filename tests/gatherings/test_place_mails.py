"""The one mail to who waits for a place, or holds one that changes; the address goes with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from uses import Cast

from communaux.core import ciphers, letters, outbox
from communaux.core.models import Entry, OutboxItem, Person
from communaux.gatherings import services
from communaux.gatherings.models import Edition, Registration, Session

pytestmark = pytest.mark.django_db
NINE = datetime(2037, 3, 4, 8, 0, tzinfo=UTC)  # 09:00 in Paris
MAIL = "lise@mairie.example"
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2037, 3, 4),
    "ends_on": date(2037, 3, 5),
    "place_name": "Mairie",
    "timezone": "Europe/Paris",
}


def holder(n: int) -> str:
    return f"{n:064x}"


@pytest.fixture
def session(cast: Cast, now: datetime) -> Session:
    """One place, published."""
    by = cast["member"]
    meeting = services.open_edition(by, cast.town, key=uuid4(), told=MEETING, at=now)
    room = services.add_room(by, meeting, told={"name": "Halle", "capacity": 1}, at=now)
    told: dict[str, Any] = {"title": "Atelier", "minutes": 60, "state": "confirmed", "registration": "open"}
    made = services.add_session(by, meeting, key=uuid4(), told=told | {"room": room, "starts_at": NINE}, at=now)
    services.publish_programme(by, meeting, note="", at=now)
    return made


@pytest.fixture
def register(session: Session, desk: Person, now: datetime) -> Callable[..., Registration]:
    def made(n: int, mail: str = "", **more: Any) -> Registration:
        return services.register(desk, session, holder=holder(n), mail=mail, at=now, **more)

    return made


@pytest.fixture
def leave(mailbox: list[EmailMessage], now: datetime) -> Callable[[], list[EmailMessage]]:
    def sent() -> list[EmailMessage]:
        outbox.drain(letters.compose, lambda: now + timedelta(minutes=1))
        return mailbox

    return sent


def test_who_waits_gets_one_mail_and_the_address_goes(
    session: Session, register: Callable[..., Registration], desk: Person, now: datetime, leave: Callable[[], Any]
) -> None:
    register(1)
    waits = register(2, MAIL)
    assert MAIL not in str(Registration.objects.values_list())
    assert ciphers.opened("place", Registration.objects.get(pk=waits.pk).mail) == MAIL
    assert leave() == []
    services.unregister(desk, session, holder=holder(1), at=now)
    services.unregister(desk, session, holder=holder(1), at=now)
    for _time in range(2):
        (sent,) = leave()
    assert (sent.to, sent.subject) == ([MAIL], "Une place pour vous\u00a0: Atelier")
    assert "mercredi 4 mars 2037" in sent.body
    assert "09:00" in sent.body
    assert f"/rendez-vous/journee-des-communs/sessions/{session.code}/" in sent.body
    assert "Rendre ma place" in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    kept = Registration.objects.get(pk=waits.pk)
    assert (kept.state, kept.mail) == ("confirmed", "")
    assert MAIL not in str(
        [*OutboxItem.objects.values_list(), *Entry.objects.values_list("before", "after", "private")]
    )


def test_in_the_language_of_the_reader(
    session: Session, register: Callable[..., Registration], desk: Person, now: datetime, leave: Callable[[], Any]
) -> None:
    register(1)
    register(2, MAIL, lang="en")
    services.unregister(desk, session, holder=holder(1), at=now)
    (sent,) = leave()
    assert sent.subject == "A place for you: Atelier"
    assert f"/en/rendez-vous/journee-des-communs/sessions/{session.code}/" in sent.body


def test_who_left_no_address_or_gave_the_place_back_gets_none(
    session: Session, register: Callable[..., Registration], desk: Person, now: datetime, leave: Callable[[], Any]
) -> None:
    register(1)
    register(2, MAIL)
    register(3)
    services.unregister(desk, session, holder=holder(1), at=now)
    services.unregister(desk, session, holder=holder(2), at=now)
    assert leave() == []
    assert [one.state for one in Registration.objects.filter(session=session)] == ["confirmed"]


def test_more_places_promote_as_well(
    session: Session, register: Callable[..., Registration], cast: Cast, now: datetime, leave: Callable[[], Any]
) -> None:
    register(1)
    register(2, MAIL)
    services.change_session(cast["member"], session, base=1, told={"capacity": 2}, at=now)
    assert len(leave()) == 1


def changed(cast: Cast, session: Session, now: datetime, **told: Any) -> None:
    services.change_session(cast["member"], session, base=session.written, told=told, at=now)
    session.refresh_from_db()


@pytest.mark.parametrize(
    ("told", "who", "says"),
    [
        ({"starts_at": NINE + timedelta(hours=2)}, {1}, "11:00"),
        ({"state": "cancelled", "reason": "La salle est fermée."}, {1, 2}, "La salle est fermée."),
        ({"starts_at": None, "room": None}, {1, 2}, "n’a pas lieu"),
        ({"title": "Un autre titre"}, set(), ""),
    ],
)
def test_a_change_is_told_once_when_it_is_published(
    session: Session,
    register: Callable[..., Registration],
    cast: Cast,
    now: datetime,
    leave: Callable[[], Any],
    told: dict[str, Any],
    who: set[int],
    says: str,
) -> None:
    for n in (1, 2):
        register(n, f"p{n}@mairie.example")
    other: dict[str, Any] = {"title": "Encore", "minutes": 60, "state": "confirmed", "starts_at": NINE}
    services.add_session(cast["member"], session.edition, key=uuid4(), told=other, at=now)
    changed(cast, session, now, **told)
    assert leave() == [], "a draft is nobody's business"
    services.publish_programme(cast["member"], session.edition, note="", at=now)
    assert {one.to[0] for one in leave()} == {f"p{n}@mairie.example" for n in who}
    assert all(says in one.body for one in leave())
    assert Registration.objects.exclude(mail="").count() == 2 - len(who)
    services.add_session(cast["member"], session.edition, key=uuid4(), told=other | {"title": "Et encore"}, at=now)
    services.publish_programme(cast["member"], session.edition, note="", at=now)
    assert len(leave()) == len(who)


def test_nobody_is_promoted_into_what_is_cancelled_or_began(
    session: Session,
    register: Callable[..., Registration],
    cast: Cast,
    desk: Person,
    now: datetime,
    leave: Callable[[], Any],
) -> None:
    register(1)
    register(2, MAIL)
    services.unregister(desk, session, holder=holder(1), at=NINE)
    assert Registration.objects.get(session=session).state == "waiting"
    changed(cast, session, now, state="cancelled", reason="La salle est fermée.")
    assert Registration.objects.get(session=session).state == "waiting"


def test_the_address_goes_with_the_purge_and_when_no_mail_can_leave(
    session: Session,
    register: Callable[..., Registration],
    cast: Cast,
    desk: Person,
    now: datetime,
    leave: Callable[[], Any],
) -> None:
    register(1)
    waits = register(2, MAIL)
    services.unregister(desk, session, holder=holder(1), at=now)
    outbox.drain(letters.compose, lambda: now + timedelta(days=8))
    assert Registration.objects.get(pk=waits.pk).mail == "", "too late: forgotten all the same"
    assert leave() == []
    register(3, MAIL)
    services.forget_stars(desk, date(2037, 6, 4), at=now)
    assert not Registration.objects.exists()


def test_another_key_of_the_desk_opens_nothing(
    session: Session,
    register: Callable[..., Registration],
    desk: Person,
    now: datetime,
    leave: Callable[[], Any],
    settings: Any,
) -> None:
    register(1)
    waits = register(2, MAIL)
    settings.SECRET_KEY = "une autre clé"
    services.unregister(desk, session, holder=holder(1), at=now)
    assert leave() == []
    assert Registration.objects.get(pk=waits.pk).mail == ""


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_one_mail_each(session: Session, desk: Person, now: datetime, leave: Callable[[], Any]) -> None:
    """Those who have a place give it back while others come: nobody is told twice, nobody who has a place is forgotten."""
    Edition.objects.get(pk=session.edition_id)
    Session.objects.filter(pk=session.pk).update(capacity=4)
    for n in range(4):
        services.register(desk, session, holder=holder(n), at=now)
    for n in range(4, 8):
        services.register(desk, session, holder=holder(n), mail=f"p{n}@mairie.example", at=now)

    def act(n: int) -> None:
        try:
            if n < 4:
                services.unregister(desk, session, holder=holder(n), at=now)
            else:
                services.register(desk, session, holder=holder(n + 100), mail=f"p{n}x@mairie.example", at=now)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert session.registrations.filter(state="confirmed").count() == 4
    told = sorted(one.to[0] for one in leave())
    assert told == [f"p{n}@mairie.example" for n in range(4, 8)]
    assert len(leave()) == 4
