"""Background work of the area: thin, safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django.tasks import task
from django.utils import timezone

from communaux.territory.ambassadors import forget_requests

KEPT = timedelta(days=365)


@task
def forget_messages() -> None:
    """Once a day: what was written to ambassadors more than twelve months ago."""
    forget_requests(timezone.now() - KEPT)
