"""The life of a proposed session, its days, and what the scores of its reviewers come to (07 § 3.1). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

# (state, event) → next state; any other pair is refused
STEPS: Final[Mapping[tuple[str, str], str]] = {
    ("draft", "submit"): "submitted",
    ("submitted", "accept"): "accepted",
    ("submitted", "wait"): "waiting",
    ("submitted", "decline"): "declined",
    ("waiting", "accept"): "accepted",
    ("waiting", "decline"): "declined",
    ("accepted", "confirm"): "confirmed",
    ("confirmed", "hold"): "held",
    ("submitted", "withdraw"): "withdrawn",
    ("waiting", "withdraw"): "withdrawn",
    ("accepted", "withdraw"): "withdrawn",
    ("confirmed", "withdraw"): "withdrawn",
    ("accepted", "cancel"): "cancelled",
    ("confirmed", "cancel"): "cancelled",
}
EVENTS: Final = ("submit", "accept", "wait", "decline", "confirm", "hold", "withdraw", "cancel")
DECISIONS: Final = ("accept", "wait", "decline", "cancel")  # of the organisers
WITH_REASON: Final = frozenset({"decline", "cancel"})
HIGHEST: Final = 5  # of a score, from 0
ENOUGH: Final = 2  # reviews; of fewer, no score of a session is told


def decisions(state: str) -> list[str]:
    """What organisers may decide in this state.

    >>> decisions("waiting"), decisions("declined")
    (['accept', 'decline'], [])
    """
    return [event for event in DECISIONS if (state, event) in STEPS]


def when(first: date, last: date, at: datetime, zone: ZoneInfo) -> str:
    """Whether these days are to come, now or over, as the clock there shows; the last day counts to its end.

    >>> zone, last = ZoneInfo("Europe/Paris"), date(2027, 3, 28)
    >>> [when(last, last, datetime.fromisoformat(f"2027-03-28T{hour}Z"), zone) for hour in ("21:59:59", "22:00:00")]
    ['now', 'over']
    """
    day = at.astimezone(zone).date()
    return "to_come" if day < first else "over" if day > last else "now"


def score(weights: Mapping[str, int], given: Mapping[str, int]) -> Fraction | None:
    """Of one review: Σ weight · score / Σ weight, over the criteria it answers; None where it answers none.

    >>> score({"1": 3, "2": 1}, {"1": 4, "2": 2}), score({"1": 3, "2": 1}, {"2": 2}), score({"1": 3}, {})
    (Fraction(7, 2), Fraction(2, 1), None)
    """
    answered = [key for key in given if key in weights]
    total = sum(weights[key] for key in answered)
    return Fraction(sum(weights[key] * given[key] for key in answered), total) if total else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reviews of one proposal come to: their mean, how many they are, the lowest and the highest."""

    mean: Fraction | None
    n: int
    low: Fraction | None = None
    high: Fraction | None = None

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH


def verdict(scores: Iterable[Fraction | None]) -> Verdict:
    """
    >>> told = verdict([Fraction(4), None, Fraction(3)])
    >>> told.mean, told.n, told.low, told.high, verdict([Fraction(4)]).enough
    (Fraction(7, 2), 2, Fraction(3, 1), Fraction(4, 1), False)
    """
    each = [one for one in scores if one is not None]
    if not each:
        return Verdict(None, 0)
    return Verdict(sum(each, Fraction()) / len(each), len(each), min(each), max(each))
