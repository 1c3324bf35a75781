"""The series of an assessment as they are read: a sentence, a drawing, a table, a line for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any, Final

from communaux.data import assess_table
from communaux.engines.assess import telling
from communaux.engines.assess.drawing import Field, Frame, Seen, Steps, bars, climb, curve, round_up
from communaux.engines.assess.model import Indicator
from communaux.engines.assess.series import KEYS, Series

COUNTS: Final = {
    "activity": ("commits", "people"),
    "people": ("newcomers", "returning"),
    "releases": ("versions", "early"),
}
STEPS: Final = "▁▂▃▄▅▆▇█"

type Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """`shows` says in words what the drawing shows, or why there is none; `svg` and `rows` are then empty."""

    key: str
    title: str
    shows: str
    note: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def charts(series: Mapping[str, Series], lang: str) -> list[Chart]:
    """All of them, in the order of the engine; none of an assessment made before there were series."""
    return [chart(key, series[key], lang) for key in KEYS if key in series]


def chart(key: str, told: Series, lang: str) -> Chart:
    words, rows = assess_table("series")[key][lang], told["rows"]
    columns = tuple(words["columns"])
    if not rows:
        return Chart(key, words["title"], _reason(told["reason"], lang), words["note"], "", columns, ())
    shows = capital(words["shows"].format(**_figures(key, told, lang)))
    drawn = DRAWN[key](words, told, shows, lang)
    return Chart(key, words["title"], shows, words["note"], drawn, columns, _table(key, rows, lang))


def _reason(code: str, lang: str) -> str:
    return str(assess_table("series")["reasons"][code][lang])


def capital(text: str) -> str:
    """The first letter alone."""
    return text[:1].upper() + text[1:]


def _word(name: str, lang: str) -> Any:
    return assess_table("series")["words"][name][lang]


def number(value: int, lang: str) -> str:
    return telling.number(value, "changes", lang)


def percent(value: float, lang: str) -> str:
    return telling.number(value, "share", lang)


def _percents(value: float, lang: str) -> str:
    """With its sign."""
    return f"{percent(value, lang)}{'\u00a0' if lang == 'fr' else ''}%"


def period(code: str, lang: str) -> str:
    """`2023-11` → November 2023, `2023-Q4` → quarter 4 of 2023.

    >>> period("2023-11", "fr"), period("2023-Q4", "en")
    ('novembre 2023', 'quarter 4 of 2023')
    """
    year, _dash, part = code.partition("-")
    if part.startswith("Q"):
        name = "first_quarter" if part == "Q1" else "quarter"
        return str(_word(name, lang)).format(n=part[1:], year=year)
    return f"{_word('months', lang)[int(part) - 1]} {year}"


def _figures(key: str, told: Series, lang: str) -> dict[str, str]:
    """What the sentence under a title is filled with."""
    rows = told["rows"]
    if key == "share":
        found = {"people": told["people"], "commits": told["commits"]}
        return {name: number(n, lang) for name, n in found.items()} | {"three": percent(rows[0]["cumulated"], lang)}
    first, second = COUNTS[key]
    counts, others = [row[first] for row in rows], [row[second] for row in rows]
    found = {"sum": sum(counts), "top": max(counts), "people": max(others), "early": sum(others), "n": len(rows)}
    found |= {"idle": counts.count(0), "came": counts[-1], "back": others[-1]}
    ends = dict.fromkeys(period(rows[at]["period"], lang) for at in (0, -1))
    return {name: number(n, lang) for name, n in found.items()} | {"span": " – ".join(ends)}


def _table(key: str, rows: Sequence[Row], lang: str) -> tuple[tuple[str, ...], ...]:
    if key == "share":
        return tuple((_ranks(row, lang), _percents(row["cumulated"], lang)) for row in rows)
    return tuple((period(row["period"], lang), *(number(row[name], lang) for name in COUNTS[key])) for row in rows)


def _ranks(row: Row, lang: str) -> str:
    return str(_word("ranks", lang)).format(first=row["first"], last=row["rank"])


def years(rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Where a year begins, and the first period when it has none before."""
    parts = [row["period"].split("-") for row in rows]
    starts = [(at, year) for at, (year, part) in enumerate(parts) if part in ("01", "Q1")]
    return starts if starts and starts[0][0] == 0 else [(0, parts[0][0]), *starts]


def _draw_activity(words: Row, told: Series, shows: str, lang: str) -> str:
    """Two fields: changes, people."""
    rows = told["rows"]
    fields = [Field(words["columns"][at], [row[name] for row in rows]) for at, name in enumerate(COUNTS["activity"], 1)]
    return bars("activity", words["title"], shows, fields, years(rows))


def _draw_stacked(key: str) -> Callable[[Row, Series, str, str], str]:
    """One field, the second kind hollow on top of the first."""

    def drawn(words: Row, told: Series, shows: str, lang: str) -> str:
        rows, (first, second) = told["rows"], COUNTS[key]
        name = f"■ {words['legend'][0]}  □ {words['legend'][1]}"
        field = Field(name, [row[first] for row in rows], [row[second] for row in rows])
        return bars(key, words["title"], shows, [field], years(rows))

    return drawn


def _draw_share(words: Row, told: Series, shows: str, lang: str) -> str:
    shares = [row["cumulated"] for row in told["rows"]]
    first, last = (_ranks(told["rows"][at], lang) for at in (0, -1))
    steps = Steps(words["columns"][1], _percents(1, lang), str(_word("half", lang)), first, last)
    return climb("share", words["title"], shows, shares, steps)


DRAWN: Final[Mapping[str, Callable[[Row, Series, str, str], str]]] = {
    "activity": _draw_activity,
    "people": _draw_stacked("people"),
    "share": _draw_share,
    "releases": _draw_stacked("releases"),
}


def as_html(series: Mapping[str, Series], lang: str) -> str:
    """All of them as a piece of a page: title, drawing, sentence, and the table for whoever opens it."""
    return "".join(map(_as_html, charts(series, lang)))


def _as_html(one: Chart) -> str:
    head = f"<h2>{escape(one.title)}</h2>{one.svg}<p>{escape(one.shows)}</p>"
    if not one.rows:
        return head
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in one.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in others)}</tr>'
        for first, *others in one.rows
    )
    note, summary = escape(one.note), escape(" · ".join(one.columns))
    return f"{head}<details><summary>{summary}</summary><p>{note}</p><table><tr>{top}</tr>{rows}</table></details>"


def line(series: Mapping[str, Series], lang: str) -> str:
    """The activity in one line of text, in words beside the little bars; empty where nothing is known.

    >>> rows = [{"period": "2023-11", "commits": 1, "people": 1}, {"period": "2023-12", "commits": 8, "people": 1}]
    >>> line({"activity": {"rows": rows}}, "en")
    'Activity, months: 2. ▁█ (changes: 9, at most in a month: 8, months without: 0)'
    """
    rows = series.get("activity", {}).get("rows", ())
    if not rows:
        return ""
    figures = _figures("activity", {"rows": rows}, lang)
    drawn = sparks([row["commits"] for row in rows])
    return str(_word("line", lang)).format(drawn=drawn, **figures)


def sparks(values: Sequence[int]) -> str:
    """A letter for each value; nothing is a dot.

    >>> sparks([0, 1, 4, 8])
    '·▁▄█'
    """
    most = max(values, default=0)
    return "".join(STEPS[(len(STEPS) * value - 1) // most] if value else "·" for value in values)


type Past = Sequence[tuple[date, Indicator, str]]


def over_time(past: Past, lang: str) -> str:
    """One measure from run to run, the oldest first, each with the line it belongs to; empty below two days with a value.

    Figures of two lines (two methods, two repositories) are not joined.
    """
    known = [one for _day, one, _line in past if one.value is not None]
    first, last = (past[0][0], past[-1][0]) if past else (date.min, date.min)
    if len(known) < 2 or first == last:
        return ""
    across = (last - first).days
    seen = [Seen((day - first).days / across, one.value, one.low, one.high, line_of) for day, one, line_of in past]
    title = str(_word("over_time", lang)).format(name=telling.name(known[0].code, lang))
    return curve("over-time", title, _said_over_time(past, known, lang), seen, _frame(known, first, last, lang))


def _said_over_time(past: Past, known: Sequence[Indicator], lang: str) -> str:
    ordered = sorted(known, key=lambda one: one.value or 0)
    broken = _word("broken", lang) if len({line_of for _day, _one, line_of in past}) > 1 else ""
    return str(_word("over_time_shows", lang)).format(
        first=telling.day(past[0][0], lang),
        last=telling.day(past[-1][0], lang),
        n=len(past),
        low=telling.value(ordered[0], lang),
        high=telling.value(ordered[-1], lang),
        broken=broken,
    )


def _frame(known: Sequence[Indicator], first: date, last: date, lang: str) -> Frame:
    """From zero, or from below what lies under it, to the next round number."""
    shown = [number for one in known for number in (one.value, one.low, one.high) if number is not None]
    most = 1.0 if known[0].unit == "share" else round_up(max(shown))
    least = -round_up(-min(shown)) if min(shown) < 0 else 0.0
    return Frame(
        most,
        least,
        _with_unit(most, known[-1], lang),
        _with_unit(least, known[-1], lang),
        telling.day(first, lang),
        telling.day(last, lang),
    )


def beyond(lang: str) -> str:
    """Said of a measure whose two intervals do not touch."""
    return str(assess_table("comparing")["report"]["beyond"][lang])


def _with_unit(value: float, one: Indicator, lang: str) -> str:
    return telling.value(replace(one, value=value), lang)
