"""A programme from an empty meeting to its published versions, who may write it, and who comes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import rules
from django.db import DatabaseError, connection, transaction
from icalendar import Calendar
from uses import Cast

from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, NotReady
from communaux.core.models import Entry, Person
from communaux.engines.programme import model
from communaux.engines.programme.arrange import Move
from communaux.engines.programme.formats import FORMATS, read
from communaux.gatherings import services
from communaux.gatherings.models import Edition, ExportFile, Registration, Room, ScheduleVersion, Session, Star
from communaux.gatherings.queries import programmes

pytestmark = pytest.mark.django_db
PARTS = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")
NINE = datetime(2027, 3, 4, 8, 0, tzinfo=UTC)  # 09:00 in Paris
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2027, 3, 4),
    "ends_on": date(2027, 3, 5),
    "place_name": "Mairie",
    "timezone": "Europe/Paris",
}
TOLD: dict[str, Any] = {"title": "Atelier", "minutes": 60, "state": "confirmed", "kind": "workshop", "theme": "Eau"}


@pytest.fixture
def meeting(cast: Cast, now: datetime) -> Edition:
    return services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=now)


@pytest.fixture
def room(cast: Cast, meeting: Edition, now: datetime) -> Room:
    return services.add_room(cast["member"], meeting, told={"name": "Halle", "capacity": 2}, at=now)


@pytest.fixture
def add(cast: Cast, meeting: Edition, now: datetime) -> Callable[..., Session]:
    def made(**told: Any) -> Session:
        return services.add_session(cast["member"], meeting, key=uuid4(), told=TOLD | told, at=now)

    return made


@pytest.fixture
def placed(add: Callable[..., Session], room: Room) -> Session:
    return add(room=room, starts_at=NINE, registration="open")


def publish(cast: Cast, meeting: Edition, at: datetime, note: str = "") -> ScheduleVersion:
    return services.publish_programme(cast["member"], meeting, note=note, at=at)


def test_a_member_opens_a_meeting_of_their_body_once(cast: Cast, now: datetime) -> None:
    key = uuid4()
    made = services.open_edition(cast["member"], cast.town, key=key, told=MEETING, at=now)
    again = services.open_edition(cast["member"], cast.town, key=key, told=MEETING, at=now)
    assert (again, made.slug, Edition.objects.count()) == (made, "journee-des-communs", 1)
    assert list(made.organisers.values_list("name", "organisation")) == [(cast.town.name, cast.town.pk)]
    other = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=now)
    assert other.slug != made.slug
    form = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING | {"name": "Ouvrir"}, at=now)
    assert form.slug != "ouvrir", "the form that opens a meeting has this address"
    with pytest.raises(NotAllowed):
        services.open_edition(cast["outsider"], cast.town, key=uuid4(), told=MEETING, at=now)


def test_who_may_write_a_programme(cast: Cast, meeting: Edition, placed: Session) -> None:
    for name, target in (
        ("organise", meeting),
        ("add_room", meeting),
        ("add_session", meeting),
        ("accept_moves", meeting),
        ("change_session", placed),
        ("change_room", placed.room),
        ("drop_room", placed.room),
        ("relate_themes", meeting),
        ("change_edition", meeting),
    ):
        may = {part for part in PARTS if rules.has_perm(f"gatherings.{name}", cast[part], target)}
        assert (name, may) == (name, {"member", "second"})
    for name in ("import_programme", "publish_programme"):
        may = {part for part in PARTS if rules.has_perm(f"gatherings.{name}", cast[part], meeting)}
        assert (name, may) == (name, {"member", "second", "operator"})


def test_two_organisers_at_once_lose_nothing(cast: Cast, placed: Session, now: datetime) -> None:
    services.change_session(cast["second"], placed, base=1, told={"title": "Atelier d’eau"}, at=now)
    with pytest.raises(Conflict) as refused:
        services.change_session(cast["member"], placed, base=1, told={"title": "Atelier de l’air"}, at=now)
    placed.refresh_from_db()
    assert (refused.value.code, placed.title, placed.written) == ("changed_meanwhile", "Atelier d’eau", 2)
    line = Entry.objects.filter(act="gatherings.change_session").latest("seq")
    assert (line.before, line.after) == ({"written": 1}, {"written": 2})


def test_the_public_journal_has_no_word_of_a_draft(
    cast: Cast, meeting: Edition, add: Callable[..., Session], now: datetime
) -> None:
    made = add(title="Secret pour l’instant", summary="Mots du brouillon", reason="x")
    services.change_session(cast["member"], made, base=1, told={"title": "Secret encore"}, at=now)
    services.import_programme(cast["member"], meeting, programme=foreign(cast), at=now)
    told = json.dumps(list(Entry.objects.values_list("before", "after", "reason")), ensure_ascii=False)
    assert [word for word in ("Secret", "brouillon", "Séance 1") if word in told] == []
    assert Entry.objects.filter(act="gatherings.import_programme", subject_kind="session").count() == 2


def test_a_cancelled_session_says_why(cast: Cast, placed: Session, now: datetime) -> None:
    with pytest.raises(BadRequest):
        services.change_session(cast["member"], placed, base=1, told={"state": "cancelled", "reason": ""}, at=now)
    told = {"state": "cancelled", "reason": "Salle inondée."}
    assert services.change_session(cast["member"], placed, base=1, told=told, at=now).reason == "Salle inondée."


def test_a_room_that_is_used_stays(cast: Cast, meeting: Edition, placed: Session, now: datetime) -> None:
    with pytest.raises(Conflict):
        services.drop_room(cast["member"], placed.room, at=now)
    with pytest.raises(Conflict):
        services.add_room(cast["member"], meeting, told={"name": "Halle"}, at=now)
    services.change_session(cast["member"], placed, base=1, told={"room": None, "starts_at": None}, at=now)
    services.drop_room(cast["member"], Room.objects.get(), at=now)
    assert not Room.objects.exists()


def test_nothing_is_published_with_an_error_in_it(
    cast: Cast, meeting: Edition, placed: Session, add: Callable[..., Session], now: datetime
) -> None:
    add(title="Au même endroit", room=placed.room, starts_at=NINE + timedelta(minutes=30))
    with pytest.raises(NotReady) as refused:
        publish(cast, meeting, now)
    assert "Au même endroit" in refused.value.message
    assert not ScheduleVersion.objects.exists()


def test_an_empty_programme_is_not_published(cast: Cast, meeting: Edition, now: datetime) -> None:
    with pytest.raises(NotReady):
        publish(cast, meeting, now)
    with pytest.raises(NotFound):
        programmes.published(meeting)


def test_versions_follow_each_other(cast: Cast, meeting: Edition, placed: Session, now: datetime) -> None:
    first = publish(cast, meeting, now)
    with pytest.raises(Conflict) as refused:
        publish(cast, meeting, now + timedelta(hours=1))
    assert (first.number, refused.value.code) == ("1.0", "nothing_new")
    services.change_session(cast["member"], placed, base=1, told={"starts_at": NINE + timedelta(hours=2)}, at=now)
    second = publish(cast, meeting, now + timedelta(days=1), "Plus tard.")
    assert (second.number, second.ordinal) == ("1.1", 2)
    last, before = programmes.last(meeting, 10)
    assert (last.number, last.is_last, before.number, before.is_last) == ("1.1", True, "1.0", False)
    assert [one.slots[0].start for one in (before.programme, last.programme)] == [NINE, NINE + timedelta(hours=2)]


def test_the_draft_is_not_what_is_read(cast: Cast, meeting: Edition, placed: Session, now: datetime) -> None:
    publish(cast, meeting, now)
    services.change_session(cast["member"], placed, base=1, told={"title": "Pas encore publié"}, at=now)
    assert programmes.published(meeting).programme.sessions[0].title == "Atelier"
    assert b"Pas encore" not in b"".join(bytes(one.content) for one in ExportFile.objects.all())


@pytest.mark.parametrize("table", [ScheduleVersion, ExportFile])
def test_what_is_published_never_changes(
    cast: Cast, meeting: Edition, placed: Session, now: datetime, table: type[ScheduleVersion] | type[ExportFile]
) -> None:
    publish(cast, meeting, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        table.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        table.objects.update(sha256="0" * 64)


def test_files_are_written_once_and_read_again(cast: Cast, meeting: Edition, placed: Session, now: datetime) -> None:
    publish(cast, meeting, now)
    assert set(ExportFile.objects.values_list("format", flat=True)) == set(FORMATS)
    for form in ("xml", "json"):
        again = read(programmes.content(programmes.file_of(meeting, form)[0]), "Europe/Paris")
        assert [(one.title, one.minutes, one.theme) for one in again.sessions] == [("Atelier", 60, "Eau")]
        assert [(one.session, one.room, one.start) for one in again.slots] == [(placed.pk, "Halle", NINE)]
    calendar = Calendar.from_ical(programmes.content(programmes.file_of(meeting, "ics")[0]))
    event = calendar.walk("VEVENT")[0]
    assert (event.decoded("dtstart").isoformat(), event["summary"]) == ("2027-03-04T09:00:00+01:00", "Atelier")


def foreign(cast: Cast) -> model.Programme:
    """As a file of another system tells it: two sessions, one of them with persons."""
    edition = model.Edition("Ailleurs", "ailleurs", date(2027, 3, 4), date(2027, 3, 5), "Europe/Paris")
    sessions = tuple(
        model.Session(UUID(int=n), f"ABC00{n}", f"Séance {n}", 45, roles=(model.Role(str(n)),)) for n in (1, 2)
    )
    slots = (model.Slot(UUID(int=1), "Grenier", NINE, NINE + timedelta(minutes=45)),)
    return model.Programme(edition, (model.Room("Grenier", 30),), sessions, slots)


def test_a_file_comes_in_and_comes_in_again(cast: Cast, meeting: Edition, now: datetime) -> None:
    given = foreign(cast)
    assert services.import_programme(cast["member"], meeting, programme=given, at=now) == (2, 0)
    row = Session.objects.get(pk=UUID(int=1))
    assert (row.code, row.room_name, row.starts_at, row.roles) == (
        "ABC001",
        "Grenier",
        NINE,
        [{"id": "1", "kind": "speaker", "shown": ""}],
    )
    later = replace(given, sessions=(replace(given.sessions[0], title="Renommée"),), slots=())
    assert services.import_programme(cast["member"], meeting, programme=later, at=now) == (0, 1)
    assert list(Session.objects.order_by("pk").values_list("title", "starts_at")) == [
        ("Renommée", None),
        ("Séance 2", None),
    ]


def test_a_file_takes_nothing_away_that_it_cannot_tell(cast: Cast, meeting: Edition, now: datetime) -> None:
    """Needs of access, and roles where it only has persons; persons of a file follow the next one."""
    given = foreign(cast)
    services.import_programme(cast["member"], meeting, programme=given, at=now)
    told = {"roles": [{"id": "", "kind": "speaker", "shown": "une archiviste"}], "needs": ["captions", "sign_language"]}
    row = Session.objects.get(pk=UUID(int=1))
    services.change_session(cast["member"], row, base=row.written, told=told, at=now)
    others = tuple(replace(one, roles=(model.Role("9"),)) for one in given.sessions)
    services.import_programme(cast["member"], meeting, programme=replace(given, sessions=others), at=now)
    row.refresh_from_db()
    assert ([one["shown"] for one in row.roles], row.needs) == (["une archiviste"], ["captions", "sign_language"])
    assert [one["id"] for one in Session.objects.get(pk=UUID(int=2)).roles] == ["9"]
    named = tuple(replace(one, roles=(model.Role("9", shown="un maire"),)) for one in given.sessions)
    services.import_programme(cast["member"], meeting, programme=replace(given, sessions=named), at=now)
    row.refresh_from_db()
    assert [one["shown"] for one in row.roles] == ["un maire"]


def test_a_file_of_another_meeting_is_refused(cast: Cast, meeting: Edition, now: datetime) -> None:
    services.import_programme(cast["member"], meeting, programme=foreign(cast), at=now)
    other = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=now)
    with pytest.raises(Conflict):
        services.import_programme(cast["member"], other, programme=foreign(cast), at=now)
    assert not other.sessions.exists()


def test_a_file_with_too_many_sessions_is_refused(cast: Cast, meeting: Edition, now: datetime) -> None:
    one = foreign(cast)
    many = tuple(replace(one.sessions[0], guid=UUID(int=n), code=f"{n:06}") for n in range(1, 1_002))
    with pytest.raises(BadRequest):
        services.import_programme(cast["member"], meeting, programme=replace(one, sessions=many), at=now)
    assert not Session.objects.exists()


def test_a_file_with_more_than_the_desk_holds_is_refused_whole(cast: Cast, meeting: Edition, now: datetime) -> None:
    given = foreign(cast)
    long = replace(given, sessions=(given.sessions[0], replace(given.sessions[1], title="x" * 251)))
    with pytest.raises(BadRequest) as refused:
        services.import_programme(cast["member"], meeting, programme=long, at=now)
    assert ("x" * 80) in refused.value.message
    assert (Session.objects.count(), Room.objects.count()) == (0, 0)


def test_moves_are_made_or_refused_together(
    cast: Cast, meeting: Edition, placed: Session, add: Callable[..., Session], now: datetime
) -> None:
    here = model.Slot(placed.pk, "Halle", NINE, NINE + timedelta(hours=1))
    there = replace(here, start=NINE + timedelta(hours=3), end=NINE + timedelta(hours=4))
    services.accept_moves(cast["member"], meeting, moves=[Move(placed.pk, here, there, 0, 0)], at=now)
    placed.refresh_from_db()
    assert (placed.starts_at, placed.written) == (NINE + timedelta(hours=3), 2)
    line = Entry.objects.get(act="gatherings.accept_moves")
    assert (line.subject_id, line.after) == (str(placed.pk), {"written": 2})
    for wrong in (
        Move(placed.pk, here, None, 0, 0),  # it is no longer there
        Move(uuid4(), None, None, 0, 0),
        Move(placed.pk, there, replace(there, room="Ailleurs"), 0, 0),
    ):
        with pytest.raises(Conflict):
            services.accept_moves(cast["member"], meeting, moves=[wrong], at=now)
    placed.refresh_from_db()
    assert placed.starts_at == NINE + timedelta(hours=3)


def test_a_star_leaves_no_line_and_is_given_once(desk: Person, placed: Session, now: datetime) -> None:
    before = Entry.objects.count()
    for _n in range(2):
        services.star(desk, placed, holder="a" * 64, wanted=True, at=now)
    assert Star.objects.count() == 1
    services.star(desk, placed, holder="a" * 64, wanted=False, at=now)
    assert (Star.objects.count(), Entry.objects.count()) == (0, before)


def test_first_come_first_served(desk: Person, placed: Session, now: datetime) -> None:
    states = [services.register(desk, placed, holder=c * 64, at=now).state for c in "abcd"]
    assert states == ["confirmed", "confirmed", "waiting", "waiting"]
    assert services.register(desk, placed, holder="c" * 64, at=now).state == "waiting"
    assert [programmes.turn(placed, c * 64).position for c in "abcd"] == [0, 0, 1, 2]
    services.unregister(desk, placed, holder="a" * 64, at=now)
    assert [programmes.turn(placed, c * 64).state for c in "abcd"] == ["", "confirmed", "confirmed", "waiting"]
    services.unregister(desk, placed, holder="d" * 64, at=now)
    assert programmes.turn(placed, "").waiting == 0


def test_more_places_go_to_who_waits_and_not_to_who_comes_last(
    desk: Person, cast: Cast, placed: Session, now: datetime
) -> None:
    for c in "abcd":
        services.register(desk, placed, holder=c * 64, at=now)
    services.change_session(cast["member"], placed, base=1, told={"capacity": 3}, at=now)
    assert [programmes.turn(placed, c * 64).state for c in "abcd"] == ["confirmed"] * 3 + ["waiting"]
    Room.objects.update(capacity=9)
    Session.objects.update(capacity=4)  # behind the desk's back: a newcomer still comes after who waits
    assert services.register(desk, placed, holder="e" * 64, at=now).state == "waiting"
    assert programmes.turn(Session.objects.get(), "d" * 64).state == "confirmed"


def test_places_are_refused_with_a_reason(
    desk: Person, cast: Cast, placed: Session, add: Callable[..., Session], now: datetime
) -> None:
    with pytest.raises(NotReady):
        services.register(desk, add(title="Sans inscription"), holder="a" * 64, at=now)
    with pytest.raises(Conflict):
        services.register(desk, placed, holder="a" * 64, at=NINE)
    told = {"state": "cancelled", "reason": "Grève."}
    services.change_session(cast["member"], placed, base=1, told=told, at=now)
    with pytest.raises(Conflict):
        services.register(desk, placed, holder="a" * 64, at=now)
    assert not Registration.objects.exists()


def test_what_people_wanted_is_forgotten_after_ninety_days(desk: Person, placed: Session, now: datetime) -> None:
    services.star(desk, placed, holder="a" * 64, wanted=True, at=now)
    services.register(desk, placed, holder="a" * 64, at=now)
    last = date(2027, 3, 5)
    assert services.forget_stars(desk, last + timedelta(days=90), at=now) == 0
    assert services.forget_stars(desk, last + timedelta(days=91), at=now) == 2
    assert not Star.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once(desk: Person, placed: Session, now: datetime) -> None:
    start, told = threading.Barrier(8), list[str]()

    def ask(n: int) -> None:
        try:
            start.wait(timeout=20)
            told.append(services.register(desk, placed, holder=f"{n}" * 64, at=now).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert sorted(told) == ["confirmed"] * 2 + ["waiting"] * 6
