"""A publiccode.yml through the API: judged by the letter, told what it fills, proposed from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from calling import Program, acts, last, refused

from communaux.catalogue.models import Commons
from communaux.core.models import Evidence, Person

pytestmark = pytest.mark.django_db
ADDRESS = "https://forge.example/ville/marmite"
FILE = f"""\
publiccodeYmlVersion: "0.7"
name: Marmite
url: {ADDRESS}
softwareVersion: "1.2"
platforms: [web]
categories: [online-booking]
developmentStatus: stable
softwareType: standalone/web
organisation: {{uri: "https://ville.example/", name: Ville d'Exemple}}
description:
  fr:
    shortDescription: Les repas de la cantine, réservés en ligne.
    longDescription: {"Marmite compte les repas. " * 8}
    features: [Réserver, Payer]
legal: {{license: EUPL-1.2}}
maintenance: {{type: community, contacts: [{{name: Personne Exemple}}]}}
localisation: {{localisationReady: false, availableLanguages: [fr]}}
"""
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))


@pytest.fixture
def author(person: Callable[..., Person], program: Callable[..., Program]) -> Program:
    return program(person("autrice@demo.example"))


def test_a_whole_file_and_what_it_fills(author: Program) -> None:
    seq = last()
    told = author.post("/publiccode", {"text": FILE}).json()
    assert (told["verdict"], told["findings"], told["warnings"]) == ("valid", [], [])
    assert told["unasked"] == [{"path": "url", "kind": "page", "about": ADDRESS}]
    fields = told["fields"]
    assert fields.pop("long_fr").startswith("Marmite compte")
    assert fields == {
        "name": "Marmite",
        "kind": "software",
        "repository": ADDRESS,
        "stage": "operated",
        "licence": "EUPL-1.2",
        "short_fr": "Les repas de la cantine, réservés en ligne.",
    }
    assert "Personne Exemple" not in str(told), "contacts are nobody's business here"
    assert (acts(seq), Commons.objects.count()) == ([], 0)


def test_each_fault_has_its_key_and_its_line(author: Program) -> None:
    text = FILE.replace("developmentStatus: stable", "developmentStatus: ready").replace("name: Marmite\n", "", 1)
    told = author.post("/publiccode", {"text": text}).json()
    assert told["verdict"] == "invalid"
    assert [(one["path"], one["line"], one["level"]) for one in told["findings"]] == [
        ("name", None, "error"),
        ("developmentStatus", 6, "error"),
    ]
    told = author.post("/publiccode", {"text": "name: Marmite\n"}).json()
    assert (told["verdict"], told["fields"], len(told["warnings"])) == ("invalid", {}, 1)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name: [a\nurl: b", 2, "Not YAML"),
        (BOMB, None, "aliases unfold without end"),
        ("- a\n- b\n", None, ""),
        ("", None, ""),
        ("name: a\x00b", None, "Not YAML"),
    ],
)
def test_what_is_no_such_file_is_refused(author: Program, text: str, line: int | None, words: str) -> None:
    told = refused(author.post("/publiccode", {"text": text}), 422, "unreadable")
    assert (told["line"], words in told["detail"]) == (line, True)
    refused(author.post("/commons", {"publiccode": text}), 422, "unreadable")
    assert Commons.objects.count() == 0


def test_a_file_has_an_end_and_an_encoding(author: Program) -> None:
    long = {"text": FILE + "#" * 100_000}
    assert list(refused(author.post("/publiccode", long), 422, "unfit")["errors"]) == ["text"]
    told = refused(author.post("/commons", {"publiccode": long["text"]}), 422, "unfit")
    assert list(told["errors"]) == ["publiccode"]
    refused(author.post("/publiccode", '{"text": "é"}'.encode("latin-1")), 400, "no_json")
    assert author.post("/publiccode", {"text": "\ufeff" + FILE}).json()["verdict"] == "valid"


def test_a_commons_is_proposed_from_its_file_alone(author: Program) -> None:
    seq = last()
    made = author.post("/commons", {"publiccode": FILE})
    found = Commons.objects.get()
    resource = found.resources.get()
    assert (made.status_code, found.name, found.stage) == (201, "Marmite", "operated")
    assert (resource.licence_spdx, resource.url, resource.repository) == ("EUPL-1.2", "", ADDRESS)
    assert found.texts.get(lang="fr").short == "Les repas de la cantine, réservés en ligne."
    assert made.json()["missing"] == ["theme"]
    shown = Evidence.objects.get(subject_id=str(found.pk))
    assert (shown.kind, shown.locator) == ("publiccode", f"sha256:{shown.sha256}")
    assert {act for act, _by in acts(seq)} == {"catalogue.draft", "catalogue.describe", "catalogue.show_evidence"}
    again = author.post("/commons", {"publiccode": FILE})
    assert (again.status_code, again.json()["id"], Evidence.objects.count()) == (200, str(found.pk), 1)
    refused(author.post("/commons", {"publiccode": FILE.replace("stable", "beta")}), 409, "other_draft")


def test_what_is_sent_beside_the_file_is_not_overwritten(author: Program) -> None:
    sent = {"name": "La marmite", "licence": "AGPL-3.0-only", "short_fr": "Compter les repas"}
    assert author.post("/commons", {"publiccode": FILE} | sent).status_code == 201
    found = Commons.objects.get()
    assert (found.name, found.resources.get().licence_spdx) == ("La marmite", "AGPL-3.0-only")
    assert (found.texts.get(lang="fr").short, found.stage) == ("Compter les repas", "operated")


def test_without_a_file_name_and_address_are_needed(author: Program) -> None:
    assert list(refused(author.post("/commons", {}), 422, "unfit")["errors"]) == ["name", "address"]
    assert list(refused(author.post("/commons", {"name": "Vélos"}), 422, "unfit")["errors"]) == ["address"]
