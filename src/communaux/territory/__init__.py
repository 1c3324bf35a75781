"""Places by their official code, what lies inside what, and what is present where.

Nouns: Territory, TerritoryEdge, TerritoryClosure, TerritoryAlias, PostalCode, Presence, TerritoryStat, Place. Promises: a code is
text, never a number; a name that fits two places is never decided for the reader; an intercommunal body over two
départements is inside neither; a place that was merged keeps its row, and its old code still leads somewhere.
"""
