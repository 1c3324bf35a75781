"""`communaux territory places import`: public lists of places where a human helps, and of refurbishers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli.desk import setup

if TYPE_CHECKING:
    from communaux.territory.storing import Outcome

FORMATS = ("mednum", "data-inclusion", "coop", "refurbishers")
SHOWN = 10
EXAMPLE = "communaux territory places import lieux.csv --format mednum --source mednum --dry-run"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command at the top: `territory` takes `add`."""


def add(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = jobs.add_parser(
        "places", help="places where a human helps, and refurbishers", epilog=f"example: {EXAMPLE}"
    )
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="JOB")
    brought = kinds.add_parser("import", help="bring a public list in", epilog=f"example: {EXAMPLE}")
    brought.add_argument("file", type=Path, metavar="F", help="the list, as it was downloaded")
    brought.add_argument("--format", required=True, choices=FORMATS, help="how the list is written")
    brought.add_argument(
        "--source", required=True, metavar="KEY", help="name of the list on this desk, always the same"
    )
    brought.add_argument("--partial", action="store_true", help="a part of the list: what it does not name stays open")
    brought.add_argument("--fix-codes", action="store_true", help="give codes back the zeros a spreadsheet took")
    brought.add_argument("--dry-run", action="store_true", help="tell what would be done, and do nothing")
    brought.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """0 when every line was taken, 2 when some were refused (they stand in a .refus.csv file)."""
    setup()
    from django.db import transaction

    from communaux.territory import sheets

    with transaction.atomic():
        outcome = bring(arguments)
        transaction.set_rollback(arguments.dry_run)
    if arguments.dry_run:
        print("nothing was written (--dry-run)")
    tell(outcome, arguments.file)
    if outcome.refused:
        print(f"{len(outcome.refused)} lines refused: {sheets.keep_refused(arguments.file, outcome.refused)}")
    return 2 if outcome.refused else 0


def bring(arguments: argparse.Namespace) -> Outcome:
    from django.utils import timezone

    from communaux.cli.bar import bar
    from communaux.core.models import Person
    from communaux.territory import services
    from communaux.territory.formats import FORMATS

    listing = FORMATS[arguments.format](arguments.file, arguments.fix_codes)
    print(listing.told)
    with bar(f"places {arguments.source}") as report:
        return services.import_places(
            Person.objects.desk(),
            listing,
            source=arguments.source,
            partial=arguments.partial,
            at=timezone.now(),
            report=report,
        )


def tell(outcome: Outcome, file: Path) -> None:
    """Counts, and the first of what was corrected; all of it stands beside the list."""
    from communaux.territory import sheets

    print(", ".join(f"{name} {number}" for name, number in outcome.counts().items()))
    for line, why in outcome.warnings[:SHOWN]:
        print(f"  {line}: {why}")
    if outcome.warnings:
        print(f"{len(outcome.warnings)} remarks: {sheets.keep_refused(file, outcome.warnings, 'remarques')}")
