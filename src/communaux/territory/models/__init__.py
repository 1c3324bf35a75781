"""Tables of places, of what lies inside what, and of what is present where. No writes here: see `services/`."""

from communaux.territory.models.ambassadors import Ambassador, AmbassadorRequest
from communaux.territory.models.places import Place
from communaux.territory.models.presences import Presence, TerritoryStat
from communaux.territory.models.territories import (
    PostalCode,
    Territory,
    TerritoryAlias,
    TerritoryClosure,
    TerritoryEdge,
)

__all__ = [
    "Ambassador",
    "AmbassadorRequest",
    "Place",
    "PostalCode",
    "Presence",
    "Territory",
    "TerritoryAlias",
    "TerritoryClosure",
    "TerritoryEdge",
    "TerritoryStat",
]
