"""Who may do what to what `core` owns, and the predicates the areas build on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeGuard

import rules
from django.utils import timezone

from communaux.core.models import Grant, Organisation, Person


def acts(person: object) -> TypeGuard[Person]:
    """Whether this is somebody with an open account; a visitor is None or Django's AnonymousUser."""
    return isinstance(person, Person) and person.is_active


def holds(role: str, object_type: str = "instance", *, of: str = "") -> rules.Predicate:
    """Predicate: the person holds `role` today, by a grant in force on that object.

    `of` names the attribute of the target that gives the object's id; empty: the one object of its type.
    """

    def check(person: Person | None, target: object = None) -> bool:
        object_id = str(getattr(target, of)) if of and target is not None else ""
        return acts(person) and has_role(person, role, object_type, object_id, timezone.localdate())

    return rules.Predicate(check, name=f"holds_{role}_on_{object_type}")


def has_role(person: Person, role: str, object_type: str, object_id: str | Iterable[str], day: date) -> bool:
    """Whether `person`, or an organisation it is a member of, holds the role on that day, on one of these objects."""
    ids = [object_id] if isinstance(object_id, str) else list(object_id)
    held = Grant.objects.on(day).filter(role=role, object_type=object_type, object_id__in=ids)
    if held.filter(person=person).exists():
        return True
    members = person.memberships.on(day).values("organisation")
    return held.filter(organisation__in=members).exists()


def is_member(person: Person | None, organisation: Organisation) -> bool:
    """Whether this person may act in the name of that body today."""
    return acts(person) and person.memberships.on(timezone.localdate()).filter(organisation=organisation).exists()


@rules.predicate
def is_desk(person: Person | None) -> bool:
    """The desk itself: a command typed by its operator, a task run by the clock."""
    return acts(person) and person.is_desk


@rules.predicate
def is_signed_in(person: Person | None) -> bool:
    return acts(person)


is_operator: rules.Predicate = is_desk | holds("operator")

rules.add_perm("core.create_person", is_operator)
rules.add_perm("core.set_password", is_operator)
rules.add_perm("core.create_organisation", is_operator)
rules.add_perm("core.add_member", is_operator)
rules.add_perm("core.grant", is_operator)
rules.add_perm("core.revoke", is_operator)
rules.add_perm("core.set_weights", is_operator)
rules.add_perm("core.record_evidence", is_signed_in)
rules.add_perm("core.start_task", is_signed_in)
rules.add_perm("core.cancel_task", is_operator)
for choice in ("follow", "unfollow", "choose_frequency", "read_notices", "resume_mail"):
    rules.add_perm(f"core.{choice}", is_signed_in)
