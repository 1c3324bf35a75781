"""What bodies say at a meeting that they will do; what became of it stands in the same ledger as road maps (07 § 2)."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person
from communaux.gatherings import life
from communaux.gatherings.models.editions import Edition
from communaux.gatherings.models.programme import Session


class Commitment(models.Model):
    """What a body says that it will do, by a day if it says one. `body`: as it was named; `carrier`: it, where this desk knows it.

    A commitment of a transcript may name nobody and no day: what is not told stays unknown.
    """

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        DROPPED = "dropped"

    OVER: ClassVar[frozenset[str]] = frozenset({"kept", "dropped"})

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="commitments")
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="commitments")
    text = models.CharField(max_length=600)
    lang = models.CharField(max_length=2, default="fr")
    body = models.CharField(max_length=250, blank=True)
    due_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)  # number of the transcript that tells it
    source_url = models.URLField(max_length=500, blank=True)  # where it can be read or heard
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    carrier = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="commitments")
    contact = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # whom the desk asks
    contact_role = models.CharField(max_length=120, blank=True)  # shown in place of a name
    written = models.PositiveIntegerField(default=1)  # how often: two organisers at once are told
    created_at = models.DateTimeField()
    # Of `queries.commitments.with_news`: answers of persons
    first_heard: datetime | None
    last_heard: datetime | None

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("edition_name", "code", "text", "body", "carrier_name", "due_on", "source", "source_url"),
        *("commitment_state", "contact_role"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(text="") & (~Q(body="") | ~Q(source="")), name="commitment_says_what_and_whose"
            ),
            models.CheckConstraint(
                condition=Q(contact=None) | Q(carrier__isnull=False), name="commitment_asked_of_a_body"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["edition", "due_on"], name="commitment_by_edition")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("commitment", args=[self.edition.slug, self.pk])

    @property
    def title(self) -> str:
        """Its words, as a heading or a mail can hold them."""
        return self.text if len(self.text) <= 120 else f"{self.text[:119]}…"

    @property
    def fictive(self) -> bool:
        return self.edition.fictive

    @property
    def since(self) -> date:
        """From when news is waited for: the end of its meeting."""
        edition = self.edition
        return edition.ends_on or life.last_day(edition.starts_on, edition.precision)

    def after(self, status: str) -> str:
        """The state once a person answered so."""
        return {"stopped": self.State.DROPPED, "delivered": self.State.KEPT}.get(status, self.state)

    @property
    def commitment_state(self) -> str:
        """For the journal, whose reader has a word for it."""
        return self.state

    @property
    def carrier_name(self) -> str:
        return self.carrier.name if self.carrier else ""

    @property
    def edition_name(self) -> str:
        return self.edition.name

    @property
    def code(self) -> str:
        """For the journal: that of its session."""
        return self.session.code if self.session else ""
