"""Facts shipped with the product: who is who in the open catalogues whose licence allows it, and nothing that is
written prose.

One table a source, tab separated, `id name url repository licence terms`, sorted by id, compressed by xz. No
description; no cell over 120 characters but addresses. `terms` are the kind, then the source's own categories. The
same records give the same table, whose sha256 stands in the small TOML file beside it with licence, attribution,
commit and date.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from communaux.catalogue.formats.mapped import Mapped, Reading, Refused
from communaux.catalogue.formats.values import line

COLUMNS: Final = ("id", "name", "url", "repository", "licence", "terms")
ADDRESSES: Final = ("id", "url", "repository")
LONGEST: Final = 120
JOIN: Final = "; "
DESCRIBED: Final = ("title", "licence", "licence_url", "attribution", "repository", "commit", "date")


def table(records: Iterable[Mapped]) -> str:
    """The table as text, one line a record."""
    rows = sorted(cells(record) for record in records)
    return "".join("\t".join(row) + "\n" for row in [COLUMNS, *rows])


def build(records: Iterable[Mapped]) -> bytes:
    """The table as it is shipped."""
    return lzma.compress(table(records).encode(), check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME)


def cells(record: Mapped) -> tuple[str, ...]:
    """One record; a home page that is the repository is not said twice."""
    url = "" if record.url == record.repository else record.url
    licence = record.licence_raw if len(record.licence_raw) <= LONGEST else ""
    addresses = (line(url), line(record.repository))
    return (line(record.external_id), short(record.name), *addresses, line(licence), terms(record))


def short(name: str) -> str:
    found = line(name)
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1].rstrip()}…"


def terms(record: Mapped) -> str:
    """Whole terms, as many as fit."""
    found = record.kind
    for one in record.tags:
        longer = f"{found}{JOIN}{line(one).replace(';', ',')}"
        if len(longer) > LONGEST:
            break
        found = longer
    return found


def about(source: Mapping[str, Any], records: Iterable[Mapped]) -> str:
    """The TOML beside a table: where it comes from and what it must hash to."""
    found = table(records)
    told: dict[str, Any] = {key: source[key] for key in DESCRIBED if key in source}
    told |= {"rows": found.count("\n") - 1, "sha256": hashlib.sha256(found.encode()).hexdigest()}
    return "".join(f"{key} = {toml_value(value)}\n" for key, value in told.items())


def toml_value(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def read(files: Mapping[str, bytes]) -> Reading:
    """The records of `<source>.tsv.xz`; what cannot be unpacked or has other columns is refused."""
    records: list[Mapped] = []
    refused: list[Refused] = []
    for path in sorted(one for one in files if one.endswith(".tsv.xz")):
        try:
            rows = lzma.decompress(files[path]).decode().removesuffix("\n").split("\n")
        except (lzma.LZMAError, UnicodeDecodeError, EOFError) as error:
            refused.append(Refused(path, f"Not a table of facts: {error}"))
            continue
        for number, row in enumerate(rows[1:], 2):
            found = row.split("\t")
            if len(found) == len(COLUMNS) and found[0] and found[1]:
                records.append(fact(dict(zip(COLUMNS, found, strict=True))))
            else:
                refused.append(Refused(f"{path}, line {number}", "Wrong number of cells", row))
    return Reading(tuple(records), tuple(refused))


def fact(row: Mapping[str, str]) -> Mapped:
    kind, *tags = row["terms"].split(JOIN)
    return Mapped(
        external_id=row["id"],
        name=row["name"],
        kind=kind,
        url=row["url"],
        repository=row["repository"],
        licence_raw=row["licence"],
        tags=tuple(tags),
        raw=dict(row),
    )
