"""The bilingual word list made ready: from a run of stems of one language to runs of the other."""

from __future__ import annotations

from collections.abc import Sequence

from communaux.engines.search.labels import Stems, Trie, content_stems
from communaux.engines.search.model import Lang, Thesaurus


class Glossary:
    """Word pairs, both ways."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self._from: dict[Lang, dict[Stems, dict[Stems, None]]] = {"fr": {}, "en": {}}
        for pair in thesaurus.words:
            french = content_stems(pair.fr, "fr")
            for word in pair.en:
                english = content_stems(word, "en")
                if french and english:
                    self._from["fr"].setdefault(french, {})[english] = None
                    self._from["en"].setdefault(english, {})[french] = None
        self._keys: dict[Lang, list[Stems]] = {lang: sorted(table) for lang, table in self._from.items()}
        self._tries = {lang: Trie(enumerate(keys)) for lang, keys in self._keys.items()}

    def runs(self) -> list[Stems]:
        """Every translation of more than one word: the index counts them as runs."""
        return [run for table in self._from.values() for runs in table.values() for run in runs if len(run) > 1]

    def knows(self, stem: str, lang: Lang) -> bool:
        return (stem,) in self._from[lang]

    def word(self, stem: str, lang: Lang) -> list[str]:
        """Stems of the other language that are one word for one word."""
        return [run[0] for run in self._from[lang].get((stem,), ()) if len(run) == 1]

    def translate(self, view: Sequence[str], lang: Lang) -> list[tuple[tuple[int, ...], Stems]]:
        """(positions, run of the other language) for each word or run of words that has a translation."""
        found: list[tuple[tuple[int, ...], Stems]] = []
        for number, at in self._tries[lang].find(view):
            found.extend((at, run) for run in self._from[lang][self._keys[lang][number]])
        return found
