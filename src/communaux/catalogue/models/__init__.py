"""Tables of the catalogue: what sources say (SourceRecord, never edited) and what the desk shows (Commons and around it)."""

from communaux.catalogue.models.commons import Commons, Identifier, Resource, Text
from communaux.catalogue.models.facts import Fact, LifeEvent, Recommendation, Relation, ReplacedProduct
from communaux.catalogue.models.needs import Need, NeedHit, NeedSupport
from communaux.catalogue.models.pairs import MatchProposal
from communaux.catalogue.models.proposals import Proposal
from communaux.catalogue.models.search import SearchIndex, Unindexed
from communaux.catalogue.models.searches import QueryReview, SearchLog
from communaux.catalogue.models.sources import Source, SourceRecord, Theme
from communaux.catalogue.models.thesaurus import ThesaurusChange

__all__ = [
    "Commons",
    "Fact",
    "Identifier",
    "LifeEvent",
    "MatchProposal",
    "Need",
    "NeedHit",
    "NeedSupport",
    "Proposal",
    "QueryReview",
    "Recommendation",
    "Relation",
    "ReplacedProduct",
    "Resource",
    "SearchIndex",
    "SearchLog",
    "Source",
    "SourceRecord",
    "Text",
    "Theme",
    "ThesaurusChange",
    "Unindexed",
]
