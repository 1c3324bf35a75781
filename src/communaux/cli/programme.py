"""`communaux programme`: a programme in a file, checked, arranged better, written for others; no Django, no network."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from communaux.cli import Refusal
from communaux.cli.bar import bar
from communaux.cli.desk import language

if TYPE_CHECKING:
    from communaux.engines.programme.arrange import Proposal
    from communaux.engines.programme.clash import Clash
    from communaux.engines.programme.conflicts import Conflict
    from communaux.engines.programme.model import Programme

FORMATS = ("ics", "xml", "json", "csv", "txt", "jsonld")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subparsers.add_parser(
        "programme",
        help="check, arrange, export the programme of a gathering (schedule.xml or schedule.json)",
        epilog="example: communaux programme check schedule.xml",
    )
    steps = command.add_subparsers(dest="step", required=True, metavar="STEP")
    _check(steps)
    _arrange(steps)
    _export(steps)


def _check(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _step(
        steps,
        "check",
        run_check,
        "tell what stands in the way of publishing it",
        "example: communaux programme check schedule.xml --stars stars.csv",
    )
    _stars(command)
    command.add_argument("--json", action="store_true", help="for programs (communaux.programme-check/1)")


def _arrange(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _step(
        steps,
        "arrange",
        run_arrange,
        "propose moves: nobody in two places, as few people torn as can be",
        "example: communaux programme arrange schedule.xml --stars stars.csv --lock ABC123 --output better.xml",
    )
    _stars(command)
    command.add_argument(
        "--seed", type=int, default=0, metavar="N", help="the same one gives the same answer (default: 0)"
    )
    command.add_argument(
        "--iterations", type=int, default=20_000, metavar="N", help="steps of the search (default: 20000)"
    )
    command.add_argument(
        "--lock", action="append", default=[], metavar="CODE", help="a session that stays where it is; repeatable"
    )
    command.add_argument("--output", type=Path, metavar="FILE", help="write the arranged programme (.xml or .json)")
    command.add_argument("--json", action="store_true", help="for programs (communaux.programme-proposal/1)")


def _export(steps: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _step(
        steps,
        "export",
        run_export,
        "write it in another format, to standard output",
        "example: communaux programme export --format ics schedule.xml",
    )
    command.add_argument("--format", choices=FORMATS, required=True, help="the format to write")
    command.add_argument(
        "--instance", default="localhost", metavar="HOST", help="the host that identifiers of a calendar name"
    )
    command.add_argument(
        "--published-at",
        type=instant,
        metavar="TIME",
        help="since when it holds, 2026-01-31T09:00+01:00 (default: when FILE was last changed)",
    )


def _step(
    steps: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    told: str,
    example: str,
) -> argparse.ArgumentParser:
    command = steps.add_parser(name, help=told, epilog=example)
    command.add_argument("file", metavar="FILE", type=Path, help="schedule.xml or schedule.json")
    command.add_argument(
        "--timezone", default="", metavar="ZONE", help="of a file that names none, as Europe/Paris or America/Cayenne"
    )
    command.add_argument("--lang", choices=("fr", "en"), help="language of the words (default: that of the terminal)")
    command.set_defaults(run=run)
    return command


def _stars(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--stars", type=Path, metavar="FILE", help="who would like to be where: CSV, a line a star, `holder;code`"
    )


def instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write it as 2026-01-31T09:00+01:00") from error


def run_check(arguments: argparse.Namespace) -> int:
    """0: may be published; 1: there are errors; 2: no programme in this file."""
    from communaux.engines.programme import telling
    from communaux.engines.programme.clash import clash
    from communaux.engines.programme.conflicts import conflicts

    lang = arguments.lang or language(os.environ)
    with refusing(lang):
        programme = opened(arguments)
        stars = starred(arguments, programme)
    found, torn = conflicts(programme), clash(stars, programme.slots)
    errors = sum(one.level == "error" for one in found)
    if arguments.json:
        print(json.dumps(checked(found, torn, errors), indent=1))
    else:
        lines = [*telling.heading(programme, lang), *telling.report(programme, found, lang)]
        print("\n".join([*lines, *(telling.torn(programme, torn, lang) if arguments.stars else ())]))
    return 1 if errors else 0


def checked(found: list[Conflict], torn: Clash, errors: int) -> dict[str, object]:
    return {
        "format": "communaux.programme-check/1",
        "errors": errors,
        "warnings": len(found) - errors,
        "conflicts": [asdict(one) for one in found],
        "clash": {
            "total": torn.total,
            "possible": torn.possible,
            "pairs": torn.pairs,
            "worst": [[str(one.first), str(one.second), one.holders] for one in torn.worst],
        },
    }


def run_arrange(arguments: argparse.Namespace) -> int:
    """0: proposed; 1: proposed, and sessions are left without a place; 2: refused."""
    import numpy as np

    from communaux.engines.programme import telling
    from communaux.engines.programme.arrange import arrange
    from communaux.engines.programme.options import hours

    lang = arguments.lang or language(os.environ)
    with refusing(lang):
        programme = opened(arguments)
        stars, locked = starred(arguments, programme), codes(arguments.lock, programme)
        with bar(telling.said("bar", lang)) as shown:
            found = arrange(
                programme,
                hours(programme),
                stars,
                rng=np.random.default_rng(arguments.seed),
                iterations=arguments.iterations,
                locked=locked,
                progress=shown,
            )
    print(
        json.dumps(proposed(found), indent=1) if arguments.json else "\n".join(telling.proposal(programme, found, lang))
    )
    if arguments.output:
        kind = "json" if arguments.output.suffix == ".json" else "xml"
        save(arguments.output, written(found.programme, kind, "", lang))
        print(telling.said("written", lang, path=arguments.output), file=sys.stderr)
    return 1 if found.unplaced else 0


def proposed(found: Proposal) -> dict[str, object]:
    moves = [
        {
            "session": str(one.session),
            **{
                name: slot and {"room": slot.room, "start": slot.start.isoformat(), "end": slot.end.isoformat()}
                for name, slot in (("before", one.before), ("after", one.after))
            },
            "torn_before": one.torn_before,
            "torn_after": one.torn_after,
            "along": [str(guid) for guid in one.along],
        }
        for one in found.moves
    ]
    return {
        "format": "communaux.programme-proposal/1",
        "before": asdict(found.before),
        "after": asdict(found.after),
        "moves": moves,
        "unplaced": [[str(guid), why] for guid, why in found.unplaced],
    }


def run_export(arguments: argparse.Namespace) -> int:
    lang = arguments.lang or language(os.environ)
    with refusing(lang):
        programme = opened(arguments)
        if arguments.published_at is not None and programme.version is not None:
            programme = replace(programme, version=replace(programme.version, published_at=arguments.published_at))
        content = written(programme, arguments.format, arguments.instance, lang)
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
    return 0


def written(programme: Programme, kind: str, instance: str, lang: str) -> bytes:
    from communaux.engines.programme.formats import FORMATS

    return FORMATS[kind].write(programme, instance=instance, lang=lang)


def opened(arguments: argparse.Namespace) -> Programme:
    """The programme of the file; it holds since the file was last changed."""
    from communaux.engines.programme.formats import read

    programme = read(content(arguments.file), arguments.timezone)
    assert programme.version is not None
    changed = datetime.fromtimestamp(int(arguments.file.stat().st_mtime), UTC)
    return replace(programme, version=replace(programme.version, published_at=changed))


def starred(arguments: argparse.Namespace, programme: Programme) -> list[set[UUID]]:
    from communaux.engines.programme.formats.tables import read_stars

    return read_stars(content(arguments.stars), programme) if arguments.stars else []


def codes(given: list[str], programme: Programme) -> set[UUID]:
    from communaux.engines.programme.errors import ProgrammeError

    names = {one.code: one.guid for one in programme.sessions}
    unknown = [code for code in given if code not in names]
    if unknown:
        raise ProgrammeError("unknown_thing", kind="session", what=unknown[0])
    return {names[code] for code in given}


def content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error


def save(path: Path, given: bytes) -> None:
    try:
        path.write_bytes(given)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error


@contextmanager
def refusing(lang: str) -> Generator[None]:
    """Tell in a sentence what is wrong with a file."""
    from communaux.engines.programme import telling
    from communaux.engines.programme.errors import ProgrammeError

    try:
        yield
    except ProgrammeError as error:
        raise Refusal(telling.refused(error, lang)) from error
