"""Words for runs and for ways to tell people apart; conditions and measures have theirs in the tables of the engine."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communaux.web.labels.words import Words

RUN: Words = {
    "queued": _("waits for its turn"),
    "fetching": _("copies the repository"),
    "reading": _("reads the history"),
    "measuring": pgettext_lazy("assessment", "measures"),
    "done": _("in force"),
    "failed": pgettext_lazy("assessment", "failed"),
    "superseded": _("replaced"),
    "cancelled": pgettext_lazy("assessment", "stopped"),
}
POLICY: Words = {
    "default": _("as on this page"),
    "as_committed": _("every address a person of its own"),
    "mailmap": _("only what the project itself joins"),
    "wide": _("equal full names joined too"),
}
