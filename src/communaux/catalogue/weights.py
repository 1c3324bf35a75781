"""The weights in force for search and for likeness: those dated by an operator, over those of the code (version 0)."""

from __future__ import annotations

from dataclasses import asdict, replace

from communaux.catalogue.matching import SAME
from communaux.core import queries
from communaux.engines import fit
from communaux.engines.search import Weights


def search() -> tuple[int, Weights]:
    """Version and constants of the score."""
    numbers = {name: value for name, value in asdict(Weights()).items() if name != "version"}
    version, values = queries.weights("search", numbers)
    return version, replace(Weights(), **values)


def same() -> tuple[int, dict[str, int]]:
    """Version and points of each shared key, in hundredths."""
    return queries.weights("same", SAME)


NEED = {"organisation": 5, "person": 1}


def need() -> tuple[int, dict[str, int]]:
    """Version, and what a body and a person that speaks for none add to the weight of a need."""
    return queries.weights("need", NEED)


def match() -> tuple[int, dict[str, float]]:
    """Version, and what each part of the fit of a commons to a need weighs."""
    return queries.weights("match", fit.WEIGHTS)
