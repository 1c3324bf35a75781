"""Declared answers: the bank of questions and its frames, levels that are derived, what answers decide, how readers agree.

The bank and the frames are tables of `data/assess` (`questions.toml`, `frames.toml`). No clock is read: the day is passed in.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Final, Literal

from communaux.data import assess_table
from communaux.engines.assess.model import Axis
from communaux.engines.assess.profile import Judged

type Value = Literal["yes", "no", "not_applicable", "unknown"]
type Source = Literal["person", "machine", "charter", "import"]

CLAIMS: Final = ("yes", "not_applicable")  # what evidence and peers can bear out; the others are level 0
MONTHS: Final = 24  # an answer holds
MACHINE_DAYS: Final = 90  # what a machine read holds
NOTHING, DECLARED, EVIDENCED, CONFIRMED, CONFIRMED_BY_TWO = LEVELS = (0, 1, 2, 3, 4)
CONFIRMS: Final = 3  # what a reader says who confirms; 0 contests
DECIDES: Final = frozenset({"R6", "G3", "G7"})  # conditions that answers decide
EXPORT: Final = "data_export"
CONCERNED: Final = ("3", "7")  # principles of the frame `ostrom` that G3 rests on


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank. `steward`: answered only by who speaks for the commons; `machine`: the condition that proposes."""

    code: str
    axis: Axis
    steward: bool = False
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a frame, and the questions that answer it."""

    ref: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: its points in order."""

    code: str
    items: tuple[Item, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """Each once, in order."""
        return tuple(dict.fromkeys(code for item in self.items for code in item.questions))


@cache
def bank() -> Mapping[str, Question]:
    """All questions by their code, in the order of the table."""
    rows = {code: row for code, row in assess_table("questions").items() if isinstance(row, dict) and "axis" in row}
    return {
        code: Question(code, row["axis"], row.get("steward", False), row.get("machine", ""))
        for code, row in rows.items()
    }


@cache
def frames() -> Mapping[str, Frame]:
    """All frames by their code."""
    return {
        code: Frame(code, tuple(Item(one["ref"], tuple(one["questions"])) for one in row["items"]))
        for code, row in assess_table("frames").items()
    }


def words(code: str, lang: str) -> tuple[str, str, str]:
    """Name of a question, the question itself, what would show it."""
    name, asked, shown = assess_table("questions")[code][lang]
    return str(name), str(asked), str(shown)


def frame_words(code: str, lang: str) -> tuple[str, str]:
    """Name of a frame, and what it is."""
    name, about = assess_table("frames")[code][lang]
    return str(name), str(about)


def item_name(frame: str, ref: str, lang: str) -> str:
    return next(str(one[lang]) for one in assess_table("frames")[frame]["items"] if one["ref"] == ref)


def level_word(level: int, lang: str) -> str:
    """The same words on every page: nothing, declared, evidence attached, confirmed by another, by two others.

    >>> level_word(2, "en"), level_word(0, "fr")
    ('evidence attached', 'rien')
    """
    return str(assess_table("questions")["levels"][str(level)][lang])


def expires_on(on: date, source: Source) -> date:
    """The last day on which an answer of that day holds.

    >>> expires_on(date(2024, 2, 29), "person"), expires_on(date(2024, 1, 1), "machine")
    (datetime.date(2026, 2, 28), datetime.date(2024, 3, 31))
    """
    if source == "machine":
        return on + timedelta(days=MACHINE_DAYS)
    year, month = divmod(on.year * 12 + on.month - 1 + MONTHS, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def level(value: Value, source: Source, *, evidence: int, confirmed_by: int, expired: bool) -> int:
    """0 to 4. `evidence`: pieces attached; `confirmed_by`: other organisations that confirm. An expired answer is only declared.

    >>> level("yes", "person", evidence=1, confirmed_by=0, expired=False)
    2
    >>> level("yes", "person", evidence=1, confirmed_by=2, expired=True)
    1
    >>> level("no", "person", evidence=3, confirmed_by=0, expired=False)
    0
    """
    if value not in CLAIMS:
        return NOTHING
    if expired:
        return DECLARED
    if confirmed_by:
        return CONFIRMED_BY_TWO if confirmed_by > 1 else CONFIRMED
    return EVIDENCED if evidence or source == "machine" else DECLARED


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer that stands, as the profile needs it: whether it has expired, whether a reader contests it."""

    question: str
    value: Value
    level: int
    expired: bool = False
    contested: bool = False

    @property
    def holds(self) -> bool:
        """In force, and contested by nobody."""
        return not (self.expired or self.contested)

    @property
    def refuses(self) -> bool:
        """A no of which nobody says that it is out of date."""
        return self.value == "no" and not self.expired


def judged(answers: Iterable[Standing]) -> dict[str, Judged]:
    """What answers decide of R6, G3 and G7; a condition of which nobody was asked anything is left out.

    >>> judged([Standing("data_export", "yes", 2)])["R6"]
    ('met', ('answer_evidenced',))
    """
    given = {one.question: one for one in answers}
    if not given:
        return {}
    confirmed = any(one.level == CONFIRMED_BY_TWO and one.holds for one in given.values())
    found: dict[str, Judged] = {"G7": ("met", ("confirmed_by_two",)) if confirmed else ("unmet", ("not_by_two",))}
    if EXPORT in given:
        found["R6"] = _export(given[EXPORT])
    if decided := _concerned(given):
        found["G3"] = decided
    return found


def _export(one: Standing) -> Judged:
    """A datum that does not exist cannot be taken along: that does not apply is no proof that one can leave."""
    if one.refuses:
        return "unmet", ("answer_no",)
    if one.value == "yes" and one.level >= EVIDENCED and one.holds:
        return "met", ("answer_evidenced",)
    return "unknown", ("answer_not_evidenced",)


def _concerned(given: Mapping[str, Standing]) -> Judged | None:
    """Unmet where somebody says no; met where all is said to be so, in force and uncontested; else unknown, which is not no.

    A principle that does not apply is no proof that those concerned decide.
    """
    asked = [code for item in frames()["ostrom"].items if item.ref in CONCERNED for code in item.questions]
    told = [given[code] for code in asked if code in given]
    if not told:
        return None
    if any(one.refuses for one in told):
        return "unmet", ("principle_refused",)
    whole = len(told) == len(asked) and all(one.value == "yes" and one.holds for one in told)
    return ("met", ("principles_declared",)) if whole else ("unknown", ("principle_unanswered",))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha, ordinal. None: fewer than two readers of one thing, or all said the same of everything.

    `things`: read by two at least; `readings`: what was said of them.
    """

    alpha: float | None
    things: int
    readings: int


def agreement(things: Iterable[Sequence[int]]) -> Agreement:
    """How far readers agree: for each thing, the levels that its readers gave it (Krippendorff, *Content Analysis*, 2004, ch. 11).

    1 is full agreement, 0 what chance alone would give, below 0 less than chance.

    >>> agreement([[3, 3], [0, 0], [2, 2]]).alpha
    1.0
    """
    paired = [list(one) for one in things if len(one) > 1]
    counts = Counter(given for one in paired for given in one)
    apart = _apart(counts)
    observed = sum(
        (
            apart[a, b] / (len(one) - 1)
            for one in paired
            for i, a in enumerate(one)
            for j, b in enumerate(one)
            if i != j
        ),
        Fraction(),
    )
    readings = counts.total()
    expected = sum((counts[a] * counts[b] * far for (a, b), far in apart.items()), Fraction())
    alpha = float(1 - (readings - 1) * observed / expected) if expected else None
    return Agreement(alpha, len(paired), readings)


def _apart(counts: Counter[int]) -> dict[tuple[int, int], Fraction]:
    """How far two levels are: how many readings lie between them, half of both included, squared."""
    ranked = sorted(counts)
    return {
        (a, b): (
            sum(counts[one] for one in ranked if min(a, b) <= one <= max(a, b)) - Fraction(counts[a] + counts[b], 2)
        )
        ** 2
        for a in ranked
        for b in ranked
    }
