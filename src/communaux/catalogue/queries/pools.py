"""Needs put together: who has them, how many people live there, what could join (03 §§ 3.3, 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from communaux.catalogue.models import Need, NeedPool, NeedSupport
from communaux.catalogue.pooling import LEFT, LIVE
from communaux.catalogue.queries.needs import alike
from communaux.core.errors import NotFound
from communaux.core.ids import is_uuid
from communaux.core.models import Entry, Organisation, Person
from communaux.territory.models import Territory, TerritoryClosure

TOLD = 20  # communes without a known population that are named


@dataclass(frozen=True, slots=True)
class Population:
    """People of distinct communes; those of which nobody knows how many live there are named, not added."""

    people: int | None
    communes: int
    unknown: Sequence[Territory]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page of a pool shows. `gone`: needs that left it, each as it stands today."""

    pool: NeedPool
    needs: list[Need]
    gone: list[Need]
    bodies: list[Organisation]
    persons: int
    population: Population


def by_slug(slug: str) -> NeedPool:
    """The pool at this address; raise NotFound."""
    found = NeedPool.objects.filter(slug=slug.replace("\x00", ""))
    pool = found.select_related("theme", "carrier", "created_by").first()
    if pool is None:
        raise NotFound("unknown_pool", _("No needs put together have this address."), slug=slug)
    return pool


def made_with(key: str, by: Person) -> NeedPool | None:
    """The pool that this person made with the form of this key: sent twice, it leads to the same."""
    return NeedPool.objects.filter(pk=key, created_by=by).first() if is_uuid(key) else None


def sheet(pool: NeedPool) -> Sheet:
    needs = list(_told(pool.needs.filter(state__in=LIVE)))
    supports = NeedSupport.objects.filter(need__in=needs, withdrawn_at=None).values_list("org_id", "person_id")
    told = [*supports, *((one.org_id, one.author_id) for one in needs)]
    bodies = Organisation.objects.filter(pk__in={org for org, _person in told if org}).order_by("name")
    persons = {person for org, person in told if org is None and person}
    places = {one.territory_id for one in needs if one.territory_id}
    return Sheet(pool, needs, gone(pool), list(bodies), len(persons), population(places))


def gone(pool: NeedPool) -> list[Need]:
    """Needs that left it for good, as its lines in the journal tell."""
    lines = Entry.objects.filter(subject_kind="needpool", subject_id=str(pool.pk), act=LEFT)
    slugs = {line.after["need"] for line in lines if "need" in line.after}
    return list(_told(Need.objects.filter(Q(slug__in=slugs) | Q(pool=pool)).exclude(pool=pool, state__in=LIVE)))


def _told(rows: QuerySet[Need]) -> QuerySet[Need]:
    return rows.select_related("theme", "org", "author", "territory", "answer_commons", "pool").order_by(
        "-weight", "pk"
    )


def population(places: Iterable[int]) -> Population:
    """Of the distinct communes inside these territories: a commune and the body it is in count once."""
    inside = TerritoryClosure.objects.filter(ancestor__in=list(places)).values("descendant_id")
    communes = Territory.objects.filter(kind=Territory.Kind.COMMUNE, valid_to=None, pk__in=inside)
    people = communes.aggregate(people=Sum("population"))["people"]
    unknown = communes.filter(population=None).order_by("name_key")
    return Population(people, communes.count(), list(unknown[:TOLD]))


def joinable(need: Need) -> list[Need]:
    """Needs that say nearly the same, the nearest first: with those of no pool one begins, those of a pool one joins."""
    return alike(need.title, need.text_md, need.theme_id, need.territory, but=need.slug)


def latest() -> QuerySet[NeedPool]:
    """Needs that stand together, the newest first."""
    live = NeedPool.objects.filter(state=NeedPool.State.OPEN)
    return live.select_related("theme", "carrier").order_by("-created_at", "slug")
