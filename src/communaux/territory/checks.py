"""What an operator asks of the area: objects that no owner knows, containments that do not follow from the edges."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Mapping

from communaux.territory.models import Presence, Territory, TerritoryClosure, TerritoryEdge

BATCH = 500


def orphans(kind: str, known: Callable[[Collection[str]], set[str]]) -> Iterator[str]:
    """Presences of one kind whose object its owner does not know; `known` says which of some ids it has."""
    ids = sorted(set(Presence.objects.filter(obj_kind=kind).values_list("obj_id", flat=True)))
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        there = known(part)
        yield from (f"{kind} {one} is present somewhere and nobody knows it" for one in part if one not in there)


def closure() -> Iterator[str]:
    """Rows of the closure that the edges do not give, or give otherwise."""
    wanted = reached(below(TerritoryEdge.objects.values_list("parent_id", "child_id")))
    alone = Territory.objects.values_list("pk", flat=True)
    kept = {(a, d): depth for a, d, depth in TerritoryClosure.objects.values_list("ancestor", "descendant", "depth")}
    found = {(pk, pk): 0 for pk in alone} | wanted
    for pair in sorted({*kept, *found}):
        if kept.get(pair) != found.get(pair):
            yield f"closure {pair[0]} → {pair[1]}: kept at {kept.get(pair)}, the edges say {found.get(pair)}"


def below(edges: Collection[tuple[int, int]]) -> Mapping[int, list[int]]:
    found = defaultdict[int, list[int]](list)
    for parent, child in edges:
        found[parent].append(child)
    return found


def reached(children: Mapping[int, list[int]]) -> dict[tuple[int, int], int]:
    """Every pair one above the other, with the length of the shortest way (breadth first)."""
    found: dict[tuple[int, int], int] = {}
    for top in children:
        seen, queue = {top: 0}, deque([top])
        while queue:
            here = queue.popleft()
            for child in children.get(here, ()):
                if child not in seen:
                    seen[child] = seen[here] + 1
                    queue.append(child)
        found |= {(top, one): depth for one, depth in seen.items()}
    return found


def ended() -> Iterator[str]:
    """Presences that wait in a territory that ended, because it has no single successor."""
    for one in Presence.objects.filter(territory__valid_to__isnull=False, until=None).select_related("territory"):
        yield f"{one.obj_kind} {one.obj_id} is still in {one.territory.code} ({one.territory.name}), which has ended"
