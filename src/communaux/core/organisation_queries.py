"""Reads on organisations: finding one, who belongs to it, the roles it holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from communaux.core import rules
from communaux.core.identifiers import bare
from communaux.core.ids import is_uuid
from communaux.core.models import Grant, Membership, Organisation, Person

SHORTEST = 3  # characters before a number is looked for by its beginning
MOST = 10  # words of a name that are looked for


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who speaks for the organisation, and the roles it holds there."""

    membership: Membership
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody sees of an organisation and may do there."""

    members: list[Member]
    named: bool  # names are for members, and for operators
    admits: bool
    appoints: bool
    own: Membership | None


def standing(organisation: Organisation, person: Person | None, day: date) -> Standing:
    found = members(organisation, day)
    operator = rules.is_operator(person)
    owner = rules.is_owner(person, organisation)
    return Standing(
        members=found,
        named=operator or any(person and one.membership.person_id == person.pk for one in found),
        admits=operator or owner or (person is not None and rules.speaks_for(person, organisation, "co_owner")),
        appoints=operator or owner,
        own=of_person(organisation, person) if person else None,
    )


def find(asked: str) -> QuerySet[Organisation]:
    """By name, each word of it, or by the beginning of a number; all of them when nothing is asked."""
    named = Q()
    for word in asked.split()[:MOST]:
        named &= Q(name__icontains=word)
    number = bare(asked).upper()
    begins = Q(siret__startswith=number) | Q(siren__startswith=number) | Q(rna__startswith=number)
    numbered = begins if len(number) >= SHORTEST else Q(pk=None)
    return Organisation.objects.filter((named | numbered) if asked else Q()).order_by("name", "pk")


def named(ids: Collection[str]) -> dict[str, Organisation]:
    """Number as text → organisation; what is no number of one is not told."""
    numbers = [UUID(one) for one in ids if is_uuid(one)]
    return {str(one.pk): one for one in Organisation.objects.filter(pk__in=numbers)}


def with_number(siret: str | None, rna: str | None, siren: str = "") -> Organisation | None:
    """The one that has this SIRET or this RNA; by a SIREN alone, the one of which nothing more is known either."""
    wanted = Q(siret=siret) if siret else Q(siren=siren, siret=None) if siren else Q(pk=None)
    return Organisation.objects.filter(wanted | Q(rna=rna) if rna else wanted).order_by("pk").first()


def declared(*, key: UUID, siret: str | None, rna: str | None, siren: str, **_more: str) -> Organisation | None:
    """The body that a declaration describes, where the desk has it already: by the key of the form, else by its number."""
    return Organisation.objects.filter(pk=key).first() or with_number(siret, rna, siren)


def members(organisation: Organisation, day: date) -> list[Member]:
    """In force that day, first come first, with their roles on the organisation."""
    rows = Membership.objects.on(day).filter(organisation=organisation).select_related("person")
    held: dict[object, list[str]] = {}
    on = Grant.objects.on(day).filter(object_type="organisation", object_id=str(organisation.pk))
    for person, role in on.order_by("starts_on").values_list("person", "role"):
        held.setdefault(person, []).append(role)
    return [Member(row, tuple(held.get(row.person_id, ()))) for row in rows.order_by("starts_on", "pk")]


def asking(organisation: Organisation) -> QuerySet[Membership]:
    rows = Membership.objects.asked().filter(organisation=organisation)
    return rows.select_related("person", "organisation").order_by("pk")


def waiting(day: date) -> QuerySet[Membership]:
    """Requests to join a body that nobody belongs to yet: an operator answers them."""
    peopled = Membership.objects.on(day).values("organisation")
    rows = Membership.objects.asked().exclude(organisation__in=peopled)
    return rows.select_related("person", "organisation").order_by("pk")


def of_person(organisation: Organisation, person: Person) -> Membership | None:
    """Its membership or its request; None when there is neither."""
    return Membership.objects.filter(organisation=organisation, person=person, ended_at=None).order_by("-pk").first()


def roles_held(organisation: Organisation) -> QuerySet[Grant]:
    """Every role it ever held, newest first; each with its dates."""
    return Grant.objects.filter(organisation=organisation).order_by("-starts_on", "-pk")
