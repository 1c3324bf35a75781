"""Sentences for why a commons is among the results, and why another is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communaux.catalogue.indexing import thesaurus
from communaux.catalogue.queries.search import Absence
from communaux.engines.search.model import Concept, Hit, Reason, WhyNot
from communaux.web.labels import FACET


@dataclass(frozen=True, slots=True)
class Told:
    """`line` is read at a glance; `parts` says each reason with its part of the score in percent."""

    line: str
    parts: tuple[tuple[str, int], ...]


def concepts() -> Mapping[str, Concept]:
    """The functions of the thesaurus by their number."""
    return _concepts(thesaurus().sha256)


@lru_cache(maxsize=2)
def _concepts(sha256: str) -> Mapping[str, Concept]:
    return {concept.id: concept for concept in thesaurus().concepts}


def told(hit: Hit) -> Told:
    """The reasons of one hit, largest part first."""
    parts: dict[str, float] = {}
    for reason in hit.reasons:
        sentence = _sentence(reason)
        parts[sentence] = parts.get(sentence, 0.0) + reason.share
    ordered = sorted(parts.items(), key=lambda item: -item[1])
    return Told(" · ".join(words for words, _share in ordered[:2]), tuple((w, round(100 * s)) for w, s in ordered))


def _sentence(reason: Reason) -> str:
    given = reason.params
    match reason.kind:
        case "name" if "name" in given:
            return _("its name: %(name)s") % {"name": given["name"]}
        case "name":
            return _("“%(word)s” in its name") % {"word": given.get("matched") or given["word"]}
        case "spelling":
            return _("“%(word)s” read as “%(matched)s”") % _pair(given)
        case "translation":
            return _("“%(word)s”, said “%(matched)s” there") % _pair(given)
        case "concept" if "theme" in given:
            return _("same theme")
        case "concept" | "source":
            return _("function: %(function)s") % {"function": _function(given)}
        case "word" if given.get("concept"):
            return _("function: %(function)s") % {"function": _function(given)}
        case "word":
            return _("“%(word)s”") % {"word": given.get("matched") or given["word"]}
        case "phrase":
            return _("your words side by side")
        case "adoption":
            n = int(given["value"])
            return ngettext("used by %(n)s body (confirmed)", "used by %(n)s bodies (confirmed)", n) % {"n": n}
        case "near":
            return _("used near you")
        case "health":
            return _("in good health")
        case "stage":
            return _("placed lower: it has ended")
    return reason.kind


def _pair(given: Mapping[str, str]) -> dict[str, str]:
    word = given["word"]
    return {"word": word, "matched": given.get("matched") or given.get("label") or word}


def _function(given: Mapping[str, str]) -> str:
    """Preferred label of the function in the language of the page."""
    number = given.get("concept", "")
    return function_words(number) or str(given.get("label", number))


def function_words(number: str) -> str:
    concept = concepts().get(number)
    return "" if concept is None else (concept.fr if get_language() == "fr" else concept.en)[0]


def absence(absent: Absence) -> list[str]:
    """Answer to "why is X not here?", one sentence per cause."""
    match absent.state:
        case "merged":
            into = absent.commons.merged_into
            return [_("It was merged into %(name)s.") % {"name": into.name if into else ""}]
        case "withheld":
            return [_("It is not published as a commons: its licence is not open, or no source names it any more.")]
        case "not_indexed" | "unknown":
            return [_("It is not in the index yet; it will be within seconds.")]
    return _engine(absent)


def _engine(absent: Absence) -> list[str]:
    why = absent.told
    if why is None:
        return []
    if why.state == "hit":
        return [_("It is there, at rank %(rank)d.") % {"rank": why.rank or 0}]
    return [*_removed(why), *_words(why), *_place(why)] or [_("None of your words speaks of it.")]


def _removed(why: WhyNot) -> list[str]:
    signs = {"phrase": _("the words in quotation marks"), "without": _("the words after a minus")}
    names = [signs.get(name) or str(FACET.get(name, name)) for name in why.removed_by]
    return [_("A filter removed it: %(filters)s.") % {"filters": ", ".join(names)}] if names else []


def _words(why: WhyNot) -> list[str]:
    sentences = []
    if why.words_found:
        sentences.append(_("It holds %(words)s.") % {"words": _listed(why.words_found)})
    if why.words_missing:
        count = len(why.words_missing)
        text = ngettext("It lacks the word %(words)s.", "It lacks the words %(words)s.", count)
        sentences.append(text % {"words": _listed(why.words_missing)})
    if why.concepts_missing:
        functions = [_function({"concept": number}) for number in why.concepts_missing]
        sentences.append(_("It does not tell this function: %(functions)s.") % {"functions": _listed(functions)})
    return sentences


def _place(why: WhyNot) -> list[str]:
    sentences = []
    if why.state == "below" and why.rank:
        gap = number_format(why.gap or 0, 1)
        told = _("It stands at rank %(rank)d: its score is %(gap)s below that of the tenth.")
        sentences.append(told % {"rank": why.rank, "gap": gap})
    if why.stage_factor < 1:
        sentences.append(_("It is placed lower because it has ended."))
    return sentences


def _listed(words: Sequence[str]) -> str:
    return ", ".join(_("“%(word)s”") % {"word": word} for word in words)
