"""`communaux needs`: bring in a list of needs, see what may answer one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal
from communaux.cli.desk import setup

if TYPE_CHECKING:
    from communaux.catalogue.queries.suggestions import Suggestion


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    needs = subparsers.add_parser(
        "needs",
        help="bring in a list of needs, see what may answer one",
        epilog="example: communaux needs import besoins.csv",
    )
    commands = needs.add_subparsers(dest="command", metavar="COMMAND", required=True)
    brought = commands.add_parser(
        "import",
        help="bring in a CSV file: titre;texte;code_insee or siren_epci;theme;type;organisation",
        description="A line whose place is unknown is kept without a place, and said; a line that cannot be read is "
        "refused and written to FILE.refus.csv. The same file twice brings nothing new.",
        epilog="example: communaux needs import besoins.csv",
    )
    brought.add_argument("file", type=Path)
    brought.add_argument("--fix-codes", action="store_true", help="give back the first zero that a spreadsheet took")
    brought.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
    brought.set_defaults(run=run_import)
    suggest = commands.add_parser(
        "suggest",
        help="commons that may answer a need, each with its score in four parts",
        epilog="example: communaux needs suggest suivre-les-nids-de-poule",
    )
    suggest.add_argument("slug", help="end of the address of the need")
    suggest.set_defaults(run=run_suggest)


def run_import(arguments: argparse.Namespace) -> int:
    """0 when every line was read, 2 when some were refused (they stand in a .refus.csv file)."""
    setup()
    from django.utils import timezone

    from communaux.catalogue import need_lists, services
    from communaux.cli.bar import bar
    from communaux.core.models import Person
    from communaux.territory import sheets

    found = need_lists.read(arguments.file, fix_codes=arguments.fix_codes)
    print(f"read as {found.encoding}, columns parted by {found.delimiter!r}")
    brought = 0
    if not arguments.dry_run:
        with bar("needs") as report:
            brought = services.import_needs(Person.objects.desk(), found.lines, at=timezone.now(), report=report)
    print(f"{len(found.lines)} needs read, {brought} new" + (" (nothing was written)" if arguments.dry_run else ""))
    for line, why in found.warnings:
        print(f"  line {line}: {why}")
    if found.refused:
        print(f"{len(found.refused)} lines refused: {sheets.keep_refused(arguments.file, found.refused)}")
    return 2 if found.refused else 0


def run_suggest(arguments: argparse.Namespace) -> int:
    setup()
    from django.utils import timezone

    from communaux.catalogue.queries import needs, suggestions
    from communaux.core.errors import NotFound

    try:
        need = needs.by_slug(arguments.slug)
    except NotFound as error:
        raise Refusal(f"no need has the address {arguments.slug}") from error
    told = suggestions.suggest(suggestions.of(need), need.territory, timezone.localdate())
    print(f"{need.title} ({need.place_name or 'no place said'})")
    if not told.first:
        print("nothing convincing")
    for place, one in enumerate(told.first, 1):
        print(f"{place:3d}. {line(one)}")
    for one in told.behind:
        why = "its words are too far" if one.behind == suggestions.FAR else f"less {one.behind}"
        print(f"  not: {line(one)}, {why}")
    print(f"weights {dict(told.weights)}, version {told.version}")
    return 0


def line(one: Suggestion) -> str:
    parts = " + ".join(f"{name} {value:.3f}" for name, value in one.points.items())
    near = f" ({one.presence.role} in {one.presence.territory.name})" if one.presence else ""
    return f"{one.commons.name}  [{one.commons.slug}]  {one.score:.3f} = {parts}{near}"
