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
CORRECTION: Words = {
    "same_person": _("two addresses of one person"),
    "other_person": _("an address of a person of its own"),
    "bot": _("a program"),
    "not_bot": _("a person, not a program"),
}
CORRECTION_STATE: Words = {
    "proposed": pgettext_lazy("correction", "waits for a decision"),
    "active": pgettext_lazy("correction", "in force"),
    "withdrawn": pgettext_lazy("correction", "taken back"),
}
POLICY: Words = {
    "default": _("as on this page"),
    "as_committed": _("every address a person of its own"),
    "mailmap": _("only what the project itself joins"),
    "wide": _("equal full names joined too"),
}
# What else a measure tells, where it is one figure that has a plain name
DETAIL: Words = {
    "k": _("how many of them"),
    "people": _("people in all"),
    "active": _("people active during the year"),
    "left": _("people who have left"),
    "since_days": _("days since the last change"),
    "usual_days": _("days that are long for this project"),
    "active_months": _("active months of the last 24"),
    "releases": _("tagged versions"),
    "early": _("versions tagged as early, set apart"),
    "age_days": _("days since the last version"),
    "excluded": _("share of files that do not count: made elsewhere, by programs, or no text"),
    "without_author": _("share of files that nobody present knows"),
}
SHARES = frozenset({"excluded", "without_author"})
