"""What is said of a licence that no list knows: it is kept as it is written, and the ids near it are shown."""

from __future__ import annotations

from django.utils.translation import gettext

from communaux.catalogue.near_licences import USUAL, doubtful, nearest

SHOWN = 100  # characters of it


def doubt(raw: str) -> str:
    """A sentence for whoever wrote it; nothing for a licence that is known, or not told."""
    if not doubtful(raw):
        return ""
    near = nearest(raw)
    told = {"text": raw if len(raw) <= SHOWN else f"{raw[:SHOWN]}…", "ids": ", ".join(near or USUAL)}
    if near:
        return gettext("“%(text)s” is kept, but it is no id of the SPDX list. Nearest: %(ids)s.") % told
    return gettext("“%(text)s” is kept, but it is no id of the SPDX list. Some of its ids: %(ids)s.") % told
