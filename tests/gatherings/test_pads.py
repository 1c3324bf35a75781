"""Road maps as Markdown, both ways."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.gatherings.pads import Aim, Pad, PadPhase, aim, read, write

PAD = """# Prêter plutôt qu’acheter

Thème : associations
**Licence :** CC-BY-SA-4.0

Trois soirées, deux quartiers.

## Phase 1 : Faire la liste
Chaque association dit ce qu’elle prête.

### Étapes
- [ ] la liste est ouverte @2027-06-30
- [x] deux quartiers ont dit oui
- un carnet est choisi

Critère : dix associations l’ont remplie

## Phase 2 — Essayer
Un trimestre.
### Acteurs
la maison des associations
Criterion: vingt prêts rendus

## Phase 3
Ouvrir à tous.

## Ce qui nous manque
Une assurance.
"""


def test_a_pad_of_a_group_is_read() -> None:
    pad = read(PAD)
    assert (pad.title, pad.theme, pad.licence) == ("Prêter plutôt qu’acheter", "associations", "CC-BY-SA-4.0")
    assert pad.summary == "Trois soirées, deux quartiers.\n\n## Ce qui nous manque\nUne assurance."
    first, second, third = pad.phases
    assert (first.title, first.text) == ("Faire la liste", "Chaque association dit ce qu’elle prête.")
    assert first.gate == "dix associations l’ont remplie"
    assert [aim(line) for line in first.aims] == [
        Aim("la liste est ouverte", date(2027, 6, 30)),
        Aim("deux quartiers ont dit oui", done=True),
        Aim("un carnet est choisi"),
    ]
    assert (second.title, second.gate) == ("Essayer", "vingt prêts rendus")
    assert second.text == "Un trimestre."
    assert second.means == ["acteur : la maison des associations"]
    assert (third.title, third.text, third.gate, third.aims) == ("", "Ouvrir à tous.", "", [])


@pytest.mark.parametrize(
    "text",
    [
        "## Phase 1\nun\n## Phase 1\ndeux",  # the second one is no phase
        "# Un\n# Deux\n## Phase 4\nquatre",
        "Critère : sans phase\n- [ ] jalon sans phase",
        "## Phase 2\nCritère : un\nCritère : deux\nThème : ailleurs",
        "---\ntags: nec\n---\n# Titre\n```\n# un commentaire\n```",
        "## Phase 1\n#### Phase 2 : dedans\ntexte",
        "\ufeff\\o/ \\# quoi\r\nfin\rsuite",
        "## Phase 1\n### Jalons\n- [ ] le 31 @2027-02-31",
    ],
)
def test_nothing_of_an_unusual_pad_is_lost(text: str) -> None:
    """Each word stands somewhere in what is written back; headings of phases and milestones may be written otherwise."""
    kept = write(read(text), "fr")
    told = [word for word in text.replace("\ufeff", "").replace("\r", "\n").split() if word.strip("#*-`:[]\\")]
    assert [word for word in told if word.lstrip("\\") not in kept] == []


@pytest.mark.parametrize("typed", ["@2027-06-30", "@ 2027-06-30", "@30/06/2027", "@ 30/6/2027"])
def test_a_day_as_hands_write_it(typed: str) -> None:
    assert aim(f"- [ ] la liste {typed}") == Aim("la liste", date(2027, 6, 30))


@pytest.mark.parametrize("typed", ["@2027-02-31", "@31/02/2027", "@1/13/2027"])
def test_a_day_that_does_not_exist_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match=r"day|month"):
        aim(f"- [ ] la liste {typed}")


line = st.text("aeé’ \u00a0#-*+[]xX@:/\\.`0123456789ΩÉ中", max_size=12).map(str.strip)
marked = st.sampled_from(
    ["# x", "\\# x", "\\\\## Phase 1", "## Phase 2 : y", "- [ ] z", "Critère : q", "Thème : t", "### Étapes", "- item"]
)
lines = st.lists(line | marked, max_size=3).map(lambda told: "\n".join(told).strip())
one_line = line | marked | st.sampled_from(["Phase 2 - suite", "\\Phase 1", "- :"])
dated = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
aims = st.builds(Aim, line.filter(lambda text: bool(text) and "@" not in text), dated, st.booleans())
means = st.lists(
    (line | marked | st.sampled_from(["[ ] x", "\\[x] y", "- z", "lieu : une cave"])).filter(bool), max_size=2
)
phases = st.builds(PadPhase, one_line, lines, one_line, st.lists(aims.map(str), max_size=2), means)
pads = st.builds(Pad, one_line, lines, one_line, one_line, st.tuples(phases, phases, phases))


@given(pads, st.sampled_from(["fr", "en"]))
def test_what_is_written_is_read_again(pad: Pad, lang: str) -> None:
    assert read(write(pad, lang)) == pad


@given(st.text("a \n\r\t\0#-[]x@:\\\u2028é", max_size=300))
def test_any_text_is_read(text: str) -> None:
    """Whatever somebody pastes; writing it again changes nothing more."""
    once = read(text)
    assert read(write(once, "fr")) == once
