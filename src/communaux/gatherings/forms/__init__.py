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
    "ContributionForm",
    "EditionForm",
    "FinishForm",
    "GroupForm",
    "JudgeForm",
    "LinkForm",
    "MentoringEndForm",
    "MentoringEntryForm",
    "MentoringForm",
    "NeedLinkForm",
    "NeedLinkForm",
    "NewsForm",
    "NewsForm",
    "PadForm",
    "PledgeForm",
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
