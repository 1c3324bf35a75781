"""Electricity hour by hour, as somebody brings it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

BEGAN: Final = 1_764_000_000  # a whole hour


def hours(*grams: float, first: int = BEGAN // 3600) -> bytes:
    lines = (f"{datetime.fromtimestamp((first + n) * 3600, UTC).isoformat()},{one}" for n, one in enumerate(grams))
    return "\n".join(("timestamp,g_per_kwh", *lines)).encode()
