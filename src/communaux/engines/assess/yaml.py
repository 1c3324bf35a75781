"""YAML of a stranger as plain values; what cannot be read is a fact, told with its line."""

from __future__ import annotations

from typing import Any, Final

LARGEST: Final = 64 * 1024  # bytes: a publiccode.yml has a few thousand, and the reader is slow


class Unreadable(ValueError):
    """Not YAML. `line` from 1, 0 when it is not known."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(f"unreadable, line {line}" if line else "unreadable")
        self.line = line


def load(text: str) -> Any:
    """The value of a document, YAML 1.2 without any tag of a program; raise Unreadable.

    >>> load("legal:\\n  license: EUPL-1.2")["legal"]["license"]
    'EUPL-1.2'
    >>> load("a: [")
    Traceback (most recent call last):
    communaux.engines.assess.yaml.Unreadable: unreadable, line 1
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > LARGEST:
        raise Unreadable
    try:
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        raise Unreadable(error.problem_mark.line + 1 if error.problem_mark else 0) from error
    except (YAMLError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError, AssertionError) as error:
        raise Unreadable from error
