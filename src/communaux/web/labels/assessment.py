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
ITEMS_STATE: Words = {
    "in_force": pgettext_lazy("correction", "in force"),
    "withdrawn": pgettext_lazy("correction", "taken back"),
}
POLICY: Words = {
    "default": _("as on this page"),
    "as_committed": _("every address a person of its own"),
    "mailmap": _("only what the project itself joins"),
    "wide": _("equal full names joined too"),
}
ANSWER: Words = {
    "yes": pgettext_lazy("answer", "yes"),
    "no": pgettext_lazy("answer", "no"),
    "not_applicable": _("does not apply here"),
    "unknown": pgettext_lazy("answer", "answered: not known"),
}
ANSWER_SOURCE: Words = {
    "person": pgettext_lazy("answer", "answered by"),
    "machine": _("read by the desk, accepted"),
    "charter": _("from the charter"),
    "import": _("brought in from a file"),
}
ANSWER_STATE: Words = {
    "standing": _("in force"),
    "replaced": _("replaced"),
    "withdrawn": pgettext_lazy("answer", "withdrawn"),
}
REVIEW_LEVEL: Words = {
    "3": _("confirms"),
    "2": _("the evidence shows it"),
    "1": _("only declared"),
    "0": pgettext_lazy("review", "contests"),
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
    "issues": _("issues"),
    "changes": _("change requests"),
    "unanswered": _("without an answer"),
    "by_maintainers_days": _("days until a maintainer answers"),
    "opened": _("opened"),
    "closed": _("closed"),
    "cohort_closed": _("share closed of those opened in the year"),
    "backlog_month": _("open ones more a month"),
    "open": _("still open"),
    "median_days": _("median age in days"),
    "archived_days": _("days since it was archived"),
    "core_merged": _("of the core: accepted"),
    "core_decided": _("of the core: decided"),
    "new_merged": _("first ones of newcomers: accepted"),
    "new_decided": _("first ones of newcomers: decided"),
    "bot_merged": _("of programs: accepted"),
    "bot_decided": _("of programs: decided"),
    "excluded": _("share of files that do not count: made elsewhere, by programs, or no text"),
    "without_author": _("share of files that nobody present knows"),
}
SHARES = frozenset({"excluded", "without_author", "cohort_closed"})
