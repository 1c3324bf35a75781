"""`communaux assess --many`: a list of repositories, read by many hands; what was read stays read when it is stopped."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal
from communaux.cli.bar import bar
from communaux.cli.desk import language

if TYPE_CHECKING:
    from communaux.cli.repositories import Listed
    from communaux.core.survey import Ended, Order

SHOWN = 5  # faults told on the terminal; all of them are in failed.jsonl
ALONE = (
    "at",
    "corrections",
    "items",
    "items_read_on",
    "json",
    "markdown",
    "html",
    "explain",
)  # options of one repository
LISTS = {
    "out": None,
    "format": "jsonl",
    "tiers": "t0,t1",
    "engine": "local",
    "workers": None,
    "scheduler": "",
}  # of many
STOPS = ("disk_full",)


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own: options of `assess`."""


def options(command: argparse.ArgumentParser) -> None:
    many = command.add_argument_group("many repositories")
    many.add_argument(
        "--many", metavar="FILE|-", help="a list: an address a line, or a CSV or lines of JSON with the key url"
    )
    many.add_argument("--out", metavar="FOLDER", type=Path, help="where the results go; the same folder goes on")
    many.add_argument("--format", choices=("jsonl", "parquet"), help="of the table of measures (jsonl)")
    many.add_argument("--tiers", choices=("t0", "t0,t1"), help="t0 leaves out what each commit changed: faster (t0,t1)")
    many.add_argument("--engine", choices=("local", "dask"), help="processes here (local), or a Dask cluster")
    many.add_argument("--workers", type=positive, help="how many at the same time (default: one a processor)")
    many.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that is there already")


def positive(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return int(text)


def wanted(arguments: argparse.Namespace) -> bool:
    """Is it many? Raise Refusal for one and many at once, for neither, for options of the other."""
    if (arguments.source is None) == (arguments.many is None):
        raise Refusal("give the folder or address of one repository, or --many with a list")
    if arguments.many is None:
        if given := [name for name in LISTS if getattr(arguments, name) is not None]:
            raise Refusal(f"--{given[0]} goes with --many")
        return False
    if alone := [name for name in ALONE if getattr(arguments, name) not in (None, False, "HEAD")]:
        raise Refusal(f"--{alone[0].replace('_', '-')} is for one repository, not for --many")
    if arguments.out is None:
        raise Refusal("--many needs --out, the folder for the results")
    for name, value in LISTS.items():
        setattr(arguments, name, value if getattr(arguments, name) is None else getattr(arguments, name))
    return True


def run_many(arguments: argparse.Namespace) -> int:
    """0: all read; 1: some were not; 2: nothing could be begun; 130: interrupted, the same command goes on."""
    from communaux.core import survey_results

    _need(arguments)
    listed = _listed(arguments.many)
    order = _order(arguments)
    _told_bad(listed, arguments.lang or language(os.environ))
    try:
        survey_results.prepare(order)
        urls = survey_results.left(order, listed.urls)
        failed = _read(arguments, order, urls, len(listed.urls))
        paths = survey_results.put_together(order, listed.urls, failed, arguments.format, _unread(listed))
    except KeyboardInterrupt:
        print("\ncommunaux: interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    except survey_results.OtherSettings as error:
        raise Refusal(f"{order.folder} was begun with other settings ({error}): take another folder") from error
    except OSError as error:
        raise Refusal(f"{order.folder}: {error.strerror or error}; what was read stays read") from error
    print(f"{len(listed.urls) - len(failed)} of {len(listed.urls)} repositories read: {', '.join(map(str, paths))}")
    return 1 if failed or listed.bad else 0


def _need(arguments: argparse.Namespace) -> None:
    """Raise Refusal where a package of the extra is asked for and not there, before hours of work."""
    packages = [("pyarrow", arguments.format == "parquet"), ("distributed", arguments.engine == "dask")]
    for package in [name for name, asked in packages if asked and importlib.util.find_spec(name) is None]:
        raise Refusal(f"{package} is not installed: pip install 'communaux[survey]'")
    if arguments.scheduler and arguments.engine != "dask":
        raise Refusal("--scheduler goes with --engine dask")


def _listed(source: str) -> Listed:
    from communaux.cli.repositories import read_list

    try:
        listed = read_list(sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes())
    except OSError as error:
        raise Refusal(f"{source}: {error.strerror}") from error
    if not listed.urls and not listed.bad:
        raise Refusal(f"{source}: no repository in this list")
    return listed


def _order(arguments: argparse.Namespace) -> Order:
    """A folder that was begun keeps its day, unless another is asked for."""
    from communaux.core.survey import Order
    from communaux.core.survey_results import settings

    try:
        begun = settings(arguments.out)
        kept = date.fromisoformat(begun["as_of"]) if begun else None
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Refusal(f"{arguments.out}: survey.json cannot be read; take another folder") from error
    day = arguments.as_of or kept or datetime.now(UTC).date()
    seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return Order(arguments.out.resolve(), seconds, "t1" in arguments.tiers)


def _told_bad(listed: Listed, lang: str) -> None:
    from communaux.engines.assess import telling

    for one in listed.bad[:SHOWN]:
        print(f"line {one.line}: {one.text} — {telling.error(one.code, lang)}", file=sys.stderr)
    if len(listed.bad) > SHOWN:
        print(f"… lines that name no repository: {len(listed.bad)} in all", file=sys.stderr)
    if listed.again:
        print(f"named more than once, read once: {listed.again}", file=sys.stderr)


def _unread(listed: Listed) -> list[dict[str, object]]:
    """Lines that name no repository, as rows of what failed."""
    return [{"line": one.line, "url": one.text, "code": one.code, "detail": ""} for one in listed.bad]


def _read(arguments: argparse.Namespace, order: Order, urls: list[str], total: int) -> list[Ended]:
    """Have those read that are left; give those that failed. Raise Refusal when the disk is full."""
    from communaux.core.survey import Ended
    from communaux.engines.assess import telling

    failed: list[Ended] = []
    lang, before = arguments.lang or language(os.environ), total - len(urls)
    with bar("assess") as shown, closing(_ends(arguments, order, urls)) as ends:
        shown(before, total)
        for done, ended in enumerate(ends, start=before + 1):
            if ended.code in STOPS:
                raise Refusal(telling.error(ended.code, lang))
            if not ended.code and not order.part(ended.url).exists():
                ended = Ended(ended.url, "internal", "a worker wrote its part where this folder is not seen")
            failed += [ended] if ended.code else []
            shown(done, total)
    for one in failed[:SHOWN]:
        print(f"{one.url}: {telling.error(one.code, lang)}", file=sys.stderr)
    return failed


def _ends(arguments: argparse.Namespace, order: Order, urls: list[str]) -> Generator[Ended]:
    from communaux.cli import engines

    workers = min(arguments.workers or os.cpu_count() or 1, len(urls))
    if urls and arguments.engine == "dask":
        yield from engines.dask(urls, order, workers, arguments.scheduler)
    elif urls:
        yield from engines.local(urls, order, workers)
