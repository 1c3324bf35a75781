"""How long a confirmation of a use holds, what a person hands in, and what of it cannot be: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Organisation

EARLIEST = date(1970, 1, 1)  # an older year is a slip of the keyboard
RENEWED_FROM = timedelta(days=60)  # before the term: from then on the page offers to confirm again


@dataclass(frozen=True, slots=True)
class Declared:
    """What somebody says of the use of one commons by one body; `source`: where an editor read it."""

    commons: Commons
    organisation: Organisation
    kind: str
    use_case: str
    since: date | None = None
    since_precision: str = "day"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody says of the services of one body around one commons."""

    commons: Commons
    organisation: Organisation
    services: tuple[str, ...]
    since: date | None = None
    since_precision: str = "day"


@dataclass(frozen=True, slots=True)
class Told:
    """What a body tells of its use; None: it does not know or does not say."""

    context: str
    again: str
    lang: str
    licence: str
    went_well: str = ""
    went_wrong: str = ""
    advice: str = ""
    effort_days: int | None = None
    cost_cents: int | None = None
    cost_scope: str = ""


def term(day: date) -> date:
    """The last day that a confirmation of `day` holds: the same day a year later.

    >>> term(date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def check_open(said: Declared | Offer) -> None:
    """Raise Conflict when the commons is not published, or the body is no more."""
    if said.commons.state != Commons.State.PUBLISHED:
        raise Conflict("not_published", _("This commons is not published: nothing can be declared of it."))
    if not said.organisation.active:
        raise Conflict("closed_body", _("This body is closed: nothing can be declared for it."))


def check_since(since: date | None, today: date) -> None:
    """Raise BadRequest for a beginning that is still to come, or that nobody can mean."""
    if since and since > today:
        raise BadRequest("in_the_future", _("This date is still to come."), field="since")
    if since and since < EARLIEST:
        raise BadRequest("too_early", _("This date is before 1970: check the year."), field="since")


def check_until(until: date, since: date | None, today: date) -> None:
    """Raise BadRequest for an end that is still to come, or that stands before the beginning."""
    if until > today:
        raise BadRequest("in_the_future", _("This date is still to come."), field="until")
    if until < (since or EARLIEST):
        raise BadRequest("ends_before_start", _("The end stands before the beginning."), field="until")
