"""Public lists of places, each format in its own file: what a list says, line by line, without a look at the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from communaux.territory.formats import coop, inclusion, mednum, refurbishers
from communaux.territory.formats.listed import Listing

type Open = Callable[[Path, bool], Listing]

FORMATS: Final[dict[str, Open]] = {
    "mednum": mednum.opened,
    "data-inclusion": inclusion.opened,
    "coop": coop.opened,
    "refurbishers": refurbishers.opened,
}
