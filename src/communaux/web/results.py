"""What the search page shows of an answer: facets as links, what was understood, why each hit is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communaux.catalogue.indexing import thesaurus
from communaux.catalogue.models import Source
from communaux.catalogue.queries.search import FACETS, Answer, Found
from communaux.engines.search.model import ConceptMatch, Correction, Notice
from communaux.engines.search.model import understood as named
from communaux.engines.search.reading import MAX_LETTERS
from communaux.web.labels import ACTIVITY, FACET, KIND, LANG, LICENCE, STAGE
from communaux.web.reasons import Told, function_words, told
from communaux.web.typography import pair, quoted

SHOWN = 5  # values of a facet
LONGEST = 10_000  # letters the field keeps
READ = MAX_LETTERS  # letters that are searched
CARRIED = 300  # letters of the text that each link of the page repeats
NAME = 250
NEED_HITS = 5  # results that a need born here carries


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


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as the page tells it: its reasons, and what it does where it says so in another language only."""

    found: Found
    why: Told
    functions: tuple[str, ...]


def shown(found: Found) -> Shown:
    return Shown(found, told(found.hit), tuple(dict.fromkeys(map(function_words, found.functions))))


def carried(text: str, chosen: Mapping[str, Sequence[str]]) -> QueryDict:
    """What the links of the page repeat: the filters in force, and of a long text only its first different words."""
    given = QueryDict(mutable=True)
    given["q"] = text if len(text) <= CARRIED else _shortened(text)
    for name, values in chosen.items():
        given.setlist(name, list(values))
    return given


def _shortened(text: str) -> str:
    words = " ".join(dict.fromkeys(text[:READ].split()))
    return words if len(words) <= CARRIED else words[:CARRIED].rpartition(" ")[0] or words[:CARRIED]


def plain(carried: QueryDict) -> str:
    """The same search without any filter."""
    return "?" + urlencode({"q": carried["q"]})


def need_address(text: str, answer: Answer) -> str:
    """Where to say that nothing fits, with the words, the first results of this page and the index that gave them."""
    first = answer.found[:NEED_HITS]
    given = {"q": text[:READ], "vus": ",".join(one.commons.slug for one in first), "g": answer.result.generation}
    rank = {"rang": first[0].hit.rank} if first and first[0].hit.rank > 1 else {}
    return f"{reverse('new_need')}?{urlencode(given | rank)}"


def addresses(request: HttpRequest, text: str, answer: Answer | None = None) -> dict[str, str]:
    """This page in both languages, with nothing but what it was made from."""
    given = carried(text, answer.chosen if answer else {})
    if answer and answer.page > 1:
        given["page"] = str(answer.page)
    path = f"{request.path}?{given.urlencode()}"
    fr, en = translate_url(path, "fr"), translate_url(path, "en")
    return {"fr_url": fr, "en_url": en, "other_url": en if get_language() == "fr" else fr}


def facets(answer: Answer, carried: QueryDict) -> list[Facet]:
    """Facets with at least two values, most frequent first; values already chosen stand in `chosen`."""
    names = _names()
    made = []
    for name in FACETS:
        counts = {v: n for v, n in answer.result.counts.get(name, {}).items() if v not in answer.chosen.get(name, ())}
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
        if top and (len(counts) > 1 or name == "theme"):
            choices = tuple(Choice(names[name].get(v, v), n, _with(carried, name, v)) for v, n in top)
            made.append(Facet(str(FACET[name]), choices))
    return made


def chosen(answer: Answer, carried: QueryDict) -> list[Choice]:
    """Facet values in force, each with the link that takes it off."""
    names = _names()
    return [
        Choice(pair(FACET[name], names[name].get(value, value)), None, _without(carried, name, value))
        for name, values in answer.chosen.items()
        for value in values
    ]


def known_filters(filters: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The filters whose value means something, and a sentence for each other one: it is ignored, not answered by nothing."""
    names = _names()
    kept = {name: value for name, value in filters.items() if not value or value in names[name]}
    ignored = [(FACET[name], filters[name]) for name in filters.keys() - kept.keys()]
    return kept, [
        _("This filter knows no such value and was ignored: %(filter)s.") % {"filter": pair(name, quoted(value[:NAME]))}
        for name, value in sorted(ignored, key=lambda one: str(one[0]))
    ]


def filter_words(filters: Mapping[str, Sequence[str]]) -> list[str]:
    """Filters in force, as words."""
    names = _names() if filters else {}
    return [pair(FACET[name], names[name].get(value, value)) for name, values in filters.items() for value in values]


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
    direct = [known[match.id] for match in named(concepts) if match.id in known]
    return list(dict.fromkeys((c.fr if french else c.en)[0] for c in direct))[:4]


def corrected(corrections: Sequence[Correction]) -> list[tuple[str, str]]:
    return [(c.word, ", ".join(c.used)) for c in corrections]


def notices(given: Sequence[Notice]) -> list[str]:
    """What the engine did differently from what was asked, each sentence once."""
    return list(dict.fromkeys(filter(None, map(notice, given))))


def notice(told: Notice) -> str:
    """The sentence for something the engine did differently from what was asked."""
    sentences = {
        "unknown_facet": _("Filters that no commons answers to, or too many of them, were ignored."),
        "unknown_theme": _("An unknown theme was ignored."),
        "cut": _("Your text is long: only its first words were searched."),
        "too_many_signs": _(
            "Only the first ten phrases in quotation marks and the first ten words after a minus count."
        ),
        "curly_quotes": _('Only straight quotation marks (") ask for the very words: yours were read as plain text.'),
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
