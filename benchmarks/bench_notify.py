"""Notices and daily digests for many people, beside a plain loop of inserts of the same number of rows in the same run.

    .venv/bin/python benchmarks/bench_notify.py [PEOPLE] [ENTRIES] [FOLLOWED]

Each person follows FOLLOWED (1) of as many commons as there are people; each entry of the journal tells of one of them. Works in a
temporary folder on SQLite, filled by another process, so that the memory is that of the work. Mail is written whole, then
dropped; beside it as many mails of the same length by the library alone. CPU seconds: the machine may have other work.
Bars: 60 s and 200 MB for 10,000 people and 50,000 entries.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

EVENING = datetime(2026, 11, 24, 18, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 7, tzinfo=UTC)


def main(people: int, entries: int, followed: int) -> None:
    with tempfile.TemporaryDirectory() as var:
        os.environ["COMMUNAUX_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(people, entries, followed))
        filling.start()
        filling.join()
        assert filling.exitcode == 0
        print(f"before: {memory():.0f} MB at most")
        steps = measured()
        rows, peak, mapped = kept(), memory(), file_pages()
        floor, alone = timed(lambda: plain_loop(rows)), timed(lambda: plain_mails(people))
    total = sum(steps.values())
    print(f"{people} people, {entries} entries, {rows} notices (a row for the page, one for the mail of each)")
    for name, seconds in steps.items():
        print(f"{name:<30}{seconds:7.1f} s")
    print(f"{'whole':<30}{total:7.1f} s  (bar 60), {total / floor:.1f} x the plain loop")
    print(f"{'plain loop of inserts':<30}{floor:7.1f} s  the same number of rows, one INSERT each, one transaction")
    print(f"{'plain mails':<30}{alone:7.1f} s  as many, text and HTML, by the library of mail alone")
    print(
        f"{'peak memory':<30}{peak:7.0f} MB (bar 200), of which {mapped:.0f} pages of files (code, SQLite's map of the database)"
    )


def fill(people: int, entries: int, followed: int) -> None:
    """The same for every run: chance has a seed."""
    import django

    django.setup()
    from communaux.catalogue.models import Commons
    from communaux.core import journal
    from communaux.core.models import Person, Subscription

    chance = random.Random(7)
    desk = Person.objects.desk()
    who = [Person(display_name=f"P{n}", mail=f"p{n}@demo.example", password="!") for n in range(people)]
    Person.objects.bulk_create(who, batch_size=500)
    what = [Commons(slug=f"c{n}", name=f"Commun {n}", updated_at=EVENING) for n in range(people)]
    Commons.objects.bulk_create(what, batch_size=500)
    ids = [str(one.pk) for one in what]
    told = {"scope_kind": "commons", "frequency": "daily", "created_at": EVENING}
    for one in range(0, people, 500):
        rows = [
            Subscription(person=person, scope_id=pk, **told)
            for person in who[one : one + 500]
            for pk in chance.sample(ids, min(followed, people))
        ]
        Subscription.objects.bulk_create(rows, batch_size=500)
    for _slice in range(0, entries, 1000):
        subjects = [("commons", chance.choice(ids)) for _n in range(min(1000, entries - _slice))]
        lines = [journal.Line("catalogue.describe", subject, {}, {"short": "x"}) for subject in subjects]
        journal.append_many(desk, EVENING, lines)


def measured() -> dict[str, float]:
    from django.conf import settings

    from communaux.core import digests, letters, notify, outbox

    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Dropped"}}
    told: dict[str, object] = {}
    steps = {
        "journal read, notices": timed(lambda: told.update(notices=notify.follow(EVENING))),
        "digests": timed(lambda: told.update(digests=digests.make(MORNING))),
        "mail written": timed(lambda: told.update(mail=outbox.drain(letters.compose, lambda: MORNING))),
    }
    print(told)
    twice = timed(lambda: (notify.follow(MORNING), digests.make(MORNING)))
    print(f"again, when nothing is new: {1000 * twice:.1f} ms")
    return steps


class Dropped:
    """A mailer that makes the bytes of each mail, and sends them nowhere."""

    def __init__(self, **options: object) -> None:
        """Needs none."""

    def open(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""

    def send_messages(self, messages: list) -> int:
        return sum(bool(message.message().as_bytes()) for message in messages)


def kept() -> int:
    from communaux.core.models import Notification

    return Notification.objects.count()


def plain_loop(rows: int) -> None:
    """As many rows of the same table, for another person, as plainly as it can be done."""
    from django.db import connection, transaction

    from communaux.core.models import Entry, Notification, Person

    person, seqs = Person.objects.create(display_name="x", mail="x@demo.example"), Entry.objects.order_by("seq")
    numbers = list(seqs.values_list("seq", flat=True))
    Notification.objects.all().delete()
    statement = (
        "INSERT INTO core_notification (person_id, entry_id, at, kind, channel, frequency, state)"
        " VALUES (%s, %s, %s, 'news', %s, %s, 'new')"
    )
    people = list(Person.objects.exclude(pk=person.pk).values_list("pk", flat=True))
    with transaction.atomic(), connection.cursor() as cursor:
        for n in range(rows):
            channel, often = (("inapp", ""), ("mail", "daily"))[n % 2]
            who, entry = people[(n // 2) % len(people)], numbers[(n // 2 + n // 2 // len(people)) % len(numbers)]
            cursor.execute(statement, [who.hex, entry, EVENING + timedelta(seconds=n), channel, often])


def plain_mails(n: int) -> None:
    from django.core.mail import EmailMultiAlternatives

    for one in range(n):
        message = EmailMultiAlternatives("5 nouvelles à lire", "Bonjour à tous.\n" * 90, to=[f"p{one}@demo.example"])
        message.attach_alternative("<p>Bonjour à tous.</p>\n" * 90, "text/html")
        message.message().as_bytes()


def timed(work: Callable[[], object]) -> float:
    """CPU seconds: the machine may have other work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def file_pages() -> float:
    """Megabytes of files mapped into memory, that the system may take back at any time; 0 where it does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("RssFile")) / 1024


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*(int(one) for one in (sys.argv[1:] + ["10000", "50000", "1"][len(sys.argv) - 1 :])))
