"""Ids of the SPDX list near a licence that nobody recognises: what its author may have meant."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache
from typing import Final

from communaux.catalogue.licences import family_of_id, read_licence, table

NEAR, MOST = 0.6, 4
USUAL: Final = ("AGPL-3.0-or-later", "EUPL-1.2", "MIT", "CC-BY-SA-4.0")  # one of each kind, when nothing is near
NOISE: Final = re.compile(r"licen[cs]e|version|gnu|v(?=\d)|[^a-z0-9]")
EXTENT: Final = re.compile(r"-(?:only|or-later)$")


def doubtful(raw: str) -> bool:
    """Whether a text was given and names no licence that is known, open or not."""
    read = read_licence(raw)
    return bool(raw.strip()) and not read.spdx and read.open == "unknown"


def nearest(raw: str) -> tuple[str, ...]:
    """Open licences whose id or full name looks like this text, the likeliest first; empty when none does.

    >>> nearest("GPL v3"), nearest("bidon")
    (('GPL-3.0-or-later', 'GPL-3.0-only', 'LGPL-3.0-or-later', 'LGPL-3.0-only'), ())
    """
    wanted = bare(raw[:200])
    alike: dict[str, float] = {}
    for name, key in written():
        alike[key] = max(alike.get(key, 0), SequenceMatcher(None, name, wanted).ratio() if wanted else 0)
    near = sorted(((share, key) for key, share in alike.items() if share >= NEAR), reverse=True)  # later versions first
    return tuple(key for _share, key in near[:MOST])


@cache
def written() -> tuple[tuple[str, str], ...]:
    """Each way to write an open licence, with its id."""
    ids = [(bare(EXTENT.sub("", key)), key) for key in family_of_id()]
    names = [(bare(name), str(key)) for name, key in table()["names"].items() if key in family_of_id()]
    return tuple(ids + names)


def bare(text: str) -> str:
    """Letters and digits only, without the words that every name has."""
    return NOISE.sub("", text.casefold())
