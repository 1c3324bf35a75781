"""`communaux import`, `index`: fill the catalogue and its search index."""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal, told_or
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
    where = "folder of catalogues, file, archive or https address; else the public address of the source"
    bring.add_argument("--from", dest="place", default="", metavar="PLACE", help=where)
    bring.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
    bring.add_argument("--limit", type=int, help="the first records only, the others stay as they are")
    bring.add_argument("--accept-loss", action="store_true", help="the source really lost its records")
    bring.add_argument("--again", action="store_true", help="also when the files have not changed")
    bring.set_defaults(run=run_import)
    index = subparsers.add_parser("index", help="the search index of the desk", epilog="example: communaux index build")
    jobs = index.add_subparsers(dest="job", required=True, metavar="JOB")
    build = jobs.add_parser("build", help="build the next generation", epilog="example: communaux index build")
    build.set_defaults(run=run_index_build)
    verify = jobs.add_parser("verify", help="build from nothing and compare", epilog="example: communaux index verify")
    verify.set_defaults(run=run_index_verify)


def run_import(arguments: argparse.Namespace) -> int:
    """0 when every line was read, 2 when some, or a whole source, were refused (lines stand in a .refus.csv file)."""
    setup()
    from communaux.catalogue import importing
    from communaux.core.models import Person

    came = [told_or(key, partial(_import_one, key, arguments), None) for key in _keys(arguments)]
    if any(refused is not None for refused in came) and not arguments.dry_run:
        importing.finish(Person.objects.desk())
    return 0 if all(refused == 0 for refused in came) else 2


def _keys(arguments: argparse.Namespace) -> list[str]:
    from communaux.catalogue import importing

    if arguments.source != "all":
        return [arguments.source]
    folder = Path(arguments.place) if arguments.place else None
    if folder and not folder.is_dir():
        raise Refusal(f"all sources are read from a folder, and {folder} is none")
    if not (keys := importing.importable(folder)):
        raise Refusal(f"no file of any source in {folder}")
    return keys


def _import_one(key: str, arguments: argparse.Namespace) -> int | None:
    """How many lines were refused."""
    from django.utils import timezone

    from communaux.catalogue import importing
    from communaux.cli.bar import bar
    from communaux.core.models import Person

    given = importing.given(key, arguments.place)
    reading = importing.read_given(key, given)
    reading = replace(reading, records=reading.records[: arguments.limit])
    if arguments.dry_run:
        print(f"{key}: {len(reading.records)} records read, {len(reading.refused)} lines refused, nothing written")
        return len(reading.refused)
    with bar(key) as report:
        outcome = importing.run_import(
            Person.objects.desk(),
            key,
            reading,
            etag=importing.digest(given.files),
            at=timezone.now(),
            report=report,
            accept_loss=arguments.accept_loss,
            again=arguments.again or arguments.accept_loss or arguments.limit is not None,
            part=arguments.limit is not None,
        )
    tell(outcome)
    return len(outcome.refused)


def tell(outcome: Outcome, folder: Path = Path()) -> None:
    """What became of every line; refused ones go to a file in `folder` that a spreadsheet opens."""
    from communaux.catalogue import importing

    refused = len(outcome.refused)
    if outcome.skipped:
        still = f"; {refused} of their lines are still refused" if refused else ""
        print(f"{outcome.source}: same files as last time, nothing to do{still}")
    else:
        counts = ", ".join(f"{name} {number}" for name, number in outcome.counts.as_dict().items())
        print(f"{outcome.source}: {counts}, corrected {outcome.corrected}, refused {refused}")
    if outcome.kept:
        print(f"  records not found again: {outcome.kept}; none was marked as gone: a refused line may hold it")
        print("  (--accept-loss marks them, if they really left)")
    if path := importing.keep_refused(outcome, folder):
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
