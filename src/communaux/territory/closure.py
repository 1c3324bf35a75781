"""The closure of the containments: who lies inside whom, and how far, level by level, in the database itself."""

from __future__ import annotations

from typing import Final

from django.db import connection

ITSELF: Final = """INSERT INTO territory_territoryclosure (ancestor_id, descendant_id, depth)
SELECT id, id, 0 FROM territory_territory"""
# A pair that a shorter way has reached is there already: the depth kept is the shortest.
ONE_FURTHER: Final = """INSERT INTO territory_territoryclosure (ancestor_id, descendant_id, depth)
SELECT DISTINCT c.ancestor_id, e.child_id, c.depth + 1
FROM territory_territoryclosure c JOIN territory_territoryedge e ON e.parent_id = c.descendant_id
WHERE c.depth = %s ON CONFLICT (ancestor_id, descendant_id) DO NOTHING"""

ANALYZED: Final = ("territory", "territoryedge", "territoryclosure")


def rebuild() -> int:
    """Make the closure anew from the edges; how many rows it has."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM territory_territoryclosure")
        cursor.execute(ITSELF)
        total, depth, added = cursor.rowcount, 0, cursor.rowcount
        while added:
            cursor.execute(ONE_FURTHER, [depth])
            added, depth = cursor.rowcount, depth + 1
            total += added
        # Without it, a planner that knows no table joins thousands of bodies with every commune.
        for table in ANALYZED:
            cursor.execute(f"ANALYZE territory_{table}")
    return total
