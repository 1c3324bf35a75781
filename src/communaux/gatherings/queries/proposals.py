"""The call for sessions of an edition, what was proposed, and what each may see of it: author, reviewer, organiser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.core.models import Grant, Membership, Organisation, Person
from communaux.engines.programme import times
from communaux.gatherings import proposing
from communaux.gatherings.models import (
    CallQuestion,
    Edition,
    EditionOrganiser,
    ProposalAnswer,
    ReviewCriterion,
    ReviewPhase,
    SessionCall,
    SessionProposal,
    SessionReview,
)

REVIEWER = ("reviewer", "edition")  # role, and what it is held on


@dataclass(frozen=True, slots=True)
class Days:
    """Where a call stands today: "" (there is none), to_come, now, over; the phases of review, the one of now."""

    call: SessionCall | None
    state: str
    phases: tuple[ReviewPhase, ...]
    phase: ReviewPhase | None
    reviewed: bool  # every phase is over
    day: date  # there

    @property
    def open(self) -> bool:
        return self.state == "now"

    @property
    def anonymised(self) -> bool:
        """Whether reviewers read without bodies, roles and personal answers; between phases, unless each phase shows them."""
        return self.phase.anonymised if self.phase else any(one.anonymised for one in self.phases)

    @property
    def sees_others(self) -> bool:
        """Whether reviewers read each other: the phase of now says so, or one is over."""
        return self.phase.sees_others if self.phase else self.one_is_over

    @property
    def one_is_over(self) -> bool:
        return any(one.ends_on < self.day for one in self.phases)


def call_of(edition: Edition) -> SessionCall | None:
    return SessionCall.objects.select_related("edition").filter(edition=edition).first()


def days(edition: Edition, at: datetime) -> Days:
    """Two questions."""
    zone, call = times.zone(edition.timezone), call_of(edition)
    state = proposing.when(call.opens_on, call.closes_on, at, zone) if call else ""
    phases = tuple(edition.review_phases.order_by("position"))
    told = [(one, proposing.when(one.starts_on, one.ends_on, at, zone)) for one in phases]
    now = next((one for one, when in told if when == "now"), None)
    return Days(call, state, phases, now, all(when == "over" for _one, when in told), at.astimezone(zone).date())


def refused(told: Days) -> tuple[str, str] | None:
    """Why nothing can be proposed today: a code and a sentence; None where it can."""
    if told.call is None:
        return "no_call", _("This meeting takes no proposals.")
    if told.state == "to_come":
        return "call_to_come", _("Sessions can be proposed from %(day)s.") % {"day": date_format(told.call.opens_on)}
    if told.state == "over":
        said = _("Sessions could be proposed until %(day)s: it is too late.")
        return "call_over", said % {"day": date_format(told.call.closes_on)}
    return None


def open_elsewhere(edition: Edition, at: datetime) -> list[Edition]:
    """Other editions that take proposals now."""
    around = SessionCall.objects.filter(closes_on__gte=at.date() - timedelta(days=1), edition__withheld_reason="")
    around = around.exclude(edition=edition)
    found = around.select_related("edition").order_by("closes_on", "pk")
    return [
        one.edition
        for one in found
        if proposing.when(one.opens_on, one.closes_on, at, times.zone(one.edition.timezone)) == "now"
    ]


def questions(edition: Edition) -> list[CallQuestion]:
    return list(edition.questions.order_by("position"))


def criteria(edition: Edition) -> list[ReviewCriterion]:
    return list(edition.criteria.order_by("position"))


def sent(edition: Edition) -> QuerySet[SessionProposal]:
    """What was proposed, whatever became of it; drafts are their authors' own."""
    return edition.proposals.exclude(state=SessionProposal.State.DRAFT)


def own(edition: Edition, person: Person) -> QuerySet[SessionProposal]:
    return edition.proposals.filter(author=person).order_by("created_at", "pk")


def of_author(edition: Edition, pk: UUID, person: Person) -> SessionProposal:
    """Somebody else's is not found: that it is there is private too."""
    return _found(edition.proposals.filter(pk=pk, author=person))


def readable(edition: Edition, person: Person) -> QuerySet[SessionProposal]:
    """What this person may judge."""
    return but_torn(sent(edition), person)


def but_torn(rows: QuerySet[SessionProposal], person: Person) -> QuerySet[SessionProposal]:
    """Neither their own nor what they declared a conflict of interest with."""
    torn = SessionReview.objects.filter(proposal=OuterRef("pk"), reviewer=person, conflict=True)
    return rows.exclude(author=person).exclude(Exists(torn))


def to_judge(edition: Edition, pk: UUID, person: Person) -> SessionProposal:
    return _found(readable(edition, person).filter(pk=pk))


def _found(rows: QuerySet[SessionProposal]) -> SessionProposal:
    found = rows.select_related("edition", "session").first()
    if found is None:
        raise NotFound("no_proposal", _("This meeting has no such proposal."))
    return found


def answers(proposal: SessionProposal) -> dict[int, str]:
    """Number of a question → what was answered."""
    return dict(proposal.answers.values_list("question_id", "value"))


def answered(proposal: SessionProposal, *, reviewer: bool = False, anonymised: bool = False) -> list[ProposalAnswer]:
    """Question by question; what a reviewer may not see is left out."""
    rows = proposal.answers.select_related("question").order_by("question__position")
    if reviewer:
        rows = rows.filter(question__for_reviewers=True)
    return list(rows.filter(question__personal=False) if anonymised else rows)


def bodies(proposal: SessionProposal, day: date) -> list[str]:
    """Those that its author speaks for."""
    held = proposal.author.memberships.on(day).values("organisation")
    return list(Organisation.objects.filter(pk__in=held).order_by("name").values_list("name", flat=True))


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposal, what its reviews come to, and the review of who looks, if there is one."""

    proposal: SessionProposal
    verdict: proposing.Verdict
    mine: SessionReview | None

    @property
    def decided(self) -> bool:
        """Nobody waits for a review of it any more."""
        return self.proposal.state not in {SessionProposal.State.SUBMITTED, SessionProposal.State.WAITING}

    @property
    def rank(self) -> tuple[bool, Fraction]:
        """The highest first, what has too few reviews to be told after all others."""
        return not self.verdict.enough, -(self.verdict.mean or Fraction())


def listed(edition: Edition, person: Person) -> QuerySet[SessionProposal]:
    """All that this person may judge, the first proposed first, with their reviews."""
    reviews = SessionReview.objects.filter(conflict=False).order_by("pk")
    return readable(edition, person).prefetch_related(Prefetch("reviews", reviews)).order_by("submitted_at", "pk")


def judged(edition: Edition, person: Person, rows: Iterable[SessionProposal] | None = None) -> list[Judged]:
    """The same, or those `rows` of it, with what their reviews come to; three questions."""
    weights = weights_of(edition)
    return [_judged(one, weights, person) for one in (listed(edition, person) if rows is None else rows)]


def _judged(one: SessionProposal, weights: Mapping[str, int], person: Person) -> Judged:
    scores = [proposing.score(weights, review.scores) for review in one.reviews.all()]
    mine = next((review for review in one.reviews.all() if review.reviewer_id == person.pk), None)
    return Judged(one, proposing.verdict(scores), mine)


def weights_of(edition: Edition) -> dict[str, int]:
    return {str(pk): weight for pk, weight in edition.criteria.values_list("pk", "weight")}


@dataclass(frozen=True, slots=True)
class Told:
    """One review as it is shown: its number among those of the proposal, its score, a score a criterion, its text."""

    number: int
    score: Fraction | None
    rows: list[tuple[str, int]]
    text: str


def reviews(proposal: SessionProposal, *, but: Person | None = None) -> list[Told]:
    """What reviewers wrote, who they are left out."""
    known = criteria(proposal.edition)
    weights = {str(one.pk): one.weight for one in known}
    rows = list(proposal.reviews.filter(conflict=False).exclude(scores={}, text="").order_by("pk"))
    return [
        Told(
            number,
            proposing.score(weights, one.scores),
            [(named.label, one.scores[str(named.pk)]) for named in known if str(named.pk) in one.scores],
            one.text,
        )
        for number, one in enumerate(rows, 1)
        if but is None or one.reviewer_id != but.pk
    ]


def review_of(proposal: SessionProposal, person: Person) -> SessionReview | None:
    return proposal.reviews.filter(reviewer=person).first()


def reviewers(edition: Edition, day: date) -> QuerySet[Grant]:
    """Who reads for this meeting today."""
    role, kind = REVIEWER
    held = Grant.objects.on(day).filter(role=role, object_type=kind, object_id=str(edition.pk))
    return held.select_related("person").order_by("starts_on", "pk")


def reviewers_known(edition: Edition, by: Person, day: date) -> QuerySet[Grant]:
    """The same; `known`: of a body of who looks, to whom alone its members are named."""
    ours = Membership.objects.on(day).filter(person=OuterRef("person"), organisation__in=_bodies(by, day))
    return reviewers(edition, day).annotate(known=Exists(ours))


def may_be_named(edition: Edition, by: Person, day: date) -> QuerySet[Person]:
    """Members of those bodies of who names that organise it; nobody who reads for it already."""
    inside = edition.organisers.filter(organisation__in=_bodies(by, day)).values("organisation")
    members = Membership.objects.on(day).filter(person=OuterRef("pk"), organisation__in=inside)
    held = reviewers(edition, day).exclude(person=None).values("person")
    found = Person.objects.filter(Exists(members), is_active=True).exclude(pk__in=held)
    return found.order_by("display_name", "pk")


def _bodies(person: Person, day: date) -> QuerySet[Membership, dict[str, UUID]]:
    return person.memberships.on(day).values("organisation")


def waiting_for(person: Person, day: date) -> QuerySet[SessionProposal]:
    """What organisers have still to decide, in the meetings of this person's bodies, and what was accepted of their own, which
    they have to confirm."""
    held = person.memberships.on(day).values("organisation")
    theirs = EditionOrganiser.objects.filter(organisation__in=held).values("edition")
    rows = SessionProposal.objects.filter(state=SessionProposal.State.SUBMITTED, edition__in=theirs)
    accepted = Q(author=person, state=SessionProposal.State.ACCEPTED)
    found = SessionProposal.objects.filter(Q(pk__in=but_torn(rows, person).values("pk")) | accepted)
    return found.select_related("edition").order_by("submitted_at", "pk")


def to_review(person: Person, day: date) -> QuerySet[SessionProposal]:
    """What a reviewer has not scored yet, while a phase of its meeting is open."""
    role, kind = REVIEWER
    held = list(Grant.objects.on(day).filter(role=role, object_type=kind, person=person).values_list("object_id"))
    rows = SessionProposal.objects.filter(
        state__in=[SessionProposal.State.SUBMITTED, SessionProposal.State.WAITING],
        edition__in=[edition for (edition,) in held],
        edition__review_phases__starts_on__lte=day,
        edition__review_phases__ends_on__gte=day,
    )
    done = SessionReview.objects.filter(proposal=OuterRef("pk"), reviewer=person).exclude(scores={}, text="")
    rows = but_torn(rows, person).exclude(Exists(done))
    return rows.select_related("edition").order_by("submitted_at", "pk")
