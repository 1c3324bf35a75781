"""Writes of the area, each an `@action`."""

from __future__ import annotations

from communaux.gatherings.services.adapting import Step, Words, adapt, edit
from communaux.gatherings.services.carrying import News, adopt, answer_link, stop_asking, tell_news
from communaux.gatherings.services.loads import load_edition
from communaux.gatherings.services.reminders import Round, ask_again, remind
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
    "adapt",
    "add_card",
    "adopt",
    "answer_link",
    "ask_again",
    "change_card",
    "describe_group",
    "edit",
    "finish_stage",
    "link_need",
    "load_edition",
    "open_workshop",
    "publish_roadmap",
    "remind",
    "reopen_stage",
    "stop_asking",
    "tell_news",
    "write_problem",
]
