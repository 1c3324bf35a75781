"""What a person signs of a need for AI, and in whose name. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from communaux.assessment.models import AiNote, DigitalService
from communaux.core.models import Organisation
from communaux.engines.footprint.decide import Answers


@dataclass(frozen=True, slots=True)
class Signing:
    """For a service of a commons, or for none; in the name of a body, or in one's own."""

    service: DigitalService | None = None
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """What a note says: the answers, what it is about, the name or part of who signs, as typed, and when it is read again."""

    answers: Answers
    about: str
    signed_by: str
    review_on: date


def signing_of(note: AiNote) -> Signing:
    return Signing(note.service, note.organisation)
