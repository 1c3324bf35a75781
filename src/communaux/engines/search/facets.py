"""Facets as masks: which entries a filter keeps, and how many matches each value has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from communaux.engines.search.forward import Ints, Longs
from communaux.engines.search.model import Doc, Notice

Mask = NDArray[np.bool_]
THEME = "theme"


@dataclass(frozen=True, slots=True)
class Facets:
    """Values (facet, value) in order, and the entries of each in CSR form."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    ptr: Longs
    row: Ints

    def rows(self, facet: str, value: str) -> Ints | None:
        """Entries with a value, or None if no entry has it."""
        for number, pair in enumerate(zip(self.names, self.values, strict=True)):
            if pair == (facet, value):
                return self.row[self.ptr[number] : self.ptr[number + 1]]
        return None


def collect(docs: Sequence[Doc]) -> Facets:
    """The facets of entries; themes are the facet `theme`."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for row, doc in enumerate(docs):
        every = {**doc.facets, THEME: doc.themes} if doc.themes else doc.facets
        for facet, values in every.items():
            for value in dict.fromkeys(values):
                if value:
                    pairs.setdefault((facet, value), []).append(row)
    keys = sorted(pairs)
    ptr = np.concatenate([[0], np.cumsum([len(pairs[key]) for key in keys], dtype=np.int64)]).astype(np.int64)
    rows = np.array([row for key in keys for row in pairs[key]], dtype=np.int32)
    return Facets(tuple(k[0] for k in keys), tuple(k[1] for k in keys), ptr, rows)


def masks(facets: Facets, asked: Mapping[str, Sequence[str]], n_docs: int) -> tuple[dict[str, Mask], list[Notice]]:
    """One mask per facet asked for; unknown facets and values are ignored and told."""
    kept: dict[str, Mask] = {}
    notices: list[Notice] = []
    for facet in sorted(asked):
        mask = np.zeros(n_docs, dtype=np.bool_)
        found = False
        for value in asked[facet]:
            rows = facets.rows(facet, value)
            if rows is None:
                notices.append(Notice("unknown_facet", {"facet": facet, "value": value}))
                continue
            mask[rows] = True
            found = True
        if found:
            kept[facet] = mask
    return kept, notices


def counts(facets: Facets, matched: Mask, kept: Mapping[str, Mask]) -> dict[str, dict[str, int]]:
    """Matches by facet and value; the filter of a facet does not hide its own other values."""
    table: dict[str, dict[str, int]] = {}
    per_facet: dict[str, Mask] = {}
    for number, (facet, value) in enumerate(zip(facets.names, facets.values, strict=True)):
        if facet not in per_facet:
            per_facet[facet] = _under(matched, kept, facet)
        n = int(np.count_nonzero(per_facet[facet][facets.row[facets.ptr[number] : facets.ptr[number + 1]]]))
        if n:
            table.setdefault(facet, {})[value] = n
    return table


def _under(matched: Mask, kept: Mapping[str, Mask], but: str) -> Mask:
    under = matched
    for facet in kept:
        if facet != but:
            under = under & kept[facet]
    return under
