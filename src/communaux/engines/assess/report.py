"""An assessment for programs (`communaux.assessment/1`, JSON) and for people (Markdown, in French or English)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from communaux.engines.assess import charts, telling
from communaux.engines.assess.credit import DAY, YEAR
from communaux.engines.assess.documents import MAIL
from communaux.engines.assess.forge import Forge
from communaux.engines.assess.forge_lines import FORMAT as ITEMS
from communaux.engines.assess.forge_lines import counts, digest
from communaux.engines.assess.forge_lines import said as time_said
from communaux.engines.assess.kernel import Assessment
from communaux.engines.assess.licence import Licence
from communaux.engines.assess.model import METHOD_VERSION, Axis, Condition, Indicator
from communaux.engines.assess.profile import AXES, active_months, worst_first
from communaux.engines.assess.telling import said

FORMAT: Final = "communaux.assessment/1"
# Conditions that files decide: the kinds of documents they are read from, the figures shown beside
FILES: Final = {
    "R3": ("readme",),
    "G1": ("governance", "charter"),
    "G2": ("maintainers", "codeowners"),
    "G4": ("conduct",),
}
FIGURES: Final = {"R4": ("licence_coverage",), "C5": ("first_response",), "G6": ("merge_rights",)}
MARKS: Final = {"met": "✓", "unmet": "✗", "unknown": "?"}


def day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def as_dict(found: Assessment) -> dict[str, Any]:
    """The keys of the format; nothing in it names a person."""
    times = {"first_ct": found.first, "last_ct": found.last}
    authors = {policy: {"with_bots": both, "without_bots": people} for policy, (both, people) in found.authors.items()}
    return {
        "format": FORMAT,
        "method": METHOD_VERSION,
        "subject": {"url": found.url, "head": found.head, "head_at": found.last},
        "as_of": day(found.as_of).isoformat(),
        "facts": {
            "commits": {"total": found.commits, "non_merge": found.non_merge, **times},
            "authors": authors,
            "bots": {"identities": found.bots[0], "commits": found.bots[1]},
        },
        "licence": _licence_dict(found.licence),
        "documents": {
            one.kind: {"state": one.state, "paths": one.paths, "words": one.words} for one in found.documents.documents
        },
        "declared_end": found.documents.end
        and {"quote": masked(found.documents.end.quote), "path": found.documents.end.path},
        "enclosure": [
            {"sign": one.sign, "path": one.path, "quote": masked(one.quote)} for one in found.documents.signals
        ],
        "funding": [{"kind": one.kind, "path": one.path} for one in found.documents.funding],
        "indicators": [asdict(one) for one in found.indicators],
        "conditions": [asdict(one) for one in found.conditions],
        "readings": dict(found.readings),
        "warnings": [asdict(one) for one in found.warnings],
        "window_days": YEAR // DAY,
        "series": dict(found.series),
    } | ({"items": items_of(found.forge)} if found.forge else {})


def items_of(forge: Forge) -> dict[str, Any]:
    """What was read of the forge and when; `sha256` tells it from any other reading: with it alone the result is made again."""
    read = {
        kind: {"since": time_said(one.since) if one.since else None, "until": time_said(one.until)}
        for kind, one in forge.read.items()
    }
    return {
        "format": ITEMS,
        "forge": forge.forge,
        "read_at": time_said(forge.read_at),
        "read": read,
        "count": counts(forge),
        "left_out": forge.left_out,
        "sha256": digest(forge),
    }


def _licence_dict(found: Licence) -> dict[str, Any]:
    candidates = [
        {"path": one.path, "source": one.source, "expression": one.expression, "confidence": one.confidence}
        for one in found.candidates
    ]
    return {
        "expression": found.expression,
        "confidence": found.confidence,
        "open": found.open,
        "later": found.later,
        "candidates": candidates,
        "conflicts": [asdict(one) for one in found.conflicts],
    }


def as_json(found: Assessment) -> str:
    """Keys sorted: the same assessment is the same bytes."""
    return json.dumps(as_dict(found), ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def heading(found: Assessment, lang: str) -> tuple[str, ...]:
    """Title, when, and what it was read from."""
    last = day(found.last).isoformat() if found.last >= 0 else "?"
    dates = {"day": day(found.as_of).isoformat(), "head_day": last}
    people, many = found.authors["default"][1], charts.number
    counts = {"commits": found.commits, "non_merge": found.non_merge, "people": people}
    robots = said("robots", lang, bots=many(found.bots[0], lang), bot_commits=many(found.bots[1], lang))
    end = year_end(found)
    return (
        said("title", lang, url=found.url or found.head[:10]),
        said("when", lang, head=found.head[:10], method=METHOD_VERSION, **dates),
        said("matter", lang, **{name: many(count, lang) for name, count in counts.items()}),
        *([robots] if found.bots[0] else []),
        *([read_items(found.forge, lang)] if found.forge else []),
        *([telling.year_note(end, day(found.as_of), lang)] if end else []),
        *filter(None, [charts.line(found.series, lang)]),
    )


def read_items(forge: Forge, lang: str) -> str:
    """How much of the forge was read, and when."""
    many = counts(forge)
    day_read, told = day(forge.read_at).isoformat(), telling.word_of_forge(forge.forge)
    return said("items", lang, day=day_read, forge=told, issues=many["issue"], changes=many["change"])


def of_axis(found: Assessment, axis: Axis) -> list[Condition]:
    """Conditions of an axis, the worst first."""
    return worst_first([one for one in found.conditions if one.axis == axis])


def because(found: Assessment, one: Condition, lang: str) -> list[str]:
    """What decided a condition, as lines: what was found, the figures it rests on with their intervals, why not."""
    known = {indicator.code: indicator for indicator in found.indicators}
    figures = [code for code in one.because if code in known] or [
        code for code in FIGURES.get(one.code, ()) if code in known
    ]
    reasons = [telling.because(code, lang, **_given(found, lang)) for code in one.because if code not in known]
    return [*_seen(found, one, lang), *(line(known[code], lang) for code in figures), *reasons]


def unsettled(found: Assessment, one: Condition, lang: str) -> list[str]:
    """Why a condition is unknown, where nothing that decided it says so in words."""
    figures = {indicator.code: indicator for indicator in found.indicators}
    if one.outcome != "unknown" or any(code not in figures or figures[code].reason for code in one.because):
        return []
    return [said("figures_open" if one.because else "nothing_read", lang)]


def to_do(one: Condition, lang: str) -> list[str]:
    """What helps where a condition is not met."""
    what, effort = telling.remedy(one, lang)
    phrase = {"unmet": "remedy", "unknown": "if_missing"}.get(one.outcome)
    return [f"{said(phrase, lang)} ({effort}){said('colon', lang)} {what}"] if phrase else []


def year_end(found: Assessment) -> date | None:
    """When the last year of its history ended, where that is long ago."""
    return telling.year_end(day(found.last) if found.last >= 0 else None, day(found.as_of))


def _given(found: Assessment, lang: str) -> dict[str, object]:
    """What the words of a reason may name."""
    arrived = found.indicator("conversion").detail
    return {
        "ago": telling.ago((found.as_of - found.last) // DAY, lang),
        "year": telling.year(year_end(found), lang),
        "stayed": arrived["k"],
        "came": arrived["n"],
        "months": active_months(found.indicator("trend")),
    }


def _seen(found: Assessment, one: Condition, lang: str) -> list[str]:
    """The files and words that a condition was read from."""
    if one.code == "R1" and found.licence.expression:
        return [_licence(found.licence, lang)]
    if one.code == "C1" and (end := found.documents.end):
        return [telling.found("quote", lang, quote=masked(end.quote), path=end.path)]
    paths = [path for kind in FILES.get(one.code, ()) for path in found.documents.of(kind).paths]
    quotes = [
        telling.found("quote", lang, quote=masked(signal.quote), path=signal.path)
        for signal in found.documents.signals
        if one.code == "G5" and signal.sign in one.because
    ]
    return ([telling.found("documents", lang, paths=", ".join(paths[:3]))] if paths else []) + quotes


def _licence(found: Licence, lang: str) -> str:
    paths = list(dict.fromkeys(one.path for one in found.candidates if one.expression))[:3]
    return telling.found(
        "licence", lang, expression=found.expression, confidence=int(100 * found.confidence), paths=", ".join(paths)
    )


def masked(quote: str) -> str:
    """A sentence without the addresses of people.

    >>> masked("Write to ada@x.org.")
    'Write to ….'
    """
    return MAIL.sub("…", quote)


def line(one: Indicator, lang: str) -> str:
    """`Facteur d’absence, sur un an : 7 personnes, 5 à 8 (…), sur 2 726 modifications`."""
    matter, why = telling.rests_on(one, lang), telling.reason(one, lang)
    rests_on = f"{said('n', lang)} {matter}" if matter else ""
    parts = (telling.value(one, lang), telling.interval(one, lang), why, rests_on)
    return f"{telling.name(one.code, lang)}{said('colon', lang)} {', '.join(filter(None, parts))}"


def as_markdown(found: Assessment, lang: str) -> str:
    """The whole report, to be kept, printed or put in a README."""
    title, *matter = heading(found, lang)
    warnings = (f"⚠ {telling.warning(one, lang)}" for one in found.warnings)
    parts = [f"# {title}", *matter, said("no_mark", lang), said("essentials", lang), *warnings]
    for axis in AXES:
        reading = telling.word("readings", found.readings[axis], lang)
        parts.append(f"## {telling.word('axes', axis, lang)} — {reading}")
        parts.append("\n".join(_items(found, axis, lang)))
    return "\n\n".join([*parts, f"## {said('measures', lang)}", "\n".join(_table(found, lang))]) + "\n"


def _items(found: Assessment, axis: Axis, lang: str) -> Iterator[str]:
    for one in of_axis(found, axis):
        name, met_when = telling.condition(one, lang, year_end(found))
        star = f" ({said('essential', lang)})" if one.essential else ""
        outcome = telling.word("outcomes", one.outcome, lang)
        yield f"- {MARKS[one.outcome]} **{name}**{star} — {outcome}. {said('met_when', lang)}{said('colon', lang)} {met_when}"
        yield from (f"  - {told}" for told in (*because(found, one, lang), *unsettled(found, one, lang)))
        yield from (f"  - {told}" for told in to_do(one, lang))


def _table(found: Assessment, lang: str) -> Iterator[str]:
    yield "| " + " | ".join(said(name, lang) for name in ("measure", "value", "interval", "n")) + " |"
    yield "| --- | --- | --- | ---: |"
    for one in found.indicators:
        around = telling.interval(one, lang) or telling.reason(one, lang)
        matter = telling.rests_on(one, lang)
        yield f"| {telling.name(one.code, lang)} | {telling.value(one, lang)} | {around} | {matter} |"
