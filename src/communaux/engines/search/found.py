"""What one search found, before it is told: shared by results and by the question why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from communaux.engines.search.facets import Mask
from communaux.engines.search.forward import Floats
from communaux.engines.search.intent import Known
from communaux.engines.search.model import Intent, Notice, Query
from communaux.engines.search.plan import Plan
from communaux.engines.search.ranking import Filters, Ranked
from communaux.engines.search.score import Scores


@dataclass(frozen=True, slots=True)
class Found:
    query: Query
    plan: Plan
    intent: Intent
    known: tuple[Known, ...]
    filters: Filters
    allowed: Mask
    near: Floats
    scores: Scores
    ranked: Ranked
    notices: tuple[Notice, ...] = ()

    def matched(self) -> Mask:
        """Every entry the words, concepts or name lead to, whatever the facets."""
        mask: Mask = self.scores.total > 0
        mask[np.array([known.row for known in self.known], dtype=np.int64)] = True
        mask &= self.filters.text(len(mask))
        return mask

    def noting(self, ranked: Ranked, notices: Sequence[Notice]) -> Found:
        """The same with another order and more to say."""
        return replace(self, ranked=ranked, notices=(*self.notices, *notices))
