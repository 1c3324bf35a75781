"""`communaux journal verify|checkpoint`: read every line again, sign the last one."""

from __future__ import annotations

import argparse

from communaux.cli.desk import setup


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "journal", help="check the journal of the desk", epilog="example: communaux journal verify"
    )
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    verify = jobs.add_parser("verify", help="read every line again", epilog="example: communaux journal verify")
    verify.add_argument(
        "--key", action="append", metavar="PUBLIC", help="public key that may sign; without it, those in VAR/keys"
    )
    verify.set_defaults(run=run_verify)
    sign = jobs.add_parser("checkpoint", help="sign the last line", epilog="example: communaux journal checkpoint")
    sign.set_defaults(run=run_checkpoint)


def run_verify(arguments: argparse.Namespace) -> int:
    """0 when every line holds under a pinned key, 1 when one does not or when no key is known to compare with."""
    setup()
    from communaux.cli.bar import bar
    from communaux.core import journal, keys

    pinned = {key.lower() for key in arguments.key} if arguments.key else keys.kept()
    with bar("journal") as progress:
        verdict = journal.verify(progress, pinned=pinned or None)
    if not verdict.holds:
        print(f"The journal does not hold after {verdict.count} good lines: {verdict.fault}.")
        return 1
    print(f"{verdict.count} lines hold, {verdict.checkpoints} signed checkpoints.")
    for key in verdict.keys:
        print(f"Signed with the public key {key}.")
    if verdict.keys and not pinned:
        print(
            f"No public key is kept in {keys.folder()}: that of the database proves nothing. Give the desk's with --key."
        )
        return 1
    return 0


def run_checkpoint(arguments: argparse.Namespace) -> int:
    setup()
    from django.utils import timezone

    from communaux.core import journal

    if point := journal.checkpoint(timezone.now()):
        print(f"Line {point.seq} is signed: {point.hash}")
        print(f"Public key {point.key.public}. Keep both lines elsewhere too.")
    else:
        print("The last line is signed already.")
    return 0
