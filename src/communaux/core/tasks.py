"""Long work with a live bar: start it, report from inside it, cancel it. Safe to start twice; resumes after a kill.

App code declares tasks with `django.tasks` and never names the backend: that is one setting.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.tasks import Task, task
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext as translate  # of a text that was marked where it was said

from communaux.core import delivery, dual, endings, journal, sessions
from communaux.core.actions import action
from communaux.core.errors import Conflict, as_refusal
from communaux.core.models import Person, Progress

EVERY = 0.5  # seconds between two writes of a bar
BUG = "bug"  # kept instead of a sentence: its words are those of the page that shows it
SILENT_AFTER = 60  # seconds without heartbeat before a page says "interrupted"


class Cancelled(Exception):
    """Raised inside the work when somebody asked to stop it."""


@action("core.start_task")
def start(by: Person, *, kind: str, title: str, work: Task, at: datetime, **arguments: Any) -> Progress:
    """Queue `work(progress_id, **arguments)` and return the row that tells how far it is."""
    progress = Progress.objects.create(kind=kind, title=title, started_by=by)
    work.enqueue(str(progress.pk), **arguments)
    return progress


@action("core.cancel_task")
def cancel(by: Person, progress: Progress, *, at: datetime) -> Progress:
    if progress.ended_at:
        raise Conflict("already_ended", _("This work has already ended."))
    progress.cancel_asked_at = at
    progress.save(update_fields=["cancel_asked_at"])
    return progress


class Report:
    """What the work calls to say how far it is: `report(done, total)` and `report.say("…")`."""

    def __init__(self, progress: Progress, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.progress = progress
        self._clock = clock
        self._next = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        self.progress.done, self.progress.total = done, total
        if self._clock() >= self._next or done == total:
            self._write()

    def say(self, message: str, **values: int | str) -> None:
        """Keep an English text of the interface and its values: whoever reads it gets it in the language of the page."""
        self.progress.messages = [*self.progress.messages, {"text": message, "values": values}][-20:]
        self._write()

    def _write(self) -> None:
        self._next = self._clock() + EVERY
        self.progress.heartbeat_at = timezone.now()
        self.progress.save(update_fields=["done", "total", "messages", "heartbeat_at"])
        if Progress.objects.filter(pk=self.progress.pk, cancel_asked_at__isnull=False).exists():
            raise Cancelled


@contextmanager
def running(progress_id: str) -> Generator[Report]:
    """Mark the work as running, then done, failed (the error is raised again) or cancelled."""
    progress = Progress.objects.get(pk=UUID(progress_id))
    progress.state, progress.started_at = Progress.State.RUNNING, progress.started_at or timezone.now()
    progress.error, progress.ended_at = "", None
    progress.save(update_fields=["state", "started_at", "error", "ended_at"])
    try:
        yield Report(progress)
    except Cancelled:
        _end(progress, Progress.State.CANCELLED)
    except Exception as error:
        _end(progress, Progress.State.FAILED, _told(error, progress.started_by.lang))
        raise
    else:
        _end(progress, Progress.State.DONE)


def _told(error: Exception, lang: str) -> str:
    """The refusal's own sentence, for who started the work; a bug is told by no word of its own."""
    with translation.override(lang):
        refusal = as_refusal(error)
        return str(refusal.message) if refusal else BUG


def messages(progress: Progress) -> list[str]:
    """What the work said, in the language of now."""
    return [translate(one["text"]) % _shown(one["values"]) for one in progress.messages]


def _shown(values: dict[str, int | str]) -> dict[str, str]:
    """Numbers by thousands; Django's own French space between them is wide."""
    return {name: value if isinstance(value, str) else _grouped(value) for name, value in values.items()}


def _grouped(value: int) -> str:
    return str(number_format(value, force_grouping=True)).replace("\xa0", "\u202f")


def failure(progress: Progress) -> str:
    """Why it failed, in words; empty when it did not."""
    return _("a fault of this desk, written in its log") if progress.error == BUG else progress.error


def elapsed_seconds(progress: Progress, now: datetime) -> int | None:
    return int((now - progress.started_at).total_seconds()) if progress.started_at else None


def _end(progress: Progress, state: str, error: str = "") -> None:
    progress.state, progress.error = state, error
    progress.ended_at = progress.heartbeat_at = timezone.now()
    progress.save(update_fields=["state", "error", "done", "total", "ended_at", "heartbeat_at"])


def remaining_seconds(progress: Progress, now: datetime) -> int | None:
    """elapsed / done × (total − done), once 5 % or 5 s are behind; None while nobody can know."""
    if not (progress.started_at and progress.total and progress.done) or progress.ended_at:
        return None
    elapsed = (now - progress.started_at).total_seconds()
    if elapsed < 5 and progress.done < progress.total * 0.05:
        return None
    return round(elapsed / progress.done * (progress.total - progress.done))


def is_silent(progress: Progress, now: datetime) -> bool:
    """Whether running work has given no sign for a minute (its worker died; another takes it up)."""
    beat = progress.heartbeat_at or progress.started_at
    return progress.state == Progress.State.RUNNING and beat is not None and (now - beat).total_seconds() > SILENT_AFTER


@task
def sign_journal() -> None:
    """Once a day: sign the last line, so that nobody can rewrite what stands before it."""
    journal.checkpoint(timezone.now())


@task
def forget_sessions() -> None:
    """Once a day: what is left of sessions that are over."""
    sessions.forget_ended(timezone.now())


@task
def tell_people() -> None:
    """Every minute: who is concerned by what was written, and the mail that waits; what is left goes with the next round."""
    delivery.run(timezone.now, within=timedelta(seconds=50))


@task
def forget_notices() -> None:
    """Once a day: notices and traces of mail that are too old."""
    delivery.forget(timezone.now())


@task
def close_dual_acts() -> None:
    """Once a day: what nobody released in time is closed."""
    dual.expire(Person.objects.desk(), at=timezone.now())


@task
def tell_endings() -> None:
    """Once a day: roles that end soon are announced to both sides."""
    endings.tell_endings(Person.objects.desk(), at=timezone.now())
