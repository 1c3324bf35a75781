"""Licence texts: SPDX or nothing, open or not or unknown, family; and the facts measured on the catalogues."""

import json
from collections import Counter

import pytest

from communaux.catalogue.formats import READERS
from communaux.catalogue.licences import DEMANDING, categories, family_of_id, read_licence, table, together


@pytest.mark.parametrize(
    ("raw", "spdx", "is_open", "family"),
    [
        ("MIT", "MIT", "yes", "permissive"),
        ("agpl-3.0", "AGPL-3.0-only", "yes", "network copyleft"),
        ("GPL-2.0+", "GPL-2.0-or-later", "yes", "copyleft"),
        ("LGPL-2.1", "LGPL-2.1-only", "yes", "weak copyleft"),
        ("eupl-1.2", "EUPL-1.2", "yes", "network copyleft"),
        ("etalab-2.0", "etalab-2.0", "yes", "data/content"),
        ("Licence Ouverte 2.0", "etalab-2.0", "yes", "data/content"),
        ("ODbL-1.0", "ODbL-1.0", "yes", "data/content"),
        ("Unlicense", "Unlicense", "yes", "public domain"),
        ("MIT License", "MIT", "yes", "permissive"),
        ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause", "yes", "permissive"),
        ("https://spdx.org/licenses/AGPL-3.0-or-later.html", "AGPL-3.0-or-later", "yes", "network copyleft"),
        ("https://spdx.org/licenses/MIT", "MIT", "yes", "permissive"),
        ("MIT AND GPL-3.0", "MIT AND GPL-3.0-only", "yes", "copyleft"),
        ("MIT OR GPL-3.0-only", "MIT OR GPL-3.0-only", "yes", "permissive"),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "yes",
            "copyleft",
        ),
        ("MIT AND CC-BY-NC-4.0", "MIT AND CC-BY-NC-4.0", "no", "non-free"),
        ("MIT OR BUSL-1.1", "MIT OR BUSL-1.1", "yes", "permissive"),
        ("SSPL-1.0", "SSPL-1.0", "no", "non-free"),
        ("Elastic-2.0", "Elastic-2.0", "no", "non-free"),
        ("CC-BY-ND-4.0", "CC-BY-ND-4.0", "no", "non-free"),
    ],
)
def test_what_a_licence_says(raw, spdx, is_open, family):
    found = read_licence(raw)
    assert (found.spdx, found.open, found.family, found.warning) == (spdx, is_open, family, "")
    assert found.raw == raw


@pytest.mark.parametrize(
    ("raw", "warning"),
    [
        ("", "No licence told"),
        ("/", "No licence told: /"),
        ("N/A", "No licence told: N/A"),
        ("other", "No licence told: other"),
        ("MPL-2.0, GPL-2.0", "Several licences, neither AND nor OR between them: MPL-2.0, GPL-2.0"),
        ("MPL 2.0 et EPL 1.0", "Several licences, neither AND nor OR between them: MPL 2.0 et EPL 1.0"),
        ("GPL V2.0", "Licence not recognised: GPL V2.0"),
        ("BSD-3.0", "Licence not recognised: BSD-3.0"),
        ("LicenseRef-scancode-free-unknown", "Licence not recognised: LicenseRef-scancode-free-unknown"),
        ("MIT AND", "Licence not recognised: MIT AND"),
        ("(((", "Licence not recognised: ((("),
        ("()", "Licence not recognised: ()"),
        ("non-proprietary", "Licence not recognised: non-proprietary"),
        ("Nonproprietary", "Licence not recognised: Nonproprietary"),
    ],
)
def test_what_is_not_sure_is_unknown(raw, warning):
    found = read_licence(raw)
    assert (found.spdx, found.open, found.family, found.warning) == ("", "unknown", "unknown", warning)


def test_a_text_without_end_is_not_parsed():
    for raw in ("a" * 100_000, "(" * 4_000 + "MIT" + ")" * 4_000, " AND ".join(["MIT OR Apache-2.0"] * 500)):
        assert read_licence(raw).open == "unknown"


def test_a_choice_inside_several_licences_stays_one():
    assert together(["MIT OR SSPL-1.0", "SSPL-1.0"]) == "(MIT OR SSPL-1.0) AND SSPL-1.0"
    assert read_licence(together(["MIT OR SSPL-1.0", "SSPL-1.0"])).open == "no"
    assert read_licence(together(["SSPL-1.0", "SSPL-1.0 OR MIT"])).open == "no"
    assert together(["MIT OR Apache-2.0"]) == "MIT OR Apache-2.0"
    assert together(["GPL-2.0-or-later", "MIT"]) == "GPL-2.0-or-later AND MIT"


@pytest.mark.parametrize("key", ["awesome-selfhosted", "dpga", "canada-ore", "codemeta"])
def test_each_list_of_licences_keeps_its_choices(key):
    choice = ["MIT OR SSPL-1.0", "SSPL-1.0"]
    told = {
        "awesome-selfhosted": {"licenses": choice},
        "dpga": {"license": [{"spdx": one} for one in choice]},
        "canada-ore": {"licences": [{"spdxID": one} for one in choice]},
        "codemeta": {"@type": "Dataset", "license": choice},
    }[key]
    name = {"fr": "A"} if key == "canada-ore" else "A"
    row = {"id": "a", "identifier": "a", "name": name, **told}
    data = json.dumps({"a": row} if key == "canada-ore" else [row]).encode()
    [record] = READERS[key]({"x.json": data}).records
    assert record.licence_raw == "(MIT OR SSPL-1.0) AND SSPL-1.0"


@pytest.mark.parametrize(
    "raw", ["Proprietary", "⊘ Proprietary", "Apache-2.0 AND Commons-Clause", "MIT, Commons Clause"]
)
def test_a_restriction_closes(raw):
    found = read_licence(raw)
    assert (found.spdx, found.open, found.family) == ("", "no", "non-free")


def test_24_of_240_licences_of_the_sill_are_not_spdx(reading):
    found = Counter(read_licence(record.licence_raw).spdx == "" for record in reading("sill").records)
    assert found == {True: 24, False: 216}


def test_restrictions_of_awesome_selfhosted(reading):
    records = reading("awesome-selfhosted").records
    assert sum("⊘" in record.licence_raw for record in records) == 70
    assert sum("Commons-Clause" in record.licence_raw for record in records) == 6
    assert Counter(read_licence(record.licence_raw).open for record in records) == {"yes": 1253, "no": 93, "unknown": 2}


def test_openness_in_the_other_catalogues(reading):
    found = {
        key: Counter(read_licence(record.licence_raw).open for record in reading(key).records)
        for key in ("dpga", "canada-ore", "code-gouv-fr")
    }
    assert found == {
        "dpga": {"yes": 216, "no": 12},
        "canada-ore": {"yes": 163, "unknown": 1},
        "code-gouv-fr": {"yes": 1940, "unknown": 6485},
    }


def test_the_table_names_families_and_ids_that_exist():
    assert set(table()["open"]) < set(DEMANDING)
    listed = [key for keys in table()["open"].values() for key in keys]
    assert len(listed) == len(set(listed)) == len(family_of_id())
    assert {key for key in listed if key not in categories()} == set()
    assert {key for key in table()["closed"]["ids"] if key not in categories()} == set()
    assert {spdx for spdx in table()["names"].values() if read_licence(spdx).open != "yes"} == set()
    assert set(listed) & set(table()["closed"]["ids"]) == set()
