"""Drawings of the engine, and what changed from run to run, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from communaux.assessment.models import Run
from communaux.engines.assess import charts, telling
from communaux.engines.assess.compare import Changes, Moved, apart
from communaux.engines.assess.model import Indicator
from communaux.web.series import lang
from communaux.web.typography import typeset

register = template.Library()
type Past = Sequence[tuple[Run, Indicator]]


@register.filter
def drawing(svg: str) -> SafeString:
    """The engine escapes all text of its drawings."""
    return mark_safe(svg)  # noqa: S308 - engines/assess/drawing.py escapes every text


@register.filter
def curve(past: Past) -> SafeString:
    """A measure over its runs, given newest first; another method or another repository breaks the line."""
    seen = [(run.as_of, one, f"{run.repository_id} {one.version}") for run, one in reversed(past) if run.as_of]
    return drawing(charts.over_time(seen, lang()))


@register.filter
def moved(changes: Changes) -> list[str]:
    """Each measure that reads otherwise than before: its name, old → new."""
    return [words for one in changes.measures if (words := _moved(one))]


def _moved(one: Moved) -> str:
    before, after = (telling.value(value, lang()) for value in (one.before, one.after))
    if before == after:
        return ""
    beyond = f" ({charts.beyond(lang())})" if one.beyond else ""
    return f"{telling.name(one.code, lang())}{typeset(' :')} {before} → {after}{beyond}"


@register.filter
def turned(changes: Changes) -> list[str]:
    """Each condition whose outcome is another."""
    return [
        f"{telling.condition(one.after, lang())[0]}{typeset(' :')} "
        f"{telling.word('outcomes', one.before.outcome, lang())} → {telling.word('outcomes', one.after.outcome, lang())}"
        for one in changes.conditions
    ]


@register.simple_tag
def since(past: Past) -> dict[str, object] | None:
    """The result before the last one, and how the last one stands to it; None: there is none to set it against."""
    if len(past) < 2 or past[0][0].repository_id != past[1][0].repository_id:
        return None
    (_run, after), (run, before) = past[0], past[1]
    told = (telling.value(before, lang()), telling.value(after, lang()))
    return {
        "run": run,
        "method": before.version != after.version,
        "before": told[0],
        "after": told[1],
        "same": told[0] == told[1],
        "beyond": apart(before, after),
    }
