"""The words of a page, its budget and its two versions; and the same for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from communaux.engines.footprint.factors import Factors
from communaux.engines.footprint.page import Kept, Versions
from communaux.engines.footprint.pagefacts import PageFacts
from communaux.engines.footprint.reports import ends
from communaux.engines.footprint.telling import as_json, bounds, said, word

VERDICTS = {True: "holds", False: "passed", None: "unknown"}


def facts(found: PageFacts, lang: str) -> Iterator[str]:
    """What was seen, then what to beware of."""
    source = word("source", found.source, lang)
    yield said("page", lang, url=found.url)
    if found.at is None:
        yield said("page_source", lang, source=source)
    else:
        yield said("page_at", lang, at=found.at.date().isoformat(), source=source)
    for name, value in seen(found, lang):
        yield "  " + said("fact", lang, name=name, value=value)
    for name, n in doubts(found, lang):
        yield said("fact", lang, name=name, value=n)


def seen(found: PageFacts, lang: str) -> Iterator[tuple[str, str]]:
    """What was counted, each with its name."""
    shown = {
        "bytes": kilobytes(found.size, lang),
        "requests": _count(found.requests, lang),
        "third_parties": _hosts(found.third_parties, lang),
        "fonts": _fonts(found, lang),
        "dom_nodes": _count(found.dom_nodes, lang),
        **{code: kilobytes(size, lang) for code, size in found.unused.items()},
    }
    return ((word("fact", code, lang), value) for code, value in shown.items())


def doubts(found: PageFacts, lang: str) -> Iterator[tuple[str, int]]:
    """What was left out or guessed, and how often."""
    return ((word("page_warning", code, lang), n) for code, n in found.warnings.items())


def kilobytes(size: int | None, lang: str) -> str:
    """One decimal: bytes are counted, not estimated.

    >>> kilobytes(2_420_123, "en"), kilobytes(None, "fr")
    ('2420.1 kB', 'inconnu')
    """
    if size is None:
        return said("unknown", lang)
    number = f"{size / 1000:.1f}"
    return said("kilobytes", lang, n=number.replace(".", ",") if lang == "fr" else number)


def _count(found: int | None, lang: str) -> str:
    return said("unknown", lang) if found is None else str(found)


def _hosts(found: tuple[str, ...] | None, lang: str) -> str:
    if not found:
        return _count(None if found is None else 0, lang)
    return said("hosts", lang, n=len(found), hosts=", ".join(found))


def _fonts(found: PageFacts, lang: str) -> str:
    if not found.fonts:
        return _count(found.fonts, lang)
    return said("fonts", lang, n=found.fonts, size=kilobytes(found.font_bytes, lang))


def budget(found: Iterable[Kept], lang: str) -> Iterator[str]:
    for one in found:
        show = kilobytes if one.what == "bytes" else _count
        name, verdict = word("fact", one.what, lang).lower(), word("kept", VERDICTS[one.holds], lang)
        measured, declared = show(one.measured, lang), show(one.declared, lang)
        yield said("budget", lang, name=name, measured=measured, declared=declared, verdict=verdict)


def versions(found: Versions, lang: str) -> Iterator[str]:
    """Grams of both, and how far they are from one another."""
    yield said("before", lang, **bounds(found.before.total, lang))
    yield said("after", lang, **bounds(found.after.total, lang))
    yield said("change", lang, **bounds(found.change, lang))
    yield said("page_bounds", lang)
    yield said("tier", lang, tier=word("tier", found.after.tier, lang))
    yield said("not_counted", lang)
    yield from (f"  - {word('not_counted', code, lang)}" for code in found.after.not_counted)


def facts_json(found: PageFacts) -> dict[str, Any]:
    """All that is kept of a visit; null is not known."""
    return asdict(found) | {"at": found.at and found.at.isoformat()}


def versions_json(found: Versions, factors: Factors) -> dict[str, Any]:
    """g of CO2 equivalent a visit."""
    return {
        "before": as_json(found.before, factors),
        "after": as_json(found.after, factors),
        "change": ends(found.change),
        "warnings": list(found.warnings),
    }
