"""The results of a survey: a long table of measures, one row a run, what failed. Always in the order of the list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from communaux.core.copies import throw_away_left
from communaux.core.survey import COLUMNS, Ended, Order, rows_of, write

if TYPE_CHECKING:
    import pyarrow as pa

GROUP: Final = 2_000  # repositories in one group of rows: what is held at a time
FLOATS: Final = frozenset(("value", "low", "high", "coverage"))


class OtherSettings(Exception):
    """The folder holds the results of another day, method, depth or form; `begun`: with what."""

    def __init__(self, begun: dict[str, Any]) -> None:
        super().__init__(json.dumps(begun, sort_keys=True))
        self.begun = begun


def prepare(order: Order) -> None:
    """Make the folder, or take up the one that is there; raise OtherSettings where it was begun with others.

    Copies that a killed process left are thrown away.
    """
    path = order.folder / "survey.json"
    if path.exists() and (rows := rows_of(path)) != [order.settings()]:
        raise OtherSettings(rows[0] if rows else {})
    if not path.exists():
        write(path, [order.settings()])
    throw_away_left(order.copies)


def settings(folder: Path) -> dict[str, Any] | None:
    """With what a folder was begun; None for a new one."""
    path = folder / "survey.json"
    return rows_of(path)[0] if path.exists() else None


def left(order: Order, urls: Iterable[str]) -> list[str]:
    """Those that have no part yet."""
    return [url for url in urls if not order.part(url).exists()]


def put_together(
    order: Order, urls: Sequence[str], failed: Sequence[Ended], shape: str, unread: Sequence[dict[str, object]] = ()
) -> list[Path]:
    """Write `runs.jsonl`, `values.jsonl` or `values.parquet`, and `failed.jsonl`; give their paths."""
    parts = [path for url in urls if (path := order.part(url)).exists()]
    runs, values = order.folder / "runs.jsonl", order.folder / f"values.{shape}"
    write(runs, (rows_of(path)[0] for path in parts))
    measures = (row for path in parts for row in rows_of(path)[1:])
    _parquet(values, parts) if shape == "parquet" else write(values, measures)
    lost = order.folder / "failed.jsonl"
    places = {url: place for place, url in enumerate(urls)}
    told = sorted(failed, key=lambda one: places[one.url])
    rows: list[dict[str, object]] = [{"url": one.url, "code": one.code, "detail": one.detail} for one in told]
    write(lost, [*rows, *unread])
    return [runs, values, lost]


def _schema() -> pa.Schema:
    import pyarrow as pa

    kinds = {name: pa.float64() for name in FLOATS} | {"n": pa.int64(), "as_of": pa.date32()}
    return pa.schema([pa.field(name, kinds.get(name, pa.string())) for name in COLUMNS])


def _parquet(path: Path, parts: Sequence[Path]) -> None:
    """Apache Parquet, a group of rows at a time; put in place in one piece."""
    import pyarrow.parquet as pq

    made, schema = path.with_suffix(".tmp"), _schema()
    with ExitStack() as kept:
        kept.callback(made.unlink, missing_ok=True)
        with pq.ParquetWriter(made, schema) as writer:
            for group in batched(parts, GROUP):
                writer.write_table(_table(group, schema))
        made.replace(path)


def _table(parts: Iterable[Path], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    rows = [row for path in parts for row in rows_of(path)[1:]]
    columns = {name: [row[name] for row in rows] for name in COLUMNS}
    days = pa.array(columns.pop("as_of"), pa.string()).cast(pa.date32())
    numbers = {name: [None if one is None else float(one) for one in columns[name]] for name in FLOATS}
    return pa.table({**columns, **numbers, "as_of": days}).select(COLUMNS).cast(schema)
