"""`communaux note verify`: does the JSON file of a note still say what was frozen? Needs no desk and no Django."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from communaux.cli import Refusal
from communaux.core.canonical import digest

CODES = "ends with 0 when the hash is that of the content, 1 when something was changed, 2 when the file cannot be read"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "note", help="check a note d'opportunité", epilog="example: communaux note verify note.json"
    )
    jobs = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    verify = jobs.add_parser(
        "verify",
        help="compute the hash of a note again",
        description=f"{CODES.capitalize()}.",
        epilog="example: communaux note verify note.json",
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="the JSON file of the note, as its page gives it")
    verify.add_argument("--sha256", metavar="HASH", help="as printed on the note: the file could name another one")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace) -> int:
    told, content = read(arguments.file)
    expected = (arguments.sha256 or told).lower()
    try:
        found = digest(content)
    except TypeError:  # a number with a fraction, which no note holds
        found = ""
    if found != expected or told.lower() != expected:
        given = f"you asked for {arguments.sha256}, " if arguments.sha256 else ""
        print(
            f"This is not what was frozen: {given}the file names {told}, its content has {found or 'no canonical form'}."
        )
        return 1
    print(f"This is what was frozen: {content.get('title', '')}")
    print(f"SHA-256 {found}")
    return 0


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """The hash and the content of a file; raise Refusal for anything else than a frozen note."""
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror or type(error).__name__}") from error
    except (ValueError, RecursionError) as error:
        raise Refusal(f"{path}: this is no JSON") from error
    if not isinstance(document, dict) or not isinstance(document.get("content"), dict):
        raise Refusal(f"{path}: this is no note")
    sha256 = document.get("sha256")
    if not isinstance(sha256, str) or not sha256:
        raise Refusal(f"{path}: this note is a draft, it has no hash yet")
    return sha256, document["content"]
