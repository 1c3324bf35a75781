"""Become an ambassador of a territory and of commons, say it otherwise, stop (03 § 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons, CommonsAmbassador
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Person
from communaux.territory import ambassadors
from communaux.territory.ambassadors import MOST, Terms
from communaux.territory.models import Ambassador


@action("catalogue.become_ambassador", journaled=False)
def become_ambassador(by: Person, *, terms: Terms, commons: Sequence[Commons] = (), at: datetime) -> Ambassador:
    """Sent twice, the second time changes nothing."""
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    if held := Ambassador.objects.filter(person=by, until=None).first():
        return change_ambassador(by, held, terms=terms, commons=commons, at=at)
    ambassadors.check(terms)
    made = Ambassador.objects.create(person=by, consent_at=at, since=timezone.localdate(at))
    _settle(by, made, "catalogue.become_ambassador", {}, terms, commons, at)
    return made


@action("catalogue.change_ambassador", journaled=False)
def change_ambassador(
    by: Person, ambassador: Ambassador, *, terms: Terms, commons: Sequence[Commons] = (), at: datetime
) -> Ambassador:
    """Other territories, languages, words or commons; no line in the journal when nothing public differs."""
    kept = Ambassador.objects.select_for_update(no_key=True).get(pk=ambassador.pk)
    if kept.until:
        raise Conflict("ambassador_stopped", _("You are no longer an ambassador: become one anew."))
    ambassadors.check(terms)
    _settle(by, kept, "catalogue.change_ambassador", _facts(kept), terms, commons, at)
    return kept


@action("catalogue.stop_ambassador", journaled=False)
def stop_ambassador(by: Person, ambassador: Ambassador, *, at: datetime, reason: str = "") -> Ambassador:
    """From this day on nobody is told of this person; their own words go."""
    kept = Ambassador.objects.select_for_update(no_key=True).get(pk=ambassador.pk)
    if kept.until:
        raise Conflict("ambassador_stopped", _("This person is no longer an ambassador."))
    was = _facts(kept)
    ambassadors.cover(kept, (), at)
    _speak_of(kept, (), at)
    kept.until, kept.note = timezone.localdate(at), ""
    kept.save(update_fields=["until", "note"])
    _write(by, kept, "catalogue.stop_ambassador", was, at, reason)
    return kept


def _settle(
    by: Person, kept: Ambassador, act: str, was: dict[str, Any], terms: Terms, commons: Sequence[Commons], at: datetime
) -> None:
    if len(commons) > MOST or any(one.state != Commons.State.PUBLISHED for one in commons):
        raise BadRequest("five_commons", _("Name at most %(most)d commons of this desk.") % {"most": MOST})
    kept.languages, kept.note = sorted(set(terms.languages)), terms.note
    kept.save(update_fields=["languages", "note"])
    ambassadors.cover(kept, terms.territories, at)
    _speak_of(kept, commons, at)
    _write(by, kept, act, was, at)


def _speak_of(ambassador: Ambassador, commons: Sequence[Commons], at: datetime) -> None:
    """What is left out ends today; what began today and ends today has never been."""
    day, wanted = timezone.localdate(at), {one.pk for one in commons}
    held = CommonsAmbassador.objects.filter(ambassador=ambassador, until=None)
    known = set(held.values_list("commons_id", flat=True))
    gone = held.exclude(commons__in=wanted)
    gone.filter(since=day).delete()
    gone.update(until=day)
    CommonsAmbassador.objects.bulk_create(
        CommonsAmbassador(commons_id=pk, ambassador=ambassador, since=day) for pk in sorted(wanted - known)
    )


def _facts(ambassador: Ambassador) -> dict[str, Any]:
    mine = CommonsAmbassador.objects.filter(ambassador=ambassador, until=None)
    return journal.facts(ambassador) | {"commons": sorted(mine.values_list("commons__slug", flat=True))}


def _write(by: Person, kept: Ambassador, act: str, was: dict[str, Any], at: datetime, reason: str = "") -> None:
    old, new = journal.changes(was, _facts(kept))
    if old or new:
        journal.append(by, at, journal.Line(act, journal.subject_of(kept), old, new, reason))
