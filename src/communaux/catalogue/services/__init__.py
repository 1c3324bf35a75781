"""Writes of the catalogue. Each is an `@action`: a rule allows it, the journal keeps it."""

from communaux.catalogue.services.attach import attach_identified
from communaux.catalogue.services.imports import close_import, import_slice, register_source
from communaux.catalogue.services.index import store_index
from communaux.catalogue.services.notes import (
    conclude_note,
    create_note,
    freeze_note,
    publish_note,
    revise_note,
    write_note,
)
from communaux.catalogue.services.pairs import propose_pairs
from communaux.catalogue.services.relations import relate
from communaux.catalogue.services.themes import set_themes, store_themes

__all__ = [
    "attach_identified",
    "close_import",
    "conclude_note",
    "create_note",
    "freeze_note",
    "import_slice",
    "propose_pairs",
    "publish_note",
    "register_source",
    "relate",
    "revise_note",
    "set_themes",
    "store_index",
    "store_themes",
    "write_note",
]
