"""JSON of the export: the same facts and words as the other formats, each description with its source and its licence."""

from __future__ import annotations

import json
from typing import Any, Final

from communaux.catalogue.formats.exported import Exported, Origin, Spoken, Thing, Words, legible

# Signs that some readers take for the end of a line, as JSON escapes them.
LINE_ENDS: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def row(view: Exported) -> str:
    """One line of JSON, its end included; what nobody knows is left out."""
    told = json.dumps(document(view), ensure_ascii=False, separators=(",", ":"))
    return legible(told).translate(LINE_ENDS) + "\n"


def document(view: Exported) -> dict[str, Any]:
    return filled(
        {
            "slug": view.slug,
            "address": view.address,
            "name": view.name,
            "names": list(view.names),
            "texts": {lang: spoken(view.texts[lang]) for lang in view.languages},
            "resources": [thing(one) for one in view.things],
            "themes": [topic.key for topic in view.themes],
            "tags": list(view.tags),
            "organisations": list(view.orgs),
            "funders": list(view.funders),
            "documentation": list(view.documentation),
            "stage": view.stage,
            "created_on": view.created_on,
            "last_sign_on": view.last_sign_on,
            "updated_on": view.updated_on,
            "same_as": list(view.same),
            "relations": [{"kind": tie.kind, "address": tie.address, "name": tie.name} for tie in view.ties],
            "records": [origin(one) for one in view.origins],
        }
    )


def filled(said: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in said.items() if value not in ("", None, [], {})}
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in kept.items()}


def spoken(one: Spoken) -> dict[str, Any]:
    features = [words(feature) for feature in one.features]
    return filled(
        {
            "short": words(one.short) if one.short else None,
            "long": words(one.long) if one.long else None,
            "features": features,
        }
    )


def words(one: Words) -> dict[str, Any]:
    who = {"source": one.by.source, "licence": one.by.licence, "attribution": one.by.attribution}
    return {"text": one.text, **who, "share_alike": one.by.share_alike}


def thing(one: Thing) -> dict[str, Any]:
    return filled(
        {
            "kind": one.kind,
            "name": one.name,
            "url": one.url,
            "repository": one.repository,
            "licence": one.licence,
            "licence_as_written": one.licence_raw,
            "open": one.open,
            "platforms": list(one.platforms),
            "version": one.version,
            "released_on": one.released_on,
        }
    )


def origin(one: Origin) -> dict[str, Any]:
    told = {"source": one.source, "external_id": one.external_id, "licence": one.licence or "unknown"}
    return told | {"attribution": one.attribution, "share_alike": one.share_alike} | filled({"read_on": one.read_on})
