"""`communaux footprint hardware`: the same without Django, in both languages."""

from __future__ import annotations

import json

import pytest

from communaux import cli


def told(capsys: pytest.CaptureFixture[str], *command: str, code: int = 0) -> str:
    assert cli.main(["footprint", *command]) == code
    out, err = capsys.readouterr()
    return out if code != 2 else err


TABLET = ("hardware", "tablet", "--extra-life", "2.5")


def test_a_purchase(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, *TABLET, "--parts-percent", "15", "--lang", "fr", "--factors")
    assert "Évité chaque année\u00a0: 23 kg" in text
    assert "  device.tablet.embodied = 84294 g" in text
    assert "6 numbers of the model" in told(capsys, *TABLET, "--lang", "en")
    kilos = ("--parts-kg", "5", "--made-kg", "100", "--life", "4", "--kwh", "10", "--kwh-refurbished", "12")
    found = json.loads(told(capsys, *TABLET, *kilos, "--json"))
    assert found["new"]["inputs"]["embodied"] == 100_000
    assert found["avoided"]["value"] == pytest.approx(25_000 - 2 * 51.9 - 5000 / 2.5)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("hardware", "fridge", "--extra-life", "2"), "“fridge” is no device we know. Known: smartphone, tablet"),
        (("hardware", "tablet", "--extra-life", "0"), "extra_life = 0: it takes a number above 0"),
        ((*TABLET, "--parts-percent", "-5"), "share = -0.05"),
    ],
)
def test_what_cannot_be_is_told(capsys: pytest.CaptureFixture[str], command: tuple[str, ...], sentence: str) -> None:
    assert sentence in told(capsys, *command, "--lang", "en", code=2)
