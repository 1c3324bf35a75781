"""Tables of assessments. No writes here: see `services.py` and its neighbours."""

from communaux.assessment.models.ai_notes import AiNote
from communaux.assessment.models.answers import Answer, PeerReview
from communaux.assessment.models.audits import CheckRun, ServiceAudit
from communaux.assessment.models.footprints import (
    DigitalService,
    EnergyHour,
    FactorSet,
    FootprintResult,
    GridSeries,
    Measurement,
)
from communaux.assessment.models.forge import ForgeItems
from communaux.assessment.models.people import Correction, IdentityKey, Objection
from communaux.assessment.models.runs import CODE, Outcome, Reading, Repository, Run, Value

__all__ = [
    "CODE",
    "AiNote",
    "Answer",
    "CheckRun",
    "Correction",
    "DigitalService",
    "EnergyHour",
    "FactorSet",
    "FootprintResult",
    "ForgeItems",
    "GridSeries",
    "IdentityKey",
    "Measurement",
    "Objection",
    "Outcome",
    "PeerReview",
    "Reading",
    "Repository",
    "Run",
    "ServiceAudit",
    "Value",
]
