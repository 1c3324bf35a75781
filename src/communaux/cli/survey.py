"""`communaux assess --many`: a list of repositories, read by many hands; what was read stays read when it is stopped."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Generator, Mapping, Sequence
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

WIDE = 100  # letters of a bad line that a terminal is shown
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
    many.add_argument(
        "--tiers",
        choices=("t0", "t0,t1"),
        metavar="t0|t0,t1",
        help="t0 leaves out what each commit changed: faster (t0,t1)",
    )
    many.add_argument("--engine", choices=("local", "dask"), help="processes here (local), or a Dask cluster")
    many.add_argument("--workers", type=positive, help="how many at the same time (default: one a processor)")
    many.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that is there already")


def positive(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return int(text)


def wanted(arguments: argparse.Namespace) -> bool:
    """Is it many? Raise Refusal for one and many at once, for neither, for options of the other."""
    lang = arguments.lang or language(os.environ)
    if (arguments.source is None) == (arguments.many is None):
        raise Refusal(said("one_or_many" if arguments.many is None else "not_both", lang))
    if arguments.many is None:
        if given := [name for name in LISTS if getattr(arguments, name) is not None]:
            raise Refusal(said("goes_with_many", lang, name=given[0]))
        return False
    if alone := [name for name in ALONE if getattr(arguments, name) not in (None, False, "HEAD")]:
        raise Refusal(said("alone", lang, name=alone[0].replace("_", "-")))
    if arguments.out is None:
        raise Refusal(said("needs_out", lang))
    for name, value in LISTS.items():
        setattr(arguments, name, value if getattr(arguments, name) is None else getattr(arguments, name))
    return True


def said(phrase: str, lang: str, **given: object) -> str:
    from communaux.data import assess_table

    return str(assess_table("many")[phrase][lang]).format(**given)


def run_many(arguments: argparse.Namespace) -> int:
    """0: all read; 1: some were not; 2: nothing could be begun; 130: interrupted, the same command goes on."""
    from communaux.core import survey_results

    lang = arguments.lang or language(os.environ)
    _need(arguments, lang)
    listed = _listed(arguments.many, lang)
    order = _order(arguments, lang)
    try:
        survey_results.prepare(order)
        urls = survey_results.left(order, listed.urls)
        failed = _read(arguments, order, urls, len(listed.urls))
        paths = survey_results.put_together(order, listed.urls, failed, arguments.format, _unread(listed))
    except KeyboardInterrupt:
        print(f"\ncommunaux: {said('interrupted', lang)}", file=sys.stderr)
        return 130
    except survey_results.OtherSettings as error:
        differs = _differing(error.begun, order.settings(), lang)
        raise Refusal(said("other_settings", lang, folder=order.folder, differs=differs)) from error
    except OSError as error:
        raise Refusal(said("disk", lang, folder=order.folder, why=error.strerror or error)) from error
    _told_end(listed, failed, paths, lang)
    return 1 if failed or listed.bad else 0


def _differing(begun: Mapping[str, object], asked: Mapping[str, object], lang: str) -> str:
    """Each setting with which the folder was begun otherwise."""
    from communaux.data import assess_table

    names, nothing = assess_table("many")["settings"], said("nothing", lang)
    return ", ".join(
        said("differs", lang, name=names[name][lang], begun=begun.get(name, nothing), asked=wish)
        for name, wish in asked.items()
        if begun.get(name) != wish
    )


def _told_end(listed: Listed, failed: Sequence[Ended], paths: Sequence[Path], lang: str) -> None:
    """How many were read, and where the results are; what became of the other lines of the list."""
    total, bad = len(listed.urls), len(listed.bad)
    print(said("read", lang, read=total - len(failed), total=total, paths=", ".join(map(str, paths))))
    if bad or listed.again:
        print(said("lines", lang, lines=total + bad + listed.again, bad=bad, again=listed.again))


def _need(arguments: argparse.Namespace, lang: str) -> None:
    """Raise Refusal where a package of the extra is asked for and not there, before hours of work."""
    packages = [("pyarrow", arguments.format == "parquet"), ("distributed", arguments.engine == "dask")]
    for package in [name for name, asked in packages if asked and importlib.util.find_spec(name) is None]:
        raise Refusal(said("not_installed", lang, package=package))
    if arguments.scheduler and arguments.engine != "dask":
        raise Refusal(said("scheduler_goes", lang))


def _listed(source: str, lang: str) -> Listed:
    """The list, with what is wrong of it told; raise Refusal where it names nothing."""
    from communaux.cli.repositories import read_list

    try:
        listed = read_list(sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes())
    except FileNotFoundError as error:
        raise Refusal(said("no_file", lang, source=source)) from error
    except OSError as error:
        raise Refusal(said("unreadable", lang, source=source, why=error.strerror)) from error
    _told_bad(listed, lang)
    if not listed.urls:
        raise Refusal(said("none_of" if listed.bad else "no_repository", lang, source=source, bad=len(listed.bad)))
    return listed


def _order(arguments: argparse.Namespace, lang: str) -> Order:
    """A folder that was begun keeps its day, unless another is asked for."""
    from communaux.core.survey import Order
    from communaux.core.survey_results import settings

    try:
        begun = settings(arguments.out)
        kept = date.fromisoformat(begun["as_of"]) if begun else None
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Refusal(said("settings_unreadable", lang, folder=arguments.out)) from error
    day = arguments.as_of or kept or datetime.now(UTC).date()
    seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return Order(arguments.out.resolve(), seconds, "t1" in arguments.tiers, arguments.format)


def _told_bad(listed: Listed, lang: str) -> None:
    from communaux.engines.assess import telling

    for one in listed.bad[:SHOWN]:
        text = "".join(letter if letter.isprintable() else "\ufffd" for letter in one.text[:WIDE])
        print(said("line", lang, n=one.line, text=text, why=telling.error(one.code, lang)), file=sys.stderr)
    if len(listed.bad) > SHOWN:
        print(said("more_lines", lang, n=len(listed.bad)), file=sys.stderr)
    if listed.again:
        print(said("again", lang, n=listed.again), file=sys.stderr)


def _unread(listed: Listed) -> list[dict[str, object]]:
    """Lines that name no repository, as rows of what failed."""
    return [{"line": one.line, "url": one.text, "code": one.code, "detail": ""} for one in listed.bad]


def _read(arguments: argparse.Namespace, order: Order, urls: list[str], total: int) -> list[Ended]:
    """Have those read that are left; give those that failed. Raise Refusal when the disk is full."""
    from communaux.core.survey import Ended
    from communaux.engines.assess import telling

    failed: list[Ended] = []
    lang, before = arguments.lang or language(os.environ), total - len(urls)
    with bar(telling.said("bar", lang)) as shown, closing(_ends(arguments, order, urls)) as ends:
        shown(before, total)
        for done, ended in enumerate(ends, start=before + 1):
            if ended.code in STOPS:
                raise Refusal(telling.error(ended.code, lang))
            if not ended.code and not order.part(ended.url).exists():
                ended = Ended(ended.url, "internal", said("unseen", "en"))
            failed += [ended] if ended.code else []
            shown(done, total)
    for one in failed[:SHOWN]:
        print(said("failed", lang, url=one.url, why=telling.error(one.code, lang)), file=sys.stderr)
    return failed


def _ends(arguments: argparse.Namespace, order: Order, urls: list[str]) -> Generator[Ended]:
    from communaux.cli import engines

    workers = min(arguments.workers or os.cpu_count() or 1, len(urls))
    if urls and arguments.engine == "dask":
        yield from engines.dask(urls, order, workers, arguments.scheduler)
    elif urls:
        yield from engines.local(urls, order, workers)
