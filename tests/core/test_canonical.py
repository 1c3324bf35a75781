"""One spelling of a value: what is equal hashes alike, what has no single spelling is refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.core.canonical import canonical, digest, plain

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_literal_hash() -> None:
    assert canonical({"b": [1, True, None], "a": "é"}) == '{"a":"é","b":[1,true,null]}'.encode()
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", [1.0, float("nan"), [0.1], {"a": {"b": 2.5}}])
def test_floats_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no canonical form for float"):
        canonical(value)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(TypeError, match="no canonical form for bytes"):
        canonical(b"x")


def test_composed_and_decomposed_letters_are_one() -> None:
    assert canonical("e\u0301") == canonical("é") == '"é"'.encode()


def test_nul_is_taken_out_of_texts_and_keys() -> None:
    assert plain({"a\x00": ["b\x00c"]}) == {"a": ["bc"]}


def test_times_are_told_in_utc_and_numbers_as_text() -> None:
    paris = datetime(2026, 9, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    assert plain(paris) == plain(datetime(2026, 9, 1, 12, 0, tzinfo=UTC)) == "2026-09-01T12:00:00.000000Z"
    assert plain([date(2026, 9, 1), Decimal("1.50"), UUID(int=1)]) == [
        *("2026-09-01", "1.50", "00000000-0000-0000-0000-000000000001")
    ]


def test_order_of_sets_and_keys_does_not_matter() -> None:
    assert canonical({"x": {3, 1, 2}, "a": 0}) == canonical({"a": 0, "x": frozenset({2, 3, 1})})


@given(values)
def test_plain_is_stable(value: object) -> None:
    assert plain(plain(value)) == plain(value)
    assert digest(plain(value)) == digest(value)
