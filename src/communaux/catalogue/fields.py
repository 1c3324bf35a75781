"""Columns that compare the same on every database: byte by byte, whatever collation the database was made with."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from communaux.engines.search.text import clean, fold

LONGEST_KEY = 250


def name_key(name: str) -> str:
    """What names are sorted and looked up by: lower case, no accents, one space.

    >>> name_key("  Écol'lieu")
    "ecol'lieu"
    """
    return fold(" ".join(clean(name).split()))[:LONGEST_KEY]


class ByteOrder:
    """SQLite compares bytes by itself; PostgreSQL has to be told to."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        given: dict[str, Any] = super().db_parameters(connection)  # type: ignore[misc]
        return given | ({"collation": "C"} if connection.vendor == "postgresql" else {})


class ByteOrderedSlug(ByteOrder, models.SlugField):
    """A slug in the same order everywhere: `-` stands before letters."""


class NameKey(ByteOrder, models.CharField):
    """The key of the row's `name`, kept in step with it by whatever saves the row."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = name_key(getattr(model_instance, "name"))  # noqa: B009 - any model that has a name
        setattr(model_instance, self.attname, key)
        return key
