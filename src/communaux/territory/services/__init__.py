"""Writes of the area, each an `@action`."""

from communaux.territory.services.ambassadors import answer_request, write_to_ambassador
from communaux.territory.services.declared import (
    declare_place,
    edit_place,
    restore_place,
    withdraw_place,
    withhold_place,
)
from communaux.territory.services.loads import fill_coordinates, load, recount
from communaux.territory.services.places import import_places
from communaux.territory.services.presences import close_presence, open_presence

__all__ = [
    "answer_request",
    "close_presence",
    "declare_place",
    "edit_place",
    "fill_coordinates",
    "import_places",
    "load",
    "open_presence",
    "recount",
    "restore_place",
    "withdraw_place",
    "withhold_place",
    "write_to_ambassador",
]
