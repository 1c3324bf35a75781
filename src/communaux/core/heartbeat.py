"""The worker says that it lives, so that a probe can tell a desk whose background work nobody does."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from communaux.core.models import Heartbeat

EVERY = 20.0  # seconds between two beats
SILENT_AFTER = 60.0  # seconds without one before nobody is taken to work
WORKER = "worker"

log = logging.getLogger(__name__)


def start() -> None:
    """Beat from a thread of its own as long as this process lives."""
    threading.Thread(target=_beat_for_ever, name="heartbeat", daemon=True).start()


def _beat_for_ever() -> None:
    while True:
        try:
            beat(timezone.now())
        except DatabaseError as error:
            log.warning("heartbeat missed: %s", error)
        close_old_connections()
        time.sleep(EVERY)


def beat(at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"seen_at": at})


def last_seen() -> datetime | None:
    return Heartbeat.objects.filter(name=WORKER).values_list("seen_at", flat=True).first()


def is_alive(seen: datetime | None, now: datetime) -> bool:
    return seen is not None and (now - seen).total_seconds() <= SILENT_AFTER
