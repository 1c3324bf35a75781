"""Vendored facts and our own vocabulary, read as package data: no Django, no paths of a machine."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


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


def search_cases() -> dict[str, list[dict[str, Any]]]:
    """Needs written to tune the search, by domain: each names the entries of public catalogues that answer it."""
    folder = files(__name__) / "cases"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".json")), key=lambda item: item.name)
    return {item.name.removesuffix(".json"): json.loads(item.read_text("utf-8")) for item in found}


@cache
def assess_table(name: str) -> dict[str, Any]:
    """A table of the assessment: `indicators`, `conditions`, `people_and_files` (TOML in the folder `assess`)."""
    found: dict[str, Any] = tomllib.loads((files(__name__) / "assess" / f"{name}.toml").read_text("utf-8"))
    return found


@cache
def programme_words() -> dict[str, Any]:
    """The words of the programme of a gathering, in French and in English."""
    found: dict[str, Any] = tomllib.loads((files(__name__) / "programme" / "words.toml").read_text("utf-8"))
    return found


def footprint_factors() -> bytes:
    """The numbers of footprints, as `communaux footprint factors extract` wrote them."""
    return (files(__name__) / "footprint" / "factors.json").read_bytes()


def footprint_map() -> dict[str, Any]:
    """What is taken from ADEME's model, and what is ours."""
    found: dict[str, Any] = tomllib.loads((files(__name__) / "footprint" / "factors_map.toml").read_text("utf-8"))
    return found


@cache
def rgesn_2024() -> dict[str, Any]:
    """The criteria of the RGESN 2024, in our own words."""
    found: dict[str, Any] = tomllib.loads((files(__name__) / "footprint" / "rgesn-2024.toml").read_text("utf-8"))
    return found


def rgesn_schema() -> bytes:
    """The JSON Schema of the file of an audit, `communaux.rgesn/1`."""
    return (files(__name__) / "footprint" / "rgesn-audit.schema.json").read_bytes()


@cache
def footprint_words() -> dict[str, Any]:
    """The words of footprints, in French and in English."""
    found: dict[str, Any] = tomllib.loads((files(__name__) / "footprint" / "words.toml").read_text("utf-8"))
    return found


def own_audit() -> bytes:
    """The audit of this software by who makes it (`communaux.rgesn/1`)."""
    return (files(__name__) / "footprint" / "own-audit.json").read_bytes()


def forge_questions(forge: str) -> dict[str, str]:
    """What to ask a forge (GraphQL) for `communaux assess --items`, by the name of the file."""
    folder = files(__name__) / "assess" / "forge_questions"
    names = (f"{forge}-issues.graphql", f"{forge}-changes.graphql")
    return {name: (folder / name).read_text("utf-8") for name in names}


def licence_texts() -> bytes:
    """The compiled licence texts (`communaux licences build`)."""
    return (files(__name__) / "assess" / "licences.xz").read_bytes()


def licence_lists() -> dict[str, Any]:
    """Which licences the OSI, the FSF, the Open Definition and the DPG Standard approve, each list with its version."""
    return tomllib.loads((files(__name__) / "assess" / "lists.toml").read_text("utf-8"))


def licences() -> dict[str, Any]:
    """Which licences are open, by family, and names read as SPDX identifiers."""
    return tomllib.loads((files(__name__) / "licences.toml").read_text("utf-8"))


def document_templates() -> dict[str, str]:
    """Texts that projects copy as they are, by name."""
    folder = files(__name__) / "assess" / "templates"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".txt")), key=lambda item: item.name)
    return {item.name.removesuffix(".txt"): item.read_text("utf-8") for item in found}
