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
from communaux.engines.assess.kernel import Assessment, Told, assess, silent
from communaux.engines.assess.model import METHOD_VERSION


def again(
    document: Mapping[str, Any], git_dir: Path, told: Told = silent, corrections: Corrections = NONE
) -> Assessment:
    """The assessment that this one should be; raise NotAResult for another method, AssessError where the commit is not there.

    A result does not tell what was put right of who is who: whoever did it gives it again.
    """
    if document.get("method") != METHOD_VERSION:
        raise NotAResult("other_method")
    try:
        subject, as_of = document["subject"], date.fromisoformat(document["as_of"])
        at, url = str(subject["head"]), str(subject["url"])
        cloned, changes = _cloned(document), _changes(document)
    except (KeyError, TypeError, ValueError) as error:
        raise NotAResult("not_result") from error
    seconds = int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())
    return assess(
        git_dir, as_of=seconds, at=at, url=url, told=told, cloned=cloned, changes=changes, corrections=corrections
    )


def _cloned(document: Mapping[str, Any]) -> bool | None:
    """Whether it was copied without an account, as its condition R2 tells."""
    one = next((one for one in document["conditions"] if one["code"] == "R2"), {"because": ["not_cloned"]})
    return None if "not_cloned" in one["because"] else "clone_refused" not in one["because"]


def _changes(document: Mapping[str, Any]) -> bool:
    """Whether the changes of files were read."""
    return not any(one["reason"] == "changes_not_read" for one in document["indicators"])


def differences(document: Mapping[str, Any], found: Assessment) -> list[str]:
    """The keys that differ, sorted; none: the same bytes."""
    return sorted(set(_differing("", dict(document), json.loads(report.as_json(found)))))


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
