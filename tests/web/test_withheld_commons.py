"""What is taken off the desk stands on no map, in no feed, on no page of a territory and in no number; back, it does again."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from factories import CommonsFactory, RecordFactory, SourceFactory
from territory.small import NOW, bring, commune
from uses import Cast, cast

from communaux.catalogue import deployed, services
from communaux.catalogue.models import Commons, Theme
from communaux.catalogue.services.settle import settle
from communaux.core.models import Person
from communaux.territory import counters
from communaux.territory.models import TerritoryStat

pytestmark = pytest.mark.django_db
TOWN = "/territoires/commune/33063/"
PLACES = ("/carte/communs.geojson", "/carte/communs.csv", TOWN, "/territoires/commune/33281/")
# Where it stands, and beside: a neighbour of the same body reads of it too
SHOWN = dict.fromkeys(PLACES, True)
GONE = dict.fromkeys(PLACES, False)


@pytest.fixture
def town(desk: Person) -> Cast:
    """A commons of two themes that the town confirms it uses, and one of a record that a source tells."""
    bring()
    found = cast(desk)
    for key in ("cartographie", "mobilite"):
        Theme.objects.create(key=key, fr=key, en=key)
    found.commons.themes.set(["cartographie", "mobilite"])
    services.seat_body(desk, found.town, territory=commune("33063"), at=NOW)
    found.confirmed()
    return found


def seen(client: Client) -> dict[str, bool]:
    return {path: "uMap" in client.get(path).text for path in PLACES}


def counted() -> dict[str, int]:
    rows = TerritoryStat.objects.filter(territory__code="33", territory__kind="departement", n__gt=0)
    return dict(rows.filter(measure="commons_deployed").values_list("theme", "n"))


def squares(client: Client, theme: str = "tous") -> str:
    """What the square of Gironde counts, in the file beside the map."""
    page = client.get(f"/carte/communs/{theme}/tableau.csv").text
    (line,) = [one for one in page.splitlines() if one.startswith("33;")]
    return line.split(";")[4]


def right() -> bool:
    return counters.differences(deployed.OWNERS, NOW.date()) == {}


def test_withheld_and_back(client: Client, town: Cast) -> None:
    both = {"": 1, "cartographie": 1, "mobilite": 1}
    assert (seen(client), counted(), squares(client), right()) == (SHOWN, both, "1", True)
    services.withhold(town["editor"], town.commons, reason="Hors sujet.", at=NOW)
    assert (seen(client), counted(), squares(client, "mobilite"), right()) == (GONE, {}, "0", True)
    assert not re.search(r"déploiements? de communs", client.get(TOWN).text)
    assert client.get("/api/v1/territories/commune/33063").json()["counts"].get("commons_deployed") is None
    RecordFactory(commons=town.commons, source=SourceFactory(key="sill"))
    services.restore(town["editor"], Commons.objects.get(pk=town.commons.pk), reason="Si.", at=NOW)
    assert Commons.objects.get(pk=town.commons.pk).state == "published"
    assert (counted()[""], squares(client), right()) == (1, "1", True)


def test_a_use_that_ends_or_begins_meanwhile_counts_nowhere(client: Client, town: Cast) -> None:
    use = town.commons.reuses.get()
    services.withhold(town["editor"], town.commons, reason="Hors sujet.", at=NOW)
    services.end_reuse(town["member"], use, until=NOW.date(), cause="cost", at=NOW)
    assert (counted(), right()) == ({}, True)
    services.seat_body(town["desk"], town.other, territory=commune("33281"), at=NOW)
    assert (counted(), right(), seen(client)) == ({}, True, GONE)


def test_what_its_records_put_outside_the_commons_goes_too(client: Client, town: Cast, desk: Person) -> None:
    record = RecordFactory(commons=town.commons, source=SourceFactory(key="sill"))
    settle(desk, [town.commons.pk], "", NOW)
    assert (counted()[""], right()) == (1, True)
    record.state = "gone"
    record.save()
    settle(desk, [town.commons.pk], "", NOW)
    assert (Commons.objects.get(pk=town.commons.pk).state, counted(), right()) == ("withheld", {}, True)
    assert seen(client) == GONE


def test_merged_into_one_that_is_withheld_it_counts_nowhere(town: Cast) -> None:
    kept = CommonsFactory(name="Cartes")
    RecordFactory(commons=kept, source=SourceFactory(key="sill"))
    services.withhold(town["editor"], kept, reason="Hors sujet.", at=NOW)
    kept.refresh_from_db()
    made = services.merge(town["editor"], kept, town.commons, reason="Le même.", at=NOW)
    assert (counted(), right()) == ({}, True)
    services.undo_merge(town["editor"], made, reason="Non.", at=NOW)
    assert (counted()[""], right()) == (1, True)
