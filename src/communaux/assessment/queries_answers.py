"""Reads of declared answers: what stands, how far each frame is, what a run proposes, what answers change in a profile."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.assessment.answers import EVIDENCE, PROPOSED, Proposal, is_peer, kept, parties
from communaux.assessment.models import Answer, Outcome, PeerReview, Repository, Run
from communaux.catalogue.contests import stewards
from communaux.catalogue.models import Commons
from communaux.catalogue.queries.reuses import bodies_of
from communaux.core.contestable import organisations_of
from communaux.core.errors import NotAllowed, NotFound
from communaux.core.models import Evidence, Organisation, Person
from communaux.engines.assess import answers as engine
from communaux.engines.assess import telling
from communaux.engines.assess.answers import Agreement, Frame, Question, Standing
from communaux.engines.assess.model import Condition
from communaux.engines.assess.profile import readings

if TYPE_CHECKING:
    from communaux.assessment.queries import Judged

LANGUAGES: Final = ("fr", "en")
MOST_EARLIER: Final = 20
ENOUGH: Final = 2  # other organisations that confirm an answer: no level stands higher


@dataclass(frozen=True, slots=True)
class Read:
    """A question as it stands for a commons; `proposal`: what a run says, unless the answer says it already."""

    question: Question
    answer: Answer | None = None
    evidence: tuple[Evidence, ...] = ()
    reviews: tuple[PeerReview, ...] = ()
    level: int = engine.NOTHING
    expired: bool = False
    proposal: Proposal | None = None

    @property
    def contested(self) -> bool:
        return any(one.level == 0 for one in self.reviews)

    @property
    def answered(self) -> bool:
        """Whether somebody said yes, no or that it does not apply."""
        return self.answer is not None and self.answer.value != Answer.Value.UNKNOWN


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a frame: as far as the question of which least is known."""

    ref: str
    reads: tuple[Read, ...]

    @property
    def level(self) -> int:
        return min(one.level for one in self.reads)


@dataclass(frozen=True, slots=True)
class Framed:
    """A frame with what is answered; `agreement`: how far its readers agree."""

    frame: Frame
    points: tuple[Point, ...]
    agreement: Agreement = field(default_factory=lambda: Agreement(None, 0, 0))

    @property
    def counted(self) -> list[tuple[int, int]]:
        """(level, points that stand there), the highest first; a level without points is left out."""
        return sorted(Counter(one.level for one in self.points).items(), reverse=True)

    @property
    def answered(self) -> int:
        """Points of which every question has an answer."""
        return sum(all(read.answered for read in one.reads) for one in self.points)


def _of(*commons: Commons) -> QuerySet[Answer]:
    """Given for one of them, or for what was merged into it."""
    return Answer.objects.filter(Q(commons__in=commons) | Q(commons__merged_into__in=commons))


def all_standing(commons: Commons) -> list[Answer]:
    """One for each question at most; of a commons that others were merged into, the newest of all."""
    return list({one.question: one for one in _standing_of([commons])}.values())


def _standing_of(commons: Sequence[Commons]) -> QuerySet[Answer]:
    """All that stand for one of them, the oldest first."""
    rows = _of(*commons).filter(state=Answer.State.STANDING)
    people = ("commons__merged_into", "by", "organisation")
    reviews = PeerReview.objects.select_related("by", "organisation").order_by("at", "pk")
    return rows.select_related(*people).prefetch_related(Prefetch("reviews", reviews)).order_by("answered_at", "pk")


def standing(commons: Commons, question: str) -> Answer | None:
    return next(iter(those_standing(commons, question)), None)


def those_standing(commons: Commons, question: str) -> QuerySet[Answer]:
    """The one that stands first; of a commons that others were merged into, what stood for them too."""
    rows = _of(commons).filter(state=Answer.State.STANDING, question=question)
    return rows.select_related("commons__merged_into", "by", "organisation").order_by("-answered_at", "-pk")


def last_imported(commons: Commons) -> dict[str, Answer]:
    """By question, what was last brought in from a file."""
    rows = _of(commons).filter(source=Answer.Source.IMPORT)
    return {one.question: one for one in rows.order_by("answered_at", "pk")}


def answer_at(pk: UUID) -> Answer:
    rows = Answer.objects.select_related("commons__merged_into", "by", "organisation")
    if found := rows.filter(pk=pk).first():
        return found
    raise NotFound("unknown_answer", _("No answer has this number."))


def earlier(commons: Commons, question: str) -> QuerySet[Answer]:
    """What stood before, newest first."""
    rows = _of(commons).filter(question=question)
    reviews = PeerReview.objects.select_related("by", "organisation").order_by("at", "pk")
    past = rows.exclude(state=Answer.State.STANDING).select_related("by", "organisation")
    return past.prefetch_related(Prefetch("reviews", reviews)).order_by("-answered_at", "-pk")[:MOST_EARLIER]


def question_at(code: str) -> Question:
    if code in engine.bank():
        return engine.bank()[code]
    raise NotFound("unknown_question", _("This question is not in the bank of this desk."))


def frame_at(code: str) -> Frame:
    if code in engine.frames():
        return engine.frames()[code]
    raise NotFound("unknown_frame", _("This desk knows no frame of this name."))


def read_all(commons: Commons, day: date) -> dict[str, Read]:
    """Every question of the bank, in its order."""
    given, proposed = read_standing(commons, day), proposals(commons, day)
    return {
        code: _with_proposal(given.get(code, Read(question)), proposed.get(code))
        for code, question in engine.bank().items()
    }


def _with_proposal(read: Read, proposed: Proposal | None) -> Read:
    """A proposal is news where nothing in force says the same."""
    said = read.answer is not None and not read.expired and proposed and proposed.value == read.answer.value
    return read if proposed is None or said else replace(read, proposal=proposed)


def read_standing(commons: Commons, day: date) -> dict[str, Read]:
    """The questions that are answered; answers to what the bank asks no more are left out."""
    return read_many([commons], day)[commons.pk]


def read_many(commons: Sequence[Commons], day: date) -> dict[UUID, dict[str, Read]]:
    """The same for several, in as many queries as for one."""
    rows = [one for one in _standing_of(commons) if one.question in engine.bank()]
    newest = {(kept(one.commons).pk, one.question): one for one in rows}
    evidence, holding = _evidence_of(newest.values()), _holders(newest.values(), day)
    found: dict[UUID, dict[str, Read]] = {one.pk: {} for one in commons}
    for (pk, question), one in newest.items():
        found[pk][question] = _read(one, evidence.get(str(one.pk), []), holding.get(pk, frozenset()), day)
    return found


def _holders(answers: Iterable[Answer], day: date) -> dict[UUID, frozenset[UUID]]:
    """Who holds each commons of which an answer is confirmed: a body that has come to hold it since is no other."""
    confirmed = {
        kept(one.commons) for one in answers if any(said.level == engine.CONFIRMS for said in one.reviews.all())
    }
    held = {one.pk: stewards(one, day) for one in confirmed}
    return {pk: one.organisations | organisations_of(one.persons, day) for pk, one in held.items()}


def links_of(answer: Answer) -> set[str]:
    """Addresses that were attached to it."""
    return {one.locator for one in _evidence_of([answer]).get(str(answer.pk), []) if one.kind == "link"}


def _evidence_of(answers: Iterable[Answer]) -> Mapping[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = defaultdict(list)
    ids = [str(one.pk) for one in answers]
    for row in Evidence.objects.filter(subject_kind=EVIDENCE, subject_id__in=ids).order_by("captured_at", "pk"):
        found[row.subject_id].append(row)
    return found


def _read(answer: Answer, attached: Sequence[Evidence], holding: frozenset[UUID], day: date) -> Read:
    reviews, expired = tuple(answer.reviews.all()), day > answer.expires_on
    bodies = {one.organisation_id for one in reviews if one.level == engine.CONFIRMS} - holding
    told: Any = {"value": answer.value, "source": answer.source}
    level = engine.level(**told, evidence=len(attached), confirmed_by=len(bodies), expired=expired)
    return Read(engine.bank()[answer.question], answer, tuple(attached), reviews, level, expired)


def framed(frame: Frame, reads: Mapping[str, Read]) -> Framed:
    points = tuple(Point(item.ref, tuple(reads[code] for code in item.questions)) for item in frame.items)
    said = [[review.level for review in reads[code].reviews] for code in frame.questions]
    return Framed(frame, points, engine.agreement(said))


def frames_with(question: str) -> list[tuple[str, str]]:
    """(frame, ref) of every point that asks this."""
    found = ((frame.code, item) for frame in engine.frames().values() for item in frame.items)
    return [(code, item.ref) for code, item in found if question in item.questions]


def proposals(commons: Commons, day: date) -> dict[str, Proposal]:
    """What the profile in force says of the questions that a condition can answer; one that was read too long ago, nothing."""
    wanted = {one.machine for one in engine.bank().values() if one.machine}
    main = {"run__repository__commons": commons, "run__repository__role": Repository.Role.MAIN}
    main |= {"run__as_of__gte": day - timedelta(days=engine.MACHINE_DAYS)}
    rows = Outcome.objects.filter(**main, run__state=Run.State.DONE, condition__in=wanted, outcome__in=list(PROPOSED))
    found = {
        row.condition: row for row in rows.select_related("run").defer("run__told").order_by("run__ended_at", "pk")
    }
    return {
        code: _proposal(found[one.machine])
        for code, one in engine.bank().items()
        if one.machine and one.machine in found
    }


def _proposal(row: Outcome) -> Proposal:
    run = row.run
    assert run.as_of is not None  # a run that was done is of a day
    return Proposal(PROPOSED[row.outcome], row.condition, run.pk, run.as_of, run.short_head, run.method_version)


def proposal(commons: Commons, question: Question, day: date) -> Proposal | None:
    return proposals(commons, day).get(question.code)


def peer_bodies(person: Person, answer: Answer, day: date) -> QuerySet[Organisation]:
    """Bodies in whose name this person may read the answer; none for whoever stands on its side."""
    mine = bodies_of(person, day)
    outside = is_peer(person, parties(answer, day), mine.values_list("pk", flat=True))
    return mine if outside else mine.none()


def reading_bodies(person: Person, answer: Answer, day: date) -> QuerySet[Organisation]:
    """The same, for whoever wants to read it as a peer. Raise NotAllowed where there is none."""
    if found := peer_bodies(person, answer, day):
        return found
    told = _(
        "You belong to a body that answered or that holds this commons: only another organisation can confirm or contest."
    )
    raise NotAllowed("not_a_peer", told)


def to_read(day: date, *, by: Person | None = None) -> QuerySet[Answer]:
    """Answers in force that fewer than two other organisations confirm, those of published commons: the least confirmed first,
    then the oldest. `by`: without what they or a body of theirs answered, and what they have read."""
    shown = Q(commons__state=Commons.State.PUBLISHED) | Q(commons__merged_into__state=Commons.State.PUBLISHED)
    said = [value for value in Answer.Value.values if value != Answer.Value.UNKNOWN]
    rows = Answer.objects.filter(shown, state=Answer.State.STANDING, value__in=said, expires_on__gte=day)
    if by:
        read = PeerReview.objects.filter(answer=OuterRef("pk"), by=by)
        rows = rows.exclude(by=by).exclude(organisation__in=bodies_of(by, day)).exclude(Exists(read))
    confirming = Count("reviews__organisation", filter=Q(reviews__level=engine.CONFIRMS), distinct=True)
    rows = rows.filter(question__in=engine.bank()).annotate(confirmed_by=confirming).filter(confirmed_by__lt=ENOUGH)
    return rows.select_related("commons__merged_into", "organisation").order_by("confirmed_by", "answered_at", "pk")


def in_force(commons: Commons, day: date) -> tuple[Standing, ...]:
    """Answers as the engine takes them."""
    return standings(read_standing(kept(commons), day))


def standings(reads: Mapping[str, Read]) -> tuple[Standing, ...]:
    return tuple(map(_standing, reads.values()))


def _standing(one: Read) -> Standing:
    told: Any = one.answer
    return Standing(one.question.code, told.value, one.level, one.expired, one.contested)


@dataclass(frozen=True, slots=True)
class Overlaid:
    """Conditions of a run as answers judge them today, the words of their axes, and what is told of each."""

    conditions: tuple[Condition, ...]
    readings: dict[str, str]
    seen: dict[str, dict[str, list[str]]]


def overlay(commons: Commons, conditions: tuple[Condition, ...]) -> Overlaid | None:
    """None where no answer says anything. What a run kept stays; its reader sees the answers of today."""
    return laid_over(in_force(commons, localdate()), conditions)


def laid_over(answers: Iterable[Standing], conditions: tuple[Condition, ...]) -> Overlaid | None:
    """The same with answers that were read before."""
    decided = engine.judged(answers)
    told = {one.code for one in conditions if one.outcome != "unknown"}
    for code in engine.DECIDES & told - decided.keys():
        decided[code] = ("unknown", ())  # what decided it that day was withdrawn since
    if not decided:
        return None
    shown = tuple(
        replace(one, outcome=decided[one.code][0], because=decided[one.code][1]) if one.code in decided else one
        for one in conditions
    )
    seen = {
        code: {lang: [telling.because(why, lang) for why in whys] for lang in LANGUAGES}
        for code, (_o, whys) in decided.items()
    }
    return Overlaid(shown, {str(axis): word for axis, word in readings(shown).items()}, seen)


def missing(judged: Iterable[Judged]) -> list[Judged]:
    """Not met or not known: the essential ones first, and among them those that are not met."""
    open_ = [one for one in judged if one.condition.outcome != "met"]
    return sorted(open_, key=lambda one: (not one.condition.essential, one.condition.outcome != "unmet"))
