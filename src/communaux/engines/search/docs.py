"""Entries kept as bytes and read back one by one, so that a million of them need no million objects."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from communaux.engines.search.forward import Bytes, Longs
from communaux.engines.search.model import Doc, Prior, Wording


@dataclass(frozen=True, slots=True)
class DocStore:
    """Entries in the order of their ids; row i is `content[ptr[i]:ptr[i+1]]`."""

    ids: tuple[str, ...]
    ptr: Longs
    content: Bytes

    def row(self, identifier: str) -> int | None:
        """Row of an entry, or None."""
        place = bisect_left(self.ids, identifier)
        return place if place < len(self.ids) and self.ids[place] == identifier else None

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> Doc:
        return _decode(self.content[self.ptr[row] : self.ptr[row + 1]].tobytes())


def store(docs: Sequence[Doc]) -> DocStore:
    """Entries as one run of bytes."""
    rows = [_encode(doc) for doc in docs]
    ptr = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)]).astype(np.int64)
    return DocStore(tuple(doc.id for doc in docs), ptr, np.frombuffer(b"".join(rows), dtype=np.uint8))


def _encode(doc: Doc) -> bytes:
    prior = doc.prior
    health = None if prior.health is None else str(prior.health)
    row = [
        [doc.id, doc.names, doc.lang, doc.short, doc.long, doc.tags, doc.orgs, doc.licence, doc.platforms, doc.themes],
        sorted((k, list(v)) for k, v in doc.facets.items()),
        sorted((k, list(v)) for k, v in doc.source_tags.items()),
        sorted(doc.concepts.items()),
        [health, prior.adoptions, prior.depth_near, prior.ended, prior.stopped_early],
        [[one.lang, one.short, one.long] for one in doc.wordings],
    ]
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _decode(content: bytes) -> Doc:
    fields, facets, source_tags, concepts, prior, wordings = json.loads(content.decode("utf-8", "surrogatepass"))
    identifier, names, lang, short, long, tags, orgs, licence, platforms, themes = fields
    health, adoptions, depth, ended, stopped = prior
    return Doc(
        id=identifier,
        names=tuple(names),
        lang=tuple(lang),
        short=short,
        long=long,
        tags=tuple(tags),
        orgs=tuple(orgs),
        licence=licence,
        platforms=tuple(platforms),
        themes=tuple(themes),
        facets={key: tuple(values) for key, values in facets},
        source_tags={key: tuple(values) for key, values in source_tags},
        concepts=dict(concepts),
        prior=Prior(None if health is None else Decimal(health), adoptions, depth, ended, stopped),
        wordings=tuple(Wording(*one) for one in wordings),
    )
