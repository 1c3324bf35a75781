"""Commons described once: what each is, who keeps it, who decides, and where each fact was read.

Nouns: Commons, Resource, Source, SourceRecord, Identifier, Text, Fact, Relation, LifeEvent, MatchProposal,
Reuse, Experience, Provider, SearchIndex, Unindexed. Promises: a record of a source is never edited; a merged value says
which record gave it; an ended commons, and a use that has ended, stay visible.
"""
