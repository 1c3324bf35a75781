"""Writes of the area, each an `@action`."""

from __future__ import annotations

from communaux.gatherings.services.adapting import Step, Words, adapt, edit
from communaux.gatherings.services.attending import forget_stars, register, star, unregister
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
from communaux.gatherings.services.reminders import Round, ask_again, remind

__all__ = [
    "News",
    "Round",
    "Step",
    "Words",
    "accept_moves",
    "adapt",
    "add_room",
    "add_session",
    "adopt",
    "answer_link",
    "ask_again",
    "change_session",
    "drop_room",
    "edit",
    "forget_stars",
    "import_programme",
    "load_edition",
    "open_edition",
    "publish_programme",
    "register",
    "remind",
    "star",
    "stop_asking",
    "tell_news",
    "unregister",
]
