"""`communaux migrate`, `serve`, `work`: run the desk."""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Mapping

from communaux.cli import Refusal


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    migrate = subparsers.add_parser(
        "migrate", help="bring the database up to date", epilog="example: communaux migrate"
    )
    migrate.set_defaults(run=run_migrate)
    serve = subparsers.add_parser(
        "serve", help="answer on the network", epilog="example: communaux serve --host 0.0.0.0 --port 8000"
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    serve.set_defaults(run=run_serve)
    work = subparsers.add_parser(
        "work", help="do the background work", epilog="example: communaux work   (stop it with Ctrl-C)"
    )
    work.add_argument("--batch", action="store_true", help="end when there is nothing left to do")
    work.set_defaults(run=run_work)


def setup() -> None:
    """Start Django for a command; what the services of the desk tell comes in the language of the terminal."""
    prepare()
    from django.utils import translation

    translation.activate(language(os.environ))


def prepare() -> None:
    """Start Django for a process that serves others: it keeps the language of the desk."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "communaux.core.settings")
    import django

    django.setup()


def same_key() -> None:
    """Raise a refusal where this machine knows addresses under another key than the desk."""
    from django.utils import timezone

    from communaux.assessment import desk_key

    desk_key.same_or_refused(timezone.now())


def language(environment: Mapping[str, str]) -> str:
    """French where the terminal is French, else English: the variables of POSIX, in their order."""
    told = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "fr" if told.lower().startswith("fr") else "en"


def run_migrate(arguments: argparse.Namespace) -> int:
    prepare()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    return 0


def free_or_refused(host: str, port: int) -> None:
    """Refuse a port that somebody else holds: one would read their pages and take them for ours.

    The server would not refuse it: it shares a port with another of its kind, and both would answer in turn.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as wanted:
        wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wanted.bind((host, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            raise Refusal(f"port {port} of {host} is not free ({why}): choose another with --port") from error


def run_serve(arguments: argparse.Namespace) -> int:
    prepare()
    free_or_refused(arguments.host, arguments.port)
    same_key()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    answer(arguments)
    return 0


def answer(arguments: argparse.Namespace) -> None:
    """WSGI, four threads: an asynchronous server costs two to six times more on this stack.

    All code is read here, once: each worker is a copy of this process and shares its memory (where Python copies processes).
    """
    import gc
    from importlib import import_module

    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    for name in ("communaux.web.wsgi", settings.ROOT_URLCONF):
        import_module(name)
    for link in connections.all(initialized_only=True):  # nothing to share with a copy
        link.close()
        getattr(link, "close_pool", link.close)()  # PostgreSQL alone has a pool
    gc.collect()
    gc.freeze()
    Granian(
        "communaux.web.serving:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers,
        blocking_threads=4,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()


def run_work(arguments: argparse.Namespace) -> int:
    prepare()
    same_key()
    from django.core.management import call_command

    from communaux.core import heartbeat

    heartbeat.start()
    call_command("ox_worker", *(["--batch"] if arguments.batch else []), interval=0.5, verbosity=0)
    return 0
