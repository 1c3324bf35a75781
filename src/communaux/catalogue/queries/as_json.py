"""The JSON form of a commons, the same for the API and for `/communs/<slug>.json`."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from communaux.catalogue.models import Commons, Resource
from communaux.catalogue.queries.commons import Sheet


def address(commons: Commons) -> str:
    return f"{settings.DESK_URL}/communs/{commons.slug}/"


def resource_document(resource: Resource) -> dict[str, Any]:
    return {
        "kind": resource.kind,
        "name": resource.name,
        "url": resource.url,
        "repository": resource.repository,
        "licence": resource.licence_spdx or None,
        "licence_as_written": resource.licence_raw,
        "open": resource.open,
        "platforms": resource.platforms,
        "version": resource.version,
        "released_on": resource.released_on,
    }


def short_document(commons: Commons) -> dict[str, Any]:
    """What a list shows of a commons; its resources, texts, records and themes are already read."""
    return {
        "id": str(commons.pk),
        "slug": commons.slug,
        "url": address(commons),
        "name": commons.name,
        "names": commons.names,
        "short": {text.lang: text.short for text in commons.texts.all()},
        "stage": commons.stage or None,
        "stage_on": commons.stage_on,
        "last_sign_on": commons.last_sign_on,
        "is_commons": commons.is_commons,
        "themes": sorted(theme.key for theme in commons.themes.all()),
        "resources": [resource_document(r) for r in sorted(commons.resources.all(), key=lambda r: r.pk)],
        "sources": sorted({record.source_id for record in commons.records.all()}),
        "updated_at": commons.updated_at,
    }


def commons_document(sheet: Sheet) -> dict[str, Any]:
    """The whole sheet: three axes, relations, life, and the record behind each value."""
    commons = sheet.commons
    return short_document(commons) | {
        "state": commons.state,
        "unnamed_on": commons.unnamed_on,
        "texts": {text.lang: {"short": text.short, "text": text.text_md} for text in sheet.texts},
        "organisations": commons.orgs,
        "facts": [
            {"pillar": f.pillar, "key": f.key, "value": f.value, "declared_by": f.declared_by, "as_of": f.as_of}
            for f in sheet.facts
        ],
        "relations": [
            {"kind": kind, "direction": "to" if out else "from", "slug": other.slug, "name": other.name}
            for kind, out, other, _row in sheet.relations
        ],
        "events": [
            {
                "kind": e.kind,
                "on": e.on,
                "precision": e.precision,
                "cause": e.cause,
                "state": e.state,
                "text": e.text,
                "other": e.other.slug if e.other else None,
                "other_name": e.other_name,
            }
            for e in sheet.events
        ],
        "identifiers": [{"scheme": i.scheme, "value": i.value, "until": i.until} for i in commons.identifiers.all()],
        "records": [
            {
                "id": record.pk,
                "source": record.source_id,
                "external_id": record.external_id,
                "address": record.address,
                "licence": record.licence or record.source.licence,
                "attribution": record.source.attribution,
                "fetched_at": record.fetched_at,
                "state": record.state,
            }
            for record in sheet.records
        ],
        "provenance": commons.provenance,
        "conflicts": commons.conflicts,
    }
