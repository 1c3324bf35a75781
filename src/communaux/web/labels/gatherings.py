"""Words for meetings and road maps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    "abandoned": pgettext_lazy("road map", "stopped"),
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
COMMITMENT_STATE: Words = {
    "open": pgettext_lazy("commitment", "made"),
    "kept": pgettext_lazy("commitment", "kept"),
    "dropped": pgettext_lazy("commitment", "given up"),
}
COMMITMENT_MARK: Words = {"open": "quiet", "kept": "yes", "dropped": "ended"}
FOLLOW_UP: Words = {
    "advances": _("it advances"),
    "blocked": _("it is blocked"),
    "stopped": _("it was stopped"),
    "delivered": _("it is delivered"),
    "sign": _("sign of life seen by the desk"),
}
ROADMAP_REL: Words = {
    "reuses": _("uses again"),
    "answers": _("answers the need"),
    "funded_by": _("is funded by"),
    "decided_in": _("was decided in"),
    "inspired_by": _("draws on"),
}
SIGN: Words = {
    "catalogue.confirm_reuse": _("a body says that it uses a commons linked here, and a second person confirms it"),
    "catalogue.record_health": _("a commons linked here was assessed anew, and its community moved"),
    "catalogue.match_need": _("a need linked here has found an answer"),
    "catalogue.answer_need": _("a need linked here is answered"),
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
CONTRIBUTION: Words = {
    "code": _("code"),
    "doc": _("documentation"),
    "translation": _("translation"),
    "design": _("design"),
    "accessibility": _("accessibility"),
    "ideas": _("ideas and planning"),
    "infra": _("hosting and infrastructure"),
    "review": _("review"),
    "bug": _("bug reports"),
    "maintenance": _("maintenance"),
    "content": _("content"),
    "example": _("examples"),
    "research": _("research"),
    "security": _("security"),
    "question": _("answers to questions"),
    "training": _("training"),
    "mentoring": _("help for newcomers"),
    "promotion": _("making it known"),
    "management": _("project management"),
    "event": _("organising a meeting"),
    "tool": _("tools"),
    "testing": _("tests"),
    "data": _("data"),
    "funding": _("finding or giving money"),
    "facilitation": _("facilitation"),
    "mediation": _("mediation"),
    "legal": _("legal work"),
    "other": _("something else"),
}
LEGAL_FRAME: Words = {
    "agent_on_duty": _("public agent, on duty"),
    "volunteer": _("volunteer"),
    "paid": _("paid for it"),
    "mandate": _("elected office or mandate"),
    "student": _("student"),
}
CONTRIBUTION_UNIT: Words = {
    "day": _("days"),
    "h": _("hours"),
    "eur_in_kind": _("euros in kind"),
    "item": _("things"),
}
CONTRIBUTION_VISIBILITY: Words = {
    "org_total": _("only in the total of the body"),
    "public": _("as a line of its own too, without my name"),
    "private": _("for me alone"),
}
CONTRIBUTION_STATE: Words = {
    "declared": pgettext_lazy("contribution", "declared"),
    "waiting": pgettext_lazy("contribution", "to be confirmed"),
    "confirmed": pgettext_lazy("contribution", "confirmed"),
    "refused": pgettext_lazy("contribution", "not counted"),
}
CONTRIBUTION_MARK: Words = {"declared": "unknown", "waiting": "quiet", "confirmed": "yes", "refused": "ended"}
PLEDGE_SCOPE: Words = {"agent": _("for each agent"), "team": _("for the team as a whole")}
MENTORING_SUBJECT: Words = {
    "method": _("method"),
    "law": _("law"),
    "security": _("security"),
    "governance": _("governance"),
    "scale_up": _("scaling up"),
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

PHASE_ACTOR: Words = {
    "carry": _("carries it"),
    "fund": _("funds it"),
    "host": _("hosts it"),
    "test": _("tests it"),
    "train": _("trains people"),
    "evaluate": _("evaluates it"),
}
PHASE_NEED: Words = {
    "money": _("money"),
    "skill": _("skills"),
    "data": _("data"),
    "place": _("a place"),
    "law": _("law"),
    "resource": _("resources"),
}
