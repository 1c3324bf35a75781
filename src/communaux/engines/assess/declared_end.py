"""Whether a project says itself that it has ended or moved: a quotation, never a guess; English and French.

Only a sentence about the project as a whole counts, or a line that is nothing but a status; not one that denies it, sets a
condition, or speaks of a part (« the old API is deprecated »).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from communaux.engines.assess.words import decoded, folded, plain

type Ending = Literal["unmaintained", "deprecated", "archived", "abandoned", "moved"]

READ: Final = 2048  # bytes of the README
QUOTED: Final = 300
NAME: Final = "@"  # stands for the name of the repository at the head of a sentence: no word has it
THING: Final = (
    r"(?:project|repo(?:sitory)?|package|library|plugin|module|software|tool|app(?:lication)?|codebase|code|gem|crate|extension"
    r"|fork|product|projet|depot|logiciel|outil|paquet|bibliotheque|librairie|appli|greffon|site|service|repertoire|produit)"
)
SUBJECT: Final = rf"\b(?:this|the|our|ce|cet|cette|le|la|l|notre) (?:[\w.-]+ ){{0,2}}?{THING}(?: [\w.-]+)?"
ADVERB: Final = (
    r"(?:now |currently |officially |being |effectively |therefore |hereby |since \w+ |desormais |maintenant |officiellement"
    r" |donc |actuellement )"
)
LEFT: Final = (
    r"(?:maintained|supported|developed|under (?:active )?(?:development|maintenance)"
    r"|maintenue?s?|developpee?s?|supportee?s?|entretenue?s?)"
)
ENDS: Final[tuple[tuple[Ending, str], ...]] = (
    ("moved", r"(?:has |have |was |is |been |being )*(?:moved|migrated|relocated|transferred) (?:to|into|here)\b"
     r"|(?:a|est|a ete) (?:demenage|migre|deplacee?|transferee?)\b|now lives (?:at|in|on)\b"),
    ("archived", r"(?:is|was|has been|will be) {adverb}{{0,2}}archived\b|(?:est|a ete|sera) {adverb}{{0,2}}archivee?\b"),
    ("deprecated", r"(?:is|was|has been|will be) {adverb}{{0,2}}(?:deprecated|obsolete|retired|superseded|end of life)\b"
     r"|(?:est|a ete|sera) {adverb}{{0,2}}(?:depreciee?|obsolete|remplacee?|en fin de vie)\b"),
    ("abandoned", r"(?:is|was|has been) {adverb}{{0,2}}(?:abandoned|discontinued|dead|defunct)\b"
     r"|(?:est|a ete) {adverb}{{0,2}}(?:abandonnee?|arretee?)\b"),
    ("unmaintained", r"(?:is|has been|was) {adverb}{{0,2}}unmaintained\b"
     r"|(?:is|are|will) {adverb}{{0,2}}(?:no longer|not) (?:be )?(?:being )?(?:actively )?{left}"
     r"|n est (?:{adverb}){{0,2}}(?:plus|pas) (?:{adverb}|activement ){{0,2}}{left}"),
)  # fmt: skip
SENTENCES: Final = tuple(
    (ending, re.compile(rf"(?:{SUBJECT}|^{NAME}) (?:{told.format(adverb=ADVERB, left=LEFT)})"))
    for ending, told in ENDS
)
LABEL: Final = r"(?:(?:status|statut|warning|attention|note|important) )?"
AFTER: Final = rf"(?:$| (?:{THING}|see|voir|use|utilisez|please)\b)"
ALONE: Final[tuple[tuple[Ending, str], ...]] = (
    ("moved", r"(?:this )?(?:repo(?:sitory)?|project|depot|projet) (?:moved|deplace)|moved to \S+|deplace vers \S+"),
    ("archived", r"archived|archivee?|(?:projet|depot) archivee?|(?:project|repository) archived"),
    ("deprecated", r"deprecated|depreciee?|obsolete|end of life"),
    ("abandoned", r"abandoned|abandonnee?|discontinued|projet abandonne"),
    (
        "unmaintained",
        r"unmaintained|(?:no longer|not) (?:actively )?maintained|(?:non|plus) maintenue?|n est plus maintenue?",
    ),
)
STATUS: Final = tuple((ending, re.compile(rf"^{LABEL}(?:{told}){AFTER}")) for ending, told in ALONE)
BADGE: Final = re.compile(r"repostatus\.org/?#?(?:badges/[\w.]+/)?#?(abandoned|unsupported|moved)")
BADGES: Final[dict[str, Ending]] = {"abandoned": "abandoned", "unsupported": "unmaintained", "moved": "moved"}
DENIED: Final = re.compile(
    r"^(?:if|when|whenever|unless|until|once|whether|in case|si|quand|lorsque|tant que|jusqu|une fois)\b"
    r"|\b(?:if|si) (?:this|the|ce|le) |\b(?:revived|maintained again|de nouveau maintenu|reactive|repris(?:e)? par)\b"
    r"|\b(?:not|never|isn t|n est pas|jamais|pas) (?:\w+ )?(?:deprecated|abandoned|archived|obsolete|dead|abandonnee?|archivee?)\b"
)
SPLIT: Final = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\n(?=\s*(?:[#>*+-]|\d+\.|<))|<br ?/?>|\n(?=[=-]{3})")


@dataclass(frozen=True, slots=True)
class End:
    """What a project says of its end: the sentence as it stands, and where ("description" or a path)."""

    ending: Ending
    quote: str
    path: str


def declared_end(readme: bytes, *, path: str = "README.md", description: str = "", name: str = "") -> End | None:
    """The first sentence that says so, in the description, then in the first 2 KB of the README; `name` of the repository.

    >>> declared_end(b"# Demo\\n\\nThis project is **no longer maintained**.").quote
    'This project is **no longer maintained**.'
    >>> declared_end("Ce projet n'est pas abandonné, il est stable.".encode()) is None
    True
    """
    head = decoded(readme[:READ])
    badge = BADGE.search(head)
    found = _first(description[:READ], "description", name) or _first(head, path, name)
    return found or (End(BADGES[badge[1]], badge[0], path) if badge else None)


def _first(text: str, path: str, name: str) -> End | None:
    for sentence in _sentences(text):
        told = _flat(sentence)
        ending = None if DENIED.search(told) else _ending(told, _flat(name))
        if ending:
            return End(ending, " ".join(sentence.split())[:QUOTED], path)
    return None


def _sentences(text: str) -> Iterator[str]:
    return (one.strip(" \t\n#>-=") for one in SPLIT.split(plain(text)) if one and one.strip())


def _flat(text: str) -> str:
    """Words and nothing else."""
    return " ".join(re.findall(r"[\w./-]*\w", folded(text).replace("’", " ").replace("'", " ").replace("_", " ")))


def _ending(told: str, name: str) -> Ending | None:
    for ending, pattern in STATUS:
        if pattern.search(told):
            return ending
    for ending, pattern in SENTENCES:
        if pattern.search(told) or (name and told.startswith(f"{name} ") and pattern.search(NAME + told[len(name) :])):
            return ending
    return None
