"""Writes of the catalogue. Each is an `@action`: a rule allows it, the journal keeps it."""

from communaux.catalogue.services.adopting import adopt_publiccode
from communaux.catalogue.services.ambassadors import become_ambassador, change_ambassador, stop_ambassador
from communaux.catalogue.services.attach import attach_identified
from communaux.catalogue.services.claims import accept_claim, claim, refuse_claim
from communaux.catalogue.services.describing import describe, show_evidence, take_over
from communaux.catalogue.services.ends import confirm_end, end_commons, reopen_commons, take_back_end
from communaux.catalogue.services.experiences import edit_experience, withdraw_experience, write_experience
from communaux.catalogue.services.health import record_health
from communaux.catalogue.services.imports import close_import, import_slice, register_source
from communaux.catalogue.services.index import store_index
from communaux.catalogue.services.judging import judge_pair, propose_pair, reopen_pair
from communaux.catalogue.services.merging import merge, undo_merge
from communaux.catalogue.services.needs import (
    answer_need,
    close_need,
    correct_need,
    express_need,
    import_needs,
    match_need,
    reopen_need,
    support_need,
    withdraw_support,
)
from communaux.catalogue.services.notes import (
    conclude_note,
    create_note,
    freeze_note,
    publish_note,
    revise_note,
    write_note,
)
from communaux.catalogue.services.pairs import propose_pairs
from communaux.catalogue.services.pools import (
    carry_pool,
    join_pool,
    leave_pool,
    pool_needs,
    put_down_pool,
    settle_pools,
)
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
from communaux.catalogue.services.providers import confirm_provider, declare_provider, end_provider
from communaux.catalogue.services.relations import relate
from communaux.catalogue.services.reuses import (
    confirm_reuse,
    declare_reuse,
    end_reuse,
    mark_stale_reuses,
    renew_reuse,
)
from communaux.catalogue.services.searches import review_search
from communaux.catalogue.services.seats import place_uses, seat_body
from communaux.catalogue.services.themes import set_themes, store_themes
from communaux.catalogue.services.words import accept_word, keep_effect, propose_word, refuse_word

__all__ = [
    "accept_claim",
    "accept_word",
    "adopt_publiccode",
    "answer_duplicate",
    "answer_need",
    "ask_publication",
    "attach_identified",
    "become_ambassador",
    "carry_pool",
    "change_ambassador",
    "claim",
    "close_import",
    "close_need",
    "conclude_note",
    "confirm_end",
    "confirm_provider",
    "confirm_reuse",
    "correct_need",
    "create_note",
    "declare_provider",
    "declare_reuse",
    "describe",
    "discard",
    "edit_experience",
    "end_commons",
    "end_provider",
    "end_reuse",
    "express_need",
    "freeze_note",
    "import_needs",
    "import_slice",
    "join_pool",
    "judge_pair",
    "keep_effect",
    "leave_pool",
    "mark_stale_reuses",
    "match_need",
    "merge",
    "place_uses",
    "pool_needs",
    "propose_pair",
    "propose_pairs",
    "propose_word",
    "publish",
    "publish_note",
    "put_down_pool",
    "record_health",
    "refuse_claim",
    "refuse_word",
    "register_source",
    "relate",
    "renew_reuse",
    "reopen_commons",
    "reopen_need",
    "reopen_pair",
    "restore",
    "review_search",
    "revise_note",
    "seat_body",
    "send_back",
    "set_themes",
    "settle_pools",
    "show_evidence",
    "start_proposal",
    "stop_ambassador",
    "store_index",
    "store_themes",
    "support_need",
    "take_back_end",
    "take_over",
    "undo_merge",
    "withdraw_experience",
    "withdraw_support",
    "withhold",
    "write_experience",
    "write_note",
]
