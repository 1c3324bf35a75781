"""Who is who in histories, put right by people; addresses as keyed hashes alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from communaux.catalogue.models import Commons
from communaux.core.ids import uuid7
from communaux.core.models import Person


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
