"""The progress bar of long commands: on standard error; on a terminal a bar, elsewhere a line every 10 %."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from tqdm import tqdm


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own."""


@contextmanager
def bar(what: str) -> Generator[Callable[[int, int | None], None]]:
    """Yield `report(done, total)`."""
    if not sys.stderr.isatty():
        yield _lines(what)
        return
    with tqdm(desc=what, file=sys.stderr, leave=True) as shown:

        def report(done: int, total: int | None) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield report


def _lines(what: str) -> Callable[[int, int | None], None]:
    told = -1

    def report(done: int, total: int | None) -> None:
        nonlocal told
        tenth = 10 * done // total if total else 0
        if tenth > told:
            told = tenth
            print(f"{what}: {done}/{total}", file=sys.stderr, flush=True)

    return report
