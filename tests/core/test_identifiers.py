"""Numbers of bodies: keys, spaces, lengths, the exception of La Poste, RNA; a refusal says which rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.core.errors import BadRequest
from communaux.core.identifiers import LA_POSTE, bare, luhn, rna, siren, siret

DIGITS = st.text("0123456789", min_size=8, max_size=8)


def with_key(body: str) -> str:
    """The only last digit that makes the key right."""
    (key,) = [digit for digit in "0123456789" if luhn(body + digit)]
    return body + key


@given(DIGITS)
def test_one_last_digit_in_ten_makes_a_key(body: str) -> None:
    assert siren(with_key(body)) == with_key(body)


@given(DIGITS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(body: str, place: int, shift: int) -> None:
    number = with_key(body)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert code(siren, wrong) == "wrong_key"


@given(DIGITS, st.integers(0, 7))
def test_two_neighbours_exchanged_are_seen_but_for_0_and_9(body: str, place: int) -> None:
    number = with_key(body)
    pair = number[place : place + 2]
    swapped = number[:place] + pair[::-1] + number[place + 2 :]
    seen = pair[0] != pair[1] and set(pair) != {"0", "9"}
    assert (code(siren, swapped) == "wrong_key") is seen


@given(st.text("0123456789", min_size=13, max_size=13), st.sampled_from([" ", "\u00a0", "\u202f", "\t"]))
def test_spaces_are_taken_out_wherever_they_stand(body: str, space: str) -> None:
    number = with_key(body)
    assert siret(space.join(number)) == siret(f"  {number} ") == number


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused_in_words(text: str) -> None:
    known = {"", "wrong_key", "wrong_length", "not_digits", "not_an_rna"}
    assert {code(reader, text) for reader in (siren, siret, rna)} <= known


@given(st.from_regex(r"W[0-9A-Z]{3}[0-9]{6}", fullmatch=True))
def test_an_rna_is_read_in_small_letters_too(number: str) -> None:
    assert rna(number.lower()) == bare(number)


@given(st.integers(0, 99999))
def test_an_office_of_la_poste_is_known_by_the_sum_of_its_digits(office: int) -> None:
    number = f"{LA_POSTE}{office:05}"
    right = luhn(number) or sum(map(int, number)) % 5 == 0
    assert (code(siret, number) == "") is right


def test_the_head_office_of_la_poste_passes_the_common_key() -> None:
    assert luhn("35600000000048")
    assert siret("356 000 000 00048") == "35600000000048"
    assert code(siret, "35600000000046") == "wrong_key"
    assert not luhn("35600000000001")
    assert siret("35600000000001") == "35600000000001", "3 + 5 + 6 + 1 = 15"
    assert code(siret, "35600100000006") == "wrong_key", "another SIREN has no such exception"


@pytest.mark.parametrize(
    ("reader", "typed", "wanted"),
    [
        (siret, "1234567890123", "wrong_length"),
        (siret, "123456789012345", "wrong_length"),
        (siret, "", "wrong_length"),
        (siren, "12345678", "wrong_length"),
        (siret, "O2345678901234", "not_digits"),
        (siret, "١٢٣٤٥٦٧٨٩٠١٢٣٤", "not_digits"),
        (siret, "<script>", "not_digits"),
        (rna, "W123456789", ""),
        (rna, "w9c1 00 4567", ""),
        (rna, "123456789", "not_an_rna"),
        (rna, "W12345678", "not_an_rna"),
        (rna, "W1234567890", "not_an_rna"),
        (rna, "WÉ23456789", "not_an_rna"),
        (rna, "W123456789\n", ""),
    ],
)
def test_each_rule_has_its_own_refusal(reader: object, typed: str, wanted: str) -> None:
    assert code(reader, typed) == wanted


def code(reader: object, typed: str) -> str:
    """Which rule it breaks; empty: none."""
    try:
        reader(typed)
    except BadRequest as refusal:
        return refusal.code
    return ""
