"""Writes of the area, each an `@action`."""

from __future__ import annotations

from communaux.gatherings.services.adapting import Step, Words, adapt, edit
from communaux.gatherings.services.attending import forget_stars, register, star, unregister
from communaux.gatherings.services.calling import (
    add_criterion,
    add_question,
    drop_criterion,
    drop_phase,
    drop_question,
    drop_reviewer,
    name_reviewer,
    set_call,
    set_phase,
)
from communaux.gatherings.services.carrying import News, adopt, answer_link, stop_asking, tell_news
from communaux.gatherings.services.loads import load_edition
from communaux.gatherings.services.programmes import (
    accept_moves,
    add_room,
    add_session,
    change_session,
    drop_room,
    import_programme,
    open_edition,
    publish_programme,
)
from communaux.gatherings.services.proposing import (
    change_proposal,
    confirm_proposal,
    decide_proposal,
    forget_answers,
    hold_beside,
    propose,
    withdraw_proposal,
)
from communaux.gatherings.services.reminders import Round, ask_again, remind
from communaux.gatherings.services.reviewing import declare_conflict, write_review
from communaux.gatherings.services.workshops import (
    add_card,
    change_card,
    describe_group,
    finish_stage,
    link_need,
    open_workshop,
    publish_roadmap,
    reopen_stage,
    write_problem,
)

__all__ = [
    "News",
    "Round",
    "Step",
    "Words",
    "accept_moves",
    "adapt",
    "add_card",
    "add_criterion",
    "add_question",
    "add_room",
    "add_session",
    "adopt",
    "answer_link",
    "ask_again",
    "change_card",
    "change_proposal",
    "change_session",
    "confirm_proposal",
    "decide_proposal",
    "declare_conflict",
    "describe_group",
    "drop_criterion",
    "drop_phase",
    "drop_question",
    "drop_reviewer",
    "drop_room",
    "edit",
    "finish_stage",
    "forget_answers",
    "forget_stars",
    "hold_beside",
    "import_programme",
    "link_need",
    "load_edition",
    "name_reviewer",
    "open_edition",
    "open_workshop",
    "propose",
    "publish_programme",
    "publish_roadmap",
    "register",
    "remind",
    "reopen_stage",
    "set_call",
    "set_phase",
    "star",
    "stop_asking",
    "tell_news",
    "unregister",
    "withdraw_proposal",
    "write_problem",
    "write_review",
]
