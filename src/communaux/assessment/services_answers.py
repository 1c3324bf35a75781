"""Writes on declared answers: answer, accept what a run proposes, withdraw, review that of another, bring in a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import get_current_timezone, localdate
from django.utils.translation import gettext as _

from communaux.assessment import queries_answers as queries
from communaux.assessment.answers import EVIDENCE, Asked, Link, Opinion, Reviewing, Said
from communaux.assessment.models import Answer, PeerReview
from communaux.catalogue.models import Commons
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.ids import uuid7
from communaux.core.models import Evidence, Person
from communaux.engines.assess.answers import Source, bank, expires_on


@action("assessment.answer")
def answer(by: Person, asked: Asked, *, said: Said, seen: UUID | None, at: datetime) -> Answer:
    """`seen`: the answer that stood when the question was read. Raise Conflict when another stands now."""
    made = _put(by, asked, said, "person", seen, at)
    Evidence.objects.bulk_create(_evidence(made, link, at) for link in said.links)
    return made


@action("assessment.accept_proposal")
def accept_proposal(by: Person, asked: Asked, *, run: UUID, seen: UUID | None, at: datetime) -> Answer:
    """Make what a run proposes the answer. Raise Conflict when it is not proposed any more."""
    found = queries.proposal(asked.commons, asked.question, localdate(at))
    if found is None or found.run != run:
        told = _("A newer assessment proposes something else. Nothing was changed.")
        raise Conflict("not_proposed", told)
    read = {"condition": found.condition, "run": str(found.run), "commit": found.commit, "method": found.method}
    made = _put(by, asked, Said(found.value, told=read), "machine", seen, at, on=found.on)
    Evidence.objects.create(
        subject_kind=EVIDENCE,
        subject_id=str(made.pk),
        kind="run",
        locator=str(found.run),
        captured_at=_noon(found.on, at),
        method=f"assess:{found.condition}",
        method_version=found.method,
    )
    return made


def _put(
    by: Person, asked: Asked, said: Said, source: Source, seen: UUID | None, at: datetime, *, on: date | None = None
) -> Answer:
    """The new answer, in the place of the one that was seen; the unique constraint decides between two at once.

    `on`: the day since which it holds, today unless a run read it earlier.
    """
    made = Answer(
        id=uuid7(),
        commons=asked.commons,
        question=asked.question.code,
        value=said.value,
        text=said.text,
        lang=said.lang,
        told=said.told,
        by=by,
        organisation=asked.organisation,
        source=source,
        origin=said.origin,
        answered_at=at,
        expires_on=expires_on(on or localdate(at), source),
    )
    try:
        with transaction.atomic():
            _replace(list(queries.those_standing(asked.commons, asked.question.code)), made, seen)
            made.save(force_insert=True)
    except IntegrityError as error:
        raise _meanwhile() from error
    return made


def _replace(old: list[Answer], new: Answer, seen: UUID | None) -> None:
    """The row that is named is there at the end of the transaction, when the database looks."""
    if (old[0].pk if old else None) != seen:
        raise _meanwhile()
    rows = Answer.objects.filter(pk__in=[one.pk for one in old], state=Answer.State.STANDING)
    if rows.update(state=Answer.State.REPLACED, replaced_by=new.pk) != len(old):
        raise _meanwhile()


def _meanwhile() -> Conflict:
    told = _("Somebody answered meanwhile. Both are shown: keep what you want and send again.")
    return Conflict("changed_meanwhile", told)


def _evidence(made: Answer, link: Link, at: datetime) -> Evidence:
    return Evidence(
        subject_kind=EVIDENCE,
        subject_id=str(made.pk),
        kind="link",
        locator=link.url,
        captured_at=_noon(link.read_on, at),
        method="declared",
        sha256=link.sha256,
    )


def _noon(day: date, at: datetime) -> datetime:
    """Of a day that is known and no hour; never later than now."""
    return min(datetime.combine(day, time(12), get_current_timezone()), at)


@action("assessment.withdraw_answer")
def withdraw_answer(by: Person, given: Answer, *, at: datetime) -> Answer:
    """It stays in the history; the question is open again."""
    rows = Answer.objects.filter(pk=given.pk, state=Answer.State.STANDING)
    if not rows.update(state=Answer.State.WITHDRAWN, withdrawn_at=at):
        raise Conflict("not_standing", _("This answer was replaced or withdrawn already. Nothing was changed."))
    given.refresh_from_db(fields=["state", "withdrawn_at"])
    return given


@action("assessment.review_answer")
def review_answer(by: Person, reviewing: Reviewing, *, said: Opinion, at: datetime) -> PeerReview:
    """Once for each person and answer. Raise Conflict when it was said already, or when the answer does not stand any more."""
    given = Answer.objects.select_for_update(no_key=True).get(pk=reviewing.answer.pk)
    if given.state != Answer.State.STANDING:
        raise Conflict(
            "not_standing", _("This answer was replaced or withdrawn meanwhile. Read the one that stands now.")
        )
    try:
        with transaction.atomic():
            return PeerReview.objects.create(
                answer=given,
                by=by,
                organisation=reviewing.organisation,
                conflict_of_interest=said.conflict_of_interest,
                level=said.level,
                fact=said.fact,
                lang=said.lang,
                at=at,
            )
    except IntegrityError as error:
        if given.reviews.filter(by=by).exists():
            told = _("You have said what you found of this answer. A newer answer can be read again.")
            raise Conflict("already_reviewed", told) from error
        raise


@action("assessment.import_answers", journaled=False)
def import_answers(by: Person, commons: Commons, *, given: Mapping[str, Said], title: str, at: datetime) -> int:
    """Bring in declared answers; return how many are new. What a person or a run answered stands; the same twice is nothing."""
    standing = {one.question: one for one in queries.all_standing(commons)}
    brought = queries.last_imported(commons)
    fresh = [code for code, said in given.items() if _is_news(standing.get(code), brought.get(code), said)]
    for code in fresh:
        seen = standing[code].pk if code in standing else None
        _put(by, Asked(commons, bank()[code]), given[code], "import", seen, at)
    if fresh:
        told = {"answers_brought": len(fresh), "answers_from": title}
        journal.append(by, at, journal.Line("assessment.import_answers", journal.subject_of(commons), {}, told))
    return len(fresh)


def _is_news(standing: Answer | None, brought: Answer | None, said: Said) -> bool:
    """Not what was brought in before, also where it was withdrawn since; nothing takes the place of a person's answer."""
    if standing and standing.source != Answer.Source.IMPORT:
        return False
    return brought is None or (brought.value, brought.text, brought.told) != (said.value, said.text, said.told)
