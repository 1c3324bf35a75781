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
