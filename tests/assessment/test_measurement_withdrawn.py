"""What was brought in by mistake is withdrawn: it counts nowhere, stays readable, and the file can be brought in again."""

from __future__ import annotations

import pytest
from assessment.test_services_measured import brought, measured, read_page, result, service
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from slices import NOW
from uses import Cast

from communaux.assessment import queries_footprint as queries
from communaux.assessment import services_footprint as services
from communaux.assessment.measured import Given
from communaux.assessment.models import DigitalService, FootprintResult, Measurement
from communaux.core.errors import Conflict
from communaux.core.models import Entry

__all__ = ["measured", "result", "service"]
pytestmark = pytest.mark.django_db


def test_it_leaves_the_lists_and_the_months_and_stays_readable(
    client: Client, cast: Cast, result: FootprintResult
) -> None:
    service, measurement = result.service, result.measurement
    client.force_login(cast["steward"])
    there, root = measurement.get_absolute_url(), service.get_absolute_url()
    assert "Retirer cette mesure" in client.get(there).text
    page = client.post(f"{there}retirer/", follow=True)
    assert "elle ne compte plus nulle part" in page.text
    text = read_page(client, there)
    assert "ce qui suit est ce qu’on en savait" in text or "Retiré" in text
    assert "Retirer cette mesure" not in text
    assert result.get_absolute_url() not in client.get(root).text
    assert "Inconnu" in read_page(client, root)
    assert queries.by_month(service) == []
    (row,) = queries.services_of(cast.commons)
    assert queries.last_results([row]) == {}
    assert "kWh" in read_page(client, there)
    assert client.get(result.get_absolute_url()).status_code == 200
    assert "recalculer" not in client.get(result.get_absolute_url()).text
    assert Entry.objects.get(act="assessment.withdraw_measurement").after["withdrawn_at"]
    found = client.get(f"/api/v1/assessment/services/{service.pk}/results").json()
    assert (found["items"], found["total"]) == ([], 0)


def test_nothing_is_computed_of_it_any_more(cast: Cast, result: FootprintResult) -> None:
    services.withdraw_measurement(cast["steward"], result.measurement, at=NOW)
    for work in (
        lambda: services.compute_footprint(cast["steward"], result.measurement, given=Given(), at=NOW),
        lambda: services.recompute_footprint(cast["steward"], result, at=NOW),
        lambda: services.withdraw_measurement(cast["steward"], result.measurement, at=NOW),
    ):
        with pytest.raises(Conflict) as told:
            work()
        assert told.value.code == "withdrawn_already"


def test_the_same_file_can_be_brought_in_again(cast: Cast, service: DigitalService, measured: Measurement) -> None:
    with pytest.raises(Conflict):
        services.import_measurement(cast["steward"], service, brought=brought(exe="gunicorn"), at=NOW)
    services.withdraw_measurement(cast["steward"], measured, at=NOW)
    again = services.import_measurement(cast["steward"], service, brought=brought(exe="gunicorn"), at=NOW)
    assert [one.pk for one in queries.measurements_that_count(service)] == [again.pk]
    assert len(queries.by_month(service)) == 1


@pytest.mark.parametrize("who", ["reader", "former"])
def test_others_do_not_withdraw_it(client: Client, cast: Cast, measured: Measurement, who: str) -> None:
    client.force_login(cast[who])
    assert client.post(f"{measured.get_absolute_url()}retirer/").status_code == 403
    measured.refresh_from_db()
    assert measured.withdrawn_at is None


def test_the_page_of_a_service_asks_no_more_than_pages_may(client: Client, cast: Cast, result: FootprintResult) -> None:
    client.force_login(cast["steward"])
    with CaptureQueriesContext(connection) as asked:
        client.get(result.service.get_absolute_url())
    assert len(asked) <= 14
