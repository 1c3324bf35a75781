"""What an assessment tells the sheet of the community: how many conditions are met, of how many known."""

from __future__ import annotations

from datetime import date, datetime

from communaux.catalogue.models import Commons
from communaux.core.actions import action
from communaux.core.models import Person


@action("catalogue.record_health")
def record_health(
    by: Person, commons: Commons, *, met: int | None, known: int | None, on: date | None, at: datetime
) -> Commons:
    """Neither number where too little is known to count; `on`: the day it was assessed."""
    commons.health_met, commons.health_known, commons.health_on = met, known, on
    commons.save(update_fields=["health_met", "health_known", "health_on"])
    return commons
