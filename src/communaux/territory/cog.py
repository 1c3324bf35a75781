"""One millésime of the official codes (COG) as a table: the rows, how they are packed, how a file is read and refused.

A line is one row, its first cell the kind: `R code name zone`, `D code name zone region`, `E siren name type population`,
`T siren name`, `C insee name population dep epci ept siren postcodes`, `A code kind name target`. Sorted, UTF-8, LF: the
same millésime is the same bytes. No Django here.
"""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

WIDTHS: Final = {"R": 4, "D": 5, "E": 5, "T": 3, "C": 9, "A": 5}
KINDS: Final = {
    "R": "régions",
    "D": "départements",
    "E": "EPCI",
    "T": "EPT",
    "C": "communes",
    "A": "old and inner codes",
}
EPT_SINCE: Final = 2023  # first millésime of the package that holds them
ALIASES: Final = ("ancien", "deleguee", "associee", "arrondissement")
MAGIC: Final = b"\xfd7zXZ\x00"
LARGEST: Final = 64 * 1024 * 1024

type Row = tuple[str, ...]


class BadCog(ValueError):
    """The file is no whole millésime; the sentence says what is missing or where it breaks."""


@dataclass(frozen=True, slots=True)
class Cog:
    """Rows of one millésime, without their first cell."""

    millesime: int
    regions: tuple[Row, ...]
    departements: tuple[Row, ...]
    epci: tuple[Row, ...]
    ept: tuple[Row, ...]
    communes: tuple[Row, ...]
    aliases: tuple[Row, ...]


def pack(rows: Iterable[Row]) -> bytes:
    """The table as it is shipped."""
    return lzma.compress(table(rows).encode(), check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME)


def table(rows: Iterable[Row]) -> str:
    return "".join("\t".join(row) + "\n" for row in sorted(rows))


def unpack(data: bytes) -> str:
    """The text of a table, packed or plain; raise BadCog when it is neither."""
    try:
        raw = _decompressed(data) if data.startswith(MAGIC) else data
        return raw.decode("utf-8-sig")
    except (lzma.LZMAError, EOFError, UnicodeDecodeError) as error:
        raise BadCog(f"the file is cut short or is no table of codes ({error})") from error


def _decompressed(data: bytes) -> bytes:
    """Never more than LARGEST: a small file may hide a huge one."""
    opened = lzma.LZMADecompressor()
    raw = opened.decompress(data, LARGEST)
    if not opened.eof:
        raise EOFError("its end is missing" if opened.needs_input else f"it holds more than {LARGEST} bytes")
    return raw


def read(data: bytes, millesime: int) -> Cog:
    """The millésime a file holds; raise BadCog, naming what is missing or the line that does not fit."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for number, line in enumerate(unpack(data).splitlines(), 1):
        kind, *cells = line.split("\t")
        if WIDTHS.get(kind) != len(cells) + 1:
            raise BadCog(f"line {number} is no row of such a table: {line[:60]!r}")
        rows[kind].append(tuple(cells))
    wanted = [kind for kind in WIDTHS if kind != "T" or millesime >= EPT_SINCE]
    if missing := [f"{kind} ({KINDS[kind]})" for kind in wanted if not rows[kind]]:
        raise BadCog(f"rows are missing: {', '.join(missing)}")
    found = Cog(millesime, *(tuple(rows[kind]) for kind in WIDTHS))
    _check(found)
    return found


def _check(cog: Cog) -> None:
    """Every code that a row names has a row of its own, once."""
    known = {name: _codes(name, rows) for name, rows in _named(cog).items()}
    for code, _name, _population, dep, epci, ept, *_rest in cog.communes:
        for kind, named in (("département", dep), ("EPCI", epci), ("EPT", ept)):
            if (named or kind == "département") and named not in known[kind]:
                raise BadCog(f"commune {code} is in {kind} {named or '(none)'}, which has no row")
    for code, _name, _zone, region in cog.departements:
        if region and region not in known["région"]:
            raise BadCog(f"département {code} is in région {region}, which has no row")
    for code, kind, _name, target in cog.aliases:
        if target not in known["commune"] or kind not in ALIASES:
            raise BadCog(f"code {code} ({kind}) leads to {target}, which is no commune here")


def _named(cog: Cog) -> dict[str, tuple[Row, ...]]:
    return {
        "région": cog.regions,
        "département": cog.departements,
        "EPCI": cog.epci,
        "EPT": cog.ept,
        "commune": cog.communes,
    }


def _codes(name: str, rows: tuple[Row, ...]) -> set[str]:
    codes = [row[0] for row in rows]
    found = set(codes)
    if len(found) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise BadCog(f"{name} {twice} has two rows")
    numbers = {"EPCI": 3, "commune": 2}.get(name)
    if numbers and (bad := next((row for row in rows if row[numbers] and not row[numbers].isdecimal()), None)):
        raise BadCog(f"{name} {bad[0]} has a population that is no number: {bad[numbers][:20]!r}")
    return found
