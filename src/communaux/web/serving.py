"""What `communaux serve` runs in each worker: the WSGI application, its search index loaded while the first pages go out."""

from __future__ import annotations

import threading
from importlib import import_module

from django.conf import settings

from communaux.web.wsgi import application

__all__ = ["application"]


def warm() -> None:
    """Load the search index, if there is one yet; who asks for a need meanwhile waits for it."""
    from django.db import connection

    from communaux.catalogue.indexing import newest
    from communaux.catalogue.models import SearchIndex

    try:
        if SearchIndex._meta.db_table in connection.introspection.table_names():
            newest.get()
    finally:
        connection.close()


import_module(settings.ROOT_URLCONF)  # now, or the first page would wait for it beside the thread
threading.Thread(target=warm, name="search-index", daemon=True).start()
