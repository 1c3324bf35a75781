"""Words for meetings and road maps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communaux.web.labels.words import Words

GATHERING: Words = {
    "national": _("national meeting"),
    "local": _("local meeting"),
    "online": _("online meeting"),
    "off": _("meeting beside another one"),
}
ROADMAP_STATE: Words = {
    "published": _("is published"),
    "adopted": _("carried"),
    "in_progress": _("under way"),
    "delivered": _("delivered"),
    "abandoned": _("stopped"),
    "dormant": _("no news"),
}
ROADMAP_MARK: Words = {
    "published": "unknown",
    "adopted": "active",
    "in_progress": "active",
    "delivered": "yes",
    "abandoned": "ended",
    "dormant": "quiet",
}
FOLLOW_UP: Words = {
    "advances": _("it advances"),
    "blocked": _("it is blocked"),
    "stopped": _("it was stopped"),
    "delivered": _("it is delivered"),
    "sign": _("sign of life seen by the desk"),
}
SESSION_KIND: Words = {
    "plenary": _("plenary"),
    "masterclass": _("masterclass"),
    "workshop": _("workshop"),
    "pitch": _("pitch"),
    "rex": _("what we learned"),
    "stand": _("stand"),
    "demo": _("demonstration"),
    "roundtable": _("round table"),
    "off": _("beside the programme"),
}
PROGRAMME_FORMAT: Words = {
    "ics": _("Calendar (iCalendar)"),
    "xml": _("schedule.xml"),
    "json": _("schedule.json"),
    "csv": _("Table (CSV)"),
    "txt": _("Text"),
    "jsonld": _("JSON-LD"),
}
WORKSHOP_STAGE: Words = {
    "1": _("what is at stake"),
    "2": _("frictions"),
    "3": _("one precise problem"),
    "4": _("ideas"),
    "5": _("road map"),
}
WORKSHOP_GUIDE: Words = {
    "1": _("Why does this matter here, and to whom? One thought a card. Nobody argues yet."),
    "2": _("What rubs today, and who is concerned? Say what you saw, not what you would do."),
    "3": _("Choose one friction. Write it as one sentence: who cannot do what, and what shows it."),
    "4": _("As many ideas as you can, first alone, then together. Keep those that answer the problem."),
    "5": _("Three phases, each with what is to be done, and what must be true before the next one."),
}
STAGE_STATE: Words = {"to_come": _("to come"), "open": _("open now"), "done": _("finished")}
STAGE_MARK: Words = {"to_come": "unknown", "open": "active", "done": "yes"}
CARD: Words = {
    "stake": _("stake"),
    "friction": _("friction"),
    "stakeholder": _("who is concerned"),
    "idea": _("idea"),
}
PROPOSAL_MARK: Words = {
    "draft": "unknown",
    "submitted": "active",
    "waiting": "quiet",
    "accepted": "yes",
    "declined": "no",
    "confirmed": "yes",
    "held": "yes",
    "withdrawn": "ended",
    "cancelled": "ended",
}
DECISION: Words = {
    "accept": _("accept it"),
    "wait": _("put it on the waiting list"),
    "decline": _("decline it"),
    "cancel": _("cancel it"),
}
QUESTION_VARIANT: Words = {
    "text": _("a text"),
    "choice": _("one of some choices"),
    "yes_no": _("yes or no"),
    "number": _("a number"),
    "url": _("an address on the web"),
}
