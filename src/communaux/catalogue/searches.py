"""Writing down what was searched for, without who: one line when a page of results is given, erased after 13 months.

The page never waits for it: on a database that is busy, read-only or broken the search is answered and the line is lost.
"""

from __future__ import annotations

import logging
from calendar import monthrange
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.db import DatabaseError, connection, transaction

from communaux.catalogue.masking import mask
from communaux.catalogue.models import QueryReview, SearchLog, ThesaurusChange
from communaux.engines.search.model import Result

KEPT_MONTHS = 13
PATIENCE = 50  # milliseconds a page gives to this line

log = logging.getLogger(__name__)


def record(text: str, result: Result, *, day: date) -> None:
    """Keep one search, if it says anything once masked; never raise."""
    query = mask(text)
    if not query:
        return
    best = max((Decimal(f"{hit.rel:.3f}") for hit in result.hits), default=None)
    line = SearchLog(day=day, query_masked=query, lang=result.lang or "", n=result.total, best=best)
    try:
        with _hurried(), transaction.atomic():
            _no_longer_than(PATIENCE)
            line.save(force_insert=True)
    except DatabaseError as error:
        log.warning("a search was not written down: %s", type(error).__name__)  # no word of it, no value


@contextmanager
def _hurried() -> Generator[None]:
    """SQLite would wait half a minute for the pen; PostgreSQL is told inside the transaction."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    link = connection.connection
    patience = link.execute("PRAGMA busy_timeout").fetchone()[0]
    link.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    finally:
        link.execute(f"PRAGMA busy_timeout = {patience}")


def _no_longer_than(milliseconds: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {milliseconds}")


def used(query: str, purpose: str, *, rank: int | None = None) -> None:
    """One search of these masked words led to a need or a note; `rank`: of the result that was chosen in the end."""
    rows = SearchLog.objects.filter(query_masked=query).order_by("-day", "pk")
    row = rows.filter(used_for="").first() if rank is None else rows.filter(used_for=purpose, clicked_rank=None).first()
    if row:
        row.used_for, row.clicked_rank = purpose, rank
        row.save(update_fields=["used_for", "clicked_rank"])


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month.

    >>> months_before(date(2026, 3, 31), 13)
    datetime.date(2025, 2, 28)
    """
    month = day.year * 12 + day.month - 1 - months
    year, number = divmod(month, 12)
    return date(year, number + 1, min(day.day, monthrange(year, number + 1)[1]))


def forget(today: date) -> int:
    """Erase what is older than 13 months, wherever words of searches stand; the number of searches erased."""
    limit = months_before(today, KEPT_MONTHS)
    erased, _kinds = SearchLog.objects.filter(day__lt=limit).delete()
    QueryReview.objects.filter(last_day__lt=limit).delete()
    told = ThesaurusChange.objects.filter(measured_at__date__lt=limit, effect__searches__shown__isnull=False)
    for change in told.exclude(effect__searches__shown=[]):
        effect = change.effect or {}
        change.effect = effect | {"searches": effect["searches"] | {"shown": []}}
        change.save(update_fields=["effect"])
    return erased
