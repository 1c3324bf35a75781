"""The inverted side of the index: for each term, the entries that hold it and how strongly (BM25F)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from communaux.engines.search import fields
from communaux.engines.search.forward import Bytes, Floats, Forward, Ints, Longs, Singles, stems_of
from communaux.engines.search.weights import Weights

BLOCK = 2_000  # entries inverted at a time


@dataclass(frozen=True, slots=True)
class Postings:
    """Terms (stems and runs, sorted) with their entries. `keyword` and `sentence` are saturated tf~/(k1 + tf~)."""

    terms: tuple[str, ...]
    word_fr: Ints  # word number -> term number of its French stem
    word_en: Ints
    ptr: Longs
    doc: Ints
    keyword: Singles
    sentence: Singles
    idf: Floats
    average: Floats  # mean length of each field where it is filled
    concept_ptr: Longs
    concept_doc: Ints
    concept_strength: Floats


def invert(forward: Forward, weights: Weights, n_concepts: int) -> Postings:
    """Postings of every stem and run, and of every concept; entries are taken some at a time to spare memory."""
    french, english = stems_of(forward.words)
    terms = tuple(sorted({*french, *english, *forward.runs}))
    number = {term: i for i, term in enumerate(terms)}
    numbers = tuple(
        np.array([number[one] for one in names], dtype=np.int32) for names in (french, english, forward.runs)
    )
    n_docs = len(forward.masks)
    lengths = _lengths(forward)
    average = np.maximum(lengths.sum(axis=0) / np.maximum((lengths > 0).sum(axis=0), 1), 1e-9)
    factors = _Factors(weights, lengths, average)
    blocks = [_block(forward, numbers, factors, start, min(start + BLOCK, n_docs)) for start in range(0, n_docs, BLOCK)]
    term, doc, keyword, sentence = _in_order(blocks)
    ptr = np.searchsorted(term, np.arange(len(terms) + 1)).astype(np.int64)
    concept_ptr, concept_doc, strength = _concepts(forward, n_concepts)
    return Postings(
        terms=terms,
        word_fr=numbers[0],
        word_en=numbers[1],
        ptr=ptr,
        doc=doc,
        keyword=keyword,
        sentence=sentence,
        idf=idf(np.diff(ptr), n_docs),
        average=average,
        concept_ptr=concept_ptr,
        concept_doc=concept_doc,
        concept_strength=strength,
    )


@dataclass(frozen=True, slots=True)
class _Factors:
    """What turns an occurrence into tf~."""

    weights: Weights
    lengths: Floats  # words by entry and field
    average: Floats  # of each field


Block = tuple[Ints, Ints, Singles, Singles]  # term, entry, keyword, sentence: one row for each pair


def _block(forward: Forward, numbers: Sequence[Ints], factors: _Factors, start: int, end: int) -> Block:
    """The pairs (term, entry) of some entries, sorted, with their saturated tf~."""
    term, doc, field = _occurrences(forward, numbers, start, end)
    name, rest = _contributions(factors, doc, field)
    term, doc, name, rest = _grouped(term, doc, name, rest)
    keyword, sentence = name + rest, factors.weights.name_in_sentence * name + rest
    k1 = factors.weights.k1
    return term, doc, (keyword / (k1 + keyword)).astype(np.float32), (sentence / (k1 + sentence)).astype(np.float32)


def _in_order(blocks: list[Block]) -> Block:
    """All pairs by term, then entry: the sort is stable and the blocks are in the order of their entries."""
    if not blocks:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.float32)
    order = np.argsort(np.concatenate([block[0] for block in blocks]), kind="stable")
    term, doc, keyword, sentence = (np.concatenate(column)[order] for column in zip(*blocks, strict=True))
    return term, doc, keyword, sentence


def idf(df: Longs, n_docs: int) -> Floats:
    """ln(1 + (N - df + .5)/(df + .5)), rounded so that two machines' logarithms agree."""
    return np.round(np.log1p((n_docs - df + 0.5) / (df + 0.5)), 9)


def _occurrences(forward: Forward, numbers: Sequence[Ints], start: int, end: int) -> tuple[Ints, Ints, Bytes]:
    """(term, entry, field) of each word and run; a word of a mixed entry counts once for each different stem."""
    word_fr, word_en, run_term = numbers
    words = slice(int(forward.word_ptr[start]), int(forward.word_ptr[end]))
    runs = slice(int(forward.run_ptr[start]), int(forward.run_ptr[end]))
    rows = np.arange(start, end, dtype=np.int32)
    doc = np.repeat(rows, np.diff(forward.word_ptr[start : end + 1]))
    run_doc = np.repeat(rows, np.diff(forward.run_ptr[start : end + 1]))
    word, field, mask = forward.word[words], forward.word_field[words], forward.masks[doc]
    real = word > 0
    french = real & (mask & fields.FRENCH > 0)
    english = real & (mask & fields.ENGLISH > 0)
    english &= ~french | (word_fr[word] != word_en[word])
    return (
        np.concatenate([word_fr[word[french]], word_en[word[english]], run_term[forward.run[runs]]]),
        np.concatenate([doc[french], doc[english], run_doc]),
        np.concatenate([field[french], field[english], forward.run_field[runs]]),
    )


def _contributions(factors: _Factors, doc: Ints, field: Bytes) -> tuple[Floats, Floats]:
    """tf~ that each occurrence adds: to the name, to the rest."""
    w, b = np.array(factors.weights.fields()).T
    relative = factors.lengths[doc, field] / factors.average[field]
    value = w[field] / (1 - b[field] + b[field] * relative)
    return np.where(field == fields.NAME, value, 0.0), np.where(field == fields.NAME, 0.0, value)


def _lengths(forward: Forward) -> Floats:
    """Words of each entry by field."""
    n_docs, n_fields = len(forward.masks), len(fields.FIELDS)
    doc = np.repeat(np.arange(n_docs, dtype=np.int64), np.diff(forward.word_ptr))
    real = forward.word > 0
    flat = np.bincount(doc[real] * n_fields + forward.word_field[real], minlength=n_docs * n_fields)
    return flat.reshape(n_docs, n_fields).astype(np.float64)


def _grouped(term: Ints, doc: Ints, name: Floats, rest: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """Sum the occurrences by (term, entry), always in the order of the text."""
    if not len(term):
        return term, doc, name, rest
    order = np.lexsort((doc, term))
    term, doc = term[order], doc[order]
    starts = np.flatnonzero(np.concatenate([[True], (term[1:] != term[:-1]) | (doc[1:] != doc[:-1])]))
    return term[starts], doc[starts], np.add.reduceat(name[order], starts), np.add.reduceat(rest[order], starts)


def _concepts(forward: Forward, n_concepts: int) -> tuple[Longs, Ints, Floats]:
    doc = np.repeat(np.arange(len(forward.masks), dtype=np.int32), np.diff(forward.concept_ptr))
    order = np.argsort(forward.concept, kind="stable")
    ptr = np.searchsorted(forward.concept[order], np.arange(n_concepts + 1)).astype(np.int64)
    return ptr, doc[order], forward.strength[order]
