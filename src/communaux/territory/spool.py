"""Lines read once and taken again in order, however many: they wait in a file of this process, not in memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Final, Self

from communaux.territory.formats.listed import Line

IN_MEMORY: Final = 1 << 22


class Spool:
    """What was read: filled once, then read from its beginning."""

    def __init__(self) -> None:
        self._file: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the spool

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def fill(self, lines: Iterable[Line]) -> int:
        """Put every line in; how many they are."""
        n = 0
        for n, line in enumerate(lines, 1):  # noqa: B007 - the number of the last one is the answer
            pickle.dump(line, self._file, pickle.HIGHEST_PROTOCOL)
        return n

    def __iter__(self) -> Iterator[Line]:
        self._file.seek(0)
        while True:
            try:
                yield pickle.load(self._file)  # noqa: S301 - written by `fill`, nobody else has the file
            except EOFError:
                return
