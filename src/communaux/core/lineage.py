"""What stands above an object: a role held on a parent counts on the child (11 § 3.7).

The desk itself (`instance`) stands above everything. An area says what stands between, where it has something:
`lineage.declare("call", lambda call_id: ("organisation", …))`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import Q

type Place = tuple[str, str]  # object_type, object_id

INSTANCE: Place = ("instance", "")
PARENTS: dict[str, Callable[[str], Place | None]] = {}


def declare(object_type: str, parent: Callable[[str], Place | None]) -> None:
    PARENTS[object_type] = parent


def above(place: Place) -> list[Place]:
    """The object, its parents from near to far, the desk last."""
    chain = [place]
    while (parent := _parent(chain[-1])) and parent not in chain:
        chain.append(parent)
    return chain


def _parent(place: Place) -> Place | None:
    if place == INSTANCE:
        return None
    find = PARENTS.get(place[0])
    return (find and find(place[1])) or INSTANCE


def on(places: list[Place]) -> Q:
    """Grants on one of these."""
    return reduce(or_, (Q(object_type=kind, object_id=number) for kind, number in places))
