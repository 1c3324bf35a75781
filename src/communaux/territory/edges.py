"""What lies directly inside what, from the rows of one millésime; a body over two départements is inside neither."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from communaux.territory.cog import Cog

EU: Final = ("ue", "EU")
FRANCE: Final = ("pays", "FR")

type Key = tuple[str, str]  # kind, code
type Edges = set[tuple[Key, Key]]  # parent, child


def edges(cog: Cog) -> Edges:
    """Direct containments between keys of territories."""
    found: Edges = {(EU, FRANCE)}
    found |= {(FRANCE, ("region", row[0])) for row in cog.regions}
    found |= {(("region", row[3]) if row[3] else FRANCE, ("departement", row[0])) for row in cog.departements}
    for code, _name, _population, dep, epci, ept, *_rest in cog.communes:
        parents = (("departement", dep), ("epci", epci), ("ept", ept))
        found |= {(parent, ("commune", code)) for parent in parents if parent[1]}
    return found | _bodies(cog)


def _bodies(cog: Cog) -> Edges:
    """EPCI under the smallest of département, région, France that holds all its communes; EPT under its one EPCI."""
    region = {row[0]: row[3] for row in cog.departements}
    deps, epcis = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for _code, _name, _population, dep, epci, ept, *_rest in cog.communes:
        deps[epci].add(dep)
        epcis[ept].add(epci)
    found: Edges = {(_holder(deps[row[0]], region), ("epci", row[0])) for row in cog.epci}
    for row in cog.ept:
        held = epcis[row[0]] - {""}
        found.add((("epci", held.pop()) if len(held) == 1 else FRANCE, ("ept", row[0])))
    return found


def _holder(deps: set[str], region: dict[str, str]) -> Key:
    if len(deps) == 1:
        return ("departement", next(iter(deps)))
    regions = {region[one] for one in deps}
    return ("region", next(iter(regions))) if len(regions) == 1 and "" not in regions else FRANCE
