"""What is handed in about meetings, by noun; forms only validate."""

from __future__ import annotations

from communaux.gatherings.forms.programme import (
    EditionForm,
    ProgrammeFileForm,
    PublishForm,
    RoomForm,
    SessionForm,
    begun,
)
from communaux.gatherings.forms.roadmaps import AdoptForm, NewsForm, RoadmapForm, filled, key_of
from communaux.gatherings.forms.workshops import (
    CardEditForm,
    CardForm,
    FinishForm,
    GroupForm,
    NeedLinkForm,
    ProblemForm,
    ReopenForm,
    WorkshopForm,
)

__all__ = [
    "AdoptForm",
    "CardEditForm",
    "CardForm",
    "EditionForm",
    "FinishForm",
    "GroupForm",
    "NeedLinkForm",
    "NewsForm",
    "ProblemForm",
    "ProgrammeFileForm",
    "PublishForm",
    "ReopenForm",
    "RoadmapForm",
    "RoomForm",
    "SessionForm",
    "WorkshopForm",
    "begun",
    "filled",
    "key_of",
]
