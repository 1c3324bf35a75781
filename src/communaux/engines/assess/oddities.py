"""What is odd in a history, counted: it is told beside the figures and changes none of them."""

from __future__ import annotations

import numpy as np

from communaux.engines.assess.credit import DAY, YEAR
from communaux.engines.assess.forge import Forge
from communaux.engines.assess.identities import Identities
from communaux.engines.assess.model import Facts, History, Warned

MONTH_OF_DAYS = 30


def oddities(facts: Facts) -> tuple[Warned, ...]:
    """Cut histories, missing times, clocks that went wrong; only what happens is told."""
    history = facts.history
    known = (history.ct >= 0) & (history.at >= 0)
    found = {
        "shallow": int(facts.shallow),
        "truncated": history.truncated,
        "no_time": int((~known).sum()),
        "two_clocks": int((known & (np.abs(history.at - history.ct) > YEAR)).sum()),
        "before_parent": _before_parent(history),
        "after_head": int((history.ct > history.ct[0]).sum()) if history.ct[0] >= 0 else 0,
    }
    return tuple(Warned(code, n) for code, n in found.items() if n)


def out_of_date(facts: Facts, as_of: int) -> tuple[Warned, ...]:
    """A local copy whose last change is older than a month may be old itself; and a day before its last change measures nothing."""
    days = as_of // DAY - int(facts.history.ct[0]) // DAY
    if facts.history.ct[0] < 0:
        return ()
    if days < 0:
        return (Warned("too_early", -days),)
    return (Warned("old_copy", days),) if facts.cloned is None and days > MONTH_OF_DAYS else ()


def left_out(history: History, known: Identities) -> tuple[Warned, ...]:
    """Somebody asked not to be counted. How much they did is not told: beside the public history, it would tell who."""
    found = bool((history.single & known.unnamed[history.author]).any())
    return (Warned("unnamed", 1),) if found else ()


def old_items(forge: Forge | None, as_of: int) -> tuple[Warned, ...]:
    """What a forge said more than a month before may have changed since."""
    days = 0 if forge is None else as_of // DAY - forge.read_at // DAY
    return (Warned("old_items", days),) if days > MONTH_OF_DAYS else ()


def _before_parent(history: History) -> int:
    """Commits dated more than a day before one of their parents."""
    child = np.repeat(np.arange(len(history)), np.diff(history.parent_ptr))
    there = history.parents >= 0
    mine, theirs = history.ct[child[there]], history.ct[history.parents[there]]
    return len(np.unique(child[there][(mine >= 0) & (mine < theirs - DAY)]))
