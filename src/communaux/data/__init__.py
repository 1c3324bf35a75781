"""Vendored facts and our own vocabulary, read as package data: no Django, no paths of a machine."""

from __future__ import annotations

from importlib.resources import files


def thesaurus_files() -> dict[str, bytes]:
    """The TOML files of the thesaurus of functions, by file name."""
    folder = files(__name__) / "thesaurus"
    return {
        item.name: item.read_bytes()
        for item in sorted(folder.iterdir(), key=lambda i: i.name)
        if item.name.endswith(".toml")
    }


def thesaurus_words() -> bytes:
    """The bilingual word list, as bytes; empty if it is not there."""
    item = files(__name__) / "thesaurus" / "words.tsv"
    return item.read_bytes() if item.is_file() else b""
