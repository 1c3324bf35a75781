"""`communaux import`, `index`: fill the catalogue and its search index."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal
from communaux.cli.desk import setup

if TYPE_CHECKING:
    from communaux.catalogue.importing import Outcome


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bring = subparsers.add_parser(
        "import",
        help="bring a public catalogue in",
        epilog="example: communaux import sill --from ../shared/data/catalogues",
    )
    bring.add_argument("source", help="key of the source, or all")
    bring.add_argument("--from", dest="folder", type=Path, help="folder of catalogue files; else the public address")
    bring.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
    bring.add_argument("--limit", type=int, help="at most so many records")
    bring.add_argument("--accept-loss", action="store_true", help="the source really lost its records")
    bring.add_argument("--again", action="store_true", help="also when the files have not changed")
    bring.set_defaults(run=run_import)
    index = subparsers.add_parser("index", help="the search index of the desk")
    jobs = index.add_subparsers(dest="job", required=True, metavar="JOB")
    build = jobs.add_parser("build", help="build the next generation", epilog="example: communaux index build")
    build.set_defaults(run=run_index_build)
    verify = jobs.add_parser("verify", help="build from nothing and compare", epilog="example: communaux index verify")
    verify.set_defaults(run=run_index_verify)


def run_import(arguments: argparse.Namespace) -> int:
    """0 when every line was read, 2 when some were refused (they stand in a .refus.csv file)."""
    setup()
    from communaux.catalogue import importing, indexing, linking
    from communaux.core.models import Person

    keys = importing.importable(arguments.folder) if arguments.source == "all" else [arguments.source]
    refused = 0
    for key in keys:
        refused += _import_one(key, arguments)
    if not arguments.dry_run:
        desk = Person.objects.desk()
        indexing.reindex(desk)
        linking.link(desk)
    return 2 if refused else 0


def _import_one(key: str, arguments: argparse.Namespace) -> int:
    from dataclasses import replace

    from django.utils import timezone

    from communaux.catalogue import importing
    from communaux.cli.bar import bar
    from communaux.core.models import Person

    given = importing.from_folder(key, arguments.folder) if arguments.folder else importing.from_address(key)
    if not given:
        raise Refusal(f"no file of {key} in {arguments.folder}")
    reading = importing.read(key, given)
    if arguments.limit:
        reading = replace(reading, records=reading.records[: arguments.limit])
    if arguments.dry_run:
        print(f"{key}: {len(reading.records)} records read, {len(reading.refused)} lines refused, nothing written")
        return len(reading.refused)
    etag = "" if arguments.again or arguments.limit else importing.digest(given)
    with bar(key) as report:
        outcome = importing.run_import(
            Person.objects.desk(),
            key,
            reading,
            etag=etag,
            at=timezone.now(),
            report=report,
            accept_loss=arguments.accept_loss or bool(arguments.limit),
        )
    tell(outcome)
    return len(outcome.refused)


def tell(outcome: Outcome, folder: Path = Path()) -> None:
    """What became of every line; refused ones go to a file in `folder` that a spreadsheet opens."""
    from communaux.catalogue.formats import refusals

    if outcome.skipped:
        print(f"{outcome.source}: same files as last time, nothing to do")
        return
    counts = ", ".join(f"{name} {number}" for name, number in outcome.counts.as_dict().items())
    print(f"{outcome.source}: {counts}, corrected {outcome.corrected}, refused {len(outcome.refused)}")
    if outcome.refused:
        path = folder / refusals.refusals_name(outcome.source)
        path.write_bytes(refusals.write(outcome.refused))
        print(f"  refused lines and their reasons: {path}")


def run_index_build(arguments: argparse.Namespace) -> int:
    setup()
    from communaux.catalogue import indexing
    from communaux.cli.bar import bar
    from communaux.core.models import Person

    with bar("index") as report:
        row = indexing.reindex(Person.objects.desk(), report, force=True)
    if row is not None:
        print(f"generation {row.generation}: {row.n_docs} commons, {len(row.payload)} bytes, sha256 {row.sha256}")
    return 0


def run_index_verify(arguments: argparse.Namespace) -> int:
    """0 when the newest index is what a build from nothing gives, 1 when it is not."""
    setup()
    from communaux.catalogue import indexing

    same, stored, rebuilt = indexing.verify()
    print(f"{'same' if same else 'DIFFERENT'}: stored {stored}, built from nothing {rebuilt}")
    return 0 if same else 1
