"""`communaux territory build|load|presences|recount|check|coordinates`: the official codes, and what is counted by them."""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal, places
from communaux.cli.desk import setup

if TYPE_CHECKING:
    from communaux.territory.counters import Owner
    from communaux.territory.services.loads import Loaded

LARGEST = 600 * 1024
BUILD = "communaux territory build FOLDER --millesime 2026 -o src/communaux/data/cog/cog-2026.tsv.xz"
LICENCES = {
    "code_licence": "MIT",
    "licence": "etalab-2.0",
    "licence_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    "attribution": "INSEE (codes, populations), DGCL (EPCI), La Poste (postal codes), read by Etalab",
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "territory", help="official codes of places, and counters", epilog="example: communaux territory load"
    )
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    build = jobs.add_parser(
        "build", help="make the table of a millésime from the npm package", epilog=f"example: {BUILD}"
    )
    build.add_argument("folder", type=Path, metavar="FOLDER", help="the `data` folder of the unpacked package")
    build.add_argument("--millesime", type=int, required=True, help="year of the codes")
    build.add_argument("-o", dest="output", type=Path, required=True, help="the table; a .toml is written beside it")
    build.set_defaults(run=run_build)
    load = jobs.add_parser("load", help="bring a millésime in", epilog="example: communaux territory load")
    load.add_argument("--file", type=Path, help="a table; else the newest shipped one")
    load.add_argument("--millesime", type=int, help="year of the codes; else the one in the name of the file")
    load.set_defaults(run=run_load)
    uses = jobs.add_parser(
        "presences", help="bring presences to what bodies use", epilog="example: communaux territory presences"
    )
    uses.set_defaults(run=run_presences)
    recount = jobs.add_parser("recount", help="count again", epilog="example: communaux territory recount --check")
    recount.add_argument("--check", action="store_true", help="only compare; 1 when a counter is wrong")
    recount.set_defaults(run=run_recount)
    check = jobs.add_parser("check", help="look for what does not hold", epilog="example: communaux territory check")
    check.set_defaults(run=run_check)
    places.add(jobs)
    positions = jobs.add_parser(
        "coordinates", help="fill positions", epilog="example: communaux territory coordinates gazetteer.csv"
    )
    positions.add_argument("file", type=Path, metavar="F.csv", help="columns code_insee, lat, lon")
    positions.add_argument("--fix-codes", action="store_true", help="give codes back the zeros a spreadsheet took")
    positions.set_defaults(run=run_coordinates)


def run_build(arguments: argparse.Namespace) -> int:
    """The table and its description; no Django. The same folder makes the same bytes."""
    from communaux.territory import cog, etalab

    try:
        packed = cog.pack(etalab.rows(arguments.folder))
        found = cog.read(packed, arguments.millesime)
    except cog.BadCog as error:
        raise Refusal(str(error)) from error
    if len(packed) > LARGEST:
        raise Refusal(f"The table takes {len(packed)} bytes, more than {LARGEST}")
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_bytes(packed)
    described = arguments.output.with_name(arguments.output.name.removesuffix(".xz").removesuffix(".tsv") + ".toml")
    described.write_text(describe(arguments, packed), "utf-8")
    print(f"{arguments.output}: {len(found.communes)} communes, {len(found.epci)} EPCI, {len(packed)} bytes")
    return 0


def describe(arguments: argparse.Namespace, packed: bytes) -> str:
    """Where a table comes from and what it must hash to, as TOML."""
    from communaux.territory import etalab

    told = {
        "package": etalab.PACKAGE,
        "version": etalab.version(arguments.folder),
        "millesime": arguments.millesime,
        "input": list(etalab.FILES),
        "input_sha256": etalab.sha256(arguments.folder),
        **LICENCES,
        "command": BUILD.replace("2026", str(arguments.millesime)),
        "sha256": hashlib.sha256(packed).hexdigest(),
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items()]
    return "".join([*lines, f"date = {datetime.now(UTC).date().isoformat()}\n"])


def run_load(arguments: argparse.Namespace) -> int:
    """0 when every presence found its territory again, 1 when some wait for a person."""
    setup()
    from communaux.territory.cog import BadCog

    try:
        loaded = bring(arguments.file, arguments.millesime)
    except BadCog as error:
        raise Refusal(f"nothing was changed: {error}") from error
    tell(loaded)
    return 1 if loaded.left else 0


def bring(file: Path | None = None, millesime: int | None = None) -> Loaded:
    """Read a table and load it."""
    from django.utils import timezone

    from communaux.catalogue import standing
    from communaux.cli.bar import bar
    from communaux.core.models import Person
    from communaux.territory import cog, services, shipped

    given = shipped.of_file(file, millesime) if file else shipped.newest(millesime)
    with uncollected(), bar(f"territories {given.millesime}") as report:
        found = cog.read(given.content, given.millesime)
        return services.load(
            Person.objects.desk(),
            found,
            sha256=given.sha256,
            owners=owners(),
            followers=[standing.follow],
            at=timezone.now(),
            report=report,
        )


@contextmanager
def uncollected() -> Generator[None]:
    """Hundreds of thousands of tuples and no ring among them: looking for one took a quarter of the load."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def owners() -> list[Owner]:
    """Who counts what in the areas: each says what it has where."""
    from communaux.catalogue import deployed

    return list(deployed.OWNERS)


def tell(loaded: Loaded) -> None:
    counts = ", ".join(f"{name} {number}" for name, number in loaded.changes.as_dict().items())
    print(f"territories {loaded.millesime}: {counts}")
    for one in loaded.moved:
        print(f"  moved: {' '.join(one.obj)} from {one.old} to {one.new}")
    for name, code in loaded.followed:
        print(f"  moved: need {name} to {code}")
    for left in loaded.left:
        print(f"  left where it was, no single successor: {left.obj_kind} {left.obj_id} in {left.territory.code}")


def run_presences(arguments: argparse.Namespace) -> int:
    """Uses confirmed before the codes were loaded, bodies whose commune was told by an import; run again, nothing is new."""
    setup()
    from django.utils import timezone

    from communaux.catalogue import services
    from communaux.core.models import Person

    print(f"{services.place_uses(Person.objects.desk(), at=timezone.now())} new presences")
    return 0


def run_recount(arguments: argparse.Namespace) -> int:
    setup()
    from django.utils import timezone

    from communaux.catalogue.services import settle_pools
    from communaux.core.models import Person
    from communaux.territory import counters, services

    at, desk = timezone.now(), Person.objects.desk()
    if not arguments.check:
        print(f"{settle_pools(desk, at=at)} pools of needs dissolved: fewer than two of theirs still wait")
        print(f"{services.recount(desk, owners=owners(), at=at)} counters put right")
        return 0
    wrong = counters.differences(owners(), timezone.localdate(at))
    for (territory, measure, theme), (kept, counted) in sorted(wrong.items()):
        print(f"territory {territory}, {measure} {theme or '(all)'}: kept {kept}, counted {counted}")
    print(f"{len(wrong)} counters differ")
    return 1 if wrong else 0


def run_check(arguments: argparse.Namespace) -> int:
    """Presences whose object no area knows, closure that is not that of the edges: 1 when there are some."""
    setup()
    from communaux.catalogue.queries import present
    from communaux.core import organisation_queries
    from communaux.territory import checks
    from communaux.territory.queries import ambassadors
    from communaux.territory.queries.places import known as known_places

    faults = [
        *checks.orphans("commons", present.known),
        *checks.orphans("actor", lambda ids: set(organisation_queries.named(ids))),
        *checks.orphans("place", known_places),
        *checks.orphans("ambassador", ambassadors.known),
        *checks.closure(),
        *checks.ended(),
    ]
    print("\n".join(faults) if faults else "everything holds")
    return 1 if faults else 0


def run_coordinates(arguments: argparse.Namespace) -> int:
    """0 when every line was read, 2 when some were refused (they stand in a .refus.csv file)."""
    setup()
    from django.utils import timezone

    from communaux.core.models import Person
    from communaux.territory import gazetteer, services, sheets

    found = gazetteer.read(arguments.file, fix_codes=arguments.fix_codes)
    filled = services.fill_coordinates(Person.objects.desk(), found.places, at=timezone.now())
    print(f"read as {found.encoding}, columns parted by {found.delimiter!r}")
    print(f"{filled.communes} communes, {filled.above} wider territories have a position")
    refused = [*found.refused, *((code, f"{code} is no commune of this desk") for code in filled.unknown)]
    if refused:
        print(f"{len(refused)} lines refused: {sheets.keep_refused(arguments.file, refused)}")
    return 2 if refused else 0
