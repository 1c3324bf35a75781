"""A comparison in words: each cell as lines of values that share their source, its day, and whether it is only declared."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communaux.catalogue.formats.document import Cell, Run, Table
from communaux.web import said
from communaux.web.labels import AGAIN_COUNTED, COMPARED, FACT, RELATION, TABLES
from communaux.web.source_words import SCHEME
from communaux.web.typography import dated, listed, pair

LONGEST = 280  # letters of one value in a cell of a page
FORMULA = ("=", "+", "-", "@", "\t", "\r")

type Value = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Values of one source and day; `source` is empty where the desk itself counts, `page` is where it tells more."""

    values: tuple[Run, ...]
    source: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class RowTold:
    words: str
    differs: bool
    cells: tuple[tuple[Told, ...], ...]


def rows(table: Mapping[str, Any], *, differing: bool = False) -> list[RowTold]:
    """Rows of a comparison as JSON (`Comparison.told`); only those whose columns differ if `differing`."""
    return [
        RowTold(str(COMPARED[row["key"]]), row["differs"], tuple(map(_cell, row["cells"])))
        for row in table["rows"]
        if row["differs"] or not differing
    ]


def _cell(values: Sequence[Value]) -> tuple[Told, ...]:
    """What is said in several languages is shown in that of the page, where it is said in it."""
    ours = [value for value in values if value.get("lang") == get_language()]
    grouped = groupby(ours or values, key=_source)
    return tuple(_told(source, list(group)) for source, group in grouped)


def _told(source: str, values: Sequence[Value]) -> Told:
    """Experiences that are counted lead to their page."""
    page = reverse("commons_experiences", args=[values[0]["of"]]) if values[0].get("of") else ""
    return Told(tuple(map(_run, values)), source, page)


def _source(value: Value) -> str:
    """Where it was read and when, in brackets after it."""
    on = dated(date.fromisoformat(value["on"]), "month") if value.get("on") else ""
    parts = [_("declared") if value.get("declared") else "", value.get("source", ""), on]
    return ", ".join(filter(None, parts))


def _run(value: Value) -> Run:
    text, spoken = words(value), value.get("lang", "")
    href = text if text.startswith(("https://", "http://")) else ""
    return Run(text, href, spoken if spoken not in ("und", get_language()) else "")


def words(value: Value) -> str:
    """One value as the reader sees it."""
    about = value.get("about", "")
    match value.get("table", ""):
        case "":
            return str(value["value"])
        case "day":
            on = dated(date.fromisoformat(value["value"]))
            return _("since %(day)s") % {"day": on} if about else on
        case "fact":
            return pair(FACT.get(about, about), said.words(value["value"], about))
        case "fact_name":
            return str(FACT[value["value"]])
        case "theme":
            return said.words([value["value"]], "themes")
        case "scheme":
            return pair(SCHEME.get(about, about), value["value"])
        case "use":
            return pair(TABLES["reuse_kind"][about], value["value"])
        case "told":
            n = value["value"]
            return ngettext("%(shown)s experience told", "%(shown)s experiences told", n) % {"shown": n}
        case "again":
            return pair(AGAIN_COUNTED[about], str(value["value"]))
        case "relation_from" | "relation_to" as way:
            return f"{RELATION[about][way == 'relation_to']} {value['value']}"
        case "recommendation":
            return said.words(value["value"], "recommendation")
        case table:
            return str(TABLES[table].get(value["value"], value["value"]))


def clipped(run: Run) -> Run:
    """For a cell of a page; files have the whole."""
    return run if len(run.text) <= LONGEST else Run(f"{run.text[:LONGEST]}…", run.href, run.lang)


def as_table(table: Mapping[str, Any], caption: str) -> Table:
    """The same for a document: what differs is said in the name of its row."""
    names = [column["name"] for column in table["columns"]]
    told = [((_named(row),), *(_lines(cell) for cell in row.cells)) for row in rows(table)]
    return Table(caption, (_("Row"), *names), tuple(told))


def _named(row: RowTold) -> tuple[Run, ...]:
    return (Run(f"{row.words} ({_('differs')})" if row.differs else row.words),)


def _lines(cell: Sequence[Told]) -> Cell:
    return tuple(map(_line, cell)) if cell else ((Run(_("unknown")),),)


def _line(told: Told) -> tuple[Run, ...]:
    """Values between semicolons, then their source."""
    runs: list[Run] = []
    for value in told.values:
        runs += [Run("; "), value] if runs else [value]
    return (*runs, Run(f" ({told.source})")) if told.source else tuple(runs)


def as_csv(table: Mapping[str, Any]) -> str:
    """UTF-8 text, `;` between columns; a cell that a spreadsheet would take for a formula has an apostrophe before."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter=";")
    writer.writerow(map(safe, [_("Row"), *(column["name"] for column in table["columns"]), _("differs")]))
    for row in rows(table):
        cells = [listed(["".join(run.text for run in line) for line in _lines(cell)]) for cell in row.cells]
        writer.writerow(map(safe, [row.words, *cells, _("yes") if row.differs else _("no")]))
    return held.getvalue()


def safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
