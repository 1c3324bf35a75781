"""A migration operation that makes a document and its parts read-only in the database once it left its open state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class Sealed(migrations.RunPython):
    """Refuse every change of a row whose `state` is no longer `draft`, and of the rows that belong to it.

    Columns named in `free` may still change; the state never goes back to draft. `parts` are (table, column that names
    the document). As with `AppendOnly`: this stops mistakes, and whoever may only write rows; SQLite drops triggers when
    a migration rebuilds the table, and such a migration repeats this operation.
    """

    def __init__(self, table: str, free: Sequence[str] = (), parts: Sequence[tuple[str, str]] = ()) -> None:
        self.table, self.free, self.parts = table, tuple(free), tuple(parts)

        def install(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            for statement in statements(editor, table, self.free, self.parts):
                editor.execute(statement)

        super().__init__(install, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.free, self.parts], {})


def statements(
    editor: BaseDatabaseSchemaEditor, table: str, free: Sequence[str], parts: Sequence[tuple[str, str]]
) -> list[str]:
    """The SQL of the triggers for the database at hand."""
    with editor.connection.cursor() as cursor:
        columns = [row.name for row in editor.connection.introspection.get_table_description(cursor, table)]
    kept = [f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in columns if name not in free]
    changed = f"OLD.state <> 'draft' AND (NEW.state = 'draft' OR {' OR '.join(kept)})"
    write = _postgresql if editor.connection.vendor == "postgresql" else _sqlite
    return write(table, changed, parts)


def _closed(table: str, row: str, column: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} WHERE id = {row}.{column} AND state <> 'draft')"  # noqa: S608 - our own names


def _sqlite(table: str, changed: str, parts: Sequence[tuple[str, str]]) -> list[str]:
    """One trigger an act; REPLACE deletes past the triggers of deletion, so an insert over a sealed row is refused too."""
    told = [
        (table, "update", changed),
        (table, "delete", "OLD.state <> 'draft'"),
        (table, "insert", _closed(table, "NEW", "id")),
    ]
    for part, column in parts:
        old, new = _closed(table, "OLD", column), _closed(table, "NEW", column)
        told += [(part, "insert", new), (part, "update", f"{old} OR {new}"), (part, "delete", old)]
    made = []
    for on, act, when in told:
        refuse = f"SELECT RAISE(ABORT, '{table} is sealed');"
        made.append(f"DROP TRIGGER IF EXISTS {on}_sealed_{act}")
        made.append(f"CREATE TRIGGER {on}_sealed_{act} BEFORE {act.upper()} ON {on} WHEN {when} BEGIN {refuse} END")
    return made


def _postgresql(table: str, changed: str, parts: Sequence[tuple[str, str]]) -> list[str]:
    """Functions that look: the condition of a trigger may not ask another table there."""
    refuse = f"RAISE EXCEPTION '{table} is sealed'"
    bodies = [(table, f"IF (TG_OP = 'DELETE' AND OLD.state <> 'draft') OR (TG_OP = 'UPDATE' AND {changed})")]
    for part, column in parts:
        old, new = _closed(table, "OLD", column), _closed(table, "NEW", column)
        bodies.append((part, f"IF (TG_OP <> 'INSERT' AND {old}) OR (TG_OP <> 'DELETE' AND {new})"))
    made = []
    for on, condition in bodies:
        body = f"BEGIN {condition} THEN {refuse}; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
        made.append(f"CREATE OR REPLACE FUNCTION {on}_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
        made.append(
            f"CREATE OR REPLACE TRIGGER {on}_sealed BEFORE INSERT OR UPDATE OR DELETE ON {on} "
            f"FOR EACH ROW EXECUTE FUNCTION {on}_sealed()"
        )
    return made
