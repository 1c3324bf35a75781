"""Is this the same commons? Keys that records share, and the points each shared key is worth (01 § 3.2). Pure functions."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from communaux.catalogue.addresses import is_owner_page, normal_url
from communaux.catalogue.formats.mapped import Mapped

CROSS_IDS = frozenset({"sill", "comptoir", "dpga"})
# The start of `core.Weights` area "same"; in hundredths, so that the canonical form holds no float.
SAME = {
    "wikidata": 500,
    "cross_id": 500,
    "repository": 400,
    "home_page": 300,
    "name": 200,
    "text": 200,
    "licence_family": 50,
    "other_wikidata": -600,
    "other_repository": -100,
    "no_common_kind": -100,
}
PROPOSED_FROM = 400
CROWDED = 3  # an address borne by more records of one source identifies nothing


@dataclass(frozen=True, slots=True)
class Keys:
    """What a commons, or a record, can be recognised by."""

    names: frozenset[str]
    wikidata: frozenset[str] = frozenset()
    cross_ids: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    home_pages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    licence_families: frozenset[str] = frozenset()

    def all(self) -> Iterator[tuple[str, str]]:
        """(kind of key, value), for blocking; names last."""
        for kind in ("wikidata", "cross_ids", "repositories", "home_pages", "names"):
            yield from ((kind, value) for value in sorted(getattr(self, kind)))

    def __or__(self, other: Keys) -> Keys:
        return Keys(*(getattr(self, name) | getattr(other, name) for name in self.__slots__))


def fold(name: str) -> str:
    """A name without case, accents, spaces and punctuation: "Open Food Facts" = "openfoodfacts"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if c.isalnum() or c in "+#")


def keys_of(said: Mapped, source: str, crowded: frozenset[str], licence_family: str = "") -> Keys:
    """Keys of one record. Owner pages of a forge and crowded addresses identify nothing."""
    names = frozenset(filter(None, map(fold, (said.name, *said.names))))
    own = [(source, said.external_id), *said.identifiers]
    repositories = {said.repository, *said.more_repositories} | {v for s, v in own if s == "repository"}
    pages = {said.url} | {v for s, v in own if s == "url"}
    repos = frozenset(filter(None, (_address(url, crowded) for url in repositories)))
    return Keys(
        names=names,
        wikidata=frozenset(v for s, v in own if s == "wikidata"),
        cross_ids=frozenset(f"{s}:{v}" for s, v in own if s in CROSS_IDS),
        repositories=repos,
        home_pages=frozenset(filter(None, (_address(url, crowded) for url in pages))) - repos,
        # one catalogue lists the service, another the software that runs it
        kinds=frozenset({"software" if said.kind == "service" else said.kind}),
        licence_families=frozenset({licence_family} - {"", "unknown"}),
    )


def _address(url: str, crowded: frozenset[str]) -> str:
    if not url or is_owner_page(url):
        return ""
    normal = normal_url(url)
    return "" if normal in crowded else normal


def crowded_addresses(records: Iterable[Mapped]) -> frozenset[str]:
    """Addresses borne by more than three records of one source."""
    borne: Counter[str] = Counter()
    for said in records:
        found = {normal_url(url) for url in (said.url, said.repository, *said.more_repositories) if url}
        borne.update(found - {""})
    return frozenset(address for address, times in borne.items() if times > CROWDED)


def surely_same(a: Keys, b: Keys) -> bool:
    """Equal name and two of {Wikidata, cross id, repository, home page}: what the importer may merge alone."""
    shared = (a.wikidata & b.wikidata, a.cross_ids & b.cross_ids, a.repositories & b.repositories)
    pages = a.home_pages & b.home_pages
    apart = a.wikidata and b.wikidata and not a.wikidata & b.wikidata
    return bool(a.names & b.names) and not apart and sum(map(bool, (*shared, pages))) >= 2


def signals(a: Keys, b: Keys, similar: Callable[[], bool], weights: Mapping[str, int] = SAME) -> dict[str, int]:
    """Points by signal, in hundredths. `similar` (text similarity ≥ 0.5) is asked only when it can change the outcome."""
    told = {
        "wikidata": bool(a.wikidata & b.wikidata),
        "cross_id": bool(a.cross_ids & b.cross_ids),
        "repository": bool(a.repositories & b.repositories),
        "home_page": bool(a.home_pages & b.home_pages),
        "name": bool(a.names & b.names),
        "licence_family": bool(a.licence_families & b.licence_families),
        "other_wikidata": bool(a.wikidata and b.wikidata and not a.wikidata & b.wikidata),
        "other_repository": bool(a.repositories and b.repositories and not a.repositories & b.repositories),
        "no_common_kind": not a.kinds & b.kinds,
    }
    points = {name: weights[name] for name, holds in told.items() if holds}
    total = sum(points.values())
    if total < PROPOSED_FROM <= total + weights["text"] and similar():
        points["text"] = weights["text"]
    return points


def candidate_pairs(keys: Mapping[str, Keys]) -> set[tuple[str, str]]:
    """Pairs that share a key (never n²); a name borne by many pairs only those that share it."""
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for holder in sorted(keys):
        for key in keys[holder].all():
            holders[key].append(holder)
    return {pair for group in holders.values() if 1 < len(group) <= 20 for pair in combinations(group, 2)}
