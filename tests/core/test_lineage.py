"""What stands above an object: a role held there counts on it, one held beside or below does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from communaux.core import lineage, queries, services
from communaux.core.models import Person
from communaux.core.rules import has_role_over


@pytest.fixture
def parents(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Calls of an organisation, files of a call; a loop that some area made by mistake."""
    monkeypatch.setattr(lineage, "PARENTS", {})
    lineage.declare("call", lambda number: ("organisation", "1") if number != "orphan" else None)
    lineage.declare("candidature", lambda number: ("call", number))
    lineage.declare("left", lambda number: ("right", number))
    lineage.declare("right", lambda number: ("left", number))
    return


@pytest.mark.usefixtures("parents")
@pytest.mark.parametrize(
    ("place", "chain"),
    [
        (("instance", ""), [("instance", "")]),
        (("commons", "7"), [("commons", "7"), ("instance", "")]),
        (("call", "orphan"), [("call", "orphan"), ("instance", "")]),
        (
            ("candidature", "3"),
            [("candidature", "3"), ("call", "3"), ("organisation", "1"), ("instance", "")],
        ),
        (("left", "1"), [("left", "1"), ("right", "1")]),
    ],
)
def test_the_chain_goes_from_near_to_far(place: lineage.Place, chain: list[lineage.Place]) -> None:
    assert lineage.above(place) == chain


@given(st.text(max_size=10).filter(lambda kind: kind != "instance"), st.text(max_size=10))
def test_the_desk_stands_above_all_that_no_area_knows(kind: str, number: str) -> None:
    assert lineage.above((kind, number)) == [(kind, number), ("instance", "")]


@pytest.mark.django_db
@pytest.mark.usefixtures("parents")
@pytest.mark.parametrize(
    ("held_on", "counts_on"),
    [
        (("instance", ""), {"candidature", "call", "organisation", "instance"}),
        (("organisation", "1"), {"candidature", "call", "organisation"}),
        (("call", "3"), {"candidature", "call"}),
        (("candidature", "3"), {"candidature"}),
        (("call", "4"), set()),
        (("organisation", "2"), set()),
    ],
)
def test_a_role_counts_on_what_stands_below(
    desk: Person, person: Callable[..., Person], held_on: lineage.Place, counts_on: set[str]
) -> None:
    ana, today = person("ana@demo.example"), timezone.localdate()
    services.grant(desk, ana, role="treasurer", object_type=held_on[0], object_id=held_on[1], at=timezone.now())
    places = {"candidature": "3", "call": "3", "organisation": "1", "instance": ""}
    found = {kind for kind, number in places.items() if has_role_over(ana, ["treasurer"], (kind, number), today)}
    assert found == counts_on
    assert not has_role_over(ana, ["juror"], held_on, today)
    assert not has_role_over(ana, ["treasurer"], held_on, today - timedelta(days=1))


@pytest.mark.django_db
@pytest.mark.usefixtures("parents")
def test_what_is_listed_on_an_object_is_what_counts_there(
    desk: Person, now: datetime, person: Callable[..., Person]
) -> None:
    ana, today, at = person("ana@demo.example"), timezone.localdate(), timezone.now()
    for kind, number in (("call", "3"), ("instance", ""), ("call", "4")):
        services.grant(desk, ana, role="treasurer", object_type=kind, object_id=number, at=at)
    gone = services.grant(
        desk, ana, role="juror", object_type="call", object_id="3", ends_on=today + timedelta(9), at=at
    )
    services.revoke(desk, gone, at=at, reason="test")
    listed = [(place, held.role) for place, held in queries.grants_over(("call", "3"), today)]
    assert listed == [(("call", "3"), "treasurer"), (("instance", ""), "treasurer")]
    assert [held.role for _place, held in queries.grants_over(("call", "3"), today, ended=True)] == [
        "juror",
        "treasurer",
        "treasurer",
    ]
