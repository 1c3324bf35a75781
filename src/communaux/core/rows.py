"""Writing many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, ForeignKey, Model


def rewrite[M: Model](rows: Iterable[M], fields: Sequence[str], *, batch_size: int = 200) -> None:
    """Write these fields of rows that are stored already; all are of one model and hold all their other fields.

    The same as `bulk_update`, whose CASE of one WHEN a row took a third of an import: rows that all conflict with
    themselves are written by one plain statement.
    """
    kept = list(rows)
    if kept:
        type(kept[0])._base_manager.bulk_create(
            kept, batch_size=batch_size, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields)
        )


def insert_missing(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows, values in the order of `fields`; one that a unique constraint forbids is there already, and left out.

    The same as `bulk_create(ignore_conflicts=True)`, which took half of the time of a hundred thousand notices to make a
    model of each row. Every field without a default of the database must be named.
    """
    by_name: dict[str, Field] = {one.name: one for one in model._meta.concrete_fields}
    columns = [by_name[name] for name in fields]
    given = list(zip(*rows, strict=True))
    if not given:
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(one.get_attname_column()[1] or "") for one in columns)
    places = ", ".join("%s" for _name in fields)
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - our own names
    values = zip(*(_stored(one, told) for one, told in zip(columns, given, strict=True)), strict=True)
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(values))


def _stored(field: Field, told: Sequence[object]) -> list[Any]:
    """A column of values as the database takes them: most come many times, and each is asked of the field once.

    The field of the key itself, not that which points to it; the connection itself, not what looks it up at each step.
    """
    while isinstance(field, ForeignKey):
        field = field.target_field
    of = connections[DEFAULT_DB_ALIAS]
    known = {value: field.get_db_prep_save(value, of) for value in set(told)}
    return [known[value] for value in told]
