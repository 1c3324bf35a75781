"""The words of an audit, in French and in English; without Django, for the terminal as for pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from communaux.engines.footprint.rgesn.audit import BLOCKS, Audit, Finding
from communaux.engines.footprint.rgesn.checks import EVERY, Found
from communaux.engines.footprint.rgesn.compare import Change, Diff, Kind
from communaux.engines.footprint.rgesn.declaration import missing, undetailed
from communaux.engines.footprint.rgesn.display import Mark
from communaux.engines.footprint.rgesn.referential import Criterion, referential
from communaux.engines.footprint.rgesn.rules import broken, held
from communaux.engines.footprint.rgesn.score import HUNDRED, Score, Scores, rounded, score
from communaux.engines.footprint.telling import refused, word

KINDS: Final[tuple[Kind, ...]] = ("gained", "lost", "newly_assessed", "became_na", "other")


def said(phrase: str, lang: str, /, **given: object) -> str:
    """A phrase about an audit."""
    return word("rgesn", phrase, lang).format(**given)


def words_of(criterion: Criterion, lang: str) -> dict[str, str]:
    """The words of a criterion.

    >>> from communaux.engines.footprint.rgesn.referential import referential
    >>> words_of(referential()["4.1"], "en")["title"]
    'Nothing plays by itself'
    """
    return {
        "number": criterion.number,
        "theme": criterion.theme.names[lang],
        "title": criterion.titles[lang],
        "priority": word("rgesn_priority", criterion.priority, lang),
        "difficulty": word("rgesn_level", criterion.difficulty, lang),
    }


def day(one: date, lang: str) -> str:
    """A day in figures.

    >>> day(date(2026, 1, 31), "fr"), day(date(2026, 1, 31), "en")
    ('31/01/2026', '2026-01-31')
    """
    return f"{one:%d/%m/%Y}" if lang == "fr" else one.isoformat()


def decimal(value: float, lang: str) -> str:
    """A number with the decimal sign of the language.

    >>> decimal(68.8, "fr")
    '68,8'
    """
    return f"{value:g}".replace(".", "," if lang == "fr" else ".")


def scored(found: Score, lang: str) -> Iterator[str]:
    """A score, with the shares without which it says little."""
    shown = rounded(found.value)
    yield said("score_none", lang) if shown is None else said("score", lang, score=shown)
    yield from shares(found, lang)
    if found.on_assessed is not None:
        yield said("on_assessed", lang, score=rounded(found.on_assessed))
    yield said("lines", lang, **{name: getattr(found, name) for name in Score._fields[:4]})


def shares(found: Score, lang: str) -> Iterator[str]:
    """The share assessed and the share with evidence, which stand beside every score."""
    done = found.conforming + found.not_conforming
    yield _share("assessed", done, done + found.not_assessed, lang)
    yield _share("proven", found.proven, found.conforming, lang)


def _share(name: str, done: int, whole: int, lang: str) -> str:
    if not whole:
        return said("share_none", lang, name=said(f"{name}_name", lang))
    return said(f"share_{name}", lang, done=done, all=whole, percent=rounded(Fraction(HUNDRED * done, whole)))


def themes(audit: Audit, found: Scores, lang: str) -> Iterator[str]:
    """A line a theme."""
    for theme in referential(audit.referential).themes.values():
        yield theme_line(theme.number, theme.names[lang], found.themes[theme.number], lang)


def theme_line(number: int, name: str, one: Score, lang: str) -> str:
    """How far a theme is."""
    if one.value is None:
        return said("theme_none", lang, number=number, name=name)
    done = one.conforming + one.not_conforming
    given = {"score": rounded(one.value), "done": done, "all": done + one.not_assessed}
    return said("theme", lang, number=number, name=name, **given)


def told(audit: Audit, on: date, lang: str) -> Iterator[str]:
    """A report: the score, by theme, and the lines that do not hold."""
    found = score(held(audit), on)
    yield said("title", lang, name=audit.service.name)
    yield from scored(found.whole, lang)
    yield from (f"  {line}" for line in themes(audit, found, lang))
    yield said("meaning", lang)
    yield from not_held(audit, lang)


def not_held(audit: Audit, lang: str) -> Iterator[str]:
    """Lines that break a rule, each with what to do; nothing where all hold."""
    errors = broken(audit)
    if errors:
        yield said("not_held", lang)
    yield from (f"- {refused(error, lang)}" for error in errors)


def differences(found: Diff, lang: str) -> Iterator[str]:
    """What changed from one audit to another."""
    sides = {name: rounded(one.value) for name, one in (("before", found.before), ("after", found.after))}
    shown = {name: said("nothing", lang) if one is None else one for name, one in sides.items()}
    yield said("diff", lang, **shown)
    if found.only_na:
        yield said("only_na", lang)
    if not found.changes:
        yield said("same", lang)
    for kind in KINDS:
        changes = found.of(kind)
        if changes:
            yield word("rgesn_change", kind, lang)
        yield from (f"  {changed(one, lang)}" for one in changes)


def changed(one: Change, lang: str) -> str:
    """A line that is answered otherwise."""
    answers = {name: word("rgesn_answer", getattr(one, name), lang) for name in ("before", "after")}
    return said("change", lang, number=one.criterion.number, title=one.criterion.titles[lang], **answers)


def marked(one: Mark, lang: str) -> Iterator[str]:
    """All that the progress mark shows, line by line: what a bar says to who sees it, and how sure it is."""
    phrase = "mark_none" if one.bar is None else "mark"
    yield said(phrase, lang, service=one.service, bar=one.bar, by=by(one, lang))
    yield from shares(one.score, lang)
    if one.told_on:
        yield said("told_on", lang, day=day(one.told_on, lang))
    if one.contested:
        yield said("contested", lang, n=one.contested)
    for name, text in one.facts.items():
        yield said("fact", lang, name=word("rgesn_block", name, lang), text=text or said("unknown", lang))
    yield said("mark_meaning", lang)


def by(one: Mark, lang: str) -> str:
    """Who says so: the service itself, or a third party that is named."""
    if not one.reviewer:
        return said("self", lang)
    if one.reviewed_on is None:
        return said("reviewed", lang, who=one.reviewer)
    return said("reviewed_on", lang, who=one.reviewer, day=day(one.reviewed_on, lang))


def declared(audit: Audit, on: date, lang: str) -> Iterator[str]:
    """The declaration as text: the service, how far it is, what it tells of itself, its 78 lines, its plan."""
    kept, known = held(audit), referential(audit.referential)
    found = score(kept, on)
    yield said("title", lang, name=audit.service.name)
    yield from about(audit, lang)
    yield from scored(found.whole, lang)
    yield said("meaning", lang)
    yield from gaps(audit, lang)
    yield ""
    for name in BLOCKS:
        text = audit.blocks.get(name, "").strip() or said("unknown", lang)
        yield said("fact", lang, name=word("rgesn_block", name, lang), text=text)
    if audit.pages:
        yield said("pages", lang)
        yield from (f"  {page}" for page in audit.pages)
    theme = 0
    for criterion, answer, one in zip(kept.criteria, kept.answers, audit.findings, strict=True):
        if criterion.theme.number != theme:
            theme = criterion.theme.number
            yield ""
            yield theme_line(theme, criterion.theme.names[lang], found.themes[theme], lang)
        words = {"title": criterion.titles[lang], "answer": word("rgesn_answer", answer, lang)}
        yield "  " + said("line", lang, number=criterion.number, **words)
        yield from (f"    {line}" for line in details(one, lang))
    yield ""
    yield from plan(audit, lang)
    yield from not_held(audit, lang)
    yield said("official", lang, credit=known.credit, address=known.address)


def about(audit: Audit, lang: str) -> Iterator[str]:
    """Which service, how it was looked at, by whom and when."""
    if audit.service.url:
        yield audit.service.url
    pairs = (("kind", audit.service.kind, "service"), ("mode", audit.mode, "mode"), ("state", audit.state, "state"))
    yield said("about", lang, **{name: word(f"rgesn_{table}", code, lang) for name, code, table in pairs})
    if audit.auditor or audit.organisation:
        yield said("by", lang, who=", ".join(name for name in (audit.auditor, audit.organisation) if name))
    if told_on := audit.closed_on or audit.started_on:
        yield said("told_on", lang, day=day(told_on, lang))


def gaps(audit: Audit, lang: str) -> Iterator[str]:
    """What is missing before it can be published."""
    if names := missing(audit):
        yield said("missing", lang, names=", ".join(word("rgesn_block", name, lang) for name in names))
    if numbers := undetailed(audit):
        yield said("undetailed", lang, numbers=", ".join(numbers))


def details(one: Finding, lang: str) -> Iterator[str]:
    """What stands behind a line: words, evidence, review."""
    yield from " ".join((one.na_reason or one.justification).split()).splitlines()
    for proof in one.evidence:
        kind = word("rgesn_evidence", proof.kind, lang)
        if proof.valid_until is None:
            yield said("proof", lang, kind=kind, locator=proof.locator)
        else:
            yield said("proof_until", lang, kind=kind, locator=proof.locator, day=day(proof.valid_until, lang))
    if one.review:
        yield said("review_line", lang, review=word("rgesn_review", one.review, lang), who=one.reviewed_by)
    yield from " ".join(one.remark.split()).splitlines()


def plan(audit: Audit, lang: str) -> Iterator[str]:
    """What is to be done, by whom, when; nothing where nothing is planned."""
    actions = [one for one in audit.findings if one.action]
    if actions:
        yield said("plan", lang)
    for one in actions:
        who = ", ".join((*one.owners, *([one.due] if one.due else [])))
        yield "  " + said("planned_by" if who else "planned", lang, number=one.criterion, action=one.action, who=who)


def checked(found: Mapping[str, Found], lang: str) -> Iterator[str]:
    """What each check says, and why it cannot tell."""
    criteria = {one.id: one.criterion for one in EVERY}
    for name, one in found.items():
        outcome, check = word("rgesn_outcome", one.outcome, lang), word("rgesn_check", name, lang)
        yield said("checked", lang, number=criteria[name], check=check, outcome=outcome)
        for line in (*values(one.values, lang), *(word("rgesn_limit", code, lang) for code in one.limits)):
            yield f"  - {line}"


def values(told: Mapping[str, object], lang: str) -> Iterator[str]:
    """What a check saw.

    >>> list(values({"files": 2, "bytes": None, "adapts": True, "hosts": ["cdn.example"], "wue": 0.2}, "fr"))
    ['fichiers\\xa0: 2', 'octets\\xa0: inconnu', 'styles qui s’adaptent\\xa0: oui', 'hôtes\\xa0: cdn.example', 'WUE\\xa0: 0,2']
    """
    for name, value in told.items():
        yield said("value", lang, name=word("rgesn_value", name, lang), value=_value(value, lang))


def _value(value: object, lang: str) -> str:
    if value is None or value is True or value is False:
        return word("rgesn_told", {None: "unknown", True: "yes", False: "no"}[value], lang)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or word("rgesn_told", "none", lang)
    return decimal(value, lang) if isinstance(value, float) else str(value)
