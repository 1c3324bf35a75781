"""What the search page shows of an answer: facets as links, what was understood, why each hit is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communaux.catalogue.indexing import thesaurus
from communaux.catalogue.models import Source
from communaux.catalogue.queries.search import FACETS, Answer
from communaux.engines.search.model import ConceptMatch, Correction, Notice
from communaux.web.labels import ACTIVITY, FACET, KIND, LANG, LICENCE, STAGE
from communaux.web.typography import pair

SHOWN = 6  # values of a facet


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: a plain link that keeps or drops it."""

    words: str
    n: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    words: str
    choices: tuple[Choice, ...]


def facets(answer: Answer, given: QueryDict) -> list[Facet]:
    """Facets with at least two values, most frequent first; values already chosen stand in `chosen`."""
    names = _names()
    made = []
    for name in FACETS:
        counts = {v: n for v, n in answer.result.counts.get(name, {}).items() if v not in answer.chosen.get(name, ())}
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
        if top and (len(counts) > 1 or name == "theme"):
            choices = tuple(Choice(names[name].get(v, v), n, _with(given, name, v)) for v, n in top)
            made.append(Facet(str(FACET[name]), choices))
    return made


def chosen(answer: Answer, given: QueryDict) -> list[Choice]:
    """Facet values in force, each with the link that takes it off."""
    names = _names()
    return [
        Choice(pair(FACET[name], names[name].get(value, value)), None, _without(given, name, value))
        for name, values in answer.chosen.items()
        for value in values
    ]


def _names() -> Mapping[str, Mapping[str, str]]:
    french = get_language() == "fr"
    tables = {"kind": KIND, "licence": LICENCE, "stage": STAGE, "activity": ACTIVITY, "language": LANG}
    plain = {name: {code: str(words) for code, words in table.items()} for name, table in tables.items()}
    themes = {domain.key: domain.fr if french else domain.en for domain in thesaurus().domains}
    sources = dict(Source.objects.values_list("key", "title"))
    return {**plain, "theme": themes, "source": sources, "recommended": sources}


def _with(given: QueryDict, name: str, value: str) -> str:
    copy = given.copy()
    copy.appendlist(name, value)
    copy.pop("page", None)
    return "?" + copy.urlencode()


def _without(given: QueryDict, name: str, value: str) -> str:
    copy = given.copy()
    copy.setlist(name, [kept for kept in copy.getlist(name) if kept != value])
    copy.pop("page", None)
    return "?" + copy.urlencode()


def understood(concepts: Sequence[ConceptMatch]) -> list[str]:
    """Preferred labels of the functions the query names directly, in the language of the page."""
    french = get_language() == "fr"
    known = {concept.id: concept for concept in thesaurus().concepts}
    direct = [known[match.id] for match in concepts if match.via is None and match.id in known]
    return list(dict.fromkeys((c.fr if french else c.en)[0] for c in direct))[:4]


def corrected(corrections: Sequence[Correction]) -> list[tuple[str, str]]:
    return [(c.word, ", ".join(c.used)) for c in corrections]


def notice(told: Notice) -> str:
    """The sentence for something the engine did differently from what was asked."""
    sentences = {
        "unknown_facet": _("An unknown filter was ignored."),
        "unknown_theme": _("An unknown theme was ignored."),
        "cut": _("Your text is long: only its first words were searched."),
        "quote_ignored": _("A quotation mark was left open: it was ignored."),
        "phrase_not_found": _("No commons holds these words side by side: they were searched one by one."),
        "limit": _("The number of results asked for was reduced."),
        "frame_only": _("Only very general words were given: say what it is for."),
        "dense_broken": _("One way of searching did not answer; the others did."),
        "dense_language": "",
    }
    return sentences[told.code]


def filters_in_force(filters: Mapping[str, str], given: QueryDict) -> list[Choice]:
    """Filters of the list, each with the link that takes it off."""
    names = _names()
    return [
        Choice(pair(FACET[name], names[name].get(value, value)), None, _without(given, name, value))
        for name, value in filters.items()
        if value
    ]
