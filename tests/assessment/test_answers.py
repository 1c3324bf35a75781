"""Declared answers: who may, what takes whose place, levels in force, peers, what a run proposes, what changes in the profile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import rules
from assessment.answering import LINK, answered, asked, reviewed, stranger
from assessment.running import Fetch, carried_out
from assessment.running import asked as run_asked
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment import comparison, queries, services_answers
from communaux.assessment import queries_answers as reads
from communaux.assessment.answers import Reviewing, Said
from communaux.assessment.models import Answer, Outcome, PeerReview, Run
from communaux.catalogue.models import Commons
from communaux.core import notify
from communaux.core import services as core
from communaux.core.errors import Conflict, NotAllowed
from communaux.core.models import Entry, Evidence, Notification
from communaux.engines.assess import telling

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 2)
COPIED = ("commons", "question", "value", "by", "source", "answered_at", "expires_on")
EDITORS = {"editor", "steward"}


def level(cast: Cast, code: str = "data_export", day: date = TODAY) -> tuple[int, bool]:
    one = reads.read_all(cast.commons, day)[code]
    return one.level, one.expired


def test_who_may_answer(cast: Cast) -> None:
    answer = answered(cast, by="editor")
    people = {**cast.people, "visitor": AnonymousUser(), "nobody": None}

    def may(rule: str, target: object) -> set[str]:
        return {who for who, one in people.items() if rules.has_perm(rule, one, target)}

    assert may("assessment.answer", asked(cast)) == EDITORS
    assert may("assessment.answer", asked(cast, "privacy_law")) == {"steward"}
    assert may("assessment.accept_proposal", asked(cast, "open_licence")) == EDITORS
    assert may("assessment.answer", asked(cast, body=cast.town)) == set()
    assert may("assessment.withdraw_answer", answer) == EDITORS
    assert may("assessment.withdraw_answer", answered(cast, "privacy_law")) == {"steward"}
    assert may("assessment.review_answer", Reviewing(answer, cast.town)) == {"member", "second"}
    assert may("assessment.review_answer", Reviewing(answer, cast.other)) == {"outsider"}
    assert may("assessment.import_answers", cast.commons) == {"operator", "desk"}
    for rule in ("answer", "accept_proposal", "withdraw_answer", "review_answer"):
        assert may(f"assessment.{rule}", None) == set()


def test_a_member_of_the_body_that_holds_it_answers(cast: Cast) -> None:
    of = {"object_type": "commons", "object_id": str(cast.commons.pk)}
    core.grant(
        cast["desk"], cast.town, role="steward", starts_on=date(2020, 1, 1), ends_on=date(2099, 1, 1), at=NOW, **of
    )
    answer = answered(cast, "privacy_law", by="member", body=cast.town)
    assert (answer.organisation, answer.expires_on) == (cast.town, date(2028, 9, 1))
    with pytest.raises(NotAllowed):
        reviewed(answer, cast["second"], cast.town)


def test_the_level_grows_with_evidence_and_with_other_organisations(cast: Cast) -> None:
    assert level(cast) == (0, False)
    answered(cast)
    assert level(cast) == (1, False)
    answer = answered(cast, links=(LINK,))
    assert level(cast) == (2, False)
    proof = Evidence.objects.get(subject_kind="answer", subject_id=str(answer.pk))
    assert (proof.locator, proof.kind, proof.captured_at.date(), proof.method) == (
        *("https://demo.example/export", "link", date(2026, 8, 1), "declared"),
    )
    reviewed(answer, cast["member"], cast.town)
    reviewed(answer, cast["second"], cast.town)
    assert level(cast) == (3, False)  # two persons of one organisation are one organisation
    reviewed(answer, cast["outsider"], cast.other)
    assert level(cast) == (4, False)
    assert level(cast, day=answer.expires_on) == (4, False)
    assert level(cast, day=answer.expires_on + timedelta(days=1)) == (1, True)


def test_less_than_a_confirmation_raises_nothing_and_a_contest_leaves_a_mark(cast: Cast) -> None:
    answer = answered(cast)
    reviewed(answer, cast["member"], cast.town, level=2)
    assert level(cast) == (1, False)
    reviewed(answer, cast["outsider"], cast.other, level=0)
    one = reads.read_all(cast.commons, TODAY)["data_export"]
    assert (one.level, one.contested) == (1, True)


def test_what_is_no_peer(cast: Cast) -> None:
    core.add_member(cast["desk"], cast.town, person=cast["steward"], starts_on=date(2020, 1, 1), at=NOW)
    core.add_member(cast["desk"], cast.other, person=cast["second"], starts_on=date(2020, 1, 1), at=NOW)
    answer = answered(cast, by="editor")
    for who, body in (("member", cast.town), ("steward", cast.town), ("editor", cast.other), ("reader", cast.other)):
        with pytest.raises(NotAllowed):
            reviewed(answer, cast[who], body)
    with pytest.raises(NotAllowed):  # a foot in the body of the steward, with another hat on
        reviewed(answer, cast["second"], cast.other)
    assert reviewed(answer, cast["outsider"], cast.other).pk
    assert list(reads.peer_bodies(cast["outsider"], answer, TODAY)) == [cast.other]
    assert list(reads.peer_bodies(cast["second"], answer, TODAY)) == []


def test_a_new_answer_takes_the_place_of_the_one_that_was_seen(cast: Cast) -> None:
    first = answered(cast, links=(LINK,))
    second = answered(cast, by="editor", value="no", text="Seulement une partie.")
    first.refresh_from_db()
    assert (first.state, first.replaced_by, second.state) == ("replaced", second, "standing")
    assert level(cast) == (0, False)
    assert list(reads.earlier(cast.commons, "data_export")) == [first]
    with pytest.raises(Conflict) as error:
        services_answers.answer(cast["steward"], asked(cast), said=Said("yes", "Oui."), seen=first.pk, at=NOW)
    assert error.value.code == "changed_meanwhile"
    with pytest.raises(Conflict):
        services_answers.answer(cast["steward"], asked(cast), said=Said("yes", "Oui."), seen=None, at=NOW)
    assert Answer.objects.count() == 2


def test_answers_and_readings_never_change(cast: Cast) -> None:
    answer = answered(cast)
    review = reviewed(answer, cast["member"], cast.town)
    other = answered(cast, "nested")
    for change in (
        lambda: Answer.objects.filter(pk=answer.pk).update(text="Autre chose."),
        lambda: Answer.objects.filter(pk=other.pk).delete(),
        lambda: PeerReview.objects.filter(pk=review.pk).update(level=0),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    for wrong in (
        lambda: Answer.objects.filter(pk=answer.pk).update(state="withdrawn"),
        lambda: Answer.objects.create(**{name: getattr(answer, name) for name in COPIED}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    answer.refresh_from_db()
    assert (answer.text, answer.state) == ("Un export complet, en CSV.", "standing")


def test_withdrawn_it_is_open_again(cast: Cast) -> None:
    answer = services_answers.withdraw_answer(cast["editor"], answered(cast), at=NOW)
    assert (answer.state, answer.withdrawn_at) == ("withdrawn", NOW)
    assert level(cast) == (0, False)
    with pytest.raises(Conflict):
        services_answers.withdraw_answer(cast["editor"], answer, at=NOW)
    with pytest.raises(Conflict):
        reviewed(answer, cast["member"], cast.town)
    answered(cast, links=(LINK,))
    assert level(cast) == (2, False)


def test_one_reading_each(cast: Cast) -> None:
    answer = answered(cast)
    reviewed(answer, cast["member"], cast.town)
    with pytest.raises(Conflict) as error:
        reviewed(answer, cast["member"], cast.town, level=0)
    assert (error.value.code, PeerReview.objects.count()) == ("already_reviewed", 1)


def test_the_journal_and_who_is_told(cast: Cast) -> None:
    notify.follow(NOW)
    Notification.objects.all().delete()
    answer = answered(cast, by="editor")
    reviewed(answer, cast["member"], cast.town, level=3)
    reviewed(answer, cast["outsider"], cast.other, level=0)
    line = Entry.objects.filter(act="assessment.answer").get()
    assert line.after == {
        "commons_slug": "umap",
        "question": "data_export",
        "value": "yes",
        "answer_source": "person",
        "origin": "",
        "answer_state": "standing",
        "expires_on": "2028-09-01",
    }
    notify.follow(NOW)
    rows = Notification.objects.filter(channel="inapp").values_list("person__display_name", "entry__act", "kind")
    assert sorted(rows) == [
        ("editor", "assessment.review_answer", "decided"),
        ("steward", "assessment.answer", "news"),
        ("steward", "assessment.review_answer", "news"),
        ("steward", "assessment.review_answer", "news"),
    ]
    shown = notify.shown(Entry.objects.filter(act__startswith="assessment."))
    assert {one.path for one in shown.values()} == {"/communs/umap/evaluation/questions/data_export/"}


def test_an_answer_stands_in_every_frame_that_asks(cast: Cast) -> None:
    answered(cast, "open_licence", links=(LINK,))
    answered(cast, "boundaries")
    told = {
        frame: reads.framed(reads.frame_at(frame), reads.read_all(cast.commons, TODAY))
        for frame in ("dpg", "spc", "ostrom")
    }
    assert [point.ref for point in told["dpg"].points if point.level == 2] == ["2"]
    assert [point.ref for point in told["spc"].points if point.level == 2] == ["13"]
    assert told["ostrom"].points[0].level == 1  # the least known of two
    assert told["dpg"].counted == [(2, 1), (0, 11)]
    assert (told["dpg"].answered, told["ostrom"].answered) == (1, 1)


def test_readers_of_a_frame_agree_or_not(cast: Cast) -> None:
    one, body = stranger(cast, "tiers")
    for code, levels in (("data_export", (3, 3)), ("open_licence", (0, 3))):
        answer = answered(cast, code)
        reviewed(answer, cast["member"], cast.town, level=levels[0])
        reviewed(answer, one, body, level=levels[1])
    told = reads.framed(reads.frame_at("dpg"), reads.read_all(cast.commons, TODAY)).agreement
    assert (told.alpha, told.things, told.readings) == (0.0, 2, 4)


def test_a_run_proposes_and_a_person_accepts(assessed: Run, cast: Cast) -> None:
    outcomes = dict(assessed.outcomes.values_list("condition", "outcome"))
    assert outcomes["R3"] == "unmet"
    assert assessed.as_of is not None
    proposed = reads.proposals(cast.commons, TODAY)
    assert proposed["documentation"].value == "no"
    assert "data_export" not in proposed
    answer = services_answers.accept_proposal(
        cast["editor"], asked(cast, "documentation"), run=assessed.pk, seen=None, at=NOW
    )
    assert (answer.source, answer.value, answer.expires_on) == ("machine", "no", assessed.as_of + timedelta(days=90))
    proof = Evidence.objects.get(subject_kind="answer")
    assert (proof.kind, proof.locator, proof.method) == ("run", str(assessed.pk), "assess:R3")
    assert reads.read_all(cast.commons, TODAY)["documentation"].proposal is None
    with pytest.raises(Conflict):
        services_answers.accept_proposal(
            cast["editor"], asked(cast, "documentation"), run=answer.pk, seen=answer.pk, at=NOW
        )


def test_what_a_run_has_read_is_evidence_for_90_days(assessed: Run, cast: Cast) -> None:
    Outcome.objects.filter(run=assessed, condition="R1").update(outcome="met")
    services_answers.accept_proposal(cast["editor"], asked(cast, "open_licence"), run=assessed.pk, seen=None, at=NOW)
    assert level(cast, "open_licence") == (2, False)
    assert assessed.as_of is not None
    last, after = (assessed.as_of + timedelta(days=n) for n in (90, 91))  # since the run, not since it was accepted
    assert (level(cast, "open_licence", last), level(cast, "open_licence", after)) == ((2, False), (1, True))
    assert reads.read_all(cast.commons, after)["open_licence"].proposal is None  # the same run is no new evidence


def test_the_profile_takes_the_answers_of_today(assessed: Run, cast: Cast) -> None:
    def outcomes() -> dict[str, str]:
        told = queries.profile_of(cast.commons)
        assert told is not None
        return {one.code: one.outcome for one in told.conditions if one.code in {"R6", "G3", "G7"}}

    assert outcomes() == {"R6": "unknown", "G3": "unknown", "G7": "unknown"}
    now = timezone.now()
    answered(cast, links=(LINK,), at=now)
    assert outcomes() == {"R6": "met", "G3": "unknown", "G7": "unmet"}
    for code in ("collective_choice", "right_to_organise", "no_lock"):
        answered(cast, code, at=now)
    answer = reads.standing(cast.commons, "data_export")
    assert answer is not None
    one, body = stranger(cast, "tiers")
    reviewed(answer, cast["member"], cast.town)
    reviewed(answer, one, body)
    assert outcomes() == {"R6": "met", "G3": "met", "G7": "met"}
    services_answers.withdraw_answer(cast["steward"], answer, at=now)
    assert outcomes() == {"R6": "unknown", "G3": "met", "G7": "unmet"}
    assert set(assessed.outcomes.filter(condition__in=("R6", "G3", "G7")).values_list("outcome", flat=True)) == {
        "unknown"
    }


def test_a_run_keeps_the_answers_of_its_day(assessed: Run, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    answered(cast, links=(LINK,), at=timezone.now())
    run = carried_out(run_asked(cast["reader"], velos), fetch)
    assert dict(run.outcomes.filter(condition__in=("R6", "G7")).values_list("condition", "outcome")) == {
        "R6": "met",
        "G7": "unmet",
    }


def test_answers_follow_a_merge(cast: Cast) -> None:
    old = CommonsFactory(slug="ancien", updated_at=NOW)
    kept = cast.commons
    there = Answer.objects.create(
        commons=old,
        question="data_export",
        value="yes",
        by=cast["editor"],
        source="person",
        answered_at=NOW,
        expires_on=TODAY,
    )
    first = answered(cast, at=NOW - timedelta(days=9))
    Commons.objects.filter(pk=old.pk).update(state="merged", merged_into=kept)
    assert reads.standing(kept, "data_export") == there
    newer = answered(cast, text="Les deux.")
    assert set(Answer.objects.filter(replaced_by=newer)) == {there, first}
    assert [one.pk for one in reads.all_standing(kept)] == [newer.pk]


def test_reading_costs_the_same_with_one_and_with_three(assessed: Run, cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            reads.read_all(cast.commons, TODAY)
        return len(told)

    reviewed(answered(cast, links=(LINK,)), cast["member"], cast.town)
    one = cost()
    for code in ("reusable", "nested"):
        answer = answered(cast, code, links=(LINK,))
        reviewed(answer, cast["member"], cast.town)
        reviewed(answer, cast["outsider"], cast.other)
    assert (cost(), one <= 6) == (one, True)


def test_what_was_withdrawn_decides_nothing_any_more(velos: Commons, cast: Cast, fetch: Fetch) -> None:
    """Also where the run kept what it decided that day."""
    answer = answered(cast, links=(LINK,), at=timezone.now())
    run = carried_out(run_asked(cast["reader"], velos), fetch)
    assert run.outcomes.get(condition="R6").outcome == "met"
    services_answers.withdraw_answer(cast["steward"], answer, at=timezone.now())
    told = queries.profile_of(velos)
    assert told is not None
    assert {one.code: one.outcome for one in told.conditions}["R6"] == "unknown"


def test_badge_and_comparison_say_what_the_profile_says(client: Client, assessed: Run, cast: Cast) -> None:
    now = timezone.now()
    Outcome.objects.filter(run=assessed, axis="governance").update(outcome="met")
    for code in ("collective_choice", "right_to_organise", "no_lock"):
        answered(cast, code, value="no" if code == "no_lock" else "yes", at=now)
    told = queries.profile_of(cast.commons)
    assert told is not None
    assert told.readings["governance"] == "attention"
    word = telling.word("readings", "attention", "fr")
    assert word in client.get("/communs/umap/evaluation/badge.json?axe=gouvernance&lang=fr").json()["message"]
    assert word in client.get("/communs/umap/evaluation/badge.svg?axe=gouvernance&lang=fr").content.decode()
    (column,) = comparison.compared([cast.commons]).columns
    assert column.told is not None
    assert column.told.readings == told.readings


def test_who_has_come_to_hold_the_commons_is_no_other_organisation(cast: Cast) -> None:
    answer = answered(cast)
    one, body = stranger(cast, "tiers")
    reviewed(answer, one, body)
    assert level(cast, "data_export")[0] == 3
    core.grant(
        cast["desk"],
        one,
        role="steward",
        object_type="commons",
        object_id=str(cast.commons.pk),
        ends_on=date(2027, 1, 1),
        at=NOW,
    )
    assert level(cast, "data_export")[0] == 1


def test_who_contested_is_told_of_the_new_answer_and_what_they_said_stays(client: Client, cast: Cast) -> None:
    one, body = stranger(cast, "tiers")
    reviewed(answered(cast), one, body, level=0, fact="L’export est incomplet.")
    answered(cast)  # the same words again
    notify.follow(timezone.now())
    rows = Notification.objects.filter(entry__act="assessment.answer", person=one)
    assert [row.kind for row in rows] == ["decided"]
    page = client.get("/communs/umap/evaluation/questions/data_export/").content.decode()
    assert "L’export est incomplet." in page.partition("Réponses précédentes")[2]
