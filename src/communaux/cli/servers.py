"""`communaux footprint server …`: what a server takes, or a service on it, from a file of measures; no Django, no network."""

from __future__ import annotations

import argparse
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from communaux.cli import Refusal
from communaux.cli.bar import bar

if TYPE_CHECKING:
    from communaux.engines.footprint.factors import Factors
    from communaux.engines.footprint.grid import Hourly
    from communaux.engines.footprint.power import Energy
    from communaux.engines.footprint.readings import Service
    from communaux.engines.footprint.results import Result

LARGE = 5_000_000  # bytes, from which a bar is shown


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own: a job of `communaux footprint`."""


def file_of(job: argparse.ArgumentParser) -> None:
    """What can be said of a file that was measured."""
    job.add_argument(
        "file", type=Path, metavar="FILE", help="of Scaphandre (JSON), Prometheus (text, answer), codecarbon"
    )
    job.add_argument("--kind", help="scaphandre, prometheus, answer, codecarbon (default: by its beginning)")
    job.add_argument("--at", help="when a scrape without times was made (ISO 8601, with its offset)")
    job.add_argument("--gap", type=float, metavar="SECONDS", help="after which nothing is known (default: ten steps)")
    job.add_argument("--service-exe", default="", metavar="REGEX", help="processes of the service, by their program")
    job.add_argument("--service-cmdline", default="", metavar="REGEX", help="… by their command line")
    job.add_argument("--service-container", default="", metavar="REGEX", help="… by container, compose service or pod")


def arguments_of(job: argparse.ArgumentParser) -> None:
    """The same, and what can be said of the server."""
    file_of(job)
    job.add_argument(
        "--share", type=float, metavar="PART", help="the part of the service, from 0 to 1, where no process tells"
    )
    job.add_argument("--share-key", default="declared", help="declared, vcpu, ram, equal (default: declared)")
    job.add_argument("--pue", type=float, help="what the data centre declares (default: 1.3, from 1.1 to 1.8)")
    job.add_argument("--wall", type=float, metavar="TIMES", help="wattmeter over sensor (default: 1, up to 2.8)")
    job.add_argument("--zone", default="FR", help="FR, EU, US, CN, WORLD: whose electricity (default: FR)")
    job.add_argument("--grid", type=float, metavar="G_PER_KWH", help="another intensity, with --grid-source")
    job.add_argument("--grid-source", default="", help="where it is from, or the hourly file")
    job.add_argument("--grid-basis", default="location", help="location; market (certificates) is refused")
    job.add_argument("--hourly", type=Path, metavar="CSV", help="intensity by the hour: timestamp,g_per_kwh")
    job.add_argument("--hourly-method", default="lca", help="lca, direct: of that file (default: lca)")
    job.add_argument("--embodied", type=float, metavar="KG", help="to make the machine, with --machine-source")
    job.add_argument("--life", type=float, default=5.0, metavar="YEARS", help="that the machine serves (default: 5)")
    job.add_argument("--machine-source", default="", help="where the kilograms are from")
    job.add_argument(
        "--per", type=float, metavar="COUNT", help="how much work it did, with --unit: the SCI of ISO/IEC 21031"
    )
    job.add_argument("--unit", default="request", help="request, user, active_account, gb, hour, session")


def computed(arguments: argparse.Namespace, factors: Factors) -> Result:
    """Raise Refusal for a file that cannot be opened, FootprintError for what it holds."""
    from communaux.engines.footprint import server
    from communaux.engines.footprint.intervals import exactly

    measured = energy(arguments)
    typed, made = arguments.grid, arguments.embodied
    share = None if arguments.share is None else server.Share(arguments.share, arguments.share_key)
    intensity = None if typed is None else server.Intensity(typed, arguments.grid_source, arguments.grid_basis)
    machine = None if made is None else server.Machine(exactly(made), arguments.life, arguments.machine_source)
    work = None if arguments.per is None else server.Work(arguments.per, arguments.unit)
    hourly = None if arguments.hourly is None else _hourly(arguments)
    given = {"zone": arguments.zone, "pue": arguments.pue, "wall": arguments.wall}
    return server.server(
        factors, measured, **given, intensity=intensity, hourly=hourly, share=share, machine=machine, work=work
    )


def energy(arguments: argparse.Namespace) -> Energy:
    """Raise Refusal for a file that cannot be opened, FootprintError for what it holds."""
    from communaux.engines.footprint.importing import read

    given: dict[str, Any] = {
        "kind": arguments.kind,
        "service": processes(arguments),
        "at": _moment(arguments.at),
        "gap": arguments.gap,
    }
    with opened(arguments.file) as file:
        size = arguments.file.stat().st_size
        if size < LARGE:
            return read(file, **given)
        with bar("bytes read") as report:
            return read(file, **given, report=lambda done: report(done, size))


def processes(arguments: argparse.Namespace) -> Service:
    from communaux.engines.footprint.readings import Service

    return Service(arguments.service_exe, arguments.service_cmdline, arguments.service_container)


def _hourly(arguments: argparse.Namespace) -> Hourly:
    from communaux.engines.footprint.errors import FootprintError
    from communaux.engines.footprint.grid import read

    with opened(arguments.hourly) as file:
        try:
            lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
            return read(lines, method=arguments.hourly_method, source=arguments.grid_source)
        except UnicodeDecodeError as error:
            raise FootprintError("not_text", at=error.start) from error


def opened(path: Path) -> io.BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror or type(error).__name__}") from error


def _moment(told: str | None) -> float | None:
    """Seconds since 1970."""
    if told is None:
        return None
    try:
        when = datetime.fromisoformat(told)
    except ValueError as error:
        raise Refusal(f"{told!r} is no moment: write it as 2026-01-31T12:00:00Z") from error
    if when.tzinfo is None:
        raise Refusal(f"{told!r} does not tell its offset: write it as 2026-01-31T12:00:00Z")
    return when.timestamp()
