"""Why something given is no programme."""

from __future__ import annotations


class ProgrammeError(ValueError):
    """What cannot be a programme: `code` has its sentence in `data/programme/words.toml`, `what` fills it."""

    def __init__(self, code: str, /, **what: object) -> None:
        super().__init__(f"{code}: {', '.join(map(str, what.values()))}")
        self.code = code
        self.what = what
