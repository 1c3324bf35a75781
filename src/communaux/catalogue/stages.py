"""Stages of a commons and what the words of each source mean in them (01 § 3.1)."""

from __future__ import annotations

from typing import Final

STAGES: Final = ("idea", "investigation", "construction", "growth", "operated", "paused", "transferred", "ended")

BETAGOUV: Final = {
    "investigation": "investigation",
    "construction": "construction",
    "acceleration": "growth",
    "consolidation": "growth",
    "success": "operated",
    "alumni": "operated",
    "opere": "operated",
    "transfer": "transferred",
    "transfere": "transferred",
    "abandon": "ended",
    "abandon-investigation": "ended",
}
BETAGOUV_CAUSE: Final = {"abandon": "unknown", "abandon-investigation": "stopped_at_investigation"}

PUBLICCODE: Final = {
    "concept": "idea",
    "development": "construction",
    "beta": "growth",
    "stable": "operated",
    "obsolete": "ended",
}
TO_PUBLICCODE: Final = {
    "idea": "concept",
    "investigation": "concept",
    "construction": "development",
    "growth": "beta",
    "operated": "stable",
    "transferred": "stable",
    "paused": "stable",
    "ended": "obsolete",
}

# https://www.repostatus.org/ badges, as CodeMeta's developmentStatus uses them.
REPOSTATUS: Final = {
    "concept": "idea",
    "wip": "construction",
    "active": "operated",
    "inactive": "paused",
    "suspended": "paused",
    "unsupported": "ended",
    "abandoned": "ended",
    "moved": "",
}

# Open Resource Exchange of Canada, `schemaCode.yaml`.
ORE: Final = {
    "alpha": "construction",
    "beta": "growth",
    "maintained": "operated",
    "deprecated": "ended",
    "retired": "ended",
}
