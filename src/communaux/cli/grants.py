"""`communaux grants list OBJECT`: who holds which role on an object, what it inherits from above included."""

from __future__ import annotations

import argparse

from communaux.cli import Refusal
from communaux.cli.desk import setup


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("grants", help="who holds which role")
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    told = jobs.add_parser(
        "list",
        help="roles on an object, those held above it included",
        epilog="example: communaux grants list instance   (or: organisation:NUMBER)",
    )
    told.add_argument("object", metavar="OBJECT", help="instance, or type:number")
    told.add_argument("--all", action="store_true", help="also those that ended, were withdrawn or have not begun")
    told.set_defaults(run=run_list)


def run_list(arguments: argparse.Namespace) -> int:
    """One line a role, nearest object first; numbers, no mail addresses."""
    kind, _colon, number = arguments.object.partition(":")
    if not kind or (kind == "instance") is bool(number):
        raise Refusal(f"{arguments.object!r} is no object: say instance, or type:number")
    setup()
    from django.utils import timezone

    from communaux.core import queries

    for place, held in queries.grants_over((kind, number), timezone.localdate(), ended=arguments.all):
        where = ":".join(filter(None, place))
        who = f"person {held.person_id}" if held.person_id else f"organisation {held.organisation_id}"
        until = held.ends_on or "without end"
        note = f", withdrawn {held.revoked_at:%Y-%m-%d}" if held.revoked_at else ""
        print(f"{where}  {held.role}  {who}  {held.starts_on} – {until}{note}")
    return 0
