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
    """A SKOS concept scheme as JSON-LD; `address` is where the concepts live, ending with a slash."""
    domains = [
        {"@id": address + d.key, "@type": "skos:Concept", "skos:prefLabel": {"fr": d.fr, "en": d.en}}
        for d in thesaurus.domains
    ]
    return {
        "@context": {
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "skos:prefLabel": {"@container": "@language"},
            "skos:altLabel": {"@container": "@language"},
            "skos:broader": {"@type": "@id"},
            "skos:related": {"@type": "@id"},
        },
        "@id": address,
        "@type": "skos:ConceptScheme",
        "@graph": domains + [_skos(concept, address) for concept in thesaurus.concepts],
    }


def _skos(concept: Concept, address: str) -> dict[str, Any]:
    return {
        "@id": address + concept.id,
        "@type": "skos:Concept",
        "skos:prefLabel": {"fr": concept.fr[0], "en": concept.en[0]},
        "skos:altLabel": {
            "fr": [*concept.fr[1:], *concept.everyday_fr],
            "en": [*concept.en[1:], *concept.everyday_en],
        },
        "skos:hiddenLabel": [*concept.acronyms, *concept.brands],
        "skos:broader": [address + name for name in concept.broader or (concept.domain,)],
        "skos:related": [address + name for name in concept.related],
    }
