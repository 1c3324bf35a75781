"""Instants and the clock on the wall of an edition. Instants are kept in UTC: an hour that a clock shows twice is two of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from communaux.engines.programme.errors import ProgrammeError


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of the IANA list; raise ProgrammeError `unknown_zone`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ProgrammeError("unknown_zone", zone=name) from error


def local(day: date, at: time, where: ZoneInfo, fold: int = 0) -> datetime:
    """The instant when the clock shows `at` on `day`; of two, the first, or with `fold` 1 the second.

    Raise ProgrammeError `gap` where the clock jumps over it.

    >>> local(date(2023, 10, 29), time(9, 30), ZoneInfo("Europe/Paris")).isoformat()
    '2023-10-29T08:30:00+00:00'
    """
    wall = datetime.combine(day, at)
    refuse_gap(wall, where)
    return wall.replace(tzinfo=where, fold=fold).astimezone(UTC)


def refuse_gap(wall: datetime, where: ZoneInfo) -> None:
    shown = wall.replace(tzinfo=where).astimezone(UTC).astimezone(where).replace(tzinfo=None)
    if shown != wall:
        forward = int((shown - wall).total_seconds() // 60)
        raise ProgrammeError("gap", day=wall.date(), at=f"{wall:%H:%M}", zone=where.key, forward=forward)


def told(wall: datetime, where: ZoneInfo) -> datetime:
    """The instant that a text says, `2023-10-29T09:30:00+01:00` or without offset; raise ProgrammeError `gap`.

    An offset of another zone counts as it is written. One of this zone's own, on a wall time that the clock jumps over, is refused.
    """
    if wall.tzinfo is None:
        return local(wall.date(), wall.time(), where)
    bare = wall.replace(tzinfo=None)
    if wall.utcoffset() in {bare.replace(tzinfo=where, fold=fold).utcoffset() for fold in (0, 1)}:
        refuse_gap(bare, where)
    return wall.astimezone(UTC)


def midnight(day: date, where: ZoneInfo) -> datetime:
    """The instant when the day begins there, also where its first hour is jumped over."""
    return datetime.combine(day, time(), tzinfo=where).astimezone(UTC)


def day_of(moment: datetime, where: ZoneInfo) -> date:
    return moment.astimezone(where).date()


def hour(moment: datetime, where: ZoneInfo) -> str:
    """What the clock shows.

    >>> hour(datetime(2023, 10, 18, 7, 30, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    '09:30'
    """
    return f"{moment.astimezone(where):%H:%M}"


def clock(moment: datetime, where: ZoneInfo) -> str:
    """What the clock shows; with its offset when it shows the same twice that night.

    >>> clock(datetime(2023, 10, 29, 1, 30, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    '02:30 (UTC+01:00)'
    """
    there = moment.astimezone(where)
    twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return f"{there:%H:%M} ({there:UTC%:z})" if twice else f"{there:%H:%M}"


def iso(moment: datetime, where: ZoneInfo) -> str:
    """ISO 8601 with the offset of that place at that instant.

    >>> iso(datetime(2023, 10, 29, 8, 30, tzinfo=UTC), ZoneInfo("Europe/Paris"))
    '2023-10-29T09:30:00+01:00'
    """
    return moment.astimezone(where).isoformat(timespec="seconds")
