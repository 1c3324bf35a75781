"""`communaux footprint import …`: bring a file of measures of any size in for a service of a commons."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from communaux.cli import Refusal, servers
from communaux.cli.desk import language, setup

if TYPE_CHECKING:
    from communaux.assessment.models import DigitalService, Measurement

EXAMPLE = "example: communaux footprint import umap/cartes-en-ligne measures.json --service-exe 'gunicorn.*'"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own: a job of `communaux footprint`."""


def add(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "import",
        help="bring measures of any size in for a service of the desk",
        description="The file is read as it comes and is not kept; the energy of each hour is. The same file, asked the same, "
        "changes nothing. Ends with 0 when it is there, 2 when it cannot be.",
        epilog=EXAMPLE,
    )
    job.add_argument("service", metavar="COMMONS/SERVICE", help="both as in the address of its page")
    servers.file_of(job)
    job.add_argument("--json", action="store_true", help="for programs")
    job.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """0: it is there, brought in now or before."""
    setup()
    from communaux.assessment import queries_footprint as queries

    commons, slash, name = arguments.service.partition("/")
    if not slash:
        raise Refusal(f"{arguments.service!r} names no service: write COMMONS/SERVICE, as in the address of its page")
    service = queries.service_at(commons, name)
    with servers.opened(arguments.file) as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    found = queries.brought_already(service, sha256, servers.processes(arguments))
    row = found or _brought(arguments, service, sha256)
    if arguments.json:
        print(json.dumps(_document(row, new=found is None), indent=1))
    elif found:
        print(f"{arguments.file} was brought in already: nothing was changed")
    else:
        print(f"{row.points} readings, {row.kwh:.6g} kWh; compute the result on its page")
    if not arguments.json:
        print(row.get_absolute_url())
    return 0


def _brought(arguments: argparse.Namespace, service: DigitalService, sha256: str) -> Measurement:
    from django.utils import timezone

    from communaux.assessment import services_footprint
    from communaux.assessment.measured import Brought
    from communaux.cli.footprint import or_refused
    from communaux.core.models import Person

    energy = or_refused(lambda: servers.energy(arguments), language(os.environ), arguments.file)
    brought = Brought(sha256, servers.processes(arguments), energy)
    return services_footprint.import_measurement(Person.objects.desk(), service, brought=brought, at=timezone.now())


def _document(row: Measurement, *, new: bool) -> dict[str, Any]:
    names = ("kind", "sha256", "points", "kwh", "coverage", "perimeter", "share", "warnings")
    told = {"id": str(row.pk), "new": new, "page": row.get_absolute_url()}
    return told | {"from": row.from_at.isoformat(), "to": row.to_at.isoformat()} | {n: getattr(row, n) for n in names}
