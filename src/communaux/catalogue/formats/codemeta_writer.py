"""CodeMeta 3 of a software, and the schema.org graph of a whole commons, as JSON-LD. Nothing is invented, nothing defaulted.

Both say the same of a resource. A CodeMeta file names the public context, as its readers expect; the graph carries its own,
so that it is read without the network. Terms: rows `codemeta-…` and `schema-…` of `data/to_verify.toml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from communaux.catalogue.formats.exported import Exported, Origin, Thing, legible, spdx_address, thing_id, whole

CODEMETA: Final = "https://w3id.org/codemeta/3.0"
SCHEMA: Final = "http://schema.org/"
ADDRESSES: Final = (
    "codeRepository", "identifier", "license", "mainEntityOfPage", "sameAs", "sdLicense", "softwareRequirements", "url",
)  # fmt: skip
DATES: Final = ("dateCreated", "dateModified", "datePublished")
CONTEXT: Final = {
    "@vocab": SCHEMA,
    "codemeta": "https://w3id.org/codemeta/terms/",
    "maintainer": "codemeta:maintainer",
    "developmentStatus": {"@id": "codemeta:developmentStatus", "@type": "@id"},
    **{term: {"@type": "@id"} for term in ADDRESSES},
    **{term: {"@type": "Date"} for term in DATES},
}
TYPES: Final = {
    "software": "SoftwareSourceCode",
    "data": "Dataset",
    "content": "CreativeWork",
    "standard": "CreativeWork",
    "method": "HowTo",
    "hardware": "Product",
    "service": "Service",
    "place": "Place",
}
# Words of https://www.repostatus.org/ ; what moved to another body has none there.
REPOSTATUS: Final = "https://www.repostatus.org/#"
STATUS: Final = {
    "idea": "concept",
    "investigation": "concept",
    "construction": "wip",
    "growth": "active",
    "operated": "active",
    "paused": "inactive",
    "ended": "unsupported",
}
SYSTEMS: Final = frozenset(("linux", "windows", "mac", "macos", "android", "ios", "bsd"))
TIES: Final = {
    "composed_of": "hasPart",
    "depends_on": "softwareRequirements",
    "based_on": "schema:isBasedOn",
    "fork_of": "schema:isBasedOn",
}


def write(view: Exported, number: int) -> bytes:
    """The codemeta.json of the software at this place among the resources."""
    return dumped({"@context": CODEMETA} | described(view, number, long=True)).encode()


def write_graph(view: Exported, *, long: bool = True) -> str:
    """All resources of a commons; without `long`, each text is its one line."""
    nodes = [in_vocabulary(described(view, number, long=long)) for number in range(len(view.things))]
    body = nodes[0] if len(nodes) == 1 else {"@graph": nodes}
    return dumped({"@context": CONTEXT} | body)


def dumped(content: dict[str, Any]) -> str:
    """JSON that may stand inside a page: no text of it can close a `<script>` or open a comment."""
    told = legible(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    return told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def described(view: Exported, number: int, *, long: bool) -> dict[str, Any]:
    """One resource, under the terms of CodeMeta; those it has no word for bear the prefix of schema.org."""
    thing = view.things[number]
    return filled(
        {
            "@id": thing_id(view, number),
            "@type": "WebAPI" if thing.is_api else TYPES[thing.kind],
            "name": thing.name or view.name,
            **(part_of(view) if thing.name else of_commons(view, long=long)),
            "url": thing.url,
            "version": thing.version,
            **(of_software(view, thing) if thing.kind == "software" else {}),
            "license": licence(thing.licence),
            "datePublished": told(thing.released_on),
            **rights(view),
        }
    )


def part_of(view: Exported) -> dict[str, Any]:
    """A further resource with a name of its own: what is said of the commons is not said of it."""
    return {"isPartOf": {"@id": thing_id(view, 0), "name": view.name}}


def of_commons(view: Exported, *, long: bool) -> dict[str, Any]:
    return {
        "identifier": view.address,
        "schema:alternateName": list(view.names),
        "description": texts(view, long=long),
        "keywords": [said for topic in view.themes for said in (spoken(topic.fr, "fr"), spoken(topic.en, "en"))],
        "maintainer": [organisation(name) for name in view.orgs],
        "funder": [organisation(name) for name in view.funders],
        "dateCreated": told(view.created_on),
        "dateModified": told(view.last_sign_on),
        "sameAs": list(view.same),
        "schema:mainEntityOfPage": view.address,
        **ties(view),
    }


def of_software(view: Exported, thing: Thing) -> dict[str, Any]:
    own = {
        "codeRepository": thing.repository,
        "operatingSystem": [one for one in thing.platforms if one.lower() in SYSTEMS],
        "runtimePlatform": [one for one in thing.platforms if one.lower() not in SYSTEMS],
    }
    return own if thing.name else own | declared(view)


def declared(view: Exported) -> dict[str, Any]:
    status = STATUS.get(view.stage)
    features = [spoken(words.text, lang) for lang in view.languages for words in view.texts[lang].features]
    return {
        "softwareHelp": list(view.documentation),
        "developmentStatus": f"{REPOSTATUS}{status}" if status else "",
        "schema:featureList": features,
    }


def texts(view: Exported, *, long: bool) -> list[Any]:
    told = [(lang, view.texts[lang]) for lang in view.languages]
    found = [(lang, whole(one) if long else one.short.text if one.short else "") for lang, one in told]
    return [spoken(text, lang) for lang, text in found if text]


def spoken(text: str, lang: str) -> Any:
    """A text with its language; of unknown language a plain one."""
    return text if lang == "und" else {"@language": lang, "@value": text}


def licence(spdx: str) -> Any:
    """An address where it is one licence, the expression itself where there are several."""
    return spdx_address(spdx) or (filled({"@value": spdx}) or "")


def organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}


def told(day: date | None) -> str:
    return day.isoformat() if day else ""


def ties(view: Exported) -> dict[str, Any]:
    """Addresses of the sheets of what it is made of, needs, or comes from."""
    kinds = dict.fromkeys(TIES.values())
    return {
        term: [{"@id": tie.address, "name": tie.name} for tie in view.ties if TIES.get(tie.kind) == term]
        for term in kinds
    }


def rights(view: Exported) -> dict[str, Any]:
    """Licence of the words quoted here, and every record behind this description with whom to name."""
    licences = [one.licence_url or spdx_address(one.licence) for one in view.quoted]
    return {
        "schema:sdLicense": list(dict.fromkeys(one for one in licences if one)),
        "schema:sdDatePublished": told(view.updated_on),
        "schema:subjectOf": [record(one) for one in unique(view.origins)],
    }


def unique(origins: Iterable[Origin]) -> list[Origin]:
    return list({origin.source: origin for origin in origins}.values())


def record(one: Origin) -> dict[str, Any]:
    link = one.licence_url or spdx_address(one.licence)
    return filled({"@type": "CreativeWork", "name": one.title, "license": link, "schema:creditText": one.attribution})


def filled(said: dict[str, Any]) -> dict[str, Any]:
    """What says something; a list of one is that one."""
    kept = {key: one for key, one in said.items() if one not in ("", None, [], {})}
    return {key: one[0] if isinstance(one, list) and len(one) == 1 else one for key, one in kept.items()}


def in_vocabulary(value: Any) -> Any:
    """The same where every plain word is one of schema.org: search engines know no prefix."""
    if isinstance(value, dict):
        return {key.removeprefix("schema:"): in_vocabulary(one) for key, one in value.items()}
    return [in_vocabulary(one) for one in value] if isinstance(value, list) else value
