"""A call for sessions from its first day to the draft programme: who may do what, when, and what reviews come to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
import rules
from django.db import connection
from django.utils import timezone
from uses import Cast, at_noon

from communaux.core import accounts, notify, personal_data
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, NotReady
from communaux.core.models import Entry, Grant, Notification, Person
from communaux.gatherings import proposing, services, tasks
from communaux.gatherings.models import (
    CallQuestion,
    Edition,
    EditionOrganiser,
    ProposalAnswer,
    ReviewCriterion,
    Session,
    SessionProposal,
    SessionReview,
)
from communaux.gatherings.queries import proposals
from communaux.gatherings.services.proposing import MOST_PROPOSALS

pytestmark = pytest.mark.django_db
PARTS = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2037, 6, 4),
    "ends_on": date(2037, 6, 5),
    "place_name": "Mairie",
    "timezone": "Europe/Paris",
}
CALL = {"opens_on": date(2037, 3, 1), "closes_on": date(2037, 3, 29), "text": ""}  # its last day has 23 hours
OPEN, AFTER = at_noon(date(2037, 3, 10)), at_noon(date(2037, 5, 1))
REVIEWING = at_noon(date(2037, 4, 5))
PHASE = {"starts_on": date(2037, 4, 1), "ends_on": date(2037, 4, 10), "anonymised": True, "sees_others": False}
TOLD: dict[str, Any] = {
    "title": "Réparer ensemble",
    "kind": "workshop",
    "theme": "Réemploi",
    "minutes": 90,
    "summary": "Un atelier de réparation.",
    "description": "Chacun apporte un appareil.",
    "language": "fr",
    "needs": ["captions"],
    "roles": ["une réparatrice bénévole"],
}


@pytest.fixture
def meeting(cast: Cast, now: datetime) -> Edition:
    made = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=now)
    services.set_call(cast["member"], made, base=0, told=CALL, at=now)
    return made


@pytest.fixture
def propose(cast: Cast, meeting: Edition) -> Callable[..., SessionProposal]:
    def made(by: str = "outsider", at: datetime = OPEN, *, submit: bool = True, **told: Any) -> SessionProposal:
        answers = told.pop("answers", {})
        given = {"told": TOLD | told, "answers": answers, "submit": submit}
        return services.propose(cast[by], meeting, key=uuid4(), **given, at=at)

    return made


@pytest.fixture
def ask(cast: Cast, meeting: Edition, now: datetime) -> Callable[..., CallQuestion]:
    def made(label: str, variant: str = "text", **told: Any) -> CallQuestion:
        given = {"label": label, "variant": variant} | told
        return services.add_question(cast["member"], meeting, told=given, at=now)

    return made


@pytest.fixture
def criteria(cast: Cast, meeting: Edition, now: datetime) -> list[ReviewCriterion]:
    """One that weighs three, one that weighs one."""
    return [
        services.add_criterion(cast["member"], meeting, told={"label": label, "weight": weight}, at=now)
        for label, weight in (("Utilité", 3), ("Clarté", 1))
    ]


@pytest.fixture
def reviewer(cast: Cast, meeting: Edition) -> Callable[[str], Person]:
    """`reviewer("second")` reads from the day of today on."""

    def named(part: str) -> Person:
        at = timezone.now()
        services.name_reviewer(cast["member"], meeting, person=cast[part], until=date(2099, 1, 1), at=at)
        return cast[part]

    return named


def phase(cast: Cast, meeting: Edition, position: int = 1, **told: Any) -> None:
    services.set_phase(cast["member"], meeting, position=position, told=PHASE | told, at=OPEN)


def decide(cast: Cast, row: SessionProposal, event: str, at: datetime = AFTER, **told: Any) -> SessionProposal:
    row.refresh_from_db()
    given = {"base": row.written, "because": "Parce que."} | told
    return services.decide_proposal(cast["member"], row, event=event, **given, at=at)


def review(by: Person, row: SessionProposal, scores: dict[str, int], text: str = "", at: datetime = REVIEWING) -> None:
    mine = services.declare_conflict(by, row, conflict=False, at=at)
    services.write_review(by, row, base=mine.written, scores=scores, text=text, at=at)


# States


def act(cast: Cast, row: SessionProposal, event: str) -> object:
    author = cast["outsider"]
    if event == "submit":
        given = {"base": row.written, "told": TOLD, "answers": {}}
        return services.change_proposal(author, row, **given, submit=True, at=OPEN)
    if event == "hold":
        told = {"state": "held"}
        assert row.session
        return services.change_session(cast["member"], row.session, base=row.session.written, told=told, at=AFTER)
    if event in proposing.DECISIONS:
        return decide(cast, row, event)
    acts = {"withdraw": services.withdraw_proposal, "confirm": services.confirm_proposal}
    return acts[event](author, row, at=AFTER)


@pytest.mark.parametrize("event", proposing.EVENTS)
@pytest.mark.parametrize("state", SessionProposal.State.values)
def test_each_state_with_each_event(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal], state: str, event: str
) -> None:
    """What the table allows is done, any other pair is refused and changes nothing."""
    row = propose(submit=False)
    given: dict[str, Any] = {"state": state, "reason": "Parce que."}
    if state in {"confirmed", "held"}:
        given["session"] = Session.objects.create(
            edition=meeting, code="ABC", title="x", minutes=60, state=state, created_at=OPEN
        )
    SessionProposal.objects.filter(pk=row.pk).update(**given)
    row = SessionProposal.objects.select_related("edition", "session").get(pk=row.pk)
    following = proposing.STEPS.get((state, event))
    if event == "hold" and not row.session:
        return  # a session that is not there cannot be held
    if (state, event) == ("submitted", "submit") or (state, event) == ("held", "hold"):
        following = state  # sent or said again: nothing moves
    if following:
        act(cast, row, event)
    else:
        with pytest.raises(Conflict):
            act(cast, row, event)
    row.refresh_from_db()
    assert row.state == (following or state)


def test_the_table_is_that_of_the_specification() -> None:
    told = {
        "draft": {"submit": "submitted"},
        "submitted": {"accept": "accepted", "wait": "waiting", "decline": "declined", "withdraw": "withdrawn"},
        "waiting": {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"},
        "accepted": {"confirm": "confirmed", "withdraw": "withdrawn", "cancel": "cancelled"},
        "confirmed": {"hold": "held", "withdraw": "withdrawn", "cancel": "cancelled"},
    }
    assert {(state, event): to for state, steps in told.items() for event, to in steps.items()} == proposing.STEPS
    assert {state for state, _event in proposing.STEPS} | set(proposing.STEPS.values()) == set(
        SessionProposal.State.values
    )


def test_from_the_call_to_the_draft_programme(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    row = propose()
    decide(cast, row, "accept", because="")
    services.confirm_proposal(cast["outsider"], row, at=AFTER)
    row.refresh_from_db()
    made = Session.objects.get()
    assert (row.state, row.session, made.state, made.edition) == ("confirmed", made, "confirmed", meeting)
    assert {name: getattr(made, name) for name in TOLD if name != "roles"} == {
        name: value for name, value in TOLD.items() if name != "roles"
    }
    assert made.roles == [{"id": "", "kind": "speaker", "shown": "une réparatrice bénévole"}]
    assert (made.starts_at, len(made.code)) == (None, 6)
    services.withdraw_proposal(cast["outsider"], row, at=AFTER)
    made.refresh_from_db()
    assert (made.state, bool(made.reason)) == ("cancelled", True)


def test_what_is_said_of_the_session_is_said_of_the_proposal(
    cast: Cast, propose: Callable[..., SessionProposal]
) -> None:
    row = propose()
    decide(cast, row, "accept")
    services.confirm_proposal(cast["outsider"], row, at=AFTER)
    told = {"state": "cancelled", "reason": "Salle inondée."}
    services.change_session(cast["second"], Session.objects.get(), base=1, told={"minutes": 45}, at=AFTER)
    notify.follow(AFTER)
    assert not Notification.objects.filter(entry__act="gatherings.change_session").exists()
    services.change_session(cast["second"], Session.objects.get(), base=2, told=told, at=AFTER)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "Salle inondée.")
    notify.follow(AFTER)
    heard = Notification.objects.get(entry__act="gatherings.change_session", channel="inapp")
    assert heard.person == cast["outsider"]
    assert [one.name for one in notify.shown([heard.entry]).values()] == ["Réparer ensemble"]


# Days


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (datetime(2037, 2, 28, 22, 59, 59, tzinfo=UTC), "call_to_come"),  # 23:59:59 in Paris
        (datetime(2037, 2, 28, 23, 0, tzinfo=UTC), ""),  # 00:00 on 1 March
        (datetime(2037, 3, 29, 21, 59, 59, tzinfo=UTC), ""),  # 23:59:59, summer time since that morning
        (datetime(2037, 3, 29, 22, 0, tzinfo=UTC), "call_over"),
    ],
)
def test_the_last_day_ends_at_midnight_in_paris(
    propose: Callable[..., SessionProposal], at: datetime, code: str
) -> None:
    if not code:
        assert propose(at=at).state == "submitted"
        return
    with pytest.raises(NotReady) as refused:
        propose(at=at)
    assert (refused.value.code, "2037" in refused.value.message) == (code, True)
    assert not SessionProposal.objects.exists()


def test_the_night_of_an_hour_more(cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]) -> None:
    Edition.objects.update(starts_on=date(2037, 12, 1), ends_on=None)
    told = CALL | {"closes_on": date(2037, 10, 25)}
    services.set_call(cast["member"], meeting, base=1, told=told, at=OPEN)
    assert propose(at=datetime(2037, 10, 25, 22, 59, 59, tzinfo=UTC)).state == "submitted"
    with pytest.raises(NotReady):
        propose(at=datetime(2037, 10, 25, 23, 0, tzinfo=UTC))


def test_another_clock_another_midnight(meeting: Edition, propose: Callable[..., SessionProposal]) -> None:
    Edition.objects.update(timezone="America/Cayenne")
    meeting.refresh_from_db()
    assert propose(at=datetime(2037, 3, 30, 2, 59, tzinfo=UTC)).state == "submitted"
    with pytest.raises(NotReady):
        propose(at=datetime(2037, 3, 30, 3, 0, tzinfo=UTC))


def test_nothing_is_proposed_without_a_call(cast: Cast, now: datetime) -> None:
    made = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=now)
    with pytest.raises(NotReady) as refused:
        services.propose(cast["outsider"], made, key=uuid4(), told=TOLD, answers={}, submit=True, at=OPEN)
    assert refused.value.code == "no_call"


def test_words_change_until_the_deadline_and_no_longer(cast: Cast, propose: Callable[..., SessionProposal]) -> None:
    row = propose(submit=False)
    given = {"told": TOLD | {"title": "Autrement"}, "answers": {}, "submit": True}
    services.change_proposal(cast["outsider"], row, base=1, **given, at=OPEN)
    row.refresh_from_db()
    assert (row.title, row.state, row.submitted_at, row.written) == ("Autrement", "submitted", OPEN, 2)
    with pytest.raises(NotReady):
        services.change_proposal(cast["outsider"], row, base=2, **given, at=AFTER)
    with pytest.raises(Conflict) as refused:
        services.change_proposal(cast["outsider"], row, base=1, **given, at=OPEN)
    assert refused.value.code == "changed_meanwhile"
    decide(cast, row, "wait")
    with pytest.raises(Conflict) as refused:
        services.change_proposal(cast["outsider"], row, base=3, **given, at=OPEN)
    assert refused.value.code == "decided"


def test_nothing_is_accepted_before_the_review_is_over(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    phase(cast, meeting)
    phase(cast, meeting, 2, starts_on=date(2037, 4, 12), ends_on=date(2037, 4, 20))
    row = propose()
    last = datetime(2037, 4, 20, 21, 59, tzinfo=UTC)
    for at in (OPEN, REVIEWING, at_noon(date(2037, 4, 11)), last):
        with pytest.raises(NotReady) as refused:
            decide(cast, row, "accept", at)
        assert (refused.value.code, "20 avril 2037" in refused.value.message) == ("review_open", True)
    assert decide(cast, row, "wait", last).state == "waiting"
    assert decide(cast, row, "accept", last + timedelta(minutes=1)).state == "accepted"


def test_phases_follow_each_other(cast: Cast, meeting: Edition) -> None:
    with pytest.raises(BadRequest):
        phase(cast, meeting, 2)
    phase(cast, meeting)
    with pytest.raises(BadRequest):
        phase(cast, meeting, 2, starts_on=date(2037, 4, 10))
    phase(cast, meeting, 2, starts_on=date(2037, 4, 11), ends_on=date(2037, 4, 12))
    with pytest.raises(BadRequest):
        phase(cast, meeting, ends_on=date(2037, 4, 11))
    first, second = meeting.review_phases.order_by("position")
    with pytest.raises(Conflict):
        services.drop_phase(cast["member"], first, at=OPEN)
    services.drop_phase(cast["member"], second, at=OPEN)
    with pytest.raises(Conflict, match="a commencé"):
        services.drop_phase(cast["member"], first, at=REVIEWING)
    assert meeting.review_phases.count() == 1


# Scores


def test_scores_worked_by_hand(
    cast: Cast,
    meeting: Edition,
    criteria: list[ReviewCriterion],
    propose: Callable[..., SessionProposal],
    reviewer: Callable[[str], Person],
) -> None:
    phase(cast, meeting)
    useful, clear = (str(one.pk) for one in criteria)
    row = propose()
    review(reviewer("second"), row, {useful: 4, clear: 2})  # (3 × 4 + 1 × 2) / 4 = 3.5
    (one,) = proposals.judged(meeting, cast["member"])
    assert (one.verdict.n, one.verdict.enough, one.verdict.mean) == (1, False, Fraction(7, 2))
    review(reviewer("member"), row, {useful: 5})  # the other is not answered: 5, not 15 / 4
    (one,) = proposals.judged(meeting, cast["editor"])
    assert one.verdict == proposing.Verdict(Fraction(17, 4), 2, Fraction(7, 2), Fraction(5))
    assert one.verdict.enough
    assert [(told.number, told.rows) for told in proposals.reviews(row)] == [
        (1, [("Utilité", 4), ("Clarté", 2)]),
        (2, [("Utilité", 5)]),
    ]


@pytest.mark.parametrize("scores", [{"0": 3}, {"first": 6}, {"first": -1}])
def test_a_score_is_from_0_to_5_for_a_criterion(
    cast: Cast,
    meeting: Edition,
    criteria: list[ReviewCriterion],
    propose: Callable[..., SessionProposal],
    reviewer: Callable[[str], Person],
    scores: dict[str, int],
) -> None:
    phase(cast, meeting)
    row, given = propose(), {str(criteria[0].pk) if key == "first" else key: n for key, n in scores.items()}
    with pytest.raises(BadRequest):
        review(reviewer("second"), row, given)


def test_reviews_are_written_while_a_phase_is_open(
    cast: Cast,
    meeting: Edition,
    propose: Callable[..., SessionProposal],
    reviewer: Callable[[str], Person],
) -> None:
    phase(cast, meeting)
    row, by = propose(), reviewer("second")
    with pytest.raises(NotReady) as refused:
        services.write_review(by, row, base=0, scores={}, text="Bien.", at=REVIEWING)
    assert refused.value.code == "conflict_first"
    for at in (OPEN, AFTER):
        with pytest.raises(NotReady) as refused:
            review(by, row, {}, "Bien.", at)
        assert refused.value.code == "no_review_now"
    review(by, row, {}, "Bien.")
    with pytest.raises(Conflict):
        services.write_review(by, row, base=1, scores={}, text="Mal.", at=REVIEWING)
    decide(cast, row, "decline")
    with pytest.raises(Conflict):
        review(by, row, {}, "Trop tard.")


# Who sees what


def test_a_conflict_of_interest_hides_the_file_and_takes_its_words(
    cast: Cast,
    meeting: Edition,
    criteria: list[ReviewCriterion],
    propose: Callable[..., SessionProposal],
    reviewer: Callable[[str], Person],
) -> None:
    phase(cast, meeting)
    row, by = propose(), reviewer("second")
    review(by, row, {str(criteria[0].pk): 5}, "Très bien.")
    services.declare_conflict(by, row, conflict=True, at=REVIEWING)
    kept = SessionReview.objects.get()
    assert (kept.conflict, kept.scores, kept.text) == (True, {}, "")
    assert proposals.judged(meeting, by) == []
    assert list(proposals.waiting_for(by, timezone.localdate())) == []
    with pytest.raises(NotFound):
        proposals.to_judge(meeting, row.pk, by)
    assert [one.proposal for one in proposals.judged(meeting, cast["member"])] == [row]
    with pytest.raises(Conflict):
        services.declare_conflict(by, row, conflict=False, at=REVIEWING)
    with pytest.raises(NotAllowed):
        services.write_review(by, row, base=kept.written, scores={}, text="Quand même.", at=REVIEWING)
    with pytest.raises(NotAllowed):
        services.decide_proposal(by, row, base=row.written, event="decline", because="Non.", at=AFTER)


def test_nobody_judges_what_they_proposed(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal], reviewer: Callable[[str], Person]
) -> None:
    row, by = propose("member"), reviewer("member")
    assert proposals.judged(meeting, by) == []
    for refused in (
        lambda: services.declare_conflict(by, row, conflict=False, at=REVIEWING),
        lambda: services.decide_proposal(by, row, base=1, event="wait", because="", at=AFTER),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_phase_without_names_hides_what_tells_who(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal], ask: Callable[..., CallQuestion]
) -> None:
    mine, plain, secret = ask("Qui êtes-vous ?", personal=True), ask("Matériel ?"), ask("Frais ?", for_reviewers=False)
    row = propose(answers={mine.pk: "La maire.", plain.pk: "Un tournevis.", secret.pk: "200"})
    shown = {
        (reviewer, hidden): [one.value for one in proposals.answered(row, reviewer=reviewer, anonymised=hidden)]
        for reviewer, hidden in ((False, False), (True, False), (True, True))
    }
    assert shown == {
        (False, False): ["La maire.", "Un tournevis.", "200"],
        (True, False): ["La maire.", "Un tournevis."],
        (True, True): ["Un tournevis."],
    }
    phase(cast, meeting)
    phase(cast, meeting, 2, starts_on=date(2037, 4, 12), ends_on=date(2037, 4, 20), anonymised=False, sees_others=True)
    told = {
        day: proposals.days(meeting, at_noon(date(2037, *day))) for day in ((3, 10), (4, 5), (4, 11), (4, 15), (5, 1))
    }
    assert {day: one.anonymised for day, one in told.items()} == {
        (3, 10): True,
        (4, 5): True,
        (4, 11): True,
        (4, 15): False,
        (5, 1): True,
    }
    assert {day: one.sees_others for day, one in told.items()} == {
        (3, 10): False,
        (4, 5): False,
        (4, 11): True,
        (4, 15): True,
        (5, 1): True,
    }


def test_the_public_journal_has_no_word_of_a_proposal(
    cast: Cast,
    meeting: Edition,
    propose: Callable[..., SessionProposal],
    reviewer: Callable[[str], Person],
    ask: Callable[..., CallQuestion],
) -> None:
    phase(cast, meeting)
    row = propose(answers={ask("Téléphone ?", personal=True).pk: "zéro six"})
    review(reviewer("second"), row, {}, "Mots de relecture")
    decide(cast, row, "decline", because="Raison secrète")
    told = json.dumps(list(Entry.objects.values_list("before", "after", "reason")), ensure_ascii=False)
    words = (*(TOLD[name] for name in ("title", "theme", "summary", "description")), *TOLD["roles"], "zéro six")
    assert [word for word in (*words, "relecture", "secrète") if word in told] == []
    line = Entry.objects.get(act="gatherings.decide_proposal")
    assert (line.before, line.after) == ({"written": 1}, {"written": 2})


def test_the_public_journal_does_not_tell_whose_a_proposal_is(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal], reviewer: Callable[[str], Person]
) -> None:
    """A reviewer knows the number of a proposal, an author that of theirs: neither finds the other in the open lines."""
    phase(cast, meeting)
    before = Entry.objects.latest("seq").seq
    row, by = propose(), reviewer("second")
    review(by, row, {}, "Bien.")
    services.declare_conflict(by, row, conflict=True, at=REVIEWING)
    decide(cast, row, "accept")
    services.confirm_proposal(cast["outsider"], row, at=AFTER)
    services.withdraw_proposal(cast["outsider"], row, at=AFTER)
    lines = Entry.objects.filter(seq__gt=before, act__startswith="gatherings.").order_by("seq")
    told = [(one.act.removeprefix("gatherings."), one.actor.is_desk, one.subject_kind) for one in lines]
    assert told == [
        ("propose", True, "edition"),
        ("declare_conflict", True, "edition"),
        ("write_review", True, "edition"),
        ("declare_conflict", True, "edition"),
        ("decide_proposal", False, "sessionproposal"),
        ("confirm_proposal", True, "edition"),
        ("withdraw_proposal", True, "edition"),
    ]
    assert lines[0].private["by"] == str(cast["outsider"].pk)
    assert lines[0].private["proposal"] == str(row.pk)
    assert not lines.filter(actor__in=[cast["outsider"], by]).exists()


def test_everybody_takes_their_own_words_with_them(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal], reviewer: Callable[[str], Person]
) -> None:
    phase(cast, meeting)
    review(reviewer("second"), propose(), {}, "Mots de relecture")
    files = {part: "".join(personal_data.written(cast[part], AFTER)) for part in ("outsider", "second", "reader")}
    found = {part: ("Réparer ensemble" in text, "Mots de relecture" in text) for part, text in files.items()}
    assert found == {"outsider": (True, False), "second": (False, True), "reader": (False, False)}


def test_who_may_do_what(
    cast: Cast,
    meeting: Edition,
    propose: Callable[..., SessionProposal],
    reviewer: Callable[[str], Person],
    now: datetime,
) -> None:
    row = propose("reader")
    reviewer("second")
    question = services.add_question(cast["member"], meeting, told={"label": "Quoi ?", "variant": "text"}, at=now)
    town = {"member", "second"}
    organised = ("set_call", "add_question", "add_criterion", "set_phase", "name_reviewer", "drop_reviewer")
    matrix: dict[str, tuple[object, set[str]]] = {
        **dict.fromkeys(organised, (meeting, town)),
        "drop_question": (question, town),
        "change_question": (question, town),
        "propose": (meeting, set(PARTS)),
        **{
            name: (row, {"reader"})
            for name in (
                "change_proposal",
                "withdraw_proposal",
                "discard_proposal",
                "confirm_proposal",
                "hold_beside",
            )
        },
        "decide_proposal": (row, town),
        "read_proposals": (meeting, {"second"}),
        "declare_conflict": (row, {"second"}),
        "write_review": (row, {"second"}),
        "forget_answers": (None, {"operator"}),
    }
    found = {
        name: (target, {part for part in PARTS if rules.has_perm(f"gatherings.{name}", cast[part], target)})
        for name, (target, _may) in matrix.items()
    }
    assert found == matrix


def test_a_draft_is_its_authors_own(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal], reviewer: Callable[[str], Person]
) -> None:
    row = propose(submit=False)
    assert proposals.judged(meeting, reviewer("second")) == []
    assert proposals.sent(meeting).count() == 0
    with pytest.raises(NotAllowed):
        services.declare_conflict(cast["second"], row, conflict=False, at=REVIEWING)


def test_members_are_named_to_their_own_body_alone(cast: Cast, meeting: Edition, now: datetime) -> None:
    EditionOrganiser.objects.create(edition=meeting, name=cast.other.name, organisation=cast.other)
    named = {
        part: {one.display_name for one in proposals.may_be_named(meeting, cast[part], now.date())}
        for part in ("member", "outsider", "reader")
    }
    assert named == {"member": {"member", "second"}, "outsider": {"outsider"}, "reader": set()}
    services.name_reviewer(cast["member"], meeting, person=cast["second"], until=date(2099, 1, 1), at=now)
    shown = {part: proposals.reviewers_known(meeting, cast[part], now.date()).get() for part in ("member", "outsider")}
    assert {part: one.known for part, one in shown.items()} == {"member": True, "outsider": False}


def test_reviewers_are_members_named_until_a_day(cast: Cast, meeting: Edition, now: datetime) -> None:
    for part, until in (("outsider", date(2099, 1, 1)), ("former", date(2099, 1, 1)), ("second", now.date())):
        with pytest.raises(BadRequest):
            services.name_reviewer(cast["member"], meeting, person=cast[part], until=until, at=now)
    given = services.name_reviewer(cast["member"], meeting, person=cast["second"], until=date(2099, 1, 1), at=now)
    assert (given.role, given.object_type, given.object_id) == ("reviewer", "edition", str(meeting.pk))
    assert cast["second"] not in proposals.may_be_named(meeting, cast["member"], now.date())
    notify.follow(now)
    assert Notification.objects.filter(person=cast["second"], entry__act="core.grant", channel="inapp").exists()
    other = Grant.objects.filter(role="editor").first()
    assert other
    with pytest.raises(BadRequest):
        services.drop_reviewer(cast["member"], meeting, grant=other, at=now)
    services.drop_reviewer(cast["member"], meeting, grant=given, at=now)
    assert not proposals.reviewers(meeting, now.date()).exists()


# Questions, answers


def test_what_has_to_be_answered(
    cast: Cast, propose: Callable[..., SessionProposal], ask: Callable[..., CallQuestion]
) -> None:
    question = ask("Matériel ?", required=True)
    with pytest.raises(NotReady) as refused:
        propose()
    assert refused.value.details["missing"] == ["Matériel ?"]
    draft = propose(submit=False)
    given = {"told": TOLD, "answers": {question.pk: "Une table."}, "submit": True}
    services.change_proposal(cast["outsider"], draft, base=1, **given, at=OPEN)
    assert proposals.answers(draft) == {question.pk: "Une table."}
    with pytest.raises(Conflict):
        services.drop_question(cast["member"], question, at=OPEN)


def test_what_is_used_stays(
    cast: Cast,
    meeting: Edition,
    criteria: list[ReviewCriterion],
    propose: Callable[..., SessionProposal],
    reviewer: Callable[[str], Person],
) -> None:
    phase(cast, meeting)
    review(reviewer("second"), propose(), {str(criteria[0].pk): 0})
    with pytest.raises(Conflict):
        services.drop_criterion(cast["member"], criteria[0], at=REVIEWING)
    services.drop_criterion(cast["member"], criteria[1], at=REVIEWING)
    assert [one.label for one in proposals.criteria(meeting)] == ["Utilité"]


def test_personal_answers_go_twelve_months_after_the_meeting(
    desk: Person, propose: Callable[..., SessionProposal], ask: Callable[..., CallQuestion], now: datetime
) -> None:
    mine, plain = ask("Téléphone ?", personal=True), ask("Matériel ?")
    propose(answers={mine.pk: "zéro six", plain.pk: "Une table."})
    last = MEETING["ends_on"]
    assert last == date(2037, 6, 5)
    assert services.forget_answers(desk, date(2038, 6, 4), at=now) == 0
    assert services.forget_answers(desk, date(2038, 6, 5), at=now) == 1
    assert list(ProposalAnswer.objects.values_list("value", flat=True)) == ["Une table."]


# Decisions


def test_two_organisers_at_once_are_told(cast: Cast, propose: Callable[..., SessionProposal]) -> None:
    row = propose()
    given = {"base": 1, "because": "Complet."}
    services.decide_proposal(cast["member"], row, event="decline", **given, at=AFTER)
    with pytest.raises(Conflict) as refused:
        services.decide_proposal(cast["second"], row, event="accept", **given, at=AFTER)
    row.refresh_from_db()
    assert (refused.value.code, row.state, row.reason) == ("changed_meanwhile", "declined", "Complet.")


@pytest.mark.parametrize("event", ["decline", "cancel"])
def test_declining_says_why(cast: Cast, propose: Callable[..., SessionProposal], event: str) -> None:
    row = propose()
    if event == "cancel":
        decide(cast, row, "accept")
    with pytest.raises(BadRequest):
        decide(cast, row, event, because=" ")
    assert decide(cast, row, event).reason == "Parce que."


def test_a_decision_is_told_to_its_author_and_to_nobody_else(
    cast: Cast, propose: Callable[..., SessionProposal]
) -> None:
    row = propose()
    decide(cast, row, "wait")
    notify.follow(AFTER)
    told = Notification.objects.filter(entry__act__startswith="gatherings.", channel="inapp")
    assert list(told.values_list("person", "entry__act")) == [(cast["outsider"].pk, "gatherings.decide_proposal")]
    shown = notify.shown(Entry.objects.filter(act="gatherings.decide_proposal"))
    assert [one.name for one in shown.values()] == ["Réparer ensemble"]


def test_who_organises_finds_what_waits(cast: Cast, propose: Callable[..., SessionProposal]) -> None:
    row, day = propose(), timezone.localdate()
    found = {part for part in PARTS if row in proposals.waiting_for(cast[part], day)}
    assert found == {"member", "second"}
    decide(cast, row, "wait")
    assert not proposals.waiting_for(cast["member"], day).exists()


def test_who_reviews_finds_what_is_left(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal], reviewer: Callable[[str], Person]
) -> None:
    phase(cast, meeting)
    by, row, torn = reviewer("second"), propose(), propose(title="Autre")
    propose("second")
    day = REVIEWING.date()
    assert set(proposals.to_review(by, day)) == {row, torn}
    assert [proposals.to_review(cast[part], day).count() for part in ("member", "outsider", "editor")] == [0, 0, 0]
    assert not proposals.to_review(by, AFTER.date()).exists()
    services.declare_conflict(by, row, conflict=False, at=REVIEWING)
    services.declare_conflict(by, torn, conflict=True, at=REVIEWING)
    assert list(proposals.to_review(by, day)) == [row], "what was only opened is left"
    review(by, row, {}, "Bien.")
    assert not proposals.to_review(by, day).exists()


def test_a_declined_proposal_goes_on(cast: Cast, propose: Callable[..., SessionProposal], meeting: Edition) -> None:
    row = propose()
    with pytest.raises(Conflict):
        services.hold_beside(cast["outsider"], row, at=AFTER)
    decide(cast, row, "decline")
    for _twice in range(2):
        services.hold_beside(cast["outsider"], row, at=AFTER)
    row.refresh_from_db()
    assert (row.beside, row.written) == (True, 3)
    assert proposals.open_elsewhere(meeting, OPEN) == []
    other = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=OPEN)
    services.set_call(cast["member"], other, base=0, told=CALL, at=OPEN)
    assert proposals.open_elsewhere(meeting, OPEN) == [other]
    assert proposals.open_elsewhere(meeting, AFTER) == []


def test_the_same_form_sent_twice_makes_one(cast: Cast, meeting: Edition) -> None:
    key, given = uuid4(), {"told": TOLD, "answers": {}, "submit": True, "at": OPEN}
    made = [services.propose(cast["outsider"], meeting, key=key, **given) for _twice in range(2)]
    other = services.propose(cast["reader"], meeting, key=key, **given)
    assert (made[0], SessionProposal.objects.count(), other.author) == (made[1], 2, cast["reader"])


def test_there_is_an_end_to_what_one_account_proposes(cast: Cast, propose: Callable[..., SessionProposal]) -> None:
    for _n in range(MOST_PROPOSALS):
        propose()
    with pytest.raises(Conflict):
        propose()
    propose("reader")


def test_a_call_is_set_by_one_at_a_time(cast: Cast, meeting: Edition) -> None:
    with pytest.raises(Conflict):
        services.set_call(cast["second"], meeting, base=0, told=CALL, at=OPEN)
    services.set_call(cast["second"], meeting, base=1, told=CALL | {"closes_on": date(2037, 4, 1)}, at=OPEN)
    with pytest.raises(BadRequest):
        services.set_call(cast["second"], meeting, base=2, told=CALL | {"closes_on": date(2037, 6, 6)}, at=OPEN)


def test_the_nightly_task_takes_them_out(
    propose: Callable[..., SessionProposal], ask: Callable[..., CallQuestion]
) -> None:
    propose(answers={ask("Téléphone ?", personal=True).pk: "zéro six"})
    tasks.forget.func()
    assert ProposalAnswer.objects.count() == 1
    Edition.objects.update(starts_on=date(2020, 1, 1), ends_on=None)
    tasks.forget.func()
    assert not ProposalAnswer.objects.exists()


def test_answers_of_an_erased_author_go_the_same_night(
    desk: Person, cast: Cast, propose: Callable[..., SessionProposal], ask: Callable[..., CallQuestion], now: datetime
) -> None:
    question = ask("Téléphone ?", personal=True)
    row = propose("reader", answers={question.pk: "zéro six"})
    propose(answers={question.pk: "zéro sept"})
    accounts.erase_person(cast["reader"], cast["reader"], at=OPEN)
    row.refresh_from_db()
    assert (row.author.display_name, services.forget_answers(desk, now.date(), at=now)) == ("", 1)
    assert list(ProposalAnswer.objects.values_list("value", flat=True)) == ["zéro sept"]


@pytest.mark.django_db(transaction=True)
def test_eight_who_decide_at_once_decide_once(cast: Cast, propose: Callable[..., SessionProposal]) -> None:
    row, start, told = propose(), threading.Barrier(8), list[str]()

    def decides(n: int) -> None:
        try:
            start.wait(timeout=20)
            by, event = cast[("member", "second")[n % 2]], ("wait", "decline")[n % 2]
            services.decide_proposal(by, row, base=1, event=event, because="Parce que.", at=AFTER)
            told.append("decided")
        except Conflict as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decides, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert sorted(told) == ["changed_meanwhile"] * 7 + ["decided"]
