"""The official codes loaded, and what is near a commune, beside the recursive form of the same questions in the same run.

    .venv/bin/python benchmarks/bench_territory.py [PRESENCES] [QUESTIONS]

COG 2026 and seeded synthetic presences (153,802) of 5,000 commons, on a SQLite file in a temporary folder, one thread, warm.
Peers: the recursive common table expression on the edges alone, and django-treebeard (materialised path) for the tree of
départements, when it is installed. CPU seconds for the load: the machine may have other work. Bars: load 10 s and 250 MB,
the tables 10 MB, Q2 and Q3 20 ms at p95.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

DAY = date(2026, 9, 1)
COMMONS = 5_000
ABOVE = """WITH RECURSIVE up(id, depth) AS (
SELECT CAST(%s AS bigint), 0 UNION SELECT e.parent_id, up.depth + 1 FROM territory_territoryedge e JOIN up ON e.child_id = up.id)"""
Q2 = (
    ABOVE
    + """ SELECT p.obj_id, MIN(up.depth) d FROM up JOIN territory_presence p ON p.territory_id = up.id
WHERE p.obj_kind = 'commons' AND p.since <= %s AND (p.until IS NULL OR p.until >= %s)
GROUP BY p.obj_id ORDER BY d, p.obj_id LIMIT 20"""
)
Q3 = (
    ABOVE
    + """, near(id, ring) AS (
SELECT t.id, CASE t.kind WHEN 'epci' THEN 0 ELSE 1 END FROM up JOIN territory_territory t ON t.id = up.id
WHERE up.depth BETWEEN 1 AND 2 AND t.kind IN ('epci', 'departement')
UNION SELECT e.child_id, near.ring FROM territory_territoryedge e JOIN near ON e.parent_id = near.id)
SELECT p.obj_id, MIN(near.ring) r FROM near JOIN territory_presence p ON p.territory_id = near.id
WHERE p.obj_kind = 'commons' AND p.since <= %s AND (p.until IS NULL OR p.until >= %s) AND p.territory_id <> %s
GROUP BY p.obj_id ORDER BY r, p.obj_id LIMIT 20"""
)


def main(presences: int, questions: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ["COMMUNAUX_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
        import django
        from django.conf import settings

        settings.INSTALLED_APPS += ["treebeard"] if installed("treebeard") else []
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        load(Path(var) / "communaux.sqlite3")
        fill(presences)
        near(questions)
        inside()


def installed(name: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(name) is not None


def load(file: Path) -> None:
    from communaux.cli import territory

    before = file.stat().st_size
    started, cpu = time.perf_counter(), time.process_time()
    territory.bring()
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = (file.stat().st_size - before) / 1024 / 1024
    print(f"load 36,364 territories  {wall:5.1f} s, of which {cpu:.1f} s CPU (bar 10)")
    print(f"peak memory              {peak:5.0f} MB (bar 250)   tables {size:.1f} MB (bar 10)")
    again = time.process_time()
    territory.bring()
    print(f"the same again           {time.process_time() - again:5.1f} s CPU, 0 changes")


def fill(n: int, ids: Sequence[str] = tuple(f"c{number}" for number in range(COMMONS))) -> None:
    """Nine in ten in communes, the others in bodies and départements; a tenth has ended. `ids` are the objects."""
    from django.db import connection

    from communaux.territory.models import Presence, Territory

    chance = random.Random(7)
    of = {
        kind: list(Territory.objects.filter(kind=kind).order_by("code")) for kind in ("commune", "epci", "departement")
    }
    rows = {}
    for _one in range(n):
        kind = chance.choices(("commune", "epci", "departement"), (90, 8, 2))[0]
        place, obj = chance.choice(of[kind]), ids[chance.randrange(COMMONS)]
        until = date(2025, 1, 1) if chance.random() < 0.1 else None
        since = date(2015 + chance.randrange(9), 1 + chance.randrange(12), 1)
        rows[place.pk, obj, since] = Presence(
            obj_kind="commons", obj_id=obj, territory=place, role="deployed", since=since, until=until, source="bench"
        )
    Presence.objects.bulk_create(rows.values(), batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{len(rows)} presences of {COMMONS} commons")


def near(questions: int) -> None:
    from django.db import connection

    from communaux.territory.models import Territory
    from communaux.territory.queries import around

    communes = list(Territory.objects.filter(kind="commune").order_by("code"))
    asked = random.Random(11).sample(communes, questions)

    def raw(sql: str, *more: Any) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql, more)
            return cursor.fetchall()

    ours2 = measured(asked, lambda one: [(x.obj_id, x.depth) for x in around.covering(one, DAY)])
    peer2 = measured(asked, lambda one: raw(Q2, one.pk, DAY, DAY))
    told("Q2 nearest commons", ours2, peer2)
    ours3 = measured(asked, lambda one: [(x.obj_id, around.NEAR.index(x.kind)) for x in around.by_neighbours(one, DAY)])
    peer3 = measured(asked, lambda one: raw(Q3, one.pk, DAY, DAY, one.pk))
    told("Q3 neighbours", ours3, peer3)


def inside() -> None:
    """What is inside a département: closure beside the materialised path of treebeard."""
    if not installed("treebeard"):
        print("django-treebeard is not installed: not measured (uv sync --group bench)")
        return
    from django.db import connection, models
    from treebeard.mp_tree import MP_Node

    from communaux.territory.models import Territory, TerritoryClosure

    class Node(MP_Node):
        number = models.BigIntegerField(db_index=True)

        class Meta:
            app_label = "treebeard"

    with connection.schema_editor() as editor:
        editor.create_model(Node)
    deps = list(Territory.objects.filter(kind="departement").order_by("code"))
    rows = []
    for n, dep in enumerate(deps, 1):
        below = TerritoryClosure.objects.filter(ancestor=dep, descendant__kind="commune")
        codes = list(below.values_list("descendant_id", flat=True))
        path = Node._get_path("", 1, n)
        rows.append(Node(path=path, depth=1, numchild=len(codes), number=dep.pk))
        rows += [Node(path=Node._get_path(path, 2, m), depth=2, number=pk) for m, pk in enumerate(codes, 1)]
    Node.objects.bulk_create(rows, batch_size=500)
    nodes = {node.number: node for node in Node.objects.get_root_nodes()}
    below = TerritoryClosure.objects.filter(descendant__kind="commune")
    ours = measured(deps, lambda one: sorted(below.filter(ancestor=one).values_list("descendant_id", flat=True)))
    peer = measured(
        deps, lambda one: sorted(Node.objects.get_descendants(nodes[one.pk]).values_list("number", flat=True))
    )
    told("communes of a département", ours, peer, name="treebeard")


def measured(asked: Sequence[Any], work: Callable[[Any], list]) -> tuple[list[float], list[list]]:
    """Milliseconds of each, in order of duration, and the answers; once before to be warm."""
    answers = [list(work(one)) for one in asked]
    spans = []
    for one in asked:
        started = time.perf_counter()
        work(one)
        spans.append(1000 * (time.perf_counter() - started))
    return sorted(spans), answers


def told(what: str, ours: tuple, peer: tuple, name: str = "recursive form", bar: int = 20) -> None:
    assert ours[1] == peer[1], f"{what}: the two do not answer the same"
    (a50, a95), (b50, b95) = ((rows[len(rows) // 2], rows[int(len(rows) * 0.95)]) for rows in (ours[0], peer[0]))
    print(
        f"{what:<26}p50 {a50:6.2f} p95 {a95:6.2f} ms (bar {bar})   {name} {b50:6.2f} / {b95:6.2f} ms   {b95 / a95:.1f} x at p95"
    )


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given + [153_802, 300][len(given) :]))
