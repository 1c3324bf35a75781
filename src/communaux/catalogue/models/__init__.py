"""Tables of the catalogue: what sources say (SourceRecord, never edited) and what the desk shows (Commons and around it)."""

from communaux.catalogue.models.ambassadors import CommonsAmbassador
from communaux.catalogue.models.claims import Claim
from communaux.catalogue.models.commons import Commons, Identifier, Resource, Text
from communaux.catalogue.models.facts import Fact, LifeEvent, Recommendation, Relation, ReplacedProduct
from communaux.catalogue.models.needs import Need, NeedHit, NeedSupport
from communaux.catalogue.models.notes import NoteCandidate, NoteSearch, OpportunityNote
from communaux.catalogue.models.pairs import MatchProposal, Merge
from communaux.catalogue.models.pools import NeedPool
from communaux.catalogue.models.proposals import Proposal
from communaux.catalogue.models.providers import Provider
from communaux.catalogue.models.reuses import Experience, Reuse
from communaux.catalogue.models.search import SearchIndex, Unindexed
from communaux.catalogue.models.searches import QueryReview, SearchLog
from communaux.catalogue.models.sources import Source, SourceRecord, Theme
from communaux.catalogue.models.thesaurus import ThesaurusChange

__all__ = [
    "Claim",
    "Commons",
    "CommonsAmbassador",
    "Experience",
    "Fact",
    "Identifier",
    "LifeEvent",
    "MatchProposal",
    "Merge",
    "Need",
    "NeedHit",
    "NeedPool",
    "NeedSupport",
    "NoteCandidate",
    "NoteSearch",
    "OpportunityNote",
    "Proposal",
    "Provider",
    "QueryReview",
    "Recommendation",
    "Relation",
    "ReplacedProduct",
    "Resource",
    "Reuse",
    "SearchIndex",
    "SearchLog",
    "Source",
    "SourceRecord",
    "Text",
    "Theme",
    "ThesaurusChange",
    "Unindexed",
]
