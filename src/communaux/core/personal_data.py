"""What the desk holds of one person, for that person: read piece by piece, secrets and other people left out.

Every table that names the person is found by itself: of a row that only names it, the fields that its model makes public
(`JOURNAL`) and those that are for its author alone (`OWN`); of another person not even the number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db.models import Model, Q, QuerySet

from communaux.core import journal, sessions
from communaux.core.canonical import plain
from communaux.core.models import Entry, Person, Token

type Row = dict[str, Any]


def lines(person: Person) -> QuerySet[Entry]:
    """What the journal tells of this account or was done by it, newest first."""
    mine = Q(actor=person) | Q(subject_kind="person", subject_id=str(person.pk))
    return Entry.objects.filter(mine).order_by("-seq")


def written(person: Person, at: datetime) -> Iterator[str]:
    """One JSON object, a row at a time."""
    yield f'{{"made_at": {_json(at)}, "person": {_json(_profile(person))}'
    for name, rows in _sections(person, at):
        yield f",\n{_json(name)}: ["
        for number, row in enumerate(rows):
            yield f"{',' if number else ''}\n{_json(row)}"
        yield "]"
    yield "}\n"


def _json(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False)


def _profile(person: Person) -> Row:
    shown = ("id", "display_name", "mail", "lang", "created_at", "last_login")
    return {name: getattr(person, name) for name in shown} | {"has_password": person.has_usable_password()}


def _sections(person: Person, at: datetime) -> Iterator[tuple[str, Iterable[Row]]]:
    for name, read in OWN.items():
        yield name, read(person)
    yield "sessions", _opened(person, at)
    for model, columns in naming():
        yield model._meta.db_table, _rows(model, columns, person)


def _mails(person: Person) -> Iterator[Row]:
    for row in EmailAddress.objects.filter(user=person).order_by("email"):
        yield {"address": row.email, "verified": row.verified, "main": row.primary}


def _ways(person: Person) -> Iterator[Row]:
    for row in Authenticator.objects.filter(user=person).order_by("pk"):
        name = row.data.get("name", "")
        yield {"kind": row.type, "name": name, "added_at": row.created_at, "last_used_at": row.last_used_at}


def _identities(person: Person) -> Iterator[Row]:
    for row in SocialAccount.objects.filter(user=person).order_by("pk"):
        told = {"provider": row.provider, "number_there": row.uid, "siret": row.extra_data.get("siret", "")}
        yield told | {"linked_at": row.date_joined, "last_used_at": row.last_login}


def _tokens(person: Person) -> Iterator[Row]:
    """What each may do and until when; nothing of its secret."""
    shown = ("name", "scope", "created_at", "expires_at", "last_used_on", "revoked_at")
    yield from Token.objects.filter(person=person).order_by("created_at", "pk").values(*shown)


def _journal(person: Person) -> Iterator[Row]:
    """Its own lines; those others wrote about it say what, not who."""
    for entry in lines(person).iterator(chunk_size=500):
        told = {"seq": entry.seq, "at": entry.at, "act": entry.act, "by_me": entry.actor_id == person.pk}
        subject = {"kind": entry.subject_kind, "id": entry.subject_id}
        private = {key: value for key, value in (entry.private or {}).items() if key != "salt"}
        yield told | {"subject": subject, "private": private} | (_own_act(entry, person) if told["by_me"] else {})


def _own_act(entry: Entry, person: Person) -> Row:
    before, after = (_without_others(facts, person) for facts in (entry.before, entry.after))
    return {"before": before, "after": after, "reason": entry.reason}


OWN: dict[str, Callable[[Person], Iterable[Row]]] = {
    "mails": _mails,
    "ways_in": _ways,
    "identities": _identities,
    "tokens": _tokens,
    "journal": _journal,
}
READ_ABOVE = {"account_emailaddress", "mfa_authenticator", "usersessions_usersession", "core_token", "core_entry"} | {
    "socialaccount_socialaccount"
}


def _opened(person: Person, at: datetime) -> Iterator[Row]:
    for row in sessions.of(person, at):
        yield {"opened_at": row.created_at, "address": row.ip, "browser": row.user_agent}


def naming() -> Iterator[tuple[type[Model], list[str]]]:
    """Each other table with a column that names a person, and these columns."""
    found: dict[type[Model], list[str]] = {}
    for model in apps.get_models():
        named = [one.attname for one in model._meta.concrete_fields if one.related_model is Person]
        if named and model._meta.db_table not in READ_ABOVE:
            found[model] = sorted(named)
    for model in sorted(found, key=lambda one: one._meta.db_table):
        yield model, found[model]


def _rows(model: type[Model], columns: list[str], person: Person) -> Iterator[Row]:
    named = Q()
    for column in columns:
        named |= Q(**{column: person.pk})
    for row in model._default_manager.filter(named).order_by("pk").iterator(chunk_size=500):
        mine = [name for name in columns if getattr(row, name) == person.pk]
        words = {name: getattr(row, name) for name in getattr(model, "OWN", ())}
        yield {"id": row.pk, "i_am": mine} | _without_others(journal.facts(row), person) | words


def _without_others(facts: Row, person: Person) -> Row:
    """A public fact that numbers another person is left out."""
    return {key: value for key, value in facts.items() if key not in _columns() or value == str(person.pk)}


@cache
def _columns() -> frozenset[str]:
    return frozenset(name for _model, names in naming() for name in names)
