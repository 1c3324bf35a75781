"""The operator guide lists the settings there are, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_each_setting_is_in_the_guide() -> None:
    code = (ROOT / "src" / "communaux" / "core" / "settings.py").read_text(encoding="utf-8")
    guide = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", guide, re.MULTILINE)) == read


def test_each_command_the_guide_names_exists() -> None:
    from communaux.cli import parser

    guide = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    commands = set(parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr]
    assert set(re.findall(r"communaux ([a-z][a-z-]+)", guide)) <= commands
