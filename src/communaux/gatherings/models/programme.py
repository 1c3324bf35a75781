"""The programme of an edition: the draft of its sessions, the versions that were published, who starred what (07 §§ 2, 3.2, 3.3).

Persons are roles, never names: a session tells `speaker` or what its organisers write in place of a name.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.core.canonical import digest
from communaux.core.ids import uuid7
from communaux.gatherings.models.editions import Edition


class Room(models.Model):
    """Where sessions take place. NULL: nobody said, which is neither yes nor no."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=120)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    guid = models.UUIDField(null=True, blank=True)  # the one that another system gave
    step_free = models.BooleanField(null=True, blank=True)
    hearing_loop = models.BooleanField(null=True, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("name", "capacity", "step_free", "hearing_loop")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "name"], name="room_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """Of what is said of it: another one says that somebody changed it."""
        return digest([self.name, self.capacity, self.step_free, self.hearing_loop])


class Session(models.Model):
    """What takes place once, as the draft has it. `id` is its guid in every file; `starts_at` NULL: not placed yet."""

    class Registration(models.TextChoices):
        NONE = "none"
        OPEN = "open"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="sessions")
    code = models.CharField(max_length=6)
    title = models.CharField(max_length=250)
    subtitle = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    theme = models.CharField(max_length=120, blank=True)  # of this edition, in its own words
    summary = models.TextField(blank=True)
    description = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveIntegerField(null=True, blank=True)  # how many are expected, or may come
    language = models.CharField(max_length=10, blank=True)
    needs = models.JSONField(default=list, blank=True)
    roles = models.JSONField(default=list, blank=True)  # {id, kind, shown}
    links = models.JSONField(default=list, blank=True)  # {url, title}
    recording_optout = models.BooleanField(default=False)
    licence = models.CharField(max_length=60, blank=True)
    registration = models.CharField(max_length=4, choices=Registration, default=Registration.NONE)
    state = models.CharField(max_length=10, default="accepted")
    reason = models.CharField(max_length=300, blank=True)  # why it is cancelled
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="sessions")
    starts_at = models.DateTimeField(null=True, blank=True)
    number = models.PositiveBigIntegerField(default=0)  # number and slug that another system gave
    slug = models.CharField(max_length=250, blank=True)
    url = models.URLField(max_length=500, blank=True)
    written = models.PositiveIntegerField(default=1)  # how often: two organisers at once are told
    created_at = models.DateTimeField()

    # The journal is public and a draft is not: its words are read in the versions that are published
    JOURNAL: ClassVar[tuple[str, ...]] = ("code", "written")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "code"], name="session_code_once"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="session_lasts"),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(reason=""), name="cancelled_says_why"),
            models.CheckConstraint(condition=Q(room=None) | Q(starts_at__isnull=False), name="room_has_a_time"),
        ]
        indexes: ClassVar = [models.Index(fields=["edition", "starts_at"], name="session_by_time")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.edition.slug, self.code])

    @property
    def room_name(self) -> str:
        return self.room.name if self.room else ""


class ScheduleVersion(models.Model):
    """A programme as it was published, whole; it never changes."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="versions")
    ordinal = models.PositiveIntegerField()
    number = models.CharField(max_length=12)
    published_at = models.DateTimeField()
    note = models.CharField(max_length=600, blank=True)
    programme = models.JSONField()  # engines.programme.snapshot
    sha256 = models.CharField(max_length=64)

    JOURNAL: ClassVar[tuple[str, ...]] = ("edition_name", "number", "note", "sha256")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "ordinal"], name="version_ordinal_once"),
            models.UniqueConstraint(fields=["edition", "number"], name="version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.number}"

    @property
    def edition_name(self) -> str:
        return self.edition.name


class ExportFile(models.Model):
    """One published version in one format, written once."""

    version = models.ForeignKey(ScheduleVersion, models.PROTECT, related_name="files")
    format = models.CharField(max_length=6)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "format"], name="file_once_a_format")]

    def __str__(self) -> str:
        return f"{self.version_id}.{self.format}"


class Star(models.Model):
    """Somebody would like to be there. `holder`: the hash of a random word that only their browser has."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="stars")
    holder = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "holder"], name="star_once")]

    def __str__(self) -> str:
        return f"{self.session_id}"


class Registration(models.Model):
    """A place in a session, or one in its waiting list: first come, first served. No name is asked.

    `mail`: where one wants to be told once, closed with the key of the desk, gone once that mail left; empty for most.
    """

    class State(models.TextChoices):
        CONFIRMED = "confirmed"
        WAITING = "waiting"

    session = models.ForeignKey(Session, models.CASCADE, related_name="registrations")
    holder = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=9, choices=State)
    at = models.DateTimeField()
    mail = models.TextField(blank=True)
    lang = models.CharField(max_length=2, default="fr")  # of that mail

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "holder"], name="registration_once")]
        indexes: ClassVar = [models.Index(F("session"), F("state"), F("id"), name="registration_by_turn")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.state}"
