"""A file of measures, whatever wrote it: what it is, then its energy (spec 08 § 3.3)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Final

from communaux.engines.footprint import codecarbon, exposition, scaphandre
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.power import energy
from communaux.engines.footprint.readings import Service
from communaux.engines.footprint.results import one_of

if TYPE_CHECKING:
    from communaux.engines.footprint.power import Energy

KINDS: Final = ("scaphandre", "prometheus", "answer", "codecarbon")
CHUNK: Final = 1 << 20
LONGEST_LINE: Final = 1 << 20
HEAD: Final = 4096
LINES: Final = 10_000  # after which `report` is told
SHOWN: Final = 80
BIGGEST_ANSWER: Final = 200_000_000  # bytes: the only form that is read at once


def read(
    file: IO[bytes],
    *,
    kind: str | None = None,
    service: Service | None = None,
    at: float | None = None,
    gap: float | None = None,
    report: Callable[[int], None] = lambda _done: None,
) -> Energy:
    """`file` can be read again from its beginning. `kind`: one of `KINDS`, else by its beginning; `at`, `gap`: as in
    `exposition.read` and `power.energy`; `report` gets how many bytes were read. Raise FootprintError."""
    head = file.read(HEAD)
    file.seek(0)
    form = kind_of(head) if kind is None else one_of(kind, KINDS, "unknown_kind")
    asked = service or Service()
    if form == "answer":
        content = file.read(BIGGEST_ANSWER + 1)
        if len(content) > BIGGEST_ANSWER:
            raise FootprintError("too_big", most=BIGGEST_ANSWER // 1_000_000)
        return energy(exposition.read_answer(content, asked), gap=gap)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        if form == "scaphandre":
            return energy(scaphandre.read(_chunks(text, file, report), asked), gap=gap)
        if form == "prometheus":
            return energy(exposition.read(_lines(text, file, report), asked, at=at), gap=gap)
        if asked.given:
            raise FootprintError("no_processes", kind=form)
        return codecarbon.read(_lines(text, file, report))
    except UnicodeDecodeError as error:
        raise FootprintError("not_text", at=error.start) from error
    finally:
        text.detach()  # the file is the caller's


def kind_of(head: bytes) -> str:
    """By the beginning of a file; raise FootprintError with what was seen.

    >>> kind_of(b'[{"host": {'), kind_of(b"# HELP scaph_host_power_microwatts Power")
    ('scaphandre', 'prometheus')
    """
    text = head.decode("utf-8-sig", "replace").lstrip()
    first = text.partition("\n")[0]
    if '"resultType"' in text:
        return "answer"
    if '"host"' in text or text.startswith(scaphandre.SHUTDOWN):
        return "scaphandre"
    if "run_id" in first and "," in first:
        return "codecarbon"
    if text.startswith(("# ", "scaph_")) or "\nscaph_" in text:
        return "prometheus"
    if not text:
        raise FootprintError("empty_file")
    raise FootprintError("not_measures", shown=text[:SHOWN])


def _chunks(text: IO[str], file: IO[bytes], report: Callable[[int], None]) -> Iterator[str]:
    while chunk := text.read(CHUNK):
        report(file.tell())
        yield chunk


def _lines(text: IO[str], file: IO[bytes], report: Callable[[int], None]) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise FootprintError("long_line", most=LONGEST_LINE)
        number += 1
        if number % LINES == 0:
            report(file.tell())
        yield line
