"""What a change of words does, measured before anybody accepts it: on the shipped cases and on what people searched for.

Two indexes of the same documents are built, without and with the change; nothing is stored but what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Max

from communaux.catalogue import indexing, weights, words
from communaux.catalogue.masking import without_masks
from communaux.catalogue.models import Commons, SearchLog, SourceRecord, ThesaurusChange
from communaux.catalogue.queries.documents import documents
from communaux.data import search_cases
from communaux.engines.search import Case, Index, Metrics, Query, build, check, moved
from communaux.engines.search.evaluate import evaluate_ranking
from communaux.engines.search.model import Thesaurus
from communaux.engines.search.overlay import WordChange, fault, overlaid

# The prefix of an entry in the cases -> the key of its source here.
SOURCES = {
    "ash": "awesome-selfhosted",
    "beta": "betagouv",
    "dpga": "dpga",
    "mec": "communs-te",
    "ore": "canada-ore",
    "ost": "opensustain",
    "pc": "publiccode",
    "sill": "sill",
}
SEARCHES, DEPTH, SHOWN = 200, 10, 20

type Report = Callable[[int, int], None]
type Ask = Callable[[str], list[str]]


def measure(change: ThesaurusChange, today: date, report: Report) -> dict[str, Any]:
    """The effect of one change on the words as they stand today."""
    asked = words.as_change(change.concept, change.op, change.payload)
    now = indexing.wanted()
    if trouble := fault(now, asked):
        return {"base": now.sha256, "fault": trouble, "problems": []}
    with_it = overlaid(now, [asked])
    docs, numbers = list(documents(today)), weights.search()[1]
    cases, searches = judgeable(), latest_searches()
    step = _Steps(report, 2 * (len(docs) + len(cases) + len(searches)))
    before = build(docs, now, numbers, previous=indexing.newest.get(ask=False), progress=step.each)
    after = build(docs, with_it, numbers, previous=before, progress=step.each)
    return {
        "base": now.sha256,
        "fault": "",
        "problems": _problems(now, with_it),
        "documents": len(docs),
        "word": _word(before, after, asked),
        "cases": _cases(step.counting(before.ids), step.counting(after.ids), cases),
        "searches": _searches(step.counting(before.ids), step.counting(after.ids), searches),
    }


class _Steps:
    """One bar over everything that is done."""

    def __init__(self, report: Report, total: int) -> None:
        self.report, self.done, self.total = report, 0, total

    def each(self, _done: int = 0, _total: int = 0) -> None:
        self.done += 1
        self.report(min(self.done, self.total), self.total)

    def counting(self, ask: Ask) -> Ask:
        def asked(text: str) -> list[str]:
            self.each()
            return ask(text)

        return asked


def _problems(now: Thesaurus, with_it: Thesaurus) -> list[str]:
    """What the checker says against the new words and did not say against the old ones."""
    parsed = indexing.shipped()
    known = {str(one) for one in check(replace(parsed, thesaurus=now))}
    return sorted({one.message for one in check(replace(parsed, thesaurus=with_it)) if str(one) not in known})


def _word(before: Index, after: Index, change: WordChange) -> dict[str, Any]:
    """The word alone, as somebody would type it: what comes first without and with the change."""
    text = change.label or change.fr
    return {
        "text": text,
        "known": _understood(before, text, change.concept),
        "understood": _understood(after, text, change.concept),
        "before": before.ids(text)[:DEPTH],
        "after": after.ids(text)[:DEPTH],
    }


def _understood(index: Index, text: str, concept: str) -> bool:
    return concept in {one.id for one in index.search(Query(text, limit=1)).concepts if one.via is None}


def judgeable() -> list[Case]:
    """The shipped cases, but those kept out of tuning, whose answers this desk holds: each entry as its commons."""
    rows = [row for rows in search_cases().values() for place, row in enumerate(rows) if place % 3 != 2]
    slugs = _slugs({name for row in rows for name in row["relevant"]})
    cases = [(row, _grades(row["relevant"], slugs)) for row in rows]
    return [Case(row["id"], row["need"], grades, row["lang"]) for row, grades in cases if grades]


def _slugs(entries: Iterable[str]) -> dict[str, str]:
    """Entry of the cases -> address of the published commons that bears it."""
    wanted: dict[str, set[str]] = {}
    for entry in entries:
        prefix, _, number = entry.partition(":")
        wanted.setdefault(prefix, set()).add(number)
    found: dict[str, str] = {}
    for prefix, numbers in wanted.items():
        held = SourceRecord.objects.filter(source=SOURCES[prefix], external_id__in=numbers)
        live = held.filter(commons__state=Commons.State.PUBLISHED).values_list("external_id", "commons__slug")
        found |= {f"{prefix}:{number}": slug for number, slug in live}
    return found


def _grades(relevant: Mapping[str, int], slugs: Mapping[str, str]) -> dict[str, int]:
    grades: dict[str, int] = {}
    for entry, grade in relevant.items():
        if entry in slugs:
            grades[slugs[entry]] = max(grade, grades.get(slugs[entry], 0))
    return grades


def _cases(before: Ask, after: Ask, cases: Sequence[Case]) -> dict[str, Any]:
    was, now = evaluate_ranking(before, cases), evaluate_ranking(after, cases)
    changed, needs = moved(was, now), {case.id: case.need for case in cases}
    told = [{"need": needs[b.id], "before": round(a.ndcg, 3), "after": round(b.ndcg, 3)} for a, b in changed]
    return {
        "n": len(cases),
        "before": _means(was),
        "after": _means(now),
        "better": sum(b.ndcg > a.ndcg for a, b in changed),
        "worse": sum(b.ndcg < a.ndcg for a, b in changed),
        "shown": told[:SHOWN],
    }


def _means(metrics: Metrics) -> dict[str, float]:
    total = metrics.total
    return {"ndcg": round(total.ndcg, 4), "mrr": round(total.mrr, 4), "success": round(total.success, 4)}


def latest_searches() -> list[str]:
    """The last different searches of the desk, newest first."""
    rows = SearchLog.objects.values_list("query_masked").annotate(last=Max("day")).order_by("-last", "query_masked")
    return [words for query, _last in rows[:SEARCHES] if (words := without_masks(query))]


def _searches(before: Ask, after: Ask, searches: Sequence[str]) -> dict[str, Any]:
    """How many of them answer otherwise, and what comes and goes among their first ten."""
    told = []
    for query in searches:
        was, now = before(query)[:DEPTH], after(query)[:DEPTH]
        if was != now:
            told.append({"query": query, "comes": _less(now, was), "goes": _less(was, now)})
    return {"n": len(searches), "changed": len(told), "shown": told[:SHOWN]}


def _less(some: Sequence[str], others: Sequence[str]) -> list[str]:
    return [slug for slug in some if slug not in others]
