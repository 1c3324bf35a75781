"""The journal: every write of the desk, in order, each line bound to the one before by its hash.

`append` is called by `@action`; nothing else writes here. `verify` reads everything again and says where it breaks.

Triggers stop a mistake, and whoever may only write rows. Whoever may alter the tables can drop them and seal every line again:
that is found for all lines up to the last checkpoint, whose signature must be of a key that is pinned outside the database.
Nothing protects the lines after it; nor does anything here notice that all checkpoints are gone: keep a copy elsewhere.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from communaux.core import keys
from communaux.core.canonical import digest, plain
from communaux.core.models import Checkpoint, Entry, Person

GENESIS = "0" * 64
_LOCK = 0x436F6D6D  # any constant: it names the journal among PostgreSQL's advisory locks


@dataclass(frozen=True, slots=True)
class Line:
    """What one act has to say. `before` and `after` hold no personal data; `private` may, and can be erased."""

    act: str
    subject: tuple[str, str]
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    private: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Result of `verify`: how many lines hold, the public keys that signed them, and the first fault if there is one."""

    count: int
    checkpoints: int
    fault: str = ""
    keys: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.fault


def subject_of(thing: models.Model) -> tuple[str, str]:
    return thing._meta.model_name or "", str(thing.pk)


def facts(thing: models.Model | None) -> dict[str, Any]:
    """The fields that the model declares public (`JOURNAL`), in canonical form."""
    names = getattr(thing, "JOURNAL", ()) if thing is not None else ()
    return {name: plain(getattr(thing, name)) for name in names}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keep only what differs."""
    moved = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    return {k: before[k] for k in moved if k in before}, {k: after[k] for k in moved if k in after}


def append(actor: Person, at: datetime, line: Line) -> Entry:
    return append_many(actor, at, [line])[0]


@transaction.atomic
def append_many(actor: Person, at: datetime, lines: Iterable[Line]) -> list[Entry]:
    """Add lines at the end, in order; the transaction of the caller carries them or loses them with its own writes."""
    seq, prev = _tail()
    made: list[Entry] = []
    for line in lines:
        entry = _seal(actor, at, line, seq + 1, prev)
        made.append(entry)
        seq, prev = entry.seq, entry.hash
    Entry.objects.bulk_create(made, batch_size=500)
    return made


def _tail() -> tuple[int, str]:
    """Take the pen (one writer at a time until commit) and read the last line."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return head()


def head() -> tuple[int, str]:
    """Number and hash of the last line: what the desk has written so far.

    Each kept page asks: in plain SQL, a tenth of what Django takes to write the same question down.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM core_entry ORDER BY seq DESC LIMIT 1")
        return cursor.fetchone() or (0, GENESIS)


def _seal(actor: Person, at: datetime, line: Line, seq: int, prev: str) -> Entry:
    private = {"salt": secrets.token_hex(16), **plain(line.private)} if line.private else None
    entry = Entry(
        seq=seq,
        at=at,
        actor=actor,
        act=line.act,
        subject_kind=line.subject[0],
        subject_id=line.subject[1],
        before=plain(line.before),
        after=plain(line.after),
        reason=plain(line.reason),
        private=private,
        private_sha256=digest(private) if private else "",
        prev_hash=prev,
    )
    entry.hash = entry_hash(entry)
    return entry


def entry_hash(entry: Entry) -> str:
    """SHA-256 over the previous hash and the canonical body."""
    body = {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor_id,
        "act": entry.act,
        "subject": [entry.subject_kind, entry.subject_id],
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "private": entry.private_sha256,
    }
    return hashlib.sha256(bytes.fromhex(entry.prev_hash) + bytes.fromhex(digest(body))).hexdigest()


def verify(progress: Callable[[int, int], None] | None = None, *, pinned: Collection[str] | None = None) -> Verdict:
    """Read every line and every checkpoint again; stop at the first fault and name it.

    `pinned`: the public keys (hexadecimal) that may sign; None takes those that the database names, and proves nothing
    against whoever can write there.
    """
    signed = {point.seq: point for point in Checkpoint.objects.select_related("key")}
    total, seq, prev, by = Entry.objects.count(), 0, GENESIS, list[str]()
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=1000):
        point = signed.get(entry.seq)
        fault = _fault(entry, seq + 1, prev) or (_checkpoint_fault(point, entry, pinned) if point else "")
        if fault:
            return _verdict(seq, by, fault)
        seq, prev, by = entry.seq, entry.hash, by + ([point.key.public] if point else [])
        if progress and seq % 500 == 0:
            progress(seq, total)
    if missing := sorted(number for number in signed if number > seq):
        return _verdict(seq, by, f"checkpoint {missing[0]}: the line it signs is gone")
    if progress:
        progress(total, total)
    return _verdict(seq, by)


def _verdict(count: int, signed_by: list[str], fault: str = "") -> Verdict:
    return Verdict(count, len(signed_by), fault, tuple(dict.fromkeys(signed_by)))


def _fault(entry: Entry, seq: int, prev: str) -> str:
    if entry.seq != seq:
        return f"line {seq} is missing (next found: {entry.seq})"
    if entry.prev_hash != prev:
        return f"line {seq} does not follow line {seq - 1}"
    if entry.private is not None and digest(entry.private) != entry.private_sha256:
        return f"line {seq}: the private part was changed"
    return "" if entry_hash(entry) == entry.hash else f"line {seq} was changed"


def _checkpoint_fault(point: Checkpoint, entry: Entry, pinned: Collection[str] | None) -> str:
    if point.hash != entry.hash:
        return f"line {entry.seq} differs from its checkpoint"
    if pinned is not None and point.key.public not in pinned:
        return f"checkpoint {point.seq} is signed with a key that is not pinned: {point.key.public}"
    good = keys.valid(point.key, _signed(point), point.signature, made_at=point.made_at)
    return "" if good else f"checkpoint {point.seq}: bad signature"


def _signed(point: Checkpoint) -> bytes:
    return f"communaux journal {point.seq} {point.hash} {plain(point.made_at)}".encode()


@transaction.atomic
def checkpoint(at: datetime) -> Checkpoint | None:
    """Sign the last line; nothing to do when the journal is empty or its last line is signed already."""
    seq, tail = _tail()
    if not seq or Checkpoint.objects.filter(seq=seq).exists():
        return None
    key = keys.active(at)
    point = Checkpoint(seq=seq, hash=tail, made_at=at, key=key)
    point.signature = keys.sign(key, _signed(point))
    point.save(force_insert=True)
    return point
