"""Words for runs and for ways to tell people apart; conditions and measures have theirs in the tables of the engine."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communaux.assessment.forms_service import KINDS
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

SERVICE_KIND = dict(KINDS)
