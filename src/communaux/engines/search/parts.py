"""Everything an index is made of: what is stored, hashed and loaded."""

from __future__ import annotations

from dataclasses import dataclass

from communaux.engines.search.docs import DocStore
from communaux.engines.search.facets import Facets
from communaux.engines.search.forward import Forward
from communaux.engines.search.intent import Names
from communaux.engines.search.model import Thesaurus
from communaux.engines.search.postings import Postings
from communaux.engines.search.score import Priors
from communaux.engines.search.weights import Weights


@dataclass(frozen=True, slots=True)
class Parts:
    thesaurus: Thesaurus
    weights: Weights
    docs: DocStore
    forward: Forward
    postings: Postings
    names: Names
    facets: Facets
    priors: Priors
