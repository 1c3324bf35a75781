"""What the checker of the thesaurus says, in the language of the page."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

DOUBLE = re.compile(r"label « (?P<label>.+) » is also in (?P<concept>\S+)")
THIN = re.compile(r"(?P<fr>\d+) French and (?P<en>\d+) English labels, needs (?P<least_fr>\d+) and (?P<least_en>\d+)")


def said(message: str) -> str:
    """A sentence for a fault; one that no change of words can make stays as the checker says it."""
    if found := DOUBLE.fullmatch(message):
        return _("“%(label)s” is already a word of the function %(concept)s.") % found.groupdict()
    if found := THIN.fullmatch(message):
        return (
            _("The function would keep %(fr)s French and %(en)s English words; it needs %(least_fr)s and %(least_en)s.")
            % found.groupdict()
        )
    return message
