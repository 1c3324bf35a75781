"""A *note d'opportunité* in words, in the order it is printed: one structure for the page, Markdown and ODT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communaux.catalogue import opportunity
from communaux.catalogue.formats.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Line,
    Paragraph,
    Run,
    Table,
    line,
    lines,
    paragraphs,
)
from communaux.catalogue.queries.search import EMPTY
from communaux.core.to_verify import printable
from communaux.engines.search.model import Hit, Reason
from communaux.web import comparing, reasons, results
from communaux.web.labels import TABLES
from communaux.web.typography import dated, grouped, listed, pair, quoted

# Each is printed once its row of `data/to_verify.toml` is verified
LEGAL = {
    "note-law-2016": "loi n° 2016-1321 du 7 octobre 2016 pour une République numérique, article 16",
    "note-education-code": "code de l’éducation, article L123-4-1",
    "note-procurement-code": "code de la commande publique, article R2111-1",
}

type Content = Mapping[str, Any]


def document(content: Content, sha256: str) -> Document:
    """The whole note; `sha256` is empty for a draft."""
    lang = get_language() or "fr"
    spoken = content["lang"] if content["lang"] != lang else ""
    parts = (_need(content, spoken), _searches(content), _candidates(content, spoken), _compared(content))
    ends = (_conclusion(content, spoken), _sources(content), _seal(content, sha256))
    blocks = tuple(block for part in (*parts, *ends) for block in part)
    return Document(content["title"], lang, blocks)


def _moment(text: str) -> str:
    return dated(localtime(datetime.fromisoformat(text)), "minute")


def _need(content: Content, spoken: str) -> Iterator[Block]:
    if not content["frozen_at"]:
        yield Paragraph(line(_("Draft: nothing here is settled yet.")))
    asked = content["asked_by"]
    who = asked["name"] if asked else _("a person, in their own name")
    yield Heading(2, _("The need"))
    yield from paragraphs(content["need"], spoken) or [Paragraph(line(_("Not said yet.")))]
    told = pair(_("Asked by"), who)
    numbered = f"{told} (SIRET {asked['siret']})" if asked and asked["siret"] else told
    day = _moment(content["frozen_at"] or content["created_at"])
    yield Paragraph(line(numbered))
    yield Paragraph(line(pair(_("Frozen on") if content["frozen_at"] else _("Begun on"), day)))
    if content["revises"]:
        yield Paragraph(
            line(pair(_("Revises the note"), f"{content['revises']['id']}, {content['revises']['sha256']}"))
        )


def _searches(content: Content) -> Iterator[Block]:
    yield Heading(2, _("What was searched"))
    if not content["searches"]:
        yield Paragraph(line(_("No search yet.")))
    for number, search in enumerate(content["searches"], start=1):
        yield Heading(3, f"{number}. {quoted(search['query'])}")
        yield from _search(search)


def _search(search: Mapping[str, Any]) -> Iterator[Block]:
    filters = results.filter_words(search["filters"])
    found = pair(_("Commons found"), grouped(search["total"]))
    yield Paragraph(line(" · ".join([_moment(search["at"]), *filters, found])))
    yield Paragraph(line(pair(_("Searched with"), listed(_made_with(search)))))
    first = opportunity.first_hits(search)
    if first:
        yield Bullets(tuple(_hit(hit) for hit in first))
    if others := search["hits"][len(first) :]:
        yield Paragraph(line(pair(_("Then"), ", ".join(hit["name"] for hit in others))))


def _made_with(search: Mapping[str, Any]) -> list[str]:
    """Index, weights and words by day and size; by number only where a note was frozen before these were kept."""
    told, version = search.get("made_with", {}), search["weights_version"]
    if told:
        day = {"day": _day(told["index_on"]), "commons": grouped(told["commons"])}
        index = ngettext(
            "index of %(day)s, which held %(commons)s commons",
            "index of %(day)s, which held %(commons)s commons",
            told["commons"],
        )
        index = index % day
    else:
        index = _("index number %(number)d") % {"number": search["index_generation"]}
    weights = _("weights shipped with the desk")
    if since := told.get("weights_since"):
        weights = _("version %(version)d of the weights, of %(day)s") % {"version": version, "day": _day(since)}
    elif version:
        weights = _("version %(version)d of the weights") % {"version": version}
    return [index, weights, _("thesaurus of fingerprint %(sha256)s") % {"sha256": search["thesaurus_version"][:12]}]


def _day(text: str) -> str:
    return dated(localtime(datetime.fromisoformat(text)))


def _hit(hit: Mapping[str, Any]) -> Line:
    """Rank, name, why it is there."""
    given = tuple(Reason(one["kind"], one["params"], one["percent"] / 100) for one in hit["reasons"])
    why = reasons.told(Hit(hit["slug"], hit["rank"], 0.0, 0.0, given, 1.0, EMPTY)).line
    name = Run(f"{hit['rank']}. {hit['name']}")
    return (name, Run(f" — {why}")) if why else (name,)


def _candidates(content: Content, spoken: str) -> Iterator[Block]:
    yield Heading(2, _("What was looked at"))
    if not content["candidates"]:
        empty = opportunity.nothing_found(content)
        yield Paragraph(line(_("The searches found nothing.") if empty else _("No candidate yet.")))
        return
    head = (_("Candidate"), _("Verdict"), _("Why"))
    yield Table(_("Candidates, kept ones first"), head, tuple(_candidate(one, spoken) for one in content["candidates"]))


def _candidate(one: Mapping[str, str], spoken: str) -> tuple[tuple[Line, ...], ...]:
    verdict = str(TABLES["note_verdict"].get(one["verdict"], _("still to be judged")))
    if one["reason_code"]:
        verdict = pair(verdict, TABLES["note_reason"][one["reason_code"]])
    why = tuple(line(part, lang=spoken) for part in lines(one["reason"]))
    return (line(one["name"], one["address"]),), (line(verdict),), why


def _compared(content: Content) -> Iterator[Block]:
    table = content["comparison"]
    if table["columns"]:
        yield Heading(2, _("Side by side"))
        yield comparing.as_table(table, _("Up to four candidates, kept ones first; no winner, no total"))


def _conclusion(content: Content, spoken: str) -> Iterator[Block]:
    end = content["conclusion"]
    yield Heading(2, _("Conclusion"))
    choice = TABLES["conclusion"].get(end["choice"], _("Not said yet."))
    yield Paragraph(line(str(choice)[:1].upper() + str(choice)[1:]))
    yield from paragraphs(end["text"], spoken)
    if end["giveback"] or end["licence"]:
        yield Heading(3, _("What is given back to all"))
        yield from paragraphs(end["giveback"], spoken)
        yield Paragraph(line(pair(_("Licence"), end["licence"] or _("unknown"))))


def _sources(content: Content) -> Iterator[Block]:
    rows = [row for row in map(printable, LEGAL) if row]
    if rows:
        yield Heading(2, _("Law"))
        yield Bullets(tuple(line(row.value, row.read_at) for row in rows))
    if content["sources"]:
        yield Heading(2, _("Sources"))
        told = [listed([one["title"], one["licence"], _read(one["read_on"])]) for one in content["sources"]]
        yield Bullets(tuple(map(line, told)))


def _read(day: str) -> str:
    return pair(_("read on"), dated(datetime.fromisoformat(day)))


def _seal(content: Content, sha256: str) -> Iterator[Block]:
    yield Heading(2, _("How to check this note"))
    if not sha256:
        yield Paragraph(line(_("A draft has no hash: it gets one when it is frozen.")))
        return
    yield Paragraph(line(pair("SHA-256", sha256)))
    told = _(
        "The hash is that of all the note says, as JSON in one spelling: UTF-8, keys in order, no spaces. Nothing of it can "
        "change without another hash. Take the JSON file of this note and run one of these:"
    )
    yield Paragraph(line(told))
    yield Bullets((line(f"communaux note verify {content['id']}.json"), line(_shell(content["id"]))))
    yield Paragraph((Run(f"{_('Its address:')} "), Run(content["address"], content["address"])))


def _shell(name: str) -> str:
    return f"jq -cSj .content {name}.json | sha256sum"
