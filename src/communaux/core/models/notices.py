"""Tables of notices: who is told of which line of the journal, what they follow, how often, and the mail that leaves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from communaux.core.ids import uuid7


class NoticeKind(models.TextChoices):
    """Why somebody is told, the most pressing first."""

    ASKED = "asked"  # something is asked of them
    DECIDED = "decided"  # something was decided on what is theirs
    NEWS = "news"  # something they follow, or look after, has changed


class Frequency(models.TextChoices):
    """How often mail tells it; the page of one's own space tells it whatever the mail does."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


class JournalCursor(models.Model):
    """The last line of the journal that a follower has read; also the lock of whoever follows."""

    name = models.CharField(max_length=40, primary_key=True)
    seq = models.BigIntegerField(default=0)


class Subscription(models.Model):
    """What somebody follows, and how often mail tells it. `scope_kind` "kind": one of the kinds of notice as a whole."""

    KIND: ClassVar[str] = "kind"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("core.Person", models.CASCADE, related_name="subscriptions")
    scope_kind = models.CharField(max_length=40)
    scope_id = models.CharField(max_length=64)
    frequency = models.CharField(max_length=9, choices=Frequency)
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("scope_kind", "scope_id", "frequency")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "scope_kind", "scope_id"], name="subscription_once_per_scope"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="subscription_knows_how_often"),
        ]
        indexes: ClassVar = [models.Index(fields=["scope_kind", "scope_id"], name="subscription_by_scope")]


class Digest(models.Model):
    """One mail of news for one person and one period: the constraint makes a second one impossible."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("core.Person", models.CASCADE, related_name="digests")
    period = models.CharField(max_length=6, choices=[("daily", "daily"), ("weekly", "weekly")])
    period_start = models.DateField()
    sent_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("period", "period_start", "sent_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "period", "period_start"], name="digest_once_per_period")
        ]


class Notification(models.Model):
    """A line of the journal that concerns somebody: a row for their page, another for their mail if they want any."""

    class Channel(models.TextChoices):
        INAPP = "inapp"
        MAIL = "mail"

    class State(models.TextChoices):
        NEW = "new"  # unread, or waiting for its mail
        READ = "read"
        QUEUED = "queued"  # its mail is in the outbox
        SETTLED = "settled"  # what was asked is done, by whomever

    person = models.ForeignKey("core.Person", models.CASCADE, related_name="notifications")
    entry = models.ForeignKey("core.Entry", models.PROTECT, related_name="+")
    at = models.DateTimeField()  # of the line
    kind = models.CharField(max_length=7, choices=NoticeKind)
    channel = models.CharField(max_length=5, choices=Channel)
    frequency = models.CharField(max_length=9, blank=True)  # of the mail, as it was wanted when the line was written
    state = models.CharField(max_length=7, choices=State, default=State.NEW)
    digest = models.ForeignKey(Digest, models.SET_NULL, null=True, blank=True, related_name="notifications")

    JOURNAL: ClassVar[tuple[str, ...]] = ("entry_id", "at", "kind", "channel", "state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "entry", "channel"], name="notification_once_per_channel"),
            models.CheckConstraint(
                condition=Q(channel="inapp", frequency="")
                | Q(channel="mail", frequency__in=["immediate", "daily", "weekly"]),
                name="notification_mail_says_how_often",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "channel", "-at"], name="notification_by_person"),
            models.Index(
                fields=["frequency", "at"], name="notification_awaits_mail", condition=Q(channel="mail", state="new")
            ),
        ]


class OutboxItem(models.Model):
    """A message that must leave once. `connection` "mail" is sent by `core.outbox`; others are drained by `exchange`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        UNCERTAIN = "uncertain"

    MAIL: ClassVar[str] = "mail"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.CharField(max_length=40)
    to = models.ForeignKey("core.Person", models.CASCADE, null=True, blank=True, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    dedupe_key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=10, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("connection", "state", "created_at", "sent_at")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="outbox_sent_says_when",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["connection", "next_try_at"], name="outbox_due", condition=Q(state="waiting"))
        ]


class MailChannel(models.Model):
    """How a person's address receives our mail: refused too often, it is left alone until they say otherwise."""

    person = models.OneToOneField("core.Person", models.CASCADE, primary_key=True, related_name="mail_channel")
    address = models.EmailField()  # a new address starts anew
    refusals = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("refusals", "paused_at")
