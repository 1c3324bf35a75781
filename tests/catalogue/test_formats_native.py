"""The native forms of the catalogues give the records of the converted ones."""

import json
from datetime import date

from ruamel.yaml import YAML

from communaux.catalogue.formats import (
    READERS,
    awesome,
    betagouv,
    codemeta,
    comptoir,
    dpga,
    mec,
    opensustain,
    ore,
    sill,
)
from communaux.catalogue.formats.mapped import Event, Link


def yaml(content):
    import io

    out = io.BytesIO()
    YAML(typ="safe", pure=True).dump(content, out)
    return out.getvalue()


def only(reading):
    assert reading.refused == ()
    assert len(reading.records) == 1
    return reading.records[0]


def without(record, *fields):
    return {name: getattr(record, name) for name in record.__slots__ if name not in ("raw", *fields)}


def test_awesome_yaml_gives_the_converted_record(reading):
    for converted in reading("awesome-selfhosted").records[::97]:
        content = {key: value for key, value in converted.raw.items() if key != "id"}
        native = only(awesome.read({f"software/{converted.external_id}.yml": yaml(content)}))
        assert without(native) == without(converted)


def test_beta_front_matter_gives_the_converted_record(reading):
    for converted in reading("betagouv").records[::61]:
        content = {key: value for key, value in converted.raw.items() if key not in ("id", betagouv.BODY)}
        page = b"---\n" + yaml(content) + b"---\n\n" + converted.raw[betagouv.BODY].encode()
        native = only(betagouv.read({f"content/_startups/{converted.external_id}.md": page}))
        assert without(native, "community") == without(converted, "community")


def test_ore_yaml_gives_the_converted_record(reading):
    software = [r for r in reading("canada-ore").records if "/" not in r.external_id]
    for converted in software[::11]:
        native = only(ore.read({f"_data/software/{converted.external_id}.yml": yaml(dict(converted.raw))}))
        assert without(native) == without(converted)


def test_dpga_native_file_is_named_by_its_id(reading):
    converted = {r.external_id: r for r in reading("dpga").records}["altinn"]
    content = {key: value for key, value in converted.raw.items() if key != "id"}
    native = only(dpga.read({"nominees/altinn.json": json.dumps(content).encode()}))
    assert without(native) == without(converted)


LIST = """# Open Sustainable Technology
- [Contents](#contents)
## Renewable Energy
### Photovoltaics and Solar Energy
- [pvlib-python](https://github.com/pvlib/pvlib-python) - A set of documented functions.
### Wind Energy
- [APIS](https://github.com/one/APIS) - One.
## Climate Change
- [APIS](https://github.com/two/apis) - Two.
"""


def test_opensustain_list():
    found = opensustain.read({"README.md": LIST.encode()}).records
    assert [(r.external_id, r.name, r.repository, r.short["en"], r.tags) for r in found] == [
        (
            "pvlib-python",
            "pvlib-python",
            "https://github.com/pvlib/pvlib-python",
            "A set of documented functions.",
            ("Renewable Energy", "Photovoltaics and Solar Energy"),
        ),
        ("apis", "APIS", "https://github.com/one/APIS", "One.", ("Renewable Energy", "Wind Energy")),
        ("apis-2", "APIS", "https://github.com/two/apis", "Two.", ("Climate Change",)),
    ]


def test_opensustain_ids_are_made_as_in_the_converted_file(reading):
    seen: dict[str, int] = {}
    made = [opensustain.numbered(record.name, seen) for record in reading("opensustain").records]
    assert [r.external_id for r in reading("opensustain").records if r.external_id not in made] == []


def test_sill_keys_of_each_age():
    old = "ID,nom,fonction,licence,comptoir-du-libre,wikidata\n7,Exemple,Exemplifier,MIT,12,Q42\n"
    short = [{"id": "7", "i": "Exemple", "f": "Exemplifier", "l": "MIT", "co": "12", "w": "Q42"}]
    new = [
        {
            "id": 7,
            "name": "Exemple",
            "description": "Exemplifier",
            "license": "MIT",
            "comptoirDuLibreId": 12,
            "wikidataId": "Q42",
        }
    ]
    records = [
        only(sill.read({"sill.csv": old.encode()})),
        only(sill.read({"sill.json": json.dumps(short).encode()})),
        only(sill.read({"sill.json": json.dumps(new).encode()})),
    ]
    assert without(records[0]) == without(records[1]) == without(records[2])
    assert records[0].identifiers == (("sill", "7"), ("comptoir", "12"), ("wikidata", "Q42"))


def test_a_software_taken_off_the_sill_says_so():
    row = {"id": 1, "name": "X", "dereferencing": {"reason": "no longer maintained", "time": 1}}
    assert only(sill.read({"sill.json": json.dumps([row]).encode()})).recommendation == "dereferenced"


def test_mec_services_complete_the_benchmark():
    benchmark = "Nom du service;Baseline auto;Thématiques principales\nBénéfriches;Mesurer;Friches/Sols\n"
    services = "name,sousTitre,redirectionUrl\nBENEFRICHES,Autre,https://benefriches.ademe.fr/\n"
    record = only(mec.read({"benchmark-services.csv": benchmark.encode(), "services-import.csv": services.encode()}))
    assert (record.external_id, record.name, record.names) == ("benefriches", "Bénéfriches", ("BENEFRICHES",))
    assert (record.short, record.long) == ({"fr": "Mesurer"}, {"fr": "Autre"})
    assert (record.url, record.tags) == ("https://benefriches.ademe.fr/", ("Friches", "Sols"))


COMPTOIR = {
    "id": 27,
    "name": "Exemple",
    "licence": "AGPL-3.0",
    "modified": "2022-05-01T10:00:00+02:00",
    "external_resources": {
        "website": "https://exemple.org/",
        "repository": None,
        "wikidata": {"id": "Q42", "url": "https://www.wikidata.org/wiki/Q42"},
        "sill": [],
        "cnll": [],
        "framalibre": [],
    },
    "users": [{"name": "Ville d'Exemple", "type": "Administration"}, {"name": "Une personne", "type": "Person"}],
    "providers": [{"name": "Société d'Exemple", "type": "Company"}],
}


def test_comptoir_empty_objects_written_as_lists_and_persons_left_out():
    envelope = {"date_of_export": "2022-05-02", "number_of_software": 1, "softwares": [COMPTOIR]}
    for content in ([COMPTOIR], envelope):
        record = only(comptoir.read({"comptoir.json": json.dumps(content).encode()}))
        assert record.identifiers == (("comptoir", "27"), ("wikidata", "Q42"))
        assert record.community == {"declared_users": ["Ville d'Exemple"], "providers": ["Société d'Exemple"]}
        assert "Une personne" not in str(record.raw)
        assert (record.url, record.repository, record.updated_on) == ("https://exemple.org/", "", date(2022, 5, 1))


def test_comptoir_external_resources_written_as_a_list():
    row = {"id": 1, "name": "X", "external_resources": [], "users": [], "providers": []}
    assert only(comptoir.read({"c.json": json.dumps([row]).encode()})).url == ""


CODEMETA = {
    "@context": "https://w3id.org/codemeta/3.0",
    "type": "SoftwareSourceCode",
    "name": "Exemple",
    "identifier": "https://doi.org/10.5281/zenodo.1234",
    "codeRepository": "https://github.com/exemple/exemple",
    "license": "https://spdx.org/licenses/AGPL-3.0-or-later",
    "description": {"@value": "Un exemple.", "@language": "fr"},
    "keywords": "énergie, climat",
    "developmentStatus": "https://www.repostatus.org/#active",
    "dateCreated": "2020-02-01",
    "dateModified": "2024-03-02",
    "author": {"type": "Person", "givenName": "A"},
    "maintainer": [{"type": "Person", "name": "Une personne"}, {"type": "Organization", "name": "Exemple SA"}],
    "funder": {"type": "Organization", "name": "Ville d'Exemple"},
    "softwareRequirements": ["https://www.postgresql.org/"],
}


def test_codemeta():
    record = only(codemeta.read({"codemeta.json": json.dumps(CODEMETA).encode()}))
    assert (record.name, record.kind, record.stage) == ("Exemple", "software", "operated")
    assert (record.external_id, record.identifiers) == (
        "https://doi.org/10.5281/zenodo.1234",
        (("doi", "10.5281/zenodo.1234"),),
    )
    assert (record.short, record.tags, record.orgs) == ({"fr": "Un exemple."}, ("énergie", "climat"), ("Exemple SA",))
    assert record.governance == {"funded_by": ["Ville d'Exemple"]}
    assert record.events == (Event("created", date(2020, 2, 1)),)
    assert record.links == (Link("depends_on", "url", "https://www.postgresql.org/"),)
    assert (record.last_sign_on, record.licence_raw) == (
        date(2024, 3, 2),
        "https://spdx.org/licenses/AGPL-3.0-or-later",
    )


def test_codemeta_terms_with_prefix_are_the_same_terms():
    prefixed = {"@type": "schema:Dataset", "schema:name": "D", "https://schema.org/url": "https://d.example.org/x"}
    record = only(codemeta.read({"c.jsonld": json.dumps(prefixed).encode()}))
    assert (record.name, record.kind, record.url, record.external_id) == (
        "D",
        "data",
        "https://d.example.org/x",
        "d.example.org/x",
    )


def test_codemeta_graph_keeps_the_things_described_only():
    graph = {"@graph": [CODEMETA, {"@type": "Organization", "name": "Exemple SA"}]}
    assert [r.name for r in codemeta.read({"c.json": json.dumps(graph).encode()}).records] == ["Exemple"]


def test_readers_are_named_by_the_key_of_their_source():
    from communaux.catalogue.sources import sources

    assert set(sources()) <= set(READERS)
