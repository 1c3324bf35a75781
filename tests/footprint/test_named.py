"""Models by their name, as EcoLogits has them; and without EcoLogits."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ecologits.tracers.utils import llm_impacts

from communaux.engines.footprint import named as by_name
from communaux.engines.footprint import telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.factors import shipped
from communaux.engines.footprint.named import named

FACTORS = shipped()


def test_an_answer_is_what_ecologits_says_of_it() -> None:
    found = named(FACTORS, provider="mistralai", model="mistral-small-latest", tokens=400)
    theirs = llm_impacts("mistralai", "mistral-small-latest", 400, 1e9, "FRA")
    assert found.kwh.value == pytest.approx(theirs.energy.value, rel=1e-9)
    assert found.parts["servers_made"].value == pytest.approx(theirs.embodied.gwp.value * 1000, rel=1e-9)
    assert found.beside["theirs"].value == pytest.approx(theirs.gwp.value * 1000, rel=1e-9)
    assert found.parts["servers_used"].value == pytest.approx(theirs.energy.value * 51.9, rel=1e-9)
    assert found.kwh.high == pytest.approx(5 * theirs.energy.value, rel=1e-9)


def test_a_size_that_is_not_published_is_between_two_bounds_and_told() -> None:
    found = named(FACTORS, provider="openai", model="gpt-4o", tokens=400, zone="US")
    theirs = llm_impacts("openai", "gpt-4o", 400, 1e9, "USA").energy.value
    assert found.kwh.low == pytest.approx(theirs.min, rel=1e-9)
    assert found.kwh.value == pytest.approx((theirs.min + theirs.max) / 2, rel=1e-9)
    text = "\n".join(telling.told(found, "en"))
    assert "the size of the model is not published" in text
    assert "EcoLogits, with its own electricity: " in text


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"provider": "mistralai", "model": "mistral-smal-latest"}, "unknown_model"),
        ({"provider": "mistralai", "model": "mistral-small-latest", "tokens": 0}, "out_of_range"),
        ({"provider": "mistralai", "model": "mistral-small-latest", "zone": "MARS"}, "unknown_zone"),
    ],
)
def test_what_is_not_known_is_refused(asked: dict[str, object], code: str) -> None:
    with pytest.raises(FootprintError) as told:
        named(FACTORS, **{"tokens": 400, **asked})  # type: ignore[arg-type]  # the cases have different words
    assert told.value.code == code
    if code == "unknown_model":
        assert "mistralai/mistral-small-latest" in telling.refused(told.value, "fr")


def test_its_models_are_told_in_order() -> None:
    found = by_name.known()
    assert found == sorted(found)
    assert ("mistralai", "mistral-small-latest") in found


def test_without_the_extra_there_is_a_sentence() -> None:
    code = (
        "import sys; sys.modules['ecologits'] = None\n"
        "from communaux import cli\n"
        "sys.exit(cli.main(['footprint', 'ai', '--tokens', '4', '--model', 'openai/gpt-4o', '--lang', 'en']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install communaux[ai]. Without it, declare the size of the model." in done.stderr


def test_without_the_extra_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ecologits.log", None)
    with pytest.raises(FootprintError) as told:
        by_name.known()
    assert told.value.code == "no_ai"
