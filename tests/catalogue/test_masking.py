"""Nothing of a person is left in what is kept of a search: whatever is typed, however it is written."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from communaux.catalogue.masking import LONGEST, mask

LETTERS = st.text(st.characters(codec="utf-8"), max_size=60)
DIGITS = st.text("0123456789٣４²", min_size=1, max_size=20)
MAILS = st.emails()
PIECES = st.lists(st.one_of(LETTERS, DIGITS, MAILS, st.sampled_from([" ", "\u200b", "-", ".", "/", "@", "?a=1"])))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Signalement de NIDS de poule", "signalement de nids de poule"),
        ("jean.dupont@mairie.example", "[mail]"),
        ("écrire à Jean <jean@mairie.example>, vite", "écrire à jean [mail] vite"),
        ("jean (at) mairie.example", "[mail]"),
        ("jean arobase mairie.example", "[mail]"),
        ("jean @ mairie.example", "[mail]"),
        ("jean%40mairie.example", "[mail]"),
        ("@jean@social.example sur le fédivers", "[mail] sur le fédivers"),
        ("06 12 34 56 78", "[n]"),
        ("+33 (0)6.12-34/56 78 pour rappeler", "+[n] pour rappeler"),
        ("siret 123 456 789 00012", "siret [n]"),
        ("nir 1 85 05 2A 004 123 45", "nir [n]a [n]"),
        ("né le 12/03/1985 à", "né le [n] à"),
        ("０６１２３４５６７８", "[n]"),
        ("06\u200b12\u200b34\u200b56\u200b78", "[n]"),
        ("dossier AB12-345C678", "dossier [n]"),
        ("déchets 55100", "déchets 55100"),
        ("https://exemple.fr/dossier/123456/suite", "https://exemple.fr/dossier/[n]/suite"),
        ("au 06 12 34 56 78, 55100 Verdun", "au [n] verdun"),
        ("insee 2A004 et 93001", "insee 2a004 et 93001"),
        ("c++ c# .net 3e rgpd 2025", "c++ c# .net 3e rgpd 2025"),
        ("https://exemple.fr/suivi?jeton=abc#ici", "https://exemple.fr/suivi"),
        ("www.exemple.fr/a;jsessionid=x", "www.exemple.fr/a"),
        ("exemple.fr/x?mot=secret", "exemple.fr/x"),
        ("https://jean:secret@exemple.fr/", "[mail]"),
        ("quoi ? où ?", "quoi ? où ?"),
        ("a\x00b\u202ec", "abc"),
        ("  \n\t ", ""),
        ("\u200b", ""),
        ("😀 cantine", "😀 cantine"),
        ("x" * 10_000, "x" * LONGEST),
    ],
)
def test_what_is_kept_of_some_words(typed: str, kept: str) -> None:
    assert mask(typed) == kept


@given(PIECES.map("".join))
@example("12345 [n] 6")
@example("İ" * 300)
def test_no_mail_and_no_long_number_is_ever_left(typed: str) -> None:
    kept = mask(typed)
    assert "@" not in kept
    assert re.search(r"\d{6}", re.sub(r"[\W_]", "", kept)) is None
    assert len(kept) <= LONGEST
    assert not any(unicodedata.category(letter) == "Cc" for letter in kept)


@given(PIECES.map("".join))
@example("0 ?= 0")
def test_masking_twice_is_masking_once(typed: str) -> None:
    assert mask(mask(typed)) == mask(typed)


@given(LETTERS, MAILS, LETTERS)
def test_a_mail_address_between_other_words_is_taken_out(before: str, mail: str, after: str) -> None:
    name = mail.partition("@")[0].lower()
    assert mail.lower() not in mask(f"{before} {mail} {after}")
    assert "[mail]" in mask(f"{mail} {after}") or name in "[mail]"


@given(st.text("abcdefghijklmnopqrstuvwxyzéà ", min_size=1, max_size=150))
def test_plain_words_stay_as_they_are(typed: str) -> None:
    plain = " ".join(typed.split())
    assert mask(typed) == plain or "arobase" in plain
