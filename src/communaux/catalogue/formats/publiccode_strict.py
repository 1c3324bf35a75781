"""Is a publiccode.yml valid, by the letter of the standard? Every finding, with its key and its line.

The text alone is judged here. Whether a file is in the repository, an address answers, a code is in a register: that is
put to a probe; without one nothing is asked, and the report says what was not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from communaux.catalogue.formats.mapped import Refused
from communaux.catalogue.formats.publiccode_rules import DENIED, Finding, Question, under, wrong
from communaux.catalogue.formats.publiccode_schema import whole_file
from communaux.catalogue.formats.rows import base_name, yaml_text

type Probe = Callable[[Question], bool | None]  # None: it cannot tell, the question stays unasked
type Verdict = Literal["valid", "valid_with_warnings", "invalid"]

LINE: Final = re.compile(r", line (\d+)")
LARGEST: Final = 1_000_000  # bytes, as everywhere else; such a file has some thousands


def nobody(_question: Question) -> None:
    """The probe that is never asked anything."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one file, in the order of its lines; `unasked` are the questions that no probe answered."""

    findings: tuple[Finding, ...]
    unasked: tuple[Question, ...] = ()
    readable: bool = True

    @property
    def verdict(self) -> Verdict:
        if any(one.level == "error" for one in self.findings):
            return "invalid"
        return "valid_with_warnings" if self.findings else "valid"


def check_file(path: str, data: bytes, probe: Probe = nobody) -> Report:
    """One file; UTF-8 and YAML 1.2 only, 1 MB at most."""
    if len(data) > LARGEST:
        return Report((Finding("", "Not read: larger than 1 MB"),), readable=False)
    found = data.decode("utf-8-sig", "surrogateescape")
    row = yaml_text(base_name(path), found)
    if isinstance(row, Refused):
        at = LINE.search(row.where)
        return Report((Finding("", row.reason, line=int(at[1]) if at else None),), readable=False)
    report = check_content(row.content, probe)
    lines = lines_of(found)
    findings = [replace(one, line=line_of(one.path, lines)) for one in report.findings]
    return replace(report, findings=tuple(sorted(findings, key=lambda one: one.line or 0)))


def check_content(content: Mapping[str, Any], probe: Probe = nobody) -> Report:
    """The same of what a file says, once read."""
    told = list(whole_file(content))
    answers = [(one, probe(one)) for one in told if isinstance(one, Question)]
    denied = [wrong(one.path, DENIED[one.kind], one.about) for one, answer in answers if answer is False]
    findings = [one for one in told if isinstance(one, Finding)]
    return Report((*findings, *denied), tuple(one for one, answer in answers if answer is None))


def lines_of(found: str) -> dict[str, int]:
    """The line, from 1, on which each key and each item of a list stands."""
    lines: dict[str, int] = {}
    waiting: list[tuple[str, Node]] = [("", YAML(typ="safe", pure=True).compose(found))]
    while waiting:
        path, node = waiting.pop()
        for inner, line, value in children(path, node):
            lines.setdefault(inner, line)
            waiting.append((inner, value))
    return lines


def children(path: str, node: Node) -> Iterator[tuple[str, int, Node]]:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield under(path, str(key.value)), key.start_mark.line + 1, value
    elif isinstance(node, SequenceNode):
        for at, value in enumerate(node.value):
            yield f"{path}[{at}]", value.start_mark.line + 1, value


def line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """That of the path, or of the nearest section around it: what is missing has no line of its own."""
    return next((lines[one] for one in around(path) if one in lines), None)


def around(path: str) -> Iterable[str]:
    while path:
        yield path
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
