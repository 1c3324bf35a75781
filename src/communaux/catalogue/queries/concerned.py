"""Whom a commons concerns: editors of its themes or of the whole desk, its stewards, whoever proposed it, those who follow it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from uuid import UUID

from communaux.catalogue.models import Commons, Proposal
from communaux.core.audiences import following, holders

type People = dict[str, set[UUID]]  # id of a subject → persons
type Find = Callable[[list[str], date], People]


def editors(ids: Iterable[str], day: date) -> People:
    """Editors of its themes, and those of the whole desk."""
    wanted, of_theme = list(ids), defaultdict[str, set[str]](set)
    links = Commons.themes.through.objects.filter(commons__in=[UUID(pk) for pk in wanted])
    for commons, theme in links.values_list("commons_id", "theme_id"):
        of_theme[theme].add(str(commons))
    everywhere = holders(("editor",), "instance", [""], day).get("", set())
    found = {pk: set(everywhere) for pk in wanted}
    for theme, people in holders(("editor",), "theme", of_theme, day).items():
        for pk in of_theme[theme]:
            found[pk] |= people
    return found


def theme_editors(themes: Iterable[str], day: date) -> People:
    """The same, by theme."""
    wanted = list(themes)
    everywhere = holders(("editor",), "instance", [""], day).get("", set())
    held = holders(("editor",), "theme", wanted, day)
    return {theme: everywhere | held.get(theme, set()) for theme in wanted}


def stewards(ids: Iterable[str], day: date) -> People:
    return holders(("steward",), "commons", ids, day)


def authors(ids: Iterable[str], day: date) -> People:
    """Whoever proposed it on this desk."""
    rows = Proposal.objects.filter(commons__in=list(ids)).values_list("commons_id", "by_id")
    return {str(commons): {person} for commons, person in rows}


def keepers(ids: Iterable[str], day: date) -> People:
    """Those whose work it is: its author and its stewards."""
    wanted = list(ids)
    return joined(authors(wanted, day), stewards(wanted, day))


def followers(ids: Iterable[str], day: date) -> People:
    """Those who follow it, or one that was merged into it."""
    wanted = list(ids)
    absorbed = Commons.objects.filter(merged_into__in=[UUID(pk) for pk in wanted]).values_list("pk", "merged_into_id")
    now = {str(pk): str(into) for pk, into in absorbed}
    found: People = defaultdict(set)
    for pk, people in following("commons", [*wanted, *now]).items():
        found[now.get(pk, pk)] |= people
    return found


def family(commons: Commons) -> list[str]:
    """Its number, and those of what was merged into it: who followed one of them follows it."""
    absorbed = Commons.objects.filter(merged_into=commons).values_list("pk", flat=True)
    return [str(pk) for pk in (commons.pk, *absorbed)]


def joined(*found: Mapping[str, Iterable[UUID]]) -> People:
    whole: People = defaultdict(set)
    for people in found:
        for pk, persons in people.items():
            whole[pk] |= set(persons)
    return whole


def through(parents: Callable[[list[str]], Mapping[str, str]], people: Find) -> Find:
    """Those of the commons (or the body) that each subject is about; `parents`: id of a subject → that of its commons."""

    def find(ids: list[str], day: date) -> People:
        of = parents(ids)
        found = people(sorted(set(of.values())), day)
        return {pk: set(found.get(parent, ())) for pk, parent in of.items()}

    return find
