"""Importing places: twice, changed, moved, closed and back; counters, presences and the journal follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from territory.lists import REFURBISHER, ROW, rows, written
from territory.small import NOW, ROWS, bring, changed, commune

from communaux.core.errors import BadRequest, NotReady
from communaux.core.models import Entry, Person
from communaux.territory import counters, services
from communaux.territory.formats import FORMATS
from communaux.territory.models import Place, Presence, Territory
from communaux.territory.queries import around
from communaux.territory.storing import Outcome

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


def take(path: Path, kind: str = "mednum", *, at: datetime = NOW, source: str = "demo", **terms: Any) -> Outcome:
    listing = FORMATS[kind](path, terms.pop("fix_codes", False))
    return services.import_places(
        Person.objects.desk(), listing, source=source, at=at, report=lambda _done, _total: None, **terms
    )


def mednum(folder: Path, *changes: Mapping[str, str], **terms: Any) -> Outcome:
    return take(written(folder / "f.csv", rows(*changes)), **terms)


def counted(code: str = "33063", kind: str = "commune") -> int:
    return around.counts(Territory.objects.get(kind=kind, code=code)).get("places", 0)


def wrong(at: datetime) -> dict[Any, Any]:
    return dict(counters.differences([counters.of_presences], timezone.localdate(at)))


def test_a_place_as_the_list_tells_it(tmp_path: Path) -> None:
    outcome = mednum(tmp_path, {})
    assert outcome.counts() == {
        **dict.fromkeys(("updated", "unchanged", "gone", "aside", "refused", "corrected"), 0),
        "created": 1,
    }
    place = Place.objects.get()
    told = {name: getattr(place, name) for name in ("services", "labels", "publics", "fees", "steps", "lat", "lon")}
    assert told == {
        "services": ["administrative", "equipment"],
        "labels": ["Conseillers numériques", "ORDI 3.0"],
        "publics": ["seniors"],
        "fees": ["free"],
        "steps": [],
        "lat": 44.84,
        "lon": -0.58,
    }
    assert (place.territory.code, place.url, str(place.updated_on)) == (
        "33063",
        "https://demo.example/lieu",
        "2026-06-02",
    )
    assert "demo.example" not in str({**place.raw, "site_web": ""})


def test_presence_counters_and_journal_follow(tmp_path: Path) -> None:
    mednum(tmp_path, {}, {"code_insee": "33281"})
    assert [counted(), counted("33281"), counted("243300316", "epci"), counted("FR", "pays")] == [1, 1, 2, 2]
    assert wrong(NOW) == {}
    assert set(Presence.objects.values_list("obj_kind", "role", "source")) == {("place", "available", "demo")}
    entry = Entry.objects.get(act="territory.import_places")
    assert entry.after == {
        **dict.fromkeys(("updated", "unchanged", "gone", "aside", "refused", "corrected"), 0),
        "created": 2,
        "source": "demo",
    }


@pytest.mark.parametrize("kind", ["mednum", "refurbishers"])
def test_the_same_list_twice_changes_nothing(tmp_path: Path, kind: str) -> None:
    base = rows({}, {"code_insee": "33281"}) if kind == "mednum" else [dict(REFURBISHER)]
    path = written(tmp_path / "f.csv", base, ";")
    take(path, kind)
    before = (list(Place.objects.values()), list(Presence.objects.values()), Entry.objects.count())
    again = take(path, kind, at=LATER)
    assert (again.created, again.updated, again.gone, again.unchanged) == (0, 0, 0, len(base))
    assert (list(Place.objects.values()), list(Presence.objects.values()), Entry.objects.count()) == before


def test_what_the_list_names_no_more_is_closed_and_comes_back(tmp_path: Path) -> None:
    mednum(tmp_path, {}, {"code_insee": "33281"})
    assert mednum(tmp_path, {}, at=LATER).gone == 1
    closed = Place.objects.get(source_id="demo-2")
    assert (closed.closed_on, counted("33281"), wrong(LATER)) == (LATER.date(), 0, {})
    assert Presence.objects.get(obj_id=str(closed.pk)).until == LATER.date() - timedelta(days=1)
    assert mednum(tmp_path, {}, {"code_insee": "33281"}, at=LATER).updated == 1
    assert (counted("33281"), wrong(LATER)) == (1, {})
    assert Presence.objects.filter(obj_id=str(closed.pk)).count() == 2


def test_a_part_of_a_list_and_another_list_close_nothing(tmp_path: Path) -> None:
    mednum(tmp_path, {}, {"code_insee": "33281"})
    assert mednum(tmp_path, {}, at=LATER, partial=True).gone == 0
    assert mednum(tmp_path, {}, at=LATER, source="other").gone == 0
    assert (Place.objects.shown().count(), counted("FR", "pays")) == (3, 3)


def test_a_line_that_is_refused_does_not_close_its_place(tmp_path: Path) -> None:
    mednum(tmp_path, {}, {"code_insee": "33281"})
    outcome = mednum(tmp_path, {}, {"date_maj": "hier"}, at=LATER)
    assert (outcome.gone, len(outcome.refused), counted("33281")) == (0, 1, 1)
    nothing = mednum(tmp_path, {"date_maj": ""}, at=LATER)
    assert (nothing.gone, Place.objects.shown().count()) == (0, 2)


def test_a_place_that_moves_is_counted_where_it_is_now(tmp_path: Path) -> None:
    mednum(tmp_path, {})
    for at, code in ((NOW, "33281"), (NOW, "33063"), (LATER, "97411"), (LATER, "33063")):
        assert mednum(tmp_path, {"code_insee": code, "latitude": "", "longitude": ""}, at=at).updated == 1
        assert (counted(code), counted("FR", "pays"), wrong(at)) == (1, 1, {})


def test_a_place_that_receives_nobody_is_kept_and_not_counted(tmp_path: Path) -> None:
    alone = {"modalites_acces": "Ce lieu n’accueille pas de public"}
    mednum(tmp_path, {}, alone)
    assert (counted(), Place.objects.shown().count(), Place.objects.count()) == (1, 1, 2)
    mednum(tmp_path, alone, {"modalites_acces": ""}, at=LATER)
    assert ([one.source_id for one in Place.objects.shown()], counted(), wrong(LATER)) == (["demo-2"], 1, {})


def test_places_follow_a_commune_that_was_merged(tmp_path: Path) -> None:
    mednum(tmp_path, {"code_insee": "33281"})
    merged = changed(ROWS, without=["C 33281", "A 33007"], more=[("A", "33281", "ancien", "", "33063")])
    bring(merged, 2027, LATER)
    assert (Place.objects.get().territory.code, counted(), wrong(LATER)) == ("33063", 1, {})
    assert mednum(tmp_path, {"code_insee": "33281"}, at=LATER).unchanged == 1


@pytest.mark.parametrize("source", ["", "Mednum", "a b", "é", "x" * 41, "<script>"])
def test_a_source_has_a_plain_name(tmp_path: Path, source: str) -> None:
    with pytest.raises(BadRequest):
        mednum(tmp_path, {}, source=source)


def test_a_desk_without_codes_says_what_to_type_first(tmp_path: Path) -> None:
    Territory.objects.filter(kind="commune").update(valid_to=NOW.date())
    with pytest.raises(NotReady, match="communaux territory load"):
        mednum(tmp_path, {})


def test_the_row_is_kept_without_what_is_personal(tmp_path: Path) -> None:
    mednum(tmp_path, {"structure_parente": "Ville"})
    raw = Place.objects.get().raw
    assert ("courriels" in raw, raw["structure_parente"]) == (False, "Ville")
    assert {"courriels", "id", "nom"} <= ROW.keys()
    assert commune("33063").places.count() == 1
