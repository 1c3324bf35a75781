"""Building an index: analyse what changed, keep the rest, invert."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from communaux.engines.search import docs as docs_store
from communaux.engines.search import facets, fields, intent
from communaux.engines.search.forward import Entry, Forward, entry_at, pack
from communaux.engines.search.index import Index
from communaux.engines.search.model import Doc, Thesaurus
from communaux.engines.search.parts import Parts
from communaux.engines.search.postings import invert
from communaux.engines.search.prepared import prepare
from communaux.engines.search.score import priors
from communaux.engines.search.weights import Weights

Progress = Callable[[int, int], None]


def build(
    docs: Iterable[Doc],
    thesaurus: Thesaurus,
    weights: Weights | None = None,
    previous: Index | None = None,
    progress: Progress | None = None,
) -> Index:
    """An index of `docs`, the same bytes whatever their order and whatever `previous` spares.

    `progress(done, total)` is called after each entry. An entry without name or a double id is a `ValueError`.
    """
    weights = weights or Weights()
    ordered = _checked(docs)
    digests = [fields.digest(doc) for doc in ordered]
    entries = _analysed(ordered, digests, thesaurus, weights, previous, progress or _silent)
    forward = pack(ordered, entries, digests)
    parts = Parts(
        thesaurus=thesaurus,
        weights=weights,
        docs=docs_store.store(ordered),
        forward=forward,
        postings=invert(forward, weights, len(thesaurus.concepts)),
        names=intent.collect(ordered),
        facets=facets.collect(ordered),
        priors=priors(ordered),
    )
    return Index(parts)


def _silent(done: int, total: int) -> None:
    """No bar."""


def _checked(docs: Iterable[Doc]) -> list[Doc]:
    """Entries sorted by id; a missing name or a double id is refused."""
    ordered = sorted(docs, key=lambda doc: doc.id)
    for i, doc in enumerate(ordered):
        if not doc.names or not doc.names[0].strip():
            raise ValueError(f"entry {doc.id}: no name")
        if i and ordered[i - 1].id == doc.id:
            raise ValueError(f"entry {doc.id}: id given twice")
    return ordered


def _analysed(
    docs: list[Doc],
    digests: list[bytes],
    thesaurus: Thesaurus,
    weights: Weights,
    previous: Index | None,
    progress: Progress,
) -> Iterator[Entry]:
    """Analysis of each entry, one at a time; that of an unchanged one comes from `previous` if words and weights are the same."""
    kept = _reusable(previous, thesaurus, weights)
    analyser = prepare(thesaurus, weights).analyser
    for i, (doc, digest) in enumerate(zip(docs, digests, strict=True)):
        if digest in kept:
            forward, row = kept[digest]
            yield entry_at(forward, row)
        else:
            yield analyser.analyse(doc)
        progress(i + 1, len(docs))


def _reusable(previous: Index | None, thesaurus: Thesaurus, weights: Weights) -> dict[bytes, tuple[Forward, int]]:
    """Analyses of an earlier index that would come out the same today, by digest."""
    if previous is None or previous.parts.thesaurus != thesaurus or previous.parts.weights != weights:
        return {}
    forward = previous.parts.forward
    return {digest: (forward, row) for row, digest in enumerate(forward.digests)}
