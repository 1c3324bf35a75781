"""Files as bytes → rows, each with the place where it stands; what cannot be read becomes a `Refused` and the rest
goes on.

A truncated JSON array gives all its whole items; a CSV line that is not UTF-8 is refused alone; a YAML file that does
not parse is refused with its line and column. Sentences follow `values`: fixed part, `: `, what was found. What is shown
of a refused row holds no mail address: the file of refused lines is passed from hand to hand.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from communaux.catalogue.formats.bounds import bounded
from communaux.catalogue.formats.mapped import Mapped, Reading, Refused, Unusable
from communaux.catalogue.formats.resuming import UNCLOSED, Resuming, csv_record
from communaux.catalogue.formats.values import without

CUT = 2_000
HEAVIEST = 100_000
NOT_UTF8 = "Not UTF-8: save the file as UTF-8 and import it again"
UNEXPECTED = "Not understood by the reader"
SPACE_OR_COMMA = re.compile(r"[\s,]*")
COLON = re.compile(r"\s*:\s*")
MAIL = re.compile(r"(?!git@)\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DECODER = json.JSONDecoder()


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
    return MAIL.sub("…@…", found.encode("utf-8", "replace").decode()[:CUT].replace("\x00", ""))


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
    ready = json_ready(content)
    try:
        json.dumps(ready, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Refused(where, NOT_UTF8, shown(ready))
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return Refused(where, "Not read: a number is too long")
    return Row(where, ready, key)


def csv_rows(path: str, data: bytes, delimiter: str = ",") -> Rows:
    """One row a record, by the names of the first line; a record with too many or too few cells is refused.

    A record of several lines that is wrong is read again from its second line: a forgotten quote costs one line.
    """
    name, lines = base_name(path), list(io.StringIO(decoded(data), newline=""))
    columns: list[str] = []
    at = 0
    while at < len(lines):
        cells, taken, fault = csv_record(lines, at, delimiter)
        if columns and cells and len(cells) != len(columns):
            fault = "Wrong number of cells" if taken == 1 else UNCLOSED
        where, taken = f"{name}, line {at + 1}", 1 if fault else taken
        if fault:
            yield Refused(where, fault, shown(lines[at]))
            if not columns:  # without its first line nobody knows what a cell means
                return
        elif columns and cells:
            yield row_or_refused(where, dict(zip(columns, cells, strict=True)))
        columns, at = columns or cells, at + taken


def json_rows(path: str, data: bytes, under: str = "") -> Rows:
    """The items of one JSON array, or of one object (then each has a key); whole items of a broken file are kept.

    `under` names the list to read when the file is an envelope: an object that holds it beside other things.
    """
    name, found = base_name(path), decoded(data)
    start = len(found) - len(found.lstrip())
    match found[start : start + 1]:
        case "[":
            yield from _items(name, found, start + 1)
        case "{" if not under:
            yield from _items(name, found, start + 1, keyed=True)
        case "{" if (inside := _list_under(under, found, start + 1)) is not None:
            yield from _items(name, found, inside, enveloped=True)
        case "{":
            yield Refused(name, f"A list is expected: {under}", shown(found[:200]))
        case _:
            yield Refused(name, "A JSON array or object is expected", shown(found[:200]))


def _list_under(under: str, found: str, at: int) -> int | None:
    """Where the items of the list of that name begin in an object, None when it holds no such list."""
    try:
        while found[(at := _skipped(found, at)) : at + 1] != "}":
            key, at = _key(found, at)
            if key == under:
                return at + 1 if found[at : at + 1] == "[" else None
            _value, at = DECODER.raw_decode(found, at)
    except (ValueError, RecursionError):
        return None
    return None


def _items(name: str, found: str, at: int, *, keyed: bool = False, enveloped: bool = False) -> Rows:
    counted, line, resumed = 0, 1, True
    resuming = Resuming(found, keyed)
    while resumed:
        at = _skipped(found, at)
        line, counted = line + found.count("\n", counted, at), at
        where = f"{name}, line {line}"
        if found[at : at + 1] == ("}" if keyed else "]"):
            if not _ends_well(found[at + 1 :], enveloped=enveloped):
                yield Refused(where, "Text after the end of the list", shown(found[at + 1 :].strip()[:CUT]))
            return
        row, at, resumed = _item(where, at, resuming)
        yield row


def _ends_well(rest: str, *, enveloped: bool) -> bool:
    """Nothing follows a list; what follows it in an envelope closes the envelope."""
    if not enveloped:
        return not rest.strip()
    try:
        json.loads('{"": []' + rest)
    except (ValueError, RecursionError):
        return False
    return True


def _item(where: str, at: int, resuming: Resuming) -> tuple[Row | Refused, int, bool]:
    """One item, where the next one begins, and whether that can be told."""
    found = resuming.found
    try:
        key, start = _key(found, at) if resuming.keyed else ("", at)
        content, end = DECODER.raw_decode(found, start)
        return row_or_refused(where, content, key), end, True
    except (ValueError, RecursionError) as error:
        after = resuming.after(at)
        rest = "" if after is not None else "; nothing after it was read"
        return Refused(where, f"Not JSON: {_told(error)}{rest}", shown(found[at:after][:CUT])), after or at, bool(after)


def _told(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"{error.msg}, line {error.lineno}, column {error.colno}"
        case RecursionError():
            return "nested too deep"
    return "a number is too long"


def _skipped(found: str, at: int) -> int:
    match = SPACE_OR_COMMA.match(found, at)
    return match.end() if match else at


def _key(found: str, at: int) -> tuple[str, int]:
    key, at = DECODER.raw_decode(found, at)
    colon = COLON.match(found, at)
    if not isinstance(key, str) or not colon:
        raise json.JSONDecodeError("A key and a colon are expected", found, at)
    return key, colon.end()


def yaml_row(path: str, data: bytes) -> Row | Refused:
    """One YAML 1.2 document that is a mapping (`yes` and `on` are texts)."""
    return yaml_text(base_name(path), decoded(data))


def yaml_text(name: str, found: str, key: str = "") -> Row | Refused:
    if not whole(found):
        return Refused(name, NOT_UTF8, shown(found))
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
        return Refused(name, NOT_UTF8, shown(parts[2]))
    row = yaml_text(name, parts[1], name.rsplit(".", 1)[0])
    if isinstance(row, Refused):
        return row
    return Row(row.where, {**row.content, body_key: json_ready(parts[2].strip())}, row.key)


def gather(
    rows: Iterable[Row | Refused],
    to_mapped: Callable[[Row], Mapped],
    dropped: Iterable[str] = (),
    personal: Sequence[str] = (),
) -> Reading:
    """All rows through one reader; a row that is unusable, or whose id was seen, is refused and the others go on.

    `personal` names the keys that no refused row may show.
    """
    records: dict[str, Mapped] = {}
    refused: list[Refused] = []
    for row in rows:
        record = row if isinstance(row, Refused) else _mapped(row, to_mapped, personal)
        if isinstance(record, Refused):
            refused.append(record)
        elif record.external_id in records and isinstance(row, Row):
            again = f"Same id as another row: {record.external_id}"
            refused.append(Refused(row.where, again, shown(without(row.content, personal))))
        else:
            records[record.external_id] = record
    return Reading(tuple(records.values()), tuple(refused), tuple(sorted(dropped)))


def _mapped(row: Row, to_mapped: Callable[[Row], Mapped], personal: Sequence[str]) -> Mapped | Refused:
    try:
        return bounded(to_mapped(row))
    except Unusable as error:
        reason = str(error)
    except Exception as error:  # a fault of a reader costs the one row, and is named in the report
        reason = f"{UNEXPECTED}: {type(error).__name__}"
    return Refused(row.where, reason, shown(without(row.content, personal)))


def needed(value: str, what: str) -> str:
    """The value, or the end of this row."""
    if not value:
        raise Unusable(f"Missing: {what}")
    return value
