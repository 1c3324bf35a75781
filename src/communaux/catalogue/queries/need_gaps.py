"""What is missing in a territory: themes of needs that no commons covers where they stand (Q6 of 03 § 3.2).

Four short questions, each with the numbers that the one before found: in one, PostgreSQL takes the few places that are left for
many and reads every presence. What is present in the whole territory covers its theme everywhere in it, so that most needs are
known to be covered by the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from communaux.catalogue.models import Theme
from communaux.territory.models import Territory

GAPS: Final = 8
# The number of an object is text with dashes, and of a commons as each database keeps it. On PostgreSQL it is written as text: to
# read each text as a number, looking first whether it is one, took most of the time.
SAME: Final = {
    "sqlite": "k.id = REPLACE(p.obj_id, '-', '')",
    "postgresql": "CAST(k.id AS text) = p.obj_id",
}
COVERING: Final = """territory_presence p
JOIN catalogue_commons k ON /*same*/ AND k.state = 'published'
JOIN catalogue_commons_themes h ON h.commons_id = k.id"""
PRESENT: Final = "p.obj_kind = 'commons' AND p.since <= %(day)s AND (p.until IS NULL OR p.until >= %(day)s)"
ASKED: Final = f"""WITH everywhere AS MATERIALIZED (
  SELECT DISTINCT h.theme_id FROM {COVERING} JOIN territory_territoryclosure c ON c.ancestor_id = p.territory_id
  WHERE c.descendant_id = %(territory)s AND {PRESENT})
SELECT n.territory_id, n.theme_id, COUNT(*)
FROM territory_territoryclosure c JOIN catalogue_need n ON n.territory_id = c.descendant_id
WHERE c.ancestor_id = %(territory)s AND n.state IN ('open', 'pooled')
AND n.theme_id NOT IN (SELECT theme_id FROM everywhere)
GROUP BY n.territory_id, n.theme_id"""  # noqa: S608 - parts of this module
HOLDING: Final = "SELECT descendant_id, ancestor_id FROM territory_territoryclosure WHERE descendant_id IN (/*places*/)"
COVERED: Final = f"""SELECT DISTINCT p.territory_id, h.theme_id FROM {COVERING}
WHERE p.territory_id IN (/*places*/) AND {PRESENT} AND h.theme_id IN (/*themes*/)"""  # noqa: S608 - too


@dataclass(frozen=True, slots=True)
class Gap:
    """A theme, and how many of its needs no commons present there answers."""

    theme: Theme
    n: int


def gaps(territory: Territory, day: date, *, limit: int = GAPS) -> list[Gap]:
    """Those inside it, the largest first."""
    asked = _rows(ASKED, territory=territory.pk, day=day)
    if not asked:
        return []
    themes = Theme.objects.in_bulk({theme for _place, theme, _n in asked})
    holding = defaultdict[int, list[int]](list)
    for place, above in _rows(_at(HOLDING, {place for place, _theme, _n in asked})):
        holding[place].append(above)
    covered = _covered({above for those in holding.values() for above in those}, list(themes), day)
    counts = Counter[str]()
    for place, theme, n in asked:
        if not any((above, theme) in covered for above in holding[place]):
            counts[theme] += n
    found = (Gap(themes[key], n) for key, n in counts.items())
    return sorted(found, key=lambda gap: (-gap.n, gap.theme.key))[:limit]


def _covered(places: Collection[int], themes: Sequence[str], day: date) -> set[tuple[int, str]]:
    """(place, theme) of what is present there."""
    names = {f"theme_{n}": key for n, key in enumerate(themes)}
    sql = COVERED.replace("/*themes*/", ",".join(f"%({name})s" for name in names))
    return set(_rows(_at(sql, places), day=day, **names))


def _at(sql: str, places: Collection[int]) -> str:
    """Numbers of rows of ours, written out: a database that sees how many they are chooses the index."""
    return sql.replace("/*places*/", ",".join(str(int(one)) for one in sorted(places)))


def _rows(sql: str, **given: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("/*same*/", SAME[connection.vendor]), given or None)
        return cursor.fetchall()
