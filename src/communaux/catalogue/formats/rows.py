"""Files as bytes → rows, each with the place where it stands; what cannot be read becomes a `Refused` and the rest
goes on.

A truncated JSON array gives all its whole items; a CSV line that is not UTF-8 is refused alone; a YAML file that does
not parse is refused with its line and column. Sentences follow `values`: fixed part, `: `, what was found.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from communaux.catalogue.formats.mapped import Mapped, Reading, Refused

CUT = 2_000
HEAVIEST = 100_000
NEXT_ITEM = re.compile(r'\}\s*,\s*(?=\{|"[^"\n]*"\s*:\s*\{)')
SPACE_OR_COMMA = re.compile(r"[\s,]*")


class Unusable(ValueError):
    """A row that lacks what a record needs; the message is the reason told to people."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as found: JSON-ready content, where it stands, and its key when the file is keyed."""

    where: str
    content: Mapping[str, Any]
    key: str = ""
    warnings: list[str] = field(default_factory=list)


type Rows = Iterator[Row | Refused]


def base_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def named(files: Mapping[str, bytes], *endings: str) -> list[tuple[str, bytes]]:
    """The files whose name ends so, in the order of their paths."""
    return [(path, files[path]) for path in sorted(files) if path.lower().endswith(endings)]


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 that says so; a wrong byte stays visible as a lone surrogate, for `refuse_bytes` to see."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "surrogateescape")


def whole(value: object) -> bool:
    """True when the value holds no half of a character (a byte that was not UTF-8, a broken escape)."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(content: object) -> str:
    found = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, default=str)
    return found.encode("utf-8", "replace").decode()[:CUT].replace("\x00", "")


def json_ready(value: object) -> Any:
    """The same value in JSON's types; dates as ISO text; NUL, which databases refuse, taken out."""
    match value:
        case Mapping():
            return {str(key).replace("\x00", ""): json_ready(one) for key, one in value.items()}
        case list() | tuple() | set():
            return [json_ready(one) for one in value]
        case datetime() | date():
            return value.isoformat()
        case str():
            return str(value).replace("\x00", "")
        case bool() | None:
            return value
        case int():
            return int(value)
        case float():
            return float(value) if abs(value) < float("inf") else None
        case _:
            return str(value)


def row_or_refused(where: str, content: object, key: str = "") -> Row | Refused:
    if not isinstance(content, Mapping):
        return Refused(where, f"A record is expected here: {type(content).__name__} found", shown(content))
    if not whole(content):
        return Refused(where, "Not UTF-8: save the file as UTF-8 and import it again", shown(content))
    return Row(where, json_ready(content), key)


def csv_rows(path: str, data: bytes, delimiter: str = ",") -> Rows:
    """One row a line, by the names of the first line; a line with too many cells is refused."""
    name = base_name(path)
    reader = csv.DictReader(io.StringIO(decoded(data), newline=""), delimiter=delimiter, restkey="\n")
    while True:
        try:
            content = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Refused(f"{name}, line {reader.line_num}", f"Unreadable line: {error}")
            continue
        where = f"{name}, line {reader.line_num}"
        if "\n" in content or None in content.values():
            yield Refused(where, "Wrong number of cells", shown(content))
        else:
            yield row_or_refused(where, content)


def json_rows(path: str, data: bytes) -> Rows:
    """The items of one JSON array, or of one object (then each has a key); whole items of a broken file are kept."""
    found = decoded(data)
    start = len(found) - len(found.lstrip())
    if found[start : start + 1] not in ("[", "{"):
        yield Refused(base_name(path), "A JSON array or object is expected", shown(found[:200]))
        return
    yield from _items(base_name(path), found, start + 1, keyed=found[start] == "{")


def _items(name: str, found: str, at: int, *, keyed: bool) -> Rows:
    decoder, counted, line = json.JSONDecoder(), 0, 1
    while True:
        at = _skipped(found, at)
        line, counted = line + found.count("\n", counted, at), at
        where = f"{name}, line {line}"
        if found[at : at + 1] in ("]", "}"):
            return
        try:
            key, at = _key(decoder, found, at) if keyed else ("", at)
            content, at = decoder.raw_decode(found, at)
        except (json.JSONDecodeError, RecursionError) as error:
            yield Refused(where, f"Not JSON: {_told(error)}", shown(found[at : at + CUT]))
            if not (resumed := NEXT_ITEM.search(found, at)):
                return
            at = resumed.end()
        else:
            yield row_or_refused(where, content, key)


def _told(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}, column {error.colno}"
    return "nested too deep"


def _skipped(found: str, at: int) -> int:
    match = SPACE_OR_COMMA.match(found, at)
    return match.end() if match else at


def _key(decoder: json.JSONDecoder, found: str, at: int) -> tuple[str, int]:
    key, at = decoder.raw_decode(found, at)
    colon = re.compile(r"\s*:\s*").match(found, at)
    if not isinstance(key, str) or not colon:
        raise json.JSONDecodeError("A key and a colon are expected", found, at)
    return key, colon.end()


def yaml_row(path: str, data: bytes) -> Row | Refused:
    """One YAML 1.2 document that is a mapping (`yes` and `on` are texts)."""
    return yaml_text(base_name(path), decoded(data))


def yaml_text(name: str, found: str, key: str = "") -> Row | Refused:
    if not whole(found):
        return Refused(name, "Not UTF-8: save the file as UTF-8 and import it again", shown(found))
    try:
        content = YAML(typ="safe", pure=True).load(found)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        return Refused(f"{name}{place}", f"Not YAML: {error.problem or error.context or 'unreadable'}", shown(found))
    except (YAMLError, ValueError, RecursionError, TypeError, AttributeError) as error:
        return Refused(name, f"Not YAML: {str(error).splitlines()[0] if str(error) else 'unreadable'}", shown(found))
    if weight(content, {}) > HEAVIEST:
        return Refused(name, "Not read: its YAML aliases unfold without end", shown(found))
    return row_or_refused(name, content, key)


def weight(value: object, seen: dict[int, float]) -> float:
    """How many values once the aliases are unfolded, infinite for one that holds itself: asked before unfolding."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in seen:
        seen[id(value)] = math.inf
        seen[id(value)] = 1 + sum(weight(one, seen) for one in (value.values() if isinstance(value, dict) else value))
    return seen[id(value)]


def front_matter(path: str, data: bytes, body_key: str) -> Row | Refused:
    """A Markdown page that opens with YAML between two `---` lines; what follows is put under `body_key`."""
    name = base_name(path)
    parts = re.split(r"^---[ \t]*$", decoded(data).replace("\r\n", "\n"), maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        return Refused(name, "Front matter between two --- lines is expected", shown(decoded(data)))
    if not whole(parts[2]):
        return Refused(name, "Not UTF-8: save the file as UTF-8 and import it again", shown(parts[2]))
    row = yaml_text(name, parts[1], name.rsplit(".", 1)[0])
    if isinstance(row, Refused):
        return row
    return Row(row.where, {**row.content, body_key: json_ready(parts[2].strip())}, row.key)


def gather(rows: Iterable[Row | Refused], to_mapped: Callable[[Row], Mapped], dropped: Iterable[str] = ()) -> Reading:
    """All rows through one reader; a row that is unusable, or whose id was seen, is refused and the others go on."""
    records: dict[str, Mapped] = {}
    refused: list[Refused] = []
    for row in rows:
        if isinstance(row, Refused):
            refused.append(row)
            continue
        try:
            record = to_mapped(row)
        except Unusable as error:
            refused.append(Refused(row.where, str(error), shown(row.content)))
            continue
        if record.external_id in records:
            refused.append(Refused(row.where, f"Same id as another row: {record.external_id}", shown(row.content)))
        else:
            records[record.external_id] = record
    return Reading(tuple(records.values()), tuple(refused), tuple(sorted(dropped)))


def needed(value: str, what: str) -> str:
    """The value, or the end of this row."""
    if not value:
        raise Unusable(f"Missing: {what}")
    return value
