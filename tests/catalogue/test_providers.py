"""Who helps to run a commons: declared, confirmed by somebody else, ended and kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from slices import NOW
from uses import Cast

from communaux.catalogue import services
from communaux.catalogue.models import Provider
from communaux.catalogue.queries.reuses import providers_of, usage_of
from communaux.core.errors import BadRequest, Conflict
from communaux.core.models import Entry

pytestmark = pytest.mark.django_db


def declared(cast: Cast, **more: object) -> Provider:
    return services.declare_provider(cast["member"], cast.offer(**more), at=NOW)


def test_declared_confirmed_ended(cast: Cast) -> None:
    one = declared(cast, services=("training", "hosting"), since=date(2020, 1, 1), since_precision="year")
    services.confirm_provider(cast["steward"], one, at=NOW)
    services.end_provider(cast["second"], one, until=date(2026, 8, 1), at=NOW)
    one.refresh_from_db()
    assert (one.services, one.confirmed_by, one.until) == (["hosting", "training"], cast["steward"], date(2026, 8, 1))
    lines = Entry.objects.filter(subject_kind="provider").order_by("seq")
    assert [(line.act, line.after) for line in lines] == [
        (
            "catalogue.declare_provider",
            {
                "commons_slug": "umap",
                "organisation_name": "Commune de démonstration",
                "services": ["hosting", "training"],
                "begun": "2020",
            },
        ),
        ("catalogue.confirm_provider", {"confirmed_on": "2026-09-01"}),
        ("catalogue.end_provider", {"until": "2026-08-01"}),
    ]


def test_each_step_once(cast: Cast) -> None:
    one = declared(cast)
    with pytest.raises(Conflict) as refused:
        declared(cast, services=("audit",))
    assert refused.value.details == {"provider": one.pk}
    services.confirm_provider(cast["second"], one, at=NOW)
    with pytest.raises(Conflict):
        services.confirm_provider(cast["editor"], one, at=NOW)
    services.end_provider(cast["second"], one, until=NOW.date(), at=NOW)
    for again in (
        lambda: services.end_provider(cast["second"], one, until=NOW.date(), at=NOW),
        lambda: services.confirm_provider(cast["editor"], one, at=NOW),
    ):
        with pytest.raises(Conflict):
            again()
    assert declared(cast).pk != one.pk


def test_whoever_declared_cannot_confirm(cast: Cast) -> None:
    one = declared(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Provider.objects.filter(pk=one.pk).update(confirmed_by=cast["member"], confirmed_at=NOW)


def test_dates_that_cannot_be(cast: Cast) -> None:
    with pytest.raises(BadRequest):
        declared(cast, since=NOW.date() + timedelta(days=1))
    one = declared(cast, since=date(2024, 1, 1))
    for until in (date(2023, 12, 31), NOW.date() + timedelta(days=1)):
        with pytest.raises(BadRequest):
            services.end_provider(cast["member"], one, until=until, at=NOW)


def test_a_sheet_shows_those_of_today_the_page_the_former_too(cast: Cast) -> None:
    former, plain = declared(cast), declared(cast, organisation=cast.body("Association d’exemple"))
    services.end_provider(cast["member"], former, until=NOW.date(), at=NOW)
    sure = declared(cast, organisation=cast.body("Coopérative d’exemple"))
    services.confirm_provider(cast["editor"], sure, at=NOW)
    usage = usage_of(cast.commons.pk)
    assert (list(usage.providers), usage.n_providers) == ([sure, plain], 2)
    assert list(providers_of(cast.commons.pk)) == [sure, plain, former]
