"""Names beside roles: those to lay over a programme, and what each role of a session stands at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _

from communaux.core.errors import NotFound
from communaux.engines.programme import model
from communaux.engines.programme.names import Names, nameable, named
from communaux.gatherings.models import Edition, Session, SpeakerName

SALT: Final = "communaux.speaker-name"
State = SpeakerName.State
TOLD: Final = (State.GIVEN, State.WITHDRAWN)
STANDING: Final = (State.PENDING, State.GIVEN)


def of_edition(edition: Edition) -> Names:
    """Those given, and those taken back, which are blank; what waits for an answer is nobody's business."""
    rows = SpeakerName.objects.filter(session__edition=edition, state__in=TOLD).order_by("pk")
    return {(session, role): name for session, role, name in rows.values_list("session_id", "role", "name")}


def of_session(session: Session) -> tuple[Names, dict[str, str]]:
    """The same of one session, and of each public office where it can be read."""
    rows = list(session.names.filter(state__in=TOLD).order_by("pk"))
    return {(session.pk, one.role): one.name for one in rows}, {one.role: one.basis_source for one in rows}


def over(programme: model.Programme, edition: Edition) -> model.Programme:
    """The programme as it is served: with the names of now."""
    return named(programme, of_edition(edition))


@dataclass(frozen=True, slots=True)
class Named:
    """A role of the draft; `key` "": it cannot be told from another. `row`: what is known of its name."""

    key: str
    role: model.Role
    row: SpeakerName | None


def roles(session: Session) -> list[Named]:
    """Each role of the draft, and where its name stands."""
    held = tuple(model.Role(**one) for one in session.roles)
    known, rows = nameable(held), {one.role: one for one in session.names.all()}
    return [Named(one.key if one.key in known else "", one, rows.get(one.key)) for one in held]


def standing(session: Session) -> dict[UUID, tuple[str, str]]:
    """Questions that wait and names that are shown: the words of each role, and its state. Other words take them away."""
    rows = session.names.filter(state__in=STANDING).select_related("session").order_by("pk")
    return {one.pk: (words(one) or one.role, one.state) for one in rows}


def how_many_stand(edition: Edition) -> int:
    return SpeakerName.objects.filter(session__edition=edition, state__in=STANDING).count()


def words(one: SpeakerName) -> str:
    """Of the role, as the draft has them; empty for one that only has a number."""
    held = (model.Role(**role) for role in one.session.roles)
    return next((role.shown for role in held if role.key == one.role), "")


def secret(one: SpeakerName) -> str:
    """What the address of the link ends with: only the key of the desk makes it, and it lasts as long as the row."""
    return signing.Signer(salt=SALT).sign(one.pk.hex)


def opened(token: str, at: datetime) -> SpeakerName:
    """The row of a link. Raise NotFound: it was cut, the question was taken back, or nobody answered it in time."""
    try:
        pk = UUID(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        pk = None
    rows = SpeakerName.objects.select_related("session__edition")
    found = rows.filter(pk=pk).first() if pk else None
    if found and (found.state != State.PENDING or found.waits(at)):
        return found
    raise NotFound(
        "no_such_name", _("The desk shows no name by this link: it may have been cut in the mail, or taken back.")
    )
