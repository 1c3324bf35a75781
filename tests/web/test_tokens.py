"""The tokens of the style sheet: values of the specification, contrast of every pair, a theme that redefines them (10 § 3.1)."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import communaux.web

STATIC = Path(communaux.web.__path__[0]) / "static"
TOY = Path(__file__).parent / "toy_theme" / "static" / "toy_theme" / "tokens.css"
TOKEN = re.compile(r"--([a-z0-9]+):\s*(#[0-9a-f]{3,6})\b")
SPECIFIED = {
    "light": {
        "paper": "#fffdf8",
        "panel": "#f4f1ea",
        "ink": "#1c1b19",
        "muted": "#57534c",
        "link": "#0f5132",
        "focus": "#8a3b00",
        "ok": "#1b6b3a",
        "warn": "#7a4a00",
        "bad": "#9b1c1c",
        "line": "#8a857c",
        "t1": "#0f5132",
        "t2": "#1d4e89",
        "t3": "#7a2e6d",
        "t4": "#8a3b00",
        "t5": "#5b5200",
        "t6": "#9b1c1c",
    },
    "dark": {
        "paper": "#171614",
        "panel": "#23211e",
        "ink": "#efece6",
        "muted": "#b9b3a8",
        "link": "#8fd3ae",
        "focus": "#ffb37a",
        "ok": "#84d6a0",
        "warn": "#f0c36b",
        "bad": "#ff9b94",
        "line": "#7d776d",
    },
}
TEXTS = ("ink", "muted", "link", "focus", "ok", "warn", "bad")
THEMES = ("t1", "t2", "t3", "t4", "t5", "t6")
# A page of an empty desk under the toy theme: its words, and what its style sheet answers
SHOWN = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0)
page = Client().get("/").content.decode()
print(json.dumps(page))
"""


def tokens(css: str) -> dict[str, dict[str, str]]:
    """Scheme → token → colour; what dark does not redefine it takes from light."""
    light, _media, dark = re.sub(r"/\*.*?\*/", "", css, flags=re.S).partition("(prefers-color-scheme: dark)")
    dark = dark[: dark.index("}")] if dark else ""
    first = dict(TOKEN.findall(light))
    return {"light": first, "dark": first | dict(TOKEN.findall(dark))}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def too_faint(colours: dict[str, str]) -> list[str]:
    """Pairs under 4.5 for text, 3 for lines."""
    pairs = [(text, ground, 4.5) for text in (*TEXTS,) for ground in ("paper", "panel")]
    pairs += [("line", ground, 3.0) for ground in ("paper", "panel")]
    pairs += [("on", theme, 4.5) for theme in THEMES] + [("ink", "mark", 4.5)]
    told = ((one, other, contrast(colours[one], colours[other]), least) for one, other, least in pairs)
    return [f"{one} on {other}: {found:.2f}, at least {least}" for one, other, found, least in told if found < least]


@pytest.fixture(scope="module")
def css() -> str:
    return (STATIC / "desk.css").read_text("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tokens_are_those_of_the_specification(css: str, scheme: str) -> None:
    found = tokens(css)[scheme]
    assert {name: found[name] for name in SPECIFIED[scheme]} == SPECIFIED[scheme]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_can_be_read(css: str, scheme: str) -> None:
    assert too_faint(tokens(css)[scheme]) == []


def test_contrast_is_that_of_the_recommendation() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#fff", "#767676") == pytest.approx(4.54, abs=0.005)
    assert round(contrast("#1c1b19", "#fffdf8"), 1) == 16.9


def test_the_sheet_is_small_layered_and_takes_nobody_elses_clothes(css: str) -> None:
    assert len(css.encode()) <= 12 * 1024
    assert css.startswith("@layer reset, tokens, base, parts, pages, print;")
    assert re.findall(r"\bfr-|marianne|@import|url\(\s*['\"]?http", css, re.I) == []


def test_every_token_used_is_defined(css: str) -> None:
    used = set(re.findall(r"var\(--([a-z0-9]+)", css))
    assert used - set(re.findall(r"--([a-z0-9]+):", css)) == set()


def test_htmx_is_the_file_that_was_vendored() -> None:
    data = (STATIC / "vendor" / "htmx-4.0.1.min.js").read_bytes()
    assert len(data) == 37_448
    assert hashlib.sha256(data).hexdigest() == "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_theme_that_redefines_tokens_can_be_read(css: str, scheme: str) -> None:
    assert too_faint(tokens(css)[scheme] | tokens(TOY.read_text("utf-8"))[scheme]) == []


def test_a_theme_package_changes_the_header_and_adds_its_sheet_after_ours(own_desk: dict[str, str]) -> None:
    environment = own_desk | {"COMMUNAUX_THEME": "toy_theme", "PYTHONPATH": str(Path(__file__).parent)}
    environment["DJANGO_SETTINGS_MODULE"] = "communaux.core.settings"
    shown = subprocess.run([sys.executable, "-c", SHOWN], env=environment, check=True, capture_output=True, text=True)
    page = json.loads(shown.stdout.splitlines()[-1])
    assert '<header class="top toy">' in page
    assert page.count("<header") == 1
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert [re.sub(r".*/(\w+)\.[0-9a-f]{12}\.", r"\1.", sheet) for sheet in sheets] == ["desk.css", "tokens.css"]
    assert '<footer class="foot">' in page
