"""What an audit says: a service, one finding a criterion, the evidence of each (spec 08b § 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.rgesn.referential import RGESN_2024, Criterion, Referential, referential

type Answer = Literal["not_assessed", "conforming", "not_conforming", "not_applicable"]
ANSWERS: Final[tuple[Answer, ...]] = ("not_assessed", "conforming", "not_conforming", "not_applicable")
SERVICES: Final = ("web", "native", "api", "data", "other")
FACTS: Final = ("has_ai", "has_video", "sells_terminal", "hosted")
MODES: Final = ("automatic", "assisted", "third_party")
STATES: Final = ("draft", "closed", "published", "expired")
DECLARED: Final = "declaration"
EVIDENCE: Final = ("url", "file", "measure", DECLARED, "automatic", "third_party")
REVIEWS: Final = ("", "confirmed", "contested")
LEVELS: Final = ("", "low", "medium", "high")
# What a declaration tells beside the lines; the value says which fact makes it needless where it is not so
BLOCKS: Final[Mapping[str, str | None]] = {
    "perimeter": None,
    "excluded": None,
    "responsible": None,
    "budget": None,
    "terminals": None,
    "systems": None,
    "speed": None,
    "codecs": "has_video",
    "hosting": "hosted",
    "open_source": None,
    "accessibility": None,
    "contact": None,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """`locator`: an address or the SHA-256 of a file. `kind` "declaration" is a word given, which proves nothing by itself."""

    kind: str
    locator: str
    captured_on: date | None = None
    valid_until: date | None = None
    excerpt: str = ""
    value: str = ""
    unit: str = ""
    threshold: str = ""
    outcome: str = ""

    def holds(self, on: date) -> bool:
        """Whether it still proves something that day, the last day of its validity included."""
        return self.kind != DECLARED and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is answered to one criterion, by whom, what a review says of it, and what is planned; `due` is a day or a month as
    people write it."""

    criterion: str
    answer: Answer = "not_assessed"
    justification: str = ""
    na_reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    author: str = ""
    decided_on: date | None = None
    confidence: str = ""
    reviewed_by: str = ""
    review: str = ""
    remark: str = ""
    action: str = ""
    owners: tuple[str, ...] = ()
    due: str = ""
    effort: str = ""

    def proven(self, on: date) -> bool:
        """Whether a piece of its evidence still holds."""
        return any([one.holds(on) for one in self.evidence])  # noqa: C419 (a generator takes twice as long, a million times)


@dataclass(frozen=True, slots=True)
class Service:
    """What is audited. A fact that nobody declared is None and contradicts nothing."""

    name: str
    kind: str = "web"
    url: str = ""
    has_ai: bool | None = None
    has_video: bool | None = None
    sells_terminal: bool | None = None
    hosted: bool | None = None

    def declares(self, fact: str | None) -> bool | None:
        """What it says of a fact; None where there is no fact to speak of, or nobody said."""
        found: bool | None = getattr(self, fact) if fact else None
        return found


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit of one service. `findings`: one for each criterion, put in their order; raise FootprintError with every line that is
    unknown, twice or missing. `blocks`: what it tells of itself, by BLOCKS; what is empty is not there."""

    service: Service
    findings: tuple[Finding, ...]
    referential: str = RGESN_2024
    mode: str = "assisted"
    state: str = "draft"
    auditor: str = ""
    organisation: str = ""
    reviewer: str = ""
    reviewer_organisation: str = ""
    started_on: date | None = None
    closed_on: date | None = None
    reviewed_on: date | None = None
    published_on: date | None = None
    expires_on: date | None = None
    previous: str = ""
    pages: tuple[str, ...] = ()
    blocks: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "findings", ordered(self.findings, referential(self.referential)))
        object.__setattr__(self, "blocks", {name: self.blocks[name] for name in BLOCKS if self.blocks.get(name)})

    @property
    def criteria(self) -> Iterable[Criterion]:
        """In the order of the findings."""
        return referential(self.referential).criteria.values()

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What counts: a theme that falls as a whole is not applicable, whatever its lines say."""
        fallen = {
            theme.number
            for theme in referential(self.referential).themes.values()
            if self.service.declares(theme.fact) is False
        }
        if not fallen:
            return tuple([one.answer for one in self.findings])
        pairs = zip(self.criteria, self.findings, strict=True)
        return tuple(["not_applicable" if line.theme.number in fallen else one.answer for line, one in pairs])


def blank(service: Service, code: str = RGESN_2024) -> Audit:
    """An audit in which nothing is assessed.

    >>> len(blank(Service("Mairie")).findings)
    78
    """
    return Audit(service, tuple(Finding(number) for number in referential(code).criteria), code)


def ordered(findings: Iterable[Finding], known: Referential) -> tuple[Finding, ...]:
    """One finding a criterion, in order; raise FootprintError with the lines, counted from 1, that are not so."""
    given = tuple(findings)
    by_number = {one.criterion: one for one in given}
    if len(given) == len(by_number) and by_number.keys() == known.criteria.keys():
        return tuple([by_number[number] for number in known.criteria])
    counts = Counter(one.criterion for one in given)
    wrong = []
    for line, one in enumerate(given, 1):
        if one.criterion not in known.criteria:
            wrong.append(FootprintError("criterion_unknown", line=line, number=one.criterion))
        elif counts[one.criterion] > 1:
            wrong.append(FootprintError("criterion_twice", line=line, number=one.criterion))
    wrong += [FootprintError("criterion_missing", number=number) for number in known.criteria if number not in counts]
    raise FootprintError("audit_lines", lines=tuple(wrong))
