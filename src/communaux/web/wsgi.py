"""The WSGI application that `communaux serve` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Load the search index before the first question comes, if there is one."""
    from django.db import connection

    from communaux.catalogue.indexing import newest
    from communaux.catalogue.models import SearchIndex

    if SearchIndex._meta.db_table in connection.introspection.table_names():
        newest.get()


_warm()
