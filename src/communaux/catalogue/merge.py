"""One view of a commons out of all that its records say: who wins, where each value comes from, where sources disagree.

Pure functions. Order of speech (01 § 3.2): a value pinned by a person, then the source of the highest priority, then the newest;
empty never beats filled; names, tags, bodies and identifiers are united.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from communaux.catalogue import stages
from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats.mapped import Event, Mapped
from communaux.catalogue.languages import language
from communaux.catalogue.licences import read_licence

SINGLE = ("name", "kind", "url", "repository", "licence_raw", "stage", "version", "released_on")
CONTESTABLE = frozenset({"url", "repository", "licence_raw", "stage", "version"})  # the others are united
OF_A_RESOURCE = frozenset({"url", "repository", "licence_raw", "version", "released_on"})
TEXTS = ("short", "long", "features")
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
    values["stage_on"] = next((_since(v.said) for v in heard if v.record == provenance["stage"]), None)
    _choose_texts(heard, values, provenance)
    values |= _united(heard)
    if "stage" in edits:
        values["stage_on"] = None
    for name, value in edits.items():
        values[name], provenance[name] = value, "edit"
    values["names"] = [name for name in values["names"] if _folded(name) != _folded(values["name"])]
    return View(values, provenance, conflicts)


def views_by_kind(voices: Iterable[Voice], main: str, edits: Mapping[str, Any], today: date) -> dict[str, View]:
    """What the records of each kind say of it, the `main` kind first: the licence of data says nothing of a program."""
    heard = list(voices)
    kinds = dict.fromkeys([main, *(v.said.kind for v in heard)])
    return {
        kind: merged_view([v for v in heard if v.said.kind == kind], edits if kind == main else {}, today)
        for kind in kinds
    }


def told_by(whole: View, kinds: Mapping[str, View]) -> tuple[dict[str, int | str], dict[str, list[dict[str, Any]]]]:
    """Provenance and conflicts of a commons: what belongs to a resource is told by the records of its kind alone."""
    main = next(iter(kinds.values()))
    provenance = {name: who for name, who in whole.provenance.items() if name not in OF_A_RESOURCE}
    provenance |= {name: who for name, who in main.provenance.items() if name in OF_A_RESOURCE}
    conflicts = {name: said for name, said in whole.conflicts.items() if name not in OF_A_RESOURCE}
    for view in reversed(list(kinds.values())):
        conflicts |= {name: said for name, said in view.conflicts.items() if name in OF_A_RESOURCE}
    return provenance, conflicts


def _choose_texts(heard: list[Voice], values: dict[str, Any], provenance: dict[str, int | str]) -> None:
    spoken = {part: [(v, _by_language(getattr(v.said, part))) for v in heard] for part in TEXTS}
    for lang in sorted({lang for part in ("short", "long") for _voice, texts in spoken[part] for lang in texts}):
        for part in TEXTS:
            told = [(v, texts.get(lang, "")) for v, texts in spoken[part]]
            _choose(f"{part}.{lang}", told, values, provenance, {})


def _by_language[T](texts: Mapping[str, T]) -> dict[str, T]:
    """Texts under the code they are kept under; of `fr` and `fr-CA`, `fr` speaks."""
    longest_first = sorted(texts.items(), key=lambda item: (-len(item[0]), item[0]))
    return {language(code): text for code, text in longest_first if text}


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


def _since(said: Mapped) -> date | None:
    """The day the present stage began, where the record's own events date it to the day."""
    since, before = None, ""
    for event in said.events:
        told = _stage_of(event)
        if told and told != before:
            since, before = (event.on if event.precision == "day" else None), told
    return since if before == said.stage else None


def _stage_of(event: Event) -> str:
    """The stage an event opens; the text of a change of stage begins with its key."""
    if event.kind in {"end", "transfer"}:
        return {"end": "ended", "transfer": "transferred"}[event.kind]
    told = event.text.partition("\n")[0] if event.kind in {"stage", "reopened"} else ""
    return told if told in stages.STAGES else ""


def _united(heard: list[Voice]) -> dict[str, Any]:
    signs = [v.said.last_sign_on for v in heard if v.said.last_sign_on]
    return {
        "names": _unique(name for v in heard for name in (v.said.name, *v.said.names)),
        "orgs": _unique(org for v in heard for org in v.said.orgs),
        "platforms": _unique(p for v in heard for p in v.said.platforms),
        "replaces": _unique(product for v in heard for product in v.said.replaces),
        "lang": list(dict.fromkeys(language(code) for v in heard for code in v.said.lang)),
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
