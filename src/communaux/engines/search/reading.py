"""Reading what a person typed: quotes, words to leave out, content words, frame words, language."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from communaux.engines.search.model import Lang, Notice, Query
from communaux.engines.search.text import CAPITALS, Token, clean, is_short_acronym, stem_en, stem_fr, tokens
from communaux.engines.search.vocabulary import FRAME, STOP

MAX_LETTERS = 5000
MAX_WORDS = 60
MAX_SIGNS = 10  # phrases, and words to leave out
MAX_SHOUTED = 3  # a longer query all in capitals says nothing about acronyms
# French and curly quotes are how people write a sentence; only straight ones ask for the very words.
_QUOTED = re.compile(r"\"([^\"]*)\"")
_WITHOUT = re.compile(r"(?<!\S)-(?=\w)(\S+)")
_CURLY = re.compile(r"[«“„]")
_LOOSE_QUOTES = re.compile(r"[\"«»“”„]")


@dataclass(frozen=True, slots=True)
class Word:
    """One content word of a query, as written and as analysed."""

    text: str
    form: str
    fr: str
    en: str
    joined: str = ""
    capitals: bool = False
    titled: bool = False
    frame: bool = False
    corrected: bool = False
    place: int = 0  # among all words typed, stop words included


@dataclass(frozen=True, slots=True)
class Typed:
    """A query taken apart."""

    words: tuple[Word, ...]
    phrases: tuple[tuple[str, ...], ...]
    without: tuple[tuple[str, ...], ...]
    plain: str  # the text without quotes and words to leave out
    forms: tuple[str, ...]  # all its words, stop words included
    notices: tuple[Notice, ...]


def read_query(query: Query) -> Typed:
    """Take a query apart; whatever it holds, this never fails and takes a bounded time."""
    text, notices = _bounded(query.text)
    without = _operands(_WITHOUT, text, notices)
    text = _WITHOUT.sub(" ", text)
    phrases = _operands(_QUOTED, text, notices)
    if '"' in _QUOTED.sub(" ", text):
        notices.append(Notice("quote_ignored"))
    if _CURLY.search(text):
        notices.append(Notice("curly_quotes"))
    plain = _LOOSE_QUOTES.sub(" ", text)
    every = tokens(plain)
    words = _asked(_content(every, plain), notices)
    return Typed(words, phrases, without, " ".join(plain.split()), tuple(token.form for token in every), tuple(notices))


def _bounded(text: str) -> tuple[str, list[Notice]]:
    """The text to read, and whether it was cut: before NFKC, and after it, which may make eighteen letters of one."""
    cleaned = clean(text[:MAX_LETTERS])
    cut = len(text) > MAX_LETTERS or len(cleaned) > MAX_LETTERS
    return cleaned[:MAX_LETTERS], [Notice("cut", {"letters": str(MAX_LETTERS)})] if cut else []


def _operands(sign: re.Pattern[str], text: str, notices: list[Notice]) -> tuple[tuple[str, ...], ...]:
    """What stands behind a sign, once each, and not more of it than a person would type."""
    found = dict.fromkeys(_forms(match[1])[:MAX_WORDS] for match in sign.finditer(text))
    kept = [forms for forms in found if forms]
    if len(kept) > MAX_SIGNS:
        notices.append(Notice("too_many_signs", {"kept": str(MAX_SIGNS)}))
    return tuple(kept[:MAX_SIGNS])


def _asked(words: list[Word], notices: list[Notice]) -> tuple[Word, ...]:
    """The first words, whose frame words count in full when there is nothing else."""
    if len(words) > MAX_WORDS:
        notices.append(Notice("cut", {"kept": str(MAX_WORDS), "words": str(len(words))}))
        words = words[:MAX_WORDS]
    if words and all(word.frame for word in words):
        notices.append(Notice("frame_only"))
        words = [_plain(word) for word in words]
    return tuple(words)


def _content(every: list[Token], plain: str) -> list[Word]:
    """The words that are no stop words, or acronyms that look like one."""
    shouted = plain.isupper() and len(every) > MAX_SHOUTED
    return [
        _word(token, plain, place)
        for place, token in enumerate(every)
        if token.form not in STOP or (is_short_acronym(token) and not shouted)
    ]


def _forms(text: str) -> tuple[str, ...]:
    return tuple(token.form for token in tokens(text) if token.form not in STOP)


def _word(token: Token, text: str, place: int) -> Word:
    written = text[token.start : token.end]
    form = token.form
    return Word(
        text=written,
        form=form,
        fr=stem_fr(form),
        en=stem_en(form),
        joined=token.joined,
        capitals=token.capitals,
        titled=token.titled,
        frame=form in FRAME,
        place=place,
    )


def _plain(word: Word) -> Word:
    return replace(word, frame=False)


def capital_form(word: Word) -> str:
    return CAPITALS + word.form


def stems(word: Word, lang: Lang | None) -> tuple[str, str]:
    """(stem of the query's language, the other one); undecided: French first."""
    return (word.en, word.fr) if lang == "en" else (word.fr, word.en)
