"""Writes of the area, each an `@action`."""

from __future__ import annotations

from communaux.gatherings.services.adapting import Step, Words, adapt, edit
from communaux.gatherings.services.attending import forget_stars, register, star, unregister
from communaux.gatherings.services.carrying import News, adopt, answer_link, stop_asking, tell_news
from communaux.gatherings.services.contributing import (
    Given,
    correct_contribution,
    declare_contribution,
    refuse_contribution,
    validate_contribution,
    withdraw_contribution,
)
from communaux.gatherings.services.linking import Target, collect_signs, link_roadmap, unlink_roadmap
from communaux.gatherings.services.loads import load_edition
from communaux.gatherings.services.pledging import (
    Begun,
    Promise,
    close_mentoring,
    end_pledge,
    log_mentoring,
    open_mentoring,
    pledge_time,
)
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
from communaux.gatherings.services.reminders import Round, ask_again, remind
from communaux.gatherings.services.reporting import Account, write_report
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
    "Account",
    "Begun",
    "Given",
    "News",
    "Promise",
    "Round",
    "Step",
    "Target",
    "Words",
    "accept_moves",
    "adapt",
    "add_card",
    "add_room",
    "add_session",
    "adopt",
    "answer_link",
    "ask_again",
    "change_card",
    "change_session",
    "close_mentoring",
    "collect_signs",
    "correct_contribution",
    "declare_contribution",
    "describe_group",
    "drop_room",
    "edit",
    "end_pledge",
    "finish_stage",
    "forget_stars",
    "import_programme",
    "link_need",
    "link_roadmap",
    "load_edition",
    "log_mentoring",
    "open_edition",
    "open_mentoring",
    "open_workshop",
    "pledge_time",
    "publish_programme",
    "publish_roadmap",
    "refuse_contribution",
    "register",
    "remind",
    "reopen_stage",
    "star",
    "stop_asking",
    "tell_news",
    "unlink_roadmap",
    "unregister",
    "validate_contribution",
    "withdraw_contribution",
    "write_problem",
    "write_report",
]
