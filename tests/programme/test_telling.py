"""The sentences, in both languages."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, get_args

import numpy as np
import pytest
from programme.making import blocks, guid, later, programme, session, slot

from communaux.data import programme_words
from communaux.engines.programme import conflicts as found
from communaux.engines.programme import diff as changed
from communaux.engines.programme import telling
from communaux.engines.programme.arrange import arrange
from communaux.engines.programme.clash import clash
from communaux.engines.programme.model import NEEDS, STATES, Programme, Role, Room, Session, Version

SPACE = "\u00a0"


def test_all_words_are_there_in_both_languages() -> None:
    words = programme_words()
    assert [
        (kind, key) for kind, rows in words.items() for key, row in rows.items() if row.keys() != {"fr", "en"}
    ] == []
    assert set(words["conflicts"]) == {*get_args(found.Kind.__value__), "accessibility_unknown"}
    assert set(words["changes"]) == set(get_args(changed.Kind.__value__))
    parts = {one.name for one in fields(Session)} - {"guid", "title"}
    assert set(words["fields"]) == parts, "what may be edited of a session"
    assert (set(words["states"]), set(words["needs"])) == (set(STATES), set(NEEDS))


def everything() -> Programme:
    ada = Role("7", shown="Mairie")
    needy = session(1, capacity=130, needs=frozenset({"step_free", "hearing_loop"}), roles=(ada,), state="accepted")
    rooms = (Room("Halle", 100, step_free=False), Room("Grenier", 20))
    return programme(
        [needy, session(2, roles=(ada,)), session(3)],
        [slot(1), slot(2, later(45))],
        rooms=rooms,
        version=Version("1.0"),
    )


def test_each_conflict_is_a_sentence() -> None:
    made = everything()
    assert list(telling.report(made, found.conflicts(made), "en")) == [
        "Errors, which keep it from being published: 3",
        "  ✗ Séance 1 [AAA001] needs “step-free access”, which Halle does not offer (60 min)",
        "  ✗ Séance 1 [AAA001] and Séance 2 [AAA002] take place at the same time with the same person (role 7) (15 min)",
        "  ✗ Séance 1 [AAA001] and Séance 2 [AAA002] are in the same room (Halle) at the same time (15 min)",
        "Warnings: 4",
        "  ! Séance 1 [AAA001] needs “hearing loop”: nobody said whether Halle offers it (60 min)",
        "  ! Séance 3 [AAA003] has no place in the programme (60 min)",
        "  ! Séance 1 [AAA001]: 30 places are missing in Halle (60 min)",
        "  ! Séance 1 [AAA001] is placed but accepted, not confirmed yet (60 min)",
    ]
    assert list(telling.heading(made, "fr")) == [
        "Programme de Rendez-vous d’essai (essai2023), version 1.0",
        f"Séances{SPACE}: 3, dont 2 placées. Salles{SPACE}: 2. Heure locale{SPACE}: Europe/Paris.",
    ]


def test_somebody_is_told_by_what_may_be_read() -> None:
    made = everything()
    assert telling.thing(made, ("role", "7"), "fr") == "Mairie (7)"
    assert telling.thing(made, ("role", "9"), "fr") == "intervenant·e (9)"
    assert telling.role(Role("1", "juggler"), "fr") == "juggler"


def test_nothing_stands_in_the_way() -> None:
    made = programme([session(1)], [slot(1)])
    assert list(telling.report(made, [], "fr")) == ["Rien ne s’oppose à la publication."]
    assert next(telling.heading(made, "en")) == "Programme of Rendez-vous d’essai (essai2023), draft"


def test_a_proposal_is_told_move_by_move() -> None:
    rooms = (Room("Halle", 100), Room("Grenier", 20))
    made = programme(
        [session(1, capacity=90), session(2, capacity=10), session(3, minutes=90)],
        [slot(1, room="Grenier"), slot(2)],
        rooms=rooms,
    )
    told = arrange(made, blocks(1), [{guid(1), guid(2)}], rng=np.random.default_rng(0), iterations=200)
    lines = list(telling.proposal(made, told, "en"))
    assert lines == [
        "without a place: 1 → 1",
        "holders torn between two sessions: 1 → 1",
        "pairs of one theme at the same time: 0 → 0",
        "places missing: 70 → 0",
        "Moves proposed: 2. Each can be taken or left.",
        "  Séance 1 [AAA001]: Wednesday 18 October 2023, 09:00 – 10:00, Grenier → Wednesday 18 October 2023, 09:00 – 10:00, Halle",
        "      holders torn: 1 → 1",
        "      goes along with: Séance 2 [AAA002]",
        "  Séance 2 [AAA002]: Wednesday 18 October 2023, 09:00 – 10:00, Halle → Wednesday 18 October 2023, 09:00 – 10:00, Grenier",
        "      holders torn: 1 → 1",
        "      goes along with: Séance 1 [AAA001]",
        "Séance 3 [AAA003] is left without a place: no place of the grid suits it (length, availability, accessibility)",
    ]
    still = arrange(told.programme, blocks(1), [], rng=np.random.default_rng(0), iterations=0)
    assert "Aucun déplacement ne ferait mieux." in telling.proposal(made, still, "fr")


def test_a_first_place_has_no_score_of_before() -> None:
    told = arrange(made := programme([session(1)]), blocks(1), [], rng=np.random.default_rng(0), iterations=0)
    assert list(telling.move(made, told.moves[0], "fr")) == [
        f"  Séance 1 [AAA001]{SPACE}: sans place → mercredi 18 octobre 2023, 09:00 – 10:00, Halle",
        f"      personnes tiraillées{SPACE}: 0 → 0",
    ]


def test_who_is_torn_most() -> None:
    made = programme([session(1), session(2)], [slot(1), slot(2, room=None)])
    stars = [{guid(1), guid(2)}, {guid(1)}]
    assert list(telling.torn(made, clash(stars, made.slots), "fr")) == [
        f"Personnes tiraillées entre deux séances{SPACE}: 1, sur 1 paires de séances (100,0{SPACE}% de ce qui serait possible)",
        f"  1{SPACE}: Séance 1 [AAA001] et Séance 2 [AAA002]",
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"title": "Autre"},
            "Autre [AAA001]: renamed (before: “Séance 1”) — Wednesday 18 October 2023, 09:00 – 10:00, Halle",
        ),
        ({"state": "cancelled"}, "Séance 1 [AAA001]: cancelled — Wednesday 18 October 2023, 09:00 – 10:00, Halle"),
        (
            {"state": "accepted", "summary": "Plus", "url": "https://a.example", "number": 4},
            "Séance 1 [AAA001]: edited (summary, state, marks of another system) — "
            "Wednesday 18 October 2023, 09:00 – 10:00, Halle",
        ),
        (
            {"state": "cancelled", "roles": (Role("1", "speaker", "une archiviste"),)},
            "Séance 1 [AAA001]: cancelled, edited (speakers) — Wednesday 18 October 2023, 09:00 – 10:00, Halle",
        ),
    ],
)
def test_what_changed_in_a_session(given: dict[str, Any], told: str) -> None:
    old = programme([session(1)], [slot(1)])
    new = replace(old, sessions=(session(1, **given),))
    assert [telling.change(old, new, one, "en") for one in changed.diff(old, new).changes] == [told]


def test_what_moved_came_and_went() -> None:
    old, new = (
        programme([session(1), session(2)], [slot(1)]),
        programme([session(1), session(3)], [slot(1, later(30), room=None)]),
    )
    assert [telling.change(old, new, one, "fr") for one in changed.diff(old, new).changes] == [
        f"Séance 1 [AAA001]{SPACE}: déplacée, change de salle — mercredi 18 octobre 2023, 09:00 – 10:00, Halle → "
        "mercredi 18 octobre 2023, 09:30 – 10:30, hors des salles",
        f"Séance 2 [AAA002]{SPACE}: retirée — sans place",
        f"Séance 3 [AAA003]{SPACE}: ajoutée — sans place",
    ]
