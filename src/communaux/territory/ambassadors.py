"""What the services of ambassadors are made of: their territories from a day on, and messages that are old enough to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.core import contacts
from communaux.core.errors import BadRequest
from communaux.territory import presences
from communaux.territory.models import Ambassador, AmbassadorRequest, Presence, Territory

MOST: Final = 5  # territories, and commons
LANGUAGES: Final = ("fr", "en", "de", "es", "it", "pt", "nl", "ar", "uk")
SOURCE: Final = "ambassador"


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody who becomes an ambassador says."""

    consent: bool
    territories: Sequence[Territory]
    languages: Sequence[str] = ()
    note: str = ""


def check(terms: Terms) -> None:
    """Raise BadRequest for what no form of ours would send."""
    if not terms.consent:
        raise BadRequest("consent_needed", _("Without your consent the desk cannot show you as an ambassador."))
    if not 1 <= len({one.pk for one in terms.territories}) <= MOST:
        raise BadRequest("one_to_five", _("Name one to %(most)d territories.") % {"most": MOST})
    if any(one.valid_to for one in terms.territories) or not set(terms.languages) <= set(LANGUAGES):
        raise BadRequest("unknown_choice", _("A territory or a language of this form is not known."))
    check_note(terms.note)


def check_note(note: str) -> None:
    """Raise BadRequest for words that tell how to reach somebody: they are public, and the desk relays messages."""
    if contacts.told_in(note):
        message = _(
            "These words are public: take the mail address or the telephone number out. One writes to you through the desk."
        )
        raise BadRequest("contact_in_note", message, field="note")


def cover(ambassador: Ambassador, territories: Sequence[Territory], at: datetime) -> None:
    """Begin what is new, end what is left out, in the order in which counters are locked."""
    wanted = {one.pk: one for one in territories}
    held = {one.territory_id: one for one in _held(ambassador)}
    for pk in sorted(wanted.keys() ^ held.keys()):
        if pk in held:
            _end(held[pk], at)
        else:
            _begin(ambassador, wanted[pk], at)


def _held(ambassador: Ambassador) -> Sequence[Presence]:
    return list(Presence.objects.filter(obj_kind="ambassador", obj_id=str(ambassador.pk), until=None))


def _begin(ambassador: Ambassador, territory: Territory, at: datetime) -> None:
    day, obj = timezone.localdate(at), ("ambassador", str(ambassador.pk))
    presences.begin(territory, obj, role="covers", since=day, source=SOURCE, at=at)


def _end(presence: Presence, at: datetime) -> None:
    """From this day on; what began today only has never been."""
    day = timezone.localdate(at)
    if presence.since >= day:
        presences.take_away(presence, at=at)
    else:
        presences.end(presence, until=day - timedelta(days=1), at=at)


def forget_requests(before: datetime) -> int:
    """Erase what was last exchanged before that moment; how many."""
    old = Q(answered_at__lt=before) | Q(answered_at=None, sent_at__lt=before)
    return AmbassadorRequest.objects.filter(old).delete()[0]
