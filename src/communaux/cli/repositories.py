"""A list of repositories as people have them: an address a line, a CSV or lines of JSON with `url`."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from communaux.catalogue.addresses import clone_address, is_forge, normal_url, split

COLUMNS: Final = ("url", "repository_url", "repository")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """No command of its own."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that names no repository: its number, and why (a code of `errors` in `data/assess/indicators.toml`)."""

    line: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Repositories, each once, in the order of the list; how many were named again; the lines that name none."""

    urls: tuple[str, ...]
    again: int
    bad: tuple[Bad, ...]


def read_list(given: bytes) -> Listed:
    """Read the list. Two spellings of one address are one repository; on a forge git asks for the whole of it, not for a page."""
    found: dict[str, str] = {}
    bad, named = [], 0
    for line, text, code in _named(given.removeprefix(b"\xef\xbb\xbf")):
        if code := code or check(text):
            bad.append(Bad(line, code, text[:200]))
            continue
        named += 1
        asked = clone_address(text) if is_forge(split(text)[0]) and "://" in text else text
        found.setdefault((normal_url(text) if "://" in text else str(Path(text).resolve())) or text, asked)
    return Listed(tuple(found.values()), named - len(found), tuple(bad))


def check(text: str) -> str:
    """The code of what is wrong with an address; empty for an https one or a folder that is there.

    >>> check("https://example.org/a.git"), check("http://example.org/a.git"), check("--upload-pack=x")
    ('', 'no_address', 'no_address')
    """
    if "://" not in text:
        return "" if _is_folder(text) else "no_address"
    try:
        parts = urlsplit(text)
        told = parts.scheme == "https" and bool(parts.hostname) and not (parts.username or parts.password)
    except ValueError:
        return "no_address"
    return "" if told and text.isprintable() and " " not in text else "no_address"


def _is_folder(text: str) -> bool:
    try:
        return bool(text) and not text.startswith("-") and Path(text).is_dir()
    except (OSError, ValueError):  # too long a name, a null byte
        return False


def _named(given: bytes) -> Iterator[tuple[int, str, str]]:
    """Number of the line, what it names, the code of why it names nothing."""
    first = given.lstrip()[:4096].split(b"\n", 1)[0].strip()
    read = _objects if first.startswith(b"{") else _table if _header(first) else _plain
    yield from read(given)


def _header(first: bytes) -> list[str]:
    """Names of the columns when the first line is that of a table with an address in it."""
    names = [name.strip().strip('"').lower() for name in first.decode("utf-8", "replace").split(_separator(first))]
    return names if any(name in COLUMNS for name in names) else []


def _separator(first: bytes) -> str:
    return max(",;\t", key=first.decode("utf-8", "replace").count)


def _lines(given: bytes, read: Callable[[str], tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(given.splitlines(), start=1):
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError:
            yield number, line.decode("utf-8", "replace"), "not_text"
            continue
        if text and not text.startswith("#"):
            yield number, *read(text)


def _plain(given: bytes) -> Iterator[tuple[int, str, str]]:
    return _lines(given, lambda text: (text, ""))


def _objects(given: bytes) -> Iterator[tuple[int, str, str]]:
    def read(text: str) -> tuple[str, str]:
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            return text, "no_json"
        url = row.get("url") if isinstance(row, dict) else None
        return (url.strip(), "") if isinstance(url, str) else (text, "no_json")

    return _lines(given, read)


def _table(given: bytes) -> Iterator[tuple[int, str, str]]:
    """Rows of a CSV: a description between quotation marks may hold line ends."""
    first = given.lstrip().split(b"\n", 1)[0].strip()
    names = _header(first)
    place = next(names.index(name) for name in COLUMNS if name in names)
    given = given[given.index(first) :] if first else given
    rows = csv.reader(io.StringIO(given.decode("utf-8", "replace"), newline=""), delimiter=_separator(first))
    try:
        next(rows)
        for row in rows:
            text = row[place].strip() if len(row) > place else ""
            if any(row):
                yield rows.line_num, text, "not_text" if "\ufffd" in text else ""
    except csv.Error:  # a quotation mark that nobody closes: what follows cannot be told apart
        yield rows.line_num, "", "not_text"
