"""`communaux notify run`: one round of notices, as the background work does each minute."""

from __future__ import annotations

import argparse
from datetime import datetime

from communaux.cli import Refusal
from communaux.cli.desk import prepare


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "notify", help="notices and mail of the desk", epilog="example: communaux notify run"
    )
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    run = jobs.add_parser(
        "run",
        help="tell people what concerns them, make the digests that are due, send the mail that waits",
        epilog="example: communaux notify run --at 2026-11-30T07:30",
    )
    run.add_argument("--at", metavar="TIME", help="as if it were then (ISO 8601, time zone of the desk); else now")
    run.set_defaults(run=run_round)


def run_round(arguments: argparse.Namespace) -> int:
    """0 when all mail left, 1 when some waits or failed."""
    prepare()
    from django.core.mail import mailers
    from django.utils import timezone

    from communaux.core import delivery

    at = _time(arguments.at)
    done = delivery.run(lambda: at or timezone.now())
    print(f"{done.lines} lines of the journal read, {done.notices} notices, {done.digests} digests")
    if "default" not in mailers:
        print("This desk sends no mail.")
        return 0
    print(f"mail: {done.mail.sent} sent, {done.mail.failed} given up, {done.waiting} waiting")
    return 1 if done.waiting or done.mail.failed else 0


def _time(text: str | None) -> datetime | None:
    from django.utils import timezone

    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(f"--at is no time: {text} (example: 2026-11-30T07:30)") from error
    return read if read.tzinfo else read.replace(tzinfo=timezone.get_default_timezone())
