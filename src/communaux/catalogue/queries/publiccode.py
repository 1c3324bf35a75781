"""What the desk knows of a software, as a publiccode.yml would say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.publiccode_writer import Described, Texts
from communaux.catalogue.formats.values import line, lines, section, sections
from communaux.catalogue.models import Commons, Resource, SourceRecord, Text


def programs(commons: Commons) -> list[Resource]:
    """The software of a commons, in the order of its sheet."""
    return list(commons.resources.filter(kind=Resource.Kind.SOFTWARE).order_by("pk"))


def described(commons: Commons, number: int = 1) -> Described | None:
    """A software of a commons, the first unless told otherwise; None when there is none of this number.

    What the desk merges comes from its tables. Who maintains it, in which languages, and the other keys that only a
    publiccode.yml has come from those that its own repositories publish, each section whole from one of them.
    A further software has a file of its own: what is said of the commons is not said of it.
    """
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
        else {text.lang: spoken(text) for text in Text.objects.filter(commons=commons).order_by("lang")},
        licence=one.licence_spdx,
        credits=() if one.name else credits_of(commons),
        **declared([record.raw for record in records]),
    )


def told(commons: Commons, software: list[Resource], number: int) -> list[SourceRecord]:
    """The publiccode.yml of its repository; of all repositories when there is one software."""
    records = SourceRecord.objects.filter(
        commons=commons, state=SourceRecord.State.LIVE, source__format="publiccode"
    ).order_by("-source__priority", "-fetched_at", "id")
    if len(software) == 1:
        return list(records)
    own = normal_url(software[number - 1].repository)
    return [record for record in records if own and normal_url(line(record.raw.get("url"))) == own]


def spoken(one: Text) -> Texts:
    return Texts(one.short, one.text_md, lines(one.features))


def credits_of(commons: Commons) -> tuple[str, ...]:
    """Whose words the descriptions are, where a record of another catalogue speaks under a licence of its own."""
    parts = tuple(f"{part}." for part in ("short", "long", "features"))
    said = {who for field, who in commons.provenance.items() if field.startswith(parts)}
    records = SourceRecord.objects.filter(pk__in=[who for who in said if isinstance(who, int)]).exclude(
        source__licence=""
    )
    rows = records.order_by("source").values_list("source__attribution", "source__licence").distinct()
    return tuple(f"{attribution} ({licence})" for attribution, licence in rows)


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
