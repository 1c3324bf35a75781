"""Tables every area shares. No writes here: see `services.py`; the journal writes itself in `journal.py`."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from communaux.core.ids import uuid7
from communaux.core.notice_tables import (  # noqa: F401 - tables of this app that stand in a file of their own
    Digest,
    Frequency,
    JournalCursor,
    MailChannel,
    NoticeKind,
    Notification,
    OutboxItem,
    Subscription,
)

DESK = UUID("00000000-0000-7000-8000-000000000001")


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, mail: str | None) -> Person:
        return self.get(mail__iexact=mail)

    def desk(self) -> Person:
        """The desk itself: who acts when an operator types a command or a task runs by the clock."""
        return self.get_or_create(id=DESK, defaults={"display_name": "Communaux"})[0]


class Person(AbstractBaseUser):
    """Somebody with an account. Erasure blanks name and mail, keeps the id, so that history still holds together."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    display_name = models.CharField(max_length=150)
    mail = models.EmailField(unique=True, null=True, blank=True)
    lang = models.CharField(max_length=2, default="fr")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "mail"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    JOURNAL: ClassVar[tuple[str, ...]] = ("lang", "is_active", "erased_at")
    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.display_name or _("erased account")

    @property
    def is_desk(self) -> bool:
        return self.pk == DESK


class Organisation(models.Model):
    """A body that may hold roles, use commons or pay for them; known by its SIRET or RNA number where it has one."""

    class Kind(models.TextChoices):
        STATE_SERVICE = "state_service"
        STATE_OPERATOR = "state_operator"
        LOCAL_AUTHORITY = "local_authority"
        ASSOCIATION = "association"
        COMPANY = "company"
        COOPERATIVE = "cooperative"
        INFORMAL = "informal"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=250)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.INFORMAL)
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, null=True, blank=True, unique=True)
    rna = models.CharField(max_length=10, null=True, blank=True, unique=True)
    territory_code = models.CharField(max_length=12, blank=True)
    active = models.BooleanField(default=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("name", "kind", "siren", "siret", "rna", "territory_code", "active")

    def __str__(self) -> str:
        return self.name


class DatedQuerySet(models.QuerySet):
    """Rows that hold from `starts_on` to `ends_on`, the last day included."""

    def on(self, day: date) -> DatedQuerySet:
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class MembershipQuerySet(DatedQuerySet):
    def on(self, day: date) -> MembershipQuerySet:
        """In force that day: confirmed, and not ended by anybody."""
        return super().on(day).filter(confirmed_by__isnull=False, ended_at=None)  # type: ignore[return-value]

    def asked(self) -> MembershipQuerySet:
        """Waiting for somebody to confirm them."""
        return self.filter(confirmed_by=None, ended_at=None)


class Membership(models.Model):
    """Who may act in the name of an organisation, since when, and who confirmed it; asked for while nobody did."""

    class Source(models.TextChoices):
        PROCONNECT_SIRET = "proconnect_siret"
        MAIL_DOMAIN = "mail_domain"
        ADMIN = "admin"
        LETTER = "letter"

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    source = models.CharField(max_length=20, choices=Source)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("person_id", "organisation_id", "source", "confirmed_by_id", "starts_on", "ends_on", "ended_at"),
    )
    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(source="proconnect_siret") | Q(confirmed_by=None) | ~Q(confirmed_by=F("person")),
                name="membership_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="membership_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(ends_on=None, ended_at=None),
                name="membership_once_at_a_time",
            ),
        ]


class GrantQuerySet(DatedQuerySet):
    def on(self, day: date) -> GrantQuerySet:
        return super().on(day).filter(revoked_at=None)  # type: ignore[return-value]  # ty: same class at run time

    def during(self, first: date, last: date | None) -> GrantQuerySet:
        """Grants in force on some day from `first` to `last` (None: without end)."""
        begun = Q(starts_on__lte=last) if last else Q()
        return self.filter(begun, Q(ends_on=None) | Q(ends_on__gte=first), revoked_at=None)


class Grant(models.Model):
    """A role on one object between two dates: the only way a person or an organisation is allowed more than a reader."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="grants")
    role = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("person_id", "organisation_id", "role", "object_type", "object_id"),
        *("starts_on", "ends_on", "revoked_at"),
    )
    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="grant_to_a_person_or_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name="grant_ends_after_start"
            ),
            *(
                models.UniqueConstraint(
                    fields=[holder, "role", "object_type", "object_id"],
                    condition=Q(revoked_at=None, ends_on=None),
                    name=f"grant_once_to_{holder}",
                )
                for holder in ("person", "organisation")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "object_type", "object_id"], name="grant_by_person")]


class Evidence(models.Model):
    """What shows that a claim is true: where it was read, when, how, and the hash of what was read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    locator = models.CharField(max_length=2000)
    captured_at = models.DateTimeField()
    method = models.CharField(max_length=80)
    method_version = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("subject_kind", "subject_id", "kind", "locator", "captured_at", "sha256")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="evidence_by_subject")]


class Contest(models.Model):
    """A fact, with its evidence, against something the desk shows: answered, then decided by two outsiders (11 § 3.11).

    The database keeps a filled field as it is; what shows "contested" is read from the standing ones, never stored twice.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        UPHELD = "upheld"
        DISMISSED = "dismissed"
        WITHDRAWN = "withdrawn"

    STANDING: ClassVar[tuple[str, ...]] = ("open", "answered")
    DECIDED: ClassVar[tuple[str, ...]] = ("upheld", "dismissed")

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    field = models.CharField(max_length=80)  # a field of the subject, or a code of its area ("event:12")
    proposed = models.TextField(blank=True)  # what is true instead; empty: the thing is to be taken away
    fact = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="contests")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    seconded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("subject_kind", "subject_id", "field", "state", "opened_at", "due_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "field", "by"],
                condition=Q(state__in=["open", "answered"]),
                name="one_standing_contest_each",
            ),
            models.CheckConstraint(condition=~Q(fact=""), name="contest_says_a_fact"),
            models.CheckConstraint(condition=Q(due_at__gt=F("opened_at")), name="contest_due_after_opening"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="contest_answered_whole",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(state__in=["upheld", "dismissed"]) & Q(decided_by=None, seconded_by=None, decided_at=None)
                )
                | Q(
                    state__in=["upheld", "dismissed"],
                    decided_by__isnull=False,
                    seconded_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="contest_decided_by_two",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("seconded_by")), name="contest_deciders_differ"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="contest_by_subject")]


class ContestOpinion(models.Model):
    """What one decider thinks of a contest; the first two who agree have decided it. Append-only."""

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="opinions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=9, choices=[("upheld", "Upheld"), ("dismissed", "Dismissed")])
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contest", "by"], name="one_opinion_each"),
            models.CheckConstraint(condition=~Q(reason=""), name="opinion_says_why"),
        ]


class Weights(models.Model):
    """The constants of a score, dated: a score keeps the version it was made with. Append-only."""

    area = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    values = models.JSONField()
    since = models.DateTimeField()
    decided_in = models.CharField(max_length=200, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("area", "version", "values", "since", "decided_in")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "version"], name="weights_one_per_version")]


class Entry(models.Model):
    """A line of the journal. Its hash covers everything but `private`, which erasure may blank (11 § 3.1)."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    act = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    private = models.JSONField(null=True, blank=True)
    private_sha256 = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id", "seq"], name="entry_by_subject")]


class InstanceKey(models.Model):
    """A signing key of the desk (Ed25519). The private half lives in a file, never in the database."""

    kid = models.CharField(max_length=16, primary_key=True)
    public = models.CharField(max_length=64)
    private_ref = models.CharField(max_length=500)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(models.Value(1), condition=Q(valid_to=None, revoked_at=None), name="one_active_key")
        ]


class Checkpoint(models.Model):
    """A daily signature of the journal: whoever rewrote an older line would have to forge it too."""

    seq = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    key = models.ForeignKey(InstanceKey, models.PROTECT)
    signature = models.CharField(max_length=128)


class Progress(models.Model):
    """How far a long piece of work is; any page may show it as a live bar (10 § 3.4)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=250)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    messages = models.JSONField(default=list)
    result_url = models.CharField(max_length=500, blank=True)
    error = models.TextField(blank=True)
    started_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class SlugHistory(models.Model):
    """Old addresses, kept for ever."""

    kind = models.CharField(max_length=40)
    old_slug = models.CharField(max_length=120)
    object_id = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "old_slug"], name="slug_history_unique")]


class Heartbeat(models.Model):
    """The last sign of life of a kind of process; one row a kind, however many processes."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()
