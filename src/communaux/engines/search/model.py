"""The nouns of the search engine: what goes in (entries, concepts, queries), what comes out (hits with reasons)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Lang = Literal["fr", "en"]
Intent = Literal["empty", "known", "keywords", "sentence"]
ReasonKind = Literal[
    "name", "word", "spelling", "concept", "translation", "phrase", "adoption", "near", "health", "stage", "source"
]


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of an entry besides its text; None is neutral, never a penalty."""

    health: Decimal | None = None  # criteria met / criteria known, 0..1
    adoptions: int = 0  # confirmed reuses
    depth_near: int | None = None  # distance to the territory asked from; 0 = same place
    ended: bool = False
    stopped_early: bool = False  # stopped at investigation


@dataclass(frozen=True, slots=True)
class Wording:
    """What an entry says of itself in one language."""

    lang: str
    short: str = ""
    long: str = ""


@dataclass(frozen=True, slots=True)
class Doc:
    """One thing that can be found. `names[0]` is the name shown; the others are aliases, acronyms, old names.

    An entry in several languages gives its texts as `wordings`, so that they never run together.
    """

    id: str
    names: tuple[str, ...]
    lang: tuple[str, ...] = ()  # empty or unknown: analysed in both languages
    short: str = ""
    long: str = ""
    tags: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    licence: str = ""
    platforms: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kind, licence family, language, stage, ...
    source_tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # vocabulary key -> exact tags
    concepts: Mapping[str, float] = field(default_factory=dict)  # an editor's word: strength, 0 = removed
    prior: Prior = Prior()
    wordings: tuple[Wording, ...] = ()  # the same things said in each language, besides `short` and `long`


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asks. Facets of one name are alternatives; different names must all hold.

    `reader` is the language excerpts are shown in where an entry has it; it changes neither hits nor order.
    """

    text: str
    lang: Lang | None = None
    themes: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    territory_depths: Mapping[str, int] = field(default_factory=dict)  # entry id -> depth; wins over Prior.depth_near
    limit: int = 20
    offset: int = 0  # hits left out before the first one given
    reader: Lang | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit is there: a kind, its parameters for the sentence on the page, and its part of the score."""

    kind: ReasonKind
    params: Mapping[str, str]
    share: float


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of the entry's text; marks are (start, end) offsets in `text`; languages are told where known."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    langs: tuple[tuple[int, int, str], ...] = ()  # (start, end, language), in order, side by side at most


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    rank: int
    final: float
    rel: float
    reasons: tuple[Reason, ...]
    stage_factor: float
    excerpt: Excerpt
    known: bool = False  # stands first because the query is its name


@dataclass(frozen=True, slots=True)
class Correction:
    """A word no entry knows, and what was searched as well. kind: spelling, split, join."""

    word: str
    used: tuple[str, ...]
    kind: Literal["spelling", "split", "join"]


@dataclass(frozen=True, slots=True)
class ConceptMatch:
    """A function understood in a text. `via` is empty, or the concept that led to it and the relation."""

    id: str
    strength: float
    words: tuple[str, ...]
    label: str
    via: tuple[str, str] | None = None


def understood(concepts: Sequence[ConceptMatch]) -> list[ConceptMatch]:
    """Functions that a query names itself, but none of which another that is surer holds all the words and more.

    >>> roads = ConceptMatch("roads", 0.9, ("nids", "poule"), "nid de poule")
    >>> hens = ConceptMatch("hens", 0.3, ("poule",), "poules")
    >>> [one.id for one in understood([roads, hens])]
    ['roads']
    """
    named = [one for one in concepts if one.via is None]
    return [
        one
        for one in named
        if not any(set(one.words) < set(other.words) and one.strength <= other.strength for other in named)
    ]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person should know: an ignored facet, a cut query, a broken source."""

    code: Literal[
        "unknown_facet",
        "unknown_theme",
        "cut",
        "too_many_signs",
        "curly_quotes",
        "quote_ignored",
        "phrase_not_found",
        "limit",
        "dense_broken",
        "dense_language",
        "frame_only",
    ]
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    hits: tuple[Hit, ...]
    intent: Intent
    lang: Lang | None
    corrections: tuple[Correction, ...]
    concepts: tuple[ConceptMatch, ...]
    counts: Mapping[str, Mapping[str, int]]
    total: int
    generation: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an entry is not, or not higher, among the hits. `state`: hit, below, filtered, no_match, unknown."""

    id: str
    state: Literal["hit", "below", "filtered", "no_match", "unknown"]
    rank: int | None = None
    gap: float | None = None  # score of the tenth hit minus its own; 0 when in the first ten
    words_missing: tuple[str, ...] = ()
    words_found: tuple[str, ...] = ()
    concepts_missing: tuple[str, ...] = ()
    removed_by: tuple[str, ...] = ()  # facet names, "phrase", "without"
    stage_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One function a public service performs, with every word people and catalogues use for it."""

    id: str
    domain: str
    fr: tuple[str, ...]  # first = preferred
    en: tuple[str, ...]
    everyday_fr: tuple[str, ...] = ()
    everyday_en: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()  # count only with another word of the same concept
    maps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Domain:
    """A theme: key and its two names."""

    key: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class WordPair:
    """One line of words.tsv: a French lemma and its English words."""

    fr: str
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thesaurus:
    domains: tuple[Domain, ...] = ()
    concepts: tuple[Concept, ...] = ()
    words: tuple[WordPair, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One need with the entries that answer it; grade 2 = answers, 1 = acceptable."""

    id: str
    need: str
    relevant: Mapping[str, int]
    lang: str = ""
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseScore:
    id: str
    ndcg: float
    rr: float
    success: float
    first: int | None  # rank of the first listed entry within the first ten
    top: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Means:
    n: int
    ndcg: float
    mrr: float
    success: float


@dataclass(frozen=True, slots=True)
class Metrics:
    total: Means
    by_lang: Mapping[str, Means]
    by_feature: Mapping[str, Means]
    cases: tuple[CaseScore, ...]
