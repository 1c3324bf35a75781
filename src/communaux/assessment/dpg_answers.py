"""Screening answers of the Digital Public Goods Alliance, read as answers to our questions. Nothing of a section is lost: `told`.

One object keyed by the id of each product, as the Alliance publishes it. Names and places are read by `communaux import`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from communaux.assessment.answers import Said
from communaux.core.errors import BadRequest
from communaux.engines.assess.report import masked

type Section = Mapping[str, Any]

TITLE: Final = "Digital Public Goods Alliance, screening"
ANSWERS: Final = {"yes": "yes", "no": "no"}  # anything else is unknown
UNKEPT: Final = re.compile("[\x00\ud800-\udfff]")
LEFT: Final = frozenset({"id", "name", "locations"})  # read with the products
WIDEST: Final = 2000  # products of one file


def read(content: bytes) -> dict[str, dict[str, Any]]:
    """Product id → its sections. Raise BadRequest."""
    try:
        found = _clean(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise BadRequest("not_json", f"This file is no JSON: {error}") from error
    if not isinstance(found, dict) or not found or not all(isinstance(one, dict) for one in found.values()):
        raise BadRequest("not_screening", "This file is no object of products, each with its answers.")
    if len(found) > WIDEST:
        raise BadRequest("too_many", f"This file holds {len(found)} products, more than {WIDEST}.")
    return found


def _clean(told: Any) -> Any:
    """Without what no database keeps (NUL, halves of signs), and without addresses of mail: an answer is public, and stays."""
    if isinstance(told, dict):
        return {_clean(name): _clean(one) for name, one in told.items()}
    if isinstance(told, list):
        return [_clean(one) for one in told]
    return masked(UNKEPT.sub("", told)) if isinstance(told, str) else told


def answers(product: Section, origin: str = TITLE) -> dict[str, Said]:
    """Question → what the product answers, in English."""
    return {
        code: Said(value, _text(told), "en", origin=origin, told=dict(told))
        for code, value, told in _answers(product)
        if told
    }


def unread(product: Section) -> list[str]:
    """Sections that no question takes up."""
    known = LEFT | {
        "clearOwnership",
        "platformIndependence",
        "documentation",
        "NonPII",
        "privacy",
        "standards",
        "doNoHarm",
    }
    inside = _section(product, "doNoHarm").keys() - set(HARM)
    return sorted({*(product.keys() - known), *(f"doNoHarm.{name}" for name in inside)})


def _answers(product: Section) -> Iterator[tuple[str, str, Section]]:
    owner, platform = _section(product, "clearOwnership"), _section(product, "platformIndependence")
    yield "clear_ownership", _value(owner, "isOwnershipExplicit"), owner
    yield "no_closed_dependency", _independent(platform), platform
    papers, data = _section(product, "documentation"), _section(product, "NonPII")
    yield "documentation", _value(papers, "isDocumentationAvailable"), papers
    yield "data_export", _unless(data, "collectsNonPII", "checkNonPIIAccessMechanism"), data
    privacy, standards = _section(product, "privacy"), _section(product, "standards")
    yield "privacy_law", _value(privacy, "isPrivacyCompliant"), privacy
    practices = {name: one for name, one in standards.items() if "estPractices" in name}
    yield "open_standards", _value(standards, "supportStandards"), _without(standards, practices)
    yield "best_practices", _value(practices, "implementBestPractices"), practices
    yield from _harm(_section(product, "doNoHarm"))


HARM: Final = {
    "preventHarm": "no_harm",
    "dataPrivacySecurity": "data_security",
    "inappropriateIllegalContent": "illegal_content",
    "protectionFromHarassment": "harassment",
}


def _harm(parts: Section) -> Iterator[tuple[str, str, Section]]:
    harm, secure, content, people = (_section(parts, name) for name in HARM)
    yield "no_harm", _value(harm, "stepsToPreventHarm"), harm
    yield "data_security", _unless(secure, "collectsPII", "ensurePrivacySecurity"), secure
    yield "illegal_content", _unless(content, "collectStoreDistribute", "illegalContentDetection"), content
    yield "harassment", _unless(people, "userInteraction", "griefAbuseHarassmentProtection"), people


def _section(of: Section, name: str) -> Section:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _without(section: Section, others: Section) -> Section:
    return {name: one for name, one in section.items() if name not in others}


def _value(section: Section, name: str) -> str:
    return ANSWERS.get(str(section.get(name, "")).strip().lower(), "unknown")


def _unless(section: Section, whether: str, then: str) -> str:
    """What is asked only of those to whom it applies."""
    return "not_applicable" if _value(section, whether) == "no" else _value(section, then)


def _independent(platform: Section) -> str:
    """No mandatory part is more closed; else whether an open one can stand in for it."""
    if _value(platform, "mandatoryDepsCreateMoreRestrictions") == "no":
        return "yes"
    return _value(platform, "isSoftwarePltIndependent")


def _text(told: Any) -> str:
    """What is written in full, a line each; yes and no are the value."""
    return "\n".join(dict.fromkeys(line for line in _lines(told) if line.lower() not in {"", "yes", "no", "unknown"}))


def _lines(told: Any) -> Iterator[str]:
    if isinstance(told, Mapping | list):
        for one in told.values() if isinstance(told, Mapping) else told:
            yield from _lines(one)
    elif told is not None:
        yield str(told).strip()
