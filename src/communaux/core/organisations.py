"""Writes on organisations: declaring one, joining it, leaving it, naming who answers for it.

Whoever declares a body does not speak for it: an operator confirms the first member, who becomes its owner; owners and
co-owners admit the next ones.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.core import roles
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Grant, Membership, Organisation, Person

APPOINTED = ("co_owner", "owner")  # what an owner may give: never above what it holds


@action("core.declare_organisation")
def declare(by: Person, *, key: UUID, name: str, kind: str, at: datetime, **numbers: str | None) -> Organisation:
    """Describe a body and ask to join it; `key` becomes its id, so that a form sent twice makes one."""
    try:
        with transaction.atomic():
            made = Organisation.objects.create(pk=key, name=name, kind=kind, **numbers)
    except IntegrityError as taken:
        raise Conflict("already_known", _("This organisation is already known here.")) from taken
    ask_to_join(by, made, at=at)
    return made


@action("core.ask_to_join")
def ask_to_join(by: Person, organisation: Organisation, *, at: datetime) -> Membership:
    """Wait for somebody of the organisation, or for an operator, to confirm."""
    if not organisation.active:
        raise Conflict("closed", _("This organisation has closed."))
    if _open(by, organisation):
        raise Conflict("already_asked", _("You have already asked to join this organisation, or belong to it."))
    try:
        with transaction.atomic():
            return Membership.objects.create(
                person=by, organisation=organisation, source=Membership.Source.ADMIN, starts_on=localdate(at)
            )
    except IntegrityError as twice:
        raise Conflict("already_asked", _("You have already asked to join this organisation.")) from twice


def _open(person: Person, organisation: Organisation) -> bool:
    """Whether the person belongs to it or waits to; what ended long ago does not count."""
    return Membership.objects.filter(person=person, organisation=organisation, ended_at=None, ends_on=None).exists()


@action("core.confirm_member")
def confirm_member(by: Person, membership: Membership, *, at: datetime) -> Membership:
    """From today on; the first member of an organisation becomes its owner."""
    first = not _others(_held(membership), localdate(at))
    waiting = Membership.objects.asked().filter(pk=membership.pk)
    if not waiting.update(confirmed_by=by, starts_on=localdate(at)):
        raise Conflict("not_waiting", _("This request was answered or withdrawn meanwhile."))
    membership.refresh_from_db()
    if first and not _owners(membership, localdate(at)).exists():
        roles.tell(by, at, "core.grant", [_name(by, membership, "owner", at)])
    return membership


@action("core.end_member")
def end_member(by: Person, membership: Membership, *, at: datetime) -> Membership:
    """Leave, send away, refuse or withdraw a request: at once, with the roles held on the organisation."""
    if _is_last_owner(_held(membership), localdate(at)):
        raise Conflict("last_owner", _("This is the last owner of the organisation: name another one first."))
    if not Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=at):
        raise Conflict("already_ended", _("This membership has already ended."))
    held = list(Grant.objects.filter(_on(membership), person=membership.person, revoked_at=None))
    roles.tell(by, at, "core.revoke", [roles.withdraw(by, one, at) for one in held])
    membership.ended_at = at
    return membership


@action("core.appoint")
def appoint(by: Person, organisation: Organisation, *, person: Person, role: str, at: datetime) -> Grant:
    """Name a member co-owner or owner."""
    if role not in APPOINTED:
        raise BadRequest("unknown_role", _("There is no such role on an organisation."))
    member = Membership.objects.on(localdate(at)).filter(person=person, organisation=organisation).first()
    if member is None:
        raise Conflict("not_a_member", _("Only a member can be named."))
    return _name(by, member, role, at)


def _held(membership: Membership) -> Membership:
    """Hold the row of its organisation until commit: two who decide at once do it one after the other."""
    Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
    return membership


def _is_last_owner(membership: Membership, day: date) -> bool:
    """Whether others belong to the organisation and none of them could answer for it any more."""
    owners = set(_owners(membership, day).values_list("person", flat=True))
    return owners == {membership.person_id} and _others(membership, day)


def _owners(membership: Membership, day: date) -> QuerySet[Grant]:
    return Grant.objects.on(day).filter(_on(membership), role="owner")


def _others(membership: Membership, day: date) -> bool:
    """Whether somebody else belongs to the organisation."""
    members = Membership.objects.on(day).filter(organisation=membership.organisation_id)
    return members.exclude(person=membership.person_id).exists()


def _on(membership: Membership) -> Q:
    return Q(object_type="organisation", object_id=str(membership.organisation_id))


def _name(by: Person, membership: Membership, role: str, at: datetime) -> Grant:
    place = {"object_type": "organisation", "object_id": str(membership.organisation_id)}
    return roles.give(by, membership.person, role=role, starts_on=localdate(at), at=at, **place)
