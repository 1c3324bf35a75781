"""Which documents there are, what they say: states, declared end, enclosure, funding, contacts, and what to read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux import data
from communaux.engines.assess.declared_end import declared_end
from communaux.engines.assess.document_kinds import KINDS, found, languages
from communaux.engines.assess.documents import Documents, contact, documents, people
from communaux.engines.assess.enclosure import changes, signals, single_owner
from communaux.engines.assess.funding import Funding, funding
from communaux.engines.assess.licence import licence
from communaux.engines.assess.own_words import own, prose
from communaux.engines.assess.reading import wanted
from communaux.engines.assess.verdicts import (
    Coverage,
    conduct_reachable,
    files_covered,
    history_open,
    not_locked,
    open_licence,
    rules_written,
    usable_alone,
)

ENGLISH = "We decide together in the open and the people who use it have a say in what is done next. "
FRENCH = "Nous décidons ensemble et les personnes qui utilisent le logiciel ont leur mot à dire sur la suite. "
GERMAN = "Wir entscheiden gemeinsam, und alle Menschen, welche das Programm benutzen, haben dabei ein Wort mitzureden. "

NAMES = {
    "readme": ["README", "Readme.md", "LISEZMOI.txt", "README.fr.md", "docs/readme.rst", ".github/README.md"],
    "contributing": ["CONTRIBUTING.md", ".github/contributing.md", "CONTRIBUER.md", "docs/contribution.md"],
    "conduct": ["CODE_OF_CONDUCT.md", "code-of-conduct.txt", "CODE_DE_CONDUITE.md", ".gitlab/code of conduct.md"],
    "governance": ["GOVERNANCE.md", "gouvernance.md", "docs/governance/board.md", "governance/rules.md"],
    "charter": ["CHARTER.md", "Charte.md", "charte_communautaire.md"],
    "maintainers": ["MAINTAINERS", "AUTHORS.md", "OWNERS", "MAINTENEURS.md", "auteurs.txt"],
    "codeowners": ["CODEOWNERS", ".github/CODEOWNERS"],
    "security": ["SECURITY.md", "SECURITE.md", ".github/security.md"],
    "security_txt": ["security.txt", ".well-known/security.txt", "static/.well-known/security.txt"],
    "support": ["SUPPORT.md"],
    "changelog": ["CHANGELOG.md", "changes.rst", "NEWS", "History.md", "HISTORIQUE.md"],
    "roadmap": ["ROADMAP.md", "feuille-de-route.md"],
    "decisions": ["docs/adr/0001-a.md", "rfcs/0001.md", "docs/decisions/0002.md", "docs/architecture/decisions/1.md"],
    "dco": ["DCO", "dco.txt"],
    "cla": ["CLA.md", "contributor-license-agreement.md", "individual-cla.md"],
    "funding": [".github/FUNDING.yml", "funding.json"],
    "trademark": ["TRADEMARK.md", "trademarks.md"],
    "publiccode": ["publiccode.yml"],
    "mailmap": [".mailmap"],
    "accessibility": ["ACCESSIBILITY.md", "declaration-accessibilite.md"],
}
FRIENDS = [
    "src/readme.py",
    "app/README.md",
    "news.py",
    "reader.md",
    "a/publiccode.yml",
    "history.js",
    "teamwork.md",
    "supporters.md",
]


def told(texts: dict[str, str], paths: list[str] | None = None, **options: object) -> Documents:
    held = {path: one.encode() for path, one in texts.items()}
    return documents(held, [*held, *(paths or [])], **options)  # type: ignore[arg-type]  # options of any kind pass through


@pytest.mark.parametrize(("kind", "path"), [(kind, path) for kind, paths in NAMES.items() for path in paths])
def test_a_document_is_found_by_its_name(kind: str, path: str) -> None:
    assert [one for one, files in found([path]).items() if files] == [kind]


def test_false_friends_of_documents() -> None:
    assert NAMES.keys() == KINDS.keys()
    assert {kind: files for kind, files in found([*FRIENDS, "README" * 50]).items() if files} == {}


def test_languages_are_those_of_translation_files() -> None:
    assert languages(["po/fr.po", "web/lang/en_GB.json", "locales/de/app.json", "locale/README.md", "src/fr.c"]) == (
        "de",
        "en_GB",
        "fr",
    )


def test_the_states_of_a_document() -> None:
    texts = {"GOVERNANCE.md": ENGLISH * 8, "CONTRIBUTING.md": "Welcome."}
    changed = {"GOVERNANCE.md": 150, "CONTRIBUTING.md": 150}
    kinds = ("governance", "contributing", "roadmap", "dco")

    def states(**more: object) -> list[str]:
        held = told(texts, ["ROADMAP.md"], **more)
        return [held.of(kind).state for kind in kinds]

    assert states() == ["substantive", "present", "present", "absent"]
    assert states(changed=changed, window=(100, 200)) == ["maintained", "present", "present", "absent"]
    assert states(changed=changed, window=(150, 200)) == ["substantive", "present", "present", "absent"]
    assert states(changed={}, window=(100, 200)) == ["substantive", "present", "present", "absent"]
    with pytest.raises(KeyError):
        told({}).of("nothing")


@pytest.mark.parametrize("name", sorted(data.document_templates()))
def test_a_template_has_no_words_of_its_own(name: str) -> None:
    text = data.document_templates()[name]
    counted = own(text.encode())
    assert counted.words == 0
    assert counted.template.rpartition(".")[2] == name.rpartition(".")[2]
    filled = own((text + "\n" + ENGLISH * 7).encode())
    assert filled.words >= 100


def test_prose_leaves_code_images_and_addresses_out() -> None:
    text = "Read.\n```sh\nmake\n```\n    indented code\n![a](b) `c` https://demo.example\n[x]: https://demo.example\n~~~\nno end"
    assert prose(text.encode()).split() == ["Read."]
    assert own(b"").words == 0


ENDED = {
    "# DEPRECATED": "deprecated",
    "**Unmaintained**": "unmaintained",
    "> ⚠️ Archived": "archived",
    "This project is no longer maintained.": "unmaintained",
    "This repository is not actively maintained anymore.": "unmaintained",
    "The library has been deprecated.": "deprecated",
    "This repo has moved to https://demo.example/new": "moved",
    "Our tool was abandoned in 2019.": "abandoned",
    "The demo app has been discontinued.": "abandoned",
    "This package is now archived.": "archived",
    "Ce projet n’est plus maintenu.": "unmaintained",
    "Ce dépôt n'est plus activement maintenu depuis 2020.": "unmaintained",
    "Ce logiciel est désormais abandonné.": "abandoned",
    "Ce dépôt a été archivé.": "archived",
    "Ce dépôt a été déplacé vers https://demo.example/": "moved",
    "Le projet a déménagé.": "moved",
    "Cette application est obsolète.": "deprecated",
    "[Demo](x)\n\n# Projet archivé": "archived",
    "Status: unmaintained": "unmaintained",
    "[![x](https://www.repostatus.org/badges/latest/abandoned.svg)](https://www.repostatus.org/#abandoned)": "abandoned",
    "[![x](y)](https://www.repostatus.org/#unsupported)": "unmaintained",
}
ALIVE = [
    "",
    "# Demo",
    "This project is maintained.",
    "This project is not deprecated.",
    "Ce projet n’est pas abandonné.",
    "The old API is deprecated.",
    "Python 2.7 is no longer supported.",
    "Version 1 is no longer maintained.",
    "If this project is archived, write to us.",
    "Si ce projet est archivé, écrivez-nous.",
    "A tool that lists archived repositories.",
    "Outil d’archivage : les documents archivés restent lisibles.",
    "This project was abandoned, then revived in 2023.",
    "See what moved to the new version.",
    "Ce projet n’est jamais abandonné.",
    "Unless the project is deprecated, use it.",
    "[![x](y)](https://www.repostatus.org/#active)",
    "Deprecated functions are listed below.",
]


@pytest.mark.parametrize(("text", "ending"), ENDED.items())
def test_an_end_is_quoted(text: str, ending: str) -> None:
    end = declared_end(f"# Demo\n\n{text}\n\nMore.".encode())
    assert end is not None
    assert (end.ending, end.path) == (ending, "README.md")
    assert end.quote.strip("*") in text


@pytest.mark.parametrize("text", ALIVE)
def test_what_is_no_end_is_none(text: str) -> None:
    assert declared_end(f"# Demo\n\n{text}\n\nMore.".encode()) is None


def test_the_end_is_read_in_the_description_and_with_the_name() -> None:
    end = declared_end(b"# Demo", description="This project is archived.")
    assert end is not None
    assert (end.path, end.quote) == ("description", "This project is archived.")
    assert declared_end(b"", description="demo-tool is no longer maintained", name="demo-tool") is not None
    assert declared_end(b"", description="demo-tool is no longer maintained") is None
    assert declared_end(b"x" * 2100 + b"\n\nThis project is archived.") is None


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_may_be_asked_for_its_end(text: str) -> None:
    declared_end(text.encode("utf-8", "replace"), description=text, name=text[:20])


CLOSING = {
    "assignment": [
        "You assign all right, title and interest to Demo.",
        "A copyright assignment is asked.",
        "Vous cédez l’ensemble de vos droits patrimoniaux.",
    ],
    "cla": [
        "You must sign the CLA.",
        "We use a Contributor License Agreement.",
        "Un accord de contribution est demandé.",
    ],
    "dual_licence": [
        "Write to us for a commercial license.",
        "Demo is open core.",
        "L’édition entreprise est payante.",
        "It is dual-licensed: AGPL or proprietary.",
    ],
    "trademark": ["See our trademark policy.", "Demo est une marque déposée."],
}
NOT_CLOSING = [
    "There is no copyright assignment.",
    "You don't need to sign a CLA.",
    "A contributor license agreement is not required.",
    "Nous ne demandons pas d’accord de contribution.",
    "You keep all copyright.",
    "Contributions shall be dual licensed as above.",
    "We will never have an enterprise edition.",
    "Sans cession des droits.",
]


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign, texts in CLOSING.items() for text in texts])
def test_an_enclosure_is_quoted(sign: str, text: str) -> None:
    assert [(one.sign, one.quote) for one in signals({"CONTRIBUTING.md": text.encode()}, ["CONTRIBUTING.md"])] == [
        (sign, text)
    ]


@pytest.mark.parametrize("text", NOT_CLOSING)
def test_what_is_denied_is_no_enclosure(text: str) -> None:
    assert signals({"CONTRIBUTING.md": text.encode()}, ["CONTRIBUTING.md"]) == ()


def test_a_name_is_enough_and_one_organisation_is_told() -> None:
    texts = {"CLA.md": b"You must sign the CLA.", "CODEOWNERS": b"# all\n* @demo/a @demo/b\n"}
    found = signals(texts, ["CLA.md", "TRADEMARKS.md", "CODEOWNERS", ".github/CODEOWNERS"])
    assert [(one.sign, one.path) for one in found] == [
        ("cla", "CLA.md"),
        ("trademark", "TRADEMARKS.md"),
        ("single_owner", "CODEOWNERS"),
    ]
    assert single_owner("CODEOWNERS", b"* @demo/a @other/b") == single_owner("CODEOWNERS", b"* @demo/a") == []
    assert [one.quote for one in single_owner("CODEOWNERS", b"* a@demo.example b@demo.example")] == ["demo.example"]


def test_a_long_document_is_quoted_by_its_sentence() -> None:
    text = "ﬁrst part. " + "word " * 200 + ". You must sign the CLA before. " + "more " * 300
    (one,) = signals({"CONTRIBUTING.md": text.encode()}, ["CONTRIBUTING.md"])
    assert one.quote == "you must sign the cla before."
    (plain,) = signals({"CONTRIBUTING.md": text.replace("ﬁ", "fi").encode()}, ["CONTRIBUTING.md"])
    assert plain.quote == "You must sign the CLA before."


def test_changes_of_licence() -> None:
    history = [("MIT", "yes"), ("MIT", "yes"), ("Apache-2.0", "yes"), ("BUSL-1.1", "no"), ("MIT", "yes")]
    assert [(one.sign, one.quote) for one in changes(history, "LICENSE")] == [  # type: ignore[arg-type]  # words of the table
        ("licence_change", "MIT → Apache-2.0"),
        ("closing_change", "Apache-2.0 → BUSL-1.1"),
        ("licence_change", "BUSL-1.1 → MIT"),
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            ".github/FUNDING.yml",
            "github: [demo, ' ']\ncustom: https://demo.example\nunknown: x\nko_fi:\n",
            [
                ("github", "demo", "https://github.com/sponsors/demo"),
                ("custom", "https://demo.example", "https://demo.example"),
            ],
        ),
        (".github/FUNDING.yml", "- x", []),
        (".github/FUNDING.yml", "a: [", []),
        ("package.json", '{"funding": "https://demo.example"}', [("custom", "", "https://demo.example")]),
        (
            "package.json",
            '{"funding": [{"type": "github", "url": "https://demo.example"}, "https://b.example", 3]}',
            [("github", "", "https://demo.example"), ("custom", "", "https://b.example")],
        ),
        ("package.json", "{", []),
        (
            "composer.json",
            '{"funding": [{"type": "tidelift", "url": "https://demo.example"}]}',
            [("tidelift", "", "https://demo.example")],
        ),
        (
            "publiccode.yml",
            "fundedBy:\n  - name: Commune de démonstration\n    uri: https://demo.example\n  - uri: urn:x\n  - {}\n",
            [("body", "Commune de démonstration", "https://demo.example"), ("body", "", "urn:x")],
        ),
        (
            "funding.json",
            json.dumps(
                {
                    "funding": {
                        "channels": [{"guid": "bank", "type": "bank", "address": "x"}, {"guid": "other"}, {}],
                        "plans": [{"amount": 5}],
                    }
                }
            ),
            [("bank", "bank", "x"), ("channel", "other", "")],
        ),
        ("README.md", "github: demo", []),
    ],
)
def test_sources_of_funding(path: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert funding({path: text.encode()}) == tuple(Funding(path, *one) for one in expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to conduite@demo.example.", "conduite@demo.example"),
        ("Report it with <https://demo.example/form>.", "https://demo.example/form"),
        ("Signaler au +33 1 23 45 67 89", "+33 1 23 45 67 89"),
        ("[Contact us](https://demo.example/contact)", "https://demo.example/contact"),
        ("reported at [INSERT EMAIL ADDRESS]. See https://www.contributor-covenant.org/", ""),
        ("Contact: your-email@example.com", ""),
        ("Be kind.", ""),
    ],
)
def test_a_contact_is_found(text: str, expected: str) -> None:
    assert contact(text.encode()) == expected


def test_people_are_accounts_and_mails() -> None:
    assert people(b"# Owners\n*  @Demo-One\n/a Two@Demo.example @demo/team\n@demo-one") == (
        "@demo-one",
        "two@demo.example",
    )


def test_what_to_read_is_little_and_the_most_telling() -> None:
    many = [f"docs/adr/{at:04}.md" for at in range(300)] + [f"LICENSES/X{at}.txt" for at in range(40)]
    named = [
        "README.md",
        "LICENSE",
        "GOVERNANCE.md",
        "SECURITY.md",
        ".mailmap",
        ".gitattributes",
        "sub/REUSE.toml",
        "package.json",
    ]
    read = wanted([*many, *named, "src/main.c"])
    assert (len(read), len(set(read))) == (60, 60)
    assert read[:3] == ["README.md", "LICENSE", "package.json"]
    assert {one for one in named if one not in read} == {"sub/REUSE.toml"}
    assert wanted(reversed([*many, *named])) == wanted([*named, *many])
    assert wanted([]) == []
    assert wanted(["sub/REUSE.toml"]) == ["sub/REUSE.toml"]


def test_r1(spdx: dict[str, str]) -> None:
    cases = {
        ("met", ()): {"LICENSE": spdx["MIT"]},
        ("unmet", ("no_licence",)): {"main.c": "x"},
        ("unmet", ("licence_closed",)): {"LICENSE": spdx["CC-BY-NC-4.0"]},
        ("unknown", ("licence_unread",)): {"LICENSE": "Our own terms."},
        ("unknown", ("licence_not_listed",)): {"LICENSE": spdx["Glulxe"]},
        ("unknown", ("licence_not_sure",)): {"package.json": '{"license": "MIT"}'},
        ("unknown", ("licence_conflict",)): {"LICENSE": spdx["MIT"], "package.json": '{"license": "ISC"}'},
        ("unknown", ("licence_not_sure", "licence_unread")): {
            "package.json": '{"license": "MIT"}',
            "LICENSE": "Our own terms.",
        },
    }
    for (outcome, because), texts in cases.items():
        verdict = open_licence(licence({path: one.encode() for path, one in texts.items()}, list(texts)))
        assert (verdict.code, verdict.outcome, verdict.because) == ("R1", outcome, because)
    said = open_licence(licence({"package.json": b'{"license": "ours"}'}, ["package.json"]))
    assert said.because == ("licence_unread",)


def test_r2() -> None:
    found = [history_open(*one) for one in ((True, False), (True, True), (None, False), (False, False))]
    assert [(one.outcome, one.because) for one in found] == [
        ("met", ()),
        ("unknown", ("history_truncated",)),
        ("unknown", ("not_cloned",)),
        ("unmet", ("clone_refused",)),
    ]


@pytest.mark.parametrize(
    ("texts", "paths", "expected"),
    [
        ({}, [], ("unmet", ("no_readme",))),
        ({}, ["README.md"], ("unknown", ("readme_unread",))),
        ({"README.md": "# Demo\n\n## Installation\n\n" + ENGLISH * 8}, [], ("met", ())),
        ({"README.md": "# Demo\n\nUtilisation\n---\n\n" + FRENCH * 8}, [], ("met", ())),
        ({"README.md": "<h2>Getting started</h2>\n\n" + ENGLISH * 8}, [], ("met", ())),
        ({"README.md": "# Demo\n\n" + FRENCH * 8}, ["docs/index.md"], ("met", ())),
        ({"README.md": "# Demo\n\n" + ENGLISH * 8}, [], ("unmet", ("no_use_section",))),
        ({"README.md": "# Demo\n\n## Usage\n\n" + ENGLISH}, [], ("unmet", ("readme_short",))),
        ({"README.md": "# Demo"}, [], ("unmet", ("readme_short",))),
        ({"README.md": "# Demo\n\n" + GERMAN * 8}, [], ("unknown", ("language_unknown",))),
    ],
)
def test_r3(texts: dict[str, str], paths: list[str], expected: tuple[str, tuple[str, ...]]) -> None:
    held = {path: one.encode() for path, one in texts.items()}
    every = [*held, *paths]
    verdict = usable_alone(documents(held, every), held, every)
    assert (verdict.code, verdict.outcome, verdict.because) == ("R3", *expected)


def test_r4() -> None:
    read = Coverage(95, 100, 400)
    found = [files_covered(read, one) for one in ((0.9, 0.98), (0.8, 0.95), (0.1, 0.89), None)]
    assert [one.outcome for one in found] == ["met", "unknown", "unmet", "unknown"]
    assert files_covered(Coverage(0, 0, 0), (0.0, 1.0)).because == ("no_file_read",)


def test_g1() -> None:
    cases = [
        (told({"GOVERNANCE.md": ENGLISH * 8}), None, ("met", ())),
        (told({"charte.md": FRENCH * 8}), None, ("met", ())),
        (told({}), True, ("met", ())),
        (
            told({"GOVERNANCE.md": data.document_templates()["contributor-covenant-2.0.en"]}),
            None,
            ("unmet", ("governance_thin",)),
        ),
        (told({}, ["GOVERNANCE.md"]), None, ("unknown", ("governance_unread",))),
        (told({}), False, ("unmet", ("no_governance",))),
    ]
    for held, charter, expected in cases:
        verdict = rules_written(held, charter)
        assert (verdict.code, verdict.outcome, verdict.because) == ("G1", *expected)


def test_g4() -> None:
    template = data.document_templates()["contributor-covenant-1.4.fr"]
    cases = [
        ({"CODE_OF_CONDUCT.md": "Write to conduct@demo.example"}, [], ("met", ())),
        ({"CODE_OF_CONDUCT.md": template}, [], ("unmet", ("no_contact",))),
        ({}, ["CODE_OF_CONDUCT.md"], ("unknown", ("conduct_unread",))),
        ({}, [], ("unmet", ("no_conduct",))),
    ]
    for texts, paths, expected in cases:
        verdict = conduct_reachable(told(texts, paths), {path: one.encode() for path, one in texts.items()})
        assert (verdict.code, verdict.outcome, verdict.because) == ("G4", *expected)


def test_g5() -> None:
    assigned = signals({"CLA.md": b"You assign all copyright to us."}, ["CLA.md"])
    closed = changes([("MIT", "yes"), ("BUSL-1.1", "no")])
    found = [
        not_locked(assigned, None),
        not_locked((), closed),
        not_locked((), changes([("MIT", "yes"), ("ISC", "yes")])),
        not_locked((), None),
        not_locked((), (), read=False),
    ]
    assert [(one.outcome, one.because) for one in found] == [
        ("unmet", ("assignment",)),
        ("unmet", ("closing_change",)),
        ("met", ()),
        ("unknown", ("licence_history_unread",)),
        ("unknown", ("documents_unread",)),
    ]
