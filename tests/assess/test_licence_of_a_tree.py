"""The licence of a whole tree: texts, claims, later versions, conflicts, clauses; and how many files say theirs."""

from __future__ import annotations

import pytest

from communaux.engines.assess.coverage import Coverage, counted, coverage, declares, sampled
from communaux.engines.assess.licence import Licence, licence
from communaux.engines.assess.licence_claims import manifests
from communaux.engines.assess.licence_conflicts import conflicts

NOTICE = b"either version 3 of the License, or (at your option) any later version."


def read(
    texts: dict[str, str | bytes], heads: dict[str, bytes] | None = None, more: list[str] | None = None
) -> Licence:
    held = {path: one.encode() if isinstance(one, str) else one for path, one in texts.items()}
    return licence(held, [*held, *(more or [])], heads)


def test_a_text_alone_leaves_later_versions_open(spdx: dict[str, str]) -> None:
    found = read({"LICENSE": spdx["LGPL-3.0-only"]})
    assert (found.expression, found.confidence, found.open, found.later) == ("LGPL-3.0", 1.0, "yes", "unstated")
    assert [(one.path, one.source, one.kind) for one in found.candidates] == [("LICENSE", "text", "exact")]
    assert [(one.id, one.osi) for one in found.standings] == [("LGPL-3.0", True)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("package.json", '{"license": "AGPL-3.0-or-later"}'),
        ("publiccode.yml", "legal:\n  license: AGPL-3.0-or-later"),
        ("README.md", "Licensed under the GNU AGPL v3 or later."),
        ("README.md", "AGPL, " + NOTICE.decode()),
    ],
)
def test_what_is_said_beside_a_text_tells_of_later_versions(path: str, said: str, spdx: dict[str, str]) -> None:
    found = read({"LICENSE": spdx["AGPL-3.0-only"], path: said})
    assert (found.expression, found.confidence, found.later, found.conflicts) == ("AGPL-3.0-or-later", 1.0, "later", ())


def test_headers_and_notices_of_files_tell_of_later_versions(spdx: dict[str, str]) -> None:
    text = {"COPYING": spdx["GPL-3.0-only"]}
    assert read(text, {"a.c": b"// SPDX-License-Identifier: GPL-3.0-only"}).expression == "GPL-3.0-only"
    assert read(text, {"a.c": NOTICE}).expression == "GPL-3.0-or-later"
    assert read({"LICENSE": spdx["MPL-2.0"]}, {"a.c": NOTICE}).expression == "MPL-2.0"


def test_a_claim_that_says_more_wins_over_one_that_says_less(spdx: dict[str, str]) -> None:
    said = {"package.json": '{"license": "AGPL-3.0"}', "publiccode.yml": "legal: {license: AGPL-3.0-only}"}
    assert read({"LICENSE": spdx["AGPL-3.0-only"], **said}).expression == "AGPL-3.0-only"


def test_copying_beside_copying_lesser_is_the_lesser(spdx: dict[str, str]) -> None:
    found = read(
        {"COPYING": spdx["GPL-3.0-only"], "COPYING.LESSER": spdx["LGPL-3.0-only"].split("\nGNU GENERAL PUBLIC")[0]}
    )
    assert (found.expression, found.conflicts) == ("LGPL-3.0", ())


def test_two_files_are_both_unless_a_choice_is_said(spdx: dict[str, str]) -> None:
    texts: dict[str, str | bytes] = {"LICENSE-MIT": spdx["MIT"], "LICENSE-APACHE": spdx["Apache-2.0"]}
    assert read(texts).expression == "Apache-2.0 AND MIT"
    assert read({**texts, "Cargo.toml": '[package]\nlicense = "MIT OR Apache-2.0"'}).expression == "MIT OR Apache-2.0"
    one = "Either licence, at your option.\n" + spdx["MIT"] + "\n" + spdx["Apache-2.0"]
    assert read({"LICENSE": one}).expression == "Apache-2.0 OR MIT"


def test_a_choice_said_without_later_versions_stays_a_choice(spdx: dict[str, str]) -> None:
    texts = {
        "LICENSE-GPL": spdx["GPL-3.0-only"],
        "LICENSE-MIT": spdx["MIT"],
        "package.json": '{"license": "(MIT OR GPL-3.0)"}',
    }
    found = read(texts)
    assert (found.expression, found.later) == ("GPL-3.0 OR MIT", "unstated")


def test_the_texts_of_reuse_are_listed_and_a_manifest_chooses(spdx: dict[str, str]) -> None:
    texts: dict[str, str | bytes] = {"LICENSES/MIT.txt": spdx["MIT"], "LICENSES/CC0-1.0.txt": spdx["CC0-1.0"]}
    assert read(texts).expression == "CC0-1.0 AND MIT"
    found = read({**texts, "package.json": '{"license": "MIT"}'})
    assert (found.expression, found.confidence, found.conflicts) == ("MIT", 1.0, ())
    assert read({**texts, "README.md": "Licence: MIT"}).expression == "CC0-1.0 AND MIT"
    assert {one.source for one in found.candidates} == {"listed", "manifest"}
    assert read({**texts, "LICENSE": spdx["MIT"]}).expression == "MIT"


def test_what_is_only_said_is_never_sure() -> None:
    assert read({"package.json": '{"license": "MIT"}'}).confidence == 0.8
    assert read({"README.md": "Licence MIT"}).confidence == 0.5
    found = read(
        {"README.md": "Licence MIT", "package.json": '{"license": "ISC"}', "publiccode.yml": "legal: {license: Zlib}"}
    )
    assert (found.expression, [one.kind for one in found.conflicts]) == ("Zlib", ["licence"])


def test_nothing_is_nothing() -> None:
    found = read({"src/main.c": "int main;"})
    assert (found.expression, found.confidence, found.open, found.later, found.candidates) == (
        "",
        0.0,
        "unknown",
        "",
        (),
    )


def test_a_manifest_that_says_another_licence_is_a_conflict(spdx: dict[str, str]) -> None:
    found = read({"LICENSE": spdx["MIT"], "package.json": '{"license": "GPL-3.0-only"}'})
    assert found.expression == "MIT"
    assert [(one.kind, one.paths, one.expressions) for one in found.conflicts] == [
        ("licence", ("LICENSE", "package.json"), ("MIT", "GPL-3.0-only"))
    ]


def test_only_and_or_later_are_a_conflict_and_settle_nothing(spdx: dict[str, str]) -> None:
    said = {"package.json": '{"license": "AGPL-3.0-only"}', "publiccode.yml": "legal: {license: AGPL-3.0-or-later}"}
    found = read({"LICENSE": spdx["AGPL-3.0-only"], **said})
    assert (found.expression, found.later) == ("AGPL-3.0", "unstated")
    assert [(one.kind, one.expressions) for one in found.conflicts] == [
        ("later", ("AGPL-3.0-or-later", "AGPL-3.0-only"))
    ]


def test_a_few_headers_of_another_licence_are_no_conflict(spdx: dict[str, str]) -> None:
    few = {
        "a": b"SPDX-License-Identifier: ISC",
        "b": b"SPDX-License-Identifier: MIT",
        "c": b"SPDX-License-Identifier: MIT",
    }
    most = {**few, "d": b"SPDX-License-Identifier: ISC", "e": b"SPDX-License-Identifier: ISC"}
    assert read({"LICENSE": spdx["MIT"]}, few).conflicts == ()
    assert [one.expressions for one in read({"LICENSE": spdx["MIT"]}, most).conflicts] == [("MIT", "ISC")]
    assert conflicts("", [], manifests({"package.json": b'{"license": "what"}'})) == ()


def test_the_notices_of_dependencies_and_examples_are_not_ours(spdx: dict[str, str]) -> None:
    foreign = {
        "THIRD-PARTY-LICENSES.txt": spdx["GPL-2.0-only"],
        "vendor/LICENSE": spdx["MIT"],
        "examples/publiccode.yml": "legal: {license: MIT}",
    }
    assert read(foreign).expression == ""


def test_a_modified_text_is_not_sure_and_shows_why(spdx: dict[str, str]) -> None:
    found = read({"LICENSE": spdx["MIT"].replace("any person", "any good and kind person of ours")})
    assert found.confidence < 0.98
    assert [(one.kind, one.added, one.missing) for one in found.candidates] == [
        ("modified", ("good and kind person of ours",), ("person",))
    ]


def test_a_text_that_is_not_known_is_told(spdx: dict[str, str]) -> None:
    found = read({"LICENSE": spdx["MIT"], "LICENSE-EE": "Only for those who pay.", "COPYRIGHT": "All under MIT."})
    assert (found.expression, found.unmatched) == ("MIT", ("LICENSE-EE",))
    assert read({"LICENSE": "GNU GPL " + NOTICE.decode()}).unmatched == ("LICENSE",)
    told = "GNU Affero General Public License as published by the FSF, " + NOTICE.decode()
    assert (read({"LICENSE": told}).expression, read({"LICENSE": told}).unmatched) == ("AGPL-3.0-or-later", ())


def test_the_commons_clause_closes(spdx: dict[str, str]) -> None:
    found = read({"LICENSE": '"Commons Clause" License Condition v1.0\n\nYou may not sell.\n\n' + spdx["Apache-2.0"]})
    assert (found.expression, found.open) == ("Apache-2.0 AND LicenseRef-Commons-Clause", "no")


def test_a_manifest_that_cannot_be_read_is_told_with_its_line() -> None:
    assert read({"package.json": "{\n\n x"}).unreadable == (("package.json", 3),)


def test_a_licence_that_forbids_trade_is_closed(spdx: dict[str, str]) -> None:
    found = read({"LICENSE": spdx["CC-BY-NC-4.0"]})
    assert (found.expression, found.open, found.standings[0].restrictions) == ("CC-BY-NC-4.0", "no", ("NC",))


def test_the_sample_is_even_and_the_same() -> None:
    paths = [f"{folder}/{at:04}.c" for folder in "ab" for at in range(500)]
    found = sampled(reversed(paths))
    assert (len(found), sum(one.startswith("a/") for one in found)) == (400, 200)
    assert found == sampled(paths)
    assert sampled(["b", "a"]) == ["a", "b"]
    assert counted(["a", "a", "REUSE.toml", "x/REUSE.toml", ".reuse/dep5", "a.license"]) == ["a"]


REUSE = r"""
[[annotations]]
path = ["docs/**", "img/*.png", 3, "odd\\*.txt"]
SPDX-License-Identifier = "CC0-1.0"
[[annotations]]
path = "free/**"
"""
DEP5 = "Format: x\n\nFiles: data/* \n other.txt\nLicense: CC0-1.0\n\nFiles: alone/*\n\nLicense: MIT\n text\n"


@pytest.mark.parametrize(
    ("path", "texts", "expected"),
    [
        ("docs/a/b.md", {"REUSE.toml": REUSE}, 1),
        ("img/a.png", {"REUSE.toml": REUSE}, 1),
        ("img/a/b.png", {"REUSE.toml": REUSE}, 0),
        ("odd*.txt", {"REUSE.toml": REUSE}, 1),
        ("odd1.txt", {"REUSE.toml": REUSE}, 0),
        ("free/a", {"REUSE.toml": REUSE}, 0),
        ("docs/a", {"sub/REUSE.toml": REUSE}, 0),
        ("sub/docs/a", {"sub/REUSE.toml": REUSE}, 1),
        ("docs/a", {"REUSE.toml": "annotations = 3"}, 0),
        ("docs/a", {"REUSE.toml": "annotations = [3]"}, 0),
        ("docs/a", {"REUSE.toml": "= broken"}, 0),
        ("data/a/b", {".reuse/dep5": DEP5}, 1),
        ("other.txt", {".reuse/dep5": DEP5}, 1),
        ("alone/a", {".reuse/dep5": DEP5}, 0),
        ("docs/a", {"README.md": REUSE}, 0),
        ("docs/aaaa", {".reuse/dep5": "Files: *a*a*a*a\nLicense: MIT\n"}, 0),
    ],
)
def test_a_declaration_for_others_counts(path: str, texts: dict[str, str], expected: int) -> None:
    held = {key: one.encode() for key, one in texts.items()}
    assert coverage([path], {path: b""}, held) == Coverage(expected, 1, 1)


def test_a_sidecar_counts_and_unread_files_do_not() -> None:
    paths = ["a.png", "a.png.license", "b.png", "c.png"]
    assert coverage(paths, {"a.png": b"\x89PNG", "b.png": b""}, {}) == Coverage(1, 2, 3)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("# SPDX-License-Identifier: whatever", True),
        (" * This file is part of Demo, free software under the GNU GPL\n * version 3.", True),
        ("# Ce logiciel est régi par la licence CeCILL 2.1", True),
        ("Licensed under the terms of our lawyers", False),
        ("import mit", False),
    ],
)
def test_a_head_declares(head: str, expected: bool) -> None:
    assert declares(head.encode()) is expected
