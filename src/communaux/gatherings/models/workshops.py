"""Workshops of an edition: axes, groups, the five stages of each group's board, its cards and its problem (07 §§ 2, 3.4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communaux.catalogue.models import Need
from communaux.core.ids import uuid7
from communaux.gatherings.models.editions import Edition


class Axis(models.Model):
    """What some groups of an edition work on."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="axes")
    label = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("axis", "number")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "position"], name="axis_has_a_place"),
            models.UniqueConstraint(fields=["edition", "label"], name="axis_once"),
            models.CheckConstraint(condition=~Q(label=""), name="axis_has_a_label"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def axis(self) -> str:
        """For the journal, as road maps name it."""
        return self.label

    @property
    def number(self) -> int:
        return self.position


class Group(models.Model):
    """Some people around one board. Who they are is told as a number for each role, never by name."""

    axis = models.ForeignKey(Axis, models.PROTECT, related_name="groups")
    number = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120, blank=True)
    size = models.PositiveSmallIntegerField(null=True, blank=True)
    roles_present = models.JSONField(default=dict, blank=True)  # role → number

    JOURNAL: ClassVar[tuple[str, ...]] = ("group", "label", "size", "roles_present")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["axis", "number"], name="group_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="group_is_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return self.label or self.group

    def get_absolute_url(self) -> str:
        return reverse("workshop_group", args=[self.edition.slug, self.group])

    @property
    def group(self) -> str:
        """Its address within the edition: axis and number."""
        return f"{self.axis.position}-{self.number}"

    @property
    def edition(self) -> Edition:
        return self.axis.edition


class Stage(models.Model):
    """One of the five stages of a group; a row stands from the moment it opens."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="stages")
    kind = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    facilitator = models.CharField(max_length=120, blank=True)  # a role

    JOURNAL: ClassVar[tuple[str, ...]] = ("stage_of", "workshop_stage", "done_at", "role")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "kind"], name="stage_once"),
            models.CheckConstraint(condition=Q(kind__in=[1, 2, 3, 4, 5]), name="stage_is_one_of_five"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(done_at__gte=F("opened_at")), name="stage_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)

    @property
    def stage_of(self) -> str:
        return self.group.group

    @property
    def workshop_stage(self) -> str:
        """For the journal, whose reader has a word for it."""
        return str(self.kind)

    @property
    def role(self) -> str:
        return self.facilitator


class Card(models.Model):
    """One thought on the board; set aside, it stays to be read."""

    class Kind(models.TextChoices):
        STAKE = "stake"
        FRICTION = "friction"
        STAKEHOLDER = "stakeholder"
        IDEA = "idea"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="cards")
    kind = models.CharField(max_length=11, choices=Kind)
    text = models.CharField(max_length=400)
    kept = models.BooleanField(default=True)
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="cards")
    created_at = models.DateTimeField()

    JOURNAL: ClassVar[tuple[str, ...]] = ("card", "text", "kept", "need_title")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="card_says_something"),
            models.CheckConstraint(condition=Q(need=None) | Q(kind="friction"), name="card_of_a_need_is_a_friction"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def edition(self) -> Edition:
        return self.stage.group.edition

    @property
    def card(self) -> str:
        """For the journal, whose reader has a word for it."""
        return self.kind

    @property
    def need_title(self) -> str:
        return self.need.title if self.need else ""


class Problem(models.Model):
    """The one problem that a group takes on, and for whom."""

    group = models.OneToOneField(Group, models.PROTECT, related_name="problem")
    statement = models.CharField(max_length=600)
    for_whom = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=600, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("problem_of", "statement", "for_whom", "evidence")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(statement=""), name="problem_is_told")]

    def __str__(self) -> str:
        return self.statement[:60]

    @property
    def problem_of(self) -> str:
        return self.group.group
