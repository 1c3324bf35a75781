"""Ask the index and dress its hits: one hit per commons, records that may be the same under one hit, reasons, why-not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from communaux.catalogue.fields import name_key
from communaux.catalogue.indexing import newest
from communaux.catalogue.models import Commons, MatchProposal
from communaux.catalogue.queries.commons import light_records
from communaux.core.errors import NotFound
from communaux.engines.search.model import Excerpt, Hit, Lang, Query, Result, WhyNot

EMPTY = Excerpt("")

PER_PAGE = 20
DEEPEST = 100  # hits the engine gives at most
FACETS = ("theme", "kind", "licence", "language", "stage", "activity", "source", "recommended")
CARD = ("resources", "texts", "themes")
NAMED_FIRST = Case(When(state=Commons.State.PUBLISHED, then=0), When(state=Commons.State.MERGED, then=1), default=2)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its commons, and the commons of lower hits that are probably the same."""

    hit: Hit
    commons: Commons
    twins: tuple[Commons, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of results. `degraded`: there is no index yet; names alone were compared."""

    result: Result
    found: tuple[Found, ...]
    page: int
    pages: int
    asked_page: int
    query: Query
    degraded: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def search(text: str, *, lang: Lang | None, facets: Mapping[str, Sequence[str]], page: int = 1) -> Answer:
    """Search published commons. `facets`: name -> values kept (one of them must hold)."""
    chosen = {name: tuple(facets[name]) for name in FACETS if facets.get(name)}
    wanted = min(max(page, 1), DEEPEST // PER_PAGE)
    query = Query(text=text, lang=lang, facets=chosen, limit=wanted * PER_PAGE)
    index = newest.get()
    if index is None:
        return _by_name(text, query, page, chosen)
    result = index.search(query)
    pages = max(1, -(-min(result.total, DEEPEST) // PER_PAGE))
    shown = min(wanted, pages)
    part = _grouped(result.hits[(shown - 1) * PER_PAGE : shown * PER_PAGE])
    return Answer(result, _dressed(part), shown, pages, page, query, chosen=chosen)


def _grouped(hits: Sequence[Hit]) -> list[tuple[Hit, list[str]]]:
    """Put a hit that is probably the same commons as a better one of its page under it."""
    slugs = [hit.id for hit in hits]
    named = MatchProposal.objects.filter(
        state="open", signals__has_key="name"
    )  # a shared repository alone is not enough
    pairs = named.filter(a__slug__in=slugs, b__slug__in=slugs)
    twins: dict[str, set[str]] = {}
    for a, b in pairs.values_list("a__slug", "b__slug"):
        twins.setdefault(a, set()).add(b)
        twins.setdefault(b, set()).add(a)
    groups: dict[str, tuple[Hit, list[str]]] = {}
    for hit in hits:
        above = next((slug for slug in groups if slug in twins.get(hit.id, ())), None)
        if above:
            groups[above][1].append(hit.id)
        else:
            groups[hit.id] = (hit, [])
    return list(groups.values())


def _dressed(part: Sequence[tuple[Hit, list[str]]]) -> tuple[Found, ...]:
    slugs = [slug for hit, twins in part for slug in (hit.id, *twins)]
    rows = {c.slug: c for c in Commons.objects.filter(slug__in=slugs).prefetch_related(*CARD, light_records())}
    return tuple(
        Found(hit, rows[hit.id], tuple(rows[slug] for slug in twins if slug in rows))
        for hit, twins in part
        if hit.id in rows
    )


def _by_name(text: str, query: Query, page: int, chosen: Mapping[str, tuple[str, ...]]) -> Answer:
    """Without an index: names that hold the text, so that the page still answers."""
    wanted = name_key(text)
    named = Commons.objects.filter(state="published", name_key__contains=wanted).order_by("name_key", "slug")
    rows = list(named.prefetch_related(*CARD, light_records())[:PER_PAGE]) if wanted else []
    hits = tuple(Hit(c.slug, i + 1, 0.0, 0.0, (), 1.0, EMPTY) for i, c in enumerate(rows))
    result = Result(hits, "keywords", query.lang, (), (), {}, len(rows), 0)
    found = tuple(Found(hit, commons) for hit, commons in zip(hits, rows, strict=True))
    return Answer(result, found, 1, 1, page, query, degraded=True, chosen=chosen)


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a commons is not among the hits, or not higher. `state` adds to the engine's: merged, withheld, unknown."""

    commons: Commons
    state: str
    told: WhyNot | None = None


def why_not(text: str, name: str, *, lang: Lang | None, facets: Mapping[str, Sequence[str]]) -> Absence:
    """Answer "pourquoi X n'y est pas ?" for a slug, a name or an alias; raise NotFound when nothing is named so."""
    commons = _named(name)
    if commons.merged_into_id:
        return Absence(commons, "merged")
    if commons.state != Commons.State.PUBLISHED:
        return Absence(commons, "withheld")
    index = newest.get()
    if index is None or index.parts.docs.row(commons.slug) is None:
        return Absence(commons, "not_indexed")
    told = index.why_not(Query(text=text, lang=lang, facets={k: tuple(v) for k, v in facets.items()}), commons.slug)
    return Absence(commons, told.state, told)


def _named(name: str) -> Commons:
    """What readers may see under this name: published first, then merged, then withheld."""
    wanted = name.strip()[:250]
    exact = _seen().filter(Q(slug=wanted) | Q(name_key=name_key(wanted), name_key__gt=""))
    found = exact.order_by(NAMED_FIRST, "slug").first() or _alias(wanted)
    if found is None:
        raise NotFound("unknown_commons", _("No commons has this name."), name=wanted)
    return found


def _seen() -> QuerySet[Commons]:
    hidden = (Commons.State.DRAFT, Commons.State.PROPOSED)
    return Commons.objects.exclude(state__in=hidden).select_related("merged_into")


def _alias(wanted: str) -> Commons | None:
    index = newest.get()
    hits = index.search(Query(text=wanted, limit=1)).hits if index else ()
    known = [hit.id for hit in hits if hit.known]
    return _seen().filter(slug__in=known).first()


def twins_of(commons: UUID) -> list[Commons]:
    """Commons that are probably this one, still to be judged by a person."""
    open_pairs = MatchProposal.objects.filter(state="open")
    near = Q(pk__in=open_pairs.filter(a=commons).values("b")) | Q(pk__in=open_pairs.filter(b=commons).values("a"))
    return list(Commons.objects.filter(near).order_by("slug"))
