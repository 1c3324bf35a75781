"""Rank fusion, and the place where dense vectors plug in: through ranks only: a broken source changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from communaux.engines.search.model import Doc, Notice, Query

MAX_DENSE = 50_000
DEPTH = 200
Vectors = NDArray[np.float32]


class VectorSource(Protocol):
    """A model of meaning. `encode` gives one row of float32 per text."""

    name: str
    licence: str
    languages: tuple[str, ...]

    def encode(self, texts: Sequence[str]) -> Vectors: ...


def rrf(lists: Sequence[Sequence[int]], k: int = 60, weights: Sequence[float] | None = None) -> dict[int, float]:
    """Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009): sum of weight / (k + rank), rank from 1.

    >>> rrf([[7, 8], [8]], k=60) == {7: 1 / 61, 8: 1 / 62 + 1 / 61}
    True
    """
    scores: dict[int, float] = {}
    for number, ranked in enumerate(lists):
        weight = 1.0 if weights is None else weights[number]
        for rank, item in enumerate(ranked, 1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return scores


@dataclass(frozen=True, slots=True)
class Dense:
    """The entries of one index as unit vectors of one source."""

    source: VectorSource
    vectors: Vectors

    def ranked(self, texts: Mapping[str, str]) -> tuple[list[int], Notice | None]:
        """Rows by likeness to the query; `texts` gives it by language. A broken source gives nothing, and a notice."""
        usable = [lang for lang in self.source.languages if lang in texts]
        if not usable:
            return [], Notice("dense_language", {"source": self.source.name})
        vector = encoded(self.source, [texts[usable[0]]])
        if vector is None or vector.shape[1] != self.vectors.shape[1]:
            return [], Notice("dense_broken", {"source": self.source.name})
        likeness = np.round(self.vectors @ vector[0], 6)
        order = np.argsort(-likeness, kind="stable")[:DEPTH]
        return [int(row) for row in order if likeness[row] > 0], None


def dense(source: VectorSource, docs: Sequence[Doc]) -> Dense | None:
    """Vectors of all entries, or None if the source is broken or the entries are too many for brute force."""
    if len(docs) > MAX_DENSE:
        return None
    vectors = encoded(source, [" ".join((doc.names[0], *_shorts(doc), *doc.tags)) for doc in docs])
    return None if vectors is None else Dense(source, vectors)


def _shorts(doc: Doc) -> list[str]:
    return [doc.short, *(one.short for one in doc.wordings)]


def encoded(source: VectorSource, texts: Sequence[str]) -> Vectors | None:
    """Unit vectors, or None if the source raises, gives a wrong shape or a number that is none."""
    try:
        vectors = np.asarray(source.encode(texts), dtype=np.float32)
    except Exception:  # whatever an outside model does, the page is the same without it
        return None
    if vectors.ndim != 2 or vectors.shape[0] != len(texts) or not np.isfinite(vectors).all():
        return None
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)


def query_texts(query: Query, lang: str | None, gloss: str) -> dict[str, str]:
    """The query by language: as typed, and a French one glossed in English by the word list."""
    texts = {lang: query.text} if lang else {"fr": query.text, "en": query.text}
    if lang == "fr" and gloss:
        texts["en"] = gloss
    return texts
