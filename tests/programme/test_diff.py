"""What changed, and that it is all that changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from programme.making import ATTIC, EDITION, HALL, PUBLISHED, guid, later, programme, programmes, session, slot

from communaux.engines.programme.diff import Diff, Kind, apply, diff, holders_to_tell
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.model import Programme, Session, Slot, Version

OLD = programme([session(1), session(2)], [slot(1)])


@given(programmes())
def test_nothing_changed_from_one_to_itself(one: Programme) -> None:
    assert not diff(one, one)
    assert diff(one, one) == Diff(version=one.version)


@given(programmes(), programmes())
def test_changes_applied_to_the_old_give_the_new(old: Programme, new: Programme) -> None:
    assert apply(old, diff(old, new)) == new


def test_another_number_alone_is_nothing_to_publish() -> None:
    numbered = replace(OLD, version=Version("1.1", PUBLISHED, 2))
    assert not diff(OLD, numbered)
    assert apply(OLD, diff(OLD, numbered)) == numbered


@pytest.mark.parametrize(
    ("kinds", "changed", "places"),
    [
        (("renamed",), session(1, title="Autre"), [slot(1)]),
        (("edited",), session(1, summary="Plus"), [slot(1)]),
        (("edited",), session(1, state="accepted"), [slot(1)]),
        (("cancelled",), session(1, state="cancelled"), [slot(1)]),
        (("moved",), session(1), [slot(1, later(30))]),
        (("room",), session(1), [slot(1, room="Grenier")]),
        (("moved", "room", "renamed"), session(1, title="Autre"), [slot(1, later(30), room=None)]),
        (("unplaced",), session(1), []),
    ],
)
def test_each_kind_of_change(kinds: tuple[Kind, ...], changed: Session, places: list[Slot]) -> None:
    new = programme([changed, session(2)], places)
    found = diff(OLD, new)
    assert [(one.guid, one.kinds) for one in found.changes] == [(guid(1), kinds)]
    assert found.of(kinds[0]) == found.changes
    assert found.of("added") == ()
    assert found.frame is None


def test_what_comes_back_and_what_gets_a_place() -> None:
    old = programme([session(1, state="cancelled"), session(2)], [slot(1)])
    found = diff(old, programme([session(1), session(2)], [slot(1), slot(2, later(60))]))
    assert [one.kinds for one in found.changes] == [("restored",), ("placed",)]


def test_what_is_added_and_removed() -> None:
    found = diff(OLD, programme([session(2), session(3)]))
    assert [(one.guid.int, one.kinds) for one in found.changes] == [(1, ("removed",)), (3, ("added",))]
    assert (found.changes[0].after, found.changes[1].before) == (None, None)


def test_rooms_are_part_of_it() -> None:
    new = replace(OLD, rooms=(HALL, ATTIC, replace(ATTIC, name="Cave")))
    found = diff(OLD, new)
    assert found
    assert found.changes == ()
    assert apply(OLD, found) == new


@pytest.mark.parametrize("other", [programme([session(1)], []), replace(OLD, edition=replace(EDITION, title="Autre"))])
def test_changes_are_about_one_programme(other: Programme) -> None:
    changed = replace(programme([session(1), session(2)], [slot(1, later(15))]), rooms=(HALL,))
    with pytest.raises(ProgrammeError, match="other_programme"):
        apply(other, diff(OLD, changed))


def test_who_starred_is_told_of_what_matters() -> None:
    new = programme([session(1, summary="Plus"), session(2, state="cancelled"), session(3)], [slot(1)])
    found = diff(OLD, new)
    assert [one.guid.int for one in holders_to_tell(found, [guid(1), guid(2), guid(3)])] == [2]
    assert holders_to_tell(found, [guid(1)]) == ()
