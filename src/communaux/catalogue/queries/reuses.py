"""Who uses a commons, what they learned, who helps: in short for the sheet, whole for their own pages and the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from communaux.catalogue.models import Experience, Provider, Reuse
from communaux.core.errors import NotFound
from communaux.core.models import Entry, Membership, Organisation, Person

SHOWN = 5  # uses on a sheet; the others are on the page of uses
HELPERS = 4  # providers on a sheet
LARGEST = 2**63 - 1  # no database knows a larger number
State = Reuse.State
RANK = Case(
    *(When(state=state, then=Value(n)) for n, state in enumerate((State.CONFIRMED, State.DECLARED, State.STALE))),
    default=Value(3),
)
TOLD = Q(experience__isnull=False, experience__withdrawn_at=None)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a sheet shows: the first uses and providers, and how many there are."""

    uses: Sequence[Reuse]
    counts: dict[str, int]  # state -> uses in it, and "told" -> experiences
    providers: Sequence[Provider]
    n_providers: int

    @property
    def total(self) -> int:
        return sum(self.counts[state] for state in State.values)


def usage_of(commons: UUID) -> Usage:
    """Two questions, whatever the number of uses."""
    every: dict[str, Combinable] = {state: Window(Count("pk", filter=Q(state=state))) for state in State.values}
    every["told"] = Window(Count("pk", filter=TOLD))
    uses = list(uses_of(commons).annotate(**{f"n_{name}": count for name, count in every.items()})[:SHOWN])
    providers = list(providers_of(commons).filter(until=None).annotate(n=Window(Count("pk")))[:HELPERS])
    counts = {name: getattr(uses[0], f"n_{name}") if uses else 0 for name in every}
    return Usage(uses, counts, providers, providers[0].n if providers else 0)


def uses_of(commons: UUID) -> QuerySet[Reuse]:
    """Confirmed first, then declared, to be confirmed again, ended; what was learned before what was only said."""
    found = Reuse.objects.filter(commons=commons).select_related("organisation", "experience")
    silent = Case(When(TOLD, then=Value(0)), default=Value(1))
    return found.order_by(RANK, silent, F("since").desc(nulls_last=True), "pk")


def experiences_of(commons: UUID) -> QuerySet[Experience]:
    """What is told, newest first."""
    found = Experience.objects.filter(reuse__commons=commons, withdrawn_at=None)
    return found.select_related("reuse__organisation").order_by("-published_at", "-pk")


def stale(of: Q, day: date) -> QuerySet[Reuse]:
    """Uses that nobody confirmed for a year, the longest waiting first; `members`: who may act for the body that day."""
    members = Membership.objects.on(day).filter(organisation=OuterRef("organisation")).values("organisation")
    counted = members.annotate(n=Count("pk")).values("n")
    found = Reuse.objects.filter(of, state=State.STALE).select_related("commons", "organisation")
    return found.annotate(members=Coalesce(Subquery(counted), 0)).order_by("confirm_by", "pk")


def providers_of(commons: UUID) -> QuerySet[Provider]:
    """Those of today before the former ones, confirmed before declared."""
    found = Provider.objects.filter(commons=commons).select_related("organisation")
    return found.order_by(F("until").desc(nulls_first=True), F("confirmed_at").asc(nulls_last=True), "pk")


def reuse(pk: int) -> Reuse:
    found = Reuse.objects.select_related("commons", "organisation", "experience").filter(pk=min(pk, LARGEST)).first()
    if found is None:
        raise NotFound("unknown_use", _("No use has this number."))
    return found


def told_of(used: Reuse) -> Experience | None:
    """What was learned from it and is still shown."""
    found = getattr(used, "experience", None)
    return found if found and found.withdrawn_at is None else None


def provider(pk: int) -> Provider:
    found = Provider.objects.select_related("commons", "organisation").filter(pk=min(pk, LARGEST)).first()
    if found is None:
        raise NotFound("unknown_provider", _("No provider has this number."))
    return found


def history_of(used: Reuse, limit: int = 50) -> QuerySet[Entry]:
    """Public history of a use and of what was told of it, newest first."""
    about = Q(subject_kind="reuse", subject_id=str(used.pk))
    if written := getattr(used, "experience", None):
        about |= Q(subject_kind="experience", subject_id=str(written.pk))
    return Entry.objects.filter(about).select_related("actor").order_by("-seq")[:limit]


def bodies_of(person: Person, day: date) -> QuerySet[Organisation]:
    """Bodies in whose name this person may act that day."""
    held = person.memberships.on(day).values("organisation")
    return Organisation.objects.filter(pk__in=held, active=True).order_by("name", "pk")


def listed(commons: str = "", organisation: UUID | None = None) -> QuerySet[Reuse]:
    """All uses, by number; of one commons, of one body."""
    found = Reuse.objects.select_related("commons", "organisation").order_by("pk")
    found = found.filter(commons__slug=commons) if commons else found
    return found.filter(organisation=organisation) if organisation else found


def experiences(commons: str = "") -> QuerySet[Experience]:
    """All that is told, by number; of one commons."""
    found = Experience.objects.filter(withdrawn_at=None).select_related("reuse__commons", "reuse__organisation")
    return (found.filter(reuse__commons__slug=commons) if commons else found).order_by("pk")
