"""What ProConnect says of an agent: the SIRET it works for. A claim, until the agent confirms it here (11 § 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.core import accounts, identifiers, organisations
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Membership, Organisation, Person

PROVIDER: Final = "proconnect"


@dataclass(frozen=True, slots=True)
class Claim:
    """A body that this person works for, says ProConnect; `organisation` where the desk knows it."""

    siret: str
    organisation: Organisation | None


def account_of(person: Person) -> SocialAccount | None:
    """What links this account to an identity of ProConnect."""
    return SocialAccount.objects.filter(user=person, provider=PROVIDER).first()


def claim_of(person: Person) -> Claim | None:
    """What waits for this person to confirm; nothing once confirmed or declined.

    Nor of a body that it belonged to before, was sent away from or refused by: its owners then answer, as for anybody.
    """
    linked = account_of(person)
    siret = _siret(linked.extra_data.get("siret")) if linked else ""
    if not linked or not siret or linked.extra_data.get("declined") == siret:
        return None
    body = Organisation.objects.filter(siret=siret).first()
    settled = ~Q(confirmed_by=None) | ~Q(ended_at=None)
    before = Membership.objects.filter(settled, person=person, organisation=body)
    return None if body and (not body.active or before.exists()) else Claim(siret, body)


def to_keep(uid: str, siret: object) -> dict[str, str]:
    """What is stored of an identity: the body that it names, and the one that its holder said no to."""
    known = SocialAccount.objects.filter(provider=PROVIDER, uid=uid).first()
    told = {"siret": str(siret or ""), "declined": known.extra_data.get("declined", "") if known else ""}
    return {name: value for name, value in told.items() if value}


def _siret(told: object) -> str:
    """The number, or nothing when it is none: a claim that cannot be right is not shown."""
    try:
        return identifiers.siret(str(told or ""))
    except BadRequest:
        return ""


@action("core.confirm_proconnect")
def confirm(by: Person, *, key: UUID, name: str = "", kind: str = "", place: str = "", at: datetime) -> Membership:
    """Belong to the body that ProConnect names, from today; one that is not known yet is described, under this SIRET alone.

    A request to join it that waits is answered so.
    It gives no role: who answers for the body is named by its owners, or by an operator.
    """
    claim = claim_of(by)
    if claim is None:
        raise Conflict("no_claim", _("ProConnect says nothing that waits for you."))
    body = claim.organisation or _described(claim.siret, key, name=name, kind=kind, territory_code=place)
    given = {"source": Membership.Source.PROCONNECT_SIRET, "confirmed_by": by, "starts_on": localdate(at)}
    try:
        with transaction.atomic():
            return Membership.objects.update_or_create(
                person=by, organisation=body, confirmed_by=None, ended_at=None, defaults=given
            )[0]
    except IntegrityError as twice:
        raise Conflict(
            "already_asked", _("You have already asked to join this organisation, or belong to it.")
        ) from twice


def _described(siret: str, key: UUID, **said: str) -> Organisation:
    try:
        with transaction.atomic():
            return Organisation.objects.create(pk=key, siret=siret, siren=siret[:9], **said)
    except IntegrityError as taken:
        raise Conflict("already_known", _("This organisation is already known here.")) from taken


@action("core.decline_proconnect", journaled=False)
def decline(by: Person, *, at: datetime) -> None:
    """Not to be asked again of the body that ProConnect names today."""
    linked = account_of(by)
    if linked is None:
        raise Conflict("no_claim", _("ProConnect says nothing that waits for you."))
    linked.extra_data = linked.extra_data | {"declined": linked.extra_data.get("siret")}
    linked.save(update_fields=["extra_data"])


@action("core.unlink_proconnect", journaled=False)
def unlink(by: Person, *, at: datetime) -> None:
    """Forget the identity; what was confirmed by it stays until somebody ends it."""
    if not SocialAccount.objects.filter(user=by, provider=PROVIDER).delete()[0]:
        raise Conflict("not_linked", _("ProConnect is not linked to your account."))
    accounts.change_access(by, by, what="proconnect_removed", at=at)


def came_in(person: Person, *, siret: object, mail: str, at: datetime) -> list[str]:
    """At each sign-in: leave the body that ProConnect names no more, keep a new address beside; return what to tell."""
    told = _left(person, _siret(siret), at)
    if mail and not accounts.is_taken(mail):
        EmailAddress.objects.create(user=person, email=mail.lower(), verified=True, primary=False)
        accounts.change_access(person, person, what="mail_added", at=at)
    return told


def _left(person: Person, siret: str, at: datetime) -> list[str]:
    """Memberships that another SIRET gave end, with the roles held there; the last owner is told to name another first."""
    if not siret:
        return []
    told = []
    given = Membership.objects.on(localdate(at)).filter(person=person, source=Membership.Source.PROCONNECT_SIRET)
    for one in given.exclude(organisation__siret=siret).select_related("organisation"):
        try:
            organisations.end_member(person, one, at=at)
            sentence = _("ProConnect names another body: you no longer belong to %(name)s, nor hold roles there.")
        except Conflict:
            sentence = _(
                "ProConnect names another body, but you are the last owner of %(name)s: name another one there."
            )
        told.append(sentence % {"name": one.organisation.name})
    return told
