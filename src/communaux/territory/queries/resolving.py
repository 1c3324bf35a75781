"""From what somebody typed to a place: code, name, name with département, postal code. Never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Literal

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from communaux.engines.search.spelling import distance
from communaux.territory.models import PostalCode, Territory, TerritoryAlias, TerritoryClosure
from communaux.territory.models.territories import TerritoryQuerySet
from communaux.territory.names import name_and_inside, name_key

type How = Literal["code", "alias", "name", "postal", "none"]
MOST = 50  # candidates
LONGEST = 150
SHORTEST, LONG = 4, 8  # letters of a name in which a typing error is looked for, and in which two are
KINDS = Territory.Kind
# What the official name of an intercommunal body begins with
BODIES = {"cc": "communaute de communes", "ca": "communaute d agglomeration", "cu": "communaute urbaine"}
ARTICLES = ("", "du ", "de ", "de la ", "de l ", "des ", "d ")
QUARTER = re.compile(r"(?P<town>paris|lyon|marseille) (?P<n>\d{1,2}) ?(?:er|e|eme)?(?: arr\w*)?")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The one place that answers, or every place that may; `how` it was found, and under which other code or name."""

    how: How
    candidates: Sequence[Territory]
    aliases: Sequence[TerritoryAlias] = field(default=())

    @property
    def territory(self) -> Territory | None:
        return self.candidates[0] if len(self.candidates) == 1 else None


NOTHING = Resolution("none", ())


def resolve(text: str, *, kind: str = "", at: date | None = None) -> Resolution:
    """Whatever was typed; a number that is the INSEE code of one place and the postal code of others has all as candidates."""
    typed = text.replace("\x00", "").strip()[:LONGEST]
    if typed.isascii() and any(one.isdecimal() for one in typed) and " " not in typed:
        return _number(typed.upper(), kind, at)
    return by_name(typed, kind=kind, at=at)


def _number(typed: str, kind: str, at: date | None) -> Resolution:
    coded, served = by_code(typed, kind=kind, at=at), by_postal(typed, kind=kind, at=at)
    if not coded.candidates or {one.pk for one in coded.candidates} == {one.pk for one in served.candidates}:
        return served if served.candidates and not coded.candidates else coded
    if coded.how == "alias" and served.candidates:
        return Resolution("postal", _once([*served.candidates, *coded.candidates]), coded.aliases)
    return Resolution(coded.how, _once([*coded.candidates, *served.candidates]), coded.aliases)


def by_code(code: str, *, kind: str = "", at: date | None = None, alias: str = "") -> Resolution:
    """An official code, of today first; else an old or inner one (`alias` keeps those of one kind only)."""
    found = list(_of(kind, at).filter(code=code.upper()).order_by("kind")[:MOST]) if not alias else []
    if found:
        return Resolution("code", found)
    others = TerritoryAlias.objects.filter(code=code.upper(), **({"kind": alias} if alias else {}))
    return _led_by(others, kind, at)


def _led_by(others: QuerySet[TerritoryAlias], kind: str, at: date | None) -> Resolution:
    rows = list(others.filter(territory__in=_of(kind, at)).select_related("territory").order_by("kind", "pk")[:MOST])
    found = _once([one.territory for one in rows])
    return Resolution("alias", found, rows) if found else NOTHING


def by_postal(code: str, *, kind: str = "", at: date | None = None) -> Resolution:
    served = PostalCode.objects.filter(code=code).values("territory_id")
    found = list(_of(kind, at).filter(pk__in=served).order_by("name_key", "code")[:MOST])
    return Resolution("postal", found) if found else NOTHING


def by_name(name: str, *, kind: str = "", at: date | None = None) -> Resolution:
    """A name, alone or with its département in parentheses (code or name)."""
    bare, inside = name_and_inside(name)
    key = name_key(bare)
    if not key:
        return NOTHING
    found = list(_inside(_of(kind, at).filter(name_key=key), inside).order_by("kind", "code")[:MOST])
    if found:
        return Resolution("name", found)
    within = _inside(_of(kind, at), inside) if inside else _of(kind, at)
    others = TerritoryAlias.objects.filter(name_key__in=[key, *_quarters(key)], territory__in=within.values("pk"))
    led = _led_by(others, kind, at)
    return led if led.candidates else _bodies(within, key)


def _quarters(key: str) -> list[str]:
    """How the official codes name "paris 12" and "lyon 3e"."""
    told = QUARTER.fullmatch(key)
    return [f"{told['town']} {told['n']}{end} arrondissement" for end in ("er", "e")] if told else []


def _bodies(rows: QuerySet[Territory], key: str) -> Resolution:
    """Intercommunal bodies without the letters of their kind, which nobody says, or with the words these stand for."""
    wanted = [f"{kind} {article}{key}" for kind in BODIES for article in ARTICLES]
    wanted += [kind + key.removeprefix(words) for kind, words in BODIES.items() if key.startswith(words)]
    found = list(rows.filter(name_key__in=wanted).order_by("kind", "code")[:MOST])
    return Resolution("name", found) if found else NOTHING


def _inside(rows: TerritoryQuerySet, where: str) -> QuerySet[Territory]:
    if not where:
        return rows
    named = Territory.objects.filter(kind=KINDS.DEPARTEMENT, valid_to=None).filter(
        Q(code=where.upper()) | Q(name_key=name_key(where))
    )
    return rows.filter(
        Exists(TerritoryClosure.objects.filter(descendant=OuterRef("pk"), ancestor__in=named, depth__gt=0))
    )


def _of(kind: str, at: date | None) -> TerritoryQuerySet:
    rows = Territory.objects.on(at)
    return rows.filter(kind=kind) if kind else rows


def _once(rows: Iterable[Territory]) -> list[Territory]:
    return list({one.pk: one for one in rows}.values())


def held(kind: str, code: str) -> Territory | None:
    """The very row of a kind and a code, ended or not."""
    return Territory.objects.filter(kind=kind, code=code).first()


def nearest_codes(code: str, limit: int = 5) -> list[Territory]:
    """Places whose code begins most like an unknown one."""
    for length in range(min(len(code) - 1, LONGEST), 1, -1):
        if found := list(
            Territory.objects.on(None).filter(code__startswith=code[:length].upper()).order_by("code")[:limit]
        ):
            return found
    return []


def suggest(typed: str, *, kind: str = "", limit: int = 10) -> list[Territory]:
    """Places whose name begins so, or has a word that does, or whose INSEE or postal code begins so; the surest first."""
    text = typed.replace("\x00", "").strip()[:LONGEST]
    if text.isascii() and text[:1].isdecimal() and " " not in text:
        served = PostalCode.objects.filter(code__startswith=text).values("territory_id")
        rows = _of(kind, None).filter(Q(code__startswith=text.upper()) | Q(pk__in=served))
        exact = Q(code=text.upper())
    else:
        key = name_key(text)
        if not key:
            return []
        rows = _of(kind, None).filter(Q(name_key__startswith=key) | Q(name_key__contains=f" {key}"))
        exact = Q(name_key=key)
    begins = Q(name_key__startswith=name_key(text))
    near = Case(When(exact, then=Value(0)), When(begins, then=Value(1)), default=Value(2), output_field=IntegerField())
    wide = Case(When(kind__in=WIDE, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = rows.order_by(near, wide, F("population").desc(nulls_last=True), "name_key", "code")
    return list(ordered[:limit]) or (_misspelt(name_key(text), kind, limit) if not text[:1].isdecimal() else [])


def _misspelt(key: str, kind: str, limit: int) -> list[Territory]:
    """Places whose name is one typing error away, two in a long name; the first two letters are right."""
    if len(key) < SHORTEST:
        return []
    most = 1 if len(key) < LONG else 2
    first = key[: 5 if key.startswith(("st ", "ste ")) else 2]
    begins = (first, *(f"{body} {first}" for body in BODIES))
    alike = reduce(or_, (Q(name_key__startswith=one) for one in begins))
    far = {}
    for pk, name in _of(kind, None).filter(alike).values_list("pk", "name_key"):
        bare = name.partition(" ")[2] if name.split(" ")[0] in BODIES else name
        far[pk] = distance(key, bare, most)
    near = Territory.objects.filter(pk__in=[pk for pk, steps in far.items() if steps <= most])
    return sorted(near, key=lambda one: (far[one.pk], -(one.population or 0), one.name_key, one.code))[:limit]


WIDE = (KINDS.EU, KINDS.COUNTRY, KINDS.REGION, KINDS.DEPARTEMENT)
