"""`communaux export`: the records of the desk as files, one for each licence, to keep and share again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from communaux.cli.desk import setup

CODES = "ends with 0 when every file is written, 2 when it is refused"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = subparsers.add_parser(
        "export",
        help="the records of the desk as files, one for each licence",
        description=f"Beside each file, FILE.about.json names sources, licence, day, counts and sha256; it {CODES}.",
        epilog="example: communaux export --format csv -o dumps --licence CC-BY-SA-3.0",
    )
    export.add_argument("--licence", default="", metavar="KEY", help="the records of this one only, as CC-BY-4.0")
    export.add_argument(
        "--format", choices=("json", "csv", "dcat"), default="json", help="default: json, a line a record"
    )
    where = "default: the folder whose files the desk offers on /donnees/"
    export.add_argument("-o", dest="output", type=Path, metavar="FOLDER", help=where)
    export.set_defaults(run=run_export)


def run_export(arguments: argparse.Namespace) -> int:
    setup()
    from django.utils import timezone

    from communaux.catalogue import exporting
    from communaux.catalogue.queries import records
    from communaux.cli.bar import bar

    unmapped()
    into, licences = arguments.output or exporting.folder(), exporting.chosen(arguments.licence)
    with bar("export") as report:
        dumps = list(exporting.export(into, licences, arguments.format, timezone.now(), report))
    for dump in dumps:
        print(f"{dump.path}: {dump.records} records, {dump.size} bytes, sha256 {dump.sha256}")
    if not arguments.licence and (left := records.unlicensed()):
        print(f"not written: {left} records, because nobody says under which licence they are", file=sys.stderr)
    return 0


def unmapped() -> None:
    """Pages of the file that SQLite maps count as memory of this process: reading all of them would fill it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size=0")
