"""The code a text is kept under: two letters of ISO 639-1 where they exist, three of ISO 639-3 else, `und` unknown."""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "und"
# Three letters that have two: languages of Europe and those written most, bibliographic spellings included.
TWO_LETTERS: Final = {
    three: two
    for two, spellings in {
        "ar": "ara", "bg": "bul", "br": "bre", "ca": "cat", "co": "cos", "cs": "ces cze", "cy": "cym wel", "da": "dan",
        "de": "deu ger", "el": "ell gre", "en": "eng", "es": "spa", "et": "est", "eu": "eus baq", "fi": "fin",
        "fr": "fra fre", "ga": "gle", "gl": "glg", "hi": "hin", "hr": "hrv", "hu": "hun", "is": "isl ice", "it": "ita",
        "ja": "jpn", "ko": "kor", "lb": "ltz", "lt": "lit", "lv": "lav", "mt": "mlt", "nl": "nld dut", "no": "nor",
        "oc": "oci", "pl": "pol", "pt": "por", "ro": "ron rum", "ru": "rus", "sk": "slk slo", "sl": "slv",
        "sr": "srp", "sv": "swe", "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho chi",
    }.items()
    for three in spellings.split()
}  # fmt: skip
UNSAID: Final = frozenset({"mis", "mul", "zxx"})


def language(code: str) -> str:
    """The code under which a text of this language is kept.

    >>> language("fr-CA"), language("ENG"), language("gsw"), language(""), language("English")
    ('fr', 'en', 'gsw', 'und', 'und')
    """
    first = re.split(r"[-_]", code.strip().lower(), maxsplit=1)[0]
    if not re.fullmatch(r"[a-z]{2,3}", first) or first in UNSAID:
        return UNKNOWN
    return TWO_LETTERS.get(first, first)
