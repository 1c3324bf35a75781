"""What a road map leads to in this desk and elsewhere, and the signs of life that the desk sees there by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons, Need
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.errors import BadRequest
from communaux.core.models import Person
from communaux.gatherings import signs
from communaux.gatherings.models import Roadmap, RoadmapLink

MOST_LINKS: Final = 20


@dataclass(frozen=True, slots=True)
class Target:
    """A commons or a need of this desk, else a page elsewhere."""

    commons: Commons | None = None
    need: Need | None = None
    url: str = ""


@action("gatherings.link_roadmap")
def link_roadmap(by: Person, roadmap: Roadmap, *, target: Target, rel: str, at: datetime) -> RoadmapLink:
    """The same thing linked again says what it is to the road map now."""
    held = Roadmap.objects.select_for_update(no_key=True).get(pk=roadmap.pk)
    named = {"commons": target.commons, "need": target.need, "url": target.url}
    known = held.links.filter(**{name: thing for name, thing in named.items() if thing}).first()
    if known is None and held.links.count() >= MOST_LINKS:
        told = _("A road map has at most %(n)d links: take one away first.") % {"n": MOST_LINKS}
        raise BadRequest("too_many_links", told)
    made = known or RoadmapLink(roadmap=held, added_at=at, **named)
    made.rel = rel
    made.save()
    return made


@action("gatherings.unlink_roadmap", journaled=False)
def unlink_roadmap(by: Person, roadmap: Roadmap, *, link: int, at: datetime) -> None:
    """Taken away twice, it is taken away once; what the desk saw by it stays in the ledger."""
    held = roadmap.links.select_related("commons", "need").filter(pk=link).first()
    if held:
        line = journal.Line("gatherings.unlink_roadmap", journal.subject_of(roadmap), {"linked": held.linked}, {})
        held.delete()
        journal.append(by, at, line)


@action("gatherings.collect_signs", journaled=False)
def collect_signs(by: Person, *, at: datetime) -> int:
    """Read the journal on from where the last time ended; how many signs were written in ledgers."""
    made = 0
    while (found := signs.read_on()) is not None:
        made += found
    return made
