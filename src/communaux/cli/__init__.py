"""`communaux …`: one name per job. Each module registers its commands; what it needs is imported when it runs."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

EXAMPLE = 'example: communaux find "louer la salle des fêtes"   (each command has its own: communaux COMMAND --help)'


class Commands(Protocol):
    """A module of this folder."""

    def register(self, subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None: ...


class Refusal(Exception):
    """A command cannot do what was asked; the sentence is for the person who asked."""


def day(text: str) -> date:
    """What `--at` and its like are given."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2026-01-31") from error


def parser() -> argparse.ArgumentParser:
    """The parser with the commands of every module of this folder."""
    top = argparse.ArgumentParser(
        prog="communaux", description="The one-stop desk for digital commons.", epilog=EXAMPLE
    )
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in sorted(found.name for found in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}").register(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 done with findings, 2 refused."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments) or 0)
    except BrokenPipeError:
        return 0
    except Exception as error:
        told = refusal(error)
        if told is None:
            raise
        print(f"communaux: {told}", file=sys.stderr)
        return 2
    finally:
        if "django.utils.translation" in sys.modules:  # a caller in this process keeps its own language
            sys.modules["django.utils.translation"].deactivate()


def told_or[T](name: str, work: Callable[[], T], otherwise: T) -> T:
    """What `work` gives; `otherwise` when it is refused, which is told and does not stop the others."""
    try:
        return work()
    except Exception as error:
        told = refusal(error)
        if told is None:
            raise
        print(f"communaux: {name}: {told}", file=sys.stderr)
        return otherwise


def refusal(error: Exception) -> Exception | None:
    """What a person may be told: our own refusals, and those of `core` if it is imported by then."""
    core = sys.modules.get("communaux.core.errors")
    if isinstance(error, Refusal) or core is None:
        return error if isinstance(error, Refusal) else None
    found = core.as_refusal(error)
    return found if isinstance(found, Exception) else None
