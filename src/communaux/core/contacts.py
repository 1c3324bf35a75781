"""Addresses of mail and telephone numbers in words that are about to be public. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# As people write it to hide it from machines too: claire (at) mairie.example
AT: Final = re.compile(r"\s*(?:@|%40|\(at\)|\[at\]|\(arobase\)|\[arobase\]|\barobase\b)\s*", re.IGNORECASE)
MAIL: Final = re.compile(r"[^\s@]@[^\s@]+\.[^\s@.]")
# Nine to fifteen digits with at most a few signs between them, the first a 0 or after a +; a year or a postal code is none.
PHONE: Final = re.compile(r"(?<!\d)(?:\+ ?\d|00|0(?=[ .\-/()]{0,3}[1-9]))(?:[ .\-/()]{0,3}\d){8,14}(?!\d)", re.ASCII)
# A day or a month of a year, with what stands between two of them
DATE: Final = re.compile(r"(?<!\d)(?:\d{1,2}[/.\-])?\d{1,2}[/.\-](?:19|20)\d\d(?!\d)", re.ASCII)

# Postal codes one after the other, apart from any other digit. Those of a delivery office end in 0, or count arrondissements:
# a telephone number in two fives does not look like that, but for one in a hundred.
CODE: Final = r"(?:(?:0[1-9]|[1-8]\d|9[0-578])\d\d0|(?:13|69|75)0\d\d)"
CODES: Final = re.compile(rf"(?<![\d+])(?<!\d[ .\-/()]){CODE}(?:[ \-/]{{1,3}}{CODE})+(?![ .\-/()]{{0,3}}\d)", re.ASCII)


def told_in(text: str) -> bool:
    """Whether somebody could be reached by what is written there.

    >>> [told_in(words) for words in ("claire@mairie.example", "claire (at) mairie.example", "06.12.34.56.78")]
    [True, True, True]
    >>> [told_in(words) for words in ("+33 (0)6 12 34 56 78", "depuis 2019, à 33000 Bordeaux", "@umap, le mardi")]
    [True, False, False]
    >>> [told_in(words) for words in ("à Nice, 06000 06100", "06000-06100 13001", "06123 45678", "06000 06100 12")]
    [False, False, True, True]
    >>> [told_in(words) for words in ("du 01/09/2024 au 30/06/2025", "09/2024-06/2025")]
    [False, False]
    """
    plain = unicodedata.normalize("NFKC", text)
    shown = "".join(one for one in plain if one.isspace() or unicodedata.category(one)[0] != "C")
    spaced = re.sub(r"\s", " ", shown.translate({0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0xB7: "."}))
    return bool(MAIL.search(AT.sub("@", spaced)) or PHONE.search(CODES.sub("#", DATE.sub("#", spaced))))
