"""Do we need AI here? Eight questions, one outcome, what is missing, and what each way takes in a year (spec 08b § 3.7).

The first rule that holds decides. An answer that was not given is not a good answer: it is a missing condition. Whether a tool
exists already is for the caller to ask the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import Factor, Factors
from communaux.engines.footprint.generation import ZONES, answer
from communaux.engines.footprint.intervals import Interval, total
from communaux.engines.footprint.results import Result, one_of, positive, short
from communaux.engines.footprint.search import search

TASKS: Final = ("find", "calculate", "translate", "summarise", "generate", "classify", "dialogue")
# What does it without AI
INSTEAD: Final = {"find": ("search_engine",), "calculate": ("rules", "form")}
ERRORS: Final = ("slight", "grave")
OUTCOMES: Final = ("no_ai", "existing_tool", "small_model", "ai_with_conditions")
SMALL: Final = 10.0  # 1e9 active parameters
PASSING: Final = 0.9  # of the test set, unless a desk sets another
MOST_CALLS: Final = 1e12  # a year
SERVERS: Final = ("servers_made", "servers_used")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """None is not answered, an empty text says that there is none.

    `existing`: names of tools that do it; `times`: uses a year by each of `users`; `error`: what a wrong answer costs; `active`,
    `whole`: 1e9 parameters of the smallest model that was tried on `cases`, of which it passed the share `passed`; `reused`: share
    of the calls that a kept answer serves; `measured`, `stop`: what is followed, and when one stops.
    """

    task: str
    existing: tuple[str, ...] | None = None
    times: float | None = None
    users: float | None = None
    error: str | None = None
    checker: str = ""
    personal: bool | None = None
    legal_basis: str = ""
    model: str = ""
    active: float | None = None
    whole: float | None = None
    cases: float | None = None
    passed: float | None = None
    tokens: float | None = None
    reused: float | None = None
    batch: float | None = None
    measured: str = ""
    stop: str = ""

    @property
    def calls(self) -> float | None:
        """A year."""
        return None if self.times is None or self.users is None else self.times * self.users


@dataclass(frozen=True, slots=True)
class Alternative:
    """A year of it: kWh and g of CO2 equivalent, of the servers alone, and with the device and the network, the same minutes for
    each. None: not known.
    """

    code: str  # search, model
    servers_kwh: Interval | None
    servers: Interval | None
    kwh: Interval | None
    grams: Interval | None


@dataclass(frozen=True, slots=True)
class Decision:
    """`outcome`: one of OUTCOMES; `missing`, `conditions`, `instead`: codes of words; `used`: the factors of the alternatives."""

    answers: Answers
    outcome: str
    instead: tuple[str, ...]
    missing: tuple[str, ...]
    conditions: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    used: tuple[Factor, ...]


def decide(
    factors: Factors,
    answers: Answers,
    *,
    zone: str = "FR",
    pue: float | None = None,
    small: float = SMALL,
    passing: float = PASSING,
) -> Decision:
    """`small`: 1e9 active parameters at most of what is called a small model; `passing`: the share of cases that it has to pass.

    Raise FootprintError for what is no answer.
    """
    _checked(answers, zone)
    missing, instead = _missing(answers), INSTEAD.get(answers.task, ())
    conditions: tuple[str, ...] = ()
    if instead:
        outcome, missing = "no_ai", ()
    elif answers.existing:
        outcome, missing = "existing_tool", ()
    elif missing:
        outcome = "no_ai"
    else:
        outcome = "small_model" if _passes(answers, small, passing) else "ai_with_conditions"
        conditions = _conditions(answers, outcome, passing)
    asked, answered = search(factors), _answered(factors, answers, zone, pue)
    alternatives = (_searches(asked, answers.calls), _answers(asked, answered, answers))
    counted = [one for one in (asked, answered) if one and answers.calls is not None]
    used = {one.key: one for found in counted for one in found.used}
    return Decision(
        answers, outcome, instead, missing, conditions, alternatives, tuple(used[key] for key in sorted(used))
    )


def _checked(told: Answers, zone: str) -> None:
    one_of(told.task, TASKS, "unknown_task")
    one_of(zone, ZONES, "unknown_zone")
    if told.error is not None:
        one_of(told.error, ERRORS, "unknown_error")
    for name in ("checker", "legal_basis", "model", "measured", "stop"):
        short(getattr(told, name), name)
    for name in ("times", "users", "cases"):
        if (given := getattr(told, name)) is not None:
            positive(given, name, MOST_CALLS)
    for name, most in (("passed", 1.0), ("reused", 1.0)):
        if (share := getattr(told, name)) is not None and not 0 <= share <= most:
            raise FootprintError("below_zero", name=name, given=share, most=most)


def _missing(told: Answers) -> tuple[str, ...]:
    """What has to be known or done before any AI."""
    found = {
        "existing_unknown": told.existing is None,
        "error_unknown": told.error is None,
        "checker": told.error == "grave" and not told.checker.strip(),
        "personal_unknown": told.personal is None,
        "legal_basis": bool(told.personal) and not told.legal_basis.strip(),
        "measured": not told.measured.strip(),
        "stop": not told.stop.strip(),
    }
    return tuple(code for code, holds in found.items() if holds)


def _passes(told: Answers, small: float, passing: float) -> bool:
    """A result and no opinion: a named model of known size, on cases that were counted."""
    if not told.model.strip() or told.active is None or told.cases is None or told.passed is None:
        return False
    return told.active <= small and told.passed >= passing


def _conditions(told: Answers, outcome: str, passing: float) -> tuple[str, ...]:
    found = {
        "pass_tests": told.cases is None or told.passed is None or told.passed < passing,
        "try_smaller": outcome == "ai_with_conditions",
        "keep_checker": told.error == "grave",
        "keep_legal_basis": bool(told.personal),
        "limit_length": told.tokens is None,
        "reuse_answers": not told.reused,
        "quantities": told.calls is None or told.tokens is None or told.active is None,
        "measure": True,
        "stop_when": True,
        "review": True,
    }
    return tuple(code for code, holds in found.items() if holds)


def _answered(factors: Factors, told: Answers, zone: str, pue: float | None) -> Result | None:
    """One answer of the model that was tried."""
    if told.tokens is None or told.active is None:
        return None
    return answer(
        factors, tokens=told.tokens, active=told.active, whole=told.whole, zone=zone, pue=pue, batch=told.batch
    )


def _searches(asked: Result, calls: float | None) -> Alternative:
    if calls is None:
        return Alternative("search", None, None, None, None)
    servers = total(asked.parts[code] for code in SERVERS)
    return Alternative(
        "search", asked.energy["servers_used"] * calls, servers * calls, asked.kwh * calls, asked.total * calls
    )


def _answers(asked: Result, answered: Result | None, told: Answers) -> Alternative:
    """A kept answer takes no model, and as many minutes in front of the device."""
    if told.calls is None or answered is None:
        return Alternative("model", None, None, None, None)
    written = told.calls * (1 - (told.reused or 0))
    kwh, grams = answered.kwh * written, answered.total * written
    device = total(part for code, part in asked.parts.items() if code not in SERVERS) * told.calls
    return Alternative(
        "model", kwh, grams, total((kwh, asked.energy["device_used"] * told.calls)), total((grams, device))
    )
