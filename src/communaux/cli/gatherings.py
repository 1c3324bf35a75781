"""`communaux gatherings`: bring the shipped editions in, see what became of the road maps of one, count who contributed."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from datetime import datetime, time
from pathlib import Path

from communaux.cli import Refusal, day
from communaux.cli.desk import language, setup


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    gatherings = subparsers.add_parser(
        "gatherings",
        help="meetings, their road maps and what became of them",
        epilog="example: communaux gatherings scoreboard nec-2021",
    )
    commands = gatherings.add_subparsers(dest="job", metavar="COMMAND", required=True)
    load = commands.add_parser(
        "load",
        help="bring in the shipped facts of Numérique en Commun[s]; twice changes nothing",
        epilog="example: communaux gatherings load",
    )
    load.set_defaults(run=run_load)
    bring_in = commands.add_parser(
        "import",
        help="bring a schedule.xml or schedule.json into the draft of a meeting; again rewrites what it knows",
        epilog="example: communaux gatherings import schedule.xml --edition rencontre-2027",
    )
    bring_in.add_argument("file", type=Path, metavar="FILE", help="as pretalx and frab write it")
    bring_in.add_argument("--edition", required=True, metavar="SLUG", help="end of the address of the meeting")
    bring_in.set_defaults(run=run_import)
    remind = commands.add_parser(
        "remind",
        help="invite who answers for a road map or a commitment to give news, mark silence; twice a day changes nothing",
        epilog="example: communaux gatherings remind --dry-run",
    )
    remind.add_argument("--at", type=day, metavar="DATE", help="as if it were noon of that day")
    remind.add_argument("--dry-run", action="store_true", help="only count")
    remind.set_defaults(run=run_remind)
    scoreboard = commands.add_parser(
        "scoreboard",
        help="how many road maps and commitments of a meeting were taken up, kept, adapted, or fell silent",
        epilog="example: communaux gatherings scoreboard nec-2021 --json",
    )
    scoreboard.add_argument("slug", help="end of the address of the meeting")
    scoreboard.add_argument("--json", action="store_true", help="print JSON")
    scoreboard.set_defaults(run=run_scoreboard)
    contributors = commands.add_parser(
        "contributors",
        help="count what people gave by a .all-contributorsrc, by kind; no name is read or kept",
        epilog="example: communaux gatherings contributors .all-contributorsrc --json",
    )
    contributors.add_argument("file", type=Path, metavar="FILE", help="as all-contributors writes it")
    contributors.add_argument("--json", action="store_true", help="for programs (communaux.contributors/1)")
    contributors.set_defaults(run=run_contributors)


def run_load(arguments: argparse.Namespace) -> int:
    setup()
    told = bring()
    print(f"{sum(told.values())} of {len(told)} editions changed")
    return 0


def bring(*, made_up: bool = False) -> dict[str, bool]:
    """Each shipped edition, and whether it changed; with `made_up`, that of a demonstration too."""
    from django.utils import timezone

    from communaux.catalogue import indexing
    from communaux.core.models import Person
    from communaux.gatherings import services, shipped

    desk, given = Person.objects.desk(), [*shipped.real(), *(shipped.made_up() if made_up else [])]
    if shipped.unchanged(given):
        return {one.slug: False for one in given}
    indexing.keep_themes(desk)
    return {one.slug: services.load_edition(desk, one, at=timezone.now()) for one in given}


def run_import(arguments: argparse.Namespace) -> int:
    """2 for a file that is no programme; nothing is public before somebody publishes."""
    setup()
    from django.utils import timezone

    from communaux.core.models import Person
    from communaux.engines.programme import telling
    from communaux.engines.programme.errors import ProgrammeError
    from communaux.engines.programme.formats import read
    from communaux.gatherings import services
    from communaux.gatherings.queries import editions, names

    found = editions.get(arguments.edition)
    named = names.how_many_stand(found)
    try:
        programme = read(arguments.file.read_bytes(), found.timezone)
    except OSError as error:
        raise Refusal(f"{arguments.file}: {error.strerror}") from error
    except ProgrammeError as error:
        raise Refusal(telling.refused(error, language(os.environ))) from error
    new, known = services.import_programme(Person.objects.desk(), found, programme=programme, at=timezone.now())
    print(f"{new} new, {known} rewritten in the draft of {found.name}")
    if lost := named - names.how_many_stand(found):
        print(f"{lost} names or questions for a name taken away: their roles read otherwise in the file")
    return 0


def run_remind(arguments: argparse.Namespace) -> int:
    """0 when everybody due was invited, 1 when somebody could not be reached."""
    setup()
    from django.utils import timezone

    from communaux.core.models import Person
    from communaux.gatherings import services

    at = timezone.make_aware(datetime.combine(arguments.at, time(12))) if arguments.at else timezone.now()
    told = services.remind(Person.objects.desk(), at=at, write=not arguments.dry_run)
    print(f"{told.sent} invited, {told.silent} fell silent, {told.unreached} cannot be asked", end="")
    print(" (nothing was written)" if arguments.dry_run else "")
    return 1 if told.unreached else 0


def run_scoreboard(arguments: argparse.Namespace) -> int:
    setup()
    from django.utils import timezone

    from communaux.gatherings.queries import editions

    found, day = editions.get(arguments.slug), timezone.localdate()
    told, promised = asdict(editions.balance(found, day)), asdict(editions.promised(found, day))
    if arguments.json:
        print(json.dumps(told | {"commitments": promised}, indent=2))
        return 0
    for title, numbers in ((found.name, told), ("commitments", promised)):
        print(title)
        for name, value in numbers.items():
            print(f"{name:10} {'unknown' if value is None else value}")
    return 0


def run_contributors(arguments: argparse.Namespace) -> int:
    """2 for a file that cannot be read; no Django."""
    from communaux.gatherings import contributors

    try:
        with arguments.file.open("rb") as file:
            counts = contributors.read(file.read(contributors.MOST + 1))
    except OSError as error:
        raise Refusal(f"{arguments.file}: {error.strerror}") from error
    except contributors.ContributorsError as error:
        raise Refusal(f"{arguments.file}: {error.told(language(os.environ))}") from error
    if arguments.json:
        print(json.dumps({"format": "communaux.contributors/1", **asdict(counts)}, indent=2))
        return 0
    print(f"{'people':20} {counts.people}")
    for kind, number in [*counts.kinds.items(), *((f"unknown: {one}", n) for one, n in counts.unknown.items())]:
        print(f"{kind:20} {number}")
    print(f"{'not readable':20} {counts.unread}")
    return 0
