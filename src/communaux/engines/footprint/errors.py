"""Why a footprint cannot be computed."""

from __future__ import annotations


class FootprintError(ValueError):
    """`code` has its sentence in `data/footprint/words.toml`, `what` fills it."""

    def __init__(self, code: str, /, **what: object) -> None:
        super().__init__(f"{code}: {', '.join(map(str, what.values()))}")
        self.code = code
        self.what = what
