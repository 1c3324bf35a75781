"""Writes on one's own account: opening it, its ways in, its erasure.

What concerns only its holder (which way in was added or removed) stands in the private part of the journal: the line proves
that something happened, its holder reads what, and erasure forgets it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.core import journal, roles, sessions, sign_in
from communaux.core.actions import action
from communaux.core.errors import Conflict, NotAllowed
from communaux.core.models import Entry, Grant, Membership, Person, Token
from communaux.core.rules import is_operator

FORGETTING: list[Callable[[Person], None]] = []  # what each area takes away with an account; the area adds its own


def is_taken(mail: str) -> bool:
    """Whether an account has this address, verified or not."""
    return Person.objects.filter(mail__iexact=mail).exists() or EmailAddress.objects.filter(email__iexact=mail).exists()


@action("core.sign_up")
def sign_up(by: Person, *, at: datetime) -> Person:
    """Open one's own account; its mail is not verified yet."""
    by.save(force_insert=True)
    return by


@action("core.verify_mail", journaled=False)
def verify_mail(by: Person, person: Person, *, forget_password: bool = False, at: datetime) -> None:
    """A code sent to the address came back: the row is allauth's, the line is ours."""
    if forget_password:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    _privately(by, "core.verify_mail", "mail_verified", at)


@action("core.change_access", journaled=False)
def change_access(by: Person, person: Person, *, what: str, at: datetime) -> None:
    """A way in was added or removed; `what` is a code of `web.labels.ACCESS`."""
    _privately(by, "core.change_access", what, at)


@action("core.change_profile")
def change_profile(by: Person, person: Person, *, display_name: str, lang: str, at: datetime) -> Person:
    person.display_name, person.lang = display_name, lang
    person.save(update_fields=["display_name", "lang"])
    return person


def _privately(person: Person, act: str, what: str, at: datetime) -> None:
    journal.append(person, at, journal.Line(act, journal.subject_of(person), private={"what": what}))


@action("core.erase_person")
def erase_person(by: Person, person: Person, *, at: datetime) -> Person:
    """Forget who it was: name, mails, ways in, sessions, private parts of the journal; the number stays, without a role."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # what writes for them takes this first too
    _may_go(person, localdate(at))
    Membership.objects.filter(person=person, ended_at=None).update(ended_at=at)
    held = list(Grant.objects.filter(person=person, revoked_at=None))
    roles.tell(by, at, "core.revoke", [roles.withdraw(by, one, at) for one in held])
    sessions.forget(person)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    Token.objects.filter(person=person).delete()
    for forget in FORGETTING:
        forget(person)
    Entry.objects.filter(_about(person), private__isnull=False).update(private=None)
    person.display_name, person.mail, person.is_active, person.erased_at, person.last_login = "", None, False, at, None
    person.set_unusable_password()
    person.save()
    return person


def _about(person: Person) -> Q:
    return Q(actor=person) | Q(subject_kind="person", subject_id=str(person.pk))


def _may_go(person: Person, day: date) -> None:
    if person.is_desk or sign_in.is_trial(person):
        raise NotAllowed("trial_account", _("This account is shared by all who try the desk: it cannot be erased."))
    if is_operator(person) and not _other_operators(person, day):
        raise Conflict("last_operator", _("You are the last operator of this desk: name another one first."))


def _other_operators(person: Person, day: date) -> bool:
    """Whether somebody else, with an open account, looks after the desk; the desk itself does not count."""
    held = Grant.objects.on(day).filter(role="operator", object_type="instance", object_id="")
    members = Membership.objects.on(day).filter(organisation__in=held.values("organisation"))
    others = Person.objects.filter(is_active=True).exclude(pk__in=[person.pk, Person.objects.desk().pk])
    return others.filter(Q(pk__in=held.values("person")) | Q(pk__in=members.values("person"))).exists()
