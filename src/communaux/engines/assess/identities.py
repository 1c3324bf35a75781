"""Who is who: the people of a history under several policies, and which of them are programs.

A policy gives each person as written a number of the one they are. `as_committed` only folds the address to lower case, `mailmap`
follows the file of that name, `default` (the headline) adds the rules of forges for addresses, `wide` also joins equal full names.
Each step can only join what the step before kept apart. Bots are set apart from people, never dropped without a count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from communaux.data import assess_table
from communaux.engines.assess.bots import is_bot
from communaux.engines.assess.corrections import NONE, Corrections
from communaux.engines.assess.model import Small

type Person = tuple[bytes, bytes]
POLICIES: Final = ("as_committed", "mailmap", "default", "wide")
HEADLINE: Final = "default"
COMMON: Final = frozenset(assess_table("people_and_files")["common_names"])
NOREPLY = re.compile(r"(?:\d+\+)?([^@]+)@((?:users\.)?noreply\.[a-z0-9.-]+)")
TAGGED = re.compile(r"^([^+@]+)\+[^@]*@")


@dataclass(frozen=True, slots=True)
class Identities:
    """For each policy int32[p]: the number of the person behind each name and address as written; bool[p]: is it a program,
    did that person ask not to be counted."""

    canonical: Mapping[str, Small]
    bots: NDArray[np.bool_]
    unnamed: NDArray[np.bool_]

    @property
    def nobody(self) -> NDArray[np.bool_]:
        """To whom no figure of people is credited."""
        return self.bots | self.unnamed

    def people(self, policy: str = HEADLINE, *, bots: bool = False) -> int:
        """How many are named in the history: persons, or persons and programs."""
        return len(np.unique(self.canonical[policy][self.credited(bots=bots)]))

    def credited(self, *, bots: bool) -> NDArray[np.bool_]:
        """Who counts, with or without programs; whoever asked not to be counted never does."""
        return ~self.unnamed if bots else ~self.nobody

    def programs(self) -> int:
        return len(np.unique(self.canonical[HEADLINE][self.bots]))


@dataclass(frozen=True, slots=True)
class Mailmap:
    """Lines of `.mailmap`: by address alone, or by name and address, which wins; the last line wins over those before."""

    by_mail: Mapping[bytes, tuple[bytes, bytes]] = field(default_factory=dict)
    by_both: Mapping[tuple[bytes, bytes], tuple[bytes, bytes]] = field(default_factory=dict)

    def proper(self, person: Person) -> Person:
        """The name and the address that the file gives this person, its own where it gives none."""
        name, mail = person
        key = lowered(mail)
        new_name, new_mail = self.by_both.get((lowered(name), key)) or self.by_mail.get(key, (b"", b""))
        return new_name or name, new_mail or mail


def lowered(text: bytes) -> bytes:
    """ASCII letters in lower case, as git compares: other bytes stay."""
    return text.lower()


def read_mailmap(text: bytes) -> Mailmap:
    """The four forms of a line (gitmailmap(5)); what is none of them is passed over, as git does.

    >>> read_mailmap(b"Ada <ada@x.org> <a@old>").proper((b"A", b"A@OLD"))
    (b'Ada', b'ada@x.org')
    """
    by_mail: dict[bytes, tuple[bytes, bytes]] = {}
    by_both: dict[tuple[bytes, bytes], tuple[bytes, bytes]] = {}
    for line in text.splitlines():
        if not line.startswith(b"#") and (proper := _person(line)) and proper[1]:
            old = _person(proper[2]) or (b"", b"", b"")
            _learn(by_mail, by_both, proper[:2], old[:2])
    return Mailmap(by_mail, by_both)


def _person(text: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Name, address, and what stands behind; None where no address is closed. As git cuts it, in one pass."""
    name, _opened, after = text.partition(b"<")
    mail, closed, rest = after.partition(b">")
    return (name.strip(), mail, rest) if closed else None


def _learn(by_mail: dict[bytes, Person], by_both: dict[Person, Person], proper: Person, old: Person) -> None:
    """A line adds to what is known of an address: a name here, an address there (git keeps both)."""
    (name, mail), (old_name, old_mail) = proper, old
    if old_name:
        by_both[lowered(old_name), lowered(old_mail)] = proper
    elif old_mail:
        known = by_mail.get(lowered(old_mail), (b"", b""))
        by_mail[lowered(old_mail)] = (name or known[0], mail)
    elif name:
        known = by_mail.get(lowered(mail), (b"", b""))
        by_mail[lowered(mail)] = (name, known[1])


def identify(people: Sequence[Person], mailmap: bytes = b"", corrections: Corrections = NONE) -> Identities:
    """Who is who under each policy; `mailmap` is the text of that file in the assessed commit."""
    known = read_mailmap(mailmap)
    said = [corrections.key(address(mail)) for _name, mail in people] if corrections else []
    as_joined = [corrections.key(address(known.proper(person)[1])) for person in people] if corrections else []
    apart = (
        key in corrections.apart or joined in corrections.apart for key, joined in zip(said, as_joined, strict=True)
    )
    alone = list(apart) or [False] * len(people)
    proper = [person if one else known.proper(person) for person, one in zip(people, alone, strict=True)]
    keys = {
        "as_committed": [lowered(mail) for _name, mail in people],
        "mailmap": [lowered(mail) for _name, mail in proper],
        "default": [address(mail) for _name, mail in proper],
    }
    numbers = {policy: _numbered(of) for policy, of in keys.items()}
    if corrections.same:
        numbers["default"] = _joined(numbers["default"], _pairs(said, corrections))
    names = ["" if one else full_name(name) for (name, _mail), one in zip(proper, alone, strict=True)]
    numbers["wide"] = _joined(numbers["default"], names)
    bots = [is_bot(*person) or is_bot(*as_proper) for person, as_proper in zip(people, proper, strict=True)]
    programs = _spread(numbers["default"], np.array(bots, bool) | _among(said, corrections.bots, len(people)))
    persons = _spread(numbers["default"], _among(said, corrections.people, len(people)))
    unnamed = _spread(numbers["default"], _among(said, corrections.unnamed, len(people)))
    return Identities(numbers, programs & ~persons, unnamed)


def _among(said: Sequence[bytes], keys: Set[bytes], n: int) -> NDArray[np.bool_]:
    return np.array([key in keys for key in said] or [False] * n, bool)


def _pairs(said: Sequence[bytes], corrections: Corrections) -> list[str]:
    """One name for all whose addresses were said to be of one person, along chains; empty for the others."""
    chief = {key: key for pair in corrections.same for key in pair}
    for pair in corrections.same:
        one, other = sorted((chief[pair[0]], chief[pair[1]]))
        chief = {key: one if of == other else of for key, of in chief.items()}
    return [chief.get(key, b"").decode("utf-8", "surrogateescape") for key in said]


def _numbered(keys: Iterable[object]) -> Small:
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys], np.int32)


def _spread(numbers: Small, bots: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A program under one of its spellings is one under all."""
    return np.isin(numbers, numbers[bots])


def address(mail: bytes) -> bytes:
    """An address without what changes nothing of whose it is: case, `+tag`, the number that a forge puts before a login.

    >>> address(b"12345+Ada@users.noreply.github.com"), address(b"Ada+git@X.org")
    (b'ada@users.noreply.github.com', b'ada@x.org')
    """
    text = lowered(mail).decode("utf-8", "surrogateescape").strip()
    noreply = NOREPLY.fullmatch(text)
    text = f"{noreply[1]}@{noreply[2]}" if noreply else TAGGED.sub(r"\1@", text)
    return text.encode("utf-8", "surrogateescape")


def full_name(name: bytes) -> str:
    """A name fit to join two addresses: two words at least, folded, no role and none that many bear; else empty.

    >>> full_name("Zoë  DURAND".encode()), full_name(b"Zoe"), full_name(b"John Doe")
    ('zoe durand', '', '')
    """
    text = unicodedata.normalize("NFKD", name.decode("utf-8", "replace")).casefold()
    words = "".join(letter for letter in text if not unicodedata.combining(letter)).split()
    folded = " ".join(words)
    return folded if len(words) >= 2 and folded not in COMMON and "\ufffd" not in folded else ""


def _joined(numbers: Small, names: Sequence[str]) -> Small:
    """Numbers that share a full name become one; that holds along chains (union–find by the smallest)."""
    chief = list(range(int(numbers.max(initial=-1)) + 1))

    def of(number: int) -> int:
        while chief[number] != number:
            chief[number] = number = chief[chief[number]]
        return number

    first: dict[str, int] = {}
    for number, name in zip(numbers.tolist(), names, strict=True):
        if name:
            one, other = sorted((of(first.setdefault(name, number)), of(number)))
            chief[other] = one
    return np.array([of(number) for number in numbers.tolist()], np.int32)
