"""Repositories, runs, and what a run found: values, outcomes of conditions, one word for each axis."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q

from communaux.catalogue.models import Commons
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person, Progress

CODE: Final = 40  # letters of a code of the engine


class Repository(models.Model):
    """An address whose history is read for a commons."""

    class Role(models.TextChoices):
        MAIN = "main"
        COMPONENT = "component"
        DATA = "data"
        DOCS = "docs"

    commons = models.ForeignKey(Commons, models.PROTECT, related_name="repositories")
    url = models.CharField(max_length=1000)
    url_key = models.CharField(max_length=1000)  # the normal form: two spellings of an address are one repository
    role = models.CharField(max_length=9, choices=Role, default=Role.MAIN)
    active = models.BooleanField(default=True)
    checked_at = models.DateTimeField(null=True, blank=True)  # it still offered the commit that was assessed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commons", "url_key"], name="repository_once_for_a_commons")
        ]

    def __str__(self) -> str:
        return self.url


class Run(models.Model):
    """One reading of one repository. It is never deleted; of each repository, the last that was done is its profile."""

    class State(models.TextChoices):
        QUEUED = "queued"
        FETCHING = "fetching"
        READING = "reading"
        MEASURING = "measuring"
        DONE = "done"
        FAILED = "failed"
        SUPERSEDED = "superseded"
        CANCELLED = "cancelled"

    class Reason(models.TextChoices):
        MANUAL = "manual"
        SCHEDULED = "scheduled"
        IDENTITY = "identity"  # somebody put right who is who
        ITEMS = "items"  # somebody gave what a forge tells, or took it back

    LIVE: ClassVar[tuple[str, ...]] = ("queued", "fetching", "reading", "measuring")
    KEPT: ClassVar[tuple[str, ...]] = ("done", "superseded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repository = models.ForeignKey(Repository, models.PROTECT, related_name="runs")
    requested_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=9, choices=Reason, default=Reason.MANUAL)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    progress = models.OneToOneField(Progress, models.PROTECT, null=True, related_name="assessment_run")
    head_oid = models.CharField(max_length=64, blank=True)
    head_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True)
    method_version = models.CharField(max_length=20, blank=True)
    error_code = models.CharField(max_length=CODE, blank=True)
    warnings = models.JSONField(default=list)
    told = models.JSONField(default=dict)  # what the engine tells beside values, conditions, readings and warnings
    series = models.JSONField(default=dict)  # totals over time; empty of a run made before there were any
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("commons_slug", "run_state", "reason", "head_oid", "as_of", "method_version", "error_code"),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["repository"],
                condition=Q(state__in=("queued", "fetching", "reading", "measuring")),
                name="one_live_run_of_a_repository",
            ),
            models.UniqueConstraint(
                fields=["repository"], condition=Q(state="done"), name="one_profile_of_a_repository"
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(error_code="") | ~Q(state="failed") & Q(error_code=""),
                name="failed_run_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["repository", "-created_at"], name="runs_of_a_repository")]

    @property
    def commons_slug(self) -> str:
        return self.repository.commons.slug

    @property
    def run_state(self) -> str:
        """For the journal, where `state` is that of a commons."""
        return self.state

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def short_head(self) -> str:
        """As people name a commit."""
        return self.head_oid[:10]


class Value(models.Model):
    """One measure of a run; no value is unknown, and `detail["reason"]` says why."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="measures")
    code = models.CharField(max_length=CODE)
    axis = models.CharField(max_length=10)
    status = models.CharField(max_length=14)
    value = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.BigIntegerField()
    coverage = models.FloatField(null=True, blank=True)
    detail = (
        models.JSONField()
    )  # unit, kind and level of the interval, by_policy, reproduce, what else the engine tells

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "code"], name="one_value_of_a_measure")]


class Outcome(models.Model):
    """Whether a condition was met, and which measures decided it; as it stood in the table of that day."""

    class Met(models.TextChoices):
        MET = "met"
        UNMET = "unmet"
        UNKNOWN = "unknown"

    run = models.ForeignKey(Run, models.CASCADE, related_name="outcomes")
    condition = models.CharField(max_length=CODE)
    axis = models.CharField(max_length=10)
    essential = models.BooleanField()
    outcome = models.CharField(max_length=7, choices=Met)
    because = models.JSONField(default=list)
    seen = models.JSONField(default=dict)  # language → what files tell of it, as it was told that day

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "condition"], name="one_outcome_of_a_condition")
        ]


class Reading(models.Model):
    """One word for an axis: established, to be confirmed, point of attention."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="readings")
    axis = models.CharField(max_length=10)
    reading = models.CharField(max_length=11)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "axis"], name="one_reading_of_an_axis")]


class Correction(models.Model):
    """Who is who in the history of a commons, put right by somebody who knows. Taking it back restores what was.

    `keys`: one or two keyed hashes of addresses (`identities.key`), in order, space between; never an address or a name.
    """

    class Kind(models.TextChoices):
        BOT = "bot"
        NOT_BOT = "not_bot"
        SAME_PERSON = "same_person"
        OTHER_PERSON = "other_person"

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACTIVE = "active"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    commons = models.ForeignKey(Commons, models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=12, choices=Kind)
    keys = models.CharField(max_length=129)
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_slug", "correction_kind", "correction_state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["commons", "kind", "keys"], condition=~Q(state="withdrawn"), name="correction_said_once"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True)
                | ~Q(state="proposed") & Q(decided_at__isnull=False),
                name="decided_correction_says_when",
            ),
        ]

    @property
    def commons_slug(self) -> str:
        return self.commons.slug

    @property
    def correction_kind(self) -> str:
        return self.kind

    @property
    def correction_state(self) -> str:
        return self.state


class IdentityKey(models.Model):
    """The key under which this desk knows addresses, by a hash under it: a machine that has another one is refused. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    proof = models.CharField(max_length=64)
    since = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("since",)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_identity_key")]


class Objection(models.Model):
    """Somebody asked not to be counted in any history (GDPR, article 21). Only the keyed hash of the address is kept."""

    key = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(withdrawn_at__isnull=True), name="objection_in_force_once"
            )
        ]


class ForgeItems(models.Model):
    """What a forge tells of a repository, as somebody gave it: `communaux.forge/1`, authors as numbers that mean nothing elsewhere.

    One reading is in force; withdrawn or replaced, its lines are erased, and what stays says that there was one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    repository = models.ForeignKey(Repository, models.PROTECT, related_name="forge_items")
    lines = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    forge = models.CharField(max_length=10)
    read_at = models.DateTimeField()
    counts = models.JSONField()  # kind → how many; `left_out`: confidential ones
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("commons_slug", "forge", "read_at", "sha256", "items_state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["repository"], condition=Q(withdrawn_at__isnull=True), name="one_reading_of_a_forge"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) & ~Q(lines="") | Q(withdrawn_at__isnull=False, lines=""),
                name="withdrawn_items_are_erased",
            ),
        ]

    @property
    def commons_slug(self) -> str:
        return self.repository.commons.slug

    @property
    def items_state(self) -> str:
        """For the journal, where `state` is that of a commons."""
        return "withdrawn" if self.withdrawn_at else "in_force"


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
