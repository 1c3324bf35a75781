"""Every constant of the score in one frozen, versioned object, so that a result says what it was made with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Constants of `docs/engines/search.md`. `w_*` weigh a field, `b_*` normalise its length (BM25F)."""

    version: str = "2026-11"
    # fields
    w_name: float = 3.0
    name_in_sentence: float = 0.5
    w_short: float = 2.5
    w_tags: float = 2.0
    w_long: float = 1.0
    w_orgs: float = 0.5
    w_minor: float = 0.3  # licence, platforms
    b_name: float = 0.3
    b_short: float = 0.5
    b_tags: float = 0.3
    b_long: float = 0.75
    b_minor: float = 0.3
    k1: float = 0.9
    # alternatives of a query word
    a_other_stem: float = 0.8  # the stem of the language the query is not written in
    a_spelling: float = 0.7
    a_thesaurus: float = 0.75
    a_words: float = 0.5
    a_compound: float = 0.9
    frame: float = 0.35
    frame_cov: float = 0.0  # "je cherche" asks for nothing an entry could lack
    # concepts
    c_run: float = 1.0
    c_any_order: float = 0.8
    c_everyday: float = 0.6
    everyday_share: float = 0.7
    c_other_lang: float = 0.8  # label of the language the query is not written in
    c_inside: float = 0.5  # label whose words all belong to a longer label of another concept
    c_focus: float = 0.1  # how much a concept counts less when its words are a small part of the query
    c_soft: float = 1.5  # concept whose labels, taken together, hold words of the query
    soft_least: float = 0.2  # least share of the query they must hold
    soft_most: int = 8  # how many such concepts at most
    soft_words: int = 2
    soft_together: float = 0.5  # how much it matters that one label holds the words together
    soft_covered: float = 0.4  # factor of such a concept when a label of another says the same words
    soft_translated: float = 0.3  # a word such labels hold only in the other language
    c_narrower: float = 0.4
    c_broader: float = 0.3
    c_related: float = 0.3
    f_source_tag: float = 0.8
    f_long: float = 0.4
    # sum
    cov_floor: float = 0.4
    concept: float = 0.8
    adjacent: float = 0.5
    theme: float = 0.3
    # priors
    p_health: float = 0.10
    p_adopt: float = 0.08
    p_near: float = 0.12
    ended: float = 0.6
    stopped_early: float = 0.7
    # relevance
    rel_cov: float = 0.6
    half_score: float = 20.7  # median first S over the development cases
    # pool
    pool: int = 200
    # fusion
    rrf_k: int = 60
    fuse_dense: float = 1.0

    def fields(self) -> tuple[tuple[float, float], ...]:
        """(w, b) of each field, in the order of `fields.FIELDS`."""
        return (
            (self.w_name, self.b_name),
            (self.w_short, self.b_short),
            (self.w_tags, self.b_tags),
            (self.w_long, self.b_long),
            (self.w_orgs, self.b_minor),
            (self.w_minor, self.b_minor),
        )
