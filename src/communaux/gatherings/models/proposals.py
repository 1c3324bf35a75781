"""The call for sessions of an edition: its questions, what was proposed, who read it and what they say (07 §§ 2, 3.1).

A proposal names nobody: whoever proposes is an account, those who would speak are roles.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from communaux.core.ids import uuid7
from communaux.core.models import Person
from communaux.gatherings.models.editions import Edition
from communaux.gatherings.models.programme import Session


class SessionCall(models.Model):
    """The days on which sessions may be proposed, the last one included, as the clock of the meeting shows them."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="session_call")
    opens_on = models.DateField()
    closes_on = models.DateField()
    text = models.TextField(blank=True)
    written = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("opens_on", "closes_on", "written")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="session_call_ends_after_start")
        ]

    def __str__(self) -> str:
        return str(self.edition)


class CallQuestion(models.Model):
    """What the organisers ask beside what every proposal tells. `choices`: one each, of a question that has them."""

    class Variant(models.TextChoices):
        TEXT = "text"
        CHOICE = "choice"
        YES_NO = "yes_no"
        NUMBER = "number"
        URL = "url"

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="questions")
    label = models.CharField(max_length=200)
    help = models.CharField(max_length=400, blank=True)
    variant = models.CharField(max_length=6, choices=Variant)
    choices = models.JSONField(default=list, blank=True)
    required = models.BooleanField(default=False)
    for_reviewers = models.BooleanField(default=True)  # they see its answers
    personal = models.BooleanField(
        default=False
    )  # its answers may say who somebody is: they go a year after the meeting
    position = models.PositiveSmallIntegerField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("label", "variant", "position")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "label"], name="question_once"),
            models.CheckConstraint(condition=~Q(label=""), name="question_asks_something"),
        ]

    def __str__(self) -> str:
        return self.label


class ReviewCriterion(models.Model):
    """What reviewers judge, from 0 to 5, and how much it weighs."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="criteria")
    label = models.CharField(max_length=120)
    guidance = models.CharField(max_length=400, blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("label", "weight", "position")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "label"], name="criterion_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_weighs"),
        ]

    def __str__(self) -> str:
        return self.label


class ReviewPhase(models.Model):
    """Days on which reviewers read and score, the last one included. There are one or two."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="review_phases")
    position = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    anonymised = models.BooleanField(default=True)  # reviewers see neither bodies, nor roles, nor personal answers
    sees_others = models.BooleanField(default=False)  # what other reviewers wrote, before the phase is over

    JOURNAL: ClassVar[tuple[str, ...]] = ("position", "starts_on", "ends_on", "anonymised", "sees_others")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "position"], name="review_phase_once"),
            models.CheckConstraint(condition=Q(position__in=[1, 2]), name="review_phase_is_one_of_two"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="review_phase_ends_after_start"),
        ]

    def __str__(self) -> str:
        return str(self.position)


class SessionProposal(models.Model):
    """A session that somebody proposes; confirmed after it was accepted, it is a session of the draft programme."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        WAITING = "waiting"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        CONFIRMED = "confirmed"
        HELD = "held"
        WITHDRAWN = "withdrawn"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="proposals")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    title = models.CharField(max_length=250)
    kind = models.CharField(max_length=60, blank=True)
    theme = models.CharField(max_length=120, blank=True)
    summary = models.TextField(blank=True)
    description = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10, blank=True)
    needs = models.JSONField(default=list, blank=True)
    roles = models.JSONField(default=list, blank=True)  # in words: a town's archivist
    state = models.CharField(max_length=9, choices=State)
    reason = models.CharField(max_length=600, blank=True)  # what the organisers answer
    beside = models.BooleanField(default=False)  # declined, it would be held beside the programme
    session = models.OneToOneField(Session, models.PROTECT, null=True, blank=True, related_name="proposal")
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    written = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    # The journal is public: of a proposal it tells that it moved, not what it says
    JOURNAL: ClassVar[tuple[str, ...]] = ("written",)
    TOLD_TO: ClassVar[dict[str, tuple[str, ...]]] = {
        "author_id": ("title", "summary", "description", "roles", "state", "reason")
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__gt=0), name="proposal_lasts"),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "cancelled"]) | ~Q(reason=""), name="declined_says_why"
            ),
            models.CheckConstraint(condition=Q(beside=False) | Q(state="declined"), name="beside_was_declined"),
        ]
        indexes: ClassVar = [models.Index(fields=["edition", "state"], name="proposal_by_state")]

    def __str__(self) -> str:
        return self.title


class ProposalAnswer(models.Model):
    """What a proposal answers to a question of the organisers."""

    proposal = models.ForeignKey(SessionProposal, models.CASCADE, related_name="answers")
    question = models.ForeignKey(CallQuestion, models.PROTECT, related_name="answers")
    value = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "question"], name="answered_once"),
            models.CheckConstraint(condition=~Q(value=""), name="answer_says_something"),
        ]

    def __str__(self) -> str:
        return str(self.question_id)


class SessionReview(models.Model):
    """What a reviewer says of a proposal; first of all, whether they have a conflict of interest: then they read nothing of it."""

    proposal = models.ForeignKey(SessionProposal, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    conflict = models.BooleanField()
    scores = models.JSONField(default=dict, blank=True)  # number of a criterion → 0 to 5
    text = models.TextField(blank=True)
    written = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("written",)
    TOLD_TO: ClassVar[dict[str, tuple[str, ...]]] = {"reviewer_id": ("conflict", "scores", "text")}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "reviewer"], name="reviewed_once"),
            models.CheckConstraint(condition=Q(conflict=False) | Q(text=""), name="no_word_in_a_conflict"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
