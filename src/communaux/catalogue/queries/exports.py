"""What the desk gives out of a commons or of one record, in the shape that the writers of formats read (decision 0010)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue.formats.dcat_writer import Desk
from communaux.catalogue.formats.exported import Exported, Origin, Spoken, Thing, Tie, Topic, Words, clean
from communaux.catalogue.models import Commons, Fact, LifeEvent, Relation, Resource, Source, SourceRecord, Text
from communaux.catalogue.queries.as_json import address
from communaux.catalogue.queries.commons import Sheet, by_slug, newest_index
from communaux.core.errors import NotFound

PAGE = 500  # commons of a part of the catalogue
AT_A_TIME = 200  # rows in memory
FACTS = ("funded_by", "documentation", "software_type")
UNUSED = ("text_md", "text_html", "short", "conflicts", "pinned")  # of a commons: its texts hold them too
WEB_API = "WebAPI"
ADDRESSES = {
    "wikidata": "https://www.wikidata.org/entity/{}",
    "doi": "https://doi.org/{}",
    "swhid": "https://archive.softwareheritage.org/{}",
}


def published_at(slug: str) -> Commons:
    """The commons at this address, which may have moved; only a published one is given out."""
    found = by_slug(slug)
    kept = found.merged_into or found
    if kept.state != Commons.State.PUBLISHED:
        raise NotFound("not_published", _("This commons is not published: its data are not given out."), slug=kept.slug)
    return kept


def chosen(theme: str = "", source: str = "") -> QuerySet[Commons]:
    """Published commons, of one theme, of one source; each once without comparing whole rows."""
    found = Commons.objects.filter(state=Commons.State.PUBLISHED)
    if theme:
        found = found.filter(themes=theme)
    if source:
        found = found.filter(Exists(SourceRecord.objects.filter(commons=OuterRef("pk"), source=source)))
    return found


def whole(found: QuerySet[Commons]) -> QuerySet[Commons]:
    """With all that `exported` says, read in a fixed number of questions."""
    events = LifeEvent.objects.filter(kind="created").order_by("on", "id")
    facts = Fact.objects.filter(key__in=FACTS).defer("evidence").order_by("id")
    more: list[str | Prefetch] = ["identifiers", Prefetch("events", events), Prefetch("facts", facts), *_relations()]
    return lined(found).prefetch_related(*more)


def lined(found: QuerySet[Commons]) -> QuerySet[Commons]:
    """With all that `brief` says."""
    records = SourceRecord.objects.select_related("source").defer("raw", "mapped", "warnings").order_by("id")
    texts = Text.objects.defer("text_html")
    read_with: list[Prefetch] = [Prefetch("records", records), Prefetch("texts", texts)]
    return found.defer(*UNUSED).prefetch_related("resources", "themes", *read_with)


def _relations() -> tuple[Prefetch, ...]:
    names = ("kind", "a", "b")
    return tuple(
        Prefetch(f"relations_{way}", Relation.objects.select_related(end).only(*names, *_named(end)).order_by("id"))
        for way, end in (("from", "b"), ("to", "a"))
    )


def _named(end: str) -> tuple[str, ...]:
    return tuple(f"{end}__{name}" for name in ("slug", "name", "state"))


def in_order(found: QuerySet[Commons], after: str = "", most: int | None = None) -> Iterator[Commons]:
    """By slug, some hundreds in memory at a time; `found` is `whole` or `lined`."""
    ordered, given = found.order_by("slug"), 0
    while most is None or given < most:
        part = list(ordered.filter(slug__gt=after)[: AT_A_TIME if most is None else min(AT_A_TIME, most - given)])
        yield from part
        given += len(part)
        if len(part) < AT_A_TIME:
            return
        after = part[-1].slug


def exported(commons: Commons, ties: Iterable[Tie] | None = None) -> Exported:
    """The facts of a commons, merged, and its words, each with the record it comes from; `ties` when they are read already."""
    facts = {fact.key: fact.value for fact in commons.facts.all()}
    line = brief(commons)
    return replace(
        line,
        things=tuple(replace(one, is_api=_is_api(one, facts)) for one in line.things),
        funders=_listed(facts.get("funded_by")),
        documentation=_listed(facts.get("documentation")),
        created_on=next((e.on for e in commons.events.all() if e.kind == "created" and e.precision == "day"), None),
        same=same_addresses((one.scheme, one.value) for one in commons.identifiers.all() if one.until is None),
        ties=tuple(_ties(commons) if ties is None else ties),
    )


def brief(commons: Commons) -> Exported:
    """What stands on one line."""
    records = [one for one in commons.records.all() if one.state != SourceRecord.State.HIDDEN]
    origins = {one.pk: origin(one) for one in records}
    texts = {one.lang: _spoken(one, commons.provenance, origins) for one in commons.texts.all()}
    return Exported(
        address=address(commons),
        id=address(commons),
        slug=commons.slug,
        name=commons.name,
        names=tuple(commons.names),
        texts={lang: one for lang, one in sorted(texts.items()) if one.all},
        things=tuple(_thing(one) for one in sorted(commons.resources.all(), key=lambda one: one.pk)),
        themes=tuple(topic(theme) for theme in sorted(commons.themes.all(), key=lambda theme: theme.key)),
        orgs=tuple(commons.orgs),
        stage=commons.stage,
        last_sign_on=commons.last_sign_on,
        updated_on=timezone.localdate(commons.updated_at),
        origins=tuple(origins.values()),
    )


def _is_api(thing: Thing, facts: dict[str, Any]) -> bool:
    return thing.kind == Resource.Kind.SERVICE and facts.get("software_type") == WEB_API


def of_sheet(sheet: Sheet) -> Exported:
    """The same of a sheet that is read already: no further question."""
    told = [
        Tie(kind, address(other), other.name)
        for kind, outgoing, other, _row in sheet.relations
        if other.state == Commons.State.PUBLISHED and (outgoing or kind in Relation.SYMMETRIC)
    ]
    return exported(sheet.commons, told)


def origin(record: SourceRecord) -> Origin:
    source = record.source
    return Origin(
        source=source.key,
        title=source.title,
        external_id=record.external_id,
        licence=source.licence,
        licence_url=source.licence_url,
        attribution=source.attribution,
        share_alike=source.share_alike,
        read_on=timezone.localdate(record.fetched_at),
    )


def _spoken(text: Any, provenance: dict[str, Any], origins: dict[int, Origin]) -> Spoken:
    """Words of a record whose licence is known; what people of the desk wrote has none yet."""
    by = {part: origins.get(provenance.get(f"{part}.{text.lang}", 0)) for part in ("short", "long", "features")}
    return Spoken(
        short=quoted(text.short, by["short"]),
        long=quoted(text.text_md, by["long"]),
        features=tuple(told for one in text.features if (told := quoted(one, by["features"]))),
    )


def quoted(text: str, by: Origin | None) -> Words | None:
    return Words(clean(text), by) if text and by and by.licence else None


def _thing(one: Resource) -> Thing:
    return Thing(
        kind=one.kind,
        name=one.name,
        url=one.url,
        repository=one.repository,
        licence=one.licence_spdx,
        licence_raw=one.licence_raw,
        open=one.open,
        platforms=tuple(one.platforms),
        version=one.version,
        released_on=one.released_on,
    )


def topic(theme: Any) -> Topic:
    return Topic(theme.key, f"{settings.DESK_URL}/api/v1/thesaurus.json#{theme.key}", theme.fr, theme.en)


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one)


def same_addresses(identifiers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(ADDRESSES[scheme].format(value) for scheme, value in identifiers if scheme in ADDRESSES))


def _ties(commons: Commons) -> Iterator[Tie]:
    """Relations to published commons, told from this one; a symmetric one is told by both."""
    for row in commons.relations_from.all():
        if row.b.state == Commons.State.PUBLISHED:
            yield Tie(row.kind, address(row.b), row.b.name)
    for row in commons.relations_to.all():
        if row.kind in Relation.SYMMETRIC and row.a.state == Commons.State.PUBLISHED:
            yield Tie(row.kind, address(row.a), row.a.name)


def desk() -> Desk:
    """Who publishes the catalogue."""
    index = newest_index()
    modified = timezone.localdate(index.built_at) if index else None
    return Desk(settings.DESK_NAME, settings.OPERATOR or settings.DESK_NAME, settings.DESK_URL.rstrip("/"), modified)


def stamp(found: QuerySet[Commons]) -> str:
    """Differs when what is given out of these commons may differ: a sheet, a theme set by the index, a source."""
    index, told = newest_index(), found.aggregate(n=Count("pk"), at=Max("updated_at"))
    sources = Source.objects.aggregate(at=Max("last_run_at"))
    return f"{told['n']} {told['at']} {index.generation if index else 0} {sources['at']}"


def last_of(found: QuerySet[Commons], after: str, limit: int) -> str:
    """The slug that ends a part, when another part follows."""
    slugs = found.order_by("slug").filter(slug__gt=after).values_list("slug", flat=True)
    rows = list(slugs[limit - 1 : limit + 1])
    return rows[0] if len(rows) == 2 else ""
