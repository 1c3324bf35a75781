"""Road maps with what became of them: carrier, last answer of a person, silence, parents and children."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from communaux.catalogue.models import Theme
from communaux.core.errors import NotFound
from communaux.gatherings import life
from communaux.gatherings.models import FollowUp, Milestone, Roadmap, RoadmapLink, RoadmapPhase
from communaux.gatherings.queries import withheld

FILTERS = ("state", "theme", "edition")
DEEPEST = 20  # generations of a lineage that are looked at
human = Q(follow_ups__kind=FollowUp.Kind.HUMAN)


@dataclass(frozen=True, slots=True)
class Kin:
    """A relative in the lineage, and how many generations away it stands."""

    roadmap: Roadmap
    depth: int


def known(asked: Mapping[str, str]) -> dict[str, str]:
    """The filters that mean something here; an unknown value is left out."""
    kept = {name: value for name in FILTERS if (value := asked.get(name, ""))}
    if kept.get("state") not in Roadmap.State.values:
        kept.pop("state", None)
    return kept


def listed(filters: Mapping[str, str]) -> QuerySet[Roadmap]:
    """Real ones first, then the last heard of, then by edition, axis and group."""
    names = {"state": "state", "theme": "theme_id", "edition": "edition__slug"}
    rows = with_news().filter(**{names[name]: value for name, value in filters.items()})
    rows = rows.filter(withheld.ROADMAPS).select_related("edition", "theme", "carrier")
    return rows.order_by(
        "fictive", F("last_heard").desc(nulls_last=True), "-edition__starts_on", "axis", "number", "slug"
    )


def with_news() -> QuerySet[Roadmap]:
    """With the first and the last answer of a person, and whether somebody adapted it."""
    children = Roadmap.objects.filter(adapted_from=OuterRef("pk"))
    return Roadmap.objects.annotate(  # type: ignore[no-redef]  # the model declares them, for who reads a row
        first_heard=Min("follow_ups__at", filter=human),
        last_heard=Max("follow_ups__at", filter=human),
        adapted=Exists(children),
    )


def facets(filters: Mapping[str, str]) -> tuple[list[Theme], dict[str, int]]:
    """Themes and states with their numbers, under the filters in force."""
    rows = listed(filters).order_by()
    states = dict(rows.values_list("state").annotate(n=Count("pk", distinct=True)).order_by("state"))
    numbers = dict(rows.exclude(theme=None).values_list("theme").annotate(n=Count("pk", distinct=True)))
    themes = list(Theme.objects.filter(key__in=numbers).order_by("key"))
    for theme in themes:
        theme.n = numbers[theme.key]  # type: ignore[attr-defined]  # read by the template of facets
    return themes, states


def get(slug: str) -> Roadmap:
    beside = ("edition", "theme", "carrier", "adapted_from", "group__axis__edition")
    found = with_news().select_related(*beside).filter(slug=slug).first()
    if found is None:
        raise NotFound("no_roadmap", _("This desk knows no such road map."))
    if found.group:
        withheld.shown(found.group.edition)
    return found


def since(roadmap: Roadmap) -> date | None:
    """From when news is waited for: published, else the end of its edition; None where neither is known."""
    if roadmap.published_at:
        return timezone.localdate(roadmap.published_at)
    edition = roadmap.edition
    return (edition.ends_on or life.last_day(edition.starts_on, edition.precision)) if edition else None


def told(rows: QuerySet[Roadmap]) -> Iterator[life.Told]:
    """What a balance needs of each of these."""
    for one in with_news().filter(pk__in=rows.values("pk")).select_related("edition"):
        yield life.Told(
            state=one.state,
            adopted=one.adopted_at is not None,
            since=since(one),
            published=timezone.localdate(one.published_at) if one.published_at else None,
            first=timezone.localdate(one.first_heard) if one.first_heard else None,
            last=timezone.localdate(one.last_heard) if one.last_heard else None,
            adapted=one.adapted,
        )


def parents(roadmap: Roadmap) -> list[Kin]:
    """What it was adapted from, the nearest first."""
    found, one = list[Kin](), roadmap.adapted_from
    while one and len(found) < DEEPEST:
        found.append(Kin(one, len(found) + 1))
        one = one.adapted_from
    return found


def children(roadmap: Roadmap) -> list[Kin]:
    """What was adapted from it, generation by generation: one question for each."""
    found, depth = list[Kin](), 0
    generation = [roadmap.pk]
    while generation and depth < DEEPEST:
        depth += 1
        rows = list(
            Roadmap.objects.filter(adapted_from__in=generation).select_related("carrier").order_by("created_at", "slug")
        )
        found += [Kin(one, depth) for one in rows]
        generation = [one.pk for one in rows]
    return found


def phases(roadmap: Roadmap) -> QuerySet[RoadmapPhase]:
    """The three, each with its milestones in their order."""
    aims = Prefetch("milestones", Milestone.objects.order_by("position", "pk"))
    return roadmap.phases.prefetch_related(aims).order_by("position")


def milestones(roadmap: Roadmap) -> QuerySet[Milestone]:
    """All of them, phase by phase."""
    return Milestone.objects.filter(phase__roadmap=roadmap).order_by("phase__position", "position")


def waiting(roadmap: Roadmap) -> QuerySet[Milestone]:
    """Those that nobody has said to be reached."""
    return milestones(roadmap).filter(done_at=None)


def links(roadmap: Roadmap) -> QuerySet[RoadmapLink]:
    return roadmap.links.select_related("commons", "need").order_by("rel", "pk")


def fingerprint(roadmap: Roadmap) -> str:
    """Of its words as they stand: another one says that somebody changed them."""
    told = [
        roadmap.title,
        roadmap.summary,
        roadmap.theme_id,
        roadmap.phase_words,
        roadmap.milestones,
        roadmap.phase_means,
        str(roadmap.edition_id or ""),
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
