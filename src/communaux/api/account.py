"""One's own: who the token stands for, what one may do, what waits, what one was told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field as F

from communaux.api.auth import READS, caller, token_of
from communaux.api.bodies import READ_REFUSED
from communaux.api.strict import strict
from communaux.catalogue.queries import asked as questions
from communaux.catalogue.queries.asked import Asked
from communaux.core import notify, queries, subscriptions
from communaux.core.models import Notification, Person

router = Router(tags=["people"], auth=READS)
router.add_decorator(strict)

BY_NOTICE = ("core.open_contest", "core.answer_contest", "core.ask_to_join")  # asked of somebody by a notice alone


class MandateOut(Schema):
    """A body in whose name one may act."""

    id: UUID = F(description="Id of the body")
    name: str = F(description="Its name")
    confirmed: bool = F(description="Whether somebody confirmed it; before, nothing can be done in its name")
    starts_on: date = F(description="First day")
    ends_on: date | None = F(description="Last day; null: none is set")


class RoleOut(Schema):
    """A role in force."""

    role: str = F(description="operator, editor, steward, owner, …")
    object_type: str = F(description="instance (the whole desk), theme, commons, organisation")
    object_id: str = F(description="Which one; empty: the only one of its type")
    through: str | None = F(description="Body by which it is held; null: by oneself")
    starts_on: date = F(description="First day")
    ends_on: date | None = F(description="Last day; null: none is set")


class WaitingOut(Schema):
    """How much is asked of one."""

    proposals: int = F(description="Proposed commons to read")
    claims: int = F(description="People who ask to speak for a commons")
    contests_and_members: int = F(description="Contests to answer or to judge, people who ask to join a body")
    uses: int = F(description="Uses of one's bodies to confirm")
    notices: int = F(description="Unread notices that ask something or decide on what is one's own")


class MeOut(Schema):
    """Who calls."""

    id: UUID = F(description="Number of the account")
    display_name: str = F(description="Name that others see")
    lang: str = F(description="Language of the mails")
    token: str = F(description="Name of the token")
    scope: Literal["read", "write"] = F(description="What the token may do")
    expires_at: datetime = F(description="Until when")
    bodies: list[MandateOut] = F(description="Bodies one belongs to, or asked to join")
    roles: list[RoleOut] = F(description="Roles in force today")
    waiting: WaitingOut = F(description="How much waits")


class ToldOut(Schema):
    """Something one was told."""

    id: int = F(description="Its number")
    at: datetime = F(description="When it happened")
    kind: Literal["asked", "decided", "news"] = F(description="asked of one, decided on what is one's own, or news")
    state: Literal["new", "read", "settled"] = F(description="settled: what was asked is done, by whomever")
    act: str = F(description="What was done: area.verb, as in `/journal`")
    says: str = F(description="The same as a sentence, in the language of Accept-Language")
    subject: str = F(description="Name of what it is about; empty: it is gone")
    url: str = F(description="Address of its page; empty: it is gone")


@router.get("/me", response={200: MeOut, **READ_REFUSED}, summary="Who the token stands for, and what waits")
def me(request: HttpRequest) -> dict[str, Any]:
    """Name, bodies with their dates, roles in force, and how much is asked."""
    token, today = token_of(request), timezone.localdate()
    person = token.person
    return {
        "id": person.pk,
        "display_name": person.display_name,
        "lang": person.lang,
        "token": token.name,
        "scope": token.scope,
        "expires_at": token.expires_at,
        "bodies": [_mandate(one) for one in queries.memberships_of(person)],
        "roles": [_role(one) for one in queries.grants_of(person, today)],
        "waiting": _waiting(person, today),
    }


def _mandate(row: Any) -> dict[str, Any]:
    dates = {"starts_on": row.starts_on, "ends_on": row.ends_on}
    body = row.organisation
    return {"id": body.pk, "name": body.name, "confirmed": row.confirmed_by_id is not None, **dates}


def _role(row: Any) -> dict[str, Any]:
    names = ("role", "object_type", "object_id", "starts_on", "ends_on")
    return {name: getattr(row, name) for name in names} | {"through": row.organisation and row.organisation.name}


def _waiting(person: Person, today: date) -> dict[str, int]:
    asked = Asked(person, today)
    return {
        "proposals": questions.to_read(asked).count(),
        "claims": questions.to_decide(asked).count(),
        "contests_and_members": subscriptions.still_asked(person, *BY_NOTICE).count(),
        "uses": questions.to_confirm(asked).count(),
        "notices": subscriptions.pressing(person),
    }


@router.get("/notifications", response={200: list[ToldOut], **READ_REFUSED}, summary="What one was told")
def notifications(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most")] = 30,
) -> list[dict[str, Any]]:
    """As on one's own space: what is new and pressing, what is new, then the rest, each the newest first."""
    rows = list(subscriptions.notices(caller(request))[:limit])
    shown = notify.shown(row.entry for row in rows)
    return [_notice(row, shown.get((row.entry.subject_kind, row.entry.subject_id))) for row in rows]


def _notice(row: Notification, subject: notify.Shown | None) -> dict[str, Any]:
    said = notify.row_of(row.entry.act, row.kind)
    return {
        "id": row.pk,
        "at": row.at,
        "kind": row.kind,
        "state": row.state,
        "act": row.entry.act,
        "says": str(said.says) if said else "",
        "subject": subject.name if subject else "",
        "url": f"{settings.DESK_URL}{subject.path}" if subject else "",
    }
