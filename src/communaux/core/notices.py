"""Whom the acts of `core` concern. A new verb needs one line: `tell(…)`, or its name among the silent ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communaux.core import duals, notify
from communaux.core.audiences import People, by_subject, holders, persons_of
from communaux.core.models import DualAct, Grant, Membership
from communaux.core.notify import ASKED, DECIDED, NEWS, Shown, name, silent, tell


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


def whole_desk(ids: Collection[str]) -> dict[str, Shown]:
    return {pk: Shown(_("The desk"), reverse("home")) for pk in ids}


def dual_acts(ids: Collection[str]) -> dict[str, Shown]:
    """By the name of its subject; one goes on at its own page."""
    rows = list(DualAct.objects.filter(pk__in=list(ids)).only("pk", "subject_kind", "subject_id"))
    found: dict[str, Shown] = {}
    for kind in {row.subject_kind for row in rows}:
        of_kind = [row for row in rows if row.subject_kind == kind]
        named = notify.SUBJECTS[kind]({row.subject_id for row in of_kind})
        for row in of_kind:
            if subject := named.get(row.subject_id):
                found[str(row.pk)] = Shown(subject.name, reverse("dual_act", args=[row.pk]))
    return found


def awaited(ids: list[str], day: date) -> People:
    """Who may release it."""
    return {str(act.pk): duals.awaited(act, day) for act in DualAct.objects.filter(pk__in=ids)}


def preparers(ids: list[str], day: date) -> People:
    return {str(pk): [by] for pk, by in DualAct.objects.filter(pk__in=ids).values_list("pk", "prepared_by_id")}


def both_of(ids: list[str], day: date) -> People:
    """Who prepared it, and whom it would have served."""
    acts = DualAct.objects.filter(pk__in=ids)
    return {str(act.pk): {act.prepared_by_id, *duals.KINDS[act.kind].benefits(act).persons} for act in acts}


def both_sides(ids: list[str], day: date) -> People:
    """Whoever holds a role, and whoever gave it."""
    givers = dict(Grant.objects.filter(pk__in=ids).values_list("pk", "granted_by_id"))
    held = holder(ids, day)
    return {str(pk): {by, *held.get(str(pk), ())} for pk, by in givers.items()}


name("person", accounts)
name("instance", whole_desk)
name("dualact", dual_acts)
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
tell(
    "core.confirm_proconnect",
    by_subject(admitters),
    NEWS,
    gettext_lazy("somebody joined it, whom ProConnect vouches for"),
)
tell("core.end_member", by_subject(member), DECIDED, gettext_lazy("you do not belong to it, or not any more"))

CLOSED = ("core.release_dual_act", "core.refuse_dual_act", "core.expire_dual_acts")
tell("core.prepare_dual_act", by_subject(awaited), ASKED, gettext_lazy("an act awaits a second person"), until=CLOSED)
tell("core.release_dual_act", by_subject(preparers), DECIDED, gettext_lazy("what you prepared is released"))
tell(
    "core.refuse_dual_act",
    by_subject(preparers),
    DECIDED,
    gettext_lazy("what you prepared is refused: its page says why"),
)
tell(
    "core.expire_dual_acts",
    by_subject(both_of),
    DECIDED,
    gettext_lazy("nobody released it within fourteen days: it has to be prepared again"),
)
tell("core.tell_endings", by_subject(both_sides), DECIDED, gettext_lazy("a role ends within thirty days"))

silent("core.create_person", "core.create_organisation", "core.record_evidence", "core.set_weights")
silent(
    "core.sign_up", "core.verify_mail", "core.change_access", "core.change_profile", "core.erase_person"
)  # one's own
silent("core.make_token", "core.revoke_token")  # one's own; a made one is told at once by mail, as every new way in
silent("core.decline_proconnect", "core.unlink_proconnect")  # one's own
silent("core.declare_organisation")  # asks to join it at once: that is told
silent("core.start_task", "core.cancel_task")  # its page tells how far it is
silent("core.follow", "core.unfollow", "core.choose_frequency", "core.read_notices", "core.resume_mail")  # no line
