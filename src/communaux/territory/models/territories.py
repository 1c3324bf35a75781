"""Places by kind and code, their containments, their other codes and names (03 § 2.1)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class TerritoryQuerySet(models.QuerySet["Territory"]):
    def on(self, day: date | None) -> TerritoryQuerySet:
        """Those of that day, the last day included; without a day, those that nothing has ended."""
        if day is None:
            return self.filter(valid_to=None)
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))


class Territory(models.Model):
    """A place that has an official code, from the European Union down to a quarter; the code is unique among its kind only."""

    class Kind(models.TextChoices):
        EU = "ue"
        COUNTRY = "pays"
        REGION = "region"
        DEPARTEMENT = "departement"
        EPCI = "epci"
        EPT = "ept"
        COMMUNE = "commune"
        QUARTER = "quartier"

    class Zone(models.TextChoices):
        NONE = ""
        METRO = "metro"
        DROM = "drom"
        COM = "com"

    class Subtype(models.TextChoices):
        NONE = ""
        CC = "CC"
        CA = "CA"
        CU = "CU"
        METRO = "METRO"
        MET69 = "MET69"

    kind = models.CharField(max_length=11, choices=Kind)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=150)
    name_key = models.CharField(max_length=150)
    population = models.PositiveIntegerField(null=True, blank=True)
    millesime = models.PositiveSmallIntegerField()  # last one in which it stands
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # last day
    zone = models.CharField(max_length=5, choices=Zone, default=Zone.NONE, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    subtype = models.CharField(max_length=5, choices=Subtype, default=Subtype.NONE, blank=True)

    JOURNAL: ClassVar[tuple[str, ...]] = ("kind", "code", "name", "valid_from", "valid_to")
    objects = TerritoryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code"], name="territory_once_per_code"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="territory_has_code_and_name"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="territory_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None)
                | Q(lat__isnull=False, lon__isnull=False, lat__range=(-90, 90), lon__range=(-180, 180)),
                name="territory_position_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_key"], name="territory_by_name"),
            models.Index(fields=["lat", "lon"], condition=Q(lat__isnull=False), name="territory_by_position"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("territory", args=[self.kind, self.code])


class TerritoryEdge(models.Model):
    """One lies directly inside the other."""

    pk = models.CompositePrimaryKey("parent_id", "child_id")
    parent = models.ForeignKey(Territory, models.CASCADE, related_name="inside", db_index=False)
    child = models.ForeignKey(Territory, models.CASCADE, related_name="outside")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(parent=F("child")), name="territory_not_inside_itself")
        ]


class TerritoryClosure(models.Model):
    """One lies inside the other, however far; itself at depth 0. Made from the edges alone, by `closure.rebuild`."""

    pk = models.CompositePrimaryKey("ancestor_id", "descendant_id")
    # Derived whole from rows that hold: a foreign key of each of its 216,451 rows would be checked for nothing.
    ancestor = models.ForeignKey(Territory, models.CASCADE, related_name="below", db_index=False, db_constraint=False)
    descendant = models.ForeignKey(Territory, models.CASCADE, related_name="above", db_index=False, db_constraint=False)
    depth = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["descendant", "ancestor"], name="closure_upwards")]


class TerritoryAlias(models.Model):
    """A code or a name that now means another territory: an old commune, an inner one, an arrondissement of a city."""

    class Kind(models.TextChoices):
        OLD = "ancien"
        DELEGATED = "deleguee"
        ASSOCIATED = "associee"
        ARRONDISSEMENT = "arrondissement"

    code = models.CharField(max_length=12)
    kind = models.CharField(max_length=14, choices=Kind)
    name = models.CharField(max_length=150, blank=True)
    name_key = models.CharField(max_length=150, blank=True)
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="aliases")
    millesime = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "kind", "territory"], name="territory_alias_once")
        ]
        indexes: ClassVar = [models.Index(fields=["name_key"], name="territory_alias_by_name")]


class PostalCode(models.Model):
    """A postal code that serves a commune; it serves several, and a commune has several."""

    pk = models.CompositePrimaryKey("code", "territory_id")
    code = models.CharField(max_length=5)
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="postal_codes")
