"""What a body says of itself, that it gives equipment a second life; and any place taken off the desk by hand, and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict, NotReady
from communaux.core.models import Organisation, Person
from communaux.territory import counters, storing
from communaux.territory.formats.listed import Listed
from communaux.territory.models import Place, Presence, Territory
from communaux.territory.presences import Many

TOLD: Final = ("name", "siret", "labels", "streams", "steps", "volumes_per_year", "url")


@action("territory.declare_place", journaled=False)
def declare_place(by: Person, organisation: Organisation, *, told: Listed, at: datetime) -> Place:
    """One line for each establishment; sent twice, or said again after it was withdrawn, it is the same one."""
    counters.lock()
    _own(organisation, told)
    known = Place.objects.select_for_update(no_key=True, of=("self",)).filter(
        source=Place.DECLARED, source_id=told.siret
    )
    if found := known.first():
        if found.organisation_id != organisation.pk:
            raise Conflict("declared", _("Another body has declared this establishment."), field="siret")
        return _tell(by, found, told, "territory.declare_place", at)
    made = Place(source=Place.DECLARED, source_id=told.siret, organisation=organisation)
    try:
        with transaction.atomic():
            return _tell(by, made, told, "territory.declare_place", at)
    except IntegrityError as error:
        raise Conflict("declared", _("Somebody wrote at the same moment: send the form again.")) from error


@action("territory.edit_place", journaled=False)
def edit_place(by: Person, place: Place, *, told: Listed, at: datetime) -> Place:
    """Its SIRET stays: another establishment is another line."""
    held = _held(place)
    if held.closed_on:
        raise Conflict("withdrawn", _("This place was withdrawn meanwhile: declare it anew."))
    if told.siret != held.siret:
        raise BadRequest("other_siret", _("Another establishment has a line of its own: declare it."), field="siret")
    return _tell(by, held, told, "territory.edit_place", at)


@action("territory.withdraw_place", journaled=False)
def withdraw_place(by: Person, place: Place, *, at: datetime) -> Place:
    """It does so no more; its page stays and says until when."""
    held = _held(place)
    return held if held.closed_on else _change(by, held, {"closed_on": timezone.localdate(at)}, "withdraw_place", at)


@action("territory.withhold_place", journaled=False)
def withhold_place(by: Person, place: Place, *, reason: str, at: datetime) -> Place:
    """Take it off the desk, whatever its list says; reading the list again does not bring it back."""
    held = _held(place)
    said = _said(reason)
    return held if held.withheld_reason else _change(by, held, {"withheld_reason": said}, "withhold_place", at, said)


@action("territory.restore_place", journaled=False)
def restore_place(by: Person, place: Place, *, reason: str, at: datetime) -> Place:
    held = _held(place)
    said = _said(reason)
    return _change(by, held, {"withheld_reason": ""}, "restore_place", at, said) if held.withheld_reason else held


def _held(place: Place) -> Place:
    counters.lock()
    return Place.objects.select_for_update(no_key=True, of=("self",)).get(pk=place.pk)


def _own(organisation: Organisation, told: Listed) -> None:
    """A body with a number declares establishments of its own."""
    siren = (organisation.siret or organisation.siren)[:9]
    if siren and told.siret[:9] != siren:
        message = _("The SIRET of an establishment of this body begins with %(siren)s.")
        raise BadRequest("other_siren", message % {"siren": siren}, field="siret")


def _said(reason: str) -> str:
    if not (said := " ".join(reason.split())[:300]):
        raise NotReady("reason_needed", _("Say why: the reason is public."), missing=["reason"])
    return said


def _tell(by: Person, place: Place, told: Listed, act: str, at: datetime) -> Place:
    values: dict[str, Any] = {name: getattr(told, name) for name in TOLD}
    values |= {name: list(values[name]) for name in ("labels", "streams", "steps")}
    values |= {"territory": _commune(told.code), "closed_on": None, "raw": dict(told.raw or {})}
    if place.pk and all(getattr(place, name) == value for name, value in values.items()):
        return place
    return _change(by, place, values | {"updated_on": timezone.localdate(at)}, act.partition(".")[2], at)


def _commune(code: str) -> Territory:
    found = Territory.objects.filter(kind=Territory.Kind.COMMUNE, code=code, valid_to=None).first()
    if found is None:
        raise BadRequest("unknown_code", _("%(code)s is no commune of this desk.") % {"code": code}, field="place")
    return found


def _change(by: Person, place: Place, values: dict[str, Any], verb: str, at: datetime, reason: str = "") -> Place:
    """Write it, its presence and its line of the journal."""
    before, was = (journal.facts(place), storing.where(place)) if place.pk else ({}, None)
    for name, value in values.items():
        setattr(place, name, value)
    place.save()
    _follow(place, was, at)
    old, new = journal.changes(before, journal.facts(place))
    journal.append(by, at, journal.Line(f"territory.{verb}", journal.subject_of(place), old, new, reason))
    return place


def _follow(place: Place, was: int | None, at: datetime) -> None:
    """It is present where it is counted now, and there alone."""
    now, source = storing.where(place), place.organisation.name if place.organisation else place.source
    if now == was:
        return
    run = Many(Presence.Kind.PLACE, Presence.Role.AVAILABLE, source[:200], at)
    if was:
        run.end([str(place.pk)])
    if now:
        run.begin({str(place.pk): now})
    run.settle()
