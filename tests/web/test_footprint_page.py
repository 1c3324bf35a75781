"""Visits of a page that anybody may have read: what they say, promises, two versions; nothing of them is kept."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from communaux.core.models import Entry

pytestmark = pytest.mark.django_db
PATH = "/empreinte/page/"
SECRET = "jeton-de-session"


def entry(url: str, size: int) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-20T10:00:00Z",
        "request": {"url": url, "cookies": [{"name": "s", "value": SECRET}]},
        "response": {"status": 200, "_transferSize": size, "content": {"size": size, "mimeType": "text/html"}},
    }


def visit(*entries: dict[str, Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile("visite.har", json.dumps({"log": {"entries": list(entries)}}).encode())


def sent(client: Client, status: int = 200, path: str = PATH, **given: Any) -> str:
    page = client.post(path, {"zone": "FR", **given})
    assert page.status_code == status, page.text
    assert SECRET not in page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


LIGHT = (entry(f"https://exemple.org/page?s={SECRET}", 40_000), entry("https://cdn.example/a.js", 10_000))
HEAVY = (*LIGHT, entry("https://exemple.org/b.js", 950_000))


def test_a_visit_its_promises_and_nothing_kept(client: Client) -> None:
    text = sent(client, file=visit(*LIGHT), kilobytes="60", requests="1")
    assert "https://exemple.org/page, fichier HAR d’un navigateur, 20 novembre 2026, 11:00" in text
    assert "50,0 ko" in text
    assert "1 (cdn.example)" in text
    assert "poids : 50,0 ko pour 60,0 ko au plus, tenu" in " ".join(text.split())
    assert "requêtes : 2 pour 1 au plus, dépassé" in " ".join(text.split())
    assert "Pas de grammes pour une page seule" in text
    assert not Entry.objects.exists()


def test_hosts_of_ones_own_are_no_third_parties(client: Client) -> None:
    assert "cdn.example" not in sent(client, file=visit(*LIGHT), own_hosts="cdn.example, exemple.org").split("Vos")[0]


def test_two_versions_of_a_page(client: Client) -> None:
    text = sent(client, path=f"/en{PATH}", file=visit(*LIGHT), before=visit(*HEAVY))
    assert "Before and after, for one visit" in text
    assert "Before : 1000.0 kB, 3 requests, " in text.replace("Before:", "Before :")
    assert "After : 50.0 kB, 2 requests, " in text.replace("After:", "After :")
    assert "Difference" in text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "La visite : À remplir : ce champ est obligatoire"),
        ({"file": SimpleUploadedFile("a", b"<html>")}, "<html>"),
        ({"file": SimpleUploadedFile("a", b'{"log": {"entries": [')}, "coupé"),
        ({"file": visit()}, "requête"),
        ({"file": SimpleUploadedFile("a", b" " * 10_000_001)}, "10 Mo"),
        ({"own_hosts": "a b/c"}, "b/c"),
        ({"kilobytes": "-1"}, "Écrivez un nombre de 0 à un milliard."),
        ({"requests": "nan"}, "nombre"),
        ({"before": visit(entry("https://ailleurs.example/", 1))}, "ailleurs.example"),
        ({"zone": "MARS"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_cannot_be_read_is_told(client: Client, given: dict[str, Any], sentence: str) -> None:
    for one in given.values():
        if isinstance(one, SimpleUploadedFile):
            one.seek(0)
    text = sent(client, 422, **({"file": visit(*LIGHT)} | given if given else {}))
    assert sentence in text
    assert "Ce que dit cette visite" not in text


def test_what_was_typed_comes_back(client: Client) -> None:
    page = client.post(PATH, {"own_hosts": '"><script>', "kilobytes": "soixante", "zone": "EU"})
    assert page.status_code == 422
    assert 'value="&quot;&gt;&lt;script&gt;"' in page.text
    assert 'value="soixante"' in page.text
    assert '<option value="EU" selected>' in page.text
