"""The strict checker gives each vector of the standard's validator the verdict of its folder, and grades the real files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from communaux.catalogue.formats.publiccode_rules import Question
from communaux.catalogue.formats.publiccode_strict import check_file

# What the vectors take for there: files beside them, one address of an image, two Italian bodies, one site of videos.
THERE = {
    "file": ("assets/AUTHORS",),
    "image": ("assets/img/logo.png", "assets/img/sshot", "https://raw.githubusercontent.com/"),
    "page": ("https://", "http://"),
    "video": ("https://www.youtube.com/",),
    "italian body": ("pcm", "c_h501"),
}
# Vectors that only an answer of the probe makes invalid.
ASKED = {
    "description_en_screenshots_missing_file",
    "description_en_videos_invalid_oembed",
    "fundedBy_uri_wrong_italian_pa2",
    "it_riuso_codiceIPA_invalid",
    "legal_authorsFile_missing_file",
    "logo_missing_file",
    "logo_missing_url",
    "monochromeLogo_missing_file",
    "no-network/logo_invalid_png",
    "no-network/logo_missing_file",
    "no-network/monochromeLogo_invalid_png",
    "organisation_uri_wrong_italian_pa2",
}
# Verdict, errors, warnings, questions that nobody was asked.
REAL = {
    "5tsrl-emma-frontend-coworking": ("invalid", 1, 0, 0),
    "agid-wai-portal": ("valid_with_warnings", 0, 7, 8),
    "ai-riksarkivet-htrflow": ("invalid", 1, 1, 4),
    "aitema-gmbh-ratsinformationssystem": ("invalid", 5, 3, 1),
    "aitema-gmbh-terminvergabe": ("invalid", 5, 3, 1),
    "amsterdam-alletaal-lint": ("invalid", 5, 4, 2),
    "arpa-simc-portale-allerta-meteo": ("invalid", 1, 4, 3),
    "arpapiemonte-openoise-meter": ("valid_with_warnings", 0, 1, 13),
    "azienda-usl-di-bologna-dae-responder": ("invalid", 1, 0, 0),
    "catalalang-catala": ("valid", 0, 0, 6),
    "cetriq-publiccode-tools": ("valid_with_warnings", 0, 2, 2),
    "cisofy-lynis": ("valid_with_warnings", 0, 1, 2),
    "comune-milano-whistleblowing": ("valid_with_warnings", 0, 3, 2),
    "demarches-simplifiees-demarches-simplifiees-fr": ("invalid", 4, 3, 6),
    "fr-ara": ("invalid", 14, 2, 3),
    "fr-archifiltreDocs": ("invalid", 13, 3, 3),
    "fr-catala": ("invalid", 10, 3, 4),
    "fr-codesPostaux": ("invalid", 14, 3, 2),
    "fr-contentManager": ("invalid", 13, 3, 3),
    "fr-dashlord": ("invalid", 14, 3, 3),
    "fr-decoupageAdministratif": ("invalid", 14, 3, 2),
    "fr-demarchesSimplifiees": ("invalid", 13, 3, 3),
    "fr-djangoDsfr": ("invalid", 14, 2, 3),
    "fr-djangoMagicauth": ("invalid", 13, 3, 2),
    "fr-esup_pod": ("invalid", 7, 6, 6),
    "fr-onyxia": ("invalid", 11, 3, 6),
    "fr-openfisca": ("invalid", 14, 2, 3),
    "fr-publicodes": ("invalid", 17, 3, 3),
    "fr-reactDsfr": ("invalid", 13, 3, 3),
    "fr-recoco": ("invalid", 3, 2, 5),
    "fr-shinygouv": ("invalid", 15, 3, 5),
    "fr-udata": ("invalid", 13, 3, 3),
    "fr-vitam": ("invalid", 18, 3, 3),
    "italia-publiccode-parser-go": ("valid_with_warnings", 0, 1, 1),
    "opendatateam-udata": ("valid_with_warnings", 0, 1, 4),
    "publiccodenet-standard": ("invalid", 1, 4, 4),
    "suitenumerique-docs": ("invalid", 9, 0, 4),
    "suitenumerique-meet": ("valid_with_warnings", 0, 1, 1),
}


def probe(question: Question) -> bool:
    return question.about.startswith(THERE[question.kind])


@pytest.fixture(scope="module")
def vectors(catalogues: Path) -> dict[str, bytes]:
    folder = catalogues / "publiccode" / "validator-vectors"
    return {path.relative_to(folder).with_suffix("").as_posix(): path.read_bytes() for path in folder.rglob("*.yml")}


def test_each_vector_gets_the_verdict_of_its_folder(vectors: dict[str, bytes]) -> None:
    wanted = {name: name.partition("/")[0] for name in vectors}
    assert Counter(wanted.values()) == {"invalid": 132, "valid": 30, "valid_with_warnings": 11}
    assert len(vectors) == 173
    reports = {name: check_file(name, data, probe) for name, data in vectors.items()}
    assert {name: report.verdict for name, report in reports.items()} == wanted
    assert [name for name, report in reports.items() if report.unasked] == []


def test_without_a_probe_only_what_it_would_tell_is_let_pass(vectors: dict[str, bytes]) -> None:
    reports = {name: check_file(name, data) for name, data in vectors.items()}
    passed = {name for name, report in reports.items() if report.verdict != name.partition("/")[0]}
    assert passed == {f"invalid/{name}" for name in ASKED}
    assert all(reports[name].unasked for name in passed)


def test_what_each_wrong_vector_is_named_after_is_what_is_found(vectors: dict[str, bytes]) -> None:
    """`description_en_features_empty` must not be refused for another reason."""
    elsewhere = {
        name.removeprefix("invalid/"): sorted({one.path for one in errors})
        for name, data in vectors.items()
        if name.startswith("invalid/")
        and (errors := [one for one in check_file(name, data, probe).findings if one.level == "error"])
        and not any(words(name)[0].casefold() == one.path.split(".")[0].split("[")[0].casefold() for one in errors)
    }
    assert elsewhere == {
        "file_encoding": [""],
        "invalid_yaml": [""],
        "mostly_empty": NOTHING,
        "unknown_field": ["foobar"],
    }


def words(name: str) -> list[str]:
    return name.rpartition("/")[2].split("_")


NOTHING = [
    "description.en-US.shortDescription",
    "description.features",
    "description.longDescription",
    "developmentStatus",
    "legal.license",
    "localisation.availableLanguages",
    "localisation.localisationReady",
    "maintenance.type",
    "name",
    "platforms",
    "softwareType",
    "url",
]


def test_the_38_real_files(catalogues: Path) -> None:
    found = {}
    for path in (catalogues / "publiccode" / "files").iterdir():
        report = check_file(path.name, path.read_bytes())
        levels = Counter(one.level for one in report.findings)
        row = (report.verdict, levels["error"], levels["warning"], len(report.unasked))
        found[path.name.removesuffix(".publiccode.yml")] = row
    assert len(found) == 38
    assert found == REAL
