"""A `Mapped` as JSON and back: what `SourceRecord.mapped` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from communaux.catalogue.formats.mapped import Event, Link, Mapped, Part
from communaux.core.canonical import plain

TUPLES = frozenset(
    {"names", "lang", "more_repositories", "tags", "platforms", "orgs", "replaces", "warnings", "themes", "same"}
)
DATES = frozenset({"released_on", "last_sign_on", "updated_on"})


def to_json(mapped: Mapped) -> dict[str, Any]:
    """Every field that says something, `raw` left out (it has its own column)."""
    values = {f.name: getattr(mapped, f.name) for f in fields(mapped) if f.name != "raw"}
    values["events"] = [_row(event) for event in mapped.events]
    values["links"] = [_row(link) for link in mapped.links]
    values["parts"] = [_row(part) for part in mapped.parts]
    return {name: plain(exact(value)) for name, value in values.items() if value}


def exact(value: Any) -> Any:
    """The same value with each number that has a fraction as a decimal: a float has no single spelling."""
    match value:
        case float():
            return Decimal(repr(value))
        case Mapping():
            return {key: exact(one) for key, one in value.items()}
        case list() | tuple():
            return [exact(one) for one in value]
    return value


def _row(thing: Event | Link | Part) -> dict[str, Any]:
    return {f.name: getattr(thing, f.name) for f in fields(thing) if getattr(thing, f.name)}


def from_json(stored: Mapping[str, Any]) -> Mapped:
    values = dict(stored)
    for name in TUPLES & values.keys():
        values[name] = tuple(values[name])
    for name in DATES & values.keys():
        values[name] = date.fromisoformat(values[name])
    values["features"] = {lang: tuple(items) for lang, items in values.get("features", {}).items()}
    values["identifiers"] = tuple((scheme, value) for scheme, value in values.get("identifiers", ()))
    values["links"] = tuple(Link(**link) for link in values.get("links", ()))
    values["parts"] = tuple(Part(**part) for part in values.get("parts", ()))
    values["events"] = tuple(_event(event) for event in values.get("events", ()))
    values.setdefault("name", "")  # what people write of a commons may leave its name alone
    return Mapped(**values)


def _event(stored: Mapping[str, Any]) -> Event:
    values = dict(stored)
    if values.get("on"):
        values["on"] = date.fromisoformat(values["on"])
    return Event(**values)
