"""Commands are run from a French terminal, whatever the machine speaks; tests of another one say so."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _french_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
