"""What people say of who is who, where the history is wrong: a program, a person, one person, two; or: do not count me.

An address is never kept here: only its key. The command line takes the address itself as key, a desk a keyed hash of it. Without
corrections everything is as it was, byte for byte: each can be taken back.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

type Key = Callable[[bytes], bytes]
LISTS: Final = ("bots", "people", "apart", "unnamed")


class BadCorrections(ValueError):
    """A file of corrections that says something else; the words name the key."""


def as_it_is(address: bytes) -> bytes:
    """The address as its own key."""
    return address


@dataclass(frozen=True, slots=True)
class Corrections:
    """Keys of addresses: programs, people taken for programs, people joined by mistake, people who asked not to be counted;
    and pairs of addresses of one person. `key` makes the key of an address that was folded by `identities.address`."""

    bots: frozenset[bytes] = frozenset()
    people: frozenset[bytes] = frozenset()
    apart: frozenset[bytes] = frozenset()
    unnamed: frozenset[bytes] = frozenset()
    same: tuple[tuple[bytes, bytes], ...] = ()
    key: Key = as_it_is

    def __bool__(self) -> bool:
        return bool(self.bots or self.people or self.apart or self.unnamed or self.same)


NONE: Final = Corrections()


def read_corrections(text: str, folded: Callable[[bytes], bytes]) -> Corrections:
    """Lists of addresses in TOML: `bots`, `people`, `apart`, `unnamed`, and `same`, pairs. Raise BadCorrections.

    >>> read_corrections('same = [["Ada@x.org", "ada@y.org"]]', bytes.lower).same
    ((b'ada@x.org', b'ada@y.org'),)
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCorrections(str(error)) from error
    if others := sorted(given.keys() - {*LISTS, "same"}):
        raise BadCorrections(f"{others[0]}: no such list; there are {', '.join((*LISTS, 'same'))}")
    bots, people, apart, unnamed = (frozenset(_addresses(given, name, folded)) for name in LISTS)
    pairs = [_addresses({"same": pair}, "same", folded) for pair in _list(given, "same")]
    if any(len(pair) != 2 for pair in pairs):
        raise BadCorrections('same: pairs of addresses are asked for, [["a@x.org", "b@y.org"]]')
    return Corrections(bots, people, apart, unnamed, tuple((one, other) for one, other in pairs))


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    found = given.get(name, [])
    if not isinstance(found, list):
        raise BadCorrections(f"{name}: a list is asked for")
    return found


def _addresses(given: Mapping[str, Any], name: str, folded: Callable[[bytes], bytes]) -> list[bytes]:
    found = _list(given, name)
    if not all(isinstance(one, str) and "@" in one for one in found):
        raise BadCorrections(f"{name}: addresses are asked for")
    return [folded(one.encode()) for one in found]
