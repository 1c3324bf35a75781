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
from communaux.gatherings.forms.roadmaps import AdoptForm, NewsForm, RoadmapForm, filled

__all__ = [
    "AdoptForm",
    "EditionForm",
    "NewsForm",
    "ProgrammeFileForm",
    "PublishForm",
    "RoadmapForm",
    "RoomForm",
    "SessionForm",
    "begun",
    "filled",
]
