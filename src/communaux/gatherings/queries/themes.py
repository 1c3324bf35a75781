"""What editions share: domains of the catalogue, and how each edition calls its theme, as its published programme has it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count

from communaux.catalogue.models import Theme
from communaux.engines.programme.model import Programme
from communaux.gatherings.models import Edition, EditionTheme, Roadmap, ScheduleVersion
from communaux.gatherings.queries.programmes import whole
from communaux.gatherings.queries.withheld import ROADMAPS


@dataclass(frozen=True, slots=True)
class Called:
    """A theme in the words of an edition, and how many of its sessions stand in the programme."""

    edition: Edition
    label: str
    n_sessions: int


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of the catalogue: what editions call it, the newest first, and how many road maps are of it."""

    theme: Theme
    called: tuple[Called, ...]
    n_roadmaps: int


def of_draft(edition: Edition) -> list[tuple[str, str]]:
    """Each theme of its draft and the key of its domain, empty while nobody named one."""
    known = dict(edition.themes.values_list("label", "theme_id"))
    labels = edition.sessions.exclude(theme="").values_list("theme", flat=True).distinct()
    return [(label, known.get(label, "")) for label in sorted(labels)]


def across() -> list[Domain]:
    """By domain. Words that only stand in a draft are not told. Four questions, and one for each version read first."""
    programmes = published()
    called = defaultdict[str, list[Called]](list)
    rows = EditionTheme.objects.filter(edition__withheld_reason="").select_related("edition")
    for one in rows.order_by("-edition__starts_on", "edition__slug", "label"):
        if n := _sessions(programmes.get(one.edition_id)).get(one.label):
            called[one.theme_id].append(Called(one.edition, one.label, n))
    numbers = dict(Roadmap.objects.filter(ROADMAPS).exclude(theme=None).values_list("theme").annotate(n=Count("pk")))
    themes = Theme.objects.filter(key__in=called.keys() | numbers.keys()).order_by("key")
    return [Domain(one, tuple(called[one.key]), numbers.get(one.key, 0)) for one in themes]


def published() -> dict[object, Programme]:
    """The last version of each edition that names a domain."""
    rows = ScheduleVersion.objects.defer("programme").filter(edition__themes__isnull=False).distinct()
    return {one.edition_id: whole(one.pk, one.sha256) for one in rows.order_by("ordinal")}


def _sessions(programme: Programme | None) -> Counter[str]:
    if programme is None:
        return Counter()
    placed = programme.placed
    return Counter(one.theme for one in programme.sessions if one.guid in placed)
