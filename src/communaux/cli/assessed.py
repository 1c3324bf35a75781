"""`communaux assessed`: results of `communaux assess --json`, compared, made again, drawn as a badge; no Django."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from communaux.cli import Refusal
from communaux.cli.assess import add_items, corrected, items
from communaux.cli.bar import bar
from communaux.cli.desk import language

if TYPE_CHECKING:
    from communaux.engines.assess.compare import Told

STAGES = ("history", "files", "measures")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subparsers.add_parser(
        "assessed",
        help="results of assessments: compare them, make one again, draw the badge",
        epilog="example: communaux assessed compare before.json after.json",
    )
    add(command.add_subparsers(dest="part", required=True, metavar="PART"))


def add(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands, under whatever name they hang."""
    compared = parts.add_parser(
        "compare",
        help="two to four results side by side, or what changed between two of one repository",
        epilog="example: communaux assessed compare umap.json panoramax.json",
    )
    compared.add_argument("results", nargs="+", metavar="RESULT.json", help="as `communaux assess --json` gives it")
    compared.set_defaults(run=run_compare)
    verified = parts.add_parser(
        "verify",
        help="make a result again from the same commit; 1 where it differs",
        epilog="example: communaux assessed verify umap.json ~/code/umap",
    )
    verified.add_argument("result", metavar="RESULT.json")
    verified.add_argument("path", metavar="PATH", help="a clone of the repository, bare or not")
    verified.add_argument(
        "--corrections", metavar="FILE", type=Path, help="what was put right of who is who, if anything was"
    )
    add_items(verified)
    verified.set_defaults(run=run_verify)
    neutral = parts.add_parser(
        "items",
        help="what a forge tells, without names: communaux.forge/1 on standard output",
        epilog="example: communaux assessed items --items issues.json --items-read-on 2026-01-31",
    )
    add_items(neutral)
    neutral.set_defaults(run=run_items)
    drawn = parts.add_parser(
        "badge",
        help="the badge of a result, as SVG",
        epilog="example: communaux assessed badge umap.json --axis community",
    )
    drawn.add_argument("result", metavar="RESULT.json")
    drawn.add_argument("--name", default="", help="name of the commons (default: the address of the result)")
    drawn.add_argument("--axis", choices=("resource", "community", "governance"), help="this axis alone")
    drawn.add_argument("--json", action="store_true", help="for shields.io (endpoint)")
    drawn.set_defaults(run=run_badge)
    for one in (compared, verified, neutral, drawn):
        one.add_argument("--lang", choices=("fr", "en"), help="language (default: that of the terminal)")


def phrase(table: str, code: str, lang: str, /, **given: object) -> str:
    from communaux.data import assess_table

    return str(assess_table("comparing")[table][code][lang]).format(**given)


def opened(path: str, lang: str) -> dict[str, Any]:
    """The document of a file; a file that cannot be read, or is no result, is refused with its name."""
    from communaux.engines.assess.compare import NotAResult, read_document

    try:
        return read_document(Path(path).read_text("utf-8"))
    except OSError as error:
        raise Refusal(phrase("refused", "no_file", lang, name=path)) from error
    except UnicodeDecodeError as error:
        raise Refusal(phrase("refused", "not_json", lang, name=path)) from error
    except NotAResult as error:
        raise Refusal(phrase("refused", str(error), lang, name=path)) from error


def result(path: str, lang: str) -> Told:
    from communaux.engines.assess.compare import NotAResult, told_by

    try:
        return told_by(opened(path, lang))
    except NotAResult as error:
        raise Refusal(phrase("refused", str(error), lang, name=path)) from error


def run_compare(arguments: argparse.Namespace) -> int:
    """0: compared; 2: not comparable, no result, too few or too many."""
    from communaux.engines.assess import compare

    lang = arguments.lang or language(os.environ)
    if not 2 <= len(arguments.results) <= compare.MOST:
        raise Refusal(phrase("refused", "too_few", lang))
    several = [result(path, lang) for path in arguments.results]
    if len(several) == 2 and compare.same_repository(*several):
        before, after = sorted(several, key=lambda one: one.as_of)
        print("\n".join(changed(before, after, lang)))
        return 0
    code, told = compare.why_not(several)
    if code:
        raise Refusal(phrase("refused", code, lang, told=told))
    print("\n".join(side_by_side(several, lang)))
    return 0


def side_by_side(several: Sequence[Told], lang: str) -> Iterator[str]:
    """A line for each reading, condition and main measure; what one of them does not tell is unknown."""
    from communaux.engines.assess import compare, telling
    from communaux.engines.assess.profile import AXES
    from communaux.engines.assess.telling import day

    colon = telling.said("colon", lang)
    yield phrase("report", "title", lang)
    yield from (f"  {at}. {one.name} ({day(one.as_of, lang)}, {one.head[:10]})" for at, one in enumerate(several, 1))
    rows = compare.conditions(several)
    for axis in AXES:
        words = [telling.word("readings", one.readings[axis], lang) if axis in one.readings else "" for one in several]
        yield from ("", f"{telling.word('axes', axis, lang)}{colon} {numbered(words, lang)}")
        for row in rows:
            known = next(one for one in row.cells if one)
            if known.axis == axis:
                cells = [telling.word("outcomes", one.outcome, lang) if one else "" for one in row.cells]
                yield f"  {telling.condition(known, lang)[0]}{colon} {numbered(cells, lang)}"
    yield from ("", telling.said("measures", lang))
    for code, told in ((row.code, row.cells) for row in compare.measures(several)):
        cells = [telling.value(one, lang) if one else "" for one in told]
        yield f"  {telling.name(code, lang)}{colon} {numbered(cells, lang)}"
    yield from ("", phrase("report", "no_winner", lang))


def numbered(cells: Sequence[str], lang: str) -> str:
    from communaux.engines.assess.telling import UNKNOWN

    return " · ".join(f"{at}. {words or UNKNOWN[lang]}" for at, words in enumerate(cells, 1))


def version(one: Told, lang: str) -> str:
    """The day of a result and its commit: two of one day are told apart."""
    from communaux.engines.assess.telling import day

    return f"{day(one.as_of, lang)} ({one.head[:10]})"


def changed(before: Told, after: Told, lang: str) -> Iterator[str]:
    from communaux.engines.assess import compare, telling

    found, colon = compare.changes(before, after), telling.said("colon", lang)
    yield f"{before.name} — {phrase('report', 'moved', lang, before=version(before, lang), after=version(after, lang))}"
    if found.methods:
        yield phrase("report", "methods", lang, before=found.methods[0], after=found.methods[1])
    elif not found:
        yield phrase("report", "nothing", lang)
    for turned in found.conditions:
        outcomes = [telling.word("outcomes", one.outcome, lang) for one in (turned.before, turned.after)]
        yield f"  {telling.condition(turned.after, lang)[0]}{colon} {' → '.join(outcomes)}"
    for moved in found.measures:
        values = [telling.value(one, lang) for one in (moved.before, moved.after)]
        beyond = f" ({phrase('report', 'beyond', lang)})" if moved.beyond else ""
        yield f"  {telling.name(moved.code, lang)}{colon} {' → '.join(values)}{beyond}"


def run_verify(arguments: argparse.Namespace) -> int:
    """0: the same; 1: it differs, and the keys are told; 2: it cannot be made again."""
    from communaux.engines.assess import telling, verify
    from communaux.engines.assess.compare import NotAResult
    from communaux.engines.assess.git import git_dir_of
    from communaux.engines.assess.model import METHOD_VERSION, AssessError

    lang = arguments.lang or language(os.environ)
    document = opened(arguments.result, lang)
    try:
        with bar("verify") as shown:
            found = verify.again(
                document,
                git_dir_of(Path(arguments.path)),
                lambda name: shown(STAGES.index(name), len(STAGES)),
                corrected(arguments.corrections),
                items(arguments.items, arguments.items_read_on, lang),
            )
            shown(len(STAGES), len(STAGES))
    except NotAResult as error:
        methods = {"theirs": document.get("method"), "ours": METHOD_VERSION}
        raise Refusal(phrase("refused", str(error), lang, name=arguments.result, **methods)) from error
    except AssessError as error:
        raise Refusal(f"{telling.error(error.code, lang)} ({error})") from error
    keys = verify.differences(document, found)
    print(
        "\n".join(
            [phrase("report", "differs", lang), *(f"  {key}" for key in keys)]
            if keys
            else [phrase("report", "same", lang)]
        )
    )
    return 1 if keys else 0


def run_items(arguments: argparse.Namespace) -> int:
    """0: on standard output; 2: no file, or one that cannot be taken."""
    from communaux.engines.assess.forge_lines import as_lines

    lang = arguments.lang or language(os.environ)
    found = items(arguments.items, arguments.items_read_on, lang)
    if found is None:
        raise Refusal(phrase("refused", "no_items_given", lang))
    sys.stdout.write(as_lines(found))
    return 0


def run_badge(arguments: argparse.Namespace) -> int:
    """0: on standard output; 2: no result."""
    from communaux.engines.assess import badge

    lang = arguments.lang or language(os.environ)
    told = result(arguments.result, lang)
    shown = badge.badge(
        arguments.name or told.name,
        told.readings,
        told.as_of,
        today=datetime.now(UTC).date(),
        lang=lang,
        axis=arguments.axis or "",
    )
    sys.stdout.write(badge.as_json(shown, lang) if arguments.json else badge.svg(shown))
    return 0
