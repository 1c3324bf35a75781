"""The thesaurus in other people's forms: one table for spreadsheets, SKOS in JSON-LD for catalogues."""

from __future__ import annotations

import csv
import io
from typing import Any

from communaux.engines.search.model import Concept, Thesaurus

_KINDS = (
    ("fr", "prefere", "fr"),
    ("en", "prefere", "en"),
    ("everyday_fr", "courant", "fr"),
    ("everyday_en", "courant", "en"),
    ("acronyms", "sigle", ""),
    ("brands", "marque", ""),
    ("weak", "faible", ""),
)


def to_csv(thesaurus: Thesaurus) -> str:
    """`concept;langue;genre;libelle`, one label a line."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\n")
    writer.writerow(("concept", "langue", "genre", "libelle"))
    for concept in thesaurus.concepts:
        for attribute, kind, lang in _KINDS:
            for i, label in enumerate(getattr(concept, attribute)):
                writer.writerow((concept.id, lang, "synonyme" if kind == "prefere" and i else kind, label))
    return target.getvalue()


def to_skos(thesaurus: Thesaurus, address: str) -> dict[str, Any]:
    """A SKOS concept scheme as JSON-LD; `address` is where the concepts live, ending with a slash or a #."""
    scheme = {"@id": address, "@type": "skos:ConceptScheme", "dct:license": "https://spdx.org/licenses/CC0-1.0"}
    domains = [
        {"@id": address + d.key, "@type": "skos:Concept", "skos:prefLabel": {"fr": d.fr, "en": d.en}}
        | {"skos:topConceptOf": address, "skos:inScheme": address}
        for d in thesaurus.domains
    ]
    links = ("skos:broader", "skos:related", "skos:inScheme", "skos:topConceptOf", "dct:license")
    return {
        "@context": {
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "dct": "http://purl.org/dc/terms/",
            "skos:prefLabel": {"@container": "@language"},
            "skos:altLabel": {"@container": "@language"},
            **{link: {"@type": "@id"} for link in links},
        },
        "@graph": [scheme, *domains, *(_skos(concept, address) for concept in thesaurus.concepts)],
    }


def _skos(concept: Concept, address: str) -> dict[str, Any]:
    return {
        "@id": address + concept.id,
        "@type": "skos:Concept",
        "skos:inScheme": address,
        "skos:prefLabel": {"fr": concept.fr[0], "en": concept.en[0]},
        "skos:altLabel": {
            "fr": [*concept.fr[1:], *concept.everyday_fr],
            "en": [*concept.en[1:], *concept.everyday_en],
        },
        "skos:hiddenLabel": [*concept.acronyms, *concept.brands],
        "skos:broader": [address + name for name in concept.broader or (concept.domain,)],
        "skos:related": [address + name for name in concept.related],
    }
