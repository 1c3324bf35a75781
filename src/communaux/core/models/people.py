"""Who acts: people, organisations, who belongs to which, and the roles they hold."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from communaux.core.ids import uuid7

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
    end_told_at = models.DateTimeField(null=True, blank=True)  # that it ends soon, said once

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
