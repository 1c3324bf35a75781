"""`communaux journal verify|checkpoint`: read every line again, sign the last one."""

from __future__ import annotations

import argparse

from communaux.cli.desk import setup


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("journal", help="check the journal of the desk")
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    verify = jobs.add_parser("verify", help="read every line again", epilog="example: communaux journal verify")
    verify.set_defaults(run=run_verify)
    sign = jobs.add_parser("checkpoint", help="sign the last line", epilog="example: communaux journal checkpoint")
    sign.set_defaults(run=run_checkpoint)


def run_verify(arguments: argparse.Namespace) -> int:
    """0 when every line holds, 1 when one does not."""
    setup()
    from communaux.cli.bar import bar
    from communaux.core import journal

    with bar("journal") as progress:
        verdict = journal.verify(progress)
    if verdict.holds:
        print(f"{verdict.count} lines hold, {verdict.checkpoints} signed checkpoints.")
        return 0
    print(f"The journal does not hold after {verdict.count} good lines: {verdict.fault}.")
    return 1


def run_checkpoint(arguments: argparse.Namespace) -> int:
    setup()
    from django.utils import timezone

    from communaux.core import journal

    point = journal.checkpoint(timezone.now())
    print(f"Line {point.seq} is signed with key {point.key_id}." if point else "The last line is signed already.")
    return 0
