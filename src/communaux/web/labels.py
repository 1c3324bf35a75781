"""Words for the codes of the database, in the language of the page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Words = dict[str, str | Promise]

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
LANG: Words = {"fr": _("French"), "en": _("English"), "it": _("Italian"), "de": _("German"), "es": _("Spanish"), "nl": _("Dutch")}
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
}
TASK_STATE: Words = {
    "waiting": _("waiting"),
    "running": _("running"),
    "done": _("done"),
    "failed": _("failed"),
    "cancelled": _("cancelled"),
}
ACT: Words = {
    "catalogue.import": _("imported from a source"),
    "catalogue.register_source": _("source described"),
    "catalogue.propose_pairs": _("possible duplicates proposed"),
    "catalogue.relate": _("relation added"),
    "core.create_person": _("account opened"),
    "core.create_organisation": _("organisation described"),
    "core.add_member": _("member added"),
    "core.grant": _("role given"),
    "core.revoke": _("role withdrawn"),
    "core.start_task": _("work started"),
    "core.cancel_task": _("work cancelled"),
    "core.record_evidence": _("evidence recorded"),
    "core.set_weights": _("weights of a score dated"),
}
ROLE: Words = {"operator": _("operator of the desk"), "editor": _("editor"), "steward": _("steward")}
FIELD: Words = {
    "external_id": _("number in the source"),
    "name": _("name"),
    "names": _("other names"),
    "lang": _("language"),
    "short": _("in one line"),
    "long": _("description"),
    "features": _("features"),
    "kind": _("what it is"),
    "url": _("address"),
    "repository": _("repository"),
    "more_repositories": _("further repositories"),
    "licence_raw": _("licence as written"),
    "tags": _("words of the source"),
    "platforms": _("platforms"),
    "orgs": _("bodies"),
    "stage": _("stage"),
    "events": _("events"),
    "identifiers": _("identifiers"),
    "links": _("relations"),
    "parts": _("further resources"),
    "themes": _("themes"),
    "is_commons": _("verdict"),
    "recommendation": _("label of the source"),
    "replaces": _("may stand in for"),
    "community": _("community"),
    "governance": _("governance"),
    "version": _("version"),
    "released_on": _("released on"),
    "last_sign_on": _("last sign of life"),
    "updated_on": _("updated on"),
    "hidden_reason": _("set aside because"),
    "warnings": _("corrected while reading"),
    "slug": _("address here"),
    "state": _("state"),
    "stage_on": _("stage since"),
    "merged_into_id": _("merged into"),
    "created": _("new records"),
    "updated": _("changed records"),
    "unchanged": _("unchanged records"),
    "hidden": _("set aside"),
    "gone": _("gone"),
    "proposed": _("pairs proposed"),
    "with": _("with"),
}
TABLES: dict[str, Words] = {
    "kind": KIND,
    "stage": STAGE,
    "licence": LICENCE,
    "activity": ACTIVITY,
    "lang": LANG,
    "facet": FACET,
    "open": OPEN,
    "verdict": VERDICT,
    "event": EVENT,
    "cause": CAUSE,
    "fact": FACT,
    "task": TASK_STATE,
    "act": ACT,
    "role": ROLE,
    "field": FIELD,
}
