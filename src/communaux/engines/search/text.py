"""Analysis of French and English text: from a string to folded forms and their two stems.

NFKC, elisions off, inclusive forms to one, tokens of letters and digits, compounds as parts and joined, accents folded
*before* stemming, so that "reseau" and "réseau" are one word on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import Stemmer

ANALYSIS_VERSION = 3

_APOSTROPHES = "'\u2019\u02bc"
_ELISION = rf"(?:jusqu|lorsqu|puisqu|quelqu|qu|[ldjmtsnc])[{_APOSTROPHES}]"
_ENDING = "e|ne|le|ère|ere|ive|ve|euse|rice|trice|rrice|fe|he|te|sse|aise|oise|ienne|elle"
_INCLUSIVE = re.compile(
    rf"(?<=\w\w)(?:[·•⋅‧∙](?:{_ENDING}|s)s?(?:[·•⋅‧∙]s)?"
    rf"|\.(?:{_ENDING})(?:\.s|s)?(?![\w.]\w)"
    rf"|\((?:{_ENDING}|s)s?\)s?"
    rf"|-(?:{_ENDING})-s|/-?(?:{_ENDING})s?)(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(
    rf"(?<![^\W_])(?:{_ELISION})?(?P<word>c\+\+|[cf]#|\.net\b|[^\W_]+(?:[-_.{_APOSTROPHES}][^\W_]+)*)",
    re.IGNORECASE,
)
_INNER = re.compile(rf"[-_.{_APOSTROPHES}]|(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe0f\ufeff]")
_LATIN = bytes(ord(unicodedata.normalize("NFKD", chr(code))[0].lower()) % 256 for code in range(256))
_SPACED = re.compile(r"\S+")
# Snowball gives "alternative" and "alternance" (training at work) one stem: they share nothing else.
_OWN_STEM = {f"alternati{ending}": "alternativ" for ending in ("f", "fs", "ve", "ves", "vely")}
SHORT_ACRONYM = 4
CAPITALS = "^"  # mark of a form kept in capitals: short acronyms are told from words by it
EXACT = "="  # mark of a form kept as written: brands are told from stems by it
OWN_STEMS = ("", CAPITALS)  # how what has no stem begins: a wall between two texts is nothing
# Caches count entries, not bytes: only what people write again is kept, so that no text fills the memory.
KEPT = 40
LONGEST_JOINED = 64  # a longer compound is found by its parts alone: nobody types it run together
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


class Token(NamedTuple):
    """One word of a text. `joined` is the whole compound it is a part of, or ''; offsets are in the cleaned text."""

    form: str
    start: int
    end: int
    joined: str = ""
    capitals: bool = False
    titled: bool = False  # begins with a capital


class _Stemmers:
    """The two Snowball stemmers; made once, they hold no state between words that could change an answer."""

    fr = Stemmer.Stemmer("french", 0)
    en = Stemmer.Stemmer("english", 0)


def clean(text: str) -> str:
    """NFKC, control and invisible characters to spaces: the text as it is analysed and shown.

    >>> clean("caf\\u0065\\u0301\\x00 ok")
    'café  ok'
    """
    if text.isascii() and text.isprintable():
        return text  # told at once of most texts
    if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    return _UNSEEN.sub(" ", text)


def fold(word: str) -> str:
    """Lower case without accents.

    >>> fold("Œuvre Été")
    'oeuvre ete'
    """
    word = word.lower()
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def fold_in_place(text: str) -> str:
    """Lower case without accents, one letter for one letter, so that offsets stay those of the text.

    >>> fold_in_place("Été à Œ")
    'ete a ?'
    """
    return text.encode("latin-1", "replace").translate(_LATIN).decode("latin-1")


def stem_fr(form: str) -> str:
    """French stem of a folded form.

    >>> stem_fr("reservations")
    'reserv'
    """
    return _stem_fr(form) if len(form) <= KEPT else _stem(_Stemmers.fr, form)


def stem_en(form: str) -> str:
    """English stem of a folded form.

    >>> stem_en("bookings")
    'book'
    """
    return _stem_en(form) if len(form) <= KEPT else _stem(_Stemmers.en, form)


def stems_fr(forms: Iterable[str]) -> list[str]:
    """French stem of each folded form; a wall and a form in capitals are their own.

    >>> stems_fr(["reservations", "", "^SIG"])
    ['reserv', '', '^SIG']
    """
    return [form if form[:1] in OWN_STEMS else _stem_fr(form) if len(form) <= KEPT else stem_fr(form) for form in forms]


def stems_en(forms: Iterable[str]) -> list[str]:
    """English stem of each folded form; a wall and a form in capitals are their own."""
    return [form if form[:1] in OWN_STEMS else _stem_en(form) if len(form) <= KEPT else stem_en(form) for form in forms]


def _stem(stemmer: Stemmer.Stemmer, form: str) -> str:
    return _OWN_STEM.get(form) or str(stemmer.stemWord(form)) or form


@lru_cache(maxsize=200_000)
def _stem_fr(form: str) -> str:
    return _stem(_Stemmers.fr, form)


@lru_cache(maxsize=200_000)
def _stem_en(form: str) -> str:
    return _stem(_Stemmers.en, form)


def tokens(text: str) -> list[Token]:
    """Words of a text that `clean` has seen, in order, with offsets.

    >>> [t.form for t in tokens("L'agenda des agent·e·s, en C++ avec OpenStreetMap")]
    ['agenda', 'des', 'agent', 'en', 'c++', 'avec', 'open', 'street', 'map']
    """
    found: list[Token] = []
    for match in _SPACED.finditer(text):
        offset = match.start()
        for token in spaced(match.group()):
            found.append(token._replace(start=offset + token.start, end=offset + token.end) if offset else token)
    return found


def unplaced(text: str) -> list[Token]:
    """The same words faster: offsets are only those within what stands between two spaces.

    >>> [t.form for t in unplaced("L'agenda des agent·e·s")]
    ['agenda', 'des', 'agent']
    """
    return [token for piece in text.split() for token in spaced(piece)]


def is_short_acronym(token: Token) -> bool:
    """Two or three letters, all capitals: "AI" and "IT" are not the stop words they look like."""
    return token.capitals and 1 < len(token.form) < SHORT_ACRONYM


def spaced(piece: str) -> tuple[Token, ...]:
    """Words of a piece of text without spaces, by far the most of them seen before."""
    return _kept(piece) if len(piece) <= KEPT else _spaced(piece)


@lru_cache(maxsize=200_000)
def _kept(piece: str) -> tuple[Token, ...]:
    return _spaced(piece)


def _spaced(piece: str) -> tuple[Token, ...]:
    found: list[Token] = []
    for match in _WORD.finditer(_without_inclusive(piece)):
        offset = match.start("word")
        parts, joined, capitals = _parts(match["word"])
        if joined == "dont" or (offset > match.start() and match["word"] == "ai"):
            continue  # "don't" is no gift ("don"), "j'ai" no artificial intelligence
        for form, start, end in parts:
            titled = piece[offset + start].isupper()
            found.append(Token(form, offset + start, offset + end, joined, capitals, titled))
    return tuple(found)


def _without_inclusive(text: str) -> str:
    """Feminine and plural endings blanked, so that offsets do not move."""
    if not any(mark in text for mark in "·•⋅‧∙.(-/"):
        return text
    return _INCLUSIVE.sub(lambda m: " " * len(m.group()), text)


def _parts(raw: str) -> tuple[tuple[tuple[str, int, int], ...], str, bool]:
    """Parts of one written word with their offsets, the joined form of a compound, whether it is all capitals."""
    capitals = raw.isupper()
    if raw.lower() in {"c++", "c#", "f#", ".net"}:
        return ((raw.lower(), 0, len(raw)),), "", capitals
    pieces: list[tuple[str, int, int]] = []
    position = 0
    for separator in [*_INNER.finditer(raw), None]:
        end = separator.start() if separator else len(raw)
        pieces.append((fold(raw[position:end]), position, end))
        position = separator.end() if separator else end
    if len(pieces) == 1 or len(raw) > LONGEST_JOINED:
        return tuple(pieces), "", capitals
    return tuple(pieces), "".join(form for form, _, _ in pieces), capitals
