"""The inverted side of the index: for each term, the entries that hold it and how strongly (BM25F)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from communaux.engines.search import fields
from communaux.engines.search.forward import Bytes, Floats, Forward, Ints, Longs, Singles, stems_of
from communaux.engines.search.weights import Weights


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
    """Postings of every stem and run, and of every concept."""
    french, english = stems_of(forward.words)
    terms = tuple(sorted({*french, *english, *forward.runs}))
    number = {term: i for i, term in enumerate(terms)}
    word_fr = np.array([number[stem] for stem in french], dtype=np.int32)
    word_en = np.array([number[stem] for stem in english], dtype=np.int32)
    runs = np.array([number[run] for run in forward.runs], dtype=np.int32)
    term, doc, field = _occurrences(forward, word_fr, word_en, runs)
    n_docs = len(forward.masks)
    lengths = _lengths(forward)
    average = np.maximum(lengths.sum(axis=0) / np.maximum((lengths > 0).sum(axis=0), 1), 1e-9)
    tf_name, tf_rest = _contributions(lengths / average, doc, field, weights)
    ptr, post_doc, name, rest = _grouped(term, doc, tf_name, tf_rest, len(terms), n_docs)
    keyword, sentence = name + rest, weights.name_in_sentence * name + rest
    concept_ptr, concept_doc, strength = _concepts(forward, n_concepts)
    return Postings(
        terms=terms,
        word_fr=word_fr,
        word_en=word_en,
        ptr=ptr,
        doc=post_doc,
        keyword=(keyword / (weights.k1 + keyword)).astype(np.float32),
        sentence=(sentence / (weights.k1 + sentence)).astype(np.float32),
        idf=idf(np.diff(ptr), n_docs),
        average=average,
        concept_ptr=concept_ptr,
        concept_doc=concept_doc,
        concept_strength=strength,
    )


def idf(df: Longs, n_docs: int) -> Floats:
    """ln(1 + (N - df + .5)/(df + .5)), rounded so that two machines' logarithms agree."""
    return np.round(np.log1p((n_docs - df + 0.5) / (df + 0.5)), 9)


def _occurrences(forward: Forward, word_fr: Ints, word_en: Ints, run_term: Ints) -> tuple[Ints, Ints, Bytes]:
    """(term, entry, field) of each word and run; a word of a mixed entry counts once for each different stem."""
    n_docs = len(forward.masks)
    doc = np.repeat(np.arange(n_docs, dtype=np.int32), np.diff(forward.word_ptr))
    mask = forward.masks[doc]
    real = forward.word > 0
    french = real & (mask & fields.FRENCH > 0)
    english = real & (mask & fields.ENGLISH > 0)
    english &= ~french | (word_fr[forward.word] != word_en[forward.word])
    run_doc = np.repeat(np.arange(n_docs, dtype=np.int32), np.diff(forward.run_ptr))
    return (
        np.concatenate([word_fr[forward.word[french]], word_en[forward.word[english]], run_term[forward.run]]),
        np.concatenate([doc[french], doc[english], run_doc]),
        np.concatenate([forward.word_field[french], forward.word_field[english], forward.run_field]),
    )


def _contributions(relative: Floats, doc: Ints, field: Bytes, weights: Weights) -> tuple[Floats, Floats]:
    """tf~ that each occurrence adds: to the name, to the rest. `relative` is length / mean length."""
    w, b = np.array(weights.fields()).T
    value = w[field] / (1 - b + b * relative)[doc, field]
    return np.where(field == fields.NAME, value, 0.0), np.where(field == fields.NAME, 0.0, value)


def _lengths(forward: Forward) -> Floats:
    """Words of each entry by field."""
    n_docs, n_fields = len(forward.masks), len(fields.FIELDS)
    doc = np.repeat(np.arange(n_docs, dtype=np.int64), np.diff(forward.word_ptr))
    real = forward.word > 0
    flat = np.bincount(doc[real] * n_fields + forward.word_field[real], minlength=n_docs * n_fields)
    return flat.reshape(n_docs, n_fields).astype(np.float64)


def _grouped(
    term: Ints, doc: Ints, name: Floats, rest: Floats, n_terms: int, n_docs: int
) -> tuple[Longs, Ints, Floats, Floats]:
    """Sum the occurrences by (term, entry), always in the order of the text."""
    if not len(term):
        return np.zeros(n_terms + 1, np.int64), np.zeros(0, np.int32), np.zeros(0), np.zeros(0)
    key = term.astype(np.int64) * n_docs + doc
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    pairs = key[starts]
    ptr = np.searchsorted(pairs, np.arange(n_terms + 1, dtype=np.int64) * n_docs).astype(np.int64)
    post_doc = (pairs % n_docs).astype(np.int32)
    return ptr, post_doc, np.add.reduceat(name[order], starts), np.add.reduceat(rest[order], starts)


def _concepts(forward: Forward, n_concepts: int) -> tuple[Longs, Ints, Floats]:
    doc = np.repeat(np.arange(len(forward.masks), dtype=np.int32), np.diff(forward.concept_ptr))
    order = np.argsort(forward.concept, kind="stable")
    ptr = np.searchsorted(forward.concept[order], np.arange(n_concepts + 1)).astype(np.int64)
    return ptr, doc[order], forward.strength[order]
