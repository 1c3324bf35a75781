"""What records say, in the words of the page: every key, code and warning that readers write has its French."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from slices import SHARED

from communaux.catalogue import formats, importing
from communaux.catalogue.formats.stored import to_json
from communaux.catalogue.sources import sources
from communaux.web import corrections, said

FORMATS = Path(formats.__file__).parent


@pytest.mark.parametrize(
    ("key", "value", "french", "english"),
    [
        ("kind", "software", "logiciel", "software"),
        ("stage", "operated", "en service", "operated"),
        ("lang", ["fr", "und"], "français, langue inconnue", "French, language unknown"),
        ("recommendation", "R", "recommandé (R)", "recommended (R)"),
        ("updated_on", "2026-03-09", "9 mars 2026", "9 March 2026"),
        ("short", {"en": "Maps"}, "anglais\u202f: Maps", "English: Maps"),
        ("community", {"support_market": True}, "Marché public de support\u202f: oui", "Public support contract: yes"),
        (
            "links",
            [{"kind": "depends_on", "scheme": "record", "value": "osm"}],
            "dépend de osm (numéro dans cette source)",
            "depends on osm (number in this source)",
        ),
        (
            "identifiers",
            [["wikidata", "Q1"], ["url", "a.example"]],
            "Wikidata\u202f: Q1, adresse\u202f: a.example",
            None,
        ),
        ("parts", [{"kind": "data", "name": "Base"}], "ce que c’est\u202f: données\u202f; nom\u202f: Base", None),
        (
            "events",
            [{"kind": "end", "on": "2020-01-01", "precision": "year", "cause": "no_money", "text": "Fini."}],
            "2020, fin, plus d’argent\u202f: Fini.",
            "2020, end, no money: Fini.",
        ),
        (
            "events",
            [{"kind": "stage", "text": "growth\n\nmieux"}],
            "date inconnue, changement d’étape, accélération\u202f: mieux",
            None,
        ),
        (
            "governance",
            {"phases": [{"name": "opere", "stage": "operated", "start": "2020-02-03"}]},
            "Phases\u202f: nom\u202f: en service\u202f; étape\u202f: en service\u202f; début\u202f: 3 février 2020",
            None,
        ),
        ("community", {"roles": {"ONU": "owner"}}, "Rôles\u202f: ONU\u202f: propriétaire", "Roles: ONU: owner"),
        (
            "community",
            {"commits_by_month": {"2026-01": 3}},
            "Modifications du code par mois\u202f: 2026-01\u202f: 3",
            None,
        ),
        ("themes", ["cantine", "nowhere"], None, None),
        ("released_on", "2026-99-99", "2026-99-99", "2026-99-99"),
    ],
)
def test_a_value_in_words(key: str, value: Any, french: str | None, english: str | None) -> None:
    for lang, expected in (("fr", french), ("en", english)):
        with override(lang):
            if expected is not None:
                assert said.words(value, key) == expected


def test_every_field_has_its_label_and_warnings_stand_apart() -> None:
    with override("fr"):
        told = said.fields(
            {"kind": "data", "community": {"talk": "ici", "stars": 3}, "same": ["s:1"], "warnings": ["x"]}
        )
    assert told == [
        ("ce que c’est", "données"),
        ("Où échanger", "ici"),
        ("Étoiles sur la forge", "3"),
        ("jugé identique à", "s:1"),
    ]


def written() -> Iterator[str]:
    """Every warning in the code of the readers, 42 in the place of what was found."""
    for path in sorted(FORMATS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield from map(rendered, warnings_in(node, path.name))


def warnings_in(node: ast.AST, file: str) -> list[ast.expr]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="warnings"), attr="append"), args=[one]):
            return [one]
        case ast.AugAssign(target=ast.Name(id="warnings"), value=ast.ListComp(elt=one)):
            return [one]
        case ast.Constant() | ast.JoinedStr() if file == "publiccode_checks.py" and is_sentence(rendered(node)):
            return [node]
    return []


def is_sentence(text: str) -> bool:
    return text[:1].isalpha() and "\n" not in text and (": " in text or text.endswith(" characters"))


def rendered(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "42" for part in parts)
    return ""


def test_every_warning_that_readers_write_has_its_french_sentence() -> None:
    found = {text for text in written() if text}
    assert len(found) >= 25
    with override("fr"):
        assert [text for text in sorted(found) if corrections.sentence(text) == text] == []


def test_every_sentence_is_still_written_by_a_reader() -> None:
    found = {text for text in written() if text}
    unused = [k for k, pattern in corrections._patterns() if not any(pattern.fullmatch(one) for one in found)]
    assert unused == []


@pytest.mark.parametrize(
    ("warning", "french"),
    [
        ("Missing key: legal.license", "Clé manquante\u202f: legal.license"),
        ("Licence rewritten as MIT: Expat: 100 %", "Licence lue comme MIT\u202f: Expat: 100 %"),
        ("Not a date: a\nb", "Pas une date\u202f: a\nb"),
        ("What no reader writes", "What no reader writes"),
    ],
)
def test_a_warning_in_french(warning: str, french: str) -> None:
    with override("fr"):
        assert corrections.sentence(warning) == french
    with override("en"):
        assert corrections.sentence(warning) == warning


@pytest.mark.shared
@pytest.mark.parametrize("source", sorted(sources()))
def test_every_key_and_code_of_the_public_catalogues_has_a_word(source: str) -> None:
    given, read = importing.demo_files(source, SHARED / "catalogues")
    if not given:
        pytest.skip(f"no files of {source}")
    keys: set[str] = set()
    codes: set[tuple[str, str]] = set()
    for record in read(source, given).records:
        gather(to_json(record), "", keys, codes)
    assert sorted(keys - said.KEYS.keys()) == []
    with override("fr"):
        assert [code for code in sorted(codes) if said.words(code[1], code[0]) == code[1]] == []


CODED = {"kind", "stage", "is_commons", "recommendation", "maintenance", "software_type", "roles"}
# Words of the sources themselves, or the same word in both languages.
PLAIN = {"commercial", "content", "service", "construction", "investigation", "R package", "standard"}


def gather(value: Any, key: str, keys: set[str], codes: set[tuple[str, str]]) -> None:
    match value:
        case dict():
            own = key in said.SPOKEN | said.AS_TOLD
            keys |= set() if own else set(value)
            for name, one in value.items():
                gather(one, key if own else name, keys, codes)
        case list() if key not in {"links", "identifiers", "events"}:
            for one in value:
                gather(one, key, keys, codes)
        case str() if key in CODED and value not in PLAIN:
            codes.add((key, value))
