"""Refusals: what a person may be told. Anything else that is raised is a bug and answers 500.

One middleware turns them into pages, one handler into RFC 9457 problems, the command line into exit code 2.
"""

from __future__ import annotations

from typing import Any, ClassVar


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


class NotReady(Refusal):
    """Something is missing first; `details["missing"]` names it."""

    status = 422


class Unavailable(Refusal):
    """Something outside does not answer."""

    status = 503
