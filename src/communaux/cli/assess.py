"""`communaux assess`: a repository, read and measured, in seconds; no Django, no network for a local one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal, day, survey
from communaux.cli.bar import bar
from communaux.cli.desk import language

if TYPE_CHECKING:
    from communaux.engines.assess.corrections import Corrections
    from communaux.engines.assess.forge import Forge
    from communaux.engines.assess.kernel import Assessment
    from communaux.engines.assess.model import Condition

STAGES = ("fetch", "history", "files", "measures")
COLOURS = {"met": "32", "unmet": "31", "unknown": "33"}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subparsers.add_parser(
        "assess",
        help="measure a repository: resource, community, governance",
        epilog="example: communaux assess . --explain caf_w",
    )
    command.add_argument(
        "source", metavar="PATH|URL", nargs="?", help="a local clone, bare or not, or the https address of one"
    )
    command.add_argument("--at", default="HEAD", metavar="REVISION", help="the commit to assess (default: HEAD)")
    command.add_argument(
        "--as-of", type=day, metavar="DATE", help="the day it is asked for, 2026-01-31 (default: today)"
    )
    command.add_argument("--lang", choices=("fr", "en"), help="language of the report (default: that of the terminal)")
    command.add_argument(
        "--corrections",
        metavar="FILE",
        type=Path,
        help="TOML, lists of addresses: bots, people, same (pairs), apart, unnamed; it stays with you",
    )
    add_items(command)
    shape = command.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="everything, for programs (communaux.assessment/1)")
    shape.add_argument("--markdown", action="store_true", help="the report, to be kept")
    shape.add_argument("--html", action="store_true", help="the report as one page")
    shape.add_argument(
        "--explain", metavar="CODE", help="one measure: what it means, how it is had, how to have it yourself"
    )
    survey.options(command)
    command.set_defaults(run=run_assess)


def add_items(command: argparse.ArgumentParser) -> None:
    """What a forge tells, the same for every command that takes it."""
    command.add_argument(
        "--items",
        metavar="FILE",
        type=Path,
        action="append",
        help="what its forge tells: communaux.forge/1, or JSON of GitHub, GitLab, Forgejo (see docs/engines/forge.md); repeatable",
    )
    command.add_argument(
        "--items-read-on", metavar="DATE", type=day, help="the day when the forge answered, for JSON of a forge"
    )


def run_assess(arguments: argparse.Namespace) -> int:
    """0: told; 1: some of many were not read; 2: no repository, no such commit or measure; 130: many, and interrupted."""
    from communaux.engines.assess import charts, report

    if survey.wanted(arguments):
        return survey.run_many(arguments)
    lang = arguments.lang or language(os.environ)
    known_or_refused(arguments.explain, lang)
    found = assessed(arguments, lang)
    if arguments.json:
        sys.stdout.write(report.as_json(found))
    elif arguments.markdown:
        sys.stdout.write(report.as_markdown(found, lang))
    elif arguments.html:
        sys.stdout.write(as_page(report.as_markdown(found, lang), lang, charts.as_html(found.series, lang)))
    else:
        lines = explained(found, arguments.explain, lang) if arguments.explain else told(found, lang)
        print("\n".join(lines))
    return 0


def known_or_refused(code: str | None, lang: str) -> None:
    """Refuse the code of no measure before anything is read."""
    from communaux.engines.assess import telling

    if code is not None and code not in (known := telling.codes()):
        raise Refusal(telling.said("no_measure", lang, code=code, codes=", ".join(known)))


def assessed(arguments: argparse.Namespace, lang: str) -> Assessment:
    from communaux.core.mirrors import opened
    from communaux.engines.assess import telling
    from communaux.engines.assess.kernel import assess
    from communaux.engines.assess.model import AssessError

    source = whole(arguments.source, lang)
    corrections, forge = corrected(arguments.corrections), items(arguments.items, arguments.items_read_on, lang)
    as_of = arguments.as_of or datetime.now(UTC).date()
    seconds = int(datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC).timestamp())
    try:
        with bar(telling.said("bar", lang)) as shown:

            def stage(name: str) -> None:
                shown(STAGES.index(name), len(STAGES))

            url = source if "://" in source else Path(source).resolve().name
            with opened(source, stage) as (git_dir, cloned):
                found = assess(
                    git_dir,
                    at=arguments.at,
                    as_of=seconds,
                    url=url,
                    cloned=cloned,
                    corrections=corrections,
                    forge=forge,
                    told=stage,
                )
            shown(len(STAGES), len(STAGES))
    except AssessError as error:
        raise Refusal(f"{telling.error(error.code, lang)} ({error})") from error
    refuse_before(arguments.as_of, found, lang)
    return found


def refuse_before(asked: date | None, found: Assessment, lang: str) -> None:
    """Refuse a day that somebody asked for and that comes before the assessed version."""
    from communaux.engines.assess import telling
    from communaux.engines.assess.report import day as day_of

    if asked is not None and any(one.code == "too_early" for one in found.warnings):
        days = {"day": telling.day(asked, lang), "head_day": telling.day(day_of(found.last), lang)}
        raise Refusal(telling.said("too_early", lang, **days))


def whole(source: str, lang: str) -> str:
    """The repository that a folder inside of it belongs to, said where it is another; what is given else."""
    from communaux.engines.assess import telling
    from communaux.engines.assess.git import top_of

    top = None if "://" in source else top_of(Path(source))
    if top is None:
        return source
    print(telling.said("inside", lang, top=top), file=sys.stderr)
    return str(top)


def corrected(path: Path | None) -> Corrections:
    """What the file says of who is who; raise Refusal where it cannot be read."""
    from communaux.engines.assess.corrections import NONE, BadCorrections, read_corrections
    from communaux.engines.assess.identities import address

    if path is None:
        return NONE
    try:
        return read_corrections(path.read_text(encoding="utf-8"), address)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, BadCorrections) as error:
        raise Refusal(f"{path}: {error}") from error


def items(paths: list[Path] | None, read_on: date | None, lang: str) -> Forge | None:
    """What the files tell of a forge, names left behind; raise Refusal where one cannot be taken. None: no file was given."""
    from communaux.engines.assess.forge import BadItems
    from communaux.engines.assess.forge_payloads import read_items
    from communaux.engines.assess.telling import refused_items

    seconds = (
        None if read_on is None else int(datetime(read_on.year, read_on.month, read_on.day, tzinfo=UTC).timestamp())
    )
    try:
        contents = [(str(path), path.read_bytes()) for path in paths or []]
        return read_items(contents, read_on=seconds) if contents else None
    except OSError as error:
        raise Refusal(f"{error.filename}: {error.strerror}") from error
    except BadItems as error:
        hint = " (--items-read-on)" if error.code == "no_day" else ""
        raise Refusal(f"{refused_items(error, lang)}{hint}") from error


def told(found: Assessment, lang: str) -> Iterator[str]:
    """The report for a terminal: axes, conditions worst first, what decided them, what to do; then all measures."""
    from communaux.engines.assess import report, telling
    from communaux.engines.assess.profile import AXES

    yield from report.heading(found, lang)
    yield from (f"⚠ {telling.warning(one, lang)}" for one in found.warnings)
    for axis in AXES:
        yield ""
        yield bold(f"{telling.word('axes', axis, lang)} — {telling.word('readings', found.readings[axis], lang)}")
        for one in report.of_axis(found, axis):
            yield from _condition(found, one, lang)
    yield ""
    yield f"{bold(telling.said('measures', lang))} ({telling.said('explain', lang)})"
    yield from (f"  {one.code:<16}  {report.line(one, lang)}" for one in found.indicators)
    yield ""
    yield telling.said("essentials", lang)
    yield telling.said("no_mark", lang)


def _condition(found: Assessment, one: Condition, lang: str) -> Iterator[str]:
    from communaux.engines.assess import report, telling

    name, _met_when = telling.condition(one, lang)
    star = f" ({telling.said('essential', lang)})" if one.essential else ""
    mark = coloured(f"{report.MARKS[one.outcome]} {telling.word('outcomes', one.outcome, lang)}", COLOURS[one.outcome])
    yield f"  {mark} — {name}{star}"
    yield from (f"      {line}" for line in (*report.because(found, one, lang), *report.unsettled(found, one, lang)))
    yield from (f"      → {line}" for line in report.to_do(one, lang))


def explained(found: Assessment, code: str, lang: str) -> Iterator[str]:
    """One measure, with all that is known of it."""
    from communaux.engines.assess import report, telling

    one, colon = found.indicator(code), telling.said("colon", lang)
    yield from (bold(report.line(one, lang)), telling.meaning(code, lang, report.year_end(found)))
    yield f"{telling.said('source', lang)}{colon} {telling.source(code)}"
    ways = [
        (name, telling.UNKNOWN[lang] if n is None else telling.number(n, one.unit, lang))
        for name, n in one.by_policy.items()
    ]
    for title, rows in (("policies", ways), ("detail", telling.details(one, lang))):
        if rows:
            yield f"{telling.said(title, lang)}{colon}"
            yield from (f"  {name}{colon} {told}" for name, told in rows)
    if one.reproduce:
        yield f"{telling.said('reproduce', lang)}{colon}"
        yield f"  {one.reproduce}"


def as_page(markdown: str, lang: str, drawn: str = "") -> str:
    """One file of HTML that needs nothing else; `drawn` is HTML already."""
    from markdown_it import MarkdownIt

    title = markdown.splitlines()[0].removeprefix("# ")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    style = (
        "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        ".chart{max-width:100%;height:auto}"
        "table{display:block;overflow-x:auto}td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}"
    )
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{style}</style><main>{body}{drawn}</main></html>\n"
    )


def bold(text: str) -> str:
    return coloured(text, "1")


def coloured(text: str, code: str) -> str:
    """Colour for a terminal that wants it (no-color.org); the words say it all without."""
    wanted = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\033[{code}m{text}\033[0m" if wanted else text
