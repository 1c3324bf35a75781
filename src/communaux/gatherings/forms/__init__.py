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
from communaux.gatherings.forms.reports import ReportForm, told_of
from communaux.gatherings.forms.roadmaps import (
    AdoptForm,
    LinkForm,
    NewsForm,
    PadForm,
    RoadmapForm,
    filled,
    from_pad,
    key_of,
    pad_of,
)
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
    "LinkForm",
    "NeedLinkForm",
    "NewsForm",
    "PadForm",
    "ProblemForm",
    "ProgrammeFileForm",
    "PublishForm",
    "ReopenForm",
    "ReportForm",
    "RoadmapForm",
    "RoomForm",
    "SessionForm",
    "WorkshopForm",
    "begun",
    "filled",
    "from_pad",
    "key_of",
    "pad_of",
    "told_of",
]
