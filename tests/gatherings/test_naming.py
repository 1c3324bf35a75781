"""Names beside roles: asked, given, refused, taken back; nothing of them in the journal, nothing of them left."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import rules
from django.core.mail import EmailMessage
from django.db import DatabaseError, connection, transaction
from uses import Cast

from communaux.core import journal, letters, outbox
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, Refusal, TooMany
from communaux.core.models import Entry, OutboxItem, Person
from communaux.engines.programme import model
from communaux.gatherings import services
from communaux.gatherings.models import Edition, Session, SpeakerName
from communaux.gatherings.queries import names
from communaux.gatherings.services import Wish, naming

pytestmark = pytest.mark.django_db
PARTS = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")
ROLE, OFFICE, NUMBERED = "une archiviste", "la maire", "7"
MAIL, NAME = "zephyrine@courriel.example", "Zéphyrine Exemple"
ASKED, SHOWN = Wish(ROLE, NAME, mail=MAIL), Wish(OFFICE, "Octavie Exemple", source="https://mairie.example/elus")
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2027, 3, 4),
    "ends_on": None,
    "timezone": "Europe/Paris",
}
TOLD: dict[str, Any] = {
    "title": "Atelier",
    "minutes": 60,
    "state": "confirmed",
    "starts_at": datetime(2027, 3, 4, 8, 0, tzinfo=UTC),
    "roles": [
        {"id": "", "kind": "speaker", "shown": ROLE},
        {"id": "", "kind": "speaker", "shown": OFFICE},
        {"id": NUMBERED, "kind": "speaker", "shown": ""},
        {"id": "", "kind": "speaker", "shown": "un bénévole"},
        {"id": "", "kind": "speaker", "shown": "un bénévole"},
    ],
}


@pytest.fixture
def meeting(cast: Cast, now: datetime) -> Edition:
    return services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=now)


@pytest.fixture
def row(cast: Cast, meeting: Edition, now: datetime) -> Session:
    return services.add_session(cast["member"], meeting, key=uuid4(), told=TOLD, at=now)


@pytest.fixture
def asked(cast: Cast, row: Session, now: datetime) -> SpeakerName:
    return services.show_name(cast["member"], row, wish=ASKED, at=now)


def again(one: SpeakerName) -> SpeakerName:
    return SpeakerName.objects.get(pk=one.pk)


def lines() -> list[tuple[str, str, Any]]:
    found = Entry.objects.filter(act__contains="_name").order_by("seq")
    return [(one.act, one.subject_kind, one.after) for one in found]


def test_who_may(cast: Cast, row: Session, asked: SpeakerName) -> None:
    for verb, target in (("show_name", row), ("drop_name", asked)):
        may = {part for part in PARTS if rules.has_perm(f"gatherings.{verb}", cast[part], target)}
        assert (verb, may) == (verb, {"member", "second"})
    assert {part for part in PARTS if rules.has_perm("gatherings.forget_names", cast[part])} == {"operator"}
    with pytest.raises(NotAllowed):
        services.show_name(cast["outsider"], row, wish=SHOWN, at=asked.asked_at)
    with pytest.raises(NotAllowed):
        services.drop_name(cast["outsider"], asked, at=asked.asked_at)


def test_nothing_is_shown_before_the_answer(desk: Person, meeting: Edition, asked: SpeakerName, now: datetime) -> None:
    assert names.of_edition(meeting) == {}
    services.answer_name(desk, asked, agrees=True, at=now)
    assert names.of_edition(meeting) == {(asked.session_id, ROLE): NAME}
    assert (again(asked).mail, again(asked).answered_at) == ("", now)


def test_the_person_writes_their_own_name(desk: Person, asked: SpeakerName, now: datetime) -> None:
    services.answer_name(desk, asked, agrees=True, written="Zéphyrine E.", at=now)
    assert again(asked).name == "Zéphyrine E."
    services.answer_name(desk, asked, agrees=True, written="Quelqu’un d’autre", at=now)
    assert again(asked).name == "Zéphyrine E.", "a second yes changes nothing"


@pytest.mark.parametrize(
    ("before", "agrees", "after"),
    [
        ((), True, "given"),
        ((), False, "refused"),
        ((True,), True, "given"),
        ((True,), False, "withdrawn"),
        ((False,), False, "refused"),
        ((True, False), False, "withdrawn"),
    ],
)
def test_each_answer(
    desk: Person, asked: SpeakerName, now: datetime, before: tuple[bool, ...], agrees: bool, after: str
) -> None:
    for one in before:
        services.answer_name(desk, asked, agrees=one, at=now)
    services.answer_name(desk, asked, agrees=agrees, at=now)
    kept = again(asked)
    assert (kept.state, kept.name, kept.mail) == (after, NAME if after == "given" else "", "")
    steps = list(dict.fromkeys(["pending", *("given" for one in (*before, agrees) if one), after]))
    assert [told["speaker_name"] for _act, _kind, told in lines()] == steps, "said twice, one line"
    assert journal.verify().holds


@pytest.mark.parametrize("before", [(False,), (True, False)])
def test_a_yes_to_what_is_over_is_refused(
    desk: Person, cast: Cast, row: Session, asked: SpeakerName, now: datetime, before: tuple[bool, ...]
) -> None:
    for one in before:
        services.answer_name(desk, asked, agrees=one, at=now)
    with pytest.raises(Conflict) as refused:
        services.answer_name(desk, asked, agrees=True, written=NAME, at=now)
    assert (refused.value.code, again(asked).name) == ("name_gone", "")
    with pytest.raises(Conflict) as refused:
        services.show_name(cast["member"], row, wish=ASKED, at=now)
    assert refused.value.code == "name_known", "who said no is not asked again"
    services.drop_name(cast["member"], asked, at=now)
    assert again(asked).state == ("withdrawn" if before[0] else "refused")


def test_two_clicks_ask_once_and_another_name_is_refused(
    cast: Cast, row: Session, asked: SpeakerName, now: datetime
) -> None:
    assert services.show_name(cast["second"], row, wish=ASKED, at=now) == asked
    assert (SpeakerName.objects.count(), OutboxItem.objects.count(), len(lines())) == (1, 1, 1)
    for other in (replace(ASKED, name="Un autre"), replace(SHOWN, role=ROLE)):
        with pytest.raises(Conflict):
            services.show_name(cast["member"], row, wish=other, at=now)
    services.drop_name(cast["member"], asked, at=now)
    assert not SpeakerName.objects.exists()
    with pytest.raises(NotFound):
        services.drop_name(cast["member"], asked, at=now)
    assert services.show_name(cast["member"], row, wish=ASKED, at=now) != asked, "the old link opens nothing"


def test_so_many_questions_leave_within_a_day(
    cast: Cast, row: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a session and of a meeting; what was taken back counts, an office and the day before do not."""
    monkeypatch.setattr(naming, "MOST_OF_SESSION", 2)
    monkeypatch.setattr(naming, "MOST_OF_MEETING", 3)
    by, other = cast["member"], services.add_session(cast["member"], row.edition, key=uuid4(), told=TOLD, at=now)
    services.show_name(by, row, wish=SHOWN, at=now)
    for _n in range(2):
        services.drop_name(by, services.show_name(by, row, wish=ASKED, at=now), at=now)
    with pytest.raises(TooMany, match="2"):
        services.show_name(by, row, wish=ASKED, at=now)
    services.show_name(by, other, wish=ASKED, at=now)
    with pytest.raises(TooMany, match="3"):
        services.show_name(by, other, wish=replace(ASKED, role=NUMBERED), at=now)
    assert OutboxItem.objects.count() == 3
    services.show_name(by, row, wish=ASKED, at=now + timedelta(days=1))


def test_a_public_office_needs_its_source_and_is_shown_at_once(
    cast: Cast, meeting: Edition, row: Session, now: datetime
) -> None:
    made = services.show_name(cast["member"], row, wish=SHOWN, at=now)
    assert (made.state, names.of_edition(meeting)) == ("given", {(row.pk, OFFICE): "Octavie Exemple"})
    assert not OutboxItem.objects.exists()
    services.drop_name(cast["member"], made, at=now)
    assert (again(made).name, again(made).basis_source) == ("", "")
    right = services.show_name(cast["member"], row, wish=replace(SHOWN, name="Octavie d’Exemple"), at=now)
    assert names.of_edition(meeting) == {(row.pk, OFFICE): right.name}, "who organises corrects it"


@pytest.mark.parametrize(
    "wish",
    [
        replace(ASKED, role="un maire"),
        replace(ASKED, role="un bénévole"),
        replace(ASKED, role=""),
        replace(ASKED, mail=""),
        replace(ASKED, source="https://mairie.example/"),
    ],
    ids=["no role", "two roles", "empty", "no basis", "two bases"],
)
def test_what_cannot_be_asked(cast: Cast, row: Session, now: datetime, wish: Wish) -> None:
    with pytest.raises(BadRequest):
        services.show_name(cast["member"], row, wish=wish, at=now)
    assert (SpeakerName.objects.count(), OutboxItem.objects.count()) == (0, 0)


def test_the_mail_has_the_link_and_no_name_and_leaves_once(
    asked: SpeakerName, now: datetime, mailbox: list[EmailMessage]
) -> None:
    for _twice in range(2):
        outbox.drain(letters.compose, lambda: now)
    (sent,) = mailbox
    assert sent.to == [MAIL]
    assert f"/mon-nom/{names.secret(asked)}/" in sent.body
    assert "Zéphyrine" not in str(sent.message())
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert OutboxItem.objects.get().state == "sent"


def test_no_mail_about_what_was_answered_or_taken_back(
    desk: Person, asked: SpeakerName, now: datetime, mailbox: list[EmailMessage]
) -> None:
    services.answer_name(desk, asked, agrees=False, at=now)
    outbox.drain(letters.compose, lambda: now)
    assert mailbox == []


def test_an_address_that_a_server_refuses_harms_nobody(asked: SpeakerName, now: datetime, settings: Any) -> None:
    settings.MAILERS = {"default": {"BACKEND": "test_naming.Refusing"}}
    done = outbox.drain(letters.compose, lambda: now)
    assert (done.failed, OutboxItem.objects.get().failure) == (1, "rejected")
    assert MAIL not in str(list(OutboxItem.objects.values_list("failure", "detail")))


def test_the_link_opens_until_nobody_waits_and_withdraws_for_ever(
    desk: Person, asked: SpeakerName, now: datetime
) -> None:
    token, day = names.secret(asked), timedelta(days=1)
    assert names.opened(token, now + 60 * day - timedelta(seconds=1)) == asked
    with pytest.raises(NotFound):
        names.opened(token, now + 60 * day)
    with pytest.raises(Conflict):
        services.answer_name(desk, asked, agrees=True, at=now + 60 * day)
    for wrong in (token[:-1], token + "x", asked.pk.hex, "", "x:y", f"{uuid4().hex}:{token.partition(':')[2]}"):
        with pytest.raises(NotFound):
            names.opened(wrong, now)
    services.answer_name(desk, asked, agrees=True, at=now)
    late = now + 9_999 * day
    services.answer_name(desk, names.opened(token, late), agrees=False, at=late)
    assert again(asked).state == "withdrawn"


def test_what_nobody_answered_is_forgotten(desk: Person, asked: SpeakerName, cast: Cast, now: datetime) -> None:
    services.show_name(cast["member"], asked.session, wish=SHOWN, at=now)
    assert services.forget_names(desk, at=now + timedelta(days=60, seconds=-1)) == 0
    assert services.forget_names(desk, at=now + timedelta(days=60)) == 1
    assert list(SpeakerName.objects.values_list("role", flat=True)) == [OFFICE], (
        "a name that is shown stays until it is taken back"
    )


def test_a_role_that_goes_takes_its_name_along(
    desk: Person, cast: Cast, row: Session, asked: SpeakerName, now: datetime
) -> None:
    services.answer_name(desk, asked, agrees=True, at=now)
    waiting = services.show_name(cast["member"], row, wish=replace(ASKED, role=NUMBERED), at=now)
    services.change_session(cast["member"], row, base=1, told={"title": "Autre titre"}, at=now)
    assert (again(asked).state, again(waiting).state) == ("given", "pending")
    services.change_session(cast["member"], row, base=2, told={"roles": TOLD["roles"][1:2]}, at=now)
    assert list(SpeakerName.objects.values_list("state", "name", "mail")) == [("withdrawn", "", "")]
    assert [told["speaker_name"] for _act, _kind, told in lines()][-2:] == ["withdrawn", "none"]


def test_a_file_brings_no_name_and_takes_those_of_roles_it_takes(
    desk: Person, cast: Cast, meeting: Edition, row: Session, asked: SpeakerName, now: datetime
) -> None:
    services.answer_name(desk, asked, agrees=True, at=now)
    edition = model.Edition("Ailleurs", "ailleurs", date(2027, 3, 4), date(2027, 3, 4), "Europe/Paris")
    one = model.Session(row.pk, row.code, "Atelier", 60, roles=(model.Role("9", shown="un maire", name="Passager"),))
    given = model.Programme(edition, sessions=(one,))
    services.import_programme(cast["member"], meeting, programme=given, at=now)
    assert "Passager" not in json.dumps(Session.objects.get(pk=row.pk).roles)
    assert (again(asked).state, names.of_edition(meeting)) == ("withdrawn", {(row.pk, ROLE): ""})


def test_nothing_of_it_in_the_journal_and_nothing_left_in_any_table(
    desk: Person, cast: Cast, row: Session, asked: SpeakerName, now: datetime
) -> None:
    office = services.show_name(cast["member"], row, wish=SHOWN, at=now)
    services.answer_name(desk, asked, agrees=True, at=now)
    services.publish_programme(cast["member"], row.edition, note="", at=now)
    services.answer_name(desk, asked, agrees=False, at=now)
    services.drop_name(cast["member"], office, at=now)
    assert lines() == [
        ("gatherings.show_name", "session", {"speaker_name": "pending"}),
        ("gatherings.show_name", "session", {"speaker_name": "given"}),
        ("gatherings.answer_name", "session", {"speaker_name": "given"}),
        ("gatherings.answer_name", "session", {"speaker_name": "withdrawn"}),
        ("gatherings.drop_name", "session", {"speaker_name": "withdrawn"}),
    ]
    with connection.cursor() as cursor:
        held = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            held += [bytes(v) if isinstance(v, memoryview) else v for line in cursor.fetchall() for v in line]
    whole = b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in held)
    hidden = ("Zéphyrine", "Z\\u00e9phyrine", MAIL, "Octavie", "mairie.example/elus", names.secret(asked))
    assert [word for word in hidden if word.encode() in whole] == []
    assert b"une archiviste" in whole


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "withdrawn"},
        {"state": "refused"},
        {"state": "given"},  # with an address
        {"mail": ""},
        {"name": ""},
        {"basis": "public_office"},
        {"basis_source": "x"},
    ],
)
def test_the_database_keeps_no_name_without_its_consent(asked: SpeakerName, wrong: dict[str, str]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        SpeakerName.objects.filter(pk=asked.pk).update(**wrong)


def together(count: int, act: Callable[[int], object]) -> list[str]:
    start, told = threading.Barrier(count), list[str]()

    def one(n: int) -> None:
        try:
            start.wait(timeout=30)
            act(n)
            told.append("done")
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_at_once_one_question_and_one_answer(desk: Person, cast: Cast, row: Session, now: datetime) -> None:
    wishes = [replace(ASKED, name=f"Personne {n % 2}") for n in range(4)]
    told = together(4, lambda n: services.show_name(cast["member"], row, wish=wishes[n], at=now))
    assert (told, SpeakerName.objects.count(), len(lines())) == (["done", "done", "name_known", "name_known"], 1, 1)
    asked = SpeakerName.objects.get()
    assert set(together(4, lambda n: services.answer_name(desk, asked, agrees=n % 2 == 0, at=now))) <= {
        "done",
        "name_gone",
    }
    kept = again(asked)
    assert (kept.state in {"refused", "withdrawn"}, kept.name, kept.mail) == (True, "", ""), "a no is never lost"
    assert journal.verify().holds


class Refusing:
    """A mail server that knows no such address."""

    def __init__(self, *args: Any, **given: Any) -> None: ...

    def open(self) -> None: ...

    def close(self) -> None: ...

    def send_messages(self, messages: list[EmailMessage]) -> int:
        raise ValueError("no such address")


def test_two_roles_that_read_alike_cannot_be_told_apart(row: Session) -> None:
    assert [one.key for one in names.roles(row)] == [ROLE, OFFICE, NUMBERED, "", ""]
