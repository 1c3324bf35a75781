"""Words for what a sheet says: kinds, stages, licences, events, relations, facts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communaux.web.labels.words import Words

KIND: Words = {
    "software": _("software"),
    "data": _("data"),
    "content": _("content"),
    "standard": _("standard"),
    "method": _("method"),
    "hardware": _("hardware"),
    "service": _("service"),
    "place": _("place"),
}
STAGE: Words = {
    "": _("stage unknown"),
    "unknown": _("stage unknown"),
    "idea": _("idea"),
    "investigation": _("investigation"),
    "construction": _("construction"),
    "growth": _("growth"),
    "operated": _("operated"),
    "paused": _("paused"),
    "transferred": _("transferred"),
    "ended": _("ended"),
}
LICENCE: Words = {
    "permissive": _("permissive"),
    "weak copyleft": _("weak copyleft"),
    "copyleft": _("copyleft"),
    "network copyleft": _("network copyleft"),
    "data/content": _("data or content"),
    "public domain": _("public domain"),
    "non-free": _("not open"),
    "unknown": _("licence to be checked"),
    "": _("licence to be checked"),
}
ACTIVITY: Words = {
    "active": _("sign of life within a year"),
    "quiet": _("no sign of life for over a year"),
    "unknown": _("last sign of life unknown"),
}
LANG: Words = {
    "fr": _("French"),
    "en": _("English"),
    "it": _("Italian"),
    "de": _("German"),
    "es": _("Spanish"),
    "nl": _("Dutch"),
    "pt": _("Portuguese"),
    "sv": _("Swedish"),
    "ar": _("Arabic"),
    "hy": _("Armenian"),
    "ru": _("Russian"),
    "el": _("Greek"),
    "fi": _("Finnish"),
    "no": _("Norwegian"),
    "da": _("Danish"),
    "pl": _("Polish"),
    "uk": _("Ukrainian"),
    "und": _("language unknown"),
}
FACET: Words = {
    "theme": _("Theme"),
    "kind": _("What it is"),
    "licence": _("Licence"),
    "language": _("Language of the description"),
    "stage": _("Stage"),
    "activity": _("Activity"),
    "source": _("Source"),
    "recommended": _("Recommended by"),
}
OPEN: Words = {"yes": _("open"), "no": _("not open"), "unknown": _("licence to be checked")}
VERDICT: Words = {
    "yes": _("a commons"),
    "partly": _("partly a commons"),
    "no": _("outside the commons"),
    "unknown": _("not judged"),
}
EVENT: Words = {
    "created": _("created"),
    "published": _("published"),
    "renamed": _("renamed"),
    "stage": _("change of stage"),
    "licence_changed": _("licence changed"),
    "gift": _("given to all"),
    "fork": _("forked"),
    "capture": _("captured"),
    "licence_breach": _("licence breached"),
    "transfer": _("transferred"),
    "end": _("end"),
    "archived": _("archived"),
    "reopened": _("reopened"),
}
CAUSE: Words = {
    "stopped_at_investigation": _("stopped at the investigation"),
    "goal_reached": _("goal reached"),
    "no_maintainer": _("no maintainer any more"),
    "no_money": _("no money"),
    "superseded": _("superseded"),
    "legal": _("legal reason"),
    "unknown": _("cause unknown"),
}
# (seen from a, seen from b)
RELATION: dict[str, tuple[str | Promise, str | Promise]] = {
    "based_on": (_("is based on"), _("is the base of")),
    "instance_of": (_("is an instance of"), _("has the instance")),
    "composed_of": (_("is composed of"), _("is part of")),
    "depends_on": (_("depends on"), _("is needed by")),
    "fork_of": (_("is a fork of"), _("was forked as")),
    "successor_of": (_("succeeds"), _("has the successor")),
    "extends": (_("extends"), _("is extended by")),
    "feeds_data_to": (_("feeds data to"), _("gets data from")),
    "alternative_to": (_("is an alternative to"), _("is an alternative to")),
    "interoperates_with": (_("works with"), _("works with")),
}
FACT: Words = {
    "steward": _("Steward"),
    "talk": _("Where to talk"),
    "contribute": _("How to contribute"),
    "contributors_12m": _("Contributors over 12 months"),
    "meetings": _("Meeting rhythm"),
    "maintainers": _("Maintainers"),
    "answers": _("Who answers"),
    "decision_body": _("Decision body"),
    "charter_url": _("Charter"),
    "who_may_join": _("Who may join"),
    "contribution_licence": _("Licence of contributions"),
    "mark_holder": _("Holder of the mark"),
    "code_of_conduct": _("Code of conduct"),
    "funding_model": _("Funding model"),
    "at_the_end": _("What happens at the end"),
    "sponsors": _("Sponsors"),
    "incubators": _("Incubator"),
    "documentation": _("Documentation"),
    "declared_users": _("Users it names itself"),
    "developed_in": _("Developed in"),
    "deployed_in": _("Deployed in"),
    "support_market": _("Public support contract"),
    "maintenance": _("Maintenance"),
    "contractors": _("Paid maintainers"),
    "team": _("Team"),
    "partners": _("Partners"),
    "listed_years": _("Years on the list"),
    "funding": _("Funding"),
    "funded_by": _("Funded by"),
    "budget_url": _("Public budget"),
    "stats_url": _("Public figures"),
    "impact_url": _("Public impact"),
    "roadmap": _("Road map"),
    "ownership_explicit": _("Ownership is clear"),
    "copyright": _("Holder of the rights"),
    "accessibility": _("Accessibility, as declared"),
}
PAIR: Words = {
    "open": _("to be judged"),
    "same": _("judged the same"),
    "different": _("judged different"),
    "undone": _("merged, then taken apart"),
    "title": _("title"),
    "theme_id": _("theme"),
    "org_name": _("in the name of"),
    "close_reason": _("why it is closed"),
    "answered_by": _("commons that answers"),
    "answer_why": _("why it fits"),
    "concept": _("function"),
    "op": _("change"),
    "payload": _("words"),
    "outcome": _("what was made of it"),
}
STATE: Words = {
    "draft": _("draft"),
    "proposed": _("proposed"),
    "published": _("published on the desk"),
    "withheld": _("not published"),
    "merged": _("merged"),
    "declared": _("declared"),
    "confirmed": pgettext_lazy("use", "confirmed"),
    "stale": _("to be confirmed again"),
    "ended": _("ended"),
    "frozen": _("frozen"),
    "superseded": _("replaced by a newer one"),
    **PAIR,
}
