"""Needs on the map, beside the recursive form of the same questions in the same run.

    .venv/bin/python benchmarks/bench_needs.py [NEEDS] [PRESENCES] [QUESTIONS]

COG 2026, seeded synthetic needs (200,000) and presences (153,802) of 5,000 commons, on a SQLite file in a temporary folder or
on the database that DATABASE_URL names (an empty one), one thread, warm. Bars at p95: Q1 20 ms up to a département and 60 ms in
a région, Q2, Q3 and Q6 20 ms, Q4 and Q5 from the counters 5 ms, the page of a commune 100 ms and 14 questions to the database.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from typing import Any

from bench_territory import DAY, fill, measured, near, told

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
THEMES, COMMONS = 34, 5_000
BELOW = """WITH RECURSIVE down(id) AS (
SELECT CAST(%s AS bigint) UNION SELECT e.child_id FROM territory_territoryedge e JOIN down ON e.parent_id = down.id)"""
Q1 = (
    BELOW
    + """ SELECT n.id FROM down JOIN catalogue_need n ON n.territory_id = down.id
WHERE n.state IN ('open', 'pooled') ORDER BY n.weight DESC, n.id LIMIT 20"""
)
Q5 = """SELECT c.ancestor_id, COUNT(*) FROM territory_territoryclosure c JOIN territory_territory t ON t.id = c.ancestor_id
JOIN catalogue_need n ON n.territory_id = c.descendant_id
WHERE t.kind = 'departement' AND n.state IN ('open', 'pooled') GROUP BY c.ancestor_id"""


def main(needs: int, presences: int, questions: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ["COMMUNAUX_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from communaux.cli import territory

        call_command("migrate", verbosity=0)
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; {connection.vendor}")
        territory.bring()
        express(needs, presences)
        near(questions)
        ask(questions)
        pages(questions)


def express(n: int, presences: int) -> None:
    """Needs over all kinds of places; half are open. Commons with one to three themes, present where chance says."""
    from django.db import connection, transaction

    from communaux.catalogue.models import Commons, Need, Theme
    from communaux.cli import territory
    from communaux.core.ids import uuid7
    from communaux.territory import counters
    from communaux.territory.models import Territory

    chance = random.Random(7)
    keys = [f"t{number}" for number in range(THEMES)]
    Theme.objects.bulk_create([Theme(key=key, fr=key, en=key) for key in keys])
    commons = [Commons(slug=f"c{n}", name=f"C{n}", state="published", updated_at=NOW) for n in range(COMMONS)]
    Commons.objects.bulk_create(commons, batch_size=500)
    through = Commons.themes.through
    pairs = [through(commons=one, theme_id=key) for one in commons for key in chance.sample(keys, chance.randint(1, 3))]
    through.objects.bulk_create(pairs, batch_size=500)
    fill(presences, [str(one.pk) for one in commons])
    places = {kind: list(Territory.objects.filter(kind=kind)) for kind in ("commune", "epci", "departement", "region")}
    made = []
    for one in range(n):
        kind = chance.choices(tuple(places), (88, 8, 3, 1))[0]
        made.append(
            Need(
                pk=uuid7(),
                slug=f"n{one}",
                title=f"Need {one}",
                theme_id=chance.choice(keys),
                kind="service",
                lang="fr",
                opened_at=NOW,
                territory=chance.choice(places[kind]),
                weight=chance.randrange(1, 90),
                state="open" if chance.random() < 0.5 else "closed",
            )
        )
        if made[-1].state == "closed":
            made[-1].close_reason, made[-1].closed_at = "withdrawn", NOW
    Need.objects.bulk_create(made, batch_size=500)
    began = time.perf_counter()
    with transaction.atomic():
        counters.rewrite_all(territory.owners(), NOW, DAY)
    print(f"{n} needs; every counter made again in {time.perf_counter() - began:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ask(questions: int) -> None:
    from django.db import connection

    from communaux.catalogue.queries import need_gaps, need_places
    from communaux.territory.models import Territory, TerritoryStat

    chance = random.Random(11)

    def raw(sql: str, *more: Any) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql, more)
            return cursor.fetchall()

    for kind in ("commune", "epci", "departement", "region"):
        places = list(Territory.objects.filter(kind=kind).order_by("code"))
        asked = [chance.choice(places) for _one in range(questions)]
        ours = measured(asked, lambda one: [str(x.pk) for x in need_places.inside(one)])
        peer = measured(asked, lambda one: [str_of(row[0]) for row in raw(Q1, one.pk)])
        told(f"Q1 heaviest, {kind}", ours, peer, bar=60 if kind == "region" else 20)
    departements = list(Territory.objects.filter(kind="departement").order_by("code"))
    keys = [f"t{chance.randrange(THEMES)}" for _one in range(questions)]
    of = TerritoryStat.objects.filter(measure="needs_open", territory__kind="departement", n__gt=0)
    alone(
        "Q4 one theme by département",
        measured(keys, lambda key: dict(of.filter(theme=key).values_list("territory", "n"))),
    )
    ours = measured([1] * 20, lambda _one: sorted(of.filter(theme="").values_list("territory", "n")))
    peer = measured([1] * 20, lambda _one: sorted(raw(Q5)))
    told("Q5 all by département", ours, peer, "count from the rows", bar=5)
    alone("Q6 gaps of a département", measured(departements, lambda one: need_gaps.gaps(one, DAY)))


def str_of(value: Any) -> str:
    """Numbers of needs are text without dashes on SQLite."""
    from uuid import UUID

    return str(value if isinstance(value, UUID) else UUID(value))


def pages(questions: int) -> None:
    """The whole request for the page of a commune, by a visitor, without the page that is kept."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from communaux.territory.models import Territory

    settings.ALLOWED_HOSTS = ["*"]
    call_command("collectstatic", interactive=False, verbosity=0)
    communes = list(Territory.objects.filter(kind="commune").order_by("code"))
    asked = random.Random(13).sample(communes, questions)
    reader = Client()
    with CaptureQueriesContext(connection) as found:
        assert reader.get(f"/territoires/commune/{asked[0].code}/").status_code == 200
        questions_asked = len(found)  # before the next request clears them
    alone(
        "page of a commune", measured(asked, lambda one: [reader.get(f"/territoires/commune/{one.code}/").status_code])
    )
    print(f"questions to the database for that page: {questions_asked} (bar 14)")


def alone(name: str, found: tuple[list[float], list[Any]]) -> None:
    times = sorted(found[0])
    print(f"{name:28} p50 {times[len(times) // 2]:7.2f} ms   p95 {times[int(len(times) * 0.95)]:7.2f} ms")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given + [200_000, 153_802, 300][len(given) :]))
