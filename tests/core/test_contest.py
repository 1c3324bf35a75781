"""Contests: every state, event and role; a fact with its evidence; two outsiders; filled once and for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import databases
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from communaux.core import contest as contests
from communaux.core import services
from communaux.core.contestable import KINDS, Contestable, Parties, declare
from communaux.core.errors import Conflict, NotAllowed, NotFound, NotReady, Refusal
from communaux.core.models import Contest, ContestOpinion, Entry, Evidence, Organisation, Person

pytestmark = pytest.mark.django_db

LONG_AGO = date(2026, 1, 1)
LATE = timedelta(days=30, seconds=1)
# What each role may do in each state: "" allowed, else the code of the refusal
EVENTS = ("answer", "decide", "withdraw")
STATES = ("open", "overdue", "answered", "upheld", "dismissed", "withdrawn")
ALLOWED = {
    ("author", "withdraw"): {"open", "overdue", "answered"},
    ("holder", "answer"): {"open", "overdue"},
    ("judge", "decide"): {"overdue", "answered"},
    ("second", "decide"): {"overdue", "answered"},
}
ROLES = ("author", "colleague", "holder", "holder_colleague", "judge", "second", "reader", "nobody")


class Thing:
    """What a test contests: the effect is remembered."""

    def __init__(self) -> None:
        self.pk = "1"
        self.upheld: list[tuple[str, str]] = []
        self.holders = Parties()
        self.judges: set[Any] = set()


@pytest.fixture
def thing() -> Iterator[Thing]:
    made = Thing()

    def uphold(by: Person, contest: Contest, subject: Thing, reason: str, at: datetime) -> None:
        subject.upheld.append((contest.field, contest.proposed))

    declare(
        "thing",
        Contestable(
            find=lambda pk: made if pk == "1" else None,
            holders=lambda subject, day: made.holders,
            answers=lambda person, subject: person.pk in made.judges,
            decides=lambda person, subject: person.pk in made.judges,
            proposed=lambda subject, field, value: value,
            uphold=uphold,
        ),
    )
    yield made
    del KINDS["thing"]


@pytest.fixture
def people(thing: Thing, desk: Person, person: Callable[..., Person], now: datetime) -> dict[str, Person]:
    """Author and holder each have an organisation and a colleague in it who could judge if it were another's dispute."""
    found = {role: person(f"{role}@demo.example") for role in ROLES if role != "nobody"}
    for of, members in {"a": ("author", "colleague"), "b": ("holder", "holder_colleague"), "c": ("judge",)}.items():
        body = services.create_organisation(desk, name=f"Commune de démonstration {of}", kind="local_authority", at=now)
        for one in members:
            services.add_member(desk, body, person=found[one], starts_on=LONG_AGO, at=now)
    thing.judges = {found[role].pk for role in ("colleague", "holder_colleague", "holder", "author", "judge", "second")}
    thing.holders = Parties(frozenset({found["holder"].pk}))
    return found


def opened(by: Person, at: datetime, **more: Any) -> Contest:
    said = {
        "subject": ("thing", "1"),
        "field": "name",
        "proposed": "uMap",
        "fact": "Un fait.",
        "links": ["https://a.example"],
    }
    return contests.open_contest(by, **said | more, at=at)


def brought_to(state: str, people: dict[str, Person], now: datetime) -> tuple[Contest, datetime]:
    """A contest in this state, and the time it then is."""
    made = opened(people["author"], now)
    if state == "overdue":
        return made, now + LATE
    if state == "withdrawn":
        return contests.withdraw_contest(people["author"], made, at=now), now
    if state != "open":
        made = contests.answer_contest(people["holder"], made, answer="Non.", at=now)
    if state in Contest.DECIDED:
        for one in ("judge", "second"):
            made = contests.decide_contest(people[one], made, verdict=state, reason="Vu.", at=now)
    return made, now


def act(event: str, by: Any, made: Contest, at: datetime) -> Contest:
    match event:
        case "answer":
            return contests.answer_contest(by, made, answer="Non.", at=at)
        case "decide":
            return contests.decide_contest(by, made, verdict="upheld", reason="Vu.", at=at)
    return contests.withdraw_contest(by, made, at=at)


def try_to(event: str, by: Any, made: Contest, at: datetime) -> str:
    """ "" when it is done, and undone again; else the code of the refusal, which wrote nothing."""
    before = (Contest.objects.values().get(), Entry.objects.count(), ContestOpinion.objects.count())
    try:
        with transaction.atomic():
            act(event, by, made, at)
            transaction.set_rollback(True)
    except Refusal as error:
        assert (Contest.objects.values().get(), Entry.objects.count(), ContestOpinion.objects.count()) == before
        return type(error).__name__
    return ""


@pytest.mark.parametrize("state", STATES)
def test_every_state_event_and_role(people: dict[str, Person], now: datetime, state: str) -> None:
    made, at = brought_to(state, people, now)
    told = {(role, event): try_to(event, people.get(role), made, at) for role in ROLES for event in EVENTS}
    entitled = {("author", "withdraw"), ("holder", "answer"), ("judge", "decide"), ("second", "decide")}
    wanted = {
        (role, event): ("" if state in ALLOWED[role, event] else "Conflict")
        if (role, event) in entitled
        else "NotAllowed"
        for role in ROLES
        for event in EVENTS
    }
    assert told == wanted


def test_where_nobody_holds_the_subject_the_area_says_who_answers(
    thing: Thing, people: dict[str, Person], now: datetime
) -> None:
    thing.holders = Parties()
    made = opened(people["author"], now)
    for role in ("author", "reader"):
        with pytest.raises(NotAllowed):
            contests.answer_contest(people[role], made, answer="Non.", at=now)
    assert contests.answer_contest(people["judge"], made, answer="Non.", at=now).state == "answered"
    with pytest.raises(NotAllowed):
        contests.decide_contest(people["judge"], made, verdict="upheld", reason="Vu.", at=now)


def test_an_organisation_holds_through_its_members_but_for_the_author_s_own(
    thing: Thing, people: dict[str, Person], now: datetime
) -> None:
    bodies = {one.name[-1]: one.pk for one in Organisation.objects.all()}
    thing.holders = Parties(organisations=frozenset({bodies["a"], bodies["b"]}))
    made = opened(people["author"], now)
    with pytest.raises(NotAllowed):
        contests.answer_contest(people["colleague"], made, answer="Non.", at=now)
    assert contests.answer_contest(people["holder_colleague"], made, answer="Non.", at=now).state == "answered"


def test_one_decider_alone_decides_nothing_and_two_who_agree_do(
    thing: Thing, people: dict[str, Person], now: datetime
) -> None:
    made, _at = brought_to("answered", people, now)
    first = contests.decide_contest(people["judge"], made, verdict="upheld", reason="Le dépôt le dit.", at=now)
    assert (first.state, first.decided_by, thing.upheld) == ("answered", None, [])
    with pytest.raises(Conflict) as twice:
        contests.decide_contest(people["judge"], made, verdict="upheld", reason="Encore.", at=now)
    assert twice.value.code == "already_said"
    done = contests.decide_contest(people["second"], made, verdict="upheld", reason="Vu.", at=now)
    assert (done.state, done.decided_by, done.seconded_by) == ("upheld", people["judge"], people["second"])
    assert (done.decided_at, thing.upheld) == (now, [("name", "uMap")])


def test_two_who_disagree_wait_for_a_third(
    thing: Thing, people: dict[str, Person], person: Callable[..., Person], now: datetime
) -> None:
    made, _at = brought_to("answered", people, now)
    contests.decide_contest(people["judge"], made, verdict="upheld", reason="Oui.", at=now)
    assert (
        contests.decide_contest(people["second"], made, verdict="dismissed", reason="Non.", at=now).state == "answered"
    )
    third = person("third@demo.example")
    thing.judges.add(third.pk)
    done = contests.decide_contest(third, made, verdict="dismissed", reason="Non plus.", at=now)
    assert (done.state, done.decided_by, done.seconded_by, thing.upheld) == ("dismissed", people["second"], third, [])


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"fact": " \n"}, ["le fait"]),
        ({"links": []}, ["sa preuve"]),
        ({"links": ["", ""]}, ["sa preuve"]),
        ({"fact": "", "links": []}, ["le fait", "sa preuve"]),
    ],
)
def test_without_a_fact_or_evidence_nothing_is_opened(
    people: dict[str, Person], now: datetime, more: dict[str, Any], missing: list[str]
) -> None:
    with pytest.raises(NotReady) as refused:
        opened(people["author"], now, **more)
    assert (refused.value.details["missing"], Contest.objects.count()) == (missing, 0)


@pytest.mark.parametrize("subject", [("thing", "2"), ("nothing", "1")])
def test_what_is_not_there_cannot_be_contested(
    people: dict[str, Person], now: datetime, subject: tuple[str, str]
) -> None:
    with pytest.raises(NotFound):
        opened(people["author"], now, subject=subject)


def test_one_standing_contest_each_and_another_once_it_is_closed(people: dict[str, Person], now: datetime) -> None:
    first = opened(people["author"], now)
    with pytest.raises(Conflict) as refused:
        opened(people["author"], now, fact="Autre.")
    assert (refused.value.details["contest"], Evidence.objects.count()) == (first.pk, 1)
    opened(people["reader"], now)
    opened(people["author"], now, field="url")
    contests.withdraw_contest(people["author"], first, at=now)
    assert opened(people["author"], now, fact="Encore.").pk > first.pk
    assert [one.by.display_name for one in contests.standing("thing", ["1"])] == ["reader", "author", "author"]


def test_the_due_date_is_thirty_days_after(people: dict[str, Person], now: datetime) -> None:
    made = opened(people["author"], now)
    assert made.due_at == now + timedelta(days=30)
    assert [contests.is_overdue(made, at) for at in (now, made.due_at, now + LATE)] == [False, False, True]


def test_evidence_is_kept_as_text_whatever_it_leads_to(people: dict[str, Person], now: datetime) -> None:
    links = ["http://127.0.0.1/admin", "http://169.254.169.254/", "https://a.example/<b>"]
    made = opened(people["author"], now, links=[*links, links[0]])
    assert sorted(contests.evidence_of(made).values_list("locator", flat=True)) == sorted(links)


def test_the_journal_tells_each_step_under_what_is_contested(people: dict[str, Person], now: datetime) -> None:
    brought_to("upheld", people, now)
    lines = Entry.objects.filter(subject_kind="thing", subject_id="1").order_by("seq")
    assert [line.act for line in lines] == [
        "core.open_contest",
        "core.answer_contest",
        "core.decide_contest",
        "core.decide_contest",
    ]
    assert [line.after["contest_state"] for line in lines] == ["open", "answered", "answered", "upheld"]
    assert "Un fait." not in str(list(lines.values())), "what people wrote stays outside the hashed body"


FILLED = {
    "fact": "Autre.",
    "proposed": "x",
    "field": "url",
    "answer": "Si.",
    "reason": "x",
    "subject_id": "2",
    "opened_at": datetime(2020, 1, 1, tzinfo=None).astimezone(),
    "state": "open",
}


@pytest.mark.parametrize("name", FILLED)
def test_a_filled_field_never_changes(people: dict[str, Person], now: datetime, name: str) -> None:
    made, _at = brought_to("upheld", people, now)
    before = Contest.objects.values().get(pk=made.pk)
    with pytest.raises(DatabaseError, match=r"append-only|contest_"), transaction.atomic():
        Contest.objects.filter(pk=made.pk).update(**{name: FILLED[name]})
    assert Contest.objects.values().get(pk=made.pk) == before


@pytest.mark.parametrize("name", ["answered_by", "decided_by", "seconded_by", "by"])
def test_nobody_takes_the_place_of_who_did_it(people: dict[str, Person], now: datetime, name: str) -> None:
    made, _at = brought_to("upheld", people, now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Contest.objects.filter(pk=made.pk).update(**{name: people["reader"]})


def test_the_database_refuses_to_delete_and_to_change_an_opinion(people: dict[str, Person], now: datetime) -> None:
    brought_to("upheld", people, now)
    for change in (
        lambda: Contest.objects.all()._raw_delete("default"),
        lambda: ContestOpinion.objects.all().delete(),
        lambda: ContestOpinion.objects.update(reason="x"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert (Contest.objects.count(), ContestOpinion.objects.count()) == (1, 2)


@pytest.mark.skipif(databases.is_postgres(), reason="PostgreSQL has no REPLACE")
def test_sqlite_refuses_to_replace(people: dict[str, Person], now: datetime) -> None:
    opened(people["author"], now)
    with connection.cursor() as cursor:
        columns = [row.name for row in connection.introspection.get_table_description(cursor, "core_contest")]
        shown = ", ".join(f'"{name}"' for name in columns)
        for key in ('"id"', "NULL"):  # by its number, by what stands once
            again = ", ".join(key if name == "id" else f'"{name}"' for name in columns)
            with pytest.raises(DatabaseError, match="append-only"):
                cursor.execute(
                    f"INSERT OR REPLACE INTO core_contest ({shown}) SELECT {again} FROM core_contest LIMIT 1"
                )


def test_the_database_wants_two_different_deciders(people: dict[str, Person], now: datetime) -> None:
    made, _at = brought_to("answered", people, now)
    judge = people["judge"]
    for change in (
        {"state": "upheld"},
        {"state": "upheld", "decided_by": judge, "decided_at": now},
        {"state": "upheld", "decided_by": judge, "seconded_by": judge, "decided_at": now},
        {"decided_by": judge, "seconded_by": people["second"], "decided_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contest.objects.filter(pk=made.pk).update(**change)
