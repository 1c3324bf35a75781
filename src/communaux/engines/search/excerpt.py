"""The piece of an entry's text where the matched words stand, with their places marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from communaux.engines.search import fields
from communaux.engines.search.labels import CAPITALS
from communaux.engines.search.model import Doc, Excerpt
from communaux.engines.search.text import clean, fold_in_place, tokens

WHOLE = 240  # a text up to this long is shown whole
AROUND = 60
NEAR = 60  # characters between two words of one run
GAP = " … "
_PLAIN = re.compile(r"[^\W_]+")
Span = tuple[int, int]
Wanted = Mapping[str, Sequence[frozenset[str]]]  # term -> for each of its stems, the forms the entry has


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of one text with its marks."""

    text: str
    marks: tuple[Span, ...]


def make(doc: Doc, wanted: Wanted) -> tuple[Excerpt, dict[str, str]]:
    """The excerpt in which every term of `wanted` occurs, and the words as written there, by term."""
    written: dict[str, str] = {}
    cuts: list[Cut] = []
    for exact in (False, True):  # parts of compounds need the full analysis, which is slower
        for text in _texts(doc):
            missing = {term: forms for term, forms in wanted.items() if term not in written}
            if not missing and cuts:
                break
            found = find(text, missing, exact=exact)
            if found or not cuts:
                cuts.append(_cut(text, [span for spans in found.values() for span in spans]))
                written.update({term: " ".join(text[a:b] for a, b in spans) for term, spans in found.items()})
    return _joined(cuts), written


def _texts(doc: Doc) -> Iterator[str]:
    """Texts in the order they are worth showing: the short one always, then where words are missing."""
    yield clean(doc.short or doc.names[0])
    for number, texts in fields.texts(doc):
        yield from (clean(text) for text in texts if text and number != fields.SHORT)


def find(text: str, wanted: Wanted, *, exact: bool) -> dict[str, tuple[Span, ...]]:
    """First place of each term in a text: one span per stem, in order, near each other."""
    spans = _places(text, {form for forms in wanted.values() for form in frozenset().union(*forms)}, exact=exact)
    found = {term: _run(forms, spans) for term, forms in wanted.items()} if spans else {}
    return {term: run for term, run in found.items() if run}


def _places(text: str, forms: set[str], *, exact: bool) -> list[tuple[Span, str]]:
    """Where the forms stand in a text."""
    if not exact:
        return [(match.span(), match[0]) for match in _PLAIN.finditer(fold_in_place(text)) if match[0] in forms]
    places: list[tuple[Span, str]] = []
    for token in tokens(text):
        names = (token.form, token.joined, CAPITALS + token.form if token.capitals else "")
        places.extend(((token.start, token.end), name) for name in names if name in forms)
    return places


def _run(stems: Sequence[frozenset[str]], places: Sequence[tuple[Span, str]]) -> tuple[Span, ...]:
    """The first chain of places that holds the stems in order, each near the one before; () if there is none."""
    for i, (span, form) in enumerate(places):
        if form not in stems[0]:
            continue
        chain = [span]
        for other, name in places[i + 1 :]:
            if len(chain) == len(stems) or other[0] - chain[-1][1] > NEAR:
                break
            if name in stems[len(chain)]:
                chain.append(other)
        if len(chain) == len(stems):
            return tuple(chain)
    return ()


def _cut(text: str, spans: Sequence[Span]) -> Cut:
    """The text whole if short; else a window around each span, at word ends."""
    spans = sorted(set(spans))
    if len(text) <= WHOLE:
        return Cut(text, tuple(spans))
    if not spans:
        return Cut(text[: _word_end(text, WHOLE)] + " …", ())
    windows: list[list[int]] = []
    for start, end in spans:
        a, b = _word_start(text, max(0, start - AROUND)), _word_end(text, min(len(text), end + AROUND))
        if windows and a <= windows[-1][1]:
            windows[-1][1] = max(b, windows[-1][1])
        else:
            windows.append([a, b])
    pieces = [Cut(text[a:b], tuple((s - a, e - a) for s, e in spans if a <= s and e <= b)) for a, b in windows]
    joined = _joined(pieces)
    return Cut(joined.text, joined.marks)


def _word_start(text: str, at: int) -> int:
    return 0 if at == 0 else text.rfind(" ", 0, at + 1) + 1


def _word_end(text: str, at: int) -> int:
    space = text.find(" ", at)
    return len(text) if space < 0 else space


def _joined(cuts: Sequence[Cut]) -> Excerpt:
    text = ""
    marks: list[Span] = []
    for cut in cuts:
        text += GAP if text else ""
        marks.extend((len(text) + start, len(text) + end) for start, end in cut.marks)
        text += cut.text
    return Excerpt(text, tuple(sorted(set(marks))))
