"""Writes on what `core` owns: accounts, organisations, roles, evidence, weights."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communaux.core import roles
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Evidence, Grant, Membership, Organisation, Person, Weights

DECIMAL = re.compile(r"-?\d+(\.\d+)?")


@action("core.create_person")
def create_person(by: Person, *, mail: str, display_name: str, password: str, lang: str = "fr", at: datetime) -> Person:
    """Open the account of somebody whose mail is known to be theirs; raise Conflict when the mail has one."""
    mail = mail.lower()
    if Person.objects.filter(mail__iexact=mail).exists() or EmailAddress.objects.filter(email=mail).exists():
        raise Conflict("mail_taken", _("An account already has this address."))
    person = Person(mail=mail, display_name=display_name, lang=lang)
    person.set_password(password)
    person.save(force_insert=True)
    EmailAddress.objects.create(user=person, email=mail, verified=True, primary=True)
    return person


@action("core.set_password")
def set_password(by: Person, person: Person, *, password: str, at: datetime) -> Person:
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


@action("core.create_organisation")
def create_organisation(by: Person, *, name: str, kind: str, at: datetime, **numbers: str) -> Organisation:
    return Organisation.objects.create(name=name, kind=kind, **numbers)


@action("core.add_member")
def add_member(by: Person, organisation: Organisation, *, person: Person, starts_on: date, at: datetime) -> Membership:
    return Membership.objects.create(
        person=person, organisation=organisation, source=Membership.Source.ADMIN, confirmed_by=by, starts_on=starts_on
    )


@action("core.grant")
def grant(by: Person, to: Person | Organisation, *, role: str, object_type: str, at: datetime, **terms: Any) -> Grant:
    """Give `role` on an object between two dates; `terms`: object_id, starts_on, ends_on, reason."""
    roles.takes_two(by, role)
    return roles.give(by, to, role=role, object_type=object_type, at=at, **terms)


@action("core.revoke")
def revoke(by: Person, held: Grant, *, at: datetime, reason: str) -> Grant:
    """Take a role away, or give it up; the last steward and the last operator stay."""
    roles.leave_one(held, localdate(at))
    return roles.withdraw(by, held, at)


@action("core.record_evidence")
def record_evidence(by: Person, *, subject: tuple[str, str], at: datetime, **what: Any) -> Evidence:
    """Keep what shows that a claim holds; `what`: kind, locator, method, method_version, sha256, confidence."""
    return Evidence.objects.create(subject_kind=subject[0], subject_id=subject[1], captured_at=at, **what)


@action("core.set_weights")
def set_weights(by: Person, *, area: str, values: dict[str, str], decided_in: str = "", at: datetime) -> Weights:
    """Date a new version of the constants of one area; numbers travel as decimal text."""
    if unread := sorted(name for name, value in values.items() if not DECIMAL.fullmatch(str(value))):
        raise BadRequest("not_a_number", _("These weights are no numbers: %(names)s.") % {"names": ", ".join(unread)})
    last = Weights.objects.filter(area=area).order_by("-version").first()
    version = last.version + 1 if last else 1
    return Weights.objects.create(area=area, version=version, values=values, since=at, decided_in=decided_in)
