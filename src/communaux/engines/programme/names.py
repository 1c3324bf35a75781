"""Names laid over a programme: of who agreed, or holds a public office. No version has them, so none has to lose them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from communaux.engines.programme.model import Programme, Role, Session

type Names = Mapping[tuple[UUID, str], str]  # guid of a session and key of a role → the name; "": it was taken back


def named(programme: Programme, names: Names) -> Programme:
    """The programme with these names; those of sessions and roles that it does not have are nobody's.

    >>> from datetime import date
    >>> from communaux.engines.programme.model import Edition
    >>> one = Session(UUID(int=1), "ABC001", "Atelier", 60, roles=(Role("", shown="une archiviste"), Role("7")))
    >>> whole = Programme(Edition("Essai", "essai", date(2027, 3, 4), date(2027, 3, 4), "Europe/Paris"), sessions=(one,))
    >>> [role.words for role in named(whole, {(one.guid, "une archiviste"): "Ada Exemple"}).sessions[0].roles]
    ['Ada Exemple (une archiviste)', '']
    """
    touched = {guid for guid, _key in names}
    if not touched & {one.guid for one in programme.sessions}:
        return programme
    return replace(
        programme, sessions=tuple(of(one, names) if one.guid in touched else one for one in programme.sessions)
    )


def of(session: Session, names: Names) -> Session:
    """One session with these names."""
    known = nameable(session.roles)
    return replace(
        session,
        roles=tuple(
            _laid(one, names.get((session.guid, one.key))) if one.key in known else one for one in session.roles
        ),
    )


def _laid(role: Role, name: str | None) -> Role:
    """A name that was taken back takes along the words beside it, which may say as much: the word of the kind stays."""
    if name is None:
        return role
    return replace(role, name=name) if name else replace(role, shown="", name="")


def nameable(roles: tuple[Role, ...]) -> set[str]:
    """Keys of the roles that can be told from the others of their session."""
    return {key for key, times in Counter(one.key for one in roles).items() if key and times == 1}
