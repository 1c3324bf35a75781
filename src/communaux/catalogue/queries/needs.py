"""Needs: the list, one of them, what the desk finds for the words of a new one, those that say the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from communaux.catalogue.indexing import newest
from communaux.catalogue.models import Commons, Need, NeedSupport, Theme
from communaux.core.errors import NotFound
from communaux.core.models import Organisation, Person
from communaux.engines.search.model import Doc, Query

FILTERS = {"theme": "theme", "state": "state"}
SHOWN = 5  # results asked about, and found for the words of a need
ALIKE, COMPARED = 0.55, 20  # 03 § 3.4; open needs of the theme that are compared, newest first
SUPPORTS = Count("supports", filter=Q(supports__withdrawn_at=None))


def listed(filters: Mapping[str, str]) -> QuerySet[Need]:
    """Needs by age, newest first; a value of a filter that nothing bears is left out by `known`."""
    wanted = {FILTERS[name]: value for name, value in filters.items() if value}
    found = Need.objects.exclude(state=Need.State.DRAFT).filter(**wanted).annotate(supporters=SUPPORTS)
    return found.select_related("theme", "org", "answer_commons").order_by("-opened_at", "slug")


def known(asked: Mapping[str, str]) -> dict[str, str]:
    """The filters that mean something: a theme or a state of the desk."""
    states = set(Need.State.values) - {Need.State.DRAFT}
    theme, state = asked.get("theme", "").replace("\x00", ""), asked.get("state", "")
    kept = {"theme": theme} if theme and Theme.objects.filter(key=theme).exists() else {}
    return kept | ({"state": state} if state in states else {})


def facets(filters: Mapping[str, str]) -> tuple[list[Theme], dict[str, int]]:
    """Themes and states with their counts, each under the other filter."""
    live = Need.objects.exclude(state=Need.State.DRAFT)
    in_state = Q(needs__state=filters["state"]) if "state" in filters else ~Q(needs__state=Need.State.DRAFT)
    themes = Theme.objects.annotate(n=Count("needs", filter=in_state)).filter(n__gt=0).order_by("-n", "key")
    of_theme = live.filter(theme=filters["theme"]) if "theme" in filters else live
    states = dict(of_theme.values_list("state").annotate(n=Count("pk")))
    return list(themes), {state: states[state] for state in Need.State.values if state in states}


def by_slug(slug: str) -> Need:
    """The need at this address; raise NotFound."""
    found = Need.objects.filter(slug=slug.replace("\x00", "")).exclude(state=Need.State.DRAFT)
    need = found.select_related("theme", "org", "author", "answer_commons").first()
    if need is None:
        raise NotFound("unknown_need", _("No need has this address."), slug=slug)
    return need


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page of a need shows."""

    need: Need
    hits: list
    orgs: list[Organisation]
    persons: int
    mine: list[NeedSupport]


def sheet(need: Need, reader: Person | None) -> Sheet:
    """One need: what had been found, who needs it too, what this reader said of it."""
    live = list(need.supports.filter(withdrawn_at=None).select_related("org").order_by("at"))
    hits = list(need.hits.select_related("commons__merged_into").order_by("shown", "rank"))
    orgs = [one.org for one in live if one.org]
    mine = [one for one in live if reader is not None and one.person_id == reader.pk]
    return Sheet(need, sorted(hits, key=lambda hit: hit.shown != "search"), orgs, len(live) - len(orgs), mine)


def found_for(words: str, but: Collection[str] = ()) -> list[tuple[int, Commons]]:
    """The first commons that the desk finds for these words now, each with its rank, those of `but` left out."""
    index = newest.get()
    hits = index.search(Query(words, limit=SHOWN)).hits if index else ()
    ranks = {hit.id: hit.rank for hit in hits if hit.id not in but}
    return [(ranks[commons.slug], commons) for commons in named(list(ranks))]


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


def alike(title: str, text: str, theme: str) -> list[Need]:
    """Open needs of the same theme that say nearly the same, most alike first."""
    index = newest.get()
    if index is None:
        return []
    wanted = Doc("wanted", (title,), long=text)
    live = Need.objects.filter(theme=theme, state=Need.State.OPEN)
    rows = list(live.order_by("-opened_at", "pk")[:COMPARED])
    scores = {need.pk: index.similarity(wanted, Doc("other", (need.title,), long=need.text_md)) for need in rows}
    near = [need for need in rows if scores[need.pk] >= ALIKE]
    return sorted(near, key=lambda need: (-scores[need.pk], need.slug))[:SHOWN]


def own_bodies(person: Person, day: date) -> QuerySet[Organisation]:
    """Bodies this person speaks for today."""
    held = person.memberships.on(day).values("organisation")
    return Organisation.objects.filter(pk__in=held, active=True).order_by("name")
