"""What is handed in about meetings, by noun; forms only validate."""

from __future__ import annotations

from communaux.gatherings.forms.commitments import CommitmentForm, RoleForm, begun_commitment
from communaux.gatherings.forms.contributions import (
    ContributionForm,
    JudgeForm,
    MentoringEndForm,
    MentoringEntryForm,
    MentoringForm,
    PledgeForm,
)
from communaux.gatherings.forms.naming import OwnNameForm, WishForm
from communaux.gatherings.forms.programme import (
    ChangeEditionForm,
    EditionForm,
    NoticeForm,
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
from communaux.gatherings.forms.reports import ReportForm, told_of
from communaux.gatherings.forms.roadmaps import (
    AdoptForm,
    LinkForm,
    NewsForm,
    PadForm,
    RoadmapForm,
    filled,
    key_of,
    pad_of,
    with_pad,
)
from communaux.gatherings.forms.themes import ThemesForm
from communaux.gatherings.forms.withholding import WithholdForm
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
    "ChangeEditionForm",
    "CommitmentForm",
    "ConflictForm",
    "ContributionForm",
    "CriterionForm",
    "DecisionForm",
    "EditionForm",
    "FinishForm",
    "GroupForm",
    "JudgeForm",
    "LinkForm",
    "MentoringEndForm",
    "MentoringEntryForm",
    "MentoringForm",
    "NeedLinkForm",
    "NewsForm",
    "NoticeForm",
    "OwnNameForm",
    "PadForm",
    "PhaseForm",
    "PledgeForm",
    "ProblemForm",
    "ProgrammeFileForm",
    "ProposalForm",
    "PublishForm",
    "QuestionForm",
    "ReopenForm",
    "ReportForm",
    "ReviewForm",
    "ReviewerForm",
    "RoadmapForm",
    "RoleForm",
    "RoomForm",
    "SessionForm",
    "ThemesForm",
    "WishForm",
    "WithholdForm",
    "WorkshopForm",
    "begun",
    "begun_commitment",
    "begun_proposal",
    "filled",
    "key_of",
    "pad_of",
    "told_of",
    "with_pad",
]
