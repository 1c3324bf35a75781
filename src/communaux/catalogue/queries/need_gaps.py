"""What is missing in a territory: themes of needs that no commons covers where they stand (Q6 of 03 § 3.2).

One question, in steps that each database computes once: asked need by need, whether something covers it took twice as long.
What is present in the whole territory covers its theme everywhere in it: most needs are known to be covered by that alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from communaux.catalogue.models import Theme
from communaux.territory.models import Territory

GAPS: Final = 8
# The number of an object is text with dashes, and of a commons as each database keeps it. On PostgreSQL it is written as text: to
# read each text as a number, looking first whether it is one, took most of the time.
SAME: Final = {
    "sqlite": "h.commons_id = REPLACE(p.obj_id, '-', '')",
    "postgresql": "CAST(h.commons_id AS text) = p.obj_id",
}
# Of the few that hold for the whole territory it is read, rather than every commons written.
SAME_OF_FEW: Final = {
    "sqlite": "k.id = REPLACE(p.obj_id, '-', '')",
    "postgresql": "k.id = CASE WHEN p.obj_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN CAST(p.obj_id AS uuid) END",
}
# On PostgreSQL place by place: it takes the few places that are left for many, and would read every presence.
PRESENT: Final = {
    "sqlite": "territory_presence p WHERE p.territory_id IN (SELECT ancestor_id FROM holding) AND /*now*/",
    "postgresql": "(SELECT DISTINCT ancestor_id FROM holding) a CROSS JOIN LATERAL (SELECT p.territory_id, p.obj_id "
    "FROM territory_presence p WHERE p.territory_id = a.ancestor_id AND /*now*/ OFFSET 0) p",
}
NOW: Final = "p.obj_kind = 'commons' AND p.since <= %(day)s AND (p.until IS NULL OR p.until >= %(day)s)"
SQL: Final = """WITH
everywhere AS MATERIALIZED (
  SELECT DISTINCT h.theme_id
  FROM territory_territoryclosure c
  JOIN territory_presence p ON p.territory_id = c.ancestor_id AND /*now*/
  JOIN catalogue_commons k ON /*same of few*/ AND k.state = 'published'
  JOIN catalogue_commons_themes h ON h.commons_id = k.id
  WHERE c.descendant_id = %(territory)s),
asked AS MATERIALIZED (
  SELECT n.territory_id, n.theme_id, COUNT(*) AS n
  FROM territory_territoryclosure c JOIN catalogue_need n ON n.territory_id = c.descendant_id
  WHERE c.ancestor_id = %(territory)s AND n.state IN ('open', 'pooled')
  AND n.theme_id NOT IN (SELECT theme_id FROM everywhere)
  GROUP BY n.territory_id, n.theme_id),
holding AS MATERIALIZED (
  SELECT a.territory_id, a.theme_id, c.ancestor_id
  FROM asked a JOIN territory_territoryclosure c ON c.descendant_id = a.territory_id),
present AS MATERIALIZED (SELECT p.territory_id, p.obj_id FROM /*present*/),
covered AS MATERIALIZED (
  SELECT DISTINCT p.territory_id, h.theme_id
  FROM present p
  JOIN catalogue_commons_themes h ON /*same*/ AND h.theme_id IN (SELECT theme_id FROM asked)
  WHERE h.commons_id NOT IN (SELECT id FROM catalogue_commons WHERE state <> 'published')),
answered AS MATERIALIZED (
  SELECT DISTINCT territory_id, theme_id
  FROM holding WHERE (ancestor_id, theme_id) IN (SELECT territory_id, theme_id FROM covered))
SELECT t.key, t.fr, t.en, SUM(a.n)
FROM asked a JOIN catalogue_theme t ON t.key = a.theme_id
WHERE (a.territory_id, a.theme_id) NOT IN (SELECT territory_id, theme_id FROM answered)
GROUP BY t.key, t.fr, t.en"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A theme, and how many of its needs no commons present there answers."""

    theme: Theme
    n: int


def gaps(territory: Territory, day: date, *, limit: int = GAPS) -> list[Gap]:
    """Those inside it, the largest first."""
    sql = SQL
    for name, of in {"present": PRESENT, "same": SAME, "same of few": SAME_OF_FEW}.items():
        sql = sql.replace(f"/*{name}*/", of[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("/*now*/", NOW), {"territory": territory.pk, "day": day})
        found = [Gap(Theme(key=key, fr=fr, en=en), int(n)) for key, fr, en, n in cursor.fetchall()]
    return sorted(found, key=lambda gap: (-gap.n, gap.theme.key))[:limit]
