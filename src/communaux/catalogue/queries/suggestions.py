"""Commons that may answer a need, each with its score in four parts, and why the next ones stand behind (03 § 3.4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from communaux.catalogue import weights
from communaux.catalogue.indexing import newest
from communaux.catalogue.models import Commons, Need
from communaux.catalogue.queries.ambassadors import relays
from communaux.catalogue.queries.needs import named
from communaux.engines import fit
from communaux.engines.fit import Fit
from communaux.engines.search.model import Query
from communaux.territory.models import Presence, Territory, TerritoryClosure

LOOKED_AT = 15  # best answers of each search whose other parts are looked at
SHOWN, BEHIND = 5, 5
READ = 1000  # characters of the title, and of the detail, that are searched
FAR = "far"  # its words are too far from the need: behind, however near, healthy or relayed it is
WIDE = ("pays", "ue")  # what these hold is near nobody


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A commons, how well it fits, what each part adds, and the presence that makes it near."""

    commons: Commons
    rank: int  # among what the search finds
    fit: Fit
    points: Mapping[str, float]
    score: float
    presence: Presence | None = None
    relay: str = ""  # the name of an ambassador of it who is near
    behind: str = ""  # the part that kept it out of the first ones, or `FAR`


@dataclass(frozen=True, slots=True)
class Suggested:
    first: Sequence[Suggestion]
    behind: Sequence[Suggestion]
    weights: Mapping[str, float]
    version: int


@dataclass(frozen=True, slots=True)
class Words:
    """What a need says: the title is searched first, the detail only adds to it."""

    title: str
    detail: str = ""
    theme: str = ""


def of(need: Need) -> Words:
    return Words(need.title, need.text_md, need.theme_id)


@dataclass(frozen=True, slots=True)
class _Told:
    """How near a commons is to the title and to the detail; `rank` among all that the search finds, title first."""

    rank: int
    title: float
    detail: float | None


def suggest(words: Words, territory: Territory | None, day: date, but: Collection[str] = ()) -> Suggested:
    """The first commons for these words there, those of `but` left out, and the next ones; none without an index."""
    version, each = weights.match()
    told = _searched(words)
    found = {one.slug: one for one in named(list(told))}
    near = _nearest(territory, {str(one.pk) for one in found.values()}, day) if territory else {}
    spoken = relays({one.pk for one in found.values()}, territory, day)
    fits = [_fit(one, fit.words(told[slug].title, told[slug].detail), near, spoken) for slug, one in found.items()]
    ordered = sorted(fit.ranked(fits, each), key=lambda one: not _convinces(told[one.id]))
    first = [one for one in ordered[:SHOWN] if _convinces(told[one.id])]
    shown = [
        Suggestion(
            found[one.id],
            told[one.id].rank,
            one,
            one.points(each),
            one.score(each),
            near.get(str(found[one.id].pk), (0, None))[1],
            spoken.get(found[one.id].pk, ""),
            "" if one in first else fit.weakest(one, first[-1], each) if _convinces(told[one.id]) else FAR,
        )
        for one in ordered[: len(first) + BEHIND]
    ]
    kept = [one for one in shown[: len(first)] if one.commons.slug not in but]
    return Suggested(kept, shown[len(first) :], each, version)


def _searched(words: Words) -> dict[str, _Told]:
    """What the title finds, then what only the detail finds."""
    title = _near(words.title, words.theme)
    detail = _near(words.detail, words.theme) if words.detail.strip() else None
    return {
        slug: _Told(rank, title.get(slug, 0.0), None if detail is None else detail.get(slug, 0.0))
        for rank, slug in enumerate(title | (detail or {}), 1)
    }


def _near(text: str, theme: str) -> dict[str, float]:
    """Commons → how near its words are to this text, in the order of the search."""
    index = newest.get()
    if index is None or not text.strip():
        return {}
    return fit.found(index.search(Query(text[:READ], themes=(theme,) if theme else (), limit=LOOKED_AT)).hits)


def _convinces(told: _Told) -> bool:
    return fit.convincing(told.title, told.detail)


def _fit(
    commons: Commons, relevance: float, near: Mapping[str, tuple[int, Presence]], spoken: Mapping[UUID, str]
) -> Fit:
    steps = near[str(commons.pk)][0] if str(commons.pk) in near else None
    return Fit(commons.slug, relevance, fit.nearness(steps), _health(commons), float(commons.pk in spoken))


def _health(commons: Commons) -> float:
    """Conditions met of those known; 0 when nobody assessed it, which the page says."""
    return (commons.health_met or 0) / commons.health_known if commons.health_known else 0.0


def _nearest(territory: Territory, ids: Collection[str], day: date) -> dict[str, tuple[int, Presence]]:
    """Commons → steps to its nearest presence: up to what holds the territory, else up and down through the nearest
    territory that holds both and is no whole country."""
    up = dict(TerritoryClosure.objects.filter(descendant=territory).values_list("ancestor_id", "depth"))
    narrow = set(Territory.objects.filter(pk__in=up).exclude(kind__in=WIDE).values_list("pk", flat=True))
    rows = Presence.objects.live(day).filter(obj_kind="commons", obj_id__in=ids).select_related("territory")
    present = list(rows.order_by("since", "pk"))
    down: dict[int, int] = {}
    shared = TerritoryClosure.objects.filter(ancestor__in=narrow, descendant__in={one.territory_id for one in present})
    for ancestor, descendant, depth in shared.values_list("ancestor_id", "descendant_id", "depth"):
        down[descendant] = min(down.get(descendant, 99), up[ancestor] + depth)
    found: dict[str, tuple[int, Presence]] = {}
    for one in present:
        steps = up.get(one.territory_id, down.get(one.territory_id))
        if steps is not None and (one.obj_id not in found or steps < found[one.obj_id][0]):
            found[one.obj_id] = (steps, one)
    return found
