"""Meetings that a person took off the desk, with a reason: what is shown without them."""

from __future__ import annotations

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from communaux.core.errors import Gone
from communaux.gatherings.models import Edition

# What a workshop of such a meeting wrote goes with it; an adaptation that names it stays, and names it no more
ROADMAPS: Final = Q(group=None) | Q(group__axis__edition__withheld_reason="")


def shown(edition: Edition) -> Edition:
    """Raise Gone, with the reason, for one that was taken off."""
    if edition.withheld_reason:
        raise Gone("withheld", _("Taken off the desk: %(reason)s") % {"reason": edition.withheld_reason})
    return edition
