"""Feeds of what stands on a map: GeoJSON (RFC 7946) and the same lines as CSV. The same features make the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from communaux.catalogue.formats import csv_writer
from communaux.catalogue.formats.exported import legible
from communaux.territory.features import Feature

PROPERTIES: Final = (
    *("name", "description", "url", "theme", "territory_code", "territory_name", "state", "updated_at", "licence"),
)
DECIMALS: Final = 6  # a tenth of a metre: more would say what nobody measured


def geojson(features: Iterable[Feature]) -> str:
    """A FeatureCollection; what has no known position keeps its line, with a null geometry."""
    made = [
        {"type": "Feature", "id": one.number, "geometry": _geometry(one), "properties": _properties(one)}
        for one in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False, separators=(",", ":"))


def table(features: Iterable[Feature]) -> str:
    """The properties, then latitude and longitude; empty cells: unknown."""
    lines = [csv_writer.line(("id", *PROPERTIES, "latitude", "longitude"))]
    for one in features:
        lon, lat = (str(round(part, DECIMALS)) for part in one.position) if one.position else ("", "")
        told = [value or "" for value in _properties(one).values()]
        lines.append(csv_writer.line((one.number, *told)).removesuffix("\r\n") + f";{lat};{lon}\r\n")
    return "".join(lines)


def _geometry(one: Feature) -> dict[str, Any] | None:
    if one.position is None:
        return None
    return {"type": "Point", "coordinates": [round(part, DECIMALS) for part in one.position]}


def _properties(one: Feature) -> dict[str, str | None]:
    told = (
        *(one.name, one.description, one.url, one.theme, one.territory.code, one.territory.name, one.state),
        *(one.updated_at.isoformat(timespec="seconds") if one.updated_at else "", one.licence),
    )
    return {name: legible(value) or None for name, value in zip(PROPERTIES, told, strict=True)}
