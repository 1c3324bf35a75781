"""Search: French and English analysis, a thesaurus of public-service functions, an index, a ranking with reasons."""

from communaux.engines.search.build import build
from communaux.engines.search.checking import check, copied_labels, lost_labels, risky_labels, stats
from communaux.engines.search.evaluate import evaluate, evaluate_ranking, moved
from communaux.engines.search.exporting import to_csv, to_skos
from communaux.engines.search.index import Index
from communaux.engines.search.model import (
    Case,
    CaseScore,
    Concept,
    Doc,
    Hit,
    Means,
    Metrics,
    Prior,
    Query,
    Reason,
    Result,
    Thesaurus,
    WhyNot,
)
from communaux.engines.search.storage import IndexRefused
from communaux.engines.search.thesaurus import Parsed, Problem, ThesaurusError, fingerprint, parse
from communaux.engines.search.weights import Weights

__all__ = [
    "Case",
    "CaseScore",
    "Concept",
    "Doc",
    "Hit",
    "Index",
    "IndexRefused",
    "Means",
    "Metrics",
    "Parsed",
    "Prior",
    "Problem",
    "Query",
    "Reason",
    "Result",
    "Thesaurus",
    "ThesaurusError",
    "Weights",
    "WhyNot",
    "build",
    "check",
    "copied_labels",
    "evaluate",
    "evaluate_ranking",
    "fingerprint",
    "lost_labels",
    "moved",
    "parse",
    "risky_labels",
    "stats",
    "to_csv",
    "to_skos",
]
