"""What may be kept of the words somebody searched for: no mail address, no long number, no secret of a link. Pure.

A name written in plain letters cannot be told from any other words; the page on personal data says so.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
MAIL, NUMBER = "[mail]", "[n]"
# Five digits stay: a postal code or the code of a commune says where, not who. Six or more may be a telephone, a
# SIRET, a social security number, a date of birth, a file: with whatever stands between the digits but letters.
LONG_NUMBER = re.compile(r"\d(?:[\W_]*\d){5,}")
MOST_DIGITS = 5
AT = re.compile(r"\s*(?:@|%40|\(at\)|\[at\]|\barobase\b)\s*")
LINK = re.compile(r"://|^www\.")
END_OF_PATH = re.compile(r"[?#;]")
QUESTION = re.compile(r"\?\S*=")


def mask(text: str) -> str:
    """The words without what tells a person, in small letters, 200 characters at most; empty when nothing is left.

    >>> mask("Contacter jean.dupont@mairie.example, 55100 Verdun, au 06 12 34 56 78")
    'contacter [mail] 55100 verdun, au [n]'
    >>> mask("https://exemple.fr/suivi?jeton=abc")
    'https://exemple.fr/suivi'
    """
    words = (MAIL if "@" in word else word for word in AT.sub("@", _plain(text)).split())
    numbered = LONG_NUMBER.sub(NUMBER, " ".join(words))  # before any word is changed: a number may run over several
    return " ".join(filter(None, map(_word, numbered.split())))[:LONGEST].strip()


def without_masks(masked: str) -> str:
    """The words that can be searched for again."""
    return " ".join(word for word in masked.split() if MAIL not in word and NUMBER not in word)


def _plain(text: str) -> str:
    """One spelling for what looks the same, so that a wide digit or a hidden sign between two hides nothing."""
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return "".join(letter for letter in composed if letter.isspace() or unicodedata.category(letter)[0] != "C")


def _word(word: str) -> str:
    if LINK.search(word) or QUESTION.search(word):
        word = END_OF_PATH.split(word)[0]
    return NUMBER if sum(letter.isdecimal() for letter in word) > MOST_DIGITS else word
