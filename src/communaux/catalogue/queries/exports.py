"""What the desk gives out of a commons or of one record, in the shape that the writers of formats read (decision 0010)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue.formats.exported import Exported, Origin, Spoken, Thing, Tie, Topic, Words, clean
from communaux.catalogue.formats.stored import from_json
from communaux.catalogue.languages import language
from communaux.catalogue.licences import read_licence
from communaux.catalogue.models import Commons, Fact, LifeEvent, Relation, Resource, SourceRecord
from communaux.catalogue.queries.as_json import address
from communaux.catalogue.queries.commons import Sheet, by_slug
from communaux.core.errors import NotFound

PAGE = 500
FACTS = ("funded_by", "documentation", "software_type")
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


def whole(found: QuerySet[Commons]) -> QuerySet[Commons]:
    """With all that an export says, read in a fixed number of questions."""
    records = SourceRecord.objects.select_related("source").defer("raw", "mapped", "warnings").order_by("id")
    events = LifeEvent.objects.filter(kind="created").order_by("on", "id")
    plain = ("resources", "texts", "themes", "identifiers")
    facts = Fact.objects.filter(key__in=FACTS).defer("evidence").order_by("id")
    read_with = (Prefetch("records", records), Prefetch("events", events), Prefetch("facts", facts))
    return found.prefetch_related(None).prefetch_related(*plain, *read_with, *_relations())


def _relations() -> tuple[Prefetch, ...]:
    names = ("kind", "a", "b")
    return tuple(
        Prefetch(f"relations_{way}", Relation.objects.select_related(end).only(*names, *_named(end)).order_by("id"))
        for way, end in (("from", "b"), ("to", "a"))
    )


def _named(end: str) -> tuple[str, ...]:
    return tuple(f"{end}__{name}" for name in ("slug", "name", "state"))


def in_order(found: QuerySet[Commons], after: str = "", most: int | None = None) -> Iterator[Commons]:
    """By slug, some hundreds in memory at a time."""
    ordered = whole(found.order_by("slug"))
    given = 0
    while most is None or given < most:
        part = list(ordered.filter(slug__gt=after)[: PAGE if most is None else min(PAGE, most - given)])
        yield from part
        given += len(part)
        if len(part) < PAGE:
            return
        after = part[-1].slug


def exported(commons: Commons, ties: Iterable[Tie] | None = None) -> Exported:
    """The facts of a commons, merged, and its words, each with the record it comes from; `ties` when they are read already."""
    records = [one for one in commons.records.all() if one.state != SourceRecord.State.HIDDEN]
    origins = {one.pk: origin(one) for one in records}
    texts = {one.lang: _spoken(one, commons.provenance, origins) for one in commons.texts.all()}
    facts = {fact.key: fact.value for fact in commons.facts.all()}
    is_api = facts.get("software_type") == WEB_API
    return Exported(
        address=address(commons),
        id=address(commons),
        slug=commons.slug,
        name=commons.name,
        names=tuple(commons.names),
        texts={lang: one for lang, one in sorted(texts.items()) if one.all},
        things=tuple(_thing(one, is_api) for one in sorted(commons.resources.all(), key=lambda one: one.pk)),
        themes=tuple(topic(theme) for theme in sorted(commons.themes.all(), key=lambda theme: theme.key)),
        orgs=tuple(commons.orgs),
        funders=_listed(facts.get("funded_by")),
        documentation=_listed(facts.get("documentation")),
        stage=commons.stage,
        created_on=next((e.on for e in commons.events.all() if e.kind == "created" and e.precision == "day"), None),
        last_sign_on=commons.last_sign_on,
        updated_on=timezone.localdate(commons.updated_at),
        same=_same((one.scheme, one.value) for one in commons.identifiers.all() if one.until is None),
        ties=tuple(_ties(commons) if ties is None else ties),
        origins=tuple(origins.values()),
    )


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


def _thing(one: Resource, is_api: bool) -> Thing:
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
        is_api=is_api and one.kind == Resource.Kind.SERVICE,
    )


def topic(theme: Any) -> Topic:
    return Topic(theme.key, f"{settings.DESK_URL}/api/v1/thesaurus.json#{theme.key}", theme.fr, theme.en)


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and one)


def _same(identifiers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(ADDRESSES[scheme].format(value) for scheme, value in identifiers if scheme in ADDRESSES))


def _ties(commons: Commons) -> Iterator[Tie]:
    """Relations to published commons, told from this one; a symmetric one is told by both."""
    for row in commons.relations_from.all():
        if row.b.state == Commons.State.PUBLISHED:
            yield Tie(row.kind, address(row.b), row.b.name)
    for row in commons.relations_to.all():
        if row.kind in Relation.SYMMETRIC and row.a.state == Commons.State.PUBLISHED:
            yield Tie(row.kind, address(row.a), row.a.name)


def of_record(record: SourceRecord) -> Exported:
    """What one record says, and nothing of any other; what it tells of persons (community, governance) is not taken."""
    said, by = from_json(record.mapped), origin(record)
    sheet = address(record.commons) if record.commons else ""
    texts = {
        language(lang): Spoken(
            quoted(said.short.get(lang, ""), by),
            quoted(said.long.get(lang, ""), by),
            tuple(told for one in said.features.get(lang, ()) if (told := quoted(one, by))),
        )
        for lang in sorted({*said.short, *said.long, *said.features}, key=lambda lang: (-len(lang), lang))
    }
    return Exported(
        address=sheet,
        id=f"{settings.DESK_URL}/sources/{record.source_id}/{quote(record.external_id, safe='')}",
        slug=record.commons.slug if record.commons else "",
        name=said.name,
        names=said.names,
        texts=texts,
        things=tuple(_things(said)),
        tags=said.tags,
        orgs=said.orgs,
        stage=said.stage,
        created_on=next((e.on for e in said.events if e.kind == "created" and e.precision == "day"), None),
        last_sign_on=said.last_sign_on,
        updated_on=said.updated_on or by.read_on,
        same=_same(said.identifiers),
        origins=(by,),
    )


def _things(said: Any) -> Iterator[Thing]:
    """Its resource, with its version, and the further parts it tells of."""
    first = {"platforms": said.platforms, "version": said.version, "released_on": said.released_on}
    for one, more in [(said, first), *((part, {}) for part in said.parts)]:
        read = read_licence(one.licence_raw)
        known = {"licence": read.spdx, "licence_raw": one.licence_raw, "open": read.open}
        name = "" if one is said else one.name
        yield Thing(kind=one.kind, name=name, url=one.url, repository=one.repository, **known, **more)

