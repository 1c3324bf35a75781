"""Say which commons may be one and the same; a person decides (01 § 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from communaux.catalogue.keyring import Keyring
from communaux.catalogue.matching import PROPOSED_FROM, candidate_pairs, signals
from communaux.catalogue.models import Commons, MatchProposal
from communaux.catalogue.weights import same
from communaux.core import journal
from communaux.core.actions import action
from communaux.core.models import Person

type Similarity = Callable[[str, str], float]
SIMILAR_FROM = 0.5


@action("catalogue.propose_pairs", journaled=False)
def propose_pairs(by: Person, *, ring: Keyring, similarity: Similarity, at: datetime) -> int:
    """Propose every pair worth four points or more; a pair already judged is left as it was judged. Return how many are new."""
    slugs = dict(Commons.objects.filter(state="published").values_list("id", "slug"))
    keys = {str(pk): ring.keys[pk] for pk in slugs if pk in ring.keys}
    known = set(MatchProposal.objects.values_list("a_id", "b_id"))
    version, weights = same()
    made = []
    for one, other in sorted(candidate_pairs(keys)):
        a, b = sorted((UUID(one), UUID(other)))
        if (a, b) in known:
            continue
        points = signals(keys[one], keys[other], partial(_similar, similarity, slugs[a], slugs[b]), weights)
        if sum(points.values()) >= PROPOSED_FROM:
            made.append(_proposal(a, b, points, version))
    MatchProposal.objects.bulk_create(made, batch_size=200)
    line = journal.Line("catalogue.propose_pairs", ("catalogue", "pairs"), {}, {"proposed": len(made)})
    if made:
        journal.append(by, at, line)
    return len(made)


def _similar(similarity: Similarity, a: str, b: str) -> bool:
    return similarity(a, b) >= SIMILAR_FROM


def _proposal(a: UUID, b: UUID, points: Mapping[str, int], version: int) -> MatchProposal:
    score = Decimal(sum(points.values())) / 100
    return MatchProposal(a_id=a, b_id=b, score=score, signals=dict(points), weights_version=version)
