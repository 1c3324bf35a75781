"""Writes of the catalogue. Each is an `@action`: a rule allows it, the journal keeps it."""

from communaux.catalogue.services.attach import attach_identified
from communaux.catalogue.services.experiences import edit_experience, withdraw_experience, write_experience
from communaux.catalogue.services.imports import close_import, import_slice, register_source
from communaux.catalogue.services.index import store_index
from communaux.catalogue.services.pairs import propose_pairs
from communaux.catalogue.services.providers import confirm_provider, declare_provider, end_provider
from communaux.catalogue.services.relations import relate
from communaux.catalogue.services.reuses import (
    confirm_reuse,
    declare_reuse,
    end_reuse,
    mark_stale_reuses,
    renew_reuse,
)
from communaux.catalogue.services.themes import set_themes, store_themes

__all__ = [
    "attach_identified",
    "close_import",
    "confirm_provider",
    "confirm_reuse",
    "declare_provider",
    "declare_reuse",
    "edit_experience",
    "end_provider",
    "end_reuse",
    "import_slice",
    "mark_stale_reuses",
    "propose_pairs",
    "register_source",
    "relate",
    "renew_reuse",
    "set_themes",
    "store_index",
    "store_themes",
    "withdraw_experience",
    "write_experience",
]
