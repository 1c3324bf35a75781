"""Writes of the area, each an `@action`."""

from __future__ import annotations

from communaux.gatherings.services.adapting import Step, Words, adapt, edit
from communaux.gatherings.services.carrying import News, adopt, answer_link, stop_asking, tell_news
from communaux.gatherings.services.loads import load_edition
from communaux.gatherings.services.reminders import Round, ask_again, remind

__all__ = [
    "News",
    "Round",
    "Step",
    "Words",
    "adapt",
    "adopt",
    "answer_link",
    "ask_again",
    "edit",
    "load_edition",
    "remind",
    "stop_asking",
    "tell_news",
]
