"""One view of a commons out of all that its records say: who wins, where each value comes from, where sources disagree.

Pure functions. Order of speech (01 § 3.2): a value pinned by a person, then the source of the highest priority, then the newest;
empty never beats filled; names, tags, bodies and identifiers are united.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.licences import read_licence

SINGLE = ("name", "kind", "url", "repository", "licence_raw", "stage", "version", "released_on")
CONTESTABLE = frozenset({"url", "repository", "licence_raw", "stage", "version"})  # the others are united
YEAR = 365


@dataclass(frozen=True, slots=True)
class Voice:
    """A live record as the merge hears it."""

    record: int
    source: str
    priority: int
    fetched: str  # ISO time: the newest of equal priority speaks first
    said: Mapped


@dataclass(frozen=True, slots=True)
class View:
    """Merged values; `provenance[field]` = record id; `conflicts[field]` = [{value, record, source}] where sources disagree."""

    values: Mapping[str, Any]
    provenance: Mapping[str, int | str]
    conflicts: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


def merged_view(voices: Iterable[Voice], edits: Mapping[str, Any], today: date) -> View:
    """Merge `voices` (≥ 1); `edits` are the pinned values of people, by field name."""
    heard = sorted(voices, key=lambda v: (v.source, v.said.external_id))
    heard.sort(key=lambda v: (v.priority, v.fetched), reverse=True)
    values: dict[str, Any] = {}
    provenance: dict[str, int | str] = {}
    conflicts: dict[str, list[dict[str, Any]]] = {}
    for name in SINGLE:
        _choose(name, [(v, getattr(v.said, name)) for v in heard], values, provenance, conflicts)
    values["stage"], provenance["stage"] = _stage(heard, values, provenance, today)
    for lang in sorted({code for v in heard for code in (*v.said.short, *v.said.long)}):
        for part in ("short", "long", "features"):
            told = [(v, getattr(v.said, part).get(lang, "")) for v in heard]
            _choose(f"{part}.{lang}", told, values, provenance, {})
    values |= _united(heard)
    for name, value in edits.items():
        values[name], provenance[name] = value, "edit"
    values["names"] = [name for name in values["names"] if _folded(name) != _folded(values["name"])]
    return View(values, provenance, conflicts)


def _choose(
    name: str,
    told: list[tuple[Voice, Any]],
    values: dict[str, Any],
    provenance: dict[str, int | str],
    conflicts: dict[str, list[dict[str, Any]]],
) -> None:
    filled = [(voice, value) for voice, value in told if value]
    values[name] = filled[0][1] if filled else ("" if not name.endswith("_on") else None)
    if filled:
        provenance[name] = filled[0][0].record
    if name in CONTESTABLE and len({_comparable(name, value) for _voice, value in filled}) > 1:
        conflicts[name] = [{"value": str(value), "record": v.record, "source": v.source} for v, value in filled]


def _comparable(name: str, value: Any) -> str:
    """Two spellings of one address, licence or name are no disagreement."""
    if name == "licence_raw":
        return read_licence(str(value)).spdx or str(value).casefold()
    text = str(value).casefold()
    return normal_url(text) if name in {"url", "repository"} else text.replace(" ", "")


def _stage(
    heard: list[Voice], values: dict[str, Any], provenance: dict[str, int | str], today: date
) -> tuple[str, int | str]:
    """An incubator's product may end while the commons lives: an end counts only when all agree and nothing moves (01 § 3.1)."""
    if values["stage"] != "ended":
        return values["stage"], provenance.get("stage", "")
    signs = [v.said.last_sign_on for v in heard if v.said.last_sign_on]
    alive = any((today - sign).days < YEAR for sign in signs)
    if not alive and all(v.said.stage == "ended" for v in heard):
        return "ended", provenance["stage"]
    return next(((v.said.stage, v.record) for v in heard if v.said.stage not in {"", "ended"}), ("", ""))


def _united(heard: list[Voice]) -> dict[str, Any]:
    signs = [v.said.last_sign_on for v in heard if v.said.last_sign_on]
    return {
        "names": _unique(name for v in heard for name in (v.said.name, *v.said.names)),
        "orgs": _unique(org for v in heard for org in v.said.orgs),
        "platforms": _unique(p for v in heard for p in v.said.platforms),
        "replaces": _unique(product for v in heard for product in v.said.replaces),
        "lang": _unique(code for v in heard for code in v.said.lang),
        "tags": _tags(heard),
        "last_sign_on": max(signs, default=None),
    }


def _tags(heard: list[Voice]) -> dict[str, list[str]]:
    by_source: dict[str, list[str]] = {}
    for voice in heard:
        by_source[voice.source] = _unique([*by_source.get(voice.source, []), *voice.said.tags])
    return {source: tags for source, tags in sorted(by_source.items()) if tags}


def _unique(items: Iterable[str]) -> list[str]:
    """First spelling of each, case and spaces apart, in order."""
    found: dict[str, str] = {}
    for item in items:
        if item.strip():
            found.setdefault(_folded(item), item.strip())
    return list(found.values())


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
