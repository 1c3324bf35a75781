"""What a body says of itself and any place taken off the desk: who may, once, counted, kept through the next reading of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rules
from django.db import IntegrityError, transaction
from territory.lists import REFURBISHER, SIRET, rows, written
from territory.small import NOW, bring, commune

from communaux.core import notify
from communaux.core import services as core
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotReady
from communaux.core.models import Entry, Notification, Organisation, Person
from communaux.territory import counters, services
from communaux.territory.formats import FORMATS, refurbishers
from communaux.territory.formats.listed import Listed, Notes
from communaux.territory.models import Place, Presence, TerritoryStat

pytestmark = pytest.mark.django_db
DAY = NOW.date()
OTHER_SIRET = "73282932000074"


@pytest.fixture(autouse=True)
def small(db: None) -> None:
    bring()


@pytest.fixture
def people(person: Callable[..., Person], desk: Person) -> dict[str, Person]:
    names = ("member", "former", "outsider", "editor", "theme_editor")
    made = {name: person(f"{name}@demo.example") for name in names}
    made["operator"] = person("operator@demo.example", operator=True)
    core.grant(desk, made["editor"], role="editor", object_type="instance", at=NOW)
    core.grant(desk, made["theme_editor"], role="editor", object_type="theme", object_id="sante", at=NOW)
    return made


@pytest.fixture
def body(desk: Person, people: dict[str, Person]) -> Organisation:
    made = core.create_organisation(desk, name="Atelier de démonstration", kind="association", at=NOW)
    for name in ("member", "former"):
        core.add_member(desk, made, person=people[name], starts_on=DAY - timedelta(days=90), at=NOW)
    people["former"].memberships.update(ends_on=DAY - timedelta(days=9))
    return made


def line(**changes: str) -> Listed:
    row: Mapping[str, str] = {**REFURBISHER, **changes}
    return refurbishers.place(False, row, Notes())


def counted(code: str = "33063") -> int:
    row = TerritoryStat.objects.filter(territory__code=code, territory__kind="commune", measure="places").first()
    return row.n if row else 0


def right() -> bool:
    return counters.differences([counters.of_presences], DAY) == {}


def acts() -> list[str]:
    return list(Entry.objects.filter(subject_kind="place").order_by("seq").values_list("act", flat=True))


def test_role_by_action(people: dict[str, Person], body: Organisation, desk: Person) -> None:
    mine = services.declare_place(people["member"], body, told=line(), at=NOW)
    listed = Place.objects.create(source="demo", source_id="1", name="Lieu", territory=commune("33063"))
    closed = core.create_organisation(desk, name="Fermée", kind="association", at=NOW)
    core.add_member(desk, closed, person=people["member"], starts_on=DAY, at=NOW)
    closed.active = False
    who = ("member", "former", "outsider", "editor", "theme_editor", "operator")
    cells = {
        ("declare_place", body): ("member",),
        ("declare_place", closed): (),
        ("edit_place", mine): ("member",),
        ("withdraw_place", mine): ("member",),
        ("edit_place", listed): (),
        ("withdraw_place", listed): (),
        ("withhold_place", mine): ("editor", "operator"),
        ("restore_place", mine): ("editor", "operator"),
        ("withhold_place", listed): ("editor", "operator"),
        ("restore_place", listed): ("editor", "operator"),
    }
    found = {
        cell: tuple(name for name in who if rules.has_perm(f"territory.{cell[0]}", people[name], cell[1]))
        for cell in cells
    }
    assert found == cells
    assert [rules.has_perm(f"territory.{verb}", None, target) for verb, target in cells] == [False] * len(cells)
    with pytest.raises(NotAllowed):
        services.edit_place(people["outsider"], mine, told=line(), at=NOW)


def test_it_is_the_line_that_the_list_would_make(people: dict[str, Person], body: Organisation, tmp_path: Path) -> None:
    made = services.declare_place(people["member"], body, told=line(), at=NOW)
    path = written(tmp_path / "r.csv", [dict(REFURBISHER)], ";")
    listing = FORMATS["refurbishers"](path, False)
    services.import_places(Person.objects.desk(), listing, source="demo", at=NOW, report=lambda _d, _t: None)
    names = ("name", "siret", "labels", "streams", "steps", "volumes_per_year", "url", "territory_id", "raw")
    other = Place.objects.get(source="demo")
    assert {name: getattr(made, name) for name in names} == {name: getattr(other, name) for name in names}
    assert (made.source, made.organisation, made.updated_on) == ("declared", body, DAY)
    assert (counted(), right()) == (2, True)
    presence = Presence.objects.get(obj_kind="place", obj_id=str(made.pk))
    assert (presence.source, presence.since) == ("Atelier de démonstration", DAY)


def test_twice_is_once_and_another_body_is_told(people: dict[str, Person], body: Organisation, desk: Person) -> None:
    first = services.declare_place(people["member"], body, told=line(), at=NOW)
    assert services.declare_place(people["member"], body, told=line(), at=NOW) == first
    assert (Place.objects.count(), counted(), acts()) == (1, 1, ["territory.declare_place"])
    other = core.create_organisation(desk, name="Autre", kind="association", at=NOW)
    core.add_member(desk, other, person=people["outsider"], starts_on=DAY, at=NOW)
    with pytest.raises(Conflict, match="Un autre organisme"):
        services.declare_place(people["outsider"], other, told=line(), at=NOW)


def test_a_body_with_a_number_declares_its_own(people: dict[str, Person], body: Organisation) -> None:
    Organisation.objects.filter(pk=body.pk).update(siren="732829320", siret=OTHER_SIRET)
    body.refresh_from_db()
    with pytest.raises(BadRequest, match="732829320"):
        services.declare_place(people["member"], body, told=line(), at=NOW)
    assert services.declare_place(people["member"], body, told=line(siret=OTHER_SIRET), at=NOW).siret == OTHER_SIRET


def test_changed_moved_withdrawn_and_back(people: dict[str, Person], body: Organisation) -> None:
    member = people["member"]
    made = services.declare_place(member, body, told=line(), at=NOW)
    services.edit_place(member, made, told=line(code_insee="33281", etapes="tri"), at=NOW)
    services.edit_place(member, made, told=line(code_insee="33281", etapes="tri"), at=NOW)
    assert (counted(), counted("33281"), right()) == (0, 1, True)
    with pytest.raises(BadRequest):
        services.edit_place(member, made, told=line(siret=OTHER_SIRET), at=NOW)
    for _twice in range(2):
        services.withdraw_place(member, made, at=NOW)
    assert (counted("33281"), Place.objects.shown().count(), right()) == (0, 0, True)
    with pytest.raises(Conflict):
        services.edit_place(member, made, told=line(), at=NOW)
    assert services.declare_place(member, body, told=line(), at=NOW + timedelta(days=1)) == made
    assert (counted(), Place.objects.get().closed_on) == (1, None)
    verbs = ("declare_place", "edit_place", "withdraw_place", "declare_place")
    assert acts() == [f"territory.{verb}" for verb in verbs]


def test_withheld_it_counts_nowhere_and_its_list_does_not_bring_it_back(
    people: dict[str, Person], tmp_path: Path
) -> None:
    def read(*changes: Mapping[str, str]) -> Any:
        listing = FORMATS["mednum"](written(tmp_path / "f.csv", rows(*changes)), False)
        return services.import_places(
            Person.objects.desk(), listing, source="demo", at=NOW, report=lambda _done, _total: None
        )

    read({}, {})
    place = Place.objects.get(source_id="demo-1")
    with pytest.raises(NotReady):
        services.withhold_place(people["editor"], place, reason=" \n", at=NOW)
    for _twice in range(2):
        services.withhold_place(people["editor"], place, reason="N’existe\n plus.", at=NOW)
    assert (counted(), Place.objects.shown().count(), right()) == (1, 1, True)
    read({"nom": "Autre nom"}, {})
    assert (counted(), Place.objects.shown().count(), right()) == (1, 1, True)
    read({})
    read({"nom": "Autre nom"}, {})
    assert (counted(), Place.objects.shown().count(), right()) == (1, 1, True)
    for _twice in range(2):
        services.restore_place(people["operator"], place, reason="Vérifié sur place.", at=NOW)
    assert (counted(), Place.objects.shown().count(), right()) == (2, 2, True)
    told = Entry.objects.filter(subject_kind="place").order_by("seq").values_list("act", "before", "after", "reason")
    assert list(told) == [
        ("territory.withhold_place", {"withheld": False}, {"withheld": True}, "N’existe plus."),
        ("territory.restore_place", {"withheld": True}, {"withheld": False}, "Vérifié sur place."),
    ]


def test_editors_hear_of_a_new_one_and_its_body_of_a_decision(people: dict[str, Person], body: Organisation) -> None:
    made = services.declare_place(people["member"], body, told=line(), at=NOW)
    services.withhold_place(people["editor"], made, reason="Adresse fausse.", at=NOW)
    notify.follow(NOW)
    told = Notification.objects.filter(entry__subject_kind="place", channel="inapp").order_by("entry__seq")
    assert list(told.values_list("entry__act", "person", "kind")) == [
        ("territory.declare_place", people["editor"].pk, "news"),
        ("territory.withhold_place", people["member"].pk, "decided"),
    ]


def test_no_list_may_bear_the_name_of_what_bodies_say(tmp_path: Path) -> None:
    listing = FORMATS["mednum"](written(tmp_path / "f.csv", rows({})), False)
    with pytest.raises(BadRequest, match="Sous ce nom"):
        services.import_places(Person.objects.desk(), listing, source="declared", at=NOW, report=lambda _d, _t: None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(source="declared", source_id=SIRET, name="Lieu", territory=commune("33063"))


def test_a_commune_that_ended_is_refused(people: dict[str, Person], body: Organisation) -> None:
    with pytest.raises(BadRequest):
        services.declare_place(people["member"], body, told=replace(line(), code="99999"), at=NOW)
