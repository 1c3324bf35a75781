"""What tells how to reach somebody, and what only looks like it."""

from __future__ import annotations

import pytest

from communaux.core import contacts


@pytest.mark.parametrize(
    "text",
    [
        "claire.martin@mairie.example",
        "Écrivez à CLAIRE@MAIRIE.EXAMPLE !",
        "claire (at) mairie.example",
        "claire [AT] mairie.example",
        "claire arobase mairie.example",
        "claire＠mairie.example",
        "cla\u200bire@mairie.example",
        "06 12 34 56 78",
        "0612345678",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06\u202f12\u202f34\u202f56\u202f78",
        "06·12·34·56·78",
        "0６12345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "+262 692 12 34 56",
        "tél : (01) 23 45 67 89",
        "06123 45678",
        "06000 0610",
        "06 06000 06100",
        "+33 60000 61000",
        "06000 06100 12",
        "06000 06100 06200 7",
    ],
)
def test_how_to_reach_somebody(text: str) -> None:
    assert contacts.told_in(f"Bonjour, {text}, le mardi") is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cartes et logiciels libres 🦆",
        "à Bordeaux (33000) depuis 2019, 2020 et 2021",
        "33000, 33100 et 33200",
        "06000 06100",
        "06000 - 06100, à Nice",
        "01000 13001 75012 69003",
        "06000 " * 2_000,
        "@umap",
        "10 @ 20 €",
        "de 9 h 00 à 12 h 30, 3 fois par semaine",
        "SIRET 732 829 320 00074",
        "0 à 6 ans",
        "https://umap.openstreetmap.fr/fr/map/12",
        "<script>alert(1)</script>",
        "x" * 10_000,
        "0" * 10_000,
        "(" * 5_000 + "@" * 5_000,
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    assert contacts.told_in(text) is False
