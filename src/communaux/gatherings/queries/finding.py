"""Meetings, road maps and reports that a search of the desk may lead to: words of it in a title or a theme, no index, no rank
of the engine. Case and accents do not count, nor endings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from communaux.core import journal
from communaux.engines.search.text import fold, stem_fr
from communaux.gatherings.models import Edition, EditionTheme, Report, Roadmap
from communaux.gatherings.queries.programmes import published_all
from communaux.gatherings.queries.withheld import ROADMAPS

MOST: Final = 3
WORD: Final = re.compile(r"\w{3,}")
# Words that say nothing of what is looked for, folded; those of two letters are no words here
SILENT: Final = re.compile(
    "aux|avec|ces|cette|comment|dans|des|elle|est|les|leurs?|mes|mon|nos|notre|nous|par|pas|plus|pour|quel(?:le)?|que|qui|sans|ses|"
    "son|sont|sur|une|vos|votre|vous|about|and|are|for|from|how|our|the|their|this|what|with|your"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """`kind`: edition, roadmap or report; `words`: stems of its title and its theme."""

    kind: str
    title: str
    lang: str
    url: str
    words: frozenset[str]


def found(text: str) -> list[Seen]:
    """At most three: those with each word of a short question, or more than half of a long one; the most words first."""
    asked = stems(text)
    if not asked:
        return []
    needed = len(asked) if len(asked) <= 2 else len(asked) // 2 + 1
    held = [(len(asked & one.words), one) for one in _all(journal.head()[1])]
    kept = [(n, one) for n, one in held if n >= needed]
    return [one for _n, one in sorted(kept, key=lambda pair: -pair[0])[:MOST]]


def stems(*texts: str) -> frozenset[str]:
    """
    >>> sorted(stems("Les Écoles, l'école")), sorted(stems("le vélo d’ici"))
    (['ecol'], ['ici', 'velo'])
    """
    forms = {word for text in texts for word in WORD.findall(fold(text))}
    return frozenset(stem_fr(word) for word in forms if not SILENT.fullmatch(word))


@lru_cache(maxsize=2)
def _all(_head: str) -> tuple[Seen, ...]:
    """Read once for each state of the journal: what is made up stays out, and what was taken off the desk."""
    return (*_editions(), *_roadmaps(), *_reports())


def _editions() -> Iterable[Seen]:
    """Titles, themes of the published programme, and the domains that those belong to; words of a draft are nobody's."""
    domains: dict[object, dict[str, str]] = {}
    for edition, label, fr, en in EditionTheme.objects.values_list("edition_id", "label", "theme__fr", "theme__en"):
        domains.setdefault(edition, {})[label] = f"{fr} {en}"
    last = published_all()
    for one in Edition.objects.filter(fictive=False, withheld_reason="").order_by("-starts_on", "slug"):
        themes = {last[one.pk].by_guid[guid].theme for guid in last[one.pk].placed} if one.pk in last else set()
        words = (*themes, *(domains.get(one.pk, {}).get(theme, "") for theme in themes))
        yield Seen("edition", one.name, "", one.get_absolute_url(), stems(one.name, *words))


def _roadmaps() -> Iterable[Seen]:
    for one in Roadmap.objects.filter(ROADMAPS, fictive=False).select_related("theme").order_by("-created_at", "slug"):
        words = (one.theme.fr, one.theme.en) if one.theme else ()
        yield Seen("roadmap", one.title, one.lang, one.get_absolute_url(), stems(one.title, *words))


def _reports() -> Iterable[Seen]:
    """Of sessions that stand in the programme, by the title it has there."""
    last = published_all()
    rows = Report.objects.filter(session__edition__fictive=False, session__edition__withheld_reason="", number=1)
    for one in rows.select_related("session__edition").order_by("-written_at"):
        whole = last.get(one.session.edition_id)
        if whole and one.session_id in whole.placed:
            told = whole.by_guid[one.session_id]
            yield Seen("report", told.title, told.language, one.get_absolute_url(), stems(told.title, told.theme))
