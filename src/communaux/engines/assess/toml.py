"""TOML of a stranger as plain values; keys of hundreds of dotted parts, which would take for ever, are refused."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

DEEP: Final = re.compile(r"(?:[\w\"'-]{1,80}+[ \t]?\.[ \t]?){40}")


class Unreadable(ValueError):
    """Not TOML that anybody writes."""


def load(text: str) -> dict[str, Any]:
    """The values of a document; raise ValueError, whose words name the line where it is known.

    >>> load("a.b = 1"), DEEP.search("a." * 40) is not None
    ({'a': {'b': 1}}, True)
    """
    if DEEP.search(text):
        raise Unreadable("dotted keys are too deep")
    return tomllib.loads(text)
