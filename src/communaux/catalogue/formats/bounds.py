"""Nothing longer than the tables of the desk hold: PostgreSQL refuses a whole slice for one value, SQLite says nothing.

What names a thing is never cut: two long ids may begin alike, half an address leads elsewhere. A text is cut, and a
warning says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from communaux.catalogue.formats.mapped import Event, Mapped, Part, Unusable
from communaux.catalogue.licences import read_licence

ID: Final = 300
ADDRESS: Final = 1_000
LICENCE: Final = 300
EXPRESSION: Final = 200
NAME: Final = 250
PARTY: Final = 200
FACT: Final = 40


def bounded(said: Mapped) -> Mapped:
    """The record with each value short enough to be kept; Unusable when its id is not."""
    if len(said.external_id) > ID:
        raise Unusable(f"Id longer than {ID} characters")
    warnings = list(said.warnings)
    found = replace(
        said,
        url=address(said.url, warnings),
        repository=address(said.repository, warnings),
        parts=tuple(part(one, warnings) for one in said.parts),
        events=tuple(event(one, warnings) for one in said.events),
        community=facts(said.community, warnings),
        governance=facts(said.governance, warnings),
    )
    return replace(found, warnings=tuple(warnings))


def address(value: str, warnings: list[str]) -> str:
    if len(value) > ADDRESS:
        warnings.append(f"Address longer than {ADDRESS} characters: {value[:ID]}")
        return ""
    return value


def text(value: str, longest: int, warnings: list[str]) -> str:
    if len(value) > longest:
        warnings.append(f"Cut at {longest} characters: {value[:longest]}")
    return value[:longest]


def licence(value: str, warnings: list[str]) -> str:
    """A licence that is too long is left out: half of it would say something else."""
    if len(value) > LICENCE or len(read_licence(value).spdx) > EXPRESSION:
        warnings.append(f"Licence longer than {EXPRESSION} characters: {value[:EXPRESSION]}")
        return ""
    return value


def part(said: Part, warnings: list[str]) -> Part:
    return replace(
        said,
        name=text(said.name, NAME, warnings),
        url=address(said.url, warnings),
        repository=address(said.repository, warnings),
        licence_raw=licence(said.licence_raw, warnings),
    )


def event(said: Event, warnings: list[str]) -> Event:
    from_party, to_party = (text(one, PARTY, warnings) for one in (said.from_party, said.to_party))
    return replace(said, from_party=from_party, to_party=to_party)


def facts(said: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
    warnings += [f"Key longer than {FACT} characters: {key[:ID]}" for key in said if len(key) > FACT]
    return {key: one for key, one in said.items() if len(key) <= FACT}
