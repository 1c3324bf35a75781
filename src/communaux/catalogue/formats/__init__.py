"""Formats of catalogues: one module each, `read(files) -> Reading`; no model, no network, no clock.

`READERS[key](files)` reads the files of a source; its module is imported at the first call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from communaux.catalogue.formats.mapped import Reading

type Reader = Callable[[Mapping[str, bytes]], Reading]


def _reader(module: str) -> Reader:
    def read(files: Mapping[str, bytes]) -> Reading:
        found: Reader = import_module(f"{__name__}.{module}").read
        return found(files)

    return read


READERS: Final[dict[str, Reader]] = {
    "sill": _reader("sill"),
    "betagouv": _reader("betagouv"),
    "awesome-selfhosted": _reader("awesome"),
    "opensustain": _reader("opensustain"),
    "dpga": _reader("dpga"),
    "canada-ore": _reader("ore"),
    "communs-te": _reader("mec"),
    "publiccode": _reader("publiccode"),
    "code-gouv-fr": _reader("codegouv"),
    "comptoir": _reader("comptoir"),
    "codemeta": _reader("codemeta"),
    "seeds": _reader("seeds"),
}
