"""`communaux rgesn …`: the audit of a service by the RGESN 2024, in a file; no Django, no network."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from communaux.cli import Refusal, day
from communaux.cli.desk import language

if TYPE_CHECKING:
    from communaux.engines.footprint.rgesn.audit import Audit

KINDS = ("web", "native", "api", "data", "other")
TARGETS = ("json", "csv", "rgesn-v2-audit")
FACTS = {"ai": "has_ai", "video": "has_video", "terminal": "sells_terminal", "hosting": "hosted"}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = subparsers.add_parser(
        "rgesn",
        help="audit a service by the RGESN 2024: 78 criteria, a score, a declaration",
        description="An audit is a file (communaux.rgesn/1) that people fill with answers and evidence. "
        "Files of rgesn-v2-audit are read too. Ends with 0, with 1 where lines do not hold or something changed, 2 when refused.",
        epilog="example: communaux rgesn new --name Mairie --output audit.json",
    )
    jobs = command.add_subparsers(dest="job", required=True, metavar="JOB")
    _new(jobs)
    _score(jobs)
    _declaration(jobs)
    _diff(jobs)
    _convert(jobs)
    _check(jobs)


def _new(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "new",
        help="an empty audit, to fill in",
        epilog="example: communaux rgesn new --name Mairie --url https://mairie.example --without ai --output audit.json",
    )
    job.add_argument("--name", required=True, metavar="NAME", help="of the service")
    job.add_argument("--kind", choices=KINDS, default="web", help="what it is (default: web)")
    job.add_argument("--url", default="", metavar="ADDRESS")
    for option, told in (("with", "has"), ("without", "has not")):
        job.add_argument(
            f"--{option}",
            dest=f"facts_{option}",
            action="append",
            default=[],
            choices=FACTS,
            help=f"what it {told}; repeatable. What is not said stays unknown",
        )
    job.add_argument("--output", type=Path, metavar="FILE", help="where it is written (default: to standard output)")
    _shape(job, run_new)


def _score(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "score", help="how far it is, and how sure that is", epilog="example: communaux rgesn score audit.json"
    )
    _file(job)
    job.add_argument("--mark", action="store_true", help="as the progress mark of a service, in words")
    _shape(job, run_score, "communaux.rgesn-score/1")


def _declaration(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "declaration",
        help="what is published of it, and what is missing to do so",
        epilog="example: communaux rgesn declaration audit.json --lang fr",
    )
    _file(job)
    _shape(job, run_declaration, "communaux.rgesn-declaration/1")


def _diff(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "diff",
        help="what changed from one audit of a service to a later one",
        epilog="example: communaux rgesn diff before.json after.json",
    )
    job.add_argument("before", type=Path, metavar="BEFORE")
    job.add_argument("after", type=Path, metavar="AFTER")
    _at(job)
    _shape(job, run_diff, "communaux.rgesn-diff/1")


def _convert(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "convert",
        help="the same audit in another format",
        epilog="example: communaux rgesn convert audit.json --to csv --output audit.csv",
    )
    _file(job)
    job.add_argument("--to", choices=TARGETS, required=True, help="the format to write")
    job.add_argument("--output", type=Path, metavar="FILE", help="where it is written (default: to standard output)")
    _shape(job, run_convert)


def _check(jobs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    job = jobs.add_parser(
        "check",
        help="what automatic checks see in a visit of a page",
        description="Reads a HAR that a browser saved. A check suggests, a person answers. Ends with 1 where one is adverse.",
        epilog="example: communaux rgesn check visit.har --budget-bytes 60000 --budget-requests 6",
    )
    job.add_argument("file", type=Path, metavar="FILE", help="the visit")
    job.add_argument(
        "--own-host",
        action="append",
        default=[],
        metavar="HOST",
        help="one's own, with those below it (default: that of the page); may be repeated",
    )
    job.add_argument("--budget-bytes", type=int, metavar="BYTES", help="weight that was promised, at most")
    job.add_argument("--budget-requests", type=int, metavar="N", help="requests that were promised, at most")
    _shape(job, run_check, "communaux.rgesn-checks/1")


def _file(job: argparse.ArgumentParser) -> None:
    job.add_argument("file", type=Path, metavar="FILE", help="an audit: communaux.rgesn/1, or of rgesn-v2-audit")
    _at(job)


def _at(job: argparse.ArgumentParser) -> None:
    job.add_argument("--at", type=day, metavar="DAY", help="the day that evidence must still hold (default: today)")


def _shape(job: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int], name: str = "") -> None:
    if name:
        job.add_argument("--json", action="store_true", help=f"for programs ({name})")
    job.add_argument("--lang", choices=("fr", "en"), help="language of the words (default: that of the terminal)")
    job.set_defaults(run=run)


def run_new(arguments: argparse.Namespace) -> int:
    from communaux.engines.footprint.rgesn import own
    from communaux.engines.footprint.rgesn.audit import Service, blank

    facts = {FACTS[one]: True for one in arguments.facts_with} | {FACTS[one]: False for one in arguments.facts_without}
    service = Service(arguments.name, arguments.kind, arguments.url, **facts)
    _written(arguments, own.write(blank(service)), "written")
    return 0


def run_score(arguments: argparse.Namespace) -> int:
    """0: computed; 1: computed, and lines do not hold."""
    from communaux.engines.footprint.rgesn import declaration, display, rules, score, telling

    lang, on = _language(arguments), _day(arguments)
    audit, said_by_tool = _opened(arguments.file, lang)
    broken = rules.broken(audit)
    if arguments.json:
        found = score.score(rules.held(audit), on)
        told = {
            "format": "communaux.rgesn-score/1",
            "service": audit.service.name,
            "on": on.isoformat(),
            "score": declaration.scored(found.whole),
            "themes": {str(number): declaration.scored(one) for number, one in found.themes.items()},
            "told_by_other_tool": said_by_tool,
            "not_held": declaration.not_held(audit),
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
    elif arguments.mark:
        print("\n".join(telling.marked(display.mark(audit, on), lang)))
    else:
        print("\n".join(telling.told(audit, on, lang)))
        if said_by_tool is not None:
            print(telling.said("foreign", lang, told=telling.decimal(said_by_tool, lang)))
    return int(bool(broken))


def run_declaration(arguments: argparse.Namespace) -> int:
    """0: told; 1: told, and something is missing or lines do not hold."""
    from communaux.engines.footprint.rgesn import declaration, rules, telling

    lang, on = _language(arguments), _day(arguments)
    audit, _told = _opened(arguments.file, lang)
    if arguments.json:
        print(json.dumps(declaration.as_json(audit, on), ensure_ascii=False, indent=1))
    else:
        print("\n".join(telling.declared(audit, on, lang)))
    return int(bool(declaration.missing(audit) or declaration.undetailed(audit) or rules.broken(audit)))


def run_diff(arguments: argparse.Namespace) -> int:
    """0: nothing changes, 1: something does."""
    from communaux.engines.footprint.rgesn import compare, rules, telling

    lang, on = _language(arguments), _day(arguments)
    before, after = (rules.held(_opened(path, lang)[0]) for path in (arguments.before, arguments.after))
    found = compare.diff(before, after, on)
    if arguments.json:
        print(json.dumps(compare.as_json(found), ensure_ascii=False, indent=1))
    else:
        print("\n".join(telling.differences(found, lang)))
    return int(bool(found.changes))


def run_convert(arguments: argparse.Namespace) -> int:
    from communaux.engines.footprint.rgesn import own, sheet, v2

    lang = _language(arguments)
    audit, _told = _opened(arguments.file, lang)
    if arguments.to == "csv":
        content = sheet.write(audit, lang)
    elif arguments.to == "json":
        content = own.write(audit)
    else:
        content = v2.write(v2.foreign(audit, _day(arguments)))
    _written(arguments, content, "converted")
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """0: nothing is adverse, 1: something is."""
    from communaux.engines.footprint.rgesn import recorded, telling
    from communaux.engines.footprint.rgesn.checks import OF_PAGES, of_page

    lang = _language(arguments)
    content = _content(arguments.file)
    with _refusing(arguments.file, lang):
        page = recorded.of_har(content, arguments.own_host, (arguments.budget_bytes, arguments.budget_requests))
    found = of_page(page)
    if arguments.json:
        told = [{"check": name, "criterion": OF_PAGES[name].criterion} | asdict(one) for name, one in found.items()]
        document = {"format": "communaux.rgesn-checks/1", "url": page.url, "checks": told}
        print(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        print("\n".join([page.url, *telling.checked(found, lang), telling.said("checked_only", lang)]))
    return int(any(one.outcome == "adverse" for one in found.values()))


def _opened(path: Path, lang: str) -> tuple[Audit, float | None]:
    """The audit of a file; of another tool's, the score that it tells too."""
    from communaux.engines.footprint.rgesn import own, v2

    content = _content(path)
    with _refusing(path, lang):
        if v2.like(content):
            foreign = v2.read(content)
            return foreign.audit, foreign.told
        return own.read(content), None


@contextmanager
def _refusing(path: Path, lang: str) -> Generator[None]:
    """Tell in sentences what is wrong with a file."""
    from communaux.engines.footprint.errors import FootprintError
    from communaux.engines.footprint.telling import refused

    try:
        yield
    except FootprintError as error:
        raise Refusal(f"{path}: {refused(error, lang)}") from error


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror or type(error).__name__}") from error


def _written(arguments: argparse.Namespace, content: bytes, phrase: str) -> None:
    """To the file that was named, which is told; else to standard output. What is there already is not written over by `new`."""
    from communaux.engines.footprint.rgesn.telling import said

    if arguments.output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    try:
        with arguments.output.open("xb" if phrase == "written" else "wb") as file:
            file.write(content)
    except OSError as error:
        raise Refusal(f"{arguments.output}: {error.strerror or type(error).__name__}") from error
    print(said(phrase, _language(arguments), path=arguments.output), file=sys.stderr)


def _day(arguments: argparse.Namespace) -> date:
    found: date = arguments.at or datetime.now(UTC).date()
    return found


def _language(arguments: argparse.Namespace) -> str:
    return str(arguments.lang or language(os.environ))
