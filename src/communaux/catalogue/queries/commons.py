"""Lists and sheets of commons, sources and their counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from communaux.catalogue.languages import UNKNOWN
from communaux.catalogue.models import (
    Commons,
    Fact,
    Identifier,
    LifeEvent,
    Relation,
    SearchIndex,
    Source,
    SourceRecord,
    Theme,
)
from communaux.catalogue.queries import publiccode
from communaux.catalogue.queries.short_lists import short_lists
from communaux.core.errors import Gone, NotFound
from communaux.core.models import Grant
from communaux.core.queries import moved_to

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

FILTERS = {
    "theme": "themes",
    "kind": "resources__kind",
    "licence": "resources__licence_family",
    "stage": "stage",
    "source": "records__source",
}


def light_records() -> Prefetch:
    """Records with their source, without what they say: enough to name where a commons comes from."""
    names = ("source", "external_id", "lang", "state", "fetched_at", "commons")
    about = tuple(f"source__{name}" for name in ("title", "licence", "attribution", "share_alike", "priority"))
    return Prefetch("records", SourceRecord.objects.select_related("source").only(*names, *about).order_by("id"))


def published(filters: Mapping[str, str]) -> QuerySet[Commons]:
    """Published commons by name; filters by theme, kind, licence family, stage, source."""
    wanted = {FILTERS[name]: _stored(name, value) for name, value in filters.items() if value and name in FILTERS}
    found = Commons.objects.filter(state=Commons.State.PUBLISHED, **wanted)
    return (
        found.distinct().order_by("name_key", "slug").prefetch_related("resources", "texts", light_records(), "themes")
    )


def _stored(name: str, value: str) -> str:
    """A stage that nobody tells is empty in the tables, and a word in filters."""
    return "" if (name, value) == ("stage", "unknown") else value


def changed_since(at: datetime, kept: QuerySet[Commons]) -> QuerySet[Commons]:
    """Those of `kept` that changed since, and every commons merged or withheld since: whoever holds a copy takes it out."""
    left = Q(state__in=(Commons.State.MERGED, Commons.State.WITHHELD))
    found = Commons.objects.filter(left | Q(pk__in=kept.order_by().values("pk")), updated_at__gte=at)
    return found.select_related("merged_into").prefetch_related("resources", "texts", light_records(), "themes")


def by_slug(slug: str) -> Commons:
    """The commons at this address, merged ones and those outside the commons included; an old address leads to its commons.

    Raise NotFound, and Gone for one that a person took off the desk.
    """
    slug = slug.replace("\x00", "")  # PostgreSQL cannot even compare it
    rows = Commons.objects.select_related("merged_into")
    found = rows.filter(slug=slug).first()
    if found is None and (moved := moved_to("commons", slug)):
        found = rows.filter(pk=moved).first()
    if found is None or found.state in {Commons.State.DRAFT, Commons.State.PROPOSED}:
        raise NotFound("unknown_commons", _("No commons has this address."), slug=slug)
    if found.withheld_reason:
        raise Gone("withheld", _("Taken off the desk: %(reason)s") % {"reason": found.withheld_reason})
    return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a sheet shows, read in a fixed number of queries."""

    commons: Commons
    resources: list
    texts: list
    records: list[SourceRecord]
    facts: list
    events: list[LifeEvent]
    relations: list[tuple[str, bool, Commons, Relation]]  # kind, outgoing, the other one, the row
    recommendations: list[tuple[str, str]]  # key of the body that keeps the list, its label
    replaces: list[str]
    successor: Commons | None
    stewards: list[Grant]

    @property
    def former(self) -> list[Identifier]:
        """What it was known by before."""
        return [one for one in self.commons.identifiers.all() if one.until]

    @property
    def end(self) -> LifeEvent | None:
        """The end that a person said or confirmed last."""
        ends = (e for e in reversed(self.events) if e.kind == LifeEvent.Kind.END)
        return next((e for e in ends if e.state == LifeEvent.State.CONFIRMED), None)


def sheet(commons: Commons, stewards_on: date | None = None) -> Sheet:
    """All that a page says of it; who took care of it on that day, if a page asks."""
    events = LifeEvent.objects.select_related("other", "source").order_by(F("on").asc(nulls_last=True), "id")
    facts = Fact.objects.select_related("record__source", "evidence").defer("record__raw", "record__mapped")
    read_with = (Prefetch("records", publiccode.RECORDS), Prefetch("events", events), Prefetch("facts", facts))
    prefetch_related_objects([commons], *read_with, "resources")
    listed = ("themes", "identifiers", "texts", "recommendations", "replaces")
    short_lists([commons], listed, stewards_on=stewards_on)
    relations = _relations(commons.pk)
    return Sheet(
        commons=commons,
        resources=sorted(commons.resources.all(), key=lambda r: r.pk),
        texts=sorted(commons.texts.all(), key=lambda t: (t.lang != "fr", t.lang == UNKNOWN, t.lang)),
        records=list(commons.records.all()),
        facts=sorted(commons.facts.all(), key=lambda f: (f.pillar, f.key, f.pk)),
        events=list(commons.events.all()),
        relations=relations,
        recommendations=[(one.by_org, one.label) for one in commons.recommendations.all()],
        replaces=[one.product for one in commons.replaces.all()],
        successor=_successor(relations),
        stewards=commons.__dict__["_prefetched_objects_cache"].get("stewards", []),
    )


def _successor(relations: list[tuple[str, bool, Commons, Relation]]) -> Commons | None:
    """Where it lives on: a published successor, else a published fork."""
    heirs = [(kind, other) for kind, out, other, _row in relations if not out and other.state == "published"]
    found = (other for wanted in ("successor_of", "fork_of") for kind, other in heirs if kind == wanted)
    return next(found, None)


def _relations(pk: UUID) -> list[tuple[str, bool, Commons, Relation]]:
    rows = Relation.objects.filter(Q(a=pk) | Q(b=pk)).select_related("a", "b", "source").order_by("kind", "id")
    return [(row.kind, row.a_id == pk, row.b if row.a_id == pk else row.a, row) for row in rows]


# Records that a published commons was merged from: what the home page and the page of sources both count.
BEHIND = {"state": "live", "commons__state": Commons.State.PUBLISHED}


class Counted(TypedDict):
    """What counting adds to a theme or a source."""

    n: int


class CountedSource(Counted):
    """Of the `n` live records of a source, those behind a published commons, the others, and those set aside."""

    n_behind: int
    n_alone: int
    n_hidden: int


def themes_with_counts() -> QuerySet[WithAnnotations[Theme, Counted]]:
    """The 34 domains and how many published commons each has."""
    count = Count("commons", filter=Q(commons__state=Commons.State.PUBLISHED), distinct=True)
    return Theme.objects.annotate(n=count).order_by("key")


def sources_with_counts() -> QuerySet[WithAnnotations[Source, CountedSource]]:
    live = Count("records", filter=Q(records__state="live"))
    hidden = Count("records", filter=Q(records__state="hidden"))
    behind = Count("records", filter=Q(**{f"records__{name}": value for name, value in BEHIND.items()}))
    counted = Source.objects.annotate(n=live, n_behind=behind, n_alone=live - behind, n_hidden=hidden)
    return counted.order_by("-priority", "key")


@dataclass(frozen=True, slots=True)
class Figures:
    """Three figures of the home page, counted in the desk's own tables."""

    commons: int
    records: int
    sources: int
    read_at: datetime | None


def figures() -> Figures:
    behind = SourceRecord.objects.filter(**BEHIND).count()
    read = Source.objects.aggregate(n=Count("pk"), at=Max("last_run_at"))
    commons = Commons.objects.filter(state=Commons.State.PUBLISHED).count()
    return Figures(commons, behind, read["n"], read["at"])


def latest_ends(limit: int = 5) -> QuerySet[LifeEvent]:
    """Ends told by sources, newest first: an end is knowledge too."""
    ends = LifeEvent.objects.filter(kind="end", commons__state=Commons.State.PUBLISHED, on__isnull=False)
    told = ends.exclude(state=LifeEvent.State.WITHDRAWN).select_related("commons", "source")
    return told.order_by("-on", "-id")[:limit]


def newest_index() -> SearchIndex | None:
    """What is known of the index in force, without its bytes."""
    return SearchIndex.objects.defer("payload").order_by("-generation").first()
