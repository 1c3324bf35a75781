"""A result with the intensity of electricity hour by hour: kept with it, computed again from it, never mixed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from assessment.hours import hours
from assessment.test_services_measured import brought
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from slices import NOW
from uses import Cast

from communaux.assessment import factors_kept
from communaux.assessment import services_footprint as services
from communaux.assessment.measured import Given, Hours, Told, computed
from communaux.assessment.models import FootprintResult, GridSeries, Measurement
from communaux.engines.footprint import telling
from communaux.engines.footprint.factors import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured(cast: Cast) -> Measurement:
    told = Told("Cartes en ligne", "web", pue=1.4, pue_source="https://host.example/pue")
    service = services.register_service(cast["steward"], cast.commons, told=told, at=NOW)
    return services.import_measurement(cast["steward"], service, brought=brought(exe="gunicorn"), at=NOW)


def computed_on_page(client: Client, measured: Measurement, content: bytes, **more: str) -> Any:
    sent = {"zone": "FR", "unit": "request", "pue": "1,4", "wall": "1", "hourly_method": "lca", "hourly_source": "RTE"}
    file = SimpleUploadedFile("hours.csv", content)
    return client.post(measured.get_absolute_url(), sent | {"hourly": file} | more, follow=True)


def test_a_result_with_electricity_hour_by_hour(client: Client, cast: Cast, measured: Measurement) -> None:
    client.force_login(cast["steward"])
    page = computed_on_page(client, measured, hours(20, 60, 90))
    assert page.status_code == 200, page.text
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    assert "Électricité : 40 g/kWh" in text
    assert "celle de l’année, en cycle de vie : 52 g/kWh, entre 41 et 98" in text
    assert "Intensité de l’électricité : RTE" in text
    made = FootprintResult.objects.select_related("factor_set").get()
    series = GridSeries.objects.get(sha256=made.given["hourly"])
    assert (series.method, series.source, series.content.encode()) == ("lca", "RTE", hours(20, 60, 90))
    factors = read(made.factor_set.content.encode())
    given = Given(**made.given)
    again = computed(factors, made.measurement.energy(), given, factors_kept.hourly_of(given))
    assert telling.as_json(again, factors) == made.document
    assert again.beside["intensity"].value == pytest.approx(40)
    computed_on_page(client, measured, hours(20, 60, 90), wall="1,2")
    assert (GridSeries.objects.count(), FootprintResult.objects.count()) == (1, 2)


def test_what_only_burning_emits_is_not_mixed_with_a_whole_life(
    client: Client, cast: Cast, measured: Measurement
) -> None:
    client.force_login(cast["steward"])
    page = computed_on_page(client, measured, hours(20, 60), hourly_method="direct")
    assert "fabrication des centrales" in unescape(page.text) or "combustible" in unescape(page.text)
    assert FootprintResult.objects.get().document["inputs"]["method"] == "direct"


def test_hours_stay_with_a_result_that_is_computed_anew(
    cast: Cast, measured: Measurement, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = cast["steward"]
    old = services.compute_footprint(
        by, measured, given=Given(), hours=Hours(hours(20, 60).decode(), "lca", "RTE"), at=NOW
    )
    other = factors_kept.footprint_factors().replace(
        b'"key": "grid.FR", "value": 51.9,', b'"key": "grid.FR", "value": 60.0,'
    )
    monkeypatch.setattr(factors_kept, "footprint_factors", lambda: other)
    made = services.recompute_footprint(by, old, at=NOW)
    assert (made.given, made.replaces) == (old.given, old)
    assert made.document["beside"]["intensity"] == old.document["beside"]["intensity"]


@pytest.mark.parametrize(
    ("content", "more", "sentence"),
    [
        (hours(20), {}, "1 heures sur 2 manquent dans le fichier horaire : plus de 20"),
        (hours(20, 60), {"hourly_method": ""}, "Un fichier d’heures a besoin de cela."),
        (hours(20, 60), {"hourly_source": ""}, "Un fichier d’heures a besoin de cela."),
        (hours(20, 60), {"hourly_method": "market"}, "Sélectionnez un choix valide"),
        (b"hour,g\n", {}, "Un fichier horaire commence par"),
        (b"timestamp,g_per_kwh\n2025-11-24T16:00,25\n", {}, "décalage"),
        (b"timestamp,g_per_kwh\n2025-11-24T16:00Z,-1\n", {}, "n’est pas une intensité possible"),
        (b"\xff\xfe\x00", {}, "Ce fichier n’est pas du texte."),
        (b"x" * 1_000_001, {}, "Ce fichier dépasse 1 Mo"),
    ],
)
def test_hours_that_cannot_be(
    client: Client, cast: Cast, measured: Measurement, content: bytes, more: dict[str, str], sentence: str
) -> None:
    client.force_login(cast["steward"])
    page = computed_on_page(client, measured, content, **more)
    assert page.status_code == 422
    assert sentence in " ".join(unescape(page.text).split())
    assert 'value="1,4"' in page.text
    assert not GridSeries.objects.exists()
    assert not FootprintResult.objects.exists()


def test_a_method_without_its_file_changes_nothing(client: Client, cast: Cast, measured: Measurement) -> None:
    client.force_login(cast["steward"])
    page = client.post(measured.get_absolute_url(), {"zone": "FR", "unit": "request", "hourly_source": "RTE"})
    assert page.status_code == 422
    assert "Remplissez aussi ceci" in page.text
