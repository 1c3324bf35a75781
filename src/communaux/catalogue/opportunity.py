"""Rules of a *note d'opportunité* over its content, a plain JSON document: what is missing before it can be frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

FORMAT = "communaux-note/1"
SEARCHES = 2
FIRST = 5  # hits of each search that need a verdict
CANDIDATES = 3
GIVING_BACK = ("build", "buy")  # conclusions that say what will be shared in return
NO_MOVES: Mapping[str, str] = {}

type Content = Mapping[str, Any]


def missing(content: Content, moved: Mapping[str, str] = NO_MOVES) -> list[str]:
    """What is still missing, one sentence each; `moved`: commons merged since a search → the kept one."""
    return [*_need(content), *_searches(content), *_verdicts(content, moved), *_candidates(content), *_end(content)]


def first_hits(search: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first as the page shows them: a probable twin stands under its hit, and needs no verdict of its own."""
    hits: list[dict[str, Any]] = search["hits"][:FIRST]
    return hits


def judged(content: Content) -> set[str]:
    """Ids of the commons that have a verdict."""
    return {one["commons"] for one in content["candidates"] if one["verdict"] and one["commons"]}


def unjudged_hits(content: Content, moved: Mapping[str, str] = NO_MOVES) -> list[tuple[dict[str, Any], str]]:
    """First hits without a verdict, each once, with the words of the search that found it."""
    done, found = judged(content), dict[str, tuple[dict[str, Any], str]]()
    for search in content["searches"]:
        for hit in first_hits(search):
            here = moved.get(hit["commons"], hit["commons"])
            if here not in done:
                found.setdefault(here, (hit, search["query"]))
    return list(found.values())


def nothing_found(content: Content) -> bool:
    """Whether it is proven that nothing answers: enough searches, none with a hit."""
    return len(content["searches"]) >= SEARCHES and not any(search["total"] for search in content["searches"])


def _need(content: Content) -> Iterator[str]:
    if not content["need"].strip():
        yield _("the need, in a few words")


def _searches(content: Content) -> Iterator[str]:
    if len(content["searches"]) < SEARCHES:
        yield _("two searches with different words or filters (%(n)d so far)") % {"n": len(content["searches"])}


def _verdicts(content: Content, moved: Mapping[str, str]) -> Iterator[str]:
    told = unjudged_hits(content, moved)
    for hit, query in told:
        given = {"name": hit["name"], "rank": hit["rank"], "query": query[:60]}
        yield _("a verdict on %(name)s, result %(rank)d of “%(query)s”") % given
    named = {moved.get(hit["commons"], hit["commons"]) for hit, _query in told}
    for one in content["candidates"]:
        if not one["verdict"] and one["commons"] not in named:
            yield _("a verdict on %(name)s") % {"name": one["name"]}


def _candidates(content: Content) -> Iterator[str]:
    number = len(content["candidates"])
    if number < CANDIDATES and not nothing_found(content):
        yield _("three candidates (%(n)d so far), or two searches that find nothing") % {"n": number}


def _end(content: Content) -> Iterator[str]:
    end = content["conclusion"]
    if not end["choice"]:
        yield _("the conclusion")
    if end["choice"] in GIVING_BACK:
        if not end["giveback"].strip():
            yield _("what will be given back, since something will be built or bought")
        if not end["licence"].strip():
            yield _("the licence under which it will be given back")
