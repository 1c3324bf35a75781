"""Needs: the list, one of them, what the desk finds for the words of a new one, those that say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Min, Q, QuerySet, Value, When
from django.utils.text import slugify
from django.utils.translation import gettext as _

from communaux.catalogue.indexing import newest
from communaux.catalogue.models import Commons, Need, NeedHit, NeedSupport, Theme
from communaux.catalogue.queries.need_places import LIVE, rings
from communaux.core.errors import NotFound
from communaux.core.models import Organisation, Person
from communaux.engines.search.model import Doc, Query
from communaux.territory.models import Territory, TerritoryClosure
from communaux.territory.queries import resolving

FILTERS = {"theme": "theme", "state": "state", "kind": "kind", "territoire": "territory__above__ancestor"}
FILTERS_OF_ONES_OWN = {"miens": "author"}
SHOWN = 5  # results asked about, and found for the words of a need
ALIKE, COMPARED = 0.55, 20  # 03 § 3.4; live needs of the theme that are compared, the nearest first
MOST_COMPARED = 500  # newest of a theme whose place is looked at
SUPPORTS = Count("supports", filter=Q(supports__withdrawn_at=None))


def listed(filters: Mapping[str, Any]) -> QuerySet[Need]:
    """Needs by age, newest first; inside a territory the heaviest first. `filters` are those `known` kept."""
    found = _filtered(filters).annotate(supporters=SUPPORTS)
    order = ("-weight", "pk") if "territoire" in filters else ("-opened_at", "slug")
    return found.select_related("theme", "org", "answer_commons", "territory").order_by(*order)


def _filtered(filters: Mapping[str, Any], but: str = "") -> QuerySet[Need]:
    fields = FILTERS | FILTERS_OF_ONES_OWN
    wanted = {fields[name]: value for name, value in filters.items() if value and name != but}
    return Need.objects.exclude(state=Need.State.DRAFT).filter(**wanted)


def known(asked: Mapping[str, str]) -> dict[str, Any]:
    """The filters that mean something: a theme, a state, a kind of the desk, a territory written `kind:code`."""
    states = set(Need.State.values) - {Need.State.DRAFT}
    theme, state, kind = (asked.get(name, "").replace("\x00", "") for name in ("theme", "state", "kind"))
    kept: dict[str, Any] = {"theme": theme} if theme and Theme.objects.filter(key=theme).exists() else {}
    kept |= {"state": state} if state in states else {}
    kept |= {"kind": kind} if kind in Need.Kind.values else {}
    place = placed(asked.get("territoire", ""))
    return kept | ({"territoire": place} if place else {})


def placed(text: str) -> Territory | None:
    """The territory written `kind:code`."""
    kind, _colon, code = text.replace("\x00", "")[:40].partition(":")
    return resolving.held(kind, code) if code else None


def facets(filters: Mapping[str, Any]) -> tuple[list[Theme], dict[str, int], dict[str, int]]:
    """Themes, states and kinds with their counts, each under the other filters."""
    of = dict(_filtered(filters, "theme").values_list("theme_id").annotate(n=Count("pk")))
    themes = list(Theme.objects.filter(key__in=of))
    for theme in themes:
        theme.n = of[theme.key]  # type: ignore[attr-defined]  # for the template; no column
    states = dict(_filtered(filters, "state").values_list("state").annotate(n=Count("pk")))
    kinds = dict(_filtered(filters, "kind").values_list("kind").annotate(n=Count("pk")))
    return (
        sorted(themes, key=lambda one: (-of[one.key], one.key)),
        {state: states[state] for state in Need.State.values if state in states},
        {kind: kinds[kind] for kind in Need.Kind.values if kind in kinds},
    )


def by_slug(slug: str) -> Need:
    """The need at this address; raise NotFound."""
    found = Need.objects.filter(slug=slug.replace("\x00", "")).exclude(state=Need.State.DRAFT)
    need = found.select_related("theme", "org", "author", "answer_commons", "territory", "pool").first()
    if need is None:
        raise NotFound("unknown_need", _("No need has this address."), slug=slug)
    return need


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page of a need shows."""

    need: Need
    hits: list[NeedHit]
    orgs: list[Organisation]
    persons: int
    mine: list[NeedSupport]

    @property
    def unfit(self) -> list[NeedHit]:
        """Those of which somebody said why they do not fit."""
        return [hit for hit in self.hits if hit.reason_code or hit.reason]

    @property
    def unsaid(self) -> list[NeedHit]:
        return [hit for hit in self.hits if not hit.reason_code and not hit.reason]


def sheet(need: Need, reader: Person | None) -> Sheet:
    """One need: what had been found, who needs it too, what this reader said of it."""
    live = list(need.supports.filter(withdrawn_at=None).select_related("org").order_by("at"))
    hits = list(need.hits.select_related("commons__merged_into").order_by("shown", "rank"))
    orgs = [one.org for one in live if one.org]
    mine = [one for one in live if reader is not None and one.person_id == reader.pk]
    return Sheet(need, sorted(hits, key=lambda hit: hit.shown != "search"), orgs, len(live) - len(orgs), mine)


def named(slugs: Sequence[str]) -> list[Commons]:
    """Published commons of these addresses, in this order."""
    rows = Commons.objects.filter(slug__in=slugs, state=Commons.State.PUBLISHED).prefetch_related("texts")
    found = {commons.slug: commons for commons in rows}
    return [found[slug] for slug in dict.fromkeys(slugs) if slug in found]


def likely_theme(words: str) -> str:
    """The domain of the function that these words name first; empty when they name none."""
    index = newest.get()
    if index is None or not words.strip():
        return ""
    domain = {concept.id: concept.domain for concept in index.parts.thesaurus.concepts}
    direct = [one.id for one in index.search(Query(words, limit=1)).concepts if one.via is None]
    return domain[direct[0]] if direct else ""


def alike(title: str, text: str, theme: str, territory: Territory | None = None, but: str = "") -> list[Need]:
    """Live needs of the same theme that say nearly the same: the nearest first, then the most alike."""
    index = newest.get()
    if index is None:
        return []
    wanted = Doc("wanted", (title,), long=text)
    rows = near(theme, territory, but)
    scores = {
        need.pk: max(
            index.similarity(wanted, Doc("other", (need.title,), long=need.text_md)), in_common(title, need.title)
        )
        for need, _ring in rows
    }
    found = [(ring, -scores[need.pk], need.slug, need) for need, ring in rows if scores[need.pk] >= ALIKE]
    return [need for _ring, _score, _slug, need in sorted(found, key=lambda one: one[:3])][:SHOWN]


def in_common(title: str, other: str) -> float:
    """Share of words that two titles share (Dice): words that no commons says are nothing to the index.

    >>> in_common("Suivre les nids de poule", "Suivre les nids-de-poule !"), in_common("Cantine", "Piscine")
    (1.0, 0.0)
    """
    a, b = (set(slugify(text).split("-")) - {""} for text in (title, other))
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def near(theme: str, territory: Territory | None, but: str = "") -> list[tuple[Need, int]]:
    """Needs of a theme without an answer, each with how near it stands: 0 in the same EPCI, then département, région, else."""
    live = Need.objects.filter(theme=theme, state__in=LIVE).exclude(slug=but)
    live = live.select_related("theme", "org", "territory", "pool")
    order = ("-opened_at", "pk")
    circles = rings(territory) if territory else []
    if not circles:
        return [(need, 0) for need in live.order_by(*order)[:COMPARED]]
    ids = dict(
        TerritoryClosure.objects.filter(ancestor__in=circles, descendant__needs__in=live)
        .annotate(ring=Case(*[When(ancestor=one, then=Value(n)) for n, one in enumerate(circles)]))
        .values_list("descendant_id")
        .annotate(nearest=Min("ring"))
    )
    ringed = [(need, ids.get(need.territory_id or 0, len(circles))) for need in live.order_by(*order)[:MOST_COMPARED]]
    return sorted(ringed, key=lambda one: one[1])[:COMPARED]


def own_bodies(person: Person, day: date) -> QuerySet[Organisation]:
    """Bodies this person speaks for today."""
    held = person.memberships.on(day).values("organisation")
    return Organisation.objects.filter(pk__in=held, active=True).order_by("name")
