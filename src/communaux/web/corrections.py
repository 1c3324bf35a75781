"""What readers corrected or could not use, in the language of the page: one sentence a warning they can write."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

# As the readers write them (`catalogue.formats`), what was found in the place of each name.
SENTENCES = (
    gettext_noop("A list is expected: %(found)s"),
    gettext_noop("Address longer than %(most)s characters: %(found)s"),
    gettext_noop("Address masked by the source: %(found)s"),
    gettext_noop("Address taken out of a sentence: %(found)s"),
    gettext_noop("Country not in capitals: %(found)s"),
    gettext_noop("Cut at %(most)s characters: %(found)s"),
    gettext_noop("Depends on a service outside the control of its users"),
    gettext_noop("Deprecated key: %(found)s"),
    gettext_noop("Field not known: %(found)s"),
    gettext_noop("Key longer than %(most)s characters: %(found)s"),
    gettext_noop("Licence longer than %(most)s characters: %(found)s"),
    gettext_noop("Licence not recognised: %(found)s"),
    gettext_noop("Licence rewritten as %(licence)s: %(found)s"),
    gettext_noop("Missing key: %(found)s"),
    gettext_noop("Neither true nor false: %(found)s"),
    gettext_noop("No longDescription of %(least)s to %(most)s characters"),
    gettext_noop("Not a date: %(found)s"),
    gettext_noop("Not an address: %(found)s"),
    gettext_noop("Phase without a date: %(found)s"),
    gettext_noop("Still to verify: %(found)s"),
    gettext_noop("Unknown developmentStatus: %(found)s"),
    gettext_noop("Unknown key: %(found)s"),
    gettext_noop("Unknown maintenance.type: %(found)s"),
    gettext_noop("Unknown phase: %(found)s"),
    gettext_noop("Unknown softwareType: %(found)s"),
    gettext_noop("Unknown version of the standard: %(found)s"),
    gettext_noop("Version written as a number: %(found)s"),
    gettext_noop("Written url for uri: %(found)s"),
    gettext_noop("shortDescription longer than %(most)s characters"),
)


def sentence(warning: str) -> str:
    """The warning in the language of the page; one that no reader of today writes stays as it is."""
    for known, pattern in _patterns():
        if found := pattern.fullmatch(warning):
            return gettext(known) % found.groupdict()
    return warning


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(known, re.compile(_pattern(known), re.DOTALL)) for known in SENTENCES]


def _pattern(known: str) -> str:
    parts = re.split(r"%\((\w+)\)s", known)
    return "".join(f"(?P<{part}>.*?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
