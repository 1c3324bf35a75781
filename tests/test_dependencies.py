"""Each dependency has its line of reasons, and each line its dependency."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_each_dependency_has_its_reason() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, groups = settings["project"], settings["dependency-groups"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    asked = [*project["dependencies"], *extras, *groups["dev"], *groups["bench"]]
    named = {re.split(r"[\[<>=~ ]", one)[0] for one in asked} - {"communaux"}
    page = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| ([A-Za-z][\w.-]*) \| [^|]+ \| [^|]+ \| [^|]+ \|$", page, re.MULTILINE)
    assert sorted(line for line in lines if line != "package") == sorted(named)
