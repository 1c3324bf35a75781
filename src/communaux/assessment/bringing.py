"""Bring in answers from a file: find the commons of each product, hand its answers over, tell what has no place here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from communaux.assessment import dpg_answers, services_answers
from communaux.catalogue.models import Commons, Identifier
from communaux.core.models import Person

SCHEME = "dpga"  # under which sheets keep the id of a product
type Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a file. `without`: (id, name) of products that no commons of this desk bears."""

    products: int
    answers: int
    new: int
    without: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]


def bring_dpg(
    by: Person, content: bytes, *, name: str = "", at: datetime, report: Report = lambda done, total: None
) -> Brought:
    """`name` of the file is shown as the source. Safe to run twice; a kill leaves whole products only."""
    products = dpg_answers.read(content)
    commons, read, new = bearers(products), 0, 0
    for done, (key, product) in enumerate(products.items(), 1):
        given = dpg_answers.answers(product, f"{dpg_answers.TITLE}{name and f' ({name[:100]})'}")
        read += len(given)
        if key in commons:
            new += services_answers.import_answers(by, commons[key], given=given, title=key, at=at)
        report(done, len(products))
    without = tuple((key, str(one.get("name", ""))[:250]) for key, one in products.items() if key not in commons)
    unread = sorted({name for one in products.values() for name in dpg_answers.unread(one)})
    return Brought(len(products), read, new, without, tuple(unread))


def bearers(keys: Iterable[str]) -> dict[str, Commons]:
    """Id of a product → the commons that bears it; of a merged one, what it has become."""
    rows = Identifier.objects.filter(scheme=SCHEME, until=None, value__in=list(keys))
    return {row.value: row.commons.merged_into or row.commons for row in rows.select_related("commons__merged_into")}
