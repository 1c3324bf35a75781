"""What results are computed with, each kept once: the numbers of today, electricity hour by hour."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from datetime import datetime

from communaux.assessment.measured import Given, Hours
from communaux.assessment.models import FactorSet, GridSeries
from communaux.data import footprint_factors
from communaux.engines.footprint.factors import Factors, read
from communaux.engines.footprint.grid import Hourly


def today(at: datetime) -> tuple[Factors, FactorSet]:
    content = footprint_factors()
    factors = read(content)
    kept, _made = FactorSet.objects.get_or_create(
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={"version": factors.version, "content": content.decode(), "created_at": at},
    )
    return factors, kept


def with_hours(given: Given, hours: Hours | None, at: datetime) -> Given:
    """The same, and which series it was computed with."""
    if hours is None:
        return given
    told = {**asdict(hours), "created_at": at}
    kept, _made = GridSeries.objects.get_or_create(sha256=hours.key, defaults=told)
    return replace(given, hourly=kept.sha256)


def hourly_of(given: Given) -> Hourly | None:
    return GridSeries.objects.get(sha256=given.hourly).hourly if given.hourly else None
