"""What may close a commons again (« common washing »): facts with their file and words, no verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from communaux.engines.assess.document_kinds import found
from communaux.engines.assess.licence_lists import Open
from communaux.engines.assess.words import decoded, folded, plain

type Sign = Literal[
    "assignment", "cla", "dual_licence", "trademark", "single_owner", "licence_change", "closing_change"
]

OURS: Final = r"(?:all |any |the |your |his |her |their )*"
SAYS: Final[tuple[tuple[Sign, tuple[str, ...]], ...]] = (
    (
        "assignment",
        (
            r"\bcopyright assignment",
            rf"\bassigns?(?: to [\w ]{{1,60}})?,? {OURS}(?:right|title|copyright|ownership)",
            rf"\btransfers?(?: to [\w ]{{1,60}})? {OURS}(?:copyright|ownership)",
            r"\bcession (?:exclusive )?des droits",
            r"\bcede(?:z|nt)? (?:[\w' ]{0,40} )?(?:l ensemble de |tous )?(?:ses|vos|les|leurs|mes) droits"
            r" (?:patrimoniaux|d auteur)",
        ),
    ),
    (
        "cla",
        (
            r"\bcontribut(?:or|ion)s? licen[cs]e agreement\b",
            r"\bsign (?:the|our|a) cla\b",
            r"\baccord de contribution\b",
            r"\bcla[- ]assistant\b",
        ),
    ),
    (
        "dual_licence",
        (
            r"\bcommercial licen[cs]e",
            r"\bdual[- ]licen[cs][^.]{0,120}\b(?:commercial|proprietary)",
            r"\benterprise (?:edition|licen[cs]e)",
            r"\bopen[- ]core",
            r"\blicence commerciale",
            r"\bdouble licence",
            r"\b(?:edition|version) entreprise",
        ),
    ),
    (
        "trademark",
        (
            r"\btrademark (?:policy|guidelines|usage)",
            r"\bregistered trademark",
            r"\bpolitique de marque",
            r"\bmarque deposee",
        ),
    ),
)
SIGNS: Final = tuple((sign, re.compile("|".join(told))) for sign, told in SAYS)
DENIED: Final = re.compile(
    r"\b(?:no|not|never|without|nor|don t|doesn t|isn t|sans|aucune?|pas|ne|n|ni|neither|keep|retain)\b[^.]{0,60}$"
)
AFTER: Final = re.compile(
    r"^[^.]{0,25}\b(?:is|are|est) (?:not|pas|never) (?:required|needed|necessary|requise?|demandee?|necessaire)"
)
QUOTED: Final = 240
OWNER: Final = re.compile(
    r"(?<![\w.])@([\w-]{1,60})(?:/[\w-]{1,60})?|(?<![\w.+-])[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}\w{2,20})"
)


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact: what it may mean, the file, its words."""

    sign: Sign
    path: str
    quote: str


def signals(texts: Mapping[str, bytes], paths: Iterable[str]) -> tuple[Signal, ...]:
    """What the documents say, the gravest first; one a file and sign.

    >>> [one.sign for one in signals({"CONTRIBUTING.md": b"You must sign the CLA."}, ["CONTRIBUTING.md"])]
    ['cla']
    >>> signals({"CONTRIBUTING.md": b"We do not ask for a contributor license agreement."}, ["CONTRIBUTING.md"])
    ()
    """
    kinds = found(paths)
    read = [
        one
        for kind in ("cla", "contributing", "readme", "governance", "trademark")
        for one in kinds[kind]
        if one in texts
    ]
    told = [signal for path in dict.fromkeys(read) for signal in _in_text(path, texts[path])]
    told += _by_name("cla", kinds["cla"], told) + _by_name("trademark", kinds["trademark"], told)
    owners = [one for path in kinds["codeowners"] if path in texts for one in single_owner(path, texts[path])]
    order: list[Sign] = [sign for sign, _ in SIGNS]
    return (*sorted(told, key=lambda one: (order.index(one.sign), one.path)), *owners)


def _by_name(sign: Sign, paths: Iterable[str], told: Sequence[Signal]) -> list[Signal]:
    """The files whose name is enough, where their text has not said it already."""
    said = {(one.sign, one.path) for one in told}
    return [Signal(sign, path, path) for path in paths if (sign, path) not in said]


def _in_text(path: str, content: bytes) -> list[Signal]:
    text = " ".join(plain(decoded(content)).split())
    told = folded(text).replace("’", " ").replace("'", " ")
    return [Signal(sign, path, quote) for sign, pattern in SIGNS if (quote := _quote(text, told, pattern))]


def _quote(text: str, told: str, pattern: re.Pattern[str]) -> str:
    """The sentence around the first match that is not denied; "" without one."""
    for match in pattern.finditer(told):
        if DENIED.search(told[max(0, match.start() - 90) : match.start()]) or AFTER.search(told[match.end() :][:120]):
            continue
        source = text if len(text) == len(told) else told
        begin = max(source.rfind(". ", 0, match.start()) + 1, match.start() - QUOTED // 2, 0)
        end = source.find(". ", match.end())
        return source[begin : (end if end >= 0 else len(source)) + 1].strip()[:QUOTED]
    return ""


def single_owner(path: str, content: bytes) -> list[Signal]:
    """CODEOWNERS that names only one organisation or domain, twice at least.

    >>> single_owner("CODEOWNERS", b"* @demo/core\\n/docs @demo/writers")
    [Signal(sign='single_owner', path='CODEOWNERS', quote='@demo')]
    """
    lines = (line.split("#")[0] for line in decoded(content).splitlines())
    owners = [f"@{match[1]}" if match[1] else match[2] for line in lines for match in OWNER.finditer(line)]
    return [Signal("single_owner", path, owners[0])] if len(owners) > 1 and len(set(owners)) == 1 else []


def changes(history: Sequence[tuple[str, Open]], path: str = "") -> tuple[Signal, ...]:
    """Licences in the order they held, each with its openness: what changed, and what closed.

    >>> [one.sign for one in changes([("MIT", "yes"), ("BUSL-1.1", "no")])]
    ['closing_change']
    """
    steps = ((a, b) for a, b in pairwise(history) if a[0] != b[0])
    return tuple(
        Signal("closing_change" if a[1] == "yes" and b[1] == "no" else "licence_change", path, f"{a[0]} → {b[0]}")
        for a, b in steps
    )
