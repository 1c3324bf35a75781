"""`communaux publiccode check|write`: is a publiccode.yml valid; write that of a commons of the desk."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import zlib
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from communaux.cli import Refusal
from communaux.cli.desk import setup

if TYPE_CHECKING:
    from communaux.catalogue.formats.publiccode_rules import Question
    from communaux.catalogue.formats.publiccode_strict import Probe, Report
    from communaux.catalogue.formats.publiccode_writer import Described

CODES = "ends with 0 when nothing is said against any file, 1 with findings, 2 when a file cannot be read"
WRITTEN = "ends with 0 when the file is written, 1 when something is missing, 2 when it is refused"
SIGNATURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
HEAD = 4_096
ON_SHEET = re.compile(r"name$|url$|legal|developmentStatus$|description\.(fr|en)\.(short|long)Description$")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "publiccode",
        help="check and write publiccode.yml, version 0.7",
        epilog="example: communaux publiccode check publiccode.yml",
    )
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    check = jobs.add_parser(
        "check",
        help="every fault of files, by key and line",
        description=f"No address is visited. {CODES.capitalize()}.",
        epilog="example: communaux publiccode check publiccode.yml --root .",
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--root", type=Path, help="the repository: also look there for the images and files it names")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=run_check)
    write = jobs.add_parser(
        "write",
        help="the file of a commons of the desk, or what is missing",
        description=f"{WRITTEN.capitalize()}.",
        epilog="example: communaux publiccode write lasuite-meet -o publiccode.yml",
    )
    write.add_argument("slug", help="of the commons, as in its address")
    write.add_argument("--software", type=int, default=1, metavar="N", help="of a commons with several: which one")
    write.add_argument("-o", dest="output", type=Path, metavar="FILE", help="else to the standard output")
    write.add_argument("--json", action="store_true", help="what is missing, as JSON")
    write.set_defaults(run=run_write)


def run_check(arguments: argparse.Namespace) -> int:
    from communaux.catalogue.formats.publiccode_strict import nobody

    if arguments.root and not arguments.root.is_dir():
        raise Refusal(f"--root is no folder: {arguments.root}")
    probe: Probe = in_folder(arguments.root) if arguments.root else nobody
    reports = {str(path): checked(path, probe) for path in arguments.files}
    if arguments.json:
        told = [as_json(name, report) for name, report in reports.items()]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for name, report in reports.items():
            tell(name, report)
    return max(code(report) for report in reports.values())


def checked(path: Path, probe: Probe) -> Report:
    from communaux.catalogue.formats.publiccode_rules import Finding
    from communaux.catalogue.formats.publiccode_strict import Report, check_file

    try:
        return check_file(path.name, path.read_bytes(), probe)
    except OSError as error:
        return Report((Finding("", f"Not read: {error.strerror or type(error).__name__}"),), readable=False)


def code(report: Report) -> int:
    return 2 if not report.readable else 1 if report.findings else 0


def as_json(name: str, report: Report) -> dict[str, Any]:
    return {"file": name, "verdict": report.verdict, **asdict(report)}


def tell(name: str, report: Report) -> None:
    print(f"{name}: {report.verdict.replace('_', ' ') if report.readable else 'not readable'}")
    for one in report.findings:
        place = ", ".join(filter(None, [f"line {one.line}" if one.line else "", one.path]))
        print(f"  {one.level}: {place + ': ' if place else ''}{one.sentence}")
    counts = Counter(one.kind for one in report.unasked)
    if counts:
        print(f"  not asked: {', '.join(f'{kind} {number}' for kind, number in sorted(counts.items()))}")


def in_folder(root: Path) -> Probe:
    """Answers for the files and images of a folder; of addresses and registers it knows nothing."""

    def probe(question: Question) -> bool | None:
        if question.kind not in ("file", "image") or "://" in question.about:
            return None
        path = (root / question.about).resolve()
        if not (path.is_relative_to(root.resolve()) and path.is_file()):
            return False
        return question.kind == "file" or is_image(path)

    return probe


def is_image(path: Path) -> bool:
    """Begins as an image of its ending does."""
    ending = path.suffix.lower()
    try:
        with gzip.open(path) if ending == ".svgz" else path.open("rb") as file:
            head = file.read(HEAD)
    except (OSError, EOFError, zlib.error):
        return False
    return head.startswith(SIGNATURES[ending]) if ending in SIGNATURES else b"<svg" in head


def run_write(arguments: argparse.Namespace) -> int:
    setup()
    from communaux.catalogue.formats.publiccode_writer import Incomplete, write

    try:
        data = write(software(arguments.slug, arguments.software))
    except Incomplete as incomplete:
        tell_missing(incomplete, as_json=arguments.json)
        if not arguments.json:
            tell_where(arguments.slug, arguments.software, incomplete)
        return 1
    if arguments.output is None:
        sys.stdout.write(data.decode())
    else:
        save(arguments.output, data)
    return 0


def software(slug: str, number: int) -> Described:
    """What the desk knows of this software; only a published commons is told."""
    from communaux.catalogue.queries import commons, publiccode

    found = commons.by_slug(slug)
    if found.state != found.State.PUBLISHED:
        raise Refusal(f"{slug}: not published on this desk")
    known = publiccode.described(found, number)
    if known is None and (count := len(publiccode.programs(found))):
        raise Refusal(f"{slug}: {count} software, none of number {number}")
    if known is None:
        raise Refusal(f"{slug}: no software, and publiccode.yml describes software only")
    return known


def tell_missing(incomplete: Any, *, as_json: bool) -> None:
    if as_json:
        findings = [asdict(one) for one in incomplete.findings]
        print(json.dumps({"missing": incomplete.missing, "findings": findings}, ensure_ascii=False, indent=1))
        return
    print("not written, missing:", file=sys.stderr)
    for one in incomplete.findings:
        print(f"  {one.path}: {one.sentence}", file=sys.stderr)


def tell_where(slug: str, number: int, incomplete: Any) -> None:
    """Where what is missing is added: in the file of the project; for words of the commons also on its sheet."""
    from django.conf import settings
    from django.urls import reverse

    from communaux.catalogue.queries import commons, publiccode

    found = commons.by_slug(slug)
    software = publiccode.programs(found)[number - 1]
    names = ", ".join(filter(None, (software.name or found.name, software.repository, software.url)))
    lines = [
        "to add it: in the publiccode.yml of the project; then bring it in:",
        "  communaux import publiccode --from publiccode.yml",
        f"it joins this commons when name, url and landingURL are those known here: {names}",
        f"else an editor unites the two: {settings.DESK_URL}{reverse('pairs')}",
    ]
    if number == 1 and (said := [path for path in incomplete.missing if ON_SHEET.match(path)]):
        page = f"{settings.DESK_URL}{reverse('edit_commons', args=[slug])}"
        lines.append(f"or on its sheet, for {', '.join(said)}: {page}")
    print("\n".join(lines), file=sys.stderr)


def save(path: Path, data: bytes) -> None:
    """Whole, or the file that was there stays."""
    from communaux.core.files import replacing

    try:
        with replacing(path) as file:
            file.write(data)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from error
    print(f"{path}: {len(data)} bytes")
