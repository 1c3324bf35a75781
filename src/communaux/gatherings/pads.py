"""A road map as Markdown, both ways: what a group wrote on a pad is read, and nothing of it is dropped (07 §§ 3.4, 4).

Pure: `read(write(pad)) == pad` for words as forms keep them; a line that would be taken for something else stands behind a
backslash. What has no place of its own stays in the summary, or in the text of its phase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from communaux.gatherings.means import of_kind

PHASES: Final = 3
HEAD: Final = re.compile(r"(#{1,6})\s+(.*\S)")
PHASE: Final = re.compile(r"phase\s*([123])(?:\s*[:.–—-]\s*(.*)|\s*)", re.IGNORECASE)
AIMS: Final = re.compile(r"(?:étapes|jalons|milestones)\s*:?", re.IGNORECASE)
KEYED: Final = re.compile(
    r"\**(?:(?P<gate>crit[èe]re|criterion)|(?P<theme>th[èe]me)|(?P<licence>licen[cs]e))\s*:\**\s*(.*)", re.IGNORECASE
)
MEANS: Final = {
    "means": re.compile(r"(?:moyens|means)\s*:?", re.IGNORECASE),
    "actor": re.compile(r"(?:acteurs|actors)\s*:?", re.IGNORECASE),
    "need": re.compile(r"(?:besoins|needs)\s*:?", re.IGNORECASE),
}
BOX: Final = re.compile(r"\\*\[[ xX]\]\s+\S")
AIM: Final = re.compile(r"[-*+]\s+\[([ xX])\]\s+(\S.*)")
ITEM: Final = re.compile(r"[-*+]\s+(\S.*)")
DUE: Final = re.compile(r"(.*\S)\s+@\s?(?:(\d{4}-\d{2}-\d{2})|(\d{1,2})/(\d{1,2})/(\d{4}))")


@dataclass(frozen=True, slots=True)
class Aim:
    """A milestone: what is to be there, by when if somebody said so, and whether it is."""

    text: str
    due_on: date | None = None
    done: bool = False

    def __str__(self) -> str:
        until = f" @{self.due_on}" if self.due_on else ""
        return f"- [{'x' if self.done else ' '}] {self.text}{until}"


@dataclass(slots=True)
class PadPhase:
    """One of three; `aims`: milestones, a line each, as `aim` reads it."""

    title: str = ""
    text: str = ""
    gate: str = ""
    aims: list[str] = field(default_factory=list)
    means: list[str] = field(default_factory=list)  # who and what it takes, as `means.mean` reads it


@dataclass(slots=True)
class Pad:
    """What a pad says. `theme` and `licence` in the words of its writer."""

    title: str = ""
    summary: str = ""
    theme: str = ""
    licence: str = ""
    phases: tuple[PadPhase, PadPhase, PadPhase] = field(default_factory=lambda: (PadPhase(), PadPhase(), PadPhase()))


@dataclass(frozen=True, slots=True)
class Words:
    """The headings of one language, and what stands before a colon."""

    aims: str
    means: str
    gate: str
    theme: str
    licence: str
    colon: str


WORDS: Final = {
    "fr": Words("Jalons", "Moyens", "Critère", "Thème", "Licence", "\u00a0:"),
    "en": Words("Milestones", "Means", "Criterion", "Theme", "Licence", ":"),
}


def aim(line: str) -> Aim:
    """`- [ ] a list is there @2027-06-30`; without the box it is still to come. ValueError for a day that does not exist."""
    told = line.strip()
    boxed, item = AIM.fullmatch(told), ITEM.fullmatch(told)
    text = boxed[2] if boxed else item[1] if item else told
    dated = DUE.fullmatch(text)
    return Aim(dated[1] if dated else text, _day(dated) if dated else None, boxed is not None and boxed[1] != " ")


def _day(dated: re.Match[str]) -> date:
    """2027-06-30, or 30/06/2027 as French hands write it."""
    return date.fromisoformat(dated[2]) if dated[2] else date(int(dated[5]), int(dated[4]), int(dated[3]))


def read(text: str) -> Pad:
    """Every line has its place: title, theme, licence, three phases with their criterion and milestones, else the summary."""
    reader = _Reader()
    for line in text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        reader.take(line)
    return reader.pad()


def write(pad: Pad, lang: str) -> str:
    """Headings in the language of the road map (`fr` or `en`)."""
    return "\n".join(_lines(pad, WORDS.get(lang, WORDS["en"]))).strip() + "\n"


class _Reader:
    def __init__(self) -> None:
        self._pad = Pad()
        self._top: list[str] = []
        self._texts: tuple[list[str], list[str], list[str]] = ([], [], [])
        self._seen: set[int] = set()
        self._in: int | None = None  # the phase that is read
        self._level = 0  # of the heading that opened it
        self._under = ""  # heading of a list of it: aims, means, actor, need

    def take(self, line: str) -> None:
        bare = line.strip()
        if line.startswith("\\") and _is_special(line[1:]):
            self._keep(line[1:])
        elif head := HEAD.fullmatch(bare):
            self._head(line, len(head[1]), head[2])
        elif not (self._aim(bare) or self._keyed(bare) or self._mean(bare)):
            self._keep(line)

    def pad(self) -> Pad:
        self._pad.summary = "\n".join(self._top).strip()
        for phase, told in zip(self._pad.phases, self._texts, strict=True):
            phase.text = "\n".join(told).strip()
        return self._pad

    def _head(self, line: str, level: int, told: str) -> None:
        phase, self._under = PHASE.fullmatch(told), ""
        if phase and int(phase[1]) not in self._seen:
            self._in, self._level = int(phase[1]) - 1, level
            self._seen.add(int(phase[1]))
            self._pad.phases[self._in].title = (phase[2] or "").strip()
        elif level == 1 and not self._pad.title and self._in is None:
            self._pad.title = told[1:] if _is_phase(told[1:]) else told
        elif self._in is not None and level > self._level and (under := _under(told)):
            self._under = under
        else:
            self._in = self._in if level > self._level else None
            self._keep(line)

    def _aim(self, bare: str) -> bool:
        found = AIM.fullmatch(bare) or (ITEM.fullmatch(bare) if self._under == "aims" else None)
        if self._in is None or not found:
            return False
        self._pad.phases[self._in].aims.append(bare if found.re is AIM else f"- [ ] {found[1]}")
        return True

    def _mean(self, bare: str) -> bool:
        """Under the heading of means, of actors or of needs, each line that says something is one."""
        if self._in is None or self._under not in MEANS:
            return False
        if bare:
            item = ITEM.fullmatch(bare)
            text = item[1] if item else bare
            told = text[1:] if text.startswith("\\") and BOX.match(text) else text
            self._pad.phases[self._in].means.append(told if self._under == "means" else of_kind(told, self._under))
        return True

    def _keyed(self, bare: str) -> bool:
        """Only the first of each, and only where it belongs."""
        found = KEYED.fullmatch(bare)
        kind = next((name for name, word in found.groupdict().items() if word), "") if found else ""
        told = found[4].strip() if found else ""
        holder = self._pad if self._in is None else self._pad.phases[self._in]
        if not told or not hasattr(holder, kind) or getattr(holder, kind):
            return False
        setattr(holder, kind, told)
        return True

    def _keep(self, line: str) -> None:
        (self._top if self._in is None else self._texts[self._in]).append(line)


def _under(told: str) -> str:
    """Which list of a phase this heading opens; empty: none."""
    if AIMS.fullmatch(told):
        return "aims"
    return next((name for name, words in MEANS.items() if words.fullmatch(told)), "")


def _is_special(line: str) -> bool:
    bare = line.lstrip("\\").strip()
    return any(one.fullmatch(bare) for one in (HEAD, AIM, KEYED))


def _is_phase(told: str) -> bool:
    return PHASE.fullmatch(told.lstrip("\\")) is not None


def _plain(text: str) -> str:
    return "\n".join(f"\\{line}" if _is_special(line) else line for line in text.split("\n"))


def _lines(pad: Pad, words: Words) -> Iterator[str]:
    if pad.title:
        yield f"# \\{pad.title}\n" if _is_phase(pad.title) else f"# {pad.title}\n"
    for word, told in ((words.theme, pad.theme), (words.licence, pad.licence)):
        if told:
            yield f"{word}{words.colon} {told}\n"
    yield _plain(pad.summary)
    for n, phase in enumerate(pad.phases, 1):
        yield f"\n## Phase {n}{words.colon} {phase.title}".rstrip() + "\n"
        yield _plain(phase.text)
        if phase.gate:
            yield f"\n{words.gate}{words.colon} {phase.gate}"
        if phase.aims:
            yield "\n".join((f"\n### {words.aims}\n", *phase.aims))
        if phase.means:
            lines = (f"- \\{one}" if BOX.match(one) else f"- {one}" for one in phase.means)
            yield "\n".join((f"\n### {words.means}\n", *lines))
