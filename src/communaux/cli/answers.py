"""`communaux answers import-dpg`: bring in the screening answers of the Digital Public Goods Alliance as declared answers."""

from __future__ import annotations

import argparse
from pathlib import Path

from communaux.cli import Refusal
from communaux.cli.desk import setup

EXAMPLE = "example: communaux answers import-dpg screening-2024.json"
LARGEST = 64 * 1024 * 1024


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    top = subparsers.add_parser("answers", help="bring in answers that were declared elsewhere", epilog=EXAMPLE)
    jobs = top.add_subparsers(dest="job", required=True, metavar="JOB")
    brought = jobs.add_parser(
        "import-dpg",
        help="bring in screening answers of the Digital Public Goods Alliance",
        description="Each answer is shown as declared, whatever it says. What a person answered on this desk stands; what "
        "has no commons here is told. The same file twice brings nothing new.",
        epilog=EXAMPLE,
    )
    brought.add_argument("file", type=Path, metavar="FILE")
    brought.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """0 when every product has its commons here, 1 when some have none (they are named)."""
    setup()
    from django.utils import timezone

    from communaux.assessment import bringing
    from communaux.cli.bar import bar
    from communaux.core.models import Person

    with bar("answers") as report:
        content, name = content_of(arguments.file), arguments.file.name
        found = bringing.bring_dpg(Person.objects.desk(), content, name=name, at=timezone.now(), report=report)
    print(f"{found.products} products, {found.answers} answers read, {found.new} new")
    for name in found.unread:
        print(f"  not taken up by any question: {name}")
    if found.without:
        print(f"{len(found.without)} products have no commons on this desk: communaux import dpga brings them in")
    for key, title in found.without:
        print(f"  {key}: {title}")
    return 1 if found.without else 0


def content_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise Refusal(f"{file} is larger than {LARGEST} bytes")
        return file.read_bytes()
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
