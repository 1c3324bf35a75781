"""Whom the acts of the area concern: nobody by name yet; who looks after a commons hears of it from the act that says so."""

from __future__ import annotations

from communaux.core import letters as mails
from communaux.core.notify import silent
from communaux.territory import letters

silent(
    "territory.load", "territory.recount", "territory.fill_coordinates", "territory.import_places"
)  # the operator's own, read on the terminal
silent("territory.write_to_ambassador")  # the message itself is the notice
silent("territory.open_presence", "territory.close_presence")

mails.WRITERS[letters.REQUEST] = letters.written
