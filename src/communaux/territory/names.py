"""Names of places as people type them: case, accents, hyphens, apostrophes and "Saint" are not what tells two apart."""

from __future__ import annotations

import re
import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
SAINTS = {"saint": "st", "sainte": "ste"}
NO_LETTER = re.compile(r"[\W_]+")
INSIDE = re.compile(r"^(?P<name>.*\S)\s*\((?P<inside>[^()]+)\)\s*$", re.DOTALL)


def name_key(name: str) -> str:
    """The key of a name: "Saint-Étienne-d’Orthe" and "st etienne d orthe" have the same one.

    >>> name_key("L'Haÿ-les-Roses"), name_key("SAINTE-COLOMBE")
    ('l hay les roses', 'ste colombe')
    """
    folded = name.lower()
    if not folded.isascii():
        letters = unicodedata.normalize("NFKD", folded.translate(LIGATURES))
        folded = "".join([one for one in letters if not unicodedata.combining(one)])
    return " ".join([SAINTS.get(word, word) for word in NO_LETTER.sub(" ", folded).split()])


def name_and_inside(text: str) -> tuple[str, str]:
    """Name, and what stands in the last parentheses, as in "Sainte-Colombe (Landes)".

    >>> name_and_inside("Sainte-Colombe (40)"), name_and_inside("Ambérieu")
    (('Sainte-Colombe', '40'), ('Ambérieu', ''))
    """
    found = INSIDE.match(text)
    return (found["name"], found["inside"].strip()) if found else (text.strip(), "")
