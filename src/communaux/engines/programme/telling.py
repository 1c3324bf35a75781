"""The words of a programme, in French and in English; without Django, for the terminal as for files and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from uuid import UUID

from communaux.data import programme_words
from communaux.engines.programme.arrange import Move, Proposal
from communaux.engines.programme.clash import Clash
from communaux.engines.programme.conflicts import LEVELS, Conflict
from communaux.engines.programme.diff import Change, Entry
from communaux.engines.programme.errors import ProgrammeError
from communaux.engines.programme.model import Programme, Role, Slot, Thing
from communaux.engines.programme.times import clock, day_of


def word(kind: str, code: str, lang: str) -> str:
    return str(programme_words()[kind][code][lang])


def said(phrase: str, lang: str, /, **given: object) -> str:
    """A phrase of a report."""
    return word("report", phrase, lang).format(**given)


def refused(error: ProgrammeError, lang: str) -> str:
    """Why something given is no programme, and what to do."""
    what = {key: day(one, lang) if isinstance(one, date) else one for key, one in error.what.items()}
    return word("errors", error.code, lang).format(**what)


def day(one: date, lang: str) -> str:
    """In full, as people say it.

    >>> day(date(2023, 11, 7), "fr"), day(date(2023, 11, 1), "en")
    ('mardi 7 novembre 2023', 'Wednesday 1 November 2023')
    """
    names = programme_words()["calendar"]
    number = "1er" if lang == "fr" and one.day == 1 else str(one.day)
    return f"{names['weekdays'][lang][one.weekday()]} {number} {names['months'][lang][one.month - 1]} {one.year}"


def role(one: Role, lang: str) -> str:
    """What may be read of somebody: the text that was decided on, else the word of the role."""
    return one.words or str(programme_words()["roles"].get(one.kind, {}).get(lang, one.kind))


def person(one: Role, lang: str) -> str:
    """The same where a format has persons: of who gave their name, the name alone."""
    return one.name or role(one, lang)


def place(programme: Programme, slot: Slot | None, lang: str) -> str:
    """`Tuesday 7 November 2023, 09:30 – 11:00, Main hall`, in the time of the edition."""
    if slot is None:
        return said("nowhere", lang)
    zone = programme.edition.zone
    return said(
        "at",
        lang,
        day=day(day_of(slot.start, zone), lang),
        start=clock(slot.start, zone),
        end=clock(slot.end, zone),
        room=slot.room or said("no_room", lang),
    )


def conflict(programme: Programme, one: Conflict, lang: str) -> str:
    """One sentence, with the minutes."""
    phrase = one.kind
    if phrase == "accessibility_unmet" and one.level == "warning":
        sentence = word("conflicts", "accessibility_unknown", lang)
    else:
        sentence = word("conflicts", phrase, lang)
    by = word("needs", one.by, lang) if phrase == "accessibility_unmet" else one.by
    first, second = (thing(programme, each, lang) for each in (one.first, one.second))
    told = sentence.format(first=first, second=second, by=by, places=one.places)
    return f"{told} ({said('minutes', lang, n=one.minutes)})"


def thing(programme: Programme, one: Thing, lang: str) -> str:
    """A session by its title and code, somebody by what may be read of them, a state by its word."""
    kind, name = one
    match kind:
        case "session":
            return title(programme, UUID(name))
        case "role":
            held = (one for session in programme.sessions for one in session.roles if one.id == name)
            return f"{role(next(held, Role(name)), lang)} ({name})"
        case "state":
            return word("states", name, lang)
    return name


def title(programme: Programme, guid: UUID) -> str:
    session = programme.by_guid[guid]
    return f"{session.title} [{session.code}]"


def heading(programme: Programme, lang: str) -> Iterator[str]:
    edition, version = programme.edition, programme.version
    phrase = "title" if version else "title_draft"
    number = version.number if version else ""
    yield said(phrase, lang, title=edition.title, acronym=edition.acronym, version=number)
    yield said(
        "counted",
        lang,
        sessions=len(programme.sessions),
        placed=len(programme.slots),
        rooms=len(programme.rooms),
        zone=edition.timezone,
    )


def report(programme: Programme, found: list[Conflict], lang: str) -> Iterator[str]:
    """What `conflicts` found, errors first."""
    if not any(one.level == "error" for one in found):
        yield said("none", lang)
    for level in LEVELS:
        these = [one for one in found if one.level == level]
        if these:
            yield said(f"{level}s", lang, n=len(these))
            yield from (f"  {'✗' if level == 'error' else '!'} {conflict(programme, one, lang)}" for one in these)


def torn(programme: Programme, found: Clash, lang: str) -> Iterator[str]:
    """How many are torn, and between which sessions most."""
    share = f"{100 * found.relative:.1f}".replace(".", "," if lang == "fr" else ".")
    yield said("clash", lang, n=found.total, pairs=found.pairs, share=share)
    for one in found.worst:
        yield said("pair", lang, n=one.holders, first=title(programme, one.first), second=title(programme, one.second))


def proposal(programme: Programme, found: Proposal, lang: str) -> Iterator[str]:
    """What an arrangement would spare, then its moves."""
    for name in ("unplaced", "clash", "themes", "places"):
        before, after = getattr(found.before, name), getattr(found.after, name)
        yield said("before_after", lang, name=word("scores", name, lang), before=before, after=after)
    yield said("moves", lang, n=len(found.moves)) if found.moves else said("no_moves", lang)
    for one in found.moves:
        yield from move(programme, one, lang)
    for guid, why in found.unplaced:
        yield said("unplaced", lang, title=title(programme, guid), why=word("why", why, lang))


def move(programme: Programme, one: Move, lang: str) -> Iterator[str]:
    before, after = place(programme, one.before, lang), place(programme, one.after, lang)
    yield f"  {said('move', lang, title=title(programme, one.session), before=before, after=after)}"
    yield f"      {said('torn', lang, before=one.torn_before, after=one.torn_after)}"
    if one.along:
        yield f"      {said('along', lang, others=', '.join(title(programme, guid) for guid in one.along))}"


def _edited(one: Change, lang: str) -> list[str]:
    """Which parts of a session differ, each named once."""
    if one.before is None or one.after is None:
        return []
    before, after = one.before.session, one.after.session
    names = (field.name for field in fields(before) if field.name not in ("guid", "title"))
    states = ("cancelled" in (before.state, after.state)) and before.state != after.state
    differ = [name for name in names if getattr(before, name) != getattr(after, name)]
    return list(dict.fromkeys(word("fields", name, lang) for name in differ if not (name == "state" and states)))


def change(old: Programme, new: Programme, one: Change, lang: str) -> str:
    """`Title [CODE]: moved, edited (summary) — from … to …`."""
    entry = one.after or one.before
    assert isinstance(entry, Entry)
    told = {"before": one.before.session.title if one.before else "", "what": ", ".join(_edited(one, lang))}
    kinds = ", ".join(word("changes", kind, lang).format(**told) for kind in one.kinds)
    places = [
        place(programme, side.slot, lang)
        for programme, side in ((old, one.before), (new, one.after))
        if side is not None
    ]
    shown = " → ".join(dict.fromkeys(places))
    colon = "\u00a0:" if lang == "fr" else ":"
    return f"{entry.session.title} [{entry.session.code}]{colon} {kinds} — {shown}"
