"""CSV of the export: UTF-8, `;`, fixed columns; a description stands beside its source, its licence and whom to name.

Several values of one cell are parted by ` | `. A spreadsheet runs what begins as a formula: such a cell gets a `'` before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from communaux.catalogue.formats.exported import Exported, legible

COLUMNS: Final = (
    "slug", "address", "name", "other_names", "kinds", "urls", "repositories", "licences", "licences_as_written", "open",
    "stage", "last_sign_on", "themes", "organisations", "lang", "short", "short_source", "short_licence",
    "short_attribution", "short_share_alike", "sources", "external_ids", "record_licences", "attributions", "updated_on",
)  # fmt: skip
FORMULAS: Final = tuple("=+-@\t\r\n＝＋－＠")
BETWEEN: Final = " | "


def head() -> str:
    return line(COLUMNS)


def row(view: Exported) -> str:
    """One line, its end included."""
    return line(cells(view))


def cells(view: Exported) -> tuple[str, ...]:
    lang, words = view.lead() or ("", None)
    by = words.by if words else None
    return (
        view.slug,
        view.address,
        view.name,
        together(view.names),
        *things(view),
        view.stage,
        view.last_sign_on.isoformat() if view.last_sign_on else "",
        together(topic.key for topic in view.themes),
        together(view.orgs),
        lang,
        words.text if words else "",
        by.title if by else "",
        by.licence if by else "",
        by.attribution if by else "",
        "" if by is None else "yes" if by.share_alike else "no",
        *sources(view),
        view.updated_on.isoformat() if view.updated_on else "",
    )


def things(view: Exported) -> tuple[str, ...]:
    """Kinds, addresses, repositories, licences: in each cell the resources stand in the same order."""
    rows = [(one.kind, one.url, one.repository, one.licence, one.licence_raw, one.open) for one in view.things]
    return tuple(aligned(column) for column in zip(*rows, strict=True)) if rows else ("",) * 6


def sources(view: Exported) -> tuple[str, ...]:
    """Keys, numbers, licences, whom to name: in each cell the records stand in the same order."""
    rows = [(one.source, one.external_id, one.licence or "unknown", one.attribution) for one in view.origins]
    return tuple(aligned(column) for column in zip(*rows, strict=True)) if rows else ("",) * 4


def together(values: Iterable[str]) -> str:
    return BETWEEN.join(value for value in values if value)


def aligned(values: Iterable[str]) -> str:
    """Empty ones keep their place, unless all are empty."""
    found = tuple(values)
    return BETWEEN.join(found) if any(found) else ""


def line(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([safe(value) for value in values])
    return out.getvalue()


def safe(value: str) -> str:
    """The same text, never a formula.

    >>> safe("=HYPERLINK(0)"), safe("-1"), safe("a-b")
    ("'=HYPERLINK(0)", "'-1", 'a-b')
    """
    kept = legible(value)  # first: a character that is taken out may have stood before the sign
    return f"'{kept}" if kept.startswith(FORMULAS) else kept
