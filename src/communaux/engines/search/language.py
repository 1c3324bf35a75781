"""Which language a text is in: stop words first, then the vocabulary of the entries; undecided is an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from communaux.engines.search.model import Lang
from communaux.engines.search.vocabulary import STOP_EN, STOP_FR

_ACCENTED = frozenset("àâçéèêëîïôùûœ")
_ONLY_FR = (STOP_FR - STOP_EN) | {
    "cherche",
    "besoin",
    "logiciel",
    "outil",
    "gerer",
    "gestion",
    "faire",
    "mairie",
    "commune",
}
_ONLY_EN = (STOP_EN - STOP_FR) | {"need", "needs", "looking", "tool", "software", "manage", "management", "help"}


def detect(text: str, forms: Sequence[str], counts: Callable[[str], tuple[int, int]] | None = None) -> Lang | None:
    """Language of a text, or None. `counts(form)` tells in how many French and English entries a word stands.

    >>> detect("je cherche de quoi gérer la cantine", ["je", "cherche", "de", "quoi", "gerer", "la", "cantine"])
    'fr'
    >>> detect("wiki", ["wiki"]) is None
    True
    """
    french = 2 * sum(form in _ONLY_FR for form in forms) + 2 * any(c in _ACCENTED for c in text.lower())
    english = 2 * sum(form in _ONLY_EN for form in forms)
    if counts is not None and french == english:
        for form in forms:
            in_french, in_english = counts(form)
            french += in_french > in_english
            english += in_english > in_french
    if french == english:
        return None
    return "fr" if french > english else "en"
