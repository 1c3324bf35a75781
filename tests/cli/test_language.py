"""The command line is in English; sentences of the desk's services come in the language of the terminal."""

from __future__ import annotations

import pytest
from django.utils import timezone, translation

from communaux import cli
from communaux.cli.desk import language

FRENCH, ENGLISH = "Aucune source ne s’appelle nulle-part.", "No source is named nulle-part."


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "en"),
        ({"LANG": ""}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_BE"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "C"}, "en"),
    ],
)
def test_the_language_is_that_of_the_terminal(environment: dict[str, str], told: str) -> None:
    assert language(environment) == told


@pytest.mark.django_db
@pytest.mark.parametrize(("lang", "sentence"), [("fr_FR.UTF-8", FRENCH), ("C", ENGLISH)])
def test_a_refusal_of_a_service_is_told_in_it(
    lang: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", lang)
    assert cli.main(["import", "nulle-part"]) == 2
    assert capsys.readouterr().err.startswith(f"communaux: nulle-part: {sentence}")
    assert translation.get_language() == "fr", "whoever called keeps the language of the desk"


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["fr_FR.UTF-8", "C"])
def test_a_round_of_notices_keeps_the_language_of_the_desk(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes to others, as the worker does."""
    monkeypatch.setenv("LC_ALL", lang)
    spoken: list[str | None] = []
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: spoken.append(translation.get_language()) or now())
    cli.main(["notify", "run"])
    assert set(spoken) == {"fr"}
