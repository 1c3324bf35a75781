"""Refusals: what a person may be told. Anything else that is raised is a bug and answers 500.

One middleware turns them into pages, one handler into RFC 9457 problems, the command line into exit code 2.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import OperationalError
from django.utils.translation import gettext as _


class Refusal(Exception):
    """A clear sentence for a person, a stable code for a program. `details` travel in the API answer."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class BadRequest(Refusal):
    """What was sent cannot be read."""


class NotAllowed(Refusal):
    status = 403


class NotFound(Refusal):
    status = 404


class Conflict(Refusal):
    status = 409


class Gone(Refusal):
    """It was here; a person took it away and said why."""

    status = 410


class NotReady(Refusal):
    """Something is missing first; `details["missing"]` names it."""

    status = 422


class TooMany(Refusal):
    """Sent too often in a short time; nothing was written."""

    status = 429


class Unavailable(Refusal):
    """Something outside does not answer, or the desk cannot write just now."""

    status = 503


def as_refusal(error: Exception) -> Refusal | None:
    """What a person may be told of `error`: itself if it is a refusal, that the pen is taken, else nothing."""
    if isinstance(error, OperationalError) and "database is locked" in str(error):
        return Unavailable("busy", _("The desk is busy writing: try again in a moment, nothing was lost."))
    return error if isinstance(error, Refusal) else None
