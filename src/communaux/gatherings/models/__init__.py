"""Tables of the area, by noun; nothing here writes."""

from __future__ import annotations

from communaux.gatherings.models.commitments import Commitment
from communaux.gatherings.models.contributions import Contribution, Mentoring, MentoringEntry, TimePledge
from communaux.gatherings.models.editions import Edition, EditionClaim, EditionOrganiser, EditionTheme
from communaux.gatherings.models.naming import SpeakerName
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
from communaux.gatherings.models.reports import Report
from communaux.gatherings.models.roadmaps import FollowUp, Milestone, Reminder, Roadmap, RoadmapLink, RoadmapPhase
from communaux.gatherings.models.workshops import Axis, Card, Group, Problem, Stage

__all__ = [
    "Axis",
    "CallQuestion",
    "Card",
    "Commitment",
    "Contribution",
    "Edition",
    "EditionClaim",
    "EditionOrganiser",
    "EditionTheme",
    "ExportFile",
    "FollowUp",
    "Group",
    "Mentoring",
    "MentoringEntry",
    "Milestone",
    "Problem",
    "ProposalAnswer",
    "Registration",
    "Reminder",
    "Report",
    "ReviewCriterion",
    "ReviewPhase",
    "Roadmap",
    "RoadmapLink",
    "RoadmapPhase",
    "Room",
    "ScheduleVersion",
    "Session",
    "SessionCall",
    "SessionProposal",
    "SessionReview",
    "SpeakerName",
    "Stage",
    "Star",
    "TimePledge",
]
