"""Tables of the area, by noun; nothing here writes."""

from __future__ import annotations

from communaux.gatherings.models.editions import Edition, EditionClaim, EditionOrganiser
from communaux.gatherings.models.programme import ExportFile, Registration, Room, ScheduleVersion, Session, Star
from communaux.gatherings.models.proposals import (
    CallQuestion,
    ProposalAnswer,
    ReviewCriterion,
    ReviewPhase,
    SessionCall,
    SessionProposal,
    SessionReview,
)
from communaux.gatherings.models.roadmaps import FollowUp, Reminder, Roadmap, RoadmapPhase
from communaux.gatherings.models.workshops import Axis, Card, Group, Problem, Stage

__all__ = [
    "Axis",
    "CallQuestion",
    "Card",
    "Edition",
    "EditionClaim",
    "EditionOrganiser",
    "ExportFile",
    "FollowUp",
    "Group",
    "Problem",
    "ProposalAnswer",
    "Registration",
    "Reminder",
    "ReviewCriterion",
    "ReviewPhase",
    "Roadmap",
    "RoadmapPhase",
    "Room",
    "ScheduleVersion",
    "Session",
    "SessionCall",
    "SessionProposal",
    "SessionReview",
    "Stage",
    "Star",
]
