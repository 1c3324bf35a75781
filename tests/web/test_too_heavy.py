"""A form that is too heavy to be read: said as such, whoever sends it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "told"),
    [("/connexion/", "Un formulaire pèse au plus 10\u00a0Mo"), ("/en/connexion/", "A form may weigh 10 MB at most")],
)
def test_what_is_too_heavy_is_told_so(client: Client, address: str, told: str) -> None:
    answer = client.post(address, {"username": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert answer.status_code == 413
    assert told in answer.content.decode()


def test_a_form_of_a_too_great_number_of_fields_is_refused(client: Client) -> None:
    answer = client.post("/connexion/", {f"field{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)})
    assert answer.status_code == 400
