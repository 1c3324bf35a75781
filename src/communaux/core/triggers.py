"""A migration operation that makes a table append-only in the database itself, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class AppendOnly(migrations.RunPython):
    """Refuse DELETE, TRUNCATE, and UPDATE of any column; a column named in `erasable` may be set to NULL and nothing else.

    This stops mistakes, and whoever may only write rows; the owner of the tables can drop the triggers.

    SQLite drops triggers when a migration rebuilds the table: such a migration repeats this operation.
    """

    def __init__(self, table: str, erasable: tuple[str, ...] = ()) -> None:
        self.table, self.erasable = table, erasable

        def install(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            for statement in statements(editor, table, erasable):
                editor.execute(statement)

        super().__init__(install, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.erasable], {})


class FilledOnce(migrations.RunPython):
    """Refuse DELETE and TRUNCATE, and UPDATE of what is filled; a column named in `later` may be filled once when empty.

    `state` names the column that may change until it holds one of the `final` values. What AppendOnly says of SQLite holds.
    """

    def __init__(self, table: str, later: tuple[str, ...], state: str, final: tuple[str, ...]) -> None:
        self.table, self.later, self.state, self.final = table, later, state, final

        def install(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            for statement in once_statements(editor, table, later, state, final):
                editor.execute(statement)

        super().__init__(install, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.later, self.state, self.final], {})


def once_statements(
    editor: BaseDatabaseSchemaEditor, table: str, later: tuple[str, ...], state: str, final: tuple[str, ...]
) -> list[str]:
    """The SQL of the triggers of FilledOnce for the database at hand."""
    closed = ", ".join(f"'{value}'" for value in final)
    may_change = {name: f"COALESCE(CAST(OLD.\"{name}\" AS text), '') <> ''" for name in later}
    may_change[state] = f'OLD."{state}" IN ({closed})'
    changed = " OR ".join(
        f'(NEW."{name}" IS DISTINCT FROM OLD."{name}"' + (f" AND {may_change[name]})" if name in may_change else ")")
        for name in _columns(editor, table)
    )
    return _triggers(editor, table, changed)


def _columns(editor: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    with editor.connection.cursor() as cursor:
        return [row.name for row in editor.connection.introspection.get_table_description(cursor, table)]


def _triggers(editor: BaseDatabaseSchemaEditor, table: str, changed: str) -> list[str]:
    if editor.connection.vendor == "postgresql":
        return _postgresql(table, changed)
    return _sqlite(table, changed, _taken(editor, table))


def statements(editor: BaseDatabaseSchemaEditor, table: str, erasable: tuple[str, ...]) -> list[str]:
    """The SQL of the triggers for the database at hand."""
    columns = _columns(editor, table)
    changed = " OR ".join(
        f"(NEW.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})"
        if name in erasable
        else f"NEW.{name} IS DISTINCT FROM OLD.{name}"
        for name in (f'"{column}"' if column not in erasable else column for column in columns)
    )
    return _triggers(editor, table, changed)


def _taken(editor: BaseDatabaseSchemaEditor, table: str) -> str:
    """Whether the new row bears the key of one that is there: SQLite's REPLACE deletes that one past the triggers."""
    with editor.connection.cursor() as cursor:
        constraints = editor.connection.introspection.get_constraints(cursor, table)
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
        partly = {name: f"({sql.partition(' WHERE ')[2]})" for name, sql in cursor.fetchall()}
    uniques = [
        (one["columns"], partly.get(name)) for name, one in constraints.items() if one["unique"] or one["primary_key"]
    ]
    conditions = [[*(f'"{name}" = NEW."{name}"' for name in names), *filter(None, [held])] for names, held in uniques]
    same = " OR ".join(f"({' AND '.join(condition)})" for condition in conditions)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of our own tables and columns


def _sqlite(table: str, changed: str, taken: str) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
    return [
        *(f"DROP TRIGGER IF EXISTS {table}_no_{act}" for act in ("delete", "update", "replace")),
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} BEGIN {refuse} END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse} END",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changed} BEGIN {refuse} END",
    ]


def _postgresql(table: str, changed: str) -> list[str]:
    text = changed.replace("%", "%%")
    return [
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        f"CREATE OR REPLACE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({text}) EXECUTE FUNCTION {table}_append_only()",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ]
