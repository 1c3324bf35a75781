"""publiccode.yml written: valid for our own checker, the same facts when read again, nothing invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.catalogue import stages
from communaux.catalogue.formats.mapped import Link, Mapped
from communaux.catalogue.formats.publiccode import read_one
from communaux.catalogue.formats.publiccode_strict import check_file
from communaux.catalogue.formats.publiccode_terms import CATEGORIES, MAINTENANCE, SCOPES, TYPES
from communaux.catalogue.formats.publiccode_writer import Described, Incomplete, Texts, write
from communaux.catalogue.formats.values import lines, text

LONG = "Un texte assez long, avec : des « signes » et # un dièse. " * 4
LEAST = Described(
    name="Exemple",
    repository="https://github.com/exemple/exemple",
    platforms=("web",),
    stage="operated",
    software_type="standalone/web",
    texts={"fr": Texts("Un exemple.", LONG, ("Faire",))},
    licence="AGPL-3.0-or-later",
    maintenance="none",
    translatable=False,
    languages=("fr",),
)
FILE = """\
publiccodeYmlVersion: "0.7"
name: "Exemple"
url: "https://github.com/exemple/exemple"
platforms:
  - "web"
developmentStatus: "stable"
softwareType: "standalone/web"
description:
  "fr":
    shortDescription: "Un exemple."
    longDescription: |-
      Un texte en deux alinéas, dont le premier est assez long pour que la description entière passe les cent cinquante
      caractères que la norme demande.

      Et le second.
    features:
      - "Faire"
legal:
  license: "AGPL-3.0-or-later"
maintenance:
  type: "none"
localisation:
  localisationReady: false
  availableLanguages:
    - "fr"
"""


def missing(known: Described) -> tuple[str, ...]:
    with pytest.raises(Incomplete) as told:
        write(known)
    return told.value.missing


def content(known: Described) -> dict[str, Any]:
    record = read_one("publiccode.yml", write(known)).record
    assert record is not None
    return dict(record.raw)


def test_the_least_file_is_this_one() -> None:
    long = FILE.split("|-\n")[1].split("    features")[0].replace("      ", "").strip()
    assert write(replace(LEAST, texts={"fr": Texts("Un exemple.", long, ("Faire",))})).decode() == FILE


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"name": ""}, ("name",)),
        ({"repository": ""}, ("url",)),
        ({"repository": "pas une adresse"}, ("url",)),
        ({"platforms": ()}, ("platforms",)),
        ({"stage": ""}, ("developmentStatus",)),
        ({"software_type": ""}, ("softwareType",)),
        ({"software_type": "un site"}, ("softwareType",)),
        ({"texts": {}}, ("description",)),
        ({"texts": {"fr": Texts("", LONG, ("Faire",))}}, ("description.fr.shortDescription",)),
        ({"texts": {"fr": Texts("x" * 151, LONG, ("Faire",))}}, ("description.fr.shortDescription",)),
        ({"texts": {"fr": Texts("x", "", ("Faire",))}}, ("description.fr.longDescription",)),
        ({"texts": {"fr": Texts("x", "court", ("Faire",))}}, ("description.fr.longDescription",)),
        ({"texts": {"fr": Texts("x", LONG)}}, ("description.fr.features",)),
        ({"texts": {"fr": Texts("x")}}, ("description.fr.longDescription", "description.fr.features")),
        ({"texts": {"und": Texts("x", LONG, ("Faire",))}}, ("description.und",)),
        ({"licence": ""}, ("legal.license",)),
        ({"licence": "Licence Ouverte peut-être"}, ("legal.license",)),
        ({"licence": "BUSL-1.1"}, ("legal.license",)),
        ({"maintenance": ""}, ("maintenance.type",)),
        ({"maintenance": "community"}, ("maintenance.contacts",)),
        ({"maintenance": "internal"}, ("maintenance.contacts",)),
        ({"maintenance": "contract"}, ("maintenance.contractors",)),
        ({"maintenance": "contract", "contractors": ({"name": "SCOP"},)}, ("maintenance.contractors[0].until",)),
        ({"maintenance": "community", "contacts": ({"email": "p@example.org"},)}, ("maintenance.contacts[0].name",)),
        ({"translatable": None}, ("localisation.localisationReady",)),
        ({"languages": ()}, ("localisation.availableLanguages",)),
    ],
)
def test_what_is_missing_is_named_and_no_file_is_written(change: dict[str, Any], keys: tuple[str, ...]) -> None:
    assert missing(replace(LEAST, **change)) == keys


def test_of_nothing_all_that_is_needed_is_missing() -> None:
    assert set(missing(Described())) == {
        *("name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal.license"),
        *("maintenance.type", "localisation.localisationReady", "localisation.availableLanguages"),
    }


def test_what_is_optional_and_breaks_a_rule_is_left_out() -> None:
    wrong: dict[str, Any] = {
        "landing": "nulle part",
        "roadmap": "bientôt",
        "based_on": ("un autre",),
        "organisation": {"name": "Une ville"},
        "tags": ("un mot à nous",),
    }
    assert write(replace(LEAST, **wrong)) == write(LEAST)


def test_a_language_that_cannot_be_written_does_not_keep_another_from_it() -> None:
    texts = {
        **LEAST.texts,
        "en": Texts("x" * 151, LONG, ("Do",)),
        "und": Texts("x", LONG),
        "de": Texts("Ein Beispiel."),
    }
    assert content(replace(LEAST, texts=texts))["description"].keys() == {"fr", "de"}


def test_contractors_are_told_of_a_contract_only() -> None:
    contractors = ({"name": "SCOP", "until": "2030-01-01", "siret": "123"},)
    under = content(replace(LEAST, maintenance="contract", contractors=contractors))["maintenance"]
    assert under == {"type": "contract", "contractors": [{"name": "SCOP", "until": "2030-01-01"}]}
    assert content(replace(LEAST, contractors=contractors))["maintenance"] == {"type": "none"}


def test_older_readers_of_yaml_find_texts_where_texts_are() -> None:
    written = write(replace(LEAST, languages=("no", "fr"), version="1.0", texts={"no": LEAST.texts["fr"]})).decode()
    for quoted in (
        '- "no"',
        '"no":',
        'softwareVersion: "1.0"',
        'publiccodeYmlVersion: "0.7"',
        "localisationReady: false",
    ):
        assert quoted in written


def test_no_key_that_is_old_or_not_ours_to_tell() -> None:
    written = write(FULL).decode()
    for key in ("usedBy", "monochromeLogo", "inputTypes", "outputTypes", "repoOwner", "authorsFile", "genericName"):
        assert key not in written


FULL = replace(
    LEAST,
    landing="https://exemple.example.org/",
    version="1.2.0",
    released_on=date(2024, 3, 28),
    tags=("collaboration", "un mot à nous", "government"),
    maintenance="community",
    contacts=({"name": "Personne", "email": "p@example.org", "phone": 391624231322, "role": "x"},),
    based_on=("https://github.com/autre/autre",),
    roadmap="https://exemple.example.org/suite",
    organisation={"uri": "urn:x-exemple:ville", "name": "Ville d’Exemple", "siren": "1"},
    translatable=True,
)


def test_a_full_file_is_read_again_as_it_was_known() -> None:
    graded = read_one("publiccode.yml", write(FULL))
    record = graded.record
    assert record is not None
    assert (graded.grade, record.warnings, record.tags) == ("A", (), ("collaboration", "government"))
    assert (record.version, record.released_on, record.url) == ("1.2.0", date(2024, 3, 28), FULL.landing)
    assert record.links == (Link("based_on", "repository", "https://github.com/autre/autre"),)
    assert (record.orgs, record.governance) == (("Ville d’Exemple",), {"roadmap": FULL.roadmap})
    contact = {"name": "Personne", "email": "p@example.org", "phone": "391624231322"}
    assert record.raw["maintenance"] == {"type": "community", "contacts": [contact]}
    assert record.raw["organisation"] == {"uri": "urn:x-exemple:ville", "name": "Ville d’Exemple"}


LETTERS = st.sampled_from("aé \n\t:#-'\"&*!|>%@`{}[],?\\\u00a0\u202f\u2028\u0085\ufeff👨‍👩‍👧e\u0301<no0.7~")
PROSE = st.text(LETTERS, max_size=40)
NAMES = PROSE.filter(lambda one: bool(lines(one)))
LONGS = st.builds(lambda around, end: f"{around}{LONG}\n\n  - {around}\n{end}", PROSE, PROSE)
KNOWN = st.builds(
    Described,
    name=NAMES,
    repository=st.just(LEAST.repository),
    landing=st.sampled_from(["", "https://exemple.example.org/"]),
    version=PROSE,
    released_on=st.none() | st.dates(),
    platforms=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    tags=st.lists(st.sampled_from(sorted(CATEGORIES)), max_size=3, unique=True).map(tuple),
    stage=st.sampled_from(stages.STAGES),
    software_type=st.sampled_from(sorted(TYPES)),
    texts=st.dictionaries(
        st.sampled_from(["fr", "en", "no", "gsw"]),
        st.builds(Texts, short=NAMES, long=LONGS, features=st.lists(NAMES, min_size=1, max_size=3).map(tuple)),
        min_size=1,
    ),
    licence=st.sampled_from(["EUPL-1.2", "MIT OR Apache-2.0", "GPL-3.0-only WITH Classpath-exception-2.0"]),
    maintenance=st.sampled_from(MAINTENANCE),
    contacts=st.lists(st.fixed_dictionaries({"name": NAMES}), min_size=1, max_size=2).map(tuple),
    contractors=st.lists(
        st.fixed_dictionaries({"name": NAMES, "until": st.dates().map(date.isoformat)}), min_size=1, max_size=2
    ).map(tuple),
    translatable=st.booleans(),
    languages=st.lists(st.sampled_from(["fr", "en", "no"]), min_size=1, unique=True).map(tuple),
    organisation=NAMES.map(lambda name: {"uri": "urn:x-exemple:1", "name": name}),
)


@settings(deadline=None)  # YAML in pure Python, on machines that do other things too
@given(KNOWN)
def test_what_is_written_is_valid_and_read_again_the_same(known: Described) -> None:
    data = write(known)
    assert check_file("publiccode.yml", data).verdict == "valid"
    record = read_one("publiccode.yml", data).record
    assert record is not None
    assert read_back(record) == expected(known)


def read_back(record: Mapped) -> dict[str, Any]:
    raw = record.raw
    return {
        **{name: getattr(record, name) for name in ("name", "repository", "url", "version", "released_on")},
        **{name: getattr(record, name) for name in ("platforms", "tags", "licence_raw", "orgs")},
        **{name: getattr(record, name) for name in ("short", "long", "features")},
        "status": raw["developmentStatus"],
        "software_type": record.community["software_type"],
        "maintenance": record.community["maintenance"],
        "contacts": [one["name"] for one in raw["maintenance"]["contacts"]],
        "contractors": [(one["name"], one["until"]) for one in raw["maintenance"].get("contractors", [])],
        "translatable": raw["localisation"]["localisationReady"],
        "languages": tuple(record.community["languages"]),
    }


def expected(known: Described) -> dict[str, Any]:
    said_in = {READ_AS.get(lang, lang): said for lang, said in known.texts.items()}
    contract = known.maintenance == "contract"
    return {
        "name": lines(known.name)[0],
        "repository": known.repository,
        "url": known.landing,
        "version": "".join(lines(known.version)),
        "released_on": known.released_on,
        "platforms": lines(list(known.platforms)),
        "tags": known.tags,
        "licence_raw": known.licence,
        "orgs": lines(known.organisation["name"]),
        "short": {lang: lines(said.short)[0] for lang, said in said_in.items()},
        "long": {lang: text(said.long) for lang, said in said_in.items()},
        "features": {lang: lines(list(said.features)) for lang, said in said_in.items()},
        "status": stages.TO_PUBLICCODE[known.stage],
        "software_type": known.software_type,
        "maintenance": known.maintenance,
        "contacts": [lines(said["name"])[0] for said in known.contacts],
        "contractors": [(lines(said["name"])[0], said["until"]) for said in known.contractors] if contract else [],
        "translatable": known.translatable,
        "languages": known.languages,
    }


READ_AS = {"gsw": "und"}  # the reader keeps languages of two letters


def test_scopes_and_categories_do_not_mix() -> None:
    """A word of both lists would be read twice and written twice."""
    assert CATEGORIES.isdisjoint(SCOPES)


@pytest.mark.parametrize("stage", stages.STAGES)
def test_each_stage_has_its_status_and_comes_back_to_it(stage: str) -> None:
    status = content(replace(LEAST, stage=stage))["developmentStatus"]
    assert stages.TO_PUBLICCODE[stages.PUBLICCODE[status]] == status == stages.TO_PUBLICCODE[stage]
