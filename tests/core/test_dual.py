"""The two-person rule: who prepares, who releases, who may be neither, in time, unchanged, not under a hold, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import rules
from django.db import IntegrityError, connection, transaction

from communaux.core import dual, duals, journal, notify, operators, services
from communaux.core.contestable import Parties
from communaux.core.errors import Conflict, NotAllowed, NotReady
from communaux.core.models import DualAct, Entry, Grant, Hold, Notification, Organisation, Person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
OUT = AT + timedelta(days=14)
SECOND = timedelta(seconds=1)


@pytest.fixture
def people(person: Callable[..., Person]) -> dict[str, Person]:
    made = {name: person(f"{name}@demo.example", operator=True) for name in ("olga", "omar", "otto")}
    return made | {name: person(f"{name}@demo.example") for name in ("nina", "lea")}


@pytest.fixture
def act(people: dict[str, Person]) -> DualAct:
    """Olga prepares that Nina becomes an operator."""
    return operators.prepare(people["olga"], people["nina"], at=AT)


def release(by: Person, act: DualAct, at: datetime = AT) -> DualAct:
    return dual.release(by, act, seen=act.payload_sha256, at=at)


def is_operator(person: Person) -> bool:
    return Grant.objects.filter(person=person, role="operator").exists()


def refused(wanted: type[Exception], do: Callable[[], object]) -> str:
    with pytest.raises(wanted) as error:
        do()
    return str(error.value.code)  # type: ignore[attr-defined]  # of the Refusal that was raised


def test_one_prepares_another_releases_and_it_is_done(act: DualAct, people: dict[str, Person]) -> None:
    assert not is_operator(people["nina"])
    release(people["omar"], act, OUT - SECOND)
    act.refresh_from_db()
    held = Grant.objects.get(person=people["nina"], role="operator")
    assert (act.state, act.released_by, held.granted_by) == ("released", people["omar"], people["omar"])
    acts = list(Entry.objects.order_by("seq").values_list("act", flat=True))[-3:]
    assert acts == ["core.prepare_dual_act", "core.grant", "core.release_dual_act"]
    assert refused(Conflict, lambda: release(people["otto"], act)) == "already_decided"


def test_who_prepared_does_not_release(act: DualAct, people: dict[str, Person]) -> None:
    assert refused(NotAllowed, lambda: release(people["olga"], act)) == "not_the_second"
    assert not is_operator(people["nina"])


def test_the_database_itself_wants_two(act: DualAct, people: dict[str, Person]) -> None:
    def released(by: Person) -> dict[str, Any]:
        return {"state": "released", "released_by": by, "released_at": AT}

    with pytest.raises(IntegrityError), transaction.atomic():
        DualAct.objects.filter(pk=act.pk).update(**released(people["olga"]))
    assert DualAct.objects.filter(pk=act.pk).update(**released(people["omar"])) == 1


@pytest.mark.parametrize(
    "row", [{"state": "released"}, {"state": "refused"}, {"state": "done"}, {"reason": "x"}, {"expires_at": AT}]
)
def test_the_database_refuses_half_a_decision(act: DualAct, row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DualAct.objects.filter(pk=act.pk).update(**row)


def test_the_same_act_is_open_once(act: DualAct, people: dict[str, Person]) -> None:
    def again() -> DualAct:
        return operators.prepare(people["omar"], people["nina"], at=AT)

    assert refused(Conflict, again) == "already_prepared"
    dual.refuse(people["omar"], act, reason="Pas encore", at=AT)
    assert again().state == "prepared"


@pytest.mark.parametrize("late", [timedelta(0), SECOND])
def test_from_its_last_instant_on_it_is_too_late(act: DualAct, people: dict[str, Person], late: timedelta) -> None:
    assert refused(Conflict, lambda: release(people["omar"], act, OUT + late)) == "too_late"
    assert refused(Conflict, lambda: dual.refuse(people["omar"], act, reason="x", at=OUT + late)) == "too_late"


def test_the_daily_task_closes_what_is_too_late_once(act: DualAct, desk: Person) -> None:
    assert [dual.expire(desk, at=at) for at in (OUT - SECOND, OUT, OUT)] == [0, 1, 0]
    act.refresh_from_db()
    assert act.state == "expired"
    assert Entry.objects.filter(act="core.expire_dual_acts").count() == 1


def test_what_changed_meanwhile_is_not_done(act: DualAct, people: dict[str, Person]) -> None:
    assert duals.moved(act) is None
    Person.objects.filter(pk=people["nina"].pk).update(is_active=False)
    assert duals.moved(act) == {}
    assert refused(Conflict, lambda: release(people["omar"], act)) == "payload_changed"


def test_what_somebody_rewrote_in_the_database_is_not_done(act: DualAct, people: dict[str, Person]) -> None:
    DualAct.objects.filter(pk=act.pk).update(payload=operators.payload_of(people["lea"]))
    assert refused(Conflict, lambda: release(people["omar"], act)) == "payload_changed"
    assert not is_operator(people["lea"])


def test_what_one_did_not_read_is_not_done(act: DualAct, people: dict[str, Person]) -> None:
    code = refused(Conflict, lambda: dual.release(people["omar"], act, seen="0" * 64, at=AT))
    assert code == "payload_changed"


@pytest.mark.parametrize(
    ("terms", "stops"),
    [
        ({}, True),
        ({"until": AT.date()}, True),
        ({"until": AT.date() - timedelta(days=1)}, False),
        ({"lifted_at": AT}, False),
        ({"subject_kind": "commons", "subject_id": "7"}, False),
    ],
)
def test_a_standing_hold_stops_it(
    act: DualAct, people: dict[str, Person], desk: Person, terms: dict[str, Any], stops: bool
) -> None:
    row: dict[str, Any] = {"subject_kind": "instance", "subject_id": "", "kind": "vote", "reason": "enquête"}
    Hold.objects.create(**row | {"placed_by": desk, "placed_at": AT} | terms)
    if stops:
        assert refused(Conflict, lambda: release(people["omar"], act)) == "on_hold"
    else:
        assert release(people["omar"], act).state == "released"


@pytest.mark.parametrize("row", [{"reason": ""}, {"kind": "all"}, {"lifted_at": AT - SECOND}])
def test_a_hold_says_why_and_of_what(desk: Person, row: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"subject_kind": "commons", "subject_id": "7", "kind": "funds", "reason": "enquête"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(**whole | {"placed_by": desk, "placed_at": AT} | row)


@pytest.fixture
def tranche(desk: Person, now: datetime) -> Iterator[Organisation]:
    """A kind of act that serves a body: what funding will declare."""
    town = services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=now)
    duals.declare(
        "tranche",
        duals.Dual(
            prepares=lambda person, act: True,
            releases=lambda person, act: person.display_name != "lea",
            awaited=lambda act, day: frozenset(Person.objects.values_list("pk", flat=True)),
            benefits=lambda act: Parties(organisations=frozenset({UUID(act.payload["to"])})),
            now=lambda act: act.payload,
            lines=lambda payload: [("organisation_id", payload["to"])],
            do=lambda by, act, at: None,
        ),
    )
    yield town
    del duals.KINDS["tranche"]


def tranche_by(by: Person, town: Organisation, at: datetime = AT) -> DualAct:
    return dual.prepare(by, kind="tranche", subject=("instance", ""), payload={"to": str(town.pk)}, at=at)


def test_no_member_of_the_beneficiary_is_one_of_the_two(
    tranche: Organisation, people: dict[str, Person], desk: Person
) -> None:
    services.add_member(desk, tranche, person=people["omar"], starts_on=date(2020, 1, 1), at=AT)
    assert refused(NotAllowed, lambda: tranche_by(people["omar"], tranche)) == "serves_oneself"
    act = tranche_by(people["olga"], tranche)
    assert people["omar"].pk not in duals.awaited(act, AT.date())
    assert refused(NotAllowed, lambda: release(people["omar"], act)) == "not_the_second"
    assert refused(NotAllowed, lambda: dual.refuse(people["omar"], act, reason="x", at=AT)) == "not_the_second"
    assert refused(NotAllowed, lambda: release(people["lea"], act)) == "not_allowed"
    services.add_member(desk, tranche, person=people["olga"], starts_on=AT.date(), at=AT)
    assert refused(NotAllowed, lambda: release(people["otto"], act)) == "not_the_second"
    past = people["olga"].memberships.get()
    past.starts_on, past.ends_on = date(2020, 1, 1), AT.date() - timedelta(days=1)
    past.save()
    assert release(people["otto"], act).state == "released"


def test_the_beneficiary_is_none_of_the_two(act: DualAct, people: dict[str, Person], desk: Person) -> None:
    services.grant(desk, people["nina"], role="operator", object_type="instance", at=AT)
    assert refused(NotAllowed, lambda: release(people["nina"], act)) == "not_the_second"
    assert people["nina"].pk not in duals.awaited(act, AT.date())


def test_one_does_not_prepare_what_serves_oneself(people: dict[str, Person]) -> None:
    payload = operators.payload_of(people["olga"])
    code = refused(
        NotAllowed,
        lambda: dual.prepare(people["olga"], kind="operator", subject=("instance", ""), payload=payload, at=AT),
    )
    assert code == "serves_oneself"
    assert refused(Conflict, lambda: operators.prepare(people["omar"], people["olga"], at=AT)) == "already_granted"


def test_a_refusal_says_why(act: DualAct, people: dict[str, Person]) -> None:
    assert refused(NotReady, lambda: dual.refuse(people["omar"], act, reason=" ", at=AT)) == "reason_needed"
    done = dual.refuse(people["olga"], act, reason=" Je reprends ", at=AT)
    assert (done.state, done.refused_by, done.reason) == ("refused", people["olga"], "Je reprends")
    assert Entry.objects.latest("seq").act == "core.refuse_dual_act"


def test_role_by_action(act: DualAct, people: dict[str, Person], desk: Person) -> None:
    """Olga prepared it, Omar may release it, it serves Nina, Léa reads here."""
    past = Grant.objects.filter(person=people["otto"], role="operator")
    services.revoke(desk, past.get(), at=AT, reason="test")
    names = ("read", "release", "refuse")
    who = {**people, "desk": desk, "nobody": None}
    may = {name: tuple(rules.has_perm(f"core.{one}_dual_act", by, act) for one in names) for name, by in who.items()}
    assert may == {
        "olga": (True, True, True),  # told by the service that another person has to release it
        "omar": (True, True, True),
        "otto": (False, False, False),
        "nina": (True, False, False),
        "lea": (False, False, False),
        "desk": (True, True, True),
        "nobody": (False, False, False),
    }
    with pytest.raises(NotAllowed):
        operators.prepare(people["lea"], people["nina"], at=AT)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_release_at_once_one_does(act: DualAct, people: dict[str, Person]) -> None:
    def do(name: str) -> str:
        try:
            return release(people[name], act).state
        except Conflict as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(do, ["omar", "otto"])) == ["already_decided", "released"]
    assert Grant.objects.filter(person=people["nina"], role="operator").count() == 1


def told() -> dict[str, list[str]]:
    notify.follow(AT)
    found: dict[str, list[str]] = {}
    for row in Notification.objects.exclude(state="settled").select_related("person").order_by("person__display_name"):
        found.setdefault(row.kind, []).append(row.person.display_name)
    Notification.objects.all().delete()
    return found


def test_who_is_told(people: dict[str, Person], desk: Person) -> None:
    told()
    act = operators.prepare(people["olga"], people["nina"], at=AT)
    assert told() == {"asked": ["omar", "otto"]}
    release(people["omar"], act)
    assert told() == {"decided": ["nina", "olga"]}
    other = operators.prepare(people["olga"], people["lea"], at=AT)
    dual.refuse(people["omar"], other, reason="Non", at=AT)
    assert told()["decided"] == ["olga"]
    operators.prepare(people["olga"], people["lea"], at=AT)
    notify.follow(AT)
    dual.expire(desk, at=OUT)
    assert told() == {"decided": ["lea", "olga"]}
    assert journal.verify().holds
