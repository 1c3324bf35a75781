"""What this software declares of itself: whole, without a broken line, with files that are there; and the page that shows it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils.timezone import localdate

from communaux.data import own_audit
from communaux.engines.footprint.rgesn import checks, declaration, own, rules
from communaux.engines.footprint.rgesn.score import rounded, score
from communaux.web import audits

pytestmark = pytest.mark.django_db
TOLD = own.read(own_audit())
REPOSITORY = Path(__file__).parents[2]


def test_every_line_holds_and_nothing_is_missing() -> None:
    assert rules.broken(TOLD) == ()
    assert declaration.missing(TOLD) == ()
    assert own.write(TOLD) == own_audit()  # as a program writes it: a change by hand stays readable


def test_every_file_that_it_names_is_there() -> None:
    named = {proof.locator for one in TOLD.findings for proof in one.evidence}
    assert len(named) > 10
    assert [one for one in named if not (REPOSITORY / one).is_file()] == []


def test_what_checks_look_at_and_conforms_is_shown_by_the_browser() -> None:
    """Each line that our own checks can see, and that we say conforms, rests on tests/browser/test_own_audit.py."""
    checked = {one.criterion for one in checks.OF_PAGES.values()}
    shown = {"2.5": "tests/browser/test_reflow.py", "4.9": "", "4.13": "tests/core/test_notify.py"}
    for one in TOLD.findings:
        if one.criterion in checked and one.answer == "conforming":
            files = {proof.locator for proof in one.evidence}
            assert shown.get(one.criterion, "tests/browser/test_own_audit.py") in files | {""}


@pytest.mark.parametrize("path", ["/ecoconception/", "/en/ecoconception/"])
def test_the_page_tells_all_of_it(client: Client, path: str) -> None:
    page = client.get(path)
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    bar = rounded(score(TOLD, localdate()).whole.value)
    assert f"{bar} sur 100" in text or f"{bar} of 100" in text
    assert "Aucune police n’est téléchargée" in text
    assert "tests/browser/test_pages.py" in text
    assert page.text.count("<li>") >= 78
    assert "label" not in text.lower().replace("tests/", "")
    assert "too old" not in text


def test_for_programs(client: Client) -> None:
    found = client.get("/ecoconception.json").json()
    assert (found["format"], len(found["lines"])) == ("communaux.rgesn-declaration/1", 78)


def test_it_says_when_it_is_too_old(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TOLD.expires_on
    after = TOLD.expires_on + timedelta(days=1)
    monkeypatch.setattr(audits, "localdate", lambda *_given: after)
    assert "trop ancienne" in client.get("/ecoconception/?apres").text


def test_the_way_to_it(client: Client) -> None:
    assert 'href="/ecoconception/"' in client.get("/empreinte/").text
