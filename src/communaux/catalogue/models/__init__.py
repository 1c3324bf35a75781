"""Tables of the catalogue: what sources say (SourceRecord, never edited) and what the desk shows (Commons and around it)."""

from communaux.catalogue.models.commons import Commons, Identifier, Resource, Text
from communaux.catalogue.models.facts import Fact, LifeEvent, Recommendation, Relation, ReplacedProduct
from communaux.catalogue.models.pairs import MatchProposal, Merge
from communaux.catalogue.models.search import SearchIndex, Unindexed
from communaux.catalogue.models.sources import Source, SourceRecord, Theme

__all__ = [
    "Commons",
    "Fact",
    "Identifier",
    "LifeEvent",
    "MatchProposal",
    "Merge",
    "Recommendation",
    "Relation",
    "ReplacedProduct",
    "Resource",
    "SearchIndex",
    "Source",
    "SourceRecord",
    "Text",
    "Theme",
    "Unindexed",
]
