"""Days given and promised: who may say and confirm what, totals of bodies only, what goes with an account."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import rules
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from test_adapting import PARTS
from uses import Cast

from communaux.catalogue.models import Commons
from communaux.core import accounts, personal_data
from communaux.core import services as core
from communaux.core import trial as core_trial
from communaux.core.errors import BadRequest, Conflict, NotAllowed
from communaux.core.models import Entry, Person
from communaux.gatherings import services, trial
from communaux.gatherings.models import Contribution, Mentoring, MentoringEntry, TimePledge
from communaux.gatherings.queries import contributions as queries
from communaux.gatherings.services import Begun, Given, Promise

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 5)
RULE = "https://ville.example/note-de-service"
SECRETS = ("archiviste", "forge.example", "facilitation", "7.25")


def given(cast: Cast, **more: Any) -> Given:
    told = {
        "target": cast.commons,
        "kind": "facilitation",
        "legal_frame": "agent_on_duty",
        "visibility": "org_total",
        "on_date": DAY,
        "organisation": cast.town,
        "credit": "archiviste",
        "quantity": Decimal("7.25"),
        "unit": "day",
        "evidence_url": "https://forge.example/1",
    }
    return Given(**told | more)


def declare(cast: Cast, now: datetime, by: str = "member", **more: Any) -> Contribution:
    return services.declare_contribution(cast[by], key=uuid4(), given=given(cast, **more), at=now)


def confirm(cast: Cast, now: datetime, one: Contribution, by: str = "second") -> Contribution:
    return services.validate_contribution(cast[by], one, base=queries.fingerprint(one), at=now)


def confirmed(cast: Cast, now: datetime, **more: Any) -> Contribution:
    return confirm(cast, now, declare(cast, now, **more))


def owner(cast: Cast, now: datetime, part: str = "member") -> Person:
    of = {"object_type": "organisation", "object_id": str(cast.town.pk)}
    core.grant(cast["desk"], cast[part], role="owner", starts_on=date(2020, 1, 1), at=now, **of)
    return cast[part]


def promise(**more: Any) -> Promise:
    told = {"scope": "agent", "days_per_year": Decimal("2.5"), "year": 2024, "rule_url": RULE}
    return Promise(**told | more)


def pledge(cast: Cast, now: datetime, **more: Any) -> TimePledge:
    return services.pledge_time(owner(cast, now), cast.town, key=uuid4(), promise=promise(**more), at=now)


def mentored(cast: Cast, now: datetime, **more: Any) -> Mentoring:
    begun = Begun(**{"target": cast.commons, "subject": "law", "starts_on": DAY} | more)
    return services.open_mentoring(cast["member"], cast.town, key=uuid4(), begun=begun, at=now)


def allowed(cast: Cast, act: str, target: object) -> set[str]:
    return {part for part in PARTS if rules.has_perm(f"gatherings.{act}", cast[part], target)}


def told(year: int = 2024) -> dict[str, Any]:
    return {one.organisation.name: (one.whole.amounts, one.whole.untold) for one in queries.totals(year)}


def test_each_role_and_each_act(cast: Cast, now: datetime) -> None:
    line, both = declare(cast, now), {"member", "second"}
    mentoring, promised = mentored(cast, now), pledge(cast, now)
    matrix = {
        "declare_contribution": (None, set(PARTS)),
        "correct_contribution": (line, {"member"}),
        "withdraw_contribution": (line, {"member"}),
        "validate_contribution": (line, {"second"}),
        "refuse_contribution": (line, {"second"}),
        "pledge_time": (cast.town, {"member"}),  # an owner; the second is a member only
        "end_pledge": (promised, {"member"}),
        "open_mentoring": (cast.town, both),
        "log_mentoring": (mentoring, both),
        "close_mentoring": (mentoring, both),
    }
    assert {act: allowed(cast, act, of) for act, (of, _who) in matrix.items()} == {
        act: who for act, (_of, who) in matrix.items()
    }
    assert [act for act, (of, _who) in matrix.items() if rules.has_perm(f"gatherings.{act}", None, of)] == []


def test_nobody_confirms_their_own(cast: Cast, now: datetime) -> None:
    line = declare(cast, now)
    for part in ("member", "outsider", "former", "operator"):
        with pytest.raises(NotAllowed):
            confirm(cast, now, line, by=part)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=line.pk).update(state="confirmed", validated_by=cast["member"])
    assert Contribution.objects.get().state == "waiting"


@pytest.mark.parametrize("part", ["outsider", "former", "reader"])
def test_only_a_member_declares_for_a_body(cast: Cast, now: datetime, part: str) -> None:
    with pytest.raises(NotAllowed, match="membre confirmé"):
        declare(cast, now, by=part)
    assert not Contribution.objects.exists()


def test_only_what_is_confirmed_and_not_private_counts(cast: Cast, now: datetime) -> None:
    declare(cast, now)
    declare(cast, now, visibility="private")
    declare(cast, now, organisation=None, visibility="public")
    refused = declare(cast, now)
    services.refuse_contribution(
        cast["second"], refused, base=queries.fingerprint(refused), why="Un autre jour.", at=now
    )
    assert (told(), queries.years(DAY)) == ({}, [])
    confirmed(cast, now)
    confirmed(cast, now, visibility="public", quantity=Decimal("0.5"), kind="code")
    confirmed(cast, now, quantity=Decimal(3), unit="h", legal_frame="volunteer")
    confirmed(cast, now, quantity=None)
    assert told() == {cast.town.name: ((("day", Decimal("7.75")), ("h", Decimal(3))), 1)}
    (total,) = queries.totals(2024)
    assert [(one.code, one.lines) for one in total.by_frame] == [("agent_on_duty", 3), ("volunteer", 1)]
    assert [(one.code, one.lines, one.untold) for one in total.by_kind] == [("code", 1, 0), ("facilitation", 3, 1)]
    assert (told(2023), queries.years(DAY)) == ({}, [2024])


def test_what_nobody_told_is_not_zero(cast: Cast, now: datetime) -> None:
    line = confirmed(cast, now, quantity=None)
    (total,) = queries.totals(2024)
    assert [(one.unit, one.quantity, one.lines, one.untold) for one in total.cells] == [("", None, 1, 1)]
    assert (total.whole.amounts, line.unit) == ((), "")
    for wrong in ({"quantity": Decimal(0)}, {"quantity": Decimal(1), "unit": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            declare(cast, now, **wrong)


def test_the_frame_is_never_empty(cast: Cast, now: datetime) -> None:
    with pytest.raises(BadRequest, match="à quel titre"):
        declare(cast, now, legal_frame="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=declare(cast, now).pk).update(legal_frame="")


def test_the_total_of_a_body_needs_one(cast: Cast, now: datetime) -> None:
    with pytest.raises(BadRequest, match="pour quel organisme"):
        declare(cast, now, organisation=None)


def test_the_same_form_twice_declares_once(cast: Cast, now: datetime) -> None:
    key = uuid4()
    for _time in range(2):
        services.declare_contribution(cast["member"], key=key, given=given(cast), at=now)
    assert Contribution.objects.count() == 1
    other = services.declare_contribution(cast["second"], key=key, given=given(cast), at=now)
    assert (other.pk != key, Contribution.objects.get(pk=key).person) == (True, cast["member"])


def test_a_correction_has_to_be_confirmed_again(cast: Cast, now: datetime) -> None:
    line = confirmed(cast, now)
    read = queries.fingerprint(line)
    same = services.correct_contribution(cast["member"], line, base=read, given=given(cast), at=now)
    assert same.state == "confirmed", "nothing new: it stays confirmed"
    one = services.correct_contribution(cast["member"], line, base=read, given=given(cast, quantity=Decimal(1)), at=now)
    assert (one.state, one.validated_by, told()) == ("waiting", None, {})
    with pytest.raises(Conflict, match="entre-temps"):
        services.correct_contribution(cast["member"], line, base=read, given=given(cast, kind="code"), at=now)
    with pytest.raises(Conflict, match="entre-temps"):
        services.validate_contribution(cast["second"], line, base=read, at=now)
    assert confirm(cast, now, one).state == "confirmed"
    assert confirm(cast, now, one).state == "confirmed", "confirmed twice, once"
    private = given(cast, visibility="private")
    last = services.correct_contribution(cast["member"], one, base=queries.fingerprint(one), given=private, at=now)
    assert (last.state, told()) == ("declared", {})


def test_refused_with_a_reason_for_one_person(cast: Cast, now: datetime) -> None:
    line = declare(cast, now)
    with pytest.raises(BadRequest, match="pourquoi"):
        services.refuse_contribution(cast["second"], line, base=queries.fingerprint(line), why=" ", at=now)
    for _time in range(2):
        services.refuse_contribution(
            cast["second"], line, base=queries.fingerprint(line), why="Lise était absente.", at=now
        )
    assert Contribution.objects.get().refused_because == "Lise était absente."
    assert not Entry.objects.filter(reason__contains="Lise").exists()


def test_taken_back_it_is_gone(cast: Cast, now: datetime) -> None:
    line = confirmed(cast, now)
    services.withdraw_contribution(cast["member"], line, at=now)
    assert (Contribution.objects.count(), told()) == (0, {})
    with pytest.raises(Conflict, match="retirée"):
        services.validate_contribution(
            cast["second"], Contribution(pk=uuid4(), organisation=cast.town), base="", at=now
        )


def test_the_journal_says_that_and_not_what(cast: Cast, now: datetime) -> None:
    start = Entry.objects.latest("seq").seq
    line = confirmed(cast, now)
    new = given(cast, quantity=Decimal(2))
    services.correct_contribution(cast["member"], line, base=queries.fingerprint(line), given=new, at=now)
    services.withdraw_contribution(cast["member"], line, at=now)
    found = Entry.objects.filter(seq__gt=start).order_by("seq")
    assert [one.act.removeprefix("gatherings.") for one in found] == [
        *("declare_contribution", "validate_contribution", "correct_contribution", "withdraw_contribution"),
    ]
    assert {key for one in found for key in (*one.before, *one.after)} == {"contribution_state"}
    text = json.dumps([[one.before, one.after, one.reason] for one in found])
    assert [mark for mark in SECRETS if mark in text] == []


def test_a_line_is_given_to_its_person_whole_and_to_who_confirmed_it_bare(cast: Cast, now: datetime) -> None:
    confirmed(cast, now)
    mine, theirs = (
        json.loads("".join(personal_data.written(cast[part], now)))["gatherings_contribution"]
        for part in ("member", "second")
    )
    assert mine[0]["i_am"] == ["person_id"]
    assert {name: mine[0][name] for name in ("quantity", "unit", "credit", "target_name", "on_date")} == {
        "quantity": "7.25",
        "unit": "day",
        "credit": "archiviste",
        "target_name": "uMap",
        "on_date": "2024-03-05",
    }
    assert set(mine[0]) >= set(Contribution.TOLD_TO["person_id"])
    assert theirs == [{"id": mine[0]["id"], "i_am": ["validated_by_id"], "contribution_state": "confirmed"}]
    assert str(cast["second"].pk) not in json.dumps(mine)


def test_erasing_an_account_leaves_a_number_of_nobody(cast: Cast, now: datetime) -> None:
    kept = confirmed(cast, now)
    declare(cast, now)
    declare(cast, now, visibility="private")
    declare(cast, now, organisation=None, visibility="public")
    others = declare(cast, now, by="second", visibility="private")
    before = told()
    accounts.erase_person(cast["member"], cast["member"], at=now)
    assert set(Contribution.objects.values_list("pk", flat=True)) == {kept.pk, others.pk}
    held = Contribution.objects.get(pk=kept.pk)
    assert (held.person, held.credit, held.evidence_url) == (None, "", "")
    assert (told(), before) == (before, {cast.town.name: ((("day", Decimal("7.25")),), 0)})


def test_days_are_promised_by_who_decides(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.pledge_time(cast["second"], cast.town, key=uuid4(), promise=promise(), at=now)
    key, by = uuid4(), owner(cast, now)
    for _time in range(2):
        made = services.pledge_time(by, cast.town, key=key, promise=promise(), at=now)
    assert TimePledge.objects.count() == 1
    with pytest.raises(Conflict, match="déjà une promesse"):
        services.pledge_time(by, cast.town, key=uuid4(), promise=promise(year=2025), at=now)
    assert [one.pledges[0].days_per_year for one in queries.totals(2025)] == [Decimal("2.5")]
    assert (queries.totals(2023), queries.years(date(2026, 1, 1))) == ([], [2026, 2025, 2024])
    for day in (date(2025, 6, 1), date(2026, 6, 1)):
        ended = services.end_pledge(by, made, on=day, at=now)
    assert (ended.ended_on, queries.years(date(2026, 1, 1))) == (date(2025, 6, 1), [2025, 2024])
    services.pledge_time(by, cast.town, key=uuid4(), promise=promise(year=2026), at=now)
    entry = Entry.objects.filter(act="gatherings.pledge_time").latest("seq")
    assert entry.after["rule_url"] == RULE


def test_a_mentoring_is_told_day_by_day_and_ends(cast: Cast, now: datetime) -> None:
    one = mentored(cast, now)
    for _time in range(2):
        services.log_mentoring(cast["second"], one, on_date=DAY, text="Les statuts relus.", at=now)
    assert MentoringEntry.objects.count() == 1
    early = DAY - timedelta(1)
    with pytest.raises(BadRequest, match="avant le début"):
        services.log_mentoring(cast["second"], one, on_date=early, text="Non.", at=now)
    with pytest.raises(BadRequest, match="avant le début"):
        services.close_mentoring(cast["second"], one, ends_on=early, outcome="Non.", at=now)
    for _time in range(2):
        services.close_mentoring(cast["member"], one, ends_on=DAY, outcome="Une association.", at=now)
    for outcome in ("Autre.",):
        with pytest.raises(Conflict, match="terminé"):
            services.close_mentoring(cast["member"], one, ends_on=DAY, outcome=outcome, at=now)
    with pytest.raises(Conflict, match="terminé"):
        services.log_mentoring(cast["second"], one, on_date=DAY, text="Encore.", at=now)
    with pytest.raises(BadRequest, match="lui-même"):
        mentored(cast, now, target=cast.town)
    other = mentored(cast, now, target=cast.other)
    assert (other.mentored_name, [one.ends_on for one in queries.mentorings()]) == (cast.other.name, [None, DAY])
    text = json.dumps([[one.before, one.after] for one in Entry.objects.filter(act__contains="mentoring")])
    assert "statuts" not in text


def test_the_same_form_twice_opens_one_mentoring(cast: Cast, now: datetime) -> None:
    key, begun = uuid4(), Begun(cast.commons, "law", DAY)
    made = [services.open_mentoring(cast["member"], cast.town, key=key, begun=begun, at=now) for _time in range(2)]
    assert made[0] == made[1]


def test_as_many_questions_for_three_bodies_as_for_one(cast: Cast, now: datetime) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            for one in queries.totals(2024):
                _all = (one.whole, one.by_frame, one.by_kind, [p.rule_url for p in one.pledges])
        return len(asked)

    confirmed(cast, now)
    pledge(cast, now)
    assert questions() == 3
    for name in ("Association une", "Association deux"):
        confirmed(cast, now, organisation=cast.body(name))
    assert (questions(), len(queries.totals(2024))) == (3, 3)


def test_a_commons_takes_its_contributions_along(cast: Cast, now: datetime) -> None:
    from communaux.catalogue.merging import POLICIES, Policy

    named = {name for name in POLICIES if name.split(".")[0] in {"contribution", "mentoring"}}
    assert {POLICIES[name] for name in named} == {Policy.MOVES}
    assert Commons.objects.filter(contributions=declare(cast, now).pk).get() == cast.commons


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_declare_and_open_once(cast: Cast, now: datetime) -> None:
    key, begun = uuid4(), Begun(cast.commons, "law", DAY)
    acts: list[Callable[[], object]] = [
        lambda: services.declare_contribution(cast["member"], key=key, given=given(cast), at=now),
        lambda: services.open_mentoring(cast["member"], cast.town, key=key, begun=begun, at=now),
    ]
    failed = list[Exception]()

    def click(act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(act,)) for act in acts * 4]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (failed, Contribution.objects.count(), Mentoring.objects.count()) == ([], 1, 1)


def test_an_account_erased_meanwhile_declares_nothing(cast: Cast, now: datetime) -> None:
    before = Person.objects.get(pk=cast["member"].pk)  # as a request that runs already holds it
    line = declare(cast, now)
    accounts.erase_person(cast["member"], cast["member"], at=now)
    with pytest.raises(NotAllowed, match="effacé"):
        services.declare_contribution(
            before, key=uuid4(), given=given(cast, organisation=None, visibility="private"), at=now
        )
    with pytest.raises(NotAllowed, match="effacé"):
        services.correct_contribution(before, line, base="", given=given(cast), at=now)


def test_a_demonstration_has_some_once(editions: None, desk: Person, now: datetime) -> None:
    assert not trial.bring(now), "no people yet"
    core_trial.accounts(desk)
    assert [trial.bring(now) for _time in range(2)] == [True, False]
    (total,) = queries.totals(now.year)
    assert (total.whole.amounts, total.whole.untold) == ((("day", Decimal("1.5")),), 1)
    assert [
        one.kind for one in queries.waiting(Person.objects.get(mail="collegue@demo.example"), timezone.localdate())
    ] == ["testing"]
    assert set(Contribution.objects.values_list("roadmap__fictive", flat=True)) == {True}


def test_a_person_fixture_is_no_member(person: Callable[..., Person], cast: Cast, now: datetime) -> None:
    """Somebody without any body keeps a line for themselves."""
    alone = person("seule@demo.example")
    told = given(cast, organisation=None, visibility="private", quantity=None)
    line = services.declare_contribution(alone, key=uuid4(), given=told, at=now)
    assert (line.state, list(queries.own(alone)), list(queries.waiting(alone, DAY))) == ("declared", [line], [])
