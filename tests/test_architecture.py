"""The house is as ARCHITECTURE.md says, and keeps the rules that a reader relies on."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "communaux"
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
LONGEST = 400
VAGUE = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "base"}
# Folders of data, not of code, and what a page of templates need not name one by one.
INSIDE = ("web/templates/", "web/static/", "data/", "locale/")


def named() -> set[str]:
    """Folders of the table."""
    return set(re.findall(r"^\| `([^`]+)/` \|", PAGE, re.MULTILINE))


def folders() -> set[str]:
    """Folders of the source that hold something, but for caches and what INSIDE says."""
    found = {path.parent.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*") if path.is_file()}
    every = {"/".join(one.split("/")[:depth]) for one in found for depth in range(1, one.count("/") + 2)}
    kept = {one for one in every if one != "." and "__pycache__" not in one and not one.startswith(INSIDE)}
    return {f"src/communaux/{one}" for one in kept}


def tracked() -> list[Path]:
    """Files of the repository, committed or about to be."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a clone: its files cannot be told from what was built here")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in told.stdout.splitlines() if (ROOT / line).is_file()]


def test_each_folder_of_the_page_exists() -> None:
    assert [one for one in named() if not (ROOT / one).is_dir()] == []


def test_each_folder_of_the_source_is_on_the_page() -> None:
    assert folders() == {one for one in named() if one.startswith("src/")}


def test_each_file_of_the_walk_exists() -> None:
    steps = re.findall(r"^\d\. `(src/[^`]+)`", PAGE, re.MULTILINE)
    assert len(steps) == 9
    assert [one for one in steps if not (ROOT / one).is_file()] == []


def test_the_layers_of_the_page_are_those_enforced() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contracts = tools["importlinter"]["contracts"]
    layers = [re.sub(r"\s*[|:]\s*", " | ", layer) for layer in contracts[0]["layers"]]
    assert " → ".join(f"`{layer}`" for layer in layers) in PAGE
    assert contracts[0]["exhaustive"] is True


def test_the_layers_hold() -> None:
    told = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout


def test_each_link_of_the_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert links
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    assert {path.name: n for path, n in lengths.items() if n > LONGEST} == {}


def test_names_say_what_a_module_is_for() -> None:
    assert [path for path in SOURCE.rglob("*.py") if VAGUE & set(path.relative_to(SOURCE).with_suffix("").parts)] == []


def test_each_module_opens_with_what_it_is_for() -> None:
    told_by_name = {"apps.py", "__main__.py"}
    code = (path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts and path.name not in told_by_name)
    files = [path for path in code if path.stat().st_size]
    assert [path for path in files if not path.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""'))] == []


def test_no_version_of_python_is_pinned_for_a_shim() -> None:
    assert not (ROOT / ".python-version").exists()


def test_the_lock_names_only_the_public_index() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_no_path_of_a_machine_is_in_the_tree() -> None:
    machine = re.compile(r"(?<![\w.~/-])/(?:work|root|home|Users)/\w")
    texts = [
        path for path in tracked() if path.suffix not in {".xz", ".mo", ".png", ".tsv"} and "vendor" not in path.parts
    ]
    found = [path for path in texts if machine.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in found] == []
