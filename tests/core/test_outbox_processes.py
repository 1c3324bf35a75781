"""Two workers go through the journal, the digests and the outbox at once: each person gets each mail once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

from doubles import mail_server

PEOPLE = 40
BEGIN = """
import sys
from communaux.cli.desk import setup
setup()
from django.conf import settings
from django.utils import timezone
from communaux.core import journal, services
from communaux.core.models import Person, Subscription
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
desk, now = Person.objects.desk(), timezone.now()
for n in range(int(sys.argv[1])):
    one = services.create_person(desk, mail=f"p{n}@demo.example", display_name="x", password="x", at=now)
    often = "immediate" if n % 2 else "daily"
    Subscription.objects.create(person=one, scope_kind="organisation", scope_id="1", frequency=often, created_at=now)
"""
WRITE = """
from datetime import timedelta
from communaux.cli.desk import setup
setup()
from django.utils import timezone
from communaux.core import journal
from communaux.core.models import Person
then = timezone.now() - timedelta(days=2)
for n in range(3):
    journal.append(Person.objects.desk(), then + timedelta(minutes=n), journal.Line("tests.changed", ("organisation", "1")))
"""
ROUND = """
import sys, time
from communaux.cli.desk import setup
setup()
from django.conf import settings
from django.utils import timezone
from communaux.core import delivery, notify
from communaux.core.audiences import by_subject, following
settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {"host": "127.0.0.1", "port": int(sys.argv[1]), "timeout": 10}}}
notify.tell("tests.changed", by_subject(lambda ids, day: following("organisation", ids)), notify.NEWS, "changed")
notify.name("organisation", lambda ids: {pk: notify.Shown("Un organisme", "/") for pk in ids})
notify.SLICE = 2
print("ready", flush=True)
sys.stdin.readline()
done = delivery.run(timezone.now)
print(done.mail.sent, done.mail.failed, done.mail.put_off)
"""


def python(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, *arguments], env=environment, text=True, **pipes)


def finished(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=90)
    assert (process.returncode, errors) == (0, "")
    return out


def test_two_at_once_send_each_mail_once(own_desk: dict[str, str]) -> None:
    finished(python(own_desk, "-c", BEGIN, str(PEOPLE)))
    finished(python(own_desk, "-m", "communaux", "notify", "run"))
    finished(python(own_desk, "-c", WRITE))
    with mail_server.running() as server:
        server.slow = 0.02
        workers = [python(own_desk, "-c", ROUND, str(server.port)) for _n in range(2)]
        for worker in workers:
            assert worker.stdout
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        counts = [tuple(map(int, finished(worker).split())) for worker in workers]
    got = Counter(to for to, _raw in server.letters)
    assert got == {f"p{n}@demo.example": 3 if n % 2 else 1 for n in range(PEOPLE)}
    assert sum(sent for sent, _failed, _put_off in counts) == PEOPLE * 2
    assert [counts[0][1:], counts[1][1:]] == [(0, 0), (0, 0)]
    assert all(sent for sent, _failed, _put_off in counts)  # both worked
    numbers = {server.read(place)["Message-ID"] for place in range(len(server.letters))}
    assert len(numbers) == PEOPLE * 2
