"""Under which licence a repository stands: what its files hold, what is said elsewhere, and where the two differ.

A text cannot tell « only » from « or later »: a header, a manifest or publiccode.yml must say it. What is only said,
without a text, is never sure; what contradicts is listed, never settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from communaux.engines.assess.corpus import Corpus, shipped, text_of
from communaux.engines.assess.licence_claims import Claim, headers, manifests, or_later, pointer, publiccode, readme
from communaux.engines.assess.licence_conflicts import Conflict, conflicts, later_conflicts
from communaux.engines.assess.licence_expression import Expression, Later, later_of, spelled, together
from communaux.engines.assess.licence_files import licence_files, listed, readme_file
from communaux.engines.assess.licence_lists import Open, Standing, openness, standing
from communaux.engines.assess.licence_texts import Kind, Reading, read_text
from communaux.engines.assess.words import words

type Source = Literal["text", "listed", "pointer", "manifest", "publiccode", "header", "readme"]

DECLARED: Final = 0.80  # ours: said by a manifest, publiccode.yml or headers, without a text
WEAK: Final = 0.50  # ours: a sentence of the README, or a licence file that only names a licence
CLAUSE: Final = "LicenseRef-Commons-Clause"
DIGITS: Final = 4
RANK: Final = ("pointer", "publiccode", "manifest", "header", "readme")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that says a licence. `expression` "" when no known licence; `added`, `missing`: words of a modified text."""

    path: str
    source: Source
    expression: str
    confidence: float
    kind: Kind | Literal[""] = ""
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    said: str = ""
    files: int = 1


@dataclass(frozen=True, slots=True)
class Licence:
    """The whole. `expression` "" when nothing is known; `later`: "unstated" when a text leaves it open and nobody says it.

    `unmatched`: licence files at the root that are none of the texts known here; `unreadable`: (path, line) of manifests.
    """

    expression: str
    confidence: float
    open: Open
    later: Later
    standings: tuple[Standing, ...]
    candidates: tuple[Candidate, ...]
    conflicts: tuple[Conflict, ...]
    unmatched: tuple[str, ...]
    unreadable: tuple[tuple[str, int], ...]


def licence(
    texts: Mapping[str, bytes],
    paths: Sequence[str],
    heads: Mapping[str, bytes] | None = None,
    corpus: Corpus | None = None,
) -> Licence:
    """The licence of a tree: `texts` path → at most 256 KiB, `paths` all its files, `heads` path → first 4 KiB.

    >>> found = licence({"package.json": b'{"license": "EUPL-1.2"}'}, ["package.json"])
    >>> found.expression, found.confidence, found.open
    ('EUPL-1.2', 0.8, 'yes')
    >>> licence({}, ["main.c"]).open
    'unknown'
    """
    files = [path for path in licence_files(paths) if path in texts]
    held = {path: read_text(texts[path], corpus or shipped()) for path in files}
    pointers = tuple(pointer(path, texts[path]) for path, one in held.items() if not one.matches and not listed(path))
    claims = (*_claims(texts, paths, heads or {}), *pointers)
    root = _main(held)
    told = _said(root, claims)
    found = _expression(root, told.expression if told else None, _choice(root), _notices(texts, heads or {}))
    clause = _clause(texts, root)
    final = together([found, clause], "AND") if found and clause else found
    return Licence(
        str(final or ""),
        _confidence(root, told),
        openness(final) if final else "unknown",
        _later(final),
        tuple(standing(one) for one in final.ids()) if final else (),
        (*_of_texts(root, held), *(_of_claim(one) for one in claims if not one.unreadable)),
        conflicts(next(iter(root), ""), _names(root), claims),
        tuple(one.path for one in pointers if not _explained(one, found)),
        tuple((one.path, one.line) for one in claims if one.unreadable),
    )


def _explained(one: Claim, found: Expression | None) -> bool:
    """Whether all that a licence file without a text does is to name licences that are those of the whole."""
    return bool(one.expression and found and one.expression.bases() <= found.bases())


def _claims(texts: Mapping[str, bytes], paths: Sequence[str], heads: Mapping[str, bytes]) -> tuple[Claim, ...]:
    """The strongest first."""
    path = readme_file(paths)
    weak = readme(path, texts[path]) if path in texts else None
    return (*publiccode(texts), *manifests(texts), *headers(heads), *((weak,) if weak else ()))


def _main(held: Mapping[str, Reading]) -> dict[str, Reading]:
    """The texts under which the whole stands: those of the root, else those of LICENSES/."""
    root = {path: one for path, one in held.items() if one.matches and not listed(path)}
    return root or {path: one for path, one in held.items() if one.matches}


def _names(held: Mapping[str, Reading]) -> tuple[str, ...]:
    """The licences of the texts; the GPL beside the LGPL of the same number is there because the LGPL builds on it."""
    found = tuple(dict.fromkeys(one.family.name for reading in held.values() for one in reading.matches))
    return tuple(one for one in found if not (one.startswith("GPL-") and f"L{one}" in found))


def _choice(root: Mapping[str, Reading]) -> Literal["AND", "OR"]:
    return "OR" if any(one.choice for one in root.values()) else "AND"


def _said(root: Mapping[str, Reading], claims: tuple[Claim, ...]) -> Claim | None:
    """The claim to follow: one that names just what the texts hold, rather one that tells of later versions; of the texts
    in LICENSES/ it may name some; without texts the strongest."""
    named, known = frozenset(_names(root)), [one for one in claims if one.expression]
    if not named:
        return min(known, key=lambda one: RANK.index(one.source), default=None)
    if later_conflicts(claims):
        return None
    some = all(listed(path) for path in root)
    fit = [one for one in known if _fits(one, named, some)]
    return min(fit, key=lambda one: bool(one.expression and _unstated(one.expression)), default=None)


def _fits(one: Claim, named: frozenset[str], some: bool) -> bool:
    said = one.expression.bases() if one.expression else frozenset()
    return said == named or (some and said < named and one.source != "readme")


def _unstated(expression: Expression) -> bool:
    return any(later_of(one) == "unstated" for one in expression.ids())


def _expression(
    root: Mapping[str, Reading], told: Expression | None, operator: Literal["AND", "OR"], noticed: frozenset[str]
) -> Expression | None:
    """What is said where it says all; else the texts, with « or later » where a notice gives it."""
    if told and (not root or not _unstated(told)):
        return told
    parts = [Expression(_noticed(one, noticed)) for one in _names(root)]
    return together(parts, (told.operator if told else "") or operator) if parts else None


def _notices(texts: Mapping[str, bytes], heads: Mapping[str, bytes]) -> frozenset[str]:
    path = readme_file(texts)
    return or_later({**heads, **({path: texts[path]} if path else {})})


def _noticed(name: str, numbers: frozenset[str]) -> str:
    """The GNU licence with « or later » when a notice gives it."""
    gnu = name.startswith(("GPL-", "LGPL-", "AGPL-"))
    return spelled(f"{name}-or-later") if gnu and name.rpartition("-")[2] in numbers else name


def _clause(texts: Mapping[str, bytes], root: Mapping[str, Reading]) -> Expression | None:
    """The Commons Clause, which forbids selling, is no text of the SPDX list."""
    told = (" ".join(words(text_of(texts[path]))) for path in root)
    return Expression(CLAUSE) if any("commons clause" in one for one in told) else None


def _confidence(root: Mapping[str, Reading], told: Claim | None) -> float:
    """The least sure of the texts that count: all, or those that the claim to follow names."""
    said = told.expression.bases() if told and told.expression else frozenset()
    scores = [one.score for reading in root.values() for one in reading.matches if not said or one.family.name in said]
    if scores:
        return round(min(scores), DIGITS)
    return 0.0 if not told else WEAK if told.source == "readme" else DECLARED


def _later(final: Expression | None) -> Later:
    found = {later_of(one) for one in final.ids()} - {""} if final else set()
    order: tuple[Later, ...] = ("unstated", "only", "later")
    return next((one for one in order if one in found), "")


def _of_texts(root: Mapping[str, Reading], held: Mapping[str, Reading]) -> tuple[Candidate, ...]:
    """The texts, those under which the whole stands first."""
    ordered = {**root, **held}
    return tuple(
        Candidate(path, _source(path), one.family.name, round(one.score, DIGITS), one.kind, one.added, one.missing)
        for path, reading in ordered.items()
        for one in reading.matches
    )


def _source(path: str) -> Source:
    return "listed" if listed(path) else "text"


def _of_claim(one: Claim) -> Candidate:
    confidence = 0.0 if not one.expression else WEAK if one.source == "readme" else DECLARED
    return Candidate(one.path, one.source, str(one.expression or ""), confidence, said=one.said, files=one.files)
