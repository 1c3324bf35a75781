"""What people and bodies give: days, pledges of days, mentoring (07 §§ 2, 3.6). Public figures are of bodies, never of a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.catalogue.models import Commons
from communaux.core.ids import uuid7
from communaux.core.models import Organisation, Person
from communaux.gatherings.models.programme import Session
from communaux.gatherings.models.roadmaps import Roadmap


class Contribution(models.Model):
    """Something that somebody gave to a commons, a road map or a session. Erasure of an account leaves what counts for a body, as
    a number of nobody."""

    class Unit(models.TextChoices):
        DAY = "day"
        HOUR = "h"
        EURO = "eur_in_kind"
        ITEM = "item"

    class Frame(models.TextChoices):
        ON_DUTY = "agent_on_duty"
        VOLUNTEER = "volunteer"
        PAID = "paid"
        MANDATE = "mandate"
        STUDENT = "student"

    class Visibility(models.TextChoices):
        TOTAL = "org_total"
        PUBLIC = "public"
        PRIVATE = "private"

    class State(models.TextChoices):
        DECLARED = "declared"  # nobody has to confirm it: it counts for no body
        WAITING = "waiting"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # shown to nobody
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="contributions")
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="contributions")
    roadmap = models.ForeignKey(Roadmap, models.PROTECT, null=True, blank=True, related_name="contributions")
    session = models.ForeignKey(Session, models.PROTECT, null=True, blank=True, related_name="contributions")
    kind = models.CharField(max_length=16)  # of contributors.KINDS
    credit = models.CharField(max_length=120, blank=True)  # a role
    quantity = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)  # None: not told
    unit = models.CharField(max_length=11, choices=Unit, blank=True)
    on_date = models.DateField()
    evidence_url = models.URLField(max_length=500, blank=True)
    legal_frame = models.CharField(max_length=13, choices=Frame)
    visibility = models.CharField(max_length=9, choices=Visibility)
    state = models.CharField(max_length=9, choices=State)
    validated_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    refused_because = models.CharField(max_length=300, blank=True)  # for who declared it
    created_at = models.DateTimeField()

    # An act of a person stays in the journal for ever: it says that something was declared, not what
    JOURNAL: ClassVar[tuple[str, ...]] = ("contribution_state",)
    TOLD_TO: ClassVar[dict[str, tuple[str, ...]]] = {
        "person_id": (
            *("organisation_name", "target_kind", "target_name", "kind", "credit", "quantity", "unit", "on_date"),
            *("evidence_url", "legal_frame", "visibility", "refused_because", "created_at"),
        )
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(commons__isnull=False, roadmap=None, session=None)
                | Q(commons=None, roadmap__isnull=False, session=None)
                | Q(commons=None, roadmap=None, session__isnull=False),
                name="contribution_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None, unit="") | Q(quantity__gt=0) & ~Q(unit=""),
                name="contribution_quantity_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(legal_frame__in=["agent_on_duty", "volunteer", "paid", "mandate", "student"]),
                name="contribution_has_a_frame",
            ),
            models.CheckConstraint(
                condition=~Q(visibility="org_total") | Q(organisation__isnull=False),
                name="contribution_total_of_a_body",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "confirmed", "refused"])
                | Q(organisation__isnull=False) & ~Q(visibility="private"),
                name="contribution_confirmed_for_a_body",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", validated_by__isnull=False)
                | ~Q(state="confirmed") & Q(validated_by=None),
                name="contribution_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(validated_by=None) | ~Q(validated_by=F("person")),
                name="contribution_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(state="confirmed"), name="contribution_of_nobody_is_confirmed"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "on_date", "organisation"], name="contribution_by_day"),
            models.Index(fields=["organisation", "state"], name="contribution_by_body"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_date:%Y-%m-%d}"

    @property
    def contribution_state(self) -> str:
        """For the journal, whose reader has a word for it."""
        return self.state

    @property
    def organisation_name(self) -> str:
        return self.organisation.name if self.organisation else ""

    @property
    def target(self) -> Commons | Roadmap | Session:
        found = self.commons or self.roadmap or self.session
        assert found is not None
        return found

    @property
    def target_kind(self) -> str:
        return self.target._meta.model_name or ""

    @property
    def target_name(self) -> str:
        return str(self.target)


class TimePledge(models.Model):
    """Days a year that a body leaves its people for commons, and where its rule is published."""

    class Scope(models.TextChoices):
        AGENT = "agent"
        TEAM = "team"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="pledges")
    scope = models.CharField(max_length=5, choices=Scope)
    days_per_year = models.DecimalField(max_digits=5, decimal_places=1)
    year = models.PositiveSmallIntegerField()  # the first
    causes = models.CharField(max_length=300, blank=True)
    rule_url = models.URLField(max_length=500)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = (
        *("organisation_name", "pledge_scope", "days_per_year", "year", "rule_url", "ended_on"),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(days_per_year__gt=0), name="pledge_of_some_days"),
            models.CheckConstraint(condition=~Q(rule_url=""), name="pledge_shows_its_rule"),
            models.UniqueConstraint(
                fields=["organisation", "scope"], condition=Q(ended_on=None), name="pledge_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"

    @property
    def organisation_name(self) -> str:
        return self.organisation.name

    @property
    def pledge_scope(self) -> str:
        """For the journal, whose reader has a word for it."""
        return self.scope


class Mentoring(models.Model):
    """A body helps a commons or another body for a time, says how it goes, and what came of it."""

    class Subject(models.TextChoices):
        METHOD = "method"
        LAW = "law"
        SECURITY = "security"
        GOVERNANCE = "governance"
        SCALE_UP = "scale_up"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mentor = models.ForeignKey(Organisation, models.PROTECT, related_name="mentorings")
    commons = models.ForeignKey(Commons, models.PROTECT, null=True, blank=True, related_name="mentorings")
    mentored = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="mentored_by")
    subject = models.CharField(max_length=10, choices=Subject)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=600, blank=True)
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("mentor_name", "mentored_name", "mentoring_subject", "starts_on", "ends_on")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(commons__isnull=False, mentored=None) | Q(commons=None, mentored__isnull=False),
                name="mentoring_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(mentored=F("mentor")), name="mentoring_of_another"),
            models.CheckConstraint(
                condition=Q(ends_on=None, outcome="") | Q(ends_on__gte=F("starts_on")) & ~Q(outcome=""),
                name="mentoring_ends_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} – {self.mentored_name}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring", args=[self.pk])

    @property
    def mentor_name(self) -> str:
        return self.mentor.name

    @property
    def mentored_name(self) -> str:
        return str(self.commons or self.mentored)

    @property
    def mentoring_subject(self) -> str:
        """For the journal, whose reader has a word for it."""
        return self.subject


class MentoringEntry(models.Model):
    """What was done on a day of a mentoring; told once."""

    mentoring = models.ForeignKey(Mentoring, models.PROTECT, related_name="entries")
    on_date = models.DateField()
    text = models.CharField(max_length=600)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="mentoring_entry_says_something"),
            models.UniqueConstraint(fields=["mentoring", "on_date", "text"], name="mentoring_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on_date:%Y-%m-%d}"
