"""The journal: a chain nobody can change unseen, in the database and in its hashes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import databases
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from communaux.core import journal, keys
from communaux.core.errors import Unavailable
from communaux.core.models import Checkpoint, Entry, InstanceKey, Person, Weights

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(desk: Person, now: object) -> list[Entry]:
    """Five lines; the third holds a private part."""
    told = [journal.Line("test.write", ("thing", str(n)), {"n": n}, {"n": n + 1}, "why") for n in range(5)]
    told[2] = journal.Line("test.write", ("thing", "2"), private={"mail": "someone@demo.example"})
    return journal.append_many(desk, now, told)


def tamper(change: Callable[[], object]) -> None:
    """Do to the table what its triggers forbid, as somebody with the database file could."""
    with databases.erasable():
        change()


def signed_once(point: Checkpoint | None) -> journal.Verdict:
    assert point is not None
    return journal.Verdict(5, 1, "", (point.key.public,))


def test_each_line_follows_the_one_before(lines: list[Entry]) -> None:
    assert [line.seq for line in lines] == [1, 2, 3, 4, 5]
    assert [line.prev_hash for line in lines] == [journal.GENESIS, *(line.hash for line in lines[:-1])]


def test_what_is_read_back_holds(lines: list[Entry]) -> None:
    assert journal.verify() == journal.Verdict(5, 0)
    assert [journal.entry_hash(line) for line in Entry.objects.order_by("seq")] == [line.hash for line in lines]


def test_an_empty_journal_holds(db: None) -> None:
    assert journal.verify() == journal.Verdict(0, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("after", {"n": 99}),
        ("act", "test.other"),
        ("reason", "other"),
        ("subject_id", "9"),
        ("at", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_changed_line_is_found(lines: list[Entry], field: str, value: object) -> None:
    tamper(lambda: Entry.objects.filter(seq=2).update(**{field: value}))
    assert journal.verify() == journal.Verdict(1, 0, "line 2 was changed")


def test_a_changed_actor_is_found(lines: list[Entry], person: Callable[..., Person]) -> None:
    other = Person.objects.create(display_name="Other")
    tamper(lambda: Entry.objects.filter(seq=4).update(actor=other))
    assert journal.verify().fault == "line 4 was changed"


def test_a_missing_line_is_found(lines: list[Entry]) -> None:
    tamper(lambda: Entry.objects.filter(seq=3).delete())
    assert journal.verify() == journal.Verdict(2, 0, "line 3 is missing (next found: 4)")


def test_a_line_sealed_again_no_longer_fits_its_follower(lines: list[Entry]) -> None:
    forged = Entry.objects.get(seq=2)
    forged.after = {"n": 99}
    forged.hash = journal.entry_hash(forged)
    tamper(forged.save)
    assert journal.verify() == journal.Verdict(2, 0, "line 3 does not follow line 2")


def test_a_changed_private_part_is_found(lines: list[Entry]) -> None:
    tamper(lambda: Entry.objects.filter(seq=3).update(private={"mail": "other@demo.example"}))
    assert journal.verify().fault == "line 3: the private part was changed"


def test_erasing_a_private_part_is_allowed_and_leaves_the_journal_valid(lines: list[Entry]) -> None:
    assert lines[2].private["mail"] == "someone@demo.example"
    assert len(lines[2].private["salt"]) == 32
    Entry.objects.filter(seq=3).update(private=None)
    assert journal.verify() == journal.Verdict(5, 0)
    assert "someone@demo.example" not in str(list(Entry.objects.values()))


def test_no_private_word_stands_in_the_hashed_body(lines: list[Entry]) -> None:
    third = Entry.objects.get(seq=3)
    third.private = None
    assert journal.entry_hash(third) == lines[2].hash


@pytest.mark.parametrize("model", [Entry, Checkpoint, Weights])
def test_the_database_refuses_to_delete(lines: list[Entry], now: object, model: type) -> None:
    journal.checkpoint(now)
    Weights.objects.create(area="same", version=1, values={}, since=now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all().delete()
    assert model.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "x"},
        {"hash": "0" * 64},
        {"after": {}},
        {"seq": 99},
        {"private": {"a": "b"}},
        {"private_sha256": "1" * 64},
    ],
)
def test_the_database_refuses_to_update_a_line(lines: list[Entry], change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(seq=2).update(**change)
    assert journal.verify().holds


def test_the_database_refuses_to_update_checkpoints_and_weights(lines: list[Entry], now: object) -> None:
    journal.checkpoint(now)
    Weights.objects.create(area="same", version=1, values={"a": "1"}, since=now)
    for change in (lambda: Checkpoint.objects.update(hash="0" * 64), lambda: Weights.objects.update(values={})):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.skipif(not databases.is_postgres(), reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["core_entry", "core_checkpoint", "core_weights"])
def test_postgresql_refuses_to_truncate(lines: list[Entry], table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else it refuses for its waiting checks of foreign keys
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(f"TRUNCATE {table} CASCADE")
    transaction.set_rollback(True)


def test_a_checkpoint_signs_the_last_line_once(lines: list[Entry], now: object) -> None:
    point = journal.checkpoint(now)
    assert point is not None
    assert (point.seq, point.hash) == (5, lines[-1].hash)
    assert journal.checkpoint(now) is None
    assert journal.verify() == signed_once(point)


def test_there_is_nothing_to_sign_in_an_empty_journal(db: None, now: object) -> None:
    assert journal.checkpoint(now) is None


def test_a_rewritten_tail_is_found_by_its_checkpoint(lines: list[Entry], now: object) -> None:
    journal.checkpoint(now)
    forged = Entry.objects.get(seq=5)
    forged.after = {"n": 99}
    forged.hash = journal.entry_hash(forged)
    tamper(forged.save)
    assert journal.verify() == journal.Verdict(4, 0, "line 5 differs from its checkpoint")


def test_a_cut_tail_is_found_by_its_checkpoint(lines: list[Entry], now: object) -> None:
    journal.checkpoint(now)
    tamper(lambda: Entry.objects.filter(seq=5).delete())
    assert journal.verify() == journal.Verdict(4, 0, "checkpoint 5: the line it signs is gone")


@pytest.mark.parametrize("signature", ["00" * 64, "not hexadecimal", ""])
def test_a_bad_signature_is_found(lines: list[Entry], now: object, signature: str) -> None:
    journal.checkpoint(now)
    tamper(lambda: Checkpoint.objects.update(signature=signature))
    assert journal.verify().fault == "checkpoint 5: bad signature"


def test_a_revoked_key_signs_nothing_more(lines: list[Entry], now: datetime) -> None:
    journal.checkpoint(now)
    InstanceKey.objects.update(revoked_at=now)
    assert journal.verify().fault == "checkpoint 5: bad signature"


def test_what_a_key_signed_before_it_was_revoked_stays_signed(lines: list[Entry], now: datetime) -> None:
    point = journal.checkpoint(now)
    InstanceKey.objects.update(revoked_at=now + timedelta(seconds=1))
    assert journal.verify() == signed_once(point)
    tamper(lambda: Checkpoint.objects.update(made_at=now - timedelta(days=1)))
    assert journal.verify().fault == "checkpoint 5: bad signature", "the time is part of what is signed"


def test_a_chain_sealed_again_under_another_key_is_found_by_the_pinned_one(lines: list[Entry], now: datetime) -> None:
    """Everything the database holds is rewritten, its key included: only what stands outside tells."""
    journal.checkpoint(now)
    assert journal.verify(pinned=keys.kept()).holds
    tamper(forge)
    forged = InstanceKey.objects.get().public
    assert journal.verify().holds
    told = f"checkpoint 5 is signed with a key that is not pinned: {forged}"
    assert journal.verify(pinned=keys.kept()) == journal.Verdict(4, 0, told)
    assert journal.verify(pinned=[forged]).holds


def forge() -> None:
    own, prev = Ed25519PrivateKey.generate(), journal.GENESIS
    for entry in Entry.objects.order_by("seq"):
        entry.reason, entry.prev_hash = "forged", prev
        entry.hash = prev = journal.entry_hash(entry)
        entry.save()
    InstanceKey.objects.update(public=own.public_key().public_bytes_raw().hex())
    point = Checkpoint.objects.get()
    point.hash = prev
    point.signature = own.sign(journal._signed(point)).hex()
    point.save()


@pytest.mark.skipif(databases.is_postgres(), reason="PostgreSQL has no REPLACE")
@pytest.mark.parametrize("table", ["core_entry", "core_checkpoint", "core_weights"])
def test_sqlite_refuses_to_replace(lines: list[Entry], now: datetime, table: str) -> None:
    journal.checkpoint(now)
    Weights.objects.create(area="same", version=1, values={}, since=now)
    with connection.cursor() as cursor:
        columns = [row.name for row in connection.introspection.get_table_description(cursor, table)]
        shown = ", ".join(f'"{name}"' for name in columns)
        again = ", ".join("NULL" if name == "id" else f'"{name}"' for name in columns)  # Weights: same area and version
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(f"INSERT OR REPLACE INTO {table} ({shown}) SELECT {again} FROM {table} LIMIT 1")


def test_the_private_half_of_the_key_is_a_file_only_the_desk_reads(lines: list[Entry], now: object) -> None:
    point = journal.checkpoint(now)
    assert point is not None
    path = settings.VAR / "keys" / point.key.private_ref
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().hex() not in str(InstanceKey.objects.values())


def test_without_the_private_half_nothing_is_signed(lines: list[Entry], desk: Person, now: object) -> None:
    point = journal.checkpoint(now)
    assert point is not None
    (settings.VAR / "keys" / point.key.private_ref).unlink()
    journal.append(desk, now, journal.Line("test.write", ("thing", "6")))
    with pytest.raises(Unavailable):
        journal.checkpoint(now)


def test_a_transaction_that_fails_takes_its_lines_with_it(lines: list[Entry], desk: Person, now: object) -> None:
    with transaction.atomic():
        journal.append(desk, now, journal.Line("test.write", ("thing", "6")))
        transaction.set_rollback(True)
    assert journal.verify() == journal.Verdict(5, 0)


def test_changes_keep_only_what_differs() -> None:
    assert journal.changes({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}) == ({"b": 2, "c": 3}, {"b": 5, "d": 4})


def test_a_float_is_refused_before_it_is_written(lines: list[Entry], desk: Person, now: object) -> None:
    with pytest.raises(TypeError, match="float"):
        journal.append(desk, now, journal.Line("test.write", ("thing", "6"), after={"x": 0.5}))
    assert Entry.objects.count() == 5


def test_verify_tells_how_far_it_is(lines: list[Entry]) -> None:
    told: list[tuple[int, int]] = []
    journal.verify(lambda done, total: told.append((done, total)))
    assert told == [(5, 5)]
