"""A list in JSON, one item after the other, however long: only a slice of the file is in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from django.utils.translation import gettext as _

from communaux.core.errors import BadRequest
from communaux.territory.formats.listed import Refused, written

SLICE: Final = 1 << 16
LONGEST: Final = 1 << 22  # of one item
BLANK: Final = " \t\r\n"
DECODER = json.JSONDecoder()


def items(path: Path) -> Iterator[dict[str, Any] | Refused]:
    """The objects of `[…]`, or of `{"items": […]}`; an item that is none is refused, a file that is cut is no list."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for found in _each(file):
                yield (
                    found if isinstance(found, dict) else Refused(written(found), _("A line of the list is no object."))
                )
    except OSError as error:
        raise BadRequest("unreadable", _("%(path)s cannot be read.") % {"path": str(path)}) from error
    except UnicodeDecodeError as error:
        raise BadRequest("unreadable", _("%(path)s is no text in UTF-8.") % {"path": str(path)}) from error


def _each(file: TextIO) -> Iterator[Any]:
    waiting = _begun(file)
    if waiting.startswith("]"):
        return
    while True:
        found, waiting = _next(waiting, file)
        yield found
        waiting = _filled(waiting, file)
        if waiting.startswith("]"):
            return
        if not waiting.startswith(","):
            raise _cut()
        waiting = _filled(waiting[1:], file)


def _begun(file: TextIO) -> str:
    """What follows the bracket that opens the list."""
    waiting = _filled("", file)
    if waiting.startswith("{"):
        before, items, waiting = waiting.partition('"items"')
        waiting = _filled(waiting, file).removeprefix(":") if items else before
        waiting = _filled(waiting, file)
    if not waiting.startswith("["):
        raise BadRequest("no_list", _("This file is no list in JSON."))
    return _filled(waiting[1:], file)


def _next(waiting: str, file: TextIO) -> tuple[Any, str]:
    """One item and what follows it, more of the file read when it is not whole."""
    while True:
        try:
            found, end = DECODER.raw_decode(waiting)
        except (ValueError, RecursionError) as error:
            more = file.read(max(SLICE, len(waiting)))
            if not more or len(waiting) > LONGEST:
                raise _cut() from error
            waiting += more
            continue
        if end == len(waiting) and (more := file.read(SLICE)):  # a number may go on
            waiting += more
            continue
        return found, waiting[end:]


def _filled(waiting: str, file: TextIO) -> str:
    """Without the blanks at its head; more is read when nothing else is left."""
    left = waiting.lstrip(BLANK)
    while not left and (more := file.read(SLICE)):
        left = more.lstrip(BLANK)
    return left


def _cut() -> BadRequest:
    return BadRequest("cut_list", _("This list in JSON is cut or broken: nothing of it was taken."))
