"""What a published version keeps: the whole programme, back without loss."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from making import EDITION, programme, programmes, session  # the programmes of these tests

from communaux.engines.programme.model import Availability, Link, Programme, Role, Room, Version
from communaux.engines.programme.snapshot import restored, stored


@given(programmes())
def test_nothing_is_lost(one: Programme) -> None:
    told = json.dumps(stored(one), sort_keys=True)
    assert restored(json.loads(told)) == one
    assert json.dumps(stored(restored(json.loads(told))), sort_keys=True) == told


def test_all_that_a_programme_may_hold_comes_back() -> None:
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    full = replace(
        session(1),
        roles=(Role("7", "speaker", "une archiviste"), Role("")),
        needs=frozenset({"step_free", "captions"}),
        links=(Link("https://demo.example/x", "Notes"),),
    )
    whole = replace(
        programme([full]),
        rooms=(Room("A", 20, UUID(int=9), step_free=False), Room("B")),
        availabilities=(Availability(("room", "A"), noon, noon + timedelta(hours=2)),),
        themes=("Eau",),
        version=Version("1.0", noon, 1),
    )
    assert restored(json.loads(json.dumps(stored(whole)))) == whole
    assert restored(stored(replace(whole, version=Version("2")))).version == Version("2")
    assert stored(whole)["edition"]["title"] == EDITION.title
