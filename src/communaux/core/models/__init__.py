"""Tables every area shares. No writes here: see `services.py`; the journal writes itself in `journal.py`."""

from communaux.core.models.dual import DualAct, Hold
from communaux.core.models.evidence import Contest, ContestOpinion, Evidence, Weights
from communaux.core.models.journal import Checkpoint, Entry, InstanceKey
from communaux.core.models.links import SignedLink
from communaux.core.models.notices import (
    Digest,
    Frequency,
    JournalCursor,
    MailChannel,
    NoticeKind,
    Notification,
    OutboxItem,
    Subscription,
)
from communaux.core.models.people import (
    DESK,
    DatedQuerySet,
    Grant,
    GrantQuerySet,
    Membership,
    MembershipQuerySet,
    Organisation,
    Person,
    PersonManager,
)
from communaux.core.models.tokens import Token
from communaux.core.models.work import Heartbeat, Progress, SlugHistory

__all__ = [
    "DESK",
    "Checkpoint",
    "Contest",
    "ContestOpinion",
    "DatedQuerySet",
    "Digest",
    "DualAct",
    "Entry",
    "Evidence",
    "Frequency",
    "Grant",
    "GrantQuerySet",
    "Heartbeat",
    "Hold",
    "InstanceKey",
    "JournalCursor",
    "MailChannel",
    "Membership",
    "MembershipQuerySet",
    "NoticeKind",
    "Notification",
    "Organisation",
    "OutboxItem",
    "Person",
    "PersonManager",
    "Progress",
    "SignedLink",
    "SlugHistory",
    "Subscription",
    "Token",
    "Weights",
]
