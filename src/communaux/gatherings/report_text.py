"""A report as Markdown, for a pad or an archive. Its words are plain text: what Markdown would read as a mark stands behind a
backslash."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from communaux.gatherings.models import Report

# Parts, in the language of the text
WORDS: Final = {
    "fr": ("Compte rendu\u00a0: ", "Ce que nous avons appris", "Ce que nous n’avons vu que d’un côté", "Chiffres"),
    "en": ("Report: ", "What we learned", "What we saw from one side only", "Figures"),
}
INSIDE: Final = re.compile(r"[\\`*_\[\]<>&]")
AT_START: Final = re.compile(r"^(\s*)([#+=|~-])", re.MULTILINE)
NUMBERED: Final = re.compile(r"^(\s*\d+)([.)])", re.MULTILINE)


def markdown(report: Report, url: str) -> str:
    """All of the writing, then where it stands."""
    return "\n".join(_lines(report, url)) + "\n"


def _lines(report: Report, url: str) -> Iterator[str]:
    title, learned, one_side, figures = WORDS.get(report.lang, WORDS["en"])
    yield f"# {title}{escaped(report.session.title)}\n"
    yield escaped(report.text).replace("\r\n", "\n")
    for heading, told in ((learned, report.learnings), (one_side, report.biases)):
        if told:
            yield "\n".join((f"\n## {heading}\n", *(f"- {escaped(one)}" for one in told)))
    if report.figures:
        yield f"\n## {figures}\n"
        for one in report.figures:
            label, value, source = (escaped(one[name]) for name in ("label", "value", "source"))
            yield f"- {label} — {value} ({source})"
    doi = f" — DOI {report.doi}" if report.doi else ""
    yield f"\n{escaped(report.session.edition.name)}, {report.written_at:%Y-%m-%d}, {report.licence}{doi}\n\n<{url}>"


def escaped(text: str) -> str:
    """
    >>> escaped("# no title\\n1. no list, *no* <b>"), escaped("9 places")
    ('\\\\# no title\\n1\\\\. no list, \\\\*no\\\\* \\\\<b\\\\>', '9 places')
    """
    told = INSIDE.sub(lambda found: f"\\{found[0]}", text)
    return NUMBERED.sub(r"\1\\\2", AT_START.sub(r"\1\\\2", told))
