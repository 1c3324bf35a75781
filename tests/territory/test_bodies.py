"""Names of communes and intercommunal bodies by their number, as the shipped codes of 2026 tell them."""

from __future__ import annotations

import pytest

from communaux.core import identifiers
from communaux.territory import bodies, cog, shipped


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [
        ("213300635", "Bordeaux", "33063"),
        ("21330063500017", "Bordeaux", "33063"),
        ("243300316", "Bordeaux Métropole", "243300316"),
        ("200057867", "Plaine Commune", "200057867"),
        ("219740115", "Saint-Denis", "97411"),
        ("929939411", "Saint-Denis", "93066"),
    ],
)
def test_a_number_tells_name_and_place(number: str, name: str, code: str) -> None:
    found = bodies.official(number)
    assert found == bodies.Official(number[:9], name, code, 2026)
    assert found.source == "codes officiels de 2026, INSEE et DGCL"


@pytest.mark.parametrize(
    "number", ["", "552100554", "35600000000048", "33063", "33000", "000000000", "2133006", "x" * 9]
)
def test_other_bodies_are_not_guessed(number: str) -> None:
    """A postal or an INSEE code is a cell of the table as well, and so is the SIREN of a body in the row of its commune."""
    assert bodies.official(number) is None


def test_every_number_of_the_codes_is_known_and_right() -> None:
    given = cog.read(shipped.newest().content, 2026)
    wanted = {row[6]: (row[1], row[0]) for row in given.communes if row[6]}
    wanted |= {row[0]: (row[1], row[0]) for row in (*given.epci, *given.ept)}
    assert len(wanted) == 34_969 - 94 + 1_255 + 11
    some = sorted(wanted)[::500]
    assert {one: ((told := bodies.official(one)) and (told.name, told.code)) for one in some} == {
        one: wanted[one] for one in some
    }
    assert [one for one in wanted if not identifiers.luhn(one)] == []


@pytest.mark.parametrize(
    ("siren", "typed", "told"),
    [
        *(("213300635", one, 0) for one in ("Bordeaux", "BORDEAUX", "Ville de Bordeaux", "Commune de  Bordeaux")),
        *(("213300635", one, 1) for one in ("Bordeaux Métropole", "CCAS de Bordeaux", "Mérignac", "—")),
        ("217603513", "Mairie du Havre", 0),
        ("200030435", "Communauté de communes d’Aire-sur-l’Adour", 0),
    ],
)
def test_what_is_written_otherwise_is_told(siren: str, typed: str, told: int) -> None:
    found = bodies.official(siren)
    assert found is not None
    assert len(bodies.said_otherwise(found, typed, "local_authority")) == told
    both = bodies.said_otherwise(found, typed, "company")
    assert (len(both), "collectivité" in both[-1]) == (told + 1, True)
