"""Remember what was looked for, without who: it shows editors which words and which commons are missing."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from communaux.catalogue.models import SearchLog
from communaux.core.actions import action
from communaux.core.models import Person

KEPT = timedelta(days=396)  # 13 months
MAIL = re.compile(r"\S+@\S+")
NUMBER = re.compile(r"\d[\d .-]{4,}\d")


def masked(query: str) -> str:
    """The query without mail addresses and long numbers (telephone, SIRET, social security).

    >>> masked("appeler jean@exemple.fr au 06 12 34 56 78")
    'appeler [mail] au [nombre]'
    """
    return NUMBER.sub("[nombre]", MAIL.sub("[mail]", query))[:300]


@action("catalogue.log_search", journaled=False)
def log_search(by: Person, query: str, *, lang: str, n: int, best_rel: Decimal | None, at: datetime) -> SearchLog:
    return SearchLog.objects.create(day=at.date(), query_masked=masked(query), lang=lang, n=n, best_rel=best_rel)


@action("catalogue.forget_searches", journaled=False)
def forget_searches(by: Person, *, today: date, at: datetime) -> int:
    """Erase searches older than 13 months; return how many."""
    return SearchLog.objects.filter(day__lt=today - KEPT).delete()[0]
