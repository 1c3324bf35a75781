"""What a record of a source says, in the words of the page: no key and no code of ours is shown as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communaux.catalogue.indexing import thesaurus
from communaux.core.markdown import as_text
from communaux.web.labels import (
    AGAIN,
    CAUSE,
    COST_SCOPE,
    END_CAUSE,
    EVENT,
    FACT,
    FIELD,
    KIND,
    LANG,
    PROVIDER_SERVICE,
    RELATION,
    REUSE_KIND,
    STAGE,
    VERDICT,
    Words,
)
from communaux.web.source_words import ANSWER, AUDIENCE, INSIDE, MAINTENANCE, ROLE, SCHEME, SOFTWARE_TYPE, STEP
from communaux.web.typography import dated, listed, pair

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(DAY.pattern + r"T\d{2}:\d{2}.*")
RECOMMENDATION: Words = {
    "R": _("recommended (R)"),
    "O": _("under observation (O)"),
    "FR": _("French (FR)"),
    "DPG": _("digital public good (DPG)"),
    "nominee": _("nominated"),
    "dereferenced": _("taken off the list"),
}
HIDDEN: Words = {"test": _("test"), "spam": _("spam"), "out_of_scope": _("out of scope")}
NAMES_OF: dict[str, Words] = {
    "kind": KIND,
    "use": REUSE_KIND,
    "end_cause": END_CAUSE,
    "again": AGAIN,
    "cost_scope": COST_SCOPE,
    "services": PROVIDER_SERVICE,
    "stage": STAGE,
    "lang": LANG,
    "languages": LANG,
    "is_commons": VERDICT,
    "recommendation": RECOMMENDATION,
    "hidden_reason": HIDDEN,
    "maintenance": MAINTENANCE,
    "software_type": SOFTWARE_TYPE,
    "audiences": AUDIENCE,
    "roles": ROLE,
    "name": STEP,  # of a phase or an event of an incubator; a name of its own kind is no key here
}
KEYS: Words = {**INSIDE, **FACT, **FIELD}
SPOKEN = frozenset({"short", "long", "features", "team"})  # language -> text
MARKED_UP = frozenset({"short", "long"})  # Markdown in most sources
AS_TOLD = frozenset({"commits_by_month"}) | {"roles"}  # keys that are the source's own words


def fields(mapped: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and words of every field, of each fact of the triad; warnings have a place of their own."""
    told: list[tuple[str, str]] = []
    for key, value in mapped.items():
        if key in {"community", "governance"}:
            told += [(str(KEYS.get(name, name)), words(one, name)) for name, one in value.items()]
        elif key != "warnings":
            told.append((str(KEYS.get(key, key)), words(value, key)))
    return told


def words(value: Any, key: str = "") -> str:
    """A value of the field `key`, whatever its shape."""
    match key, value:
        case "links", list():
            return ", ".join(map(_link, value))
        case "identifiers", list():
            return ", ".join(pair(SCHEME.get(scheme, scheme), number) for scheme, number in value)
        case "events", list() if value and "kind" in value[0]:
            return listed([_event(one) for one in value])
        case "themes", list():
            return ", ".join(_themes()[get_language() == "fr"].get(one, one) for one in value)
        case _, list():
            told = [words(one, key) for one in value]
            return listed(told) if any(isinstance(one, dict) for one in value) else ", ".join(told)
        case _, dict():
            return listed([_inside(name, one, key) for name, one in value.items()])
    return _plain(value, key)


def _plain(value: Any, key: str) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    text = str(value)
    if DAY.fullmatch(text):
        return _day(text)
    if MOMENT.fullmatch(text):
        return _day(text[:10])
    if key in MARKED_UP:
        return as_text(text)
    table = NAMES_OF.get(key, ANSWER)
    return str(table.get(text, text)) if key != "name" or text in STEP else text


def _inside(name: str, value: Any, key: str) -> str:
    """One entry of a table: its key has a word of ours, unless it is a language or a word of the source."""
    label = LANG.get(name, name) if key in SPOKEN else name if key in AS_TOLD else KEYS.get(name, name)
    return pair(label, words(value, key if key in AS_TOLD | MARKED_UP else name))


def _link(link: Mapping[str, str]) -> str:
    relation = RELATION[link["kind"]][0] if link["kind"] in RELATION else link["kind"]
    return f"{relation} {link['value']} ({SCHEME.get(link['scheme'], link['scheme'])})"


def _event(event: Mapping[str, str]) -> str:
    """Day, what happened, why, between whom, and what the source adds."""
    on = _day(event["on"], event.get("precision", "day")) if event.get("on") else gettext("date unknown")
    cause = str(CAUSE.get(event.get("cause", ""), ""))
    parties = " → ".join(filter(None, (event.get("from_party"), event.get("to_party"))))
    stage, text = stage_and_text(event["kind"], event.get("text", ""))
    spoken = event.get("text_en") if get_language() == "en" and event.get("text_en") else text
    told = ", ".join(filter(None, (str(EVENT.get(event["kind"], event["kind"])), stage, cause, parties)))
    return pair(f"{on}, {told}", spoken) if spoken else f"{on}, {told}"


def stage_and_text(kind: str, text: str) -> tuple[str, str]:
    """The text of a change of stage begins with the key of the stage: its word, and the rest."""
    first, _line, rest = text.partition("\n")
    if kind in {"stage", "reopened"} and first and first in STAGE:
        return str(STAGE[first]), rest.strip()
    return "", text


def _day(text: str, precision: str = "day") -> str:
    try:
        return dated(date.fromisoformat(text), precision)
    except ValueError:
        return text


@cache
def _themes() -> Sequence[Mapping[str, str]]:
    """Names of the domains: English, French."""
    domains = thesaurus().domains
    return {domain.key: domain.en for domain in domains}, {domain.key: domain.fr for domain in domains}
