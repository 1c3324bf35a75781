"""DCAT-AP 3 of the catalogue: data are a Dataset with its Distribution, an API a DataService, the rest a plain Resource.

Each resource has a CatalogRecord that says under which licence its description stands, and whom to name. A profile asks
a description of each Dataset: data that nobody describes stay a plain Resource. Terms: rows `dcat-…` of `data/to_verify.toml`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from communaux.catalogue.formats.codemeta_writer import TYPES
from communaux.catalogue.formats.exported import Exported, Thing, spdx_address, thing_id, whole
from communaux.catalogue.formats.rdf import PREFIXES, Iri, Node, Text, Typed, Value, iri, jsonld, turtle, turtle_head

type Said = Iterable[tuple[str, Value]]

STATUS: Final = "http://purl.org/adms/status/"
STATUSES: Final = {
    "idea": "UnderDevelopment",
    "investigation": "UnderDevelopment",
    "construction": "UnderDevelopment",
    "growth": "UnderDevelopment",
    "operated": "Completed",
    "transferred": "Completed",
    "ended": "Deprecated",
}
MEDIA: Final = "https://www.iana.org/assignments/media-types/"
LINKS: Final = {"dcat:Dataset": "dcat:dataset", "dcat:DataService": "dcat:service"}
WORDS: Final = {
    "description": {
        "fr": "Communs numériques utiles à l’action publique, réunis de catalogues publics.",
        "en": "Digital commons of use to public action, gathered from public catalogues.",
    },
    "rights": {
        "fr": "Les faits sont réunis de plusieurs sources. Chaque description garde la licence de sa source, dite par sa fiche.",
        "en": "Facts are gathered from several sources. Each description keeps the licence of its source, told by its record.",
    },
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who publishes the catalogue, and where."""

    name: str
    publisher: str
    address: str  # without a slash at its end
    modified: date | None = None

    @property
    def catalogue(self) -> str:
        return f"{self.address}/#catalogue"

    @property
    def api(self) -> str:
        return f"{self.address}/api/v1/"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the catalogue: its own address, and the one that follows."""

    address: str
    first: str
    next: str = ""
    total: int = 0


def write_turtle(desk: Desk, views: Iterable[Exported], page: Page | None = None) -> Iterator[str]:
    """The catalogue piece by piece, a commons at a time."""
    yield turtle_head()
    yield from map(turtle, head(desk, page))
    for view in views:
        yield "".join(turtle(node) for node in nodes(desk, view))


def write_jsonld(desk: Desk, views: Iterable[Exported], page: Page | None = None) -> Iterator[str]:
    """The same as JSON-LD."""
    first = ",\n".join(dumped(node) for node in head(desk, page))
    yield f'{{"@context":{json.dumps(PREFIXES)},"@graph":[\n{first}'
    for view in views:
        yield "".join(f",\n{dumped(node)}" for node in nodes(desk, view))
    yield "\n]}\n"


def dumped(node: Node) -> str:
    return json.dumps(jsonld(node), ensure_ascii=False, separators=(",", ":"))


def head(desk: Desk, page: Page | None) -> list[Node]:
    """The catalogue itself, and the desk's own data and API."""
    return [catalogue(desk, page), own_data(desk), own_api(desk), *([part(page)] if page else [])]


def catalogue(desk: Desk, page: Page | None) -> Node:
    said: list[tuple[str, Value]] = [
        ("dct:title", Text(desk.name)),
        *both("dct:description", "description"),
        ("dct:publisher", agent(desk.publisher)),
        ("foaf:homepage", Node(f"{desk.address}/", ("foaf:Document",))),
        ("dct:rights", Node(types=("dct:RightsStatement",), said=both("rdfs:label", "rights"))),
        *dated("dct:modified", desk.modified),
        ("dcat:dataset", Iri(f"{desk.address}/#communs")),
        ("dcat:service", Iri(desk.api)),
    ]
    if page:
        said += [("hydra:totalItems", Typed(str(page.total), "xsd:integer")), ("hydra:view", Iri(page.address))]
    return Node(desk.catalogue, ("dcat:Catalog", *(("hydra:Collection",) if page else ())), tuple(said))


def part(page: Page) -> Node:
    following = [("hydra:next", Iri(page.next))] if page.next else []
    return Node(page.address, ("hydra:PartialCollectionView",), (("hydra:first", Iri(page.first)), *following))


def own_data(desk: Desk) -> Node:
    """All commons of the desk, as one set of data."""
    csv = Node(
        types=("dcat:Distribution",),
        said=(
            ("dcat:accessURL", Iri(f"{desk.address}/donnees/")),
            ("dcat:downloadURL", Iri(f"{desk.api}commons.csv")),
            ("dcat:mediaType", Node(f"{MEDIA}text/csv", ("dct:MediaType",))),
        ),
    )
    said = (("dct:title", Text(desk.name)), *both("dct:description", "description"), ("dcat:distribution", csv))
    return Node(f"{desk.address}/#communs", ("dcat:Dataset",), said)


def own_api(desk: Desk) -> Node:
    said = (
        ("dct:title", Text(f"{desk.name}, API")),
        ("dcat:endpointURL", Iri(desk.api)),
        ("dcat:endpointDescription", Iri(f"{desk.api}openapi.json")),
        ("dcat:servesDataset", Iri(f"{desk.address}/#communs")),
    )
    return Node(desk.api, ("dcat:DataService",), said)


def nodes(desk: Desk, view: Exported) -> Iterator[Node]:
    """For each resource: itself, its record, and that the catalogue holds both."""
    for number, thing in enumerate(view.things):
        kind = class_of(view, thing)
        name = thing_id(view, number)
        record = f"{name}-record"
        yield Node(name, (kind, f"schema:{TYPES[thing.kind]}"), tuple(valid(described(view, thing, kind))))
        yield Node(record, ("dcat:CatalogRecord",), tuple(valid(recorded(view, name))))
        link = LINKS.get(kind, "dcat:resource")
        yield Node(desk.catalogue, (), ((link, Iri(name)), ("dcat:record", Iri(record))))


def class_of(view: Exported, thing: Thing) -> str:
    if thing.kind == "data" and not thing.name and any(whole(one) for one in view.texts.values()):
        return "dcat:Dataset"
    return "dcat:DataService" if thing.is_api and iri(thing.url) else "dcat:Resource"


def described(view: Exported, thing: Thing, kind: str) -> Said:
    yield "dct:title", Text(thing.name or view.name)
    yield from part_of(view) if thing.name else of_commons(view)
    yield from addresses(view, thing, kind)
    yield from licensed(thing, kind)
    if thing.version:
        yield "dcat:version", Text(thing.version)


def part_of(view: Exported) -> Said:
    """A further resource with a name of its own: what is said of the commons is not said of it."""
    yield "dct:isPartOf", Iri(thing_id(view, 0))


def of_commons(view: Exported) -> Said:
    for name in view.names:
        yield "schema:alternateName", Text(name)
    yield "dct:identifier", Text(view.address or view.id)
    for lang in view.languages:
        if told := whole(view.texts[lang]):
            yield "dct:description", Text(told, "" if lang == "und" else lang)
    for topic in view.themes:
        names = (("skos:prefLabel", Text(topic.fr, "fr")), ("skos:prefLabel", Text(topic.en, "en")))
        yield "dcat:theme", Node(topic.address, ("skos:Concept",), names)
    if len(view.orgs) == 1:
        yield "dct:publisher", agent(view.orgs[0])
    if word := STATUSES.get(view.stage):
        yield "adms:status", Node(STATUS + word, ("skos:Concept",))
    yield from dated("dct:modified", view.last_sign_on)
    for tie in view.ties:
        yield "dct:relation", Iri(tie.address)
    for address in view.same:
        yield "schema:sameAs", Iri(address)


def addresses(view: Exported, thing: Thing, kind: str) -> Said:
    if view.address:
        yield "foaf:page", Node(view.address, ("foaf:Document",))
    if iri(thing.url):
        yield "dcat:landingPage", Node(thing.url, ("foaf:Document",))
    yield "schema:codeRepository", Iri(thing.repository)
    if kind == "dcat:DataService":
        yield "dcat:endpointURL", Iri(thing.url)
    place = iri(thing.url) or iri(thing.repository)
    if kind == "dcat:Dataset" and place:
        said = (("dcat:accessURL", Iri(place)), *licensed(thing, "dcat:Distribution"))
        yield "dcat:distribution", Node(types=("dcat:Distribution",), said=said)


def licensed(thing: Thing, kind: str) -> Said:
    """A licence of its own list, an expression of several as words; of a Dataset its Distribution tells."""
    if not thing.licence or kind == "dcat:Dataset":
        return
    if link := spdx_address(thing.licence):
        yield "dct:license", Node(link, ("dct:LicenseDocument",))
    else:
        yield "dct:rights", Node(types=("dct:RightsStatement",), said=(("rdfs:label", Text(thing.licence)),))


def recorded(view: Exported, topic: str) -> Said:
    """The description as a work of its own: whose words, which licence, from which records."""
    yield "foaf:primaryTopic", Iri(topic)
    yield from dated("dct:modified", view.updated_on)
    links = dict.fromkeys(one.licence_url or spdx_address(one.licence) for one in view.quoted)
    for link in links:
        if iri(link):
            yield "dct:license", Node(link, ("dct:LicenseDocument",))
    for one in view.quoted:
        told = "share-alike" if one.share_alike else ""
        yield "dct:rights", statement("dct:RightsStatement", one.attribution, one.licence, told)
    for one in view.origins:
        yield (
            "dct:provenance",
            statement("dct:ProvenanceStatement", one.title, one.external_id, one.licence or "unknown"),
        )


def statement(kind: str, *parts: str) -> Node:
    return Node(types=(kind,), said=(("rdfs:label", Text(", ".join(filter(None, parts)))),))


def agent(name: str) -> Node:
    return Node(types=("foaf:Agent",), said=(("foaf:name", Text(name)),))


def both(term: str, key: str) -> tuple[tuple[str, Value], ...]:
    return tuple((term, Text(words, lang)) for lang, words in WORDS[key].items())


def dated(term: str, day: date | None) -> tuple[tuple[str, Value], ...]:
    return ((term, Typed(day.isoformat(), "xsd:date")),) if day else ()


def valid(said: Said) -> Said:
    """Without what an address that is none would say."""
    return ((term, value) for term, value in said if not isinstance(value, Iri) or iri(value.value))
