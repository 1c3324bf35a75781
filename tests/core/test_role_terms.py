"""Terms of roles: no overlap, two persons for some, never without one, their end announced once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from communaux.core import endings, notify, services
from communaux.core.errors import Conflict, NotAllowed
from communaux.core.models import Entry, Grant, Notification, Person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)


@pytest.fixture
def people(person: Callable[..., Person]) -> dict[str, Person]:
    made = {name: person(f"{name}@demo.example") for name in ("ana", "bob")}
    return made | {"olga": person("olga@demo.example", operator=True)}


def steward(desk: Person, to: Person, **terms: Any) -> Grant:
    given = {"object_id": "7", "starts_on": FIRST, "ends_on": LAST} | terms
    return services.grant(desk, to, role="steward", object_type="commons", at=AT, **given)


@pytest.mark.parametrize(
    ("starts", "ends", "overlaps"),
    [
        (LAST, LAST + 9 * DAY, True),
        (LAST + DAY, LAST + 9 * DAY, False),
        (FIRST - 9 * DAY, FIRST, True),
        (FIRST - 9 * DAY, FIRST - DAY, False),
    ],
)
def test_the_same_role_is_not_held_twice_on_one_day(
    desk: Person, people: dict[str, Person], starts: date, ends: date, overlaps: bool
) -> None:
    steward(desk, people["ana"])
    if overlaps:
        with pytest.raises(Conflict) as refused:
            steward(desk, people["ana"], starts_on=starts, ends_on=ends)
        assert refused.value.message == "Ce rôle est déjà tenu jusqu’au 31 décembre 2026."
    else:
        steward(desk, people["ana"], starts_on=starts, ends_on=ends)
    steward(desk, people["bob"], starts_on=starts, ends_on=ends)
    steward(desk, people["ana"], object_id="8", starts_on=starts, ends_on=ends)


@pytest.mark.parametrize("role", ["operator", "steward", "editor"])
def test_an_operator_alone_gives_neither_operator_nor_steward(people: dict[str, Person], role: str) -> None:
    on = {"steward": ("commons", "7")}.get(role, ("instance", ""))
    terms: dict[str, Any] = {
        "role": role,
        "object_type": on[0],
        "object_id": on[1],
        "ends_on": LAST,
        "starts_on": FIRST,
    }
    if role == "editor":
        assert services.grant(people["olga"], people["ana"], at=AT, **terms).granted_by == people["olga"]
        return
    with pytest.raises(NotAllowed) as refused:
        services.grant(people["olga"], people["ana"], at=AT, **terms)
    assert refused.value.code == "two_persons"


@pytest.mark.parametrize("role", ["owner", "co_owner", "editor", "steward", "member"])
def test_nobody_below_an_operator_gives_a_role_of_the_desk(desk: Person, people: dict[str, Person], role: str) -> None:
    terms: dict[str, Any] = {"object_type": "instance", "ends_on": LAST, "starts_on": FIRST, "at": AT}
    services.grant(desk, people["ana"], role=role, **terms)
    for given in (role, "editor", "operator"):
        with pytest.raises(NotAllowed):
            services.grant(people["ana"], people["bob"], role=given, **terms)


def test_the_last_steward_stays_until_there_is_another(desk: Person, people: dict[str, Person]) -> None:
    mine = steward(desk, people["ana"])
    steward(desk, people["bob"], starts_on=FIRST + DAY)
    for by in (people["ana"], people["olga"]):
        with pytest.raises(Conflict) as refused:
            services.revoke(by, mine, at=AT, reason="je pars")
        assert refused.value.code == "last_holder"
    services.revoke(people["ana"], mine, at=AT + DAY, reason="je pars")
    mine.refresh_from_db()
    assert mine.revoked_by == people["ana"]


def test_the_last_operator_stays_and_an_editor_may_leave(desk: Person, people: dict[str, Person]) -> None:
    edits = services.grant(desk, people["ana"], role="editor", object_type="instance", at=AT)
    with pytest.raises(NotAllowed):
        services.revoke(people["bob"], edits, at=AT, reason="")
    services.revoke(people["ana"], edits, at=AT, reason="")
    with pytest.raises(Conflict):
        services.revoke(people["olga"], people["olga"].grants.get(), at=AT, reason="")


@pytest.mark.parametrize(("days", "due"), [(30, 1), (31, 0), (1, 1), (-1, 0)])
def test_an_end_within_thirty_days_is_announced_once(
    desk: Person, people: dict[str, Person], days: int, due: int
) -> None:
    today = FIRST + 60 * DAY
    at = AT + 60 * DAY
    steward(desk, people["ana"], ends_on=today + days * DAY)
    assert [endings.tell_endings(desk, at=at), endings.tell_endings(desk, at=at)] == [due, 0]
    assert Entry.objects.filter(act="core.tell_endings").count() == due


def test_neither_a_withdrawn_nor_a_renewed_role_is_announced(desk: Person, people: dict[str, Person]) -> None:
    at, end = AT + 60 * DAY, FIRST + 70 * DAY
    withdrawn = steward(desk, people["ana"], ends_on=end)
    steward(desk, people["bob"], ends_on=end)
    services.revoke(desk, withdrawn, at=AT, reason="test")
    steward(desk, people["bob"], starts_on=end + DAY, ends_on=end + 365 * DAY)
    assert endings.tell_endings(desk, at=at) == 0


def test_both_sides_are_told(desk: Person, people: dict[str, Person]) -> None:
    terms = {"role": "editor", "object_type": "instance", "ends_on": FIRST + 20 * DAY, "starts_on": FIRST}
    services.grant(people["olga"], people["ana"], at=AT, **terms)
    notify.follow(AT)
    Notification.objects.all().delete()
    endings.tell_endings(desk, at=AT)
    notify.follow(AT)
    told = Notification.objects.order_by("person__display_name").values_list("person__display_name", "kind")
    assert list(told) == [("ana", "decided"), ("olga", "decided")]
