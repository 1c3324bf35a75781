"""Every address of the desk, walked from its URLconf: a new page is measured without being named here.

A pattern with a parameter needs objects; `OBJECTS` says where the desk keeps them. A pattern with a parameter unknown to it
fails the walk, so that nobody can forget a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

from browser.site import Site

ACTIONS = {
    "import_source",
    "cancel_task",
    "logout",
    "fill_commons",
    "fetch_commons",
    "measure_change",
}  # answer POST only: 405 on GET is tested
HOSTILE = "zzqxv wkpq"

RICHEST = """select c.slug from catalogue_commons c where c.state = 'published'
order by (select count(*) from catalogue_fact f join catalogue_sourcerecord r on r.id = f.record_id where r.commons_id = c.id)
+ 3 * (select count(*) from catalogue_relation l where l.a_id = c.id or l.b_id = c.id)
+ 2 * (select count(*) from catalogue_lifeevent e where e.commons_id = c.id)
+ 5 * (select count(*) from catalogue_sourcerecord r where r.commons_id = c.id)
+ length(c.text_md) / 400 desc, c.slug limit 3"""
LONGEST = "select slug from catalogue_commons where state = 'published' order by length(text_md) desc, slug limit 1"
POOREST = "select slug from catalogue_commons where state = 'published' and short = '' order by slug limit 1"
ENDED = "select slug from catalogue_commons where state = 'published' and stage = 'ended' order by slug limit 1"
WITHHELD = "select slug from catalogue_commons where state = 'withheld' order by slug limit 1"
OBJECTS = {
    "slug": (RICHEST, LONGEST, POOREST, ENDED, WITHHELD),
    "key": ("select key from catalogue_source order by key limit 1",),
    "need": ("select slug from catalogue_need order by slug limit 1",),
    "concept": ("select 'urbanisme.permis-construire'",),
    "change": ("select id from catalogue_thesauruschange order by id limit 1",),
    "pk": ("select id from core_progress order by ended_at is not null, id limit 1",),
}
# Patterns whose pages differ much from one object to the next; of the others one is looked at
VARIED = {"commons", "commons_sources", "commons_history", "progress"}
# Query strings that make another page of the same pattern
ASKED = {
    "search": (
        f"q={quote('logiciel pour gérer la cantine de l’école')}",
        f"q={quote('parcoursup choisir sa voit apres le bac')}",
        "q=carte&kind=software",
        "q=carte&page=3",
        f"q={quote(HOSTILE)}",
        "q=cantine&pourquoi=QGIS",
        "q=carte&stage=ended",
    ),
    "needs": ("theme=urbanisme&state=open",),
    "new_need": ("q=carte&vus=umap,panoramax",),
    "thesaurus": ("theme=environnement", "q=voirie"),
    "commons_list": ("page=2", "theme=cartographie", "stage=ended&page=2"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """`pattern` is the name in the URLconf; `first`: the one of its pattern that is also read in English."""

    pattern: str
    path: str
    first: bool = True

    @property
    def label(self) -> str:
        return f"{self.pattern} {self.path}"


@cache
def named_patterns() -> dict[str, tuple[str, ...]]:
    """Pattern name → its parameters, pages and probes alike, the API left out (it has its own tests)."""
    return {name: tuple(pattern.pattern.converters) for name, pattern in _walk(get_resolver().url_patterns)}


def _walk(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace is None:
                yield from _walk(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name, pattern


def addresses(site: Site) -> list[Address]:
    """What a visitor may read, in French: each pattern with some objects of the desk and some questions."""
    found = []
    for name, parameters in named_patterns().items():
        if name in ACTIONS:
            continue
        paths = list(dict.fromkeys(_paths(site, name, parameters)))
        found += [Address(name, path, first=place == 0) for place, path in enumerate(paths)]
    return found


def _paths(site: Site, name: str, parameters: tuple[str, ...]) -> Iterator[str]:
    with override("fr"):
        if not parameters:
            bare = reverse(name)
            yield bare
            yield from (f"{bare}?{query}" for query in ASKED.get(name, ()))
            return
        (parameter,) = parameters  # a pattern with two parameters needs a line of its own here
        queries = OBJECTS[parameter] if name in VARIED else OBJECTS[parameter][:1]
        for query in queries:
            for (value,) in site.rows(query) if name in VARIED else site.rows(query)[:1]:
                yield reverse(name, args=[UUID(value) if parameter in {"pk", "change"} else value])


def in_english(path: str) -> str:
    return f"/en{path}"
