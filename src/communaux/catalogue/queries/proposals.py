"""Drafts and proposals: whose they are, which ones wait."""

from __future__ import annotations

import rules
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communaux.catalogue.models import Commons, Proposal
from communaux.core.errors import NotFound
from communaux.core.models import Person


def workable(slug: str, person: Person) -> Commons:
    """The commons at this address as one who may work on it sees it: a draft is there for its author and editors only."""
    found = Commons.objects.filter(slug=slug).select_related("proposal", "merged_into").first()
    unseen = found is not None and found.state in {Commons.State.DRAFT, Commons.State.PROPOSED}
    if found is None or (unseen and not rules.has_perm("catalogue.read_draft", person, found)):
        raise NotFound("unknown_commons", _("No commons has this address."), slug=slug)
    return found.merged_into or found


def mine(person: Person) -> QuerySet[Proposal]:
    """What this person proposes and nobody published yet, newest first."""
    open_ones = Proposal.objects.filter(by=person, commons__state__in=("draft", "proposed"))
    return open_ones.select_related("commons").order_by("-created_at")


def waiting() -> QuerySet[Proposal]:
    """What waits for an editor, oldest first."""
    asked = Proposal.objects.filter(commons__state=Commons.State.PROPOSED)
    return asked.select_related("commons", "by").prefetch_related("commons__themes").order_by("asked_at", "pk")


def proposed_by(person: Person, name: str, address: str) -> Commons | None:
    """What this person has proposed under this name and address, and editors have not decided yet."""
    rows = Proposal.objects.filter(by=person, address=address, commons__state=Commons.State.PROPOSED)
    found = rows.filter(commons__name=name[:250]).select_related("commons").first()
    return found.commons if found else None
