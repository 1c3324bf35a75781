"""Whom the acts of `core` concern. A new verb needs one line: `tell(…)`, or its name among the silent ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communaux.core.audiences import People, by_subject, holders, persons_of
from communaux.core.models import Grant, Membership
from communaux.core.notify import ASKED, DECIDED, Shown, name, silent, tell


def oneself(ids: list[str], day: date) -> People:
    """The account that the line is about."""
    return {pk: [UUID(pk)] for pk in ids}


def holder(ids: list[str], day: date) -> People:
    """Whoever a role was given to or taken from."""
    rows = Grant.objects.filter(pk__in=ids).values_list("pk", "person_id", "organisation_id")
    return persons_of(((str(pk), person, body) for pk, person, body in rows), day)


def admitters(ids: list[str], day: date) -> People:
    """Who may admit somebody to an organisation: its owners; to one that has none yet, the operators of the desk."""
    rows = Membership.objects.filter(pk__in=ids).values_list("pk", "organisation_id")
    bodies = {str(pk): str(body) for pk, body in rows}
    owners = holders(("owner", "co_owner"), "organisation", bodies.values(), day)
    operators = holders(("operator",), "instance", [""], day).get("", set())
    return {pk: owners.get(body) or operators for pk, body in bodies.items()}


def member(ids: list[str], day: date) -> People:
    rows = Membership.objects.filter(pk__in=ids).values_list("pk", "person_id")
    return {str(pk): [person] for pk, person in rows}


def accounts(ids: Collection[str]) -> dict[str, Shown]:
    return {pk: Shown(_("Your account"), reverse("account")) for pk in ids}


def roles(ids: Collection[str]) -> dict[str, Shown]:
    return {pk: Shown(_("Your roles"), reverse("account")) for pk in ids}


def memberships(ids: Collection[str]) -> dict[str, Shown]:
    rows = Membership.objects.filter(pk__in=list(ids)).select_related("organisation")
    return {
        str(row.pk): Shown(row.organisation.name, reverse("organisation", args=[row.organisation_id])) for row in rows
    }


name("person", accounts)
name("grant", roles)
name("membership", memberships)

ANSWERS = ("core.confirm_member", "core.end_member")

tell("core.set_password", by_subject(oneself), DECIDED, gettext_lazy("the password was changed by somebody else"))
tell("core.grant", by_subject(holder), DECIDED, gettext_lazy("a role was given to you"))
tell("core.appoint", by_subject(holder), DECIDED, gettext_lazy("a role was given to you"))
tell("core.revoke", by_subject(holder), DECIDED, gettext_lazy("a role was withdrawn"))
tell("core.ask_to_join", by_subject(admitters), ASKED, gettext_lazy("somebody asks to join it"), until=ANSWERS)
tell("core.add_member", by_subject(member), DECIDED, gettext_lazy("you may now act in its name"))
tell("core.confirm_member", by_subject(member), DECIDED, gettext_lazy("you may now act in its name"))
tell("core.end_member", by_subject(member), DECIDED, gettext_lazy("you do not belong to it, or not any more"))

silent("core.create_person", "core.create_organisation", "core.record_evidence", "core.set_weights")
silent(
    "core.sign_up", "core.verify_mail", "core.change_access", "core.change_profile", "core.erase_person"
)  # one's own
silent("core.make_token", "core.revoke_token")  # one's own; a made one is told at once by mail, as every new way in
silent("core.declare_organisation")  # asks to join it at once: that is told
silent("core.start_task", "core.cancel_task")  # its page tells how far it is
silent("core.follow", "core.unfollow", "core.choose_frequency", "core.read_notices", "core.resume_mail")  # no line
