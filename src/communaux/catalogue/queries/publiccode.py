"""What the desk knows of a software, as a publiccode.yml would say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, F, Prefetch, When, prefetch_related_objects

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.publiccode_writer import Described, Texts
from communaux.catalogue.formats.values import line, lines, section, sections
from communaux.catalogue.models import Commons, Resource, SourceRecord, Text

# What the records of a commons say without their source's own words, but for those of a publiccode.yml (`written`).
RECORDS = (
    SourceRecord.objects.select_related("source")
    .defer("raw")
    .annotate(written=Case(When(source__format="publiccode", then=F("raw"))))
    .order_by("-source__priority", "id")
)


def programs(commons: Commons) -> list[Resource]:
    """The software of a commons, in the order of its sheet."""
    found = (one for one in commons.resources.all() if one.kind == Resource.Kind.SOFTWARE)
    return sorted(found, key=lambda one: one.pk)


def described(commons: Commons, number: int = 1) -> Described | None:
    """A software of a commons, the first unless told otherwise; None when there is none of this number.

    What the desk merges comes from its tables. Who maintains it, in which languages, and the other keys that only a
    publiccode.yml has come from those that its own repositories publish, each section whole from one of them.
    A further software has a file of its own: what is said of the commons is not said of it.
    """
    # What a sheet has in hand already is not asked again.
    prefetch_related_objects([commons], "resources", "texts", Prefetch("records", RECORDS))
    software = programs(commons)
    if not 1 <= number <= len(software):
        return None
    one, records = software[number - 1], told(commons, software, number)
    return Described(
        name=one.name or commons.name,
        repository=one.repository,
        landing=one.url,
        version=one.version,
        released_on=one.released_on,
        platforms=tuple(one.platforms),
        tags=lines([tag for record in records for tag in commons.tags.get(record.source_id, ())]),
        stage="" if one.name else commons.stage,
        texts={}
        if one.name
        else {text.lang: spoken(text) for text in sorted(commons.texts.all(), key=lambda text: text.lang)},
        licence=one.licence_spdx,
        credits=() if one.name else credits_of(commons),
        **declared([record.written for record in records]),
    )


def told(commons: Commons, software: list[Resource], number: int) -> list[Any]:
    """Records of the publiccode.yml of its repository; of all repositories when there is one software."""
    live: list[Any] = [one for one in commons.records.all() if one.state == SourceRecord.State.LIVE]
    found = [one for one in live if one.source.format == "publiccode"]
    records = sorted(found, key=lambda one: (-one.source.priority, -one.fetched_at.timestamp(), one.pk))
    if len(software) == 1:
        return records
    own = normal_url(software[number - 1].repository)
    return [record for record in records if own and normal_url(line(record.written.get("url"))) == own]


def spoken(one: Text) -> Texts:
    return Texts(one.short, one.text_md, lines(one.features))


def credits_of(commons: Commons) -> tuple[str, ...]:
    """Whose words the descriptions are, where a record of another catalogue speaks under a licence of its own."""
    parts = tuple(f"{part}." for part in ("short", "long", "features"))
    said = {who for field, who in commons.provenance.items() if field.startswith(parts)}
    sources = {one.source_id: one.source for one in commons.records.all() if one.pk in said and one.source.licence}
    return tuple(dict.fromkeys(f"{one.attribution} ({one.licence})" for _key, one in sorted(sources.items())))


def declared(raws: list[Mapping[str, Any]]) -> dict[str, Any]:
    maintenance, localisation = first(raws, "maintenance"), first(raws, "localisation")
    ready = localisation.get("localisationReady")
    return {
        "software_type": next((found for raw in raws if (found := line(raw.get("softwareType")))), ""),
        "maintenance": line(maintenance.get("type")),
        "contacts": tuple(sections(maintenance.get("contacts"))),
        "contractors": tuple(sections(maintenance.get("contractors"))),
        "translatable": ready if isinstance(ready, bool) else None,
        "languages": lines(localisation.get("availableLanguages")),
        "based_on": next((many for raw in raws if (many := lines(raw.get("isBasedOn")))), ()),
        "roadmap": next((found for raw in raws if (found := line(raw.get("roadmap")))), ""),
        "organisation": first(raws, "organisation"),
    }


def first(raws: Iterable[Mapping[str, Any]], key: str) -> Mapping[str, Any]:
    """The first section of this name that says something."""
    return next((found for raw in raws if (found := section(raw.get(key)))), {})
