"""Writes of the catalogue. Each is an `@action`: a rule allows it, the journal keeps it."""

from communaux.catalogue.services.attach import attach_identified
from communaux.catalogue.services.describing import describe, show_evidence, take_over
from communaux.catalogue.services.imports import close_import, import_slice, register_source
from communaux.catalogue.services.index import store_index
from communaux.catalogue.services.needs import (
    answer_need,
    close_need,
    express_need,
    match_need,
    reopen_need,
    support_need,
    withdraw_support,
)
from communaux.catalogue.services.pairs import propose_pairs
from communaux.catalogue.services.proposals import (
    answer_duplicate,
    ask_publication,
    discard,
    publish,
    restore,
    send_back,
    start_proposal,
    withhold,
)
from communaux.catalogue.services.relations import relate
from communaux.catalogue.services.searches import review_search
from communaux.catalogue.services.themes import set_themes, store_themes
from communaux.catalogue.services.words import accept_word, keep_effect, propose_word, refuse_word

__all__ = [
    "accept_word",
    "answer_duplicate",
    "answer_need",
    "ask_publication",
    "attach_identified",
    "close_import",
    "close_need",
    "describe",
    "discard",
    "express_need",
    "import_slice",
    "keep_effect",
    "match_need",
    "propose_pairs",
    "propose_word",
    "publish",
    "refuse_word",
    "register_source",
    "relate",
    "reopen_need",
    "restore",
    "review_search",
    "send_back",
    "set_themes",
    "show_evidence",
    "start_proposal",
    "store_index",
    "store_themes",
    "support_need",
    "take_over",
    "withdraw_support",
    "withhold",
]
