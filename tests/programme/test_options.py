"""The grid that a programme uses already."""

from __future__ import annotations

from making import later, programme, session, slot  # the programmes of these tests

from communaux.engines.programme.options import Block, hours


def test_the_grid_goes_from_each_start_to_the_last_end_of_what_starts_then() -> None:
    sessions = [session(1, minutes=60), session(2, minutes=90), session(3, minutes=30)]
    slots = [slot(1, later(0), 60), slot(2, later(0), 90, "Grenier"), slot(3, later(120), 30)]
    assert hours(programme(sessions, slots)) == [Block(later(0), later(90)), Block(later(120), later(150))]
    assert hours(programme(sessions)) == []
