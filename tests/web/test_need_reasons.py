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


def test_what_nobody_spoke_of_is_only_found(client: Client) -> None:
    theme = Theme.objects.create(key="eau", fr="Eau", en="Water")
    need = Need.objects.create(slug="un-besoin", title="Un besoin", theme=theme, opened_at=NOW, lang="fr")
    for rank, (name, code) in enumerate({"Otelo": "function", "Cantine": "", "Tacct": ""}.items(), 1):
        NeedHit.objects.create(need=need, commons=CommonsFactory(name=name), shown="form", rank=rank, reason_code=code)
    page = client.get("/besoins/un-besoin/").text
    section = page[page.index('id="looked"') :].split("</section>")[0]
    assert re.findall(r"<li><a [^>]+>(.*?)</a>", section) == ["Otelo"]
    assert "Trouvés, personne n’a dit s’ils conviennent" in section
    assert re.findall(r">(\w+)</a>", section.split("<p>")[1]) == ["Cantine", "Tacct"]
    NeedHit.objects.update(reason_code="")
    page = client.get("/besoins/un-besoin/").text
    assert "pourquoi cela ne convient pas" not in page
