"""On the page of a need: why each commons that had been found does not fit, as a code, as words, as both or as neither."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from factories import NOW, CommonsFactory

from communaux.catalogue.models import Need, NeedHit, Theme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        ("", "", "raison non dite"),
        ("", "Trop lourd", "«\u202fTrop lourd\u202f»"),
        ("licence", "", "sa licence"),
        ("licence", "Trop lourd", "sa licence\u202f: «\u202fTrop lourd\u202f»"),
    ],
)
def test_why_it_does_not_fit(client: Client, code: str, words: str, told: str) -> None:
    theme = Theme.objects.create(key="eau", fr="Eau", en="Water")
    need = Need.objects.create(slug="un-besoin", title="Un besoin", theme=theme, opened_at=NOW, lang="fr")
    commons = CommonsFactory(name="Outil")
    NeedHit.objects.create(need=need, commons=commons, shown="form", rank=1, reason_code=code, reason=words)
    (line,) = re.findall(r">Outil</a> — (.*?)</li>", client.get("/besoins/un-besoin/").text)
    assert line == told
