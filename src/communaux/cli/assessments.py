"""`communaux assessments …`: keep the assessments of a desk up to date; leave out who asked for it by letter."""

from __future__ import annotations

import argparse
from datetime import timedelta

from communaux.cli import Refusal
from communaux.cli.bar import bar
from communaux.cli.desk import prepare, same_key


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "assessments", help="assessments of the desk", epilog="example: communaux assessments refresh"
    )
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    refresh = jobs.add_parser(
        "refresh",
        help="ask repositories for their commit, have those read again that changed (each night, by cron)",
        epilog="example: communaux assessments refresh --older-than 7 --new 50",
    )
    refresh.add_argument("--older-than", type=int, default=7, metavar="DAYS", help="not looked at for so long (7)")
    refresh.add_argument("--new", type=int, default=0, metavar="N", help="and N commons that were never assessed (0)")
    refresh.set_defaults(run=run_refresh)
    for name, text in (("forget", "count the bearer of an address nowhere"), ("recall", "count them again")):
        job = jobs.add_parser(name, help=text, epilog=f"example: communaux assessments {name} ada@example.org")
        job.add_argument("address", help="kept as a keyed hash alone")
        job.set_defaults(run=run_forget if name == "forget" else run_recall)
    take = jobs.add_parser(
        "take-key",
        help="the key of addresses of this machine takes the place of that of the desk, which was lost",
        epilog="example: communaux assessments take-key",
    )
    take.set_defaults(run=run_take_key)


def run_refresh(arguments: argparse.Namespace) -> int:
    """0 when all answered, 1 when some did not."""
    if arguments.older_than < 0 or arguments.new < 0:
        raise Refusal("--older-than and --new are numbers from 0 on")
    prepare()
    same_key()
    from django.utils import timezone

    from communaux.assessment import nightly

    with bar("assessments") as told:
        after = timedelta(days=arguments.older_than)
        done = nightly.refresh(timezone.now(), told, after=after, new=arguments.new)
    print(f"{done.asked} to be read, {done.unchanged} unchanged, {done.silent} without an answer")
    return 1 if done.silent else 0


def run_forget(arguments: argparse.Namespace) -> int:
    prepare()
    same_key()
    from django.utils import timezone

    from communaux.assessment.correcting import object_to_count
    from communaux.core.models import Person

    object_to_count(Person.objects.desk(), _checked(arguments.address), at=timezone.now())
    print("Counted nowhere from the next reading of each repository on.")
    return 0


def run_recall(arguments: argparse.Namespace) -> int:
    """1 when nobody had asked to be left out under this address."""
    prepare()
    same_key()
    from django.utils import timezone

    from communaux.assessment.correcting import take_back_objection
    from communaux.core.models import Person

    if not take_back_objection(Person.objects.desk(), _checked(arguments.address), at=timezone.now()):
        print("Nobody had asked to be left out under this address.")
        return 1
    print("Counted again from the next reading of each repository on.")
    return 0


def run_take_key(arguments: argparse.Namespace) -> int:
    prepare()
    from django.utils import timezone

    from communaux.assessment.correcting import take_key
    from communaux.core.models import Person

    take_key(Person.objects.desk(), at=timezone.now())
    print(
        "Taken. Corrections and requests not to be counted that were made under the other key are not recognised any more."
    )
    return 0


def _checked(address: str) -> str:
    from communaux.assessment.forms import ADDRESS

    if not ADDRESS.fullmatch(address):
        raise Refusal(f"{address} is no address: write it as name@domain")
    return address
