"""Honest ends: a person ends a commons or confirms the end a source declared; it is never deleted, and may start again.

An imported end stays declared until then: the product of an incubator may end while the commons lives (01 § 3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons, LifeEvent, Relation
from communaux.catalogue.services.pins import pin
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import Conflict
from communaux.core.models import Person

Kind, State = LifeEvent.Kind, LifeEvent.State
REOPENED_AS = ("construction", "operated")  # where a life goes on after an end (01 § 3.1)


@dataclass(frozen=True, slots=True)
class Ending:
    """What a person says of an end. `kept_at`: address or SWHID of code and data; `message`: to those who use it."""

    cause: str
    on: date | None = None
    precision: str = "day"
    remains: str = ""
    kept_at: str = ""
    message: str = ""
    successor: Commons | None = None


@action("catalogue.end", journaled=False)
def end_commons(by: Person, commons: Commons, said: Ending, *, at: datetime) -> LifeEvent:
    """Say that a commons has ended, why, and what still serves. Raise Conflict when a person has already said so."""
    found = _shown(commons)
    if found.pinned.get("stage") == "ended":
        raise Conflict("already_ended", _("The end of this commons has already been said. Nothing was changed."))
    event = LifeEvent.objects.create(
        commons=found, kind=Kind.END, state=State.CONFIRMED, text=said.message, **_of(said)
    )
    if said.successor:
        _succeed(said.successor, found)
    told = {"event": Kind.END, "cause": said.cause, "successor": said.successor.slug if said.successor else ""}
    _tell(by, found, "catalogue.end", told, at)
    pin(by, found, _ended(event), act="catalogue.end", reason="", at=at)
    return event


def _of(said: Ending) -> dict[str, Any]:
    return {name: getattr(said, name) for name in ("cause", "on", "precision", "remains", "kept_at")}


def _succeed(successor: Commons, ended: Commons) -> None:
    if successor.pk == ended.pk:
        raise Conflict("own_successor", _("A commons cannot succeed itself. Nothing was changed."))
    Relation.objects.get_or_create(a=successor, b=ended, kind=Relation.Kind.SUCCESSOR_OF, since=None)


@action("catalogue.confirm_end", journaled=False)
def confirm_end(by: Person, commons: Commons, event: LifeEvent, *, at: datetime) -> LifeEvent:
    """The end that a source declared is that of the commons itself."""
    found, end = _shown(commons), _end(commons, event)
    if end.state != State.DECLARED:
        raise Conflict("not_declared", _("This end has already been judged. Nothing was changed."))
    _say(end, State.CONFIRMED)
    _tell(by, found, "catalogue.confirm_end", {"event": Kind.END, "cause": end.cause}, at)
    pin(by, found, _ended(end), act="catalogue.confirm_end", reason="", at=at)
    return end


@action("catalogue.take_back_end", journaled=False)
def take_back_end(by: Person, commons: Commons, event: LifeEvent, *, reason: str, at: datetime) -> LifeEvent:
    """The end is of something else: one that a source declared is only declared again, one that a person said is withdrawn."""
    found, end = _shown(commons), _end(commons, event)
    if end.state != State.CONFIRMED:
        raise Conflict("not_confirmed", _("This end is not confirmed. Nothing was changed."))
    _say(end, State.DECLARED if end.record_id else State.WITHDRAWN)
    _tell(by, found, "catalogue.take_back_end", {"event": Kind.END, "cause": end.cause}, at, reason)
    free = ("stage", "stage_on") if found.pinned.get("stage") == "ended" else ()
    pin(by, found, {}, free=free, act="catalogue.take_back_end", reason=reason, at=at)
    return end


@action("catalogue.reopen", journaled=False)
def reopen_commons(by: Person, commons: Commons, *, stage: str, on: date, reason: str, at: datetime) -> LifeEvent:
    """A commons that had ended starts again."""
    found = _shown(commons)
    if found.stage != "ended" or stage not in REOPENED_AS:
        raise Conflict("not_ended", _("Only a commons that has ended can start again. Nothing was changed."))
    event = LifeEvent.objects.create(
        commons=found, kind=Kind.REOPENED, state=State.CONFIRMED, on=on, text=f"{stage}\n{reason}"
    )
    _tell(by, found, "catalogue.reopen", {"event": Kind.REOPENED}, at, reason)
    pin(by, found, {"stage": stage, "stage_on": on.isoformat()}, act="catalogue.reopen", reason=reason, at=at)
    return event


def _shown(commons: Commons) -> Commons:
    """The commons as it now stands; two who end it at once do so one after the other."""
    found = Commons.objects.select_for_update(of=("self",), no_key=True).get(pk=commons.pk)
    if found.state == Commons.State.MERGED:
        raise Conflict("merged_meanwhile", _("This commons was merged into another meanwhile. Nothing was changed."))
    return found


def _end(commons: Commons, event: LifeEvent) -> LifeEvent:
    found = LifeEvent.objects.filter(pk=event.pk, commons=commons, kind=Kind.END).first()
    if found is None:
        raise Conflict("no_such_end", _("This end is no longer told. Nothing was changed."))
    return found


def _say(event: LifeEvent, state: str) -> None:
    event.state = state
    event.save(update_fields=["state"])


def _ended(event: LifeEvent) -> dict[str, Any]:
    """What an end fixes: the stage, and since when where the day is known."""
    dated = event.on is not None and event.precision == "day"
    return {"stage": "ended"} | ({"stage_on": event.on.isoformat()} if dated and event.on else {})


def _tell(by: Person, commons: Commons, act: str, told: dict[str, Any], at: datetime, reason: str = "") -> None:
    journal.append(by, at, journal.Line(act, journal.subject_of(commons), {}, told, reason))
