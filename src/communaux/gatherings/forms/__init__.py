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
from communaux.gatherings.forms.proposals import (
    CallForm,
    ConflictForm,
    CriterionForm,
    DecisionForm,
    PhaseForm,
    ProposalForm,
    QuestionForm,
    ReviewerForm,
    ReviewForm,
    begun_proposal,
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
    "CallForm",
    "CardEditForm",
    "CardForm",
    "ConflictForm",
    "CriterionForm",
    "DecisionForm",
    "EditionForm",
    "FinishForm",
    "GroupForm",
    "NeedLinkForm",
    "NewsForm",
    "PhaseForm",
    "ProblemForm",
    "ProgrammeFileForm",
    "ProposalForm",
    "PublishForm",
    "QuestionForm",
    "ReopenForm",
    "ReviewForm",
    "ReviewerForm",
    "RoadmapForm",
    "RoomForm",
    "SessionForm",
    "WorkshopForm",
    "begun",
    "begun_proposal",
    "filled",
    "key_of",
]
