"""Invitations to give news of many road maps, beside a plain loop of inserts of the same rows in the same run.

    .venv/bin/python benchmarks/bench_reminders.py [ROADMAPS]

Every road map is carried, was taken up three months and some days ago, and is due. The second run finds nothing due. Works in a
temporary folder on SQLite; CPU seconds: the machine may have other work. Bars for 10,000 road maps: 10 s and 200 MB.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

NOW = datetime(2026, 11, 24, 11, tzinfo=UTC)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ["COMMUNAUX_VAR"] = var
        # In a process of its own: what filling the tables takes is no memory of the run.
        subprocess.run([sys.executable, __file__, "--fill", str(count)], check=True)
        start()
        from communaux.core.models import Person

        desk = Person.objects.desk()
        before = memory()
        first, told = run(desk)
        second, again = run(desk)
        after = memory()
        floor, rows = plain_loop()
    print(f"{count} road maps, {told.sent} invited, then {again.sent}; {rows} rows written")
    print(f"first run     {first:6.1f} s CPU (bar 10), {first / floor:.1f} x the plain loop")
    print(f"second run    {second:6.1f} s CPU")
    print(f"plain loop    {floor:6.1f} s CPU  the same rows, one INSERT each, one transaction")
    print(f"peak memory   {after:6.0f} MB (bar 200), {before:.0f} before")


def start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
    import django

    django.setup()


def fill(count: int) -> None:
    """One body, one member who is asked about everything."""
    start()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from communaux.core import services
    from communaux.core.models import Person
    from communaux.gatherings.models import Roadmap

    desk = Person.objects.desk()
    one = services.create_person(
        desk, mail="a@bench.example", display_name="A", password="un mot de passe long", at=NOW
    )
    body = services.create_organisation(desk, name="Organisme", kind="association", at=NOW)
    adopted = NOW - timedelta(days=95)
    given = {"carrier": body, "contact": one, "state": "adopted", "adopted_at": adopted, "created_at": adopted}
    rows = (Roadmap(slug=f"r-{n}", title=f"Feuille de route {n}", **given) for n in range(count))
    Roadmap.objects.bulk_create(rows, batch_size=500)


def run(desk: object) -> tuple[float, object]:
    from communaux.gatherings import services

    return timed(lambda: services.remind(desk, at=NOW))  # type: ignore[arg-type]  # Django is not there yet for the type


def plain_loop() -> tuple[float, int]:
    """What was written, written again under other keys by the ORM alone."""
    from django.db import transaction

    from communaux.core.models import OutboxItem, SignedLink
    from communaux.gatherings.models import Reminder

    rows = [one for model in (SignedLink, OutboxItem, Reminder) for one in model.objects.all()]
    for one in rows:
        again(one)

    def write() -> None:
        with transaction.atomic():
            for one in rows:
                one.save(force_insert=True)

    return timed(write)[0], len(rows)


def again(one: object) -> None:
    one.pk = UUID(int=one.pk.int ^ 1 << 100) if isinstance(one.pk, UUID) else None  # type: ignore[attr-defined]  # any row
    for name in ("token_sha256", "dedupe_key"):
        if hasattr(one, name):
            setattr(one, name, f"{getattr(one, name)[:62]}x")
    if hasattr(one, "due_on"):
        one.due_on += timedelta(days=1)


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        fill(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
