"""What people answer to the questions of the bank, and what others found of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from communaux.assessment.models.runs import CODE
from communaux.catalogue.models import Commons
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person


class Answer(models.Model):
    """What is answered to a question of the bank, for a commons. It never changes: a newer one replaces it, or it is withdrawn."""

    class Value(models.TextChoices):
        YES = "yes"
        NO = "no"
        NOT_APPLICABLE = "not_applicable"
        UNKNOWN = "unknown"

    class Source(models.TextChoices):
        PERSON = "person"
        MACHINE = "machine"
        CHARTER = "charter"
        IMPORT = "import"

    class State(models.TextChoices):
        STANDING = "standing"
        REPLACED = "replaced"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    commons = models.ForeignKey(Commons, models.PROTECT, related_name="given_answers")
    question = models.CharField(max_length=CODE)
    value = models.CharField(max_length=14, choices=Value)
    text = models.TextField(blank=True)
    lang = models.CharField(max_length=3, blank=True)  # of the text; empty: unknown
    told = models.JSONField(default=dict)  # what a file or a machine gave, whole
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=7, choices=Source)
    origin = models.CharField(max_length=250, blank=True)  # of what was brought in: whose file
    answered_at = models.DateTimeField()
    expires_on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.STANDING)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *(
            "commons_slug",
            "question",
            "value",
            "answer_source",
            "origin",
            "answer_state",
            "expires_on",
            "organisation_id",
        ),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "question"], condition=Q(state="standing"), name="one_standing_answer"
            ),
            models.CheckConstraint(
                condition=Q(state="standing", replaced_by=None, withdrawn_at=None)
                | Q(state="replaced", replaced_by__isnull=False, withdrawn_at=None)
                | Q(state="withdrawn", replaced_by=None, withdrawn_at__isnull=False),
                name="answer_ends_one_way",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["commons", "question", "-answered_at"], name="answers_of_a_commons")]

    @property
    def commons_slug(self) -> str:
        return self.commons.slug

    @property
    def answer_source(self) -> str:
        """For the journal, where `source` is that of a record."""
        return self.source

    @property
    def answer_state(self) -> str:
        """For the journal, where `state` is that of a commons."""
        return self.state


class PeerReview(models.Model):
    """What somebody of another organisation found of an answer, with a fact, and what ties them to it. Append-only."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="reviews")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    conflict_of_interest = models.TextField()
    level = models.PositiveSmallIntegerField()  # 0 contests, 1 only declared, 2 the evidence shows it, 3 confirms
    fact = models.TextField()
    lang = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_slug", "question", "level_given", "organisation_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["answer", "by"], name="one_review_each"),
            models.CheckConstraint(condition=Q(level__lte=3), name="review_gives_a_level"),
            models.CheckConstraint(condition=~Q(fact="") & ~Q(conflict_of_interest=""), name="review_says_a_fact"),
        ]

    @property
    def commons_slug(self) -> str:
        return self.answer.commons.slug

    @property
    def question(self) -> str:
        return self.answer.question

    @property
    def level_given(self) -> int:
        return self.level
