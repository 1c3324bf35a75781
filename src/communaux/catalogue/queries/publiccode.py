"""What the desk knows of a software, as a publiccode.yml would say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from communaux.catalogue.formats.publiccode_writer import Described, Texts
from communaux.catalogue.formats.values import line, lines, section, sections
from communaux.catalogue.models import Commons, Resource, SourceRecord, Text


def described(commons: Commons) -> Described | None:
    """The software of a commons, None when it has none.

    What the desk merges comes from its tables. Who maintains it, in which languages, and the other keys that only a
    publiccode.yml has come from those that its own repositories publish, each section whole from one of them.
    """
    software = commons.resources.filter(kind=Resource.Kind.SOFTWARE).order_by("pk").first()
    if software is None:
        return None
    records = SourceRecord.objects.filter(
        commons=commons, state=SourceRecord.State.LIVE, source__format="publiccode"
    ).order_by("-source__priority", "-fetched_at", "id")
    raws = [record.raw for record in records]
    return Described(
        name=commons.name,
        repository=software.repository,
        landing=software.url,
        version=software.version,
        released_on=software.released_on,
        platforms=tuple(software.platforms),
        tags=lines([tag for record in records for tag in commons.tags.get(record.source_id, ())]),
        stage=commons.stage,
        texts={one.lang: spoken(one) for one in commons.texts.order_by("lang")},
        licence=software.licence_spdx,
        **declared(raws),
    )


def spoken(one: Text) -> Texts:
    return Texts(one.short, one.text_md, lines(one.features))


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
