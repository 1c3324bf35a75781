"""`communaux facts build`: the facts shipped with the product, made again from public catalogues, without Django."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from communaux.cli import Refusal

LARGEST = 220 * 1024
EXAMPLE = "example: communaux facts build --from ../shared/data/catalogues -o src/communaux/data/facts"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    facts = subparsers.add_parser("facts", help="facts of open catalogues, shipped with the product", epilog=EXAMPLE)
    jobs = facts.add_subparsers(dest="job", required=True, metavar="JOB")
    build = jobs.add_parser("build", help="make the tables from a folder of catalogues", epilog=EXAMPLE)
    build.add_argument("--from", dest="folder", type=Path, required=True, help="folder of the catalogues")
    build.add_argument("-o", dest="output", type=Path, required=True, help="folder the tables are written to")
    build.set_defaults(run=run_build)


def run_build(arguments: argparse.Namespace) -> int:
    """Every source that may be shipped; refused when one has no file or when all are too large together."""
    from communaux.catalogue.sources import sources

    arguments.output.mkdir(parents=True, exist_ok=True)
    shipped = {key: source for key, source in sources().items() if source.get("shipped")}
    total = sum(write(key, source, arguments.folder, arguments.output) for key, source in shipped.items())
    print(f"total: {total} bytes")
    if total > LARGEST:
        raise Refusal(f"The facts take {total} bytes, more than {LARGEST}")
    return 0


def write(key: str, source: Mapping[str, Any], folder: Path, output: Path) -> int:
    """`<key>.tsv.xz` and `<key>.toml`; the bytes of the first."""
    from communaux.catalogue.formats import READERS, facts
    from communaux.catalogue.sources import files_of

    files = files_of(key, folder)
    if not files:
        raise Refusal(f"{key}: none of {', '.join(source['files'])} in {folder}")
    reading = READERS[key](files)
    packed = facts.build(reading.records)
    (output / f"{key}.tsv.xz").write_bytes(packed)
    (output / f"{key}.toml").write_text(facts.about(source, reading.records), "utf-8")
    print(f"{key}: {len(reading.records)} rows, {len(packed)} bytes, {len(reading.refused)} refused")
    return len(packed)
