"""The piece of an entry's text where the matched words stand, with their places marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from communaux.engines.search.model import Doc, Excerpt, Lang, Wording
from communaux.engines.search.text import CAPITALS, clean, fold, fold_in_place, tokens

WHOLE = 240  # a text up to this long is shown whole
AROUND = 60
NEAR = 60  # characters between two words of one run
GAP = " … "
_INNER = str.maketrans("", "", "-_.'\u2019\u02bc")
Span = tuple[int, int]
Wanted = Mapping[str, Sequence[frozenset[str]]]  # term -> for each of its stems, the forms the entry has


@dataclass(frozen=True, slots=True)
class Said:
    """One text of an entry and its language, or ''."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of one text with its marks."""

    text: str
    marks: tuple[Span, ...]
    lang: str = ""


def make(doc: Doc, wanted: Wanted, reader: Lang | None = None) -> tuple[Excerpt, dict[str, str]]:
    """The excerpt in which every term of `wanted` occurs, and the words as written there, by term.

    Each text is shown once, the one line in the language of the reader first.
    """
    texts: list[Said] = []
    spans: dict[int, list[Span]] = {0: []}
    written: dict[str, str] = {}
    for said in _texts(doc, reader):
        if texts and len(written) == len(wanted):
            break
        texts.append(said)
        _note(len(texts) - 1, said.text, wanted, spans, written, exact=False)
    for number, said in enumerate(texts):  # parts of compounds need the full analysis, which is slower
        if len(written) < len(wanted):
            _note(number, said.text, wanted, spans, written, exact=True)
    return _joined([_cut(texts[number], spans[number]) for number in sorted(spans)]), written


def _note(
    number: int, text: str, wanted: Wanted, spans: dict[int, list[Span]], written: dict[str, str], *, exact: bool
) -> None:
    """Add what a text holds of the terms still missing."""
    missing = {term: forms for term, forms in wanted.items() if term not in written}
    for term, run in find(text, missing, exact=exact).items():
        spans.setdefault(number, []).extend(run)
        written[term] = " ".join(text[start:end] for start, end in run)


def _texts(doc: Doc, reader: Lang | None) -> Iterator[Said]:
    """Texts in the order they are worth showing: one short text always, then where words are missing."""
    own = doc.lang[0] if len(doc.lang) == 1 else ""
    said = sorted((Wording(own, doc.short, doc.long), *doc.wordings), key=lambda one: one.lang != reader)
    shorts = [Said(one.short, one.lang) for one in said if one.short] or [Said(doc.names[0])]
    longs = [Said(one.long, one.lang) for one in said]
    plain = (Said(text) for text in (*doc.orgs, doc.licence, *doc.platforms))
    known = (Said(text) for text in (*doc.names, *doc.tags))
    for one in chain(shorts[:1], known, longs[:1], shorts[1:], longs[1:], plain):
        if one.text:
            yield Said(clean(one.text), one.lang)


def find(text: str, wanted: Wanted, *, exact: bool) -> dict[str, tuple[Span, ...]]:
    """First place of each term in a text: one span per stem, in order, near each other."""
    forms = {form for stems in wanted.values() for one in stems for form in one}
    places = _exact_places(text, forms) if exact else _places(text, forms)
    found = {term: _run(stems, places) for term, stems in wanted.items()} if places else {}
    return {term: run for term, run in found.items() if run}


def _places(text: str, forms: set[str]) -> list[tuple[Span, str]]:
    """Where the forms stand in a text as whole words."""
    folded = fold_in_place(text)
    places: list[tuple[Span, str]] = []
    for form in forms - {""}:
        letters = form.removeprefix(CAPITALS)
        for start in _starts(folded, letters):
            end = start + len(letters)
            if letters == form or text[start:end].isupper():
                places.append(((start, end), form))
    return sorted(places)


def _starts(text: str, word: str) -> Iterator[int]:
    """Where a word begins in a text, as a whole word."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(word, end)


def _exact_places(text: str, forms: set[str]) -> list[tuple[Span, str]]:
    """Where they stand as parts of compounds, with ligatures, in capitals: as analysis finds them."""
    letters = fold(text).translate(_INNER)
    if not any(form.removeprefix(CAPITALS).translate(_INNER) in letters for form in forms):
        return []  # told at once of most texts, before the slower analysis
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


def _cut(said: Said, spans: Sequence[Span]) -> Cut:
    """The text whole if short; else a window around each span, at word ends."""
    text, marks = said.text, _merged(spans)
    if len(text) <= WHOLE:
        return Cut(text, marks, said.lang)
    if not marks:
        return Cut(text[: _word_end(text, WHOLE)] + " …", (), said.lang)
    windows: list[list[int]] = []
    for start, end in marks:
        a, b = _word_start(text, max(0, start - AROUND)), _word_end(text, min(len(text), end + AROUND))
        if windows and a <= windows[-1][1]:
            windows[-1][1] = max(b, windows[-1][1])
        else:
            windows.append([a, b])
    pieces = [Cut(text[a:b], tuple((s - a, e - a) for s, e in marks if a <= s and e <= b)) for a, b in windows]
    joined = _joined(pieces)
    return Cut(joined.text, joined.marks, said.lang)


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order; those that overlap are one, so that no letter is shown twice."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _word_start(text: str, at: int) -> int:
    return 0 if at == 0 else text.rfind(" ", 0, at + 1) + 1


def _word_end(text: str, at: int) -> int:
    space = text.find(" ", at)
    return len(text) if space < 0 else space


def _joined(cuts: Sequence[Cut]) -> Excerpt:
    text = ""
    marks: list[Span] = []
    langs: list[tuple[int, int, str]] = []
    for cut in cuts:
        text += GAP if text else ""
        marks.extend((len(text) + start, len(text) + end) for start, end in cut.marks)
        if cut.lang:
            langs.append((len(text), len(text) + len(cut.text), cut.lang))
        text += cut.text
    return Excerpt(text, tuple(marks), tuple(langs))
