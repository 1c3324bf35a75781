"""Ask the index and dress its hits: one hit per commons, records that may be the same under one hit, reasons, why-not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from communaux.catalogue.fields import name_key
from communaux.catalogue.indexing import newest, performed
from communaux.catalogue.matching import PROPOSED_FROM
from communaux.catalogue.models import Commons, MatchProposal
from communaux.catalogue.queries.commons import FILTERS, light_records, published
from communaux.core.errors import NotFound
from communaux.engines.search import Index
from communaux.engines.search.model import Excerpt, Hit, Lang, Notice, Query, Result, WhyNot

EMPTY = Excerpt("")

PER_PAGE = 20
REACH = 1000  # hits one can page through
VALUES = 40  # of all facets together
FACETS = ("theme", "kind", "licence", "language", "stage", "activity", "source", "recommended")
CARD = ("resources", "texts", "themes")
NAMED_FIRST = Case(When(state=Commons.State.PUBLISHED, then=0), When(state=Commons.State.MERGED, then=1), default=2)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its commons, and the commons of lower hits that are probably the same.

    `functions` says what it does, for a reader whose language none of its texts is in.
    """

    hit: Hit
    commons: Commons
    twins: tuple[Commons, ...] = ()
    functions: tuple[str, ...] = ()


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


def search(
    text: str,
    *,
    lang: Lang | None,
    facets: Mapping[str, Sequence[str]],
    page: int = 1,
    size: int | None = None,
    reader: Lang | None = None,
) -> Answer:
    """Search published commons. `facets`: name -> values kept (one of them must hold); `reader`: language of the page."""
    index, size = newest.get(), size or PER_PAGE
    if index is None:
        return _by_name(text, lang, facets, page)
    chosen, notices = _kept(index, facets)
    wanted = min(max(page, 1), REACH // size)
    query = Query(text, lang, facets=chosen, limit=size, offset=(wanted - 1) * size, reader=reader)
    result = index.search(query)
    pages = max(1, -(-min(result.total, REACH) // size))
    if wanted > pages:
        wanted, query = pages, replace(query, offset=(pages - 1) * size)
        result = index.search(query)
    result = replace(result, notices=(*result.notices, *notices))
    found = _dressed(_grouped(result.hits), index, reader)
    return Answer(result, found, wanted, pages, page, query, chosen=chosen)


def _kept(index: Index, facets: Mapping[str, Sequence[str]]) -> tuple[dict[str, tuple[str, ...]], tuple[Notice, ...]]:
    """The values that some commons has, so many of them at most; the others are ignored, which is told once."""
    known = set(zip(index.parts.facets.names, index.parts.facets.values, strict=True))
    asked = [(name, value) for name in FACETS for value in dict.fromkeys(facets.get(name, ()))]
    pairs = [pair for pair in asked if pair in known][:VALUES]
    kept = {name: tuple(value for of, value in pairs if of == name) for name, _value in pairs}
    ignored = len(asked) - len(pairs)
    return kept, (Notice("unknown_facet", {"values": str(ignored)}),) if ignored else ()


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


def _dressed(part: Sequence[tuple[Hit, list[str]]], index: Index, reader: Lang | None) -> tuple[Found, ...]:
    slugs = [slug for hit, twins in part for slug in (hit.id, *twins)]
    rows = {c.slug: c for c in Commons.objects.filter(slug__in=slugs).prefetch_related(*CARD, light_records())}
    return tuple(
        Found(
            hit,
            rows[hit.id],
            tuple(rows[slug] for slug in twins if slug in rows),
            _functions(index, rows[hit.id], hit, reader),
        )
        for hit, twins in part
        if hit.id in rows
    )


def _functions(index: Index, commons: Commons, hit: Hit, reader: Lang | None) -> tuple[str, ...]:
    """What a commons does, by our own words, where it says nothing in the language of the reader."""
    if reader is None or any(text.lang == reader and text.short for text in commons.texts.all()):
        return ()
    asked = {reason.params["concept"] for reason in hit.reasons if "concept" in reason.params}
    return performed(index, commons.slug, asked)


def _by_name(text: str, lang: Lang | None, facets: Mapping[str, Sequence[str]], page: int) -> Answer:
    """Without an index: names that hold the text, among what the filters keep, so that the page still answers."""
    wanted = name_key(text)[:200]
    chosen = {name: tuple(facets[name][:1]) for name in FILTERS if facets.get(name) and "\x00" not in facets[name][0]}
    named = published({name: values[0] for name, values in chosen.items()}).filter(name_key__contains=wanted)
    rows = list(named[:PER_PAGE]) if wanted or chosen else []
    hits = tuple(Hit(c.slug, i + 1, 0.0, 0.0, (), 1.0, EMPTY) for i, c in enumerate(rows))
    result = Result(hits, "keywords", lang, (), (), {}, len(rows), 0)
    found = tuple(Found(hit, commons) for hit, commons in zip(hits, rows, strict=True))
    return Answer(result, found, 1, 1, page, Query(text, lang), degraded=True, chosen=chosen)


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
    told = index.why_not(Query(text, lang, facets=_kept(index, facets)[0]), commons.slug)
    return Absence(commons, told.state, told)


def _named(name: str) -> Commons:
    """What readers may see under this name: published first, then merged, then withheld; the very spelling before others."""
    wanted = name.strip()[:250]
    exact = _seen().filter(Q(slug=wanted) | Q(name_key=name_key(wanted), name_key__gt=""))
    spelt = Case(When(name=wanted, then=0), default=1)
    found = exact.order_by(NAMED_FIRST, spelt, "slug").first() or _alias(wanted)
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
    return neighbours(commons)[0]


def neighbours(commons: UUID) -> tuple[list[Commons], list[UUID]]:
    """Its probable twins, and the numbers of those that were merged into it: one question."""
    open_pairs = MatchProposal.objects.filter(state="open", score__gte=Decimal(PROPOSED_FROM) / 100)
    near = Q(pk__in=open_pairs.filter(a=commons).values("b")) | Q(pk__in=open_pairs.filter(b=commons).values("a"))
    found = list(Commons.objects.filter(near | Q(merged_into=commons)).order_by("slug"))
    twins = [one for one in found if one.state != Commons.State.MERGED]
    return twins, [one.pk for one in found if one.merged_into_id == commons]
