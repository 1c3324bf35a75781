"""Whom the acts on uses, what was learned from them, and providers concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.models import Experience, Provider, Reuse
from communaux.catalogue.queries.editors import stewards
from communaux.core.audiences import People, by_subject, together
from communaux.core.models import Membership
from communaux.core.notify import ASKED, DECIDED, NEWS, Shown, name, silent, tell


def _about(model: type[Model], path: str, page: str) -> Callable[[Collection[str]], dict[str, Shown]]:
    """Rows of a table named by their commons (`path` leads to it), each with its page."""

    def shown(ids: Collection[str]) -> dict[str, Shown]:
        rows = model._default_manager.filter(pk__in=list(ids)).values_list("pk", f"{path}__name", page_of)
        return {str(pk): Shown(title, reverse(page, args=[number])) for pk, title, number in rows}

    page_of = "reuse_id" if model is Experience else "pk"
    return shown


def _commons_of(model: type[Model], path: str) -> Callable[[list[str], date], People]:
    """Stewards of the commons that each row is about."""

    def people(ids: list[str], day: date) -> People:
        of = dict(model._default_manager.filter(pk__in=ids).values_list("pk", f"{path}_id"))
        held = stewards({str(commons) for commons in of.values()}, day)
        return {str(pk): held.get(str(commons), set()) for pk, commons in of.items()}

    return people


def _members_of(model: type[Model]) -> Callable[[list[str], date], People]:
    """Members of the body that each row is about."""

    def people(ids: list[str], day: date) -> People:
        of = dict(model._default_manager.filter(pk__in=ids).values_list("pk", "organisation_id"))
        inside: dict[UUID, set[UUID]] = defaultdict(set)
        rows = Membership.objects.on(day).filter(organisation__in=set(of.values()), confirmed_by__isnull=False)
        for body, person in rows.values_list("organisation_id", "person_id"):
            inside[body].add(person)
        return {str(pk): inside[body] for pk, body in of.items()}

    return people


def _persons(model: type[Model], *fields: str) -> Callable[[list[str], date], People]:
    """The persons that some fields of each row name."""

    def people(ids: list[str], day: date) -> People:
        rows: Iterable[tuple[Any, ...]] = model._default_manager.filter(pk__in=ids).values_list("pk", *fields)
        return {str(pk): {person for person in named if person} for pk, *named in rows}

    return people


name("reuse", _about(Reuse, "commons", "reuse"))
name("experience", _about(Experience, "reuse__commons", "reuse"))
name("provider", _about(Provider, "commons", "provider"))

body, its_stewards = by_subject(_members_of(Reuse)), by_subject(_commons_of(Reuse, "commons"))
declarer, told_by = (
    by_subject(_persons(Reuse, "declared_by_id")),
    by_subject(_persons(Reuse, "declared_by_id", "confirmed_by_id")),
)
SETTLED = ("catalogue.confirm_reuse", "catalogue.renew_reuse", "catalogue.end_reuse")

tell(
    "catalogue.declare_reuse",
    body,
    ASKED,
    _("a colleague declared a use: confirm it, or say that it is not so"),
    until=SETTLED,
)
tell("catalogue.declare_reuse", its_stewards, NEWS, _("a body says that it uses it"))
tell("catalogue.confirm_reuse", declarer, DECIDED, _("the use you declared is confirmed"))
tell("catalogue.confirm_reuse", its_stewards, NEWS, _("a use is confirmed"))
tell("catalogue.mark_stale_reuses", body, ASKED, _("a use to be confirmed again: one click is enough"), until=SETTLED)
tell("catalogue.end_reuse", told_by, DECIDED, _("a use has ended"))
tell("catalogue.end_reuse", its_stewards, NEWS, _("a use has ended"))
silent("catalogue.renew_reuse")

of_experience = by_subject(_commons_of(Experience, "reuse__commons"))
tell("catalogue.write_experience", of_experience, NEWS, _("somebody tells what they learned from it"))
tell(
    "catalogue.withdraw_experience",
    by_subject(_persons(Experience, "written_by_id")),
    DECIDED,
    _("what you told was withdrawn"),
)
silent("catalogue.edit_experience")

its_declarer = by_subject(_persons(Provider, "declared_by_id"))
its_keepers = together(by_subject(_members_of(Provider)), by_subject(_commons_of(Provider, "commons")))
tell("catalogue.declare_provider", its_keepers, NEWS, _("a body says that it supports it"))
tell("catalogue.confirm_provider", its_declarer, DECIDED, _("the support you declared is confirmed"))

tell(
    "catalogue.end_provider",
    by_subject(_persons(Provider, "declared_by_id")),
    DECIDED,
    _("the support you declared has ended"),
)
