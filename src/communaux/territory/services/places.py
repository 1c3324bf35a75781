"""Bring a public list of places in, as often as one likes: the same list twice changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from itertools import batched

from django.utils.translation import gettext as _

from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import BadRequest
from communaux.core.models import Person
from communaux.territory import counters, placing, spool, storing
from communaux.territory.formats.listed import Listing
from communaux.territory.models import Place, Territory

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@action("territory.import_places", journaled=False)
def import_places(
    by: Person,
    listing: Listing,
    *,
    source: str,
    partial: bool = False,
    at: datetime,
    report: Callable[[int, int | None], None],
) -> storing.Outcome:
    """Store what the list tells and close what it names no more, unless it is a part; raise BadRequest for a list that is cut."""
    if not KEY.fullmatch(source):
        message = _("The name of a source is made of small letters, digits and hyphens: %(given)s is none.")
        raise BadRequest("bad_source", message % {"given": source[:60] or "—"})
    if source == Place.DECLARED:
        raise BadRequest(
            "own_source", _("Under this name stands what bodies say of themselves here: choose another one.")
        )
    counters.lock()
    run = storing.Import(source, placing.ground(but=source), at)
    with spool.Spool() as kept:
        total, done = kept.fill(run.survey(listing.lines())), 0
        report(0, total)
        for some in batched(kept, storing.BATCH, strict=False):
            run.take(some)
            done += len(some)
            report(done, total)
    if run.taken and not partial:
        run.close_missing()
    run.presences.settle()
    if run.outcome.changed:
        country = Territory.objects.get(kind=Territory.Kind.COUNTRY)
        told = {"source": source, **run.outcome.counts()}
        journal.append(by, at, journal.Line("territory.import_places", journal.subject_of(country), {}, told))
    return run.outcome
