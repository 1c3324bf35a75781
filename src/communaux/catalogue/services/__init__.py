"""Writes of the catalogue. Each is an `@action`: a rule allows it, the journal keeps it."""

from communaux.catalogue.services.attach import attach_identified
from communaux.catalogue.services.ends import confirm_end, end_commons, reopen_commons, take_back_end
from communaux.catalogue.services.imports import close_import, import_slice, register_source
from communaux.catalogue.services.index import store_index
from communaux.catalogue.services.judging import judge_pair, propose_pair, reopen_pair
from communaux.catalogue.services.merging import merge, undo_merge
from communaux.catalogue.services.pairs import propose_pairs
from communaux.catalogue.services.relations import relate
from communaux.catalogue.services.themes import set_themes, store_themes

__all__ = [
    "attach_identified",
    "close_import",
    "confirm_end",
    "end_commons",
    "import_slice",
    "judge_pair",
    "merge",
    "propose_pair",
    "propose_pairs",
    "register_source",
    "relate",
    "reopen_commons",
    "reopen_pair",
    "set_themes",
    "store_index",
    "store_themes",
    "take_back_end",
    "undo_merge",
]
