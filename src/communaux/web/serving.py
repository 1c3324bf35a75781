"""What `communaux serve` runs in each worker: the WSGI application, its search index loaded before the first question."""

from __future__ import annotations

from communaux.web.wsgi import application

__all__ = ["application"]


def _warm() -> None:
    """Load the search index, if there is one yet."""
    from django.db import connection

    from communaux.catalogue.indexing import newest
    from communaux.catalogue.models import SearchIndex

    if SearchIndex._meta.db_table in connection.introspection.table_names():
        newest.get()


_warm()
