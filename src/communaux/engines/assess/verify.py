"""Make an assessment again from the same commit, and say where the bytes differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from communaux.engines.assess import report
from communaux.engines.assess.compare import NotAResult
from communaux.engines.assess.corrections import NONE, Corrections
from communaux.engines.assess.forge import Forge
from communaux.engines.assess.forge_lines import digest
from communaux.engines.assess.kernel import Assessment, Told, assess, silent
from communaux.engines.assess.model import METHOD_VERSION


def again(
    document: Mapping[str, Any],
    git_dir: Path,
    told: Told = silent,
    corrections: Corrections = NONE,
    forge: Forge | None = None,
) -> Assessment:
    """The assessment that this one should be; raise NotAResult for another method, AssessError where the commit is not there.

    A result does not tell what was put right of who is who: whoever did it gives it again. Of a forge it tells the hash of what
    was read: the same reading is asked for.
    """
    if document.get("method") != METHOD_VERSION:
        raise NotAResult("other_method")
    _same_items(document.get("items"), forge)
    try:
        subject, as_of = document["subject"], date.fromisoformat(document["as_of"])
        at, url = str(subject["head"]), str(subject["url"])
        cloned, changes = _cloned(document), _changes(document)
    except (KeyError, TypeError, ValueError) as error:
        raise NotAResult("not_result") from error
    seconds = int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())
    return assess(
        git_dir,
        as_of=seconds,
        at=at,
        url=url,
        told=told,
        cloned=cloned,
        changes=changes,
        corrections=corrections,
        forge=forge,
    )


def _same_items(told: object, forge: Forge | None) -> None:
    """Raise NotAResult unless both are of one reading, or of none."""
    given = digest(forge) if forge else None
    wanted = told.get("sha256") if isinstance(told, dict) else None
    if given != wanted:
        raise NotAResult("other_items" if given and wanted else "no_items" if wanted else "items_too_many")


def _cloned(document: Mapping[str, Any]) -> bool | None:
    """Whether it was copied without an account, as its condition R2 tells."""
    one = next((one for one in document["conditions"] if one["code"] == "R2"), {"because": ["not_cloned"]})
    return None if "not_cloned" in one["because"] else "clone_refused" not in one["because"]


def _changes(document: Mapping[str, Any]) -> bool:
    """Whether the changes of files were read."""
    return not any(one["reason"] == "changes_not_read" for one in document["indicators"])


def differences(document: Mapping[str, Any], found: Assessment) -> list[str]:
    """The keys that differ, sorted; none: the same bytes.

    A measure that only a later program makes, and of which it tells that nothing was read, takes nothing from an earlier result.
    """
    again, told = json.loads(report.as_json(found)), [one["code"] for one in document["indicators"]]
    again["indicators"] = [
        one for one in again["indicators"] if one["code"] in told or one["reason"] != "items_not_read"
    ]
    return sorted(set(_differing("", dict(document), again)))


def _differing(key: str, first: Any, second: Any) -> Iterator[str]:
    match first, second:
        case dict(), dict():
            for name in first.keys() | second.keys():
                yield from _differing(f"{key}.{name}" if key else name, first.get(name, ...), second.get(name, ...))
        case list(), list() if _named(first) and _named(second):
            yield from _differing(key, *({one["code"]: one for one in rows} for rows in (first, second)))
        case list(), list() if len(first) == len(second):
            for at, pair in enumerate(zip(first, second, strict=True)):
                yield from _differing(f"{key}.{at}", *pair)
        case _ if first != second:  # 3 and 3.0 are one number: a database keeps the second
            yield key


def _named(rows: list[Any]) -> bool:
    """Rows that are known by their codes, each once."""
    codes = [one.get("code") for one in rows if isinstance(one, dict)]
    return len(codes) == len(rows) == len(set(map(str, codes))) and None not in codes
