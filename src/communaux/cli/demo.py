"""`communaux demo`: a running desk with the shipped commons, the shipped facts and, where found, the full public catalogues."""

from __future__ import annotations

import argparse
import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from communaux.cli import Refusal, told_or
from communaux.cli.desk import free_or_refused, run_migrate

PATIENCE = 10.0  # seconds a process has to end when asked
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = subparsers.add_parser(
        "demo",
        help="a running desk with real data",
        epilog="example: communaux demo --catalogues ../shared/data/catalogues",
    )
    demo.add_argument("--catalogues", type=Path, help="folder of public catalogue files")
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--workers", type=int, default=1)
    demo.add_argument("--check", action="store_true", help="prepare everything, ask the desk a question, and stop")
    demo.set_defaults(run=run_demo)


def run_demo(arguments: argparse.Namespace) -> int:
    os.environ["COMMUNAUX_DEMO"] = "1"
    if arguments.host not in LOOPBACK:
        os.environ.setdefault("COMMUNAUX_DEMO_PASSWORD", secrets.token_urlsafe(12))
    os.environ.setdefault("COMMUNAUX_URL", f"http://{arguments.host}:{arguments.port}")
    folder = arguments.catalogues if arguments.catalogues and arguments.catalogues.is_dir() else None
    if folder:
        os.environ["COMMUNAUX_CATALOGUES"] = str(folder.resolve())
    run_migrate(arguments)
    if arguments.check:
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        load(folder)
        return check()
    return serve(arguments, folder)


def load(folder: Path | None) -> None:
    """Everything the demonstration holds; what is there already costs nothing."""
    from django.utils import timezone

    from communaux.catalogue import importing, indexing
    from communaux.catalogue import trial as trial_needs
    from communaux.cli import gatherings
    from communaux.core import trial
    from communaux.core.models import Person
    from communaux.gatherings import trial as trial_contributions

    desk = Person.objects.desk()
    trial.accounts(desk)
    told_or("territories", load_territories, None)
    told_or("gatherings", partial(gatherings.bring, made_up=True), otherwise=dict[str, bool]())
    told_or("contributions", partial(trial_contributions.bring, timezone.now()), otherwise=False)
    changed = [told_or(key, partial(_load_one, desk, key, folder), otherwise=False) for key in _keys(folder)]
    told_or("needs", partial(trial_needs.bring, desk, timezone.now()), otherwise=False)
    if any(changed) or indexing.is_due() or not _finished():
        print("index…", file=sys.stderr, flush=True)
        importing.finish(desk)
        _mark().write_text(_index())
    if folder is None:
        print(
            "No public catalogues were given or found (--catalogues FOLDER): nothing was read from them.",
            file=sys.stderr,
        )


def load_territories() -> None:
    """The newest shipped codes, unless they are those of last time."""
    from communaux.cli import territory
    from communaux.territory import shipped
    from communaux.territory.queries import loaded

    if not loaded.holds(shipped.newest().sha256):
        territory.tell(territory.bring())


def _finished() -> bool:
    """Whether the last start went to its end: relations and pairs are made after the index, and tell nothing of themselves."""
    return _mark().exists() and _mark().read_text() == _index()


def _mark() -> Path:
    from django.conf import settings

    return Path(settings.VAR) / "demo-finished"


def _index() -> str:
    from communaux.catalogue.models import SearchIndex

    return SearchIndex.objects.order_by("-generation").values_list("sha256", flat=True).first() or ""


def _keys(folder: Path | None) -> list[str]:
    """Seeds first, so that the full catalogues join them; then each source once, full where found, else its shipped facts."""
    from communaux.catalogue import importing
    from communaux.catalogue.sources import sources

    full = importing.importable(folder) if folder else []
    facts = [key for key in sources() if importing.shipped_facts(key) and key not in full]
    return ["seeds", *full, *sorted(facts)]


def _load_one(desk: object, key: str, folder: Path | None) -> bool:
    """Import one source; False when its files are those of last time, or facts of what the desk holds in full."""
    from django.conf import settings
    from django.utils import timezone

    from communaux.catalogue import importing
    from communaux.catalogue.models import Source
    from communaux.cli.bar import bar
    from communaux.cli.catalogue import tell
    from communaux.core.models import Person

    assert isinstance(desk, Person)
    given, read = importing.demo_files(key, folder)
    etag, at, facts = importing.digest(given), timezone.now(), read is importing.read_facts
    if Source.objects.filter(key=key, etag=etag).exists() or (facts and importing.holds_more_than_facts(key)):
        return False
    ours = facts or key == "seeds"  # what a new version no longer ships is gone
    with bar(key) as report:
        outcome = importing.run_import(desk, key, read(key, given), etag=etag, at=at, report=report, accept_loss=ours)
    tell(outcome, settings.VAR)
    return True


def check() -> int:
    """Ask the desk what it is for; refuse to call it ready if it does not answer."""
    from django.test import Client

    client = Client()
    for path in ("/", "/chercher/?q=cartographie", "/api/v1/search?q=cartographie", "/readyz"):
        answer = client.get(path)
        print(f"{answer.status_code} {path}")
        if answer.status_code != 200:
            raise Refusal(f"the desk does not answer at {path}")
    return 0


def serve(arguments: argparse.Namespace, folder: Path | None) -> int:
    """The server and one worker, until Ctrl-C. On a desk that is complete the server gets ready while the files are compared."""
    free_or_refused(arguments.host, arguments.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running: list[subprocess.Popen[bytes]] = []
    try:
        early = _finished()
        if not early:
            print("The first start reads the catalogues: two to four minutes, then the address is printed.", flush=True)
        command = (
            "serve",
            "--host",
            arguments.host,
            "--port",
            str(arguments.port),
            "--workers",
            str(arguments.workers),
        )
        running += [start("communaux", *command)] if early else []
        load(folder)
        running += [] if early else [start("communaux", *command)]
        if answers(arguments.host, arguments.port, running[0]):
            welcome(arguments)
        running.append(start("communaux", "work"))
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        stop(*running)


def start(*command: str) -> subprocess.Popen[bytes]:
    """A module as a process of its own."""
    return subprocess.Popen([sys.executable, "-m", *command])


def answers(host: str, port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server came to answer; False when it ended before."""
    while server.poll() is None:
        door = http.client.HTTPConnection(host, port, timeout=5)
        try:
            door.request("GET", "/healthz")
            return bool(door.getresponse().status)
        except OSError:
            time.sleep(0.1)
        finally:
            door.close()
    return False


def welcome(arguments: argparse.Namespace) -> None:
    from django.conf import settings

    print(f"\nThe desk is open: http://{arguments.host}:{arguments.port}/   (English: /en/)", flush=True)
    for mail, role, password in settings.DEMO_LOGINS:
        print(f"  {role:9} {mail}  {password}", flush=True)
    print("Begin with /territoires/ (your commune) or /besoins/ (what is needed). The command is .venv/bin/communaux")
    print("Stop it with Ctrl-C.", flush=True)


def stop(*processes: subprocess.Popen[bytes]) -> None:
    """Ask each to end, and end those that do not listen: none may stay behind and hold the port."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
