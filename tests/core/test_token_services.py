"""Personal tokens: made once, found by their secret alone, refused once over, told to nobody but their holder."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import rules
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import NOW

from communaux.core import accounts, personal_data, tokens
from communaux.core.errors import BadRequest, Conflict, NotAllowed
from communaux.core.ids import uuid7
from communaux.core.models import Entry, Person, Token

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def lise(person: Callable[..., Person]) -> Person:
    return person("lise@demo.example")


def made(by: Person, **more: object) -> tokens.Made:
    given = {"key": uuid7(), "name": "Poste de Lise", "scope": "write", "days": 30, "at": NOW} | more
    return tokens.make(by, by, **given)


def test_a_secret_finds_its_token_and_stands_nowhere(lise: Person) -> None:
    token, secret = made(lise)
    assert secret.startswith("cmx_")
    assert len(secret) == 47
    assert tokens.find(secret, NOW) == token
    assert (token.expires_at, token.sha256) == (NOW + 30 * DAY, tokens.hashed(secret))
    held = json.dumps([*Token.objects.values(), *Entry.objects.values()], default=str)
    assert secret not in held
    assert secret[4:] not in held


@pytest.mark.parametrize("wrong", ["", "cmx_", "cmx_inconnu", "é" * 60, "cmx_" + "x" * 1000, "cmx_\ud800", "cmx_\x00"])
def test_what_is_no_secret_finds_nothing(lise: Person, wrong: str) -> None:
    made(lise)
    assert tokens.find(wrong, NOW) is None


def test_expired_revoked_or_of_a_closed_account_it_opens_nothing(lise: Person) -> None:
    expired, revoked, closed = (made(lise) for _ in range(3))
    assert tokens.find(expired.secret, NOW + 30 * DAY - timedelta(seconds=1)) is not None
    assert tokens.find(expired.secret, NOW + 30 * DAY) is None
    tokens.revoke(lise, revoked.token, at=NOW)
    assert tokens.find(revoked.secret, NOW) is None
    with pytest.raises(Conflict):
        tokens.revoke(lise, revoked.token, at=NOW)
    Person.objects.filter(pk=lise.pk).update(is_active=False)
    assert tokens.find(closed.secret, NOW) is None


def test_a_trial_account_opens_on_a_demonstration_desk_only(person: Callable[..., Person], settings: object) -> None:
    trial = person(settings.DEMO_LOGINS[0][0])
    secret = made(trial).secret
    settings.DEMO = False
    assert tokens.find(secret, NOW) is None
    settings.DEMO = True
    assert tokens.find(secret, NOW) is not None


def test_its_day_of_use_is_written_once_a_day(lise: Person) -> None:
    secret = made(lise).secret
    writes = []
    for at in (NOW, NOW + timedelta(hours=1), NOW + DAY):
        with CaptureQueriesContext(connection) as asked:
            tokens.find(secret, at)
        writes.append(sum(one["sql"].startswith("UPDATE") for one in asked))
    assert writes == [1, 0, 1]
    assert Token.objects.get().last_used_on == timezone.localdate(NOW + DAY)


def test_the_same_form_makes_one(lise: Person) -> None:
    key = UUID("018f0000-0000-7000-8000-000000000001")
    made(lise, key=key)
    with pytest.raises(Conflict) as told:
        made(lise, key=key)
    assert (told.value.code, Token.objects.count()) == ("token_made", 1)


def test_twenty_at_most_are_in_force(lise: Person) -> None:
    first, *_others = [made(lise) for _ in range(tokens.MOST)]
    with pytest.raises(Conflict) as told:
        made(lise)
    assert told.value.code == "too_many_tokens"
    tokens.revoke(lise, first.token, at=NOW)
    made(lise)
    made(lise, at=NOW + 31 * DAY)
    assert tokens.live(lise, NOW + 31 * DAY).count() == 1


@pytest.mark.parametrize("wrong", [{"days": 31}, {"scope": "all"}, {"name": " "}])
def test_only_what_is_offered_is_made(lise: Person, wrong: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        made(lise, **wrong)
    assert Token.objects.count() == 0


def test_only_its_holder_makes_and_revokes(person: Callable[..., Person], lise: Person, desk: Person) -> None:
    token = made(lise).token
    operator = person("odile@demo.example", operator=True)
    people = {"lise": lise, "operator": operator, "desk": desk, "nobody": None}
    assert {who: rules.has_perm("core.revoke_token", one, token) for who, one in people.items()} == {
        "lise": True,
        "operator": False,
        "desk": False,
        "nobody": False,
    }
    with pytest.raises(NotAllowed):
        tokens.revoke(operator, token, at=NOW)
    with pytest.raises(NotAllowed):
        tokens.make(operator, lise, key=uuid7(), name="x", scope="read", days=30, at=NOW)


def test_the_journal_says_that_and_its_holder_reads_which(lise: Person) -> None:
    token = made(lise).token
    tokens.revoke(lise, token, at=NOW)
    lines = list(Entry.objects.filter(act__contains="token").order_by("seq"))
    assert [(one.act, one.actor, one.subject_kind, one.before, one.after) for one in lines] == [
        (act, lise, "person", {}, {}) for act in ("core.make_token", "core.revoke_token")
    ]
    assert [(one.private["what"], one.private["name"]) for one in lines] == [
        ("token_made", "Poste de Lise"),
        ("token_revoked", "Poste de Lise"),
    ]


def test_the_export_lists_them_without_hash_and_erasure_deletes_them(lise: Person) -> None:
    token = made(lise).token
    told = json.loads("".join(personal_data.written(lise, NOW)))
    assert [(one["name"], one["scope"], one["last_used_on"]) for one in told["tokens"]] == [
        ("Poste de Lise", "write", None)
    ]
    assert token.sha256 not in json.dumps(told)
    assert "core_token" not in told
    accounts.erase_person(lise, lise, at=NOW)
    assert Token.objects.count() == 0
    assert "Poste de Lise" not in json.dumps(list(Entry.objects.values()), default=str)


def test_no_log_names_a_secret() -> None:
    """Nothing of the code that sees one writes to a log."""
    package = Path(settings.PACKAGE)
    for path in ("core/tokens.py", "api/auth.py", "web/accounts/tokens.py"):
        assert "logging" not in (package / path).read_text("utf-8")
