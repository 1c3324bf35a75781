"""publiccode.yml read leniently: grades of the real files, repairs, ids."""

from datetime import date

import pytest

from communaux.catalogue.formats.mapped import Link
from communaux.catalogue.formats.publiccode import read, read_one

GRADES = {
    "5tsrl-emma-frontend-coworking": "X",
    "agid-wai-portal": "B",
    "ai-riksarkivet-htrflow": "C",
    "aitema-gmbh-ratsinformationssystem": "C",
    "aitema-gmbh-terminvergabe": "C",
    "amsterdam-alletaal-lint": "C",
    "arpa-simc-portale-allerta-meteo": "C",
    "arpapiemonte-openoise-meter": "A",
    "azienda-usl-di-bologna-dae-responder": "X",
    "catalalang-catala": "A",
    "cetriq-publiccode-tools": "A",
    "cisofy-lynis": "A",
    "comune-milano-whistleblowing": "A",
    "demarches-simplifiees-demarches-simplifiees-fr": "C",
    "fr-ara": "C",
    "fr-archifiltreDocs": "C",
    "fr-catala": "C",
    "fr-codesPostaux": "C",
    "fr-contentManager": "C",
    "fr-dashlord": "C",
    "fr-decoupageAdministratif": "C",
    "fr-demarchesSimplifiees": "C",
    "fr-djangoDsfr": "C",
    "fr-djangoMagicauth": "C",
    "fr-esup_pod": "B",
    "fr-onyxia": "B",
    "fr-openfisca": "C",
    "fr-publicodes": "C",
    "fr-reactDsfr": "C",
    "fr-recoco": "C",
    "fr-shinygouv": "C",
    "fr-udata": "C",
    "fr-vitam": "C",
    "italia-publiccode-parser-go": "A",
    "opendatateam-udata": "A",
    "publiccodenet-standard": "A",
    "suitenumerique-docs": "C",
    "suitenumerique-meet": "A",
}

WHOLE = """
publiccodeYmlVersion: "0.5"
name: Exemple
url: https://github.com/exemple/exemple
landingURL: https://exemple.example.org/
releaseDate: 2024-03-28
softwareVersion: 1.2.0
developmentStatus: stable
softwareType: standalone/web
platforms: [web, linux]
categories: [collaboration]
isBasedOn: [https://github.com/autre/autre]
organisation: {uri: "urn:x:exemple", name: Ville d'Exemple}
usedBy: [Commune d'Exemple]
fundedBy: [{name: Région d'Exemple, uri: "https://region.example.org"}]
intendedAudience: {scope: [government], countries: [FR], unsupportedCountries: [US]}
description:
  fr:
    localisedName: Exemple en français
    shortDescription: Un exemple.
    longDescription: LONG
    features: [Faire, Défaire]
  en-GB:
    shortDescription: An example.
legal: {license: AGPL-3.0-or-later}
maintenance: {type: community, contacts: [{name: Personne, email: p@example.org}]}
localisation: {localisationReady: true, availableLanguages: [fr, en]}
dependsOn: {open: [{name: PostgreSQL, versionMin: "15"}], proprietary: [], hardware: []}
""".replace("LONG", "Un texte assez long. " * 10)


def graded(text):
    return read_one("publiccode.yml", text.encode())


def test_grades_of_the_38_real_files(catalogues):
    files = {path.name: path.read_bytes() for path in (catalogues / "publiccode" / "files").iterdir()}
    assert {name.removesuffix(".publiccode.yml"): read_one(name, data).grade for name, data in files.items()} == GRADES


def test_unreadable_files_are_told_with_line_and_column(catalogues):
    path = catalogues / "publiccode" / "files" / "azienda-usl-di-bologna-dae-responder.publiccode.yml"
    refused = read_one(path.name, path.read_bytes()).refused
    assert refused.where == f"{path.name}, line 64, column 1"
    assert refused.reason == "Not YAML: could not find expected ':'"
    assert refused.content.startswith("# This repository")


def test_a_whole_file_is_valid_and_mapped():
    found = graded(WHOLE)
    record = found.record
    assert (found.grade, record.warnings) == ("A", ())
    assert record.external_id == "github.com/exemple/exemple"
    assert (record.name, record.names, record.lang) == ("Exemple", ("Exemple en français",), ("fr", "en"))
    assert record.short == {"fr": "Un exemple.", "en": "An example."}
    assert (record.stage, record.version, record.released_on) == ("operated", "1.2.0", date(2024, 3, 28))
    assert (record.url, record.repository) == ("https://exemple.example.org/", "https://github.com/exemple/exemple")
    assert (record.tags, record.platforms) == (("collaboration", "government"), ("web", "linux"))
    assert (record.features, record.orgs) == ({"fr": ("Faire", "Défaire")}, ("Ville d'Exemple",))
    assert record.links == (
        Link("based_on", "repository", "https://github.com/autre/autre"),
        Link("depends_on", "name", "PostgreSQL"),
    )
    assert record.community["declared_users"] == ["Commune d'Exemple"]
    assert record.community["maintainers"] == 1
    assert record.governance == {"funded_by": ["Région d'Exemple"]}
    assert "Personne" not in str([record.community, record.governance, record.orgs])


@pytest.mark.parametrize(
    ("found", "replaced", "grade", "warning"),
    [
        ('"0.5"', "0.4", "B", "Version written as a number: 0.4"),
        ('"0.5"', '"2.4.0"', "B", "Unknown version of the standard: 2.4.0"),
        ('"0.5"', '"0.6"', "B", "Unknown version of the standard: 0.6"),
        ("AGPL-3.0-or-later", "agpl-3.0", "B", "Licence rewritten as AGPL-3.0-only: agpl-3.0"),
        ("AGPL-3.0-or-later", "other", "C", "Licence not recognised: other"),
        ("AGPL-3.0-or-later", "null", "C", "Missing key: legal.license"),
        ("[FR]", "[fr]", "B", "Country not in capitals: fr"),
        ('uri: "https://region', 'url: "https://region', "B", "Written url for uri: fundedBy"),
        ("usedBy:", "utilisateurs:", "B", "Unknown key: utilisateurs"),
        ("localisationReady: true", "localisationReady: yes", "C", "Neither true nor false: localisationReady yes"),
        ("type: community", "type: commercial", "C", "Unknown maintenance.type: commercial"),
        ("stable", "finished", "C", "Unknown developmentStatus: finished"),
        ("Un exemple.", "x" * 151, "B", "shortDescription longer than 150 characters"),
        ("name: Exemple\n", "", "D", "Missing key: name"),
    ],
)
def test_repairs_and_errors_are_told(found, replaced, grade, warning):
    assert WHOLE.count(found) >= 1
    result = graded(WHOLE.replace(found, replaced, 1))
    assert (result.grade, result.record.warnings) == (grade, (warning,))


@pytest.mark.parametrize(
    "version", ["0", "0.2", "0.2.0", "0.2.1", "0.2.2", "0.3", "0.3.0", "0.4", "0.5.0", "0.7", "0.7.0"]
)
def test_versions_of_the_standard(version):
    assert graded(WHOLE.replace('"0.5"', f'"{version}"')).grade == "A"


def test_identity_only_is_grade_d_and_no_identity_is_x():
    assert graded("url: https://github.com/a/b\n").grade == "D"
    assert graded("name: A\n").grade == "X"
    assert graded("- a list\n").grade == "X"
    assert read_one("publiccode.yml", "name: Été".encode("latin-1")).grade == "X"


def test_ids_come_from_the_file_name_or_the_address():
    files = {"a/x/publiccode.yml": WHOLE.encode(), "b/fr-esup_pod.publiccode.yml": WHOLE.encode()}
    assert [record.external_id for record in read(files).records] == ["github.com/exemple/exemple", "fr-esup-pod"]
