"""What the files tell, judged together with the history: who is in charge, what changed, what the report says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from assess.histories import ADA, BOB, DAY, EPOCH, EVE, Made, repository

from communaux.data import assess_table
from communaux.engines.assess import report, telling
from communaux.engines.assess.evidence import last_changes
from communaux.engines.assess.kernel import Assessment, assess, measure, read, wanted
from communaux.engines.assess.model import Tree

MIT = Path(__file__).parents[2] / "LICENSE"  # EUPL-1.2, the licence of this project
README = "# Vélos\n\n## Installation\n\n" + "Ce logiciel aide deux écoles à prêter des vélos entre elles. " * 12


def found(folder: Path, files: Mapping[str, str | None], *more: Made, **options: bool) -> Assessment:
    git_dir = repository(folder, [Made(0, ADA, files), *more])
    return assess(git_dir, as_of=int(EPOCH + (100 + max([0, *(one.day for one in more)])) * DAY), url="x", **options)


def outcome(
    folder: Path, code: str, files: Mapping[str, str | None], *more: Made, **options: bool
) -> tuple[str, tuple[str, ...]]:
    one = next(one for one in found(folder, files, *more, **options).conditions if one.code == code)
    return one.outcome, one.because


def test_a_repository_that_has_everything(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        {
            "LICENSE": MIT.read_text("utf-8"),
            "README.md": README,
            "GOVERNANCE.md": "Nous décidons ensemble, chaque mois, à la majorité des présents et en public. " * 12,
            "MAINTAINERS": "Ada <ada@x.org>\nBob <bob@y.org>\n",
            "CODE_OF_CONDUCT.md": "Écrivez à conduite@velos.example.net, deux personnes vous lisent.",
            "a.py": "# SPDX-License-Identifier: EUPL-1.2\n",
        },
        cloned=True,
    )
    outcomes = {one.code: one.outcome for one in told.conditions}
    assert {code: outcomes[code] for code in ("R1", "R2", "R3", "G1", "G2", "G4", "G5")} == dict.fromkeys(
        ("R1", "R2", "R3", "G1", "G2", "G4", "G5"), "met"
    )
    assert told.licence.expression == "EUPL-1.2"
    text = report.as_markdown(told, "fr")
    assert "  - Licence\u00a0: EUPL-1.2 (reconnue à 100\u00a0%), dans LICENSE" in text
    assert "  - Fichiers\u00a0: GOVERNANCE.md" in text
    as_json = json.loads(report.as_json(told))
    assert as_json["licence"]["expression"] == "EUPL-1.2"
    assert as_json["documents"]["governance"]["state"] == "maintained"
    assert (as_json["declared_end"], as_json["enclosure"], as_json["funding"]) == (None, [], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("unmet", ("no_maintainers",))),
        ("ada@x.org", ("unmet", ("few_maintainers",))),
        ("ada@x.org bob@y.org", ("met", ())),
        ("* @ada-l @bob", ("unknown", ("maintainers_unmatched",))),
        ("* @ada-l @someone", ("unknown", ("maintainers_unmatched",))),
        ("* @evelogin bob@y.org", ("met", ())),
    ],
)
def test_who_is_in_charge_and_there(tmp_path: Path, text: str, expected: tuple[str, tuple[str, ...]]) -> None:
    eve = Made(1, "E <7+evelogin@users.noreply.github.com>", {"b": "1"})
    assert outcome(tmp_path, "G2", {"MAINTAINERS": text}, eve, Made(2, BOB, {"c": "1"})) == expected


def test_those_named_who_left_and_a_file_too_large(tmp_path: Path) -> None:
    named = {"MAINTAINERS": "ada@x.org bob@y.org"}
    assert outcome(tmp_path / "left", "G2", named, Made(1, BOB), Made(700, EVE)) == ("unmet", ("maintainers_absent",))
    large = {"MAINTAINERS": "x" * 300_000}
    assert outcome(tmp_path / "large", "G2", large) == ("unknown", ("maintainers_unread",))


def test_a_licence_that_was_touched_is_not_known_to_have_stayed_open(tmp_path: Path) -> None:
    licence = MIT.read_text("utf-8")
    assert outcome(tmp_path / "once", "G5", {"LICENSE": licence}) == ("met", ())
    changed = Made(1, ADA, {"LICENSE": licence + "\n"})
    assert outcome(tmp_path / "changed", "G5", {"LICENSE": licence}, changed) == (
        "unknown",
        ("licence_history_unread",),
    )
    assert outcome(tmp_path / "unread", "G5", {"a": "1"}, changes=False) == ("unknown", ("licence_history_unread",))
    signed = {"CONTRIBUTING.md": "You assign to the company all right, title and interest in your contribution."}
    told = found(tmp_path / "signed", signed)
    one = next(one for one in told.conditions if one.code == "G5")
    assert one.outcome == "unmet"
    assert any("CONTRIBUTING.md" in line for line in report.because(told, one, "en"))


def test_an_end_that_is_declared_is_quoted_without_addresses(tmp_path: Path) -> None:
    told = found(tmp_path, {"README.md": "# X\n\nThis project is no longer maintained, ask ada@x.org.\n"})
    one = next(one for one in told.conditions if one.code == "C1")
    assert (one.outcome, one.because) == ("unmet", ("declared_end",))
    lines = report.because(told, one, "en")
    assert lines[0] == "“This project is no longer maintained, ask ….” (README.md)"
    assert lines[1] == "the project says itself that it has ended"
    assert "ada@x.org" not in report.as_json(told)


def test_when_each_text_last_changed(tmp_path: Path) -> None:
    facts = read(
        repository(tmp_path, [Made(0, ADA, {"README.md": "1"}), Made(5, BOB, {"README.md": "2"}), Made(9, BOB)])
    )
    assert last_changes(facts) == {"README.md": EPOCH + 5 * DAY}
    assert last_changes(read(tmp_path, changes=False)) == {}


def test_a_text_that_no_change_made(tmp_path: Path) -> None:
    """A merge may bring a file that none of its parents has: no difference shows it."""
    facts = read(
        repository(tmp_path, [Made(0), Made(1, parent=1), Made(2, ADA, {"README.md": "x"}, parent=1, merges=(2,))])
    )
    assert (sorted(facts.tree.texts), last_changes(facts)) == (["README.md"], {})
    assert measure(facts, as_of=EPOCH).documents.of("readme").state == "present"


def test_heads_are_short_and_none_is_of_a_picture(tmp_path: Path) -> None:
    facts = read(repository(tmp_path, [Made(0, ADA, {"a.py": "x" * 9000, "b.png": "y", "README.md": "z"})]))
    assert {path: len(head) for path, head in facts.heads.items()} == {"README.md": 1, "a.py": 4096}
    assert measure(facts, as_of=EPOCH).indicator("licence_coverage").n == 2


def test_without_a_file_no_share(tmp_path: Path) -> None:
    assert measure(read(repository(tmp_path, [Made(0)])), as_of=EPOCH).indicator("licence_coverage").reason == "no_file"


def test_what_is_read_is_little() -> None:
    names = [f"src/f{number}.py".encode() for number in range(5000)]
    tree = Tree((*names, b"README.md", b"LICENSE"), (b"100644",) * 5002, (b"0" * 40,) * 5002)
    assert len(wanted(tree)) <= 460


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_reason_has_its_words(lang: str) -> None:
    import communaux.engines.assess.verdicts as verdicts

    source = Path(str(verdicts.__file__)).read_text("utf-8")
    codes = set(assess_table("conditions")["because"])
    quoted = {word for word in codes if f'"{word}"' in source}
    assert len(quoted) > 20
    given = dict.fromkeys(("ago", "year", "stayed", "came", "months"), "x")
    for code in codes:
        assert telling.because(code, lang, **given)
    for code in ("licence", "documents", "quote"):
        given = dict.fromkeys(("expression", "confidence", "paths", "quote", "path"), "x")
        assert "x" in telling.found(code, lang, **given)
