"""What is handed in about meetings, by noun; forms only validate."""

from __future__ import annotations

from communaux.gatherings.forms.contributions import (
    ContributionForm,
    JudgeForm,
    MentoringEndForm,
    MentoringEntryForm,
    MentoringForm,
    PledgeForm,
)
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
    "ContributionForm",
    "EditionForm",
    "FinishForm",
    "GroupForm",
    "JudgeForm",
    "MentoringEndForm",
    "MentoringEntryForm",
    "MentoringForm",
    "NeedLinkForm",
    "NewsForm",
    "PledgeForm",
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
