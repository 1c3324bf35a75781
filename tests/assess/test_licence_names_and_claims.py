"""Expressions, names of licences, and what manifests, headers, publiccode.yml and READMEs say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.assess import yaml
from communaux.engines.assess.licence_claims import (
    Claim,
    headers,
    identifier,
    manifests,
    or_later,
    pointer,
    publiccode,
    readme,
)
from communaux.engines.assess.licence_expression import parse, spelled
from communaux.engines.assess.licence_files import licence_files, manifest_files, readme_file
from communaux.engines.assess.licence_lists import openness, standing, versions
from communaux.engines.assess.licence_names import mentioned, named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mit", "MIT"),
        ("(MIT OR Apache-2.0) AND isc", "(MIT OR Apache-2.0) AND ISC"),
        ("MIT OR (ISC OR Zlib)", "MIT OR ISC OR Zlib"),
        ("((MIT))", "MIT"),
        ("GPL-2.0+", "GPL-2.0-or-later"),
        ("gpl-2.0-only with Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("LicenseRef-Ours", "LicenseRef-Ours"),
        ("EPL-1.0+", "EPL-1.0"),
    ],
)
def test_an_expression_is_spelled_as_the_list_does(text: str, expected: str) -> None:
    assert str(parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "()", "(MIT", "MIT)", "MIT ISC", "MIT AND", "OR MIT", "MIT WITH", "MIT WITH )", "nothing", "MIT, ISC", "(" * 80 + "MIT",
     "MIT OR " * 400 + "MIT", "MIT;", "<b>MIT</b>"],
)  # fmt: skip
def test_what_is_no_expression_is_none(text: str) -> None:
    assert parse(text) is None


@given(st.text(alphabet="()MITISCORANDWHX-+. ", max_size=60))
def test_what_is_read_can_be_read_again(text: str) -> None:
    found = parse(text)
    assert found is None or parse(str(found)) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT License", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("GNU Affero General Public License v3 or later (AGPLv3+)", "AGPL-3.0-or-later"),
        ("GNU Lesser General Public License v2.1", "LGPL-2.1-only"),
        ("LGPLv3", "LGPL-3.0"),
        ("GPL (>= 3)", "GPL-3.0-or-later"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ("2-clause BSD", "BSD-2-Clause"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("Licence Ouverte 2.0", "etalab-2.0"),
        ("CeCILL-B", "CECILL-B"),
        ("CeCILL v2.1", "CECILL-2.1"),
        ("Mozilla Public License 2.0", "MPL-2.0"),
        ("EUPL v1.2", "EUPL-1.2"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("CC0", "CC0-1.0"),
        ("Open Database License", "ODbL-1.0"),
        ("GNU GPL", None),
        ("MIT and also ISC License", None),
        ("a/b", None),
        ("", None),
    ],
)
def test_a_name_is_an_id(text: str, expected: str | None) -> None:
    found = named(text)
    assert (str(found) if found else None) == expected


def test_names_in_a_sentence() -> None:
    assert mentioned("sous licence GNU AGPL version 3, les données sous ODbL") == ("AGPL-3.0", "ODbL-1.0")
    assert mentioned(
        "GNU Affero General Public License as published by the FSF, either version 3 of the License, or later"
    ) == ("AGPL-3.0-or-later",)
    assert mentioned("permitted by summit") == ()
    assert spelled("CC-BY-9.9") == ""
    assert mentioned("CC BY 9.9, CC BY 1.7") == ()


MANIFESTS = {
    "package.json": [
        (json.dumps({"license": "MIT"}), ["MIT"]),
        (json.dumps({"license": {"type": "ISC", "url": "x"}}), ["ISC"]),
        (json.dumps({"licenses": [{"type": "MIT"}, {"type": "Apache-2.0"}]}), ["MIT OR Apache-2.0"]),
        (json.dumps({"license": "SEE LICENSE IN LICENSE.txt"}), []),
        (json.dumps({"license": 3}), []),
        (json.dumps({"license": "UNLICENSED"}), [None]),
        ("[]", []),
    ],
    "composer.json": [
        (json.dumps({"license": ["LGPL-2.1-only", "GPL-3.0-or-later"]}), ["LGPL-2.1-only OR GPL-3.0-or-later"]),
        (json.dumps({"license": "AGPL-3.0"}), ["AGPL-3.0"]),
        (json.dumps({"license": None}), []),
    ],
    "pyproject.toml": [
        ('[project]\nlicense = "EUPL-1.2"', ["EUPL-1.2"]),
        ('[project]\nlicense = {text = "MIT"}', ["MIT"]),
        ('[project]\nlicense = {file = "LICENSE"}\nclassifiers = ["License :: OSI Approved :: MIT License", "X", 3]', ["MIT"]),
        ('[project]\nclassifiers = 3', []),
        ('[tool.poetry]\nlicense = "ISC"', ["ISC"]),
        (f'[project]\nlicense = {{text = "{"long " * 100}"}}', []),
    ],
    "Cargo.toml": [
        ('[package]\nlicense = "MIT/Apache-2.0"', ["MIT OR Apache-2.0"]),
        ('[workspace.package]\nlicense = "MPL-2.0"', ["MPL-2.0"]),
        ("", []),
    ],
    "pom.xml": [
        ("<project><!-- <licenses><license><name>ISC</name></license></licenses> --><licenses><license><name>Apache License, "
         "Version 2.0</name></license></licenses></project>", ["Apache-2.0"]),
        ("<project/>", []),
    ],
    "DESCRIPTION": [
        ("Package: demo\nLicense: GPL (>= 3) | file LICENSE\nTitle: x", ["GPL-3.0-or-later"]),
        ("License: MIT + file LICENSE", ["MIT"]),
        ("Package: demo", []),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "content", "expected"), [(path, text, told) for path, rows in MANIFESTS.items() for text, told in rows]
)
def test_a_manifest_says(path: str, content: str, expected: list[str | None]) -> None:
    found = [str(one.expression) if one.expression else None for one in manifests({path: content.encode()})]
    assert found == expected


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("package.json", '{\n"license": MIT}', 2),
        ("package.json", "[" * 200_000, 0),
        ("pyproject.toml", "[project]\nlicense = \nx = 1", 2),
        ("Cargo.toml", "\x00", 1),
        ("Cargo.toml", "a." * 100_000 + "a = 1", 0),
    ],
)
def test_a_broken_manifest_is_a_fact(path: str, content: str, line: int) -> None:
    (found,) = manifests({path: content.encode()})
    assert (found.unreadable, found.said, found.expression) == (True, "", None)
    assert found.line == line


def test_only_the_publiccode_of_the_root_counts() -> None:
    example = {"examples/publiccode.yml": b"legal:\n  license: MIT", "docs/package.json": b'{"license": "MIT"}'}
    assert (publiccode(example), manifests(example)) == ((), ())


@pytest.mark.parametrize("text", ["", "legal: 3", "- 1", "legal:\n  license: 3", "legal:\n  mainCopyrightOwner: x"])
def test_a_publiccode_without_a_licence_says_nothing(text: str) -> None:
    assert publiccode({"publiccode.yml": text.encode()}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a, *a]\nb: [",
        "!!python/object:os.system x",
        "a: 1\na: 2",
        "\t- x",
        "{" * 1000,
        "x" * 70_000,
        "1: {2: 3}}",
    ],
)
def test_hostile_yaml_is_unreadable_and_harmless(text: str) -> None:
    assert all(one.unreadable or not one.expression for one in publiccode({"publiccode.yml": text.encode()}))


def test_a_line_is_told_when_it_is_known() -> None:
    assert str(yaml.Unreadable()) == "unreadable"
    with pytest.raises(yaml.Unreadable, match="line 2"):
        yaml.load("a: 1\nb: [")


def test_the_publiccode_files_of_the_world(publiccode: Path) -> None:
    from communaux.engines.assess.licence_claims import publiccode as read

    rows = re.findall(
        r"^\| (\S+\.publiccode\.yml) \|.*\| ([^|]+) \|$", (publiccode / "FILES.md").read_text("utf-8"), re.MULTILINE
    )
    expected = {name: told.strip() for name, told in rows}
    found = {
        path.name: read({"publiccode.yml": path.read_bytes()}) for path in sorted((publiccode / "files").iterdir())
    }
    told = {name: ("?" if one[0].unreadable else one[0].said) if one else "None" for name, one in found.items()}
    assert told == expected
    assert sorted(name for name, one in told.items() if one == "?") == [
        "5tsrl-emma-frontend-coworking.publiccode.yml",
        "azienda-usl-di-bologna-dae-responder.publiccode.yml",
    ]
    unread = [one[0].said for one in found.values() if one and not one[0].unreadable and not one[0].expression]
    assert unread == ["other"]


def test_the_vectors_of_the_validator_are_read(publiccode: Path) -> None:
    from communaux.engines.assess.licence_claims import publiccode as read

    files = sorted((publiccode / "validator-vectors" / "valid").glob("*.yml"))
    assert len(files) > 20
    found = {path.name: [one.unreadable for one in read({"publiccode.yml": path.read_bytes()})] for path in files}
    assert {name for name, one in found.items() if one != [False]} == set()
    told = {path.name: str(read({"publiccode.yml": path.read_bytes()})[0].expression) for path in files}
    assert told["valid_spdx_or.yml"].count(" OR ") == 1
    assert " WITH " in told["valid_spdx_with.yml"]


def test_headers_are_counted() -> None:
    heads = {
        "a.py": b"# SPDX-License-Identifier: MIT\n",
        "b.html": b"<!-- SPDX-License-Identifier: MIT -->",
        "c.css": b"/* SPDX-License-Identifier: (GPL-2.0-only OR MIT) */",
        "d.py": b"# SPDX-License-Identifier: what\n",
        "e.py": b"print()",
    }
    assert [(one.path, str(one.expression), one.files) for one in headers(heads)] == [
        ("a.py", "MIT", 2),
        ("c.css", "GPL-2.0-only OR MIT", 1),
    ]
    assert identifier(b"") is None


def test_a_notice_gives_later_versions() -> None:
    notice = b" * the terms of the GNU GPL, either version 2 of\n * the License, or (at your option) any later version."
    assert or_later({"a.c": notice, "b.c": b"version 3 of the License"}) == {"2.0"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Demo\n\n## License\n\nEUPL-1.2\n", "EUPL-1.2"),
        ("Licence\n=======\n\nCe logiciel est sous AGPL-3.0 ou ultérieure.", "AGPL-3.0-or-later"),
        ("Demo is licensed under either MIT or Apache 2.0.", "MIT OR Apache-2.0"),
        ("Code licence: MIT. Texts: CC BY 4.0", None),
        ("The fonts have the license OFL. Third-party code: MIT license.", "nothing"),
        ("A tool to read a license.", "nothing"),
    ],
)
def test_a_readme_says(text: str, expected: str | None) -> None:
    found = readme("README.md", text.encode())
    assert (str(found.expression) if found and found.expression else None if found else "nothing") == expected


def test_a_licence_file_that_points_elsewhere() -> None:
    assert str(pointer("LICENSE", b"Code under MIT, texts under CC BY 4.0.").expression) == "MIT AND CC-BY-4.0"
    assert pointer("LICENSE", b"All rights reserved.") == Claim("LICENSE", "pointer", "All rights reserved.")


SPELLINGS = [
    "LICENSE", "LICENCE", "license", "Licence.md", "LICENSE.txt", "LICENSE-MIT", "LICENSE.APACHE2", "MIT-LICENSE.txt",
    "LICENSE_fr.txt", "licence-fr.md", "COPYING", "COPYING.LESSER", "Copying.txt", "UNLICENSE", "UNLICENCE.txt",
    "LICENSE.AGPL.txt", "LICENSE-2.0.txt", "Licence_CeCILL_V2.1-fr.txt", "EUPL-1.2_FR.txt", "LICENSE.rst",
    "LICENCE.html", "LICENSES/MIT.txt", "LICENSES/GPL-3.0-or-later.txt",
]  # fmt: skip
FOREIGN = [
    "license.py", "src/LICENSE", "LICENSE-THIRD-PARTY.md", "THIRD_PARTY_LICENSES", "LICENSE.dependencies.txt",
    "vendor/LICENSE", "licenses.json", "license_header.txt", "LICENSE-template.txt", "NOTICE", "license-checker.md",
    "docs/licence.md", "LICENSES/x.py", "licenses/AAL.json", "sublicensing.svg", "3rdparty-licenses.txt",
    "example-license.txt",
]  # fmt: skip


def test_every_spelling_of_a_licence_file() -> None:
    assert licence_files(SPELLINGS) == tuple(sorted(SPELLINGS))


def test_false_friends_of_licence_files() -> None:
    assert licence_files(FOREIGN) == ()


def test_manifests_and_readme_are_those_of_the_root() -> None:
    assert manifest_files(["x/pom.xml", "pom.xml", "REUSE.toml", ".reuse/dep5"]) == (
        ".reuse/dep5",
        "REUSE.toml",
        "pom.xml",
    )
    assert readme_file(["LISEZMOI.md", "lib/README", "README.en.md"]) == "LISEZMOI.md"


@pytest.mark.parametrize(
    ("licence_id", "expected"),
    [
        ("MIT", ("yes", "software", True, ())),
        ("GPL-3.0", ("yes", "software", True, ())),
        ("EUPL-1.2", ("yes", "software", True, ())),
        ("ODbL-1.0", ("yes", "data", False, ())),
        ("etalab-2.0", ("yes", "data", False, ())),
        ("CC-BY-SA-4.0", ("yes", "content", False, ())),
        ("CC0-1.0", ("yes", "content", False, ())),
        ("CC-BY-NC-SA-4.0", ("no", "content", False, ("NC",))),
        ("CC-BY-ND-4.0", ("no", "content", False, ("ND",))),
        ("CC-BY-NC-ND-4.0", ("no", "content", False, ("NC", "ND"))),
        ("BUSL-1.1", ("no", "software", False, ())),
        ("PolyForm-Noncommercial-1.0.0", ("no", "software", False, ())),
        ("LicenseRef-Commons-Clause", ("no", "software", False, ())),
        ("Glulxe", ("unknown", "software", False, ())),
    ],
)
def test_what_is_known_of_a_licence(licence_id: str, expected: tuple[object, ...]) -> None:
    one = standing(licence_id)
    assert (one.open, one.kind, one.osi, one.restrictions) == expected


def test_an_expression_is_open_as_its_parts_are() -> None:
    told = {
        "MIT AND ISC": "yes", "MIT OR SSPL-1.0": "yes", "SSPL-1.0 AND Glulxe": "no", "MIT AND Glulxe": "unknown",
        "SSPL-1.0 OR Glulxe": "unknown", "SSPL-1.0 OR BUSL-1.1": "no",
    }  # fmt: skip
    assert {text: openness(found) for text in told if (found := parse(text))} == told


def test_each_list_says_its_version() -> None:
    assert versions() == {"osi": "npm package spdx-license-list 6.12.0, field osiApproved"}
