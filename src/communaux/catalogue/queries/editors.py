"""Who looks after a commons: editors of its themes or of the whole desk, its stewards, whoever proposed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from communaux.catalogue.models import Commons, Proposal
from communaux.catalogue.queries.proposals import waiting
from communaux.core.audiences import holders
from communaux.core.models import Grant, Person

type People = dict[str, set[UUID]]  # id of a commons → persons


def editors(ids: Iterable[str], day: date) -> People:
    """Editors of its themes, and those of the whole desk."""
    wanted, of_theme = list(ids), defaultdict[str, set[str]](set)
    links = Commons.themes.through.objects.filter(commons__in=[UUID(pk) for pk in wanted]).values_list(
        "commons_id", "theme_id"
    )
    for commons, theme in links:
        of_theme[theme].add(str(commons))
    everywhere = holders(("editor",), "instance", [""], day).get("", set())
    found = {pk: set(everywhere) for pk in wanted}
    for theme, people in holders(("editor",), "theme", of_theme, day).items():
        for pk in of_theme[theme]:
            found[pk] |= people
    return found


def stewards(ids: Iterable[str], day: date) -> People:
    return holders(("steward",), "commons", ids, day)


def authors(ids: Iterable[str], day: date) -> People:
    """Whoever proposed it on this desk."""
    rows = Proposal.objects.filter(commons__in=list(ids)).values_list("commons_id", "by_id")
    return {str(commons): {person} for commons, person in rows}


def keepers(ids: Iterable[str], day: date) -> People:
    """Those whose work it is: its author and its stewards."""
    wanted, found = list(ids), defaultdict[str, set[UUID]](set)
    for people in (authors(wanted, day), stewards(wanted, day)):
        for pk, persons in people.items():
            found[pk] |= persons
    return found


def to_read(person: Person) -> QuerySet[Proposal]:
    """Proposals that wait for this editor: of all themes, or of those they edit."""
    day = timezone.localdate()
    members = person.memberships.on(day).values("organisation")
    held = Grant.objects.on(day).filter(Q(person=person) | Q(organisation__in=members), role="editor")
    on = list(held.values_list("object_type", "object_id"))
    if ("instance", "") in on:
        return waiting()
    themes = [pk for kind, pk in on if kind == "theme"]
    return waiting().filter(commons__themes__in=themes).distinct() if themes else waiting().none()
