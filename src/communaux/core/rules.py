"""Who may do what to what `core` owns, and the predicates the areas build on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeGuard

import rules
from django.db.models import Q
from django.utils import timezone

from communaux.core import lineage
from communaux.core.contestable import may_answer, may_decide
from communaux.core.duals import benefits_from, may_release
from communaux.core.models import Contest, DualAct, Grant, GrantQuerySet, Membership, Organisation, Person, Token


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
    return _holds(person, Grant.objects.on(day).filter(role=role, object_type=object_type, object_id__in=ids), day)


def has_role_over(person: Person, roles: Iterable[str], place: lineage.Place, day: date) -> bool:
    """Whether one of these roles is held on the object or on what stands above it."""
    return _holds(person, Grant.objects.on(day).filter(lineage.on(lineage.above(place)), role__in=roles), day)


def _holds(person: Person, held: GrantQuerySet, day: date) -> bool:
    """By the person, or by an organisation it is a confirmed member of."""
    members = person.memberships.on(day).values("organisation")
    return held.filter(Q(person=person) | Q(organisation__in=members)).exists()


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


@rules.predicate
def answers_contest(person: Person | None, contest: Contest | None = None) -> bool:
    return contest is not None and acts(person) and may_answer(person, contest, timezone.localdate())


@rules.predicate
def decides_contest(person: Person | None, contest: Contest | None = None) -> bool:
    return contest is not None and acts(person) and may_decide(person, contest, timezone.localdate())


@rules.predicate
def opened_contest(person: Person | None, contest: Contest | None = None) -> bool:
    return contest is not None and acts(person) and contest.by_id == person.pk


@rules.predicate
def prepared_it(person: Person | None, act: DualAct | None = None) -> bool:
    return act is not None and acts(person) and act.prepared_by_id == person.pk


@rules.predicate
def releases_it(person: Person | None, act: DualAct | None = None) -> bool:
    """Holds the role that releases it; whoever prepared it or is served by it is told so by the service."""
    return act is not None and acts(person) and may_release(person, act)


@rules.predicate
def is_served_by_it(person: Person | None, act: DualAct | None = None) -> bool:
    return act is not None and acts(person) and benefits_from(person, act, timezone.localdate())


@rules.predicate
def holds_it(person: Person | None, held: Grant | None = None) -> bool:
    return held is not None and acts(person) and held.person_id == person.pk


is_operator: rules.Predicate = is_desk | holds("operator")


@rules.predicate
def is_oneself(person: Person | None, target: object = None) -> bool:
    return acts(person) and target == person


def speaks_for(person: Person, organisation: Organisation, *roles: str) -> bool:
    """Whether one of these roles is held on the organisation today."""
    return has_role_over(person, roles, ("organisation", str(organisation.pk)), timezone.localdate())


@rules.predicate
def is_owner(person: Person | None, organisation: Organisation) -> bool:
    return acts(person) and speaks_for(person, organisation, "owner")


@rules.predicate
def may_admit(person: Person | None, membership: Membership) -> bool:
    """An owner or a co-owner of the organisation admits; nobody admits oneself."""
    return (
        acts(person)
        and membership.person_id != person.pk
        and (is_operator(person) or speaks_for(person, membership.organisation, "owner", "co_owner"))
    )


@rules.predicate
def is_of_oneself(person: Person | None, membership: Membership) -> bool:
    return acts(person) and membership.person_id == person.pk


@rules.predicate
def holds_token(person: Person | None, token: Token | None = None) -> bool:
    return token is not None and acts(person) and token.person_id == person.pk


rules.add_perm("core.create_person", is_operator)
rules.add_perm("core.sign_up", is_signed_in)
rules.add_perm("core.verify_mail", is_oneself)
rules.add_perm("core.change_access", is_oneself)
rules.add_perm("core.change_profile", is_oneself)
rules.add_perm("core.erase_person", is_oneself)
rules.add_perm("core.make_token", is_oneself)
rules.add_perm("core.revoke_token", holds_token)
rules.add_perm("core.set_password", is_operator | is_oneself)
rules.add_perm("core.create_organisation", is_operator)
rules.add_perm("core.declare_organisation", is_signed_in)
rules.add_perm("core.add_member", is_operator)
rules.add_perm("core.ask_to_join", is_signed_in)
rules.add_perm("core.confirm_member", may_admit)
rules.add_perm("core.confirm_proconnect", is_signed_in)  # of one's own claim
rules.add_perm("core.decline_proconnect", is_signed_in)
rules.add_perm("core.unlink_proconnect", is_signed_in)
rules.add_perm("core.end_member", may_admit | is_of_oneself)
rules.add_perm("core.appoint", is_operator | is_owner)
rules.add_perm("core.grant", is_operator)
rules.add_perm("core.revoke", is_operator | holds_it)
rules.add_perm("core.tell_endings", is_operator)
rules.add_perm("core.prepare_dual_act", is_signed_in)  # each kind says who
rules.add_perm("core.read_dual_act", prepared_it | releases_it | is_served_by_it)
rules.add_perm("core.release_dual_act", releases_it)
rules.add_perm("core.refuse_dual_act", prepared_it | releases_it)
rules.add_perm("core.expire_dual_acts", is_operator)
rules.add_perm("core.set_weights", is_operator)
rules.add_perm("core.record_evidence", is_signed_in)
rules.add_perm("core.start_task", is_signed_in)
rules.add_perm("core.cancel_task", is_operator)
rules.add_perm("core.open_contest", is_signed_in)
rules.add_perm("core.answer_contest", answers_contest)
rules.add_perm("core.decide_contest", decides_contest)
rules.add_perm("core.withdraw_contest", opened_contest)
for choice in ("follow", "unfollow", "choose_frequency", "read_notices", "resume_mail"):
    rules.add_perm(f"core.{choice}", is_signed_in)
