"""The operator guide lists the settings there are, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from communaux.cli import parser

ROOT = Path(__file__).resolve().parents[1]


def test_each_setting_is_in_the_guide() -> None:
    code = (ROOT / "src" / "communaux" / "core" / "settings.py").read_text(encoding="utf-8")
    guide = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", guide, re.MULTILINE)) == read


def test_each_command_the_guide_names_exists() -> None:
    guide = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    commands = set(re.findall(r"^    ([a-z-]+)\b", parser().format_help(), re.MULTILINE))
    used = set(re.findall(r"`?communaux ([a-z][a-z-]+)", guide))
    assert used
    assert used <= commands
