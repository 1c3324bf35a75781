"""publiccode.yml by the letter: sizes in characters that a reader sees, lines, questions, and nothing that raises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from communaux.catalogue.formats import publiccode_terms as terms
from communaux.catalogue.formats.language_tags import COUNTRIES, THREE, is_language_tag
from communaux.catalogue.formats.publiccode_rules import Question
from communaux.catalogue.formats.publiccode_schema import NEEDED, RULES
from communaux.catalogue.formats.publiccode_strict import check_content, check_file
from communaux.catalogue.formats.values import characters

FAMILY = "👨‍👩‍👧‍👦"
ACCENTED = "e\u0301"
FLAG = "🇫🇷"
SKIN = "👍🏽"
JAMO = "\u1100\u1161\u11a8"
CONTACT = "Missing key: maintenance.contacts[0].name"
PLACE = "Neither a relative path nor an address of the web"
TWICE = 'Not YAML: found duplicate key "url" with value "https://github.com/exemple/exemple" (original value: "x")'
WHOLE = """\
publiccodeYmlVersion: "0.7"
name: Exemple
url: https://github.com/exemple/exemple
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  fr:
    shortDescription: Un exemple.
    longDescription: LONG
    features: [Faire]
legal: {license: AGPL-3.0-or-later}
maintenance:
  type: community
  contacts:
    - name: Personne
localisation:
  localisationReady: true
  availableLanguages: [fr]
""".replace("LONG", "Un texte assez long. " * 10)


def content() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(WHOLE)
    return found


def told(text: str) -> list[tuple[str, int | None, str, str]]:
    report = check_file("publiccode.yml", text.encode())
    return [(one.path, one.line, one.sentence, one.level) for one in report.findings]


def test_a_whole_file_is_valid_and_says_what_was_not_asked() -> None:
    report = check_file("publiccode.yml", WHOLE.encode())
    assert (report.verdict, report.findings, report.readable) == ("valid", (), True)
    assert report.unasked == (Question("url", "page", "https://github.com/exemple/exemple"),)


def test_our_own_file_is_valid() -> None:
    own = Path(__file__).parents[2] / "publiccode.yml"
    assert check_file(own.name, own.read_bytes()).verdict == "valid"


@pytest.mark.parametrize(("cluster", "points"), [(FAMILY, 7), (ACCENTED, 2), (FLAG, 2), (SKIN, 2), (JAMO, 3), ("a", 1)])
def test_limits_count_characters_that_a_reader_sees(cluster: str, points: int) -> None:
    assert (len(cluster), characters(cluster), characters(cluster * 150)) == (points, 1, 150)
    for size, verdict in ((150, "valid"), (151, "invalid")):
        said = content()
        said["description"]["fr"]["shortDescription"] = cluster * size
        assert check_content(said).verdict == verdict
    for size, verdict in ((149, "invalid"), (150, "valid"), (10_000, "valid"), (10_001, "invalid")):
        said = content()
        said["description"]["fr"]["longDescription"] = cluster * size
        assert check_content(said).verdict == verdict


@pytest.mark.parametrize("key", NEEDED)
def test_each_mandatory_key_is_missed(key: str) -> None:
    said = content()
    del said[key]
    assert [(one.path, one.sentence) for one in check_content(said).findings] == [(key, f"Missing key: {key}")]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('"0.7"', "0.7", ("publiccodeYmlVersion", 1, "A text is expected, between quotes: 0.7", "error")),
        ('"0.7"', '"0.6"', ("publiccodeYmlVersion", 1, "Unknown version of the standard: 0.6", "error")),
        ('"0.7"', '"0.5.0"', ("publiccodeYmlVersion", 1, "Older version of the standard: 0.5.0", "warning")),
        ("name: Exemple", "name: ' '", ("name", 2, "Missing key: name", "error")),
        ("[web]", "web", ("platforms", 4, "A list is expected: web", "error")),
        ("[web]", "[]", ("platforms", 4, "Too few, at least 1 expected: 0", "error")),
        ("stable", "finished", ("developmentStatus", 5, "Not a word of the standard: finished", "error")),
        ("  fr:", "  fr_FR:", ("description.fr_FR", 8, "Not a language tag (BCP 47): fr_FR", "error")),
        ("[Faire]", "[Faire, 2]", ("description.fr.features[1]", 11, "A text is expected: 2", "error")),
        ("AGPL-3.0-or-later", "other", ("legal.license", 12, "Not an SPDX expression: other", "error")),
        ("AGPL-3.0-or-later", "BUSL-1.1", ("legal.license", 12, "Not an open licence: BUSL-1.1", "error")),
        ("AGPL-3.0-or-later", "(MIT OR EUPL-1.2)", None),
        ("AGPL-3.0-or-later", "mit", ("legal.license", 12, "Written otherwise by SPDX, MIT: mit", "warning")),
        ("- name: Personne", "- phone: '1'", ("maintenance.contacts[0].name", 16, CONTACT, "error")),
        ("- name: Personne", "- {name: P, email: p}", ("maintenance.contacts[0].email", 16, "Not a mail address: p", "error")),
        ("- name: Personne", "- {name: P, phone: +391}", None),
        ("Ready: true", "Ready: on", ("localisation.localisationReady", 18, "Neither true nor false: on", "error")),
        ("name: Exemple", "name: Exemple\nlogo: ../a.png", ("logo", 3, f"{PLACE}: ../a.png", "error")),
        ("name: Exemple", "name: Exemple\nlogo: a.png", None),
        ("name: Exemple", "name: Exemple\nFR: {a: 1}", None),
        ("name: Exemple", "name: Exemple\nfr: {a: 1}", ("fr", 3, "Section of a country not in capitals: fr", "warning")),
        ("name: Exemple", "name: Exemple\nZZ: {a: 1}", ("ZZ", 3, "Unknown key: ZZ", "error")),
        ("name: Exemple", "name: Exemple\nIT: {a: 1}", ("IT.a", 3, "Unknown key: IT.a", "error")),
        ("name: Exemple", "name: Exemple\nusedBy: [Une ville]", None),
        ("name: Exemple", "name: Exemple\nurl: x", ("", 4, TWICE, "error")),
    ],
)  # fmt: skip
def test_one_change_is_one_finding_with_its_line(old: str, new: str, finding: tuple[Any, ...] | None) -> None:
    assert old in WHOLE
    assert told(WHOLE.replace(old, new, 1)) == ([finding] if finding else [])


def test_one_language_at_least_says_the_rest() -> None:
    said = content()
    said["description"]["en"] = {"shortDescription": "An example."}
    assert check_content(said).verdict == "valid"
    del said["description"]["fr"]["features"]
    assert [one.sentence for one in check_content(said).findings] == ["Missing key: description.*.features"]


def test_a_file_has_an_end() -> None:
    report = check_file("publiccode.yml", WHOLE.encode() + b"#" * 1_000_000)
    assert (report.readable, [one.sentence for one in report.findings]) == (False, ["Not read: larger than 1 MB"])
    assert check_file("publiccode.yml", WHOLE.encode() + b"#" * 100_000).readable


def test_only_utf_8_is_read() -> None:
    for data in (WHOLE.replace("Un", "Û").encode("latin-1"), WHOLE.encode("utf-16")):
        report = check_file("publiccode.yml", data)
        assert (report.verdict, report.readable) == ("invalid", False)
        assert report.findings[0].sentence.startswith("Not UTF-8: ")
    assert check_file("publiccode.yml", WHOLE.encode("utf-8-sig")).verdict == "valid"


@pytest.mark.parametrize(
    ("answer", "verdict", "unasked"), [(True, "valid", 0), (False, "invalid", 0), (None, "valid", 1)]
)
def test_the_probe_decides_what_the_text_cannot(answer: bool | None, verdict: str, unasked: int) -> None:
    report = check_file("publiccode.yml", WHOLE.encode(), lambda _question: answer)
    assert (report.verdict, len(report.unasked)) == (verdict, unasked)
    assert [(one.path, one.line) for one in report.findings] == ([("url", 3)] if verdict == "invalid" else [])


def test_the_lists_are_those_of_the_standard(catalogues: Path) -> None:
    folder = catalogues / "publiccode" / "standard"
    for name, words in (("categories-list", terms.CATEGORIES), ("scope-list", terms.SCOPES)):
        lines = (folder / f"{name}.rst").read_text("utf-8").splitlines()
        assert {line.removeprefix("- ") for line in lines if line.startswith("- ")} == words
    aliases = (folder / "aliases-list.rst").read_text("utf-8").splitlines()
    assert {line.split()[0] for line in aliases if "https://" in line} == terms.ALIASES
    assert frozenset(RULES) == terms.KEYS


def test_countries_and_languages_are_known_elsewhere_too() -> None:
    english = Locale("en")
    assert len(COUNTRIES) == 249
    assert COUNTRIES - set(english.territories) == set()
    assert THREE - set(english.languages) == set()


@pytest.mark.parametrize(
    "tag", ["fr", "en-GB", "sl-IT-nedis", "zh-Hant-TW", "gsw", "es-419", "de-1996", "x-fr", "fr-", ""]
)
def test_language_tags(tag: str) -> None:
    assert is_language_tag(tag) is (tag not in ("x-fr", "fr-", ""))


WORDS = (
    "",
    " ",
    "x",
    "fr",
    "https://a.example",
    "2020-01-01",
    "contract",
    "community",
    "MIT",
    "()",
    "../a.png",
    "a.b[0]",
)
SCALARS = st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3)
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*sorted(RULES), "IT", "it", "Fr", "x"]), ANYTHING))
def test_nothing_that_a_file_says_raises(said: dict[str, Any]) -> None:
    assert check_content(said).verdict == "invalid"


@settings(deadline=None)
@given(st.sampled_from(["description", "maintenance", "legal", "localisation", "organisation", "IT"]), ANYTHING)
def test_nothing_in_a_section_raises(key: str, inner: Any) -> None:
    for value in (inner, {"fr": inner, "type": inner, "contacts": inner, "contractors": inner, "uri": inner}):
        assert check_content({**content(), key: value}).verdict in ("valid", "valid_with_warnings", "invalid")


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_raise(data: bytes) -> None:
    assert check_file("publiccode.yml", data).verdict == "invalid"
