"""What the publiccode.yml of a commons would change on its sheet: told field by field before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.formats.stored import from_json, to_json
from communaux.catalogue.merge import OF_A_RESOURCE, View, Voice, merged_view, views_by_kind
from communaux.catalogue.models import Commons, Fact, SourceRecord
from communaux.catalogue.own import OWN_FILE
from communaux.catalogue.own_file import CARD, PRIORITY
from communaux.catalogue.queries.voices import voices_of

COMPARED: Final = (
    *("name", "names", "kind", "stage", "url", "repository", "licence_raw", "version", "released_on"),
    *("platforms", "orgs"),
)
WORDS: Final = ("short.", "long.", "features.")


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what the sheet says and who told it (empty: several, or nobody), and what it would say."""

    code: str
    was: Any
    told_by: str
    now: Any

    @property
    def field(self) -> str:
        """Its name without the language, or without the axis."""
        axis, _dot, key = self.code.partition(".")
        return key if axis in Fact.Pillar.values else axis


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes, and the fields that stay as a person fixed them although the file says otherwise."""

    changes: Sequence[Change]
    fixed: Sequence[str]


def last(commons: Commons) -> SourceRecord | None:
    """The file as it was taken over last."""
    found = SourceRecord.objects.filter(source=OWN_FILE, external_id=str(commons.pk))
    return found.select_related("source").first()


def is_new(commons: Commons, said: Mapped) -> bool:
    """Whether it says anything else than the file that was taken over."""
    old = last(commons)
    return old is None or old.mapped != to_json(said) or old.raw != json.loads(json.dumps(said.raw, default=str))


def effect(commons: Commons, said: Mapped, at: datetime) -> Effect:
    """Compare the sheet of today with what it would be; facts with what this file said of them before."""
    old, voices = last(commons), voices_of([commons.pk])[commons.pk]
    new = Voice(old.pk if old else 0, OWN_FILE, PRIORITY, at.isoformat(), said)
    before, told_by = _values(commons, voices, said.kind, at)
    after, _told = _values(commons, [*(v for v in voices if v.record != new.record), new], said.kind, at)
    titles: dict[Any, str] = dict(SourceRecord.objects.filter(commons=commons).values_list("pk", "source__title"))
    codes = [*COMPARED, *sorted(code for code in before | after if code.startswith(WORDS))]
    found = [
        Change(code, before.get(code, ""), titles.get(told_by.get(code), ""), after.get(code, "")) for code in codes
    ]
    found += _facts(said, from_json(old.mapped) if old else None)
    changes = [one for one in found if one.was != one.now and one.code not in commons.pinned]
    return Effect(changes, _fixed(commons, said))


def _values(
    commons: Commons, voices: list[Voice], kind: str, at: datetime
) -> tuple[dict[str, Any], Mapping[str, int | str]]:
    """Values and who told each; what belongs to a resource is that of the kind the file describes."""
    whole = merged_view(voices, commons.pinned, at.date())
    kinds = views_by_kind(voices, whole.values["kind"], commons.pinned, at.date())
    own = kinds.get(kind, View({}, {}))
    values = {n: v for n, v in whole.values.items() if n not in OF_A_RESOURCE}
    values |= {n: v for n, v in own.values.items() if n in OF_A_RESOURCE}
    told = {n: who for n, who in whole.provenance.items() if n not in OF_A_RESOURCE}
    told |= {n: who for n, who in own.provenance.items() if n in OF_A_RESOURCE}
    return {name: _plain(value) for name, value in values.items()}, told


def _plain(value: Any) -> Any:
    """The same in the shapes that records are kept in; nothing is the empty text."""
    return (list(value) if isinstance(value, tuple) else value) or ""


def _facts(said: Mapped, before: Mapped | None) -> Iterator[Change]:
    for pillar in Fact.Pillar.values:
        now, was = getattr(said, pillar), getattr(before, pillar, {})
        for key in dict.fromkeys([*now, *was]):
            yield Change(f"{pillar}.{key}", was.get(key, ""), CARD["title"] if key in was else "", now.get(key, ""))


def _fixed(commons: Commons, said: Mapped) -> list[str]:
    """Codes that a person fixed, where the file says something else."""
    told = {name: _plain(getattr(said, name)) for name in COMPARED}
    told |= {f"{part}.{lang}": text for part in ("short", "long") for lang, text in getattr(said, part).items()}
    told |= {one.code: one.now for one in _facts(said, None)}
    fixed = {code: value["value"] if isinstance(value, dict) else value for code, value in commons.pinned.items()}
    return [code for code, value in fixed.items() if told.get(code) and told[code] != value]
