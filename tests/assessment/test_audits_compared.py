"""Audits over time, and two services of one kind side by side: nothing ranks, nothing is averaged."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from assessment.auditing_cast import closed, published, service
from assessment.test_services_measured import read_page
from django.test import Client
from django.utils.timezone import localdate
from slices import NOW
from uses import Cast

from communaux.assessment import services_footprint
from communaux.assessment.audits_compared import over_time
from communaux.catalogue.models import Commons

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=300)


def test_the_history_of_a_service_and_what_changed(client: Client, cast: Cast) -> None:
    of = service(cast)
    first = published(cast, of, c4_8="conforming", c4_9="not_conforming", c6_3="conforming")
    second = published(
        cast, of, LATER, c4_8="not_conforming", c4_9="conforming", c5_1="not_applicable", c1_1="conforming"
    )
    (newest, oldest) = over_time([second, first], localdate(NOW))
    assert (newest.row, oldest.assessed, oldest.proven) == (second, 4, 0)
    text = read_page(client, of.get_absolute_url())
    assert "Ce qui a changé du 1 septembre 2026 au 28 juin 2027" in text.replace("1er", "1")
    assert "publié 2 4 0 " in text  # of 100, lines assessed and with evidence in percent
    there = f"{first.get_absolute_url()}comparer/{second.pk}/"
    text = read_page(client, there)
    assert "de 2 à 3 sur 100" in text
    assert "de 2 à 3 sur 100" in read_page(client, f"{second.get_absolute_url()}comparer/{first.pk}/")  # earlier first
    told = text[text.index("Gagnés") :]
    order = ["Gagnés", "4.9", "Perdus", "4.8", "6.3", "Évalués pour la première fois", "1.1", "applicables", "5.1"]
    places = [told.index(one) for one in order]
    assert places == sorted(places)
    assert "monte seulement" not in text
    same = read_page(client, f"{first.get_absolute_url()}comparer/{first.pk}/")
    assert "Aucune réponse n’a changé" in same


def test_a_rise_that_is_only_what_no_longer_applies_is_marked(client: Client, cast: Cast) -> None:
    of = service(cast)
    first = published(cast, of, c4_8="conforming")
    names = [f"c5_{n}" for n in range(1, 9)]
    second = published(cast, of, LATER, c4_8="conforming", **dict.fromkeys(names, "not_applicable"))
    text = read_page(client, f"{first.get_absolute_url()}comparer/{second.pk}/")
    assert "monte seulement parce que des critères ne s’appliquent plus" in text


def test_what_is_not_published_is_compared_by_its_authors_alone(client: Client, cast: Cast) -> None:
    of = service(cast)
    first, second = published(cast, of), closed(cast, of, LATER)
    there = f"{first.get_absolute_url()}comparer/{second.pk}/"
    assert client.get(there).status_code == 404
    client.force_login(cast["steward"])
    assert client.get(there).status_code == 200
    elsewhere = published(cast, service(cast, "Fonds"))
    assert client.get(f"{first.get_absolute_url()}comparer/{elsewhere.pk}/").status_code == 404


def test_two_services_of_one_kind(client: Client, cast: Cast) -> None:
    one = published(cast, service(cast), c4_8="conforming")
    assert "Aucun autre service de cette sorte" in read_page(client, f"/empreinte/comparer/?a={one.pk}")
    two = published(cast, service(cast, "Fonds de plan"), c4_8="not_conforming")
    api = published(cast, service(cast, "Adresses", "api"))
    gone = published(cast, service(cast, "Ancien"))
    services_footprint.withdraw_service(cast["steward"], gone.service, at=NOW)
    closed(cast, service(cast, "En cours"))
    page = client.get(f"{one.service.get_absolute_url()}declaration/").text
    assert f"/empreinte/comparer/?a={one.pk}" in page
    page = client.get("/empreinte/comparer/", {"a": str(one.pk)}).text
    assert f"?a={one.pk}&amp;b={two.pk}" in page
    for hidden in (str(api.pk), str(gone.pk), "En cours"):
        assert hidden not in page
    text = read_page(client, "/empreinte/comparer/")
    assert "Adresses" in text
    page = client.get("/empreinte/comparer/", {"a": str(one.pk), "b": str(two.pk)})
    text = unescape(page.text)
    assert text.count('<th scope="row">') == 78
    assert "<td>conforme</td><td>non conforme</td>" in text
    assert "sur 100" not in text
    page = client.get("/empreinte/comparer/", {"a": str(one.pk), "b": str(api.pk)})
    assert page.status_code == 400
    assert "deux services de même sorte" in unescape(page.text)


@pytest.mark.parametrize("asked", ["x", "00000000-0000-7000-8000-000000000000", "draft", "withheld"])
def test_only_published_audits_are_put_side_by_side(client: Client, cast: Cast, asked: str) -> None:
    one = published(cast, service(cast))
    number = asked
    if asked == "draft":
        number = str(closed(cast, service(cast, "Fonds")).pk)
    elif asked == "withheld":
        number = str(one.pk)
        Commons.objects.filter(pk=cast.commons.pk).update(state="withheld")
    assert client.get("/empreinte/comparer/", {"a": number}).status_code == 404
    assert client.get("/empreinte/comparer/", {"a": str(one.pk), "b": number}).status_code == 404


def test_two_audits_of_one_service_lead_to_their_page(client: Client, cast: Cast) -> None:
    of = service(cast)
    one, two = published(cast, of), published(cast, of, LATER)
    page = client.get("/empreinte/comparer/", {"a": str(one.pk), "b": str(two.pk)})
    assert page.url == f"{one.get_absolute_url()}comparer/{two.pk}/"  # type: ignore[attr-defined]  # of a redirect
