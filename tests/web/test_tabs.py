"""Which tab of the main menu is lit: one, that of the part of the desk where the reader is."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from territory.small import bring

pytestmark = pytest.mark.django_db


def lit(client: Client, path: str) -> list[str]:
    page = client.get(path)
    assert page.status_code == 200, path
    menu = re.findall(r'<nav id="menu".*?</nav>', page.text, re.DOTALL)[0]
    return re.findall(r'<a href="([^"]+)" aria-current="true">', menu)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("path", "tab"),
    [
        ("/", []),
        ("/aide/", []),
        ("/evaluer/", ["/evaluer/"]),
        ("/empreinte/video/", ["/evaluer/"]),
        ("/feuilles-de-route/", ["/rendez-vous/"]),
        ("/contributions/", ["/rendez-vous/"]),
        ("/besoins/", ["/besoins/"]),
        ("/besoins/?theme=eau", ["/besoins/"]),
        ("/besoins/?territoire=commune:33063", ["/territoires/"]),
        ("/territoires/", ["/territoires/"]),
        ("/territoires/commune/33063/", ["/territoires/"]),
        ("/carte/communs/tous/", ["/territoires/"]),
        ("/lieux/", ["/territoires/"]),
        ("/filieres/commune/33063/", ["/territoires/"]),
        ("/ambassadeurs/", ["/territoires/"]),
        ("/se-faire-aider/", ["/territoires/"]),
    ],
)
def test_the_tab_of_the_part_where_one_is(client: Client, prefix: str, path: str, tab: list[str]) -> None:
    bring()
    assert lit(client, f"{prefix}{path}") == [f"{prefix}{one}" for one in tab]
