"""Pairs that may be one commons: those a person may judge, and the two side by side."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Q, QuerySet

from communaux.catalogue.fields import name_key
from communaux.catalogue.models import Commons, MatchProposal, Merge
from communaux.catalogue.queries.commons import by_slug, light_records
from communaux.core.errors import NotFound
from communaux.core.models import Grant, Person

SHEET = re.compile(r"(?:^|/)communs/([-\w]+)(?:/|\.json)?$")
SHOWN = (Commons.State.PUBLISHED, Commons.State.WITHHELD, Commons.State.PROPOSED)


def to_judge(person: Person, day: date) -> QuerySet[MatchProposal]:
    """Open pairs that this person may judge, the likeliest first."""
    rows = MatchProposal.objects.filter(state=MatchProposal.State.OPEN, a__state__in=SHOWN, b__state__in=SHOWN)
    themes = edited(person, day)
    if themes is not None:
        rows = rows.filter(a__in=_of(themes), b__in=_of(themes))
    return rows.select_related("a", "b").order_by("-score", "pk")


def _of(themes: list[str]) -> QuerySet[Commons]:
    return Commons.objects.filter(themes__in=themes)


def edited(person: Person, day: date) -> list[str] | None:
    """Keys of the themes this person edits; None: the whole desk."""
    bodies = person.memberships.on(day).values("organisation")
    held = Grant.objects.on(day).filter(Q(person=person) | Q(organisation__in=bodies), role="editor")
    rows = list(held.filter(object_type__in=("instance", "theme")).values_list("object_type", "object_id"))
    return None if any(kind == "instance" for kind, _id in rows) else [key for _kind, key in rows]


def pair(pk: int) -> MatchProposal | None:
    rows = MatchProposal.objects.select_related("a__merged_into", "b__merged_into", "by", "proposed_by")
    return rows.filter(pk=pk).first() if pk < 2**63 else None


def sides(found: MatchProposal) -> list[Commons]:
    """The two, with what is compared."""
    read = Commons.objects.prefetch_related("resources", "texts", "themes", light_records())
    rows = read.in_bulk([found.a_id, found.b_id])
    return [rows[found.a_id], rows[found.b_id]]


def last_merge(found: MatchProposal) -> Merge | None:
    """The last merge of these two, undone or not."""
    two = (found.a_id, found.b_id)
    rows = Merge.objects.filter(kept__in=two, absorbed__in=two).select_related("kept", "absorbed", "by", "undone_by")
    return rows.order_by("-pk").first()


def named(text: str) -> list[Commons]:
    """The commons of this address or of this very name; a merged one stands for the one that was kept."""
    wanted = text.strip()
    address = SHEET.search(wanted.partition("?")[0].partition("#")[0])
    try:
        found = by_slug((address[1] if address else wanted)[:120])
    except NotFound:
        same = Commons.objects.filter(name_key=name_key(wanted), name_key__gt="", state__in=SHOWN[:2])
        return list(same.order_by("slug")[:2])
    return [found.merged_into or found]
