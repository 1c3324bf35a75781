"""Relations that may not lead back to where they start: parts, bases and needs of a commons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from communaux.catalogue.models import Relation

type Edge = tuple[UUID, UUID, str]


def closes_circle(edge: Edge, edges: Iterable[Edge]) -> bool:
    """Whether b already leads to a by relations of the same acyclic kind."""
    a, b, kind = edge
    if kind not in Relation.ACYCLIC:
        return False
    after: dict[UUID, list[UUID]] = defaultdict(list)
    for start, end, of_kind in edges:
        if of_kind == kind:
            after[start].append(end)
    stack, seen = [b], set()
    while stack:
        here = stack.pop()
        if here == a:
            return True
        if here not in seen:
            seen.add(here)
            stack += after[here]
    return False
