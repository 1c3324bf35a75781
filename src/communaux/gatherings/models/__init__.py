"""Tables of the area, by noun; nothing here writes."""

from __future__ import annotations

from communaux.gatherings.models.contributions import Contribution, Mentoring, MentoringEntry, TimePledge
from communaux.gatherings.models.editions import Edition, EditionClaim, EditionOrganiser
from communaux.gatherings.models.programme import ExportFile, Registration, Room, ScheduleVersion, Session, Star
from communaux.gatherings.models.roadmaps import FollowUp, Reminder, Roadmap, RoadmapPhase
from communaux.gatherings.models.workshops import Axis, Card, Group, Problem, Stage

__all__ = [
    "Axis",
    "Card",
    "Contribution",
    "Edition",
    "EditionClaim",
    "EditionOrganiser",
    "ExportFile",
    "FollowUp",
    "Group",
    "Mentoring",
    "MentoringEntry",
    "Problem",
    "Registration",
    "Reminder",
    "Roadmap",
    "RoadmapPhase",
    "Room",
    "ScheduleVersion",
    "Session",
    "Stage",
    "Star",
    "TimePledge",
]
