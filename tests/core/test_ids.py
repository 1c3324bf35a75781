"""Identifiers: version, variant, order in time, no collision."""

import time
from uuid import RFC_4122

from communaux.core.ids import uuid7


def test_version_and_variant() -> None:
    made = uuid7()
    assert (made.version, made.variant) == (7, RFC_4122)


def test_time_stands_first() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert before <= made.int >> 80 <= after


def test_order_of_text_is_order_of_time() -> None:
    made = []
    for _ in range(5):
        made.append(str(uuid7()))
        time.sleep(0.002)
    assert made == sorted(made)


def test_ten_thousand_at_once_are_all_different() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000
