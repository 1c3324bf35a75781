"""What was given: totals of bodies, one's own lines, what waits. No figure of a person.

A total holds what somebody else of the body confirmed.
What nobody told is None, never zero. Days, hours, euros and things are not turned into one another.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from communaux.core.canonical import plain
from communaux.core.errors import NotFound
from communaux.core.models import Organisation, Person
from communaux.gatherings.contributors import CREDIT
from communaux.gatherings.models import Contribution, Mentoring, Roadmap, Session, TimePledge

State, Visibility = Contribution.State, Contribution.Visibility
SHOWN = 20  # public lines under a road map
BESIDE = ("organisation", "commons", "roadmap", "session__edition")


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of one kind, frame and unit: their sum (None: none of them tells how much), how many, how many without quantity."""

    kind: str
    legal_frame: str
    unit: str
    quantity: Decimal | None
    lines: int
    untold: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a total: each unit with its sum, and lines that do not say how much."""

    code: str
    amounts: tuple[tuple[str, Decimal], ...]
    lines: int
    untold: int


@dataclass(frozen=True, slots=True)
class Total:
    """Of a body in a year."""

    organisation: Organisation
    year: int
    cells: tuple[Cell, ...]
    pledges: tuple[TimePledge, ...] = ()

    @property
    def whole(self) -> Share:
        return share("", self.cells)

    @property
    def by_frame(self) -> list[Share]:
        return shares(self.cells, "legal_frame", Contribution.Frame.values)

    @property
    def by_kind(self) -> list[Share]:
        return shares(self.cells, "kind", sorted({one.kind for one in self.cells}))


def share(code: str, cells: Iterable[Cell]) -> Share:
    held, sums = list(cells), dict[str, Decimal]()
    for one in held:
        if one.quantity is not None:
            sums[one.unit] = sums.get(one.unit, Decimal(0)) + one.quantity
    amounts = tuple((unit, sums[unit]) for unit in Contribution.Unit.values if unit in sums)
    return Share(code, amounts, sum(one.lines for one in held), sum(one.untold for one in held))


def shares(cells: Sequence[Cell], name: str, codes: Iterable[str]) -> list[Share]:
    parts = [(code, [one for one in cells if getattr(one, name) == code]) for code in codes]
    return [share(code, those) for code, those in parts if those]


def confirmed() -> QuerySet[Contribution]:
    """What counts for a body: confirmed by somebody else of it, and not private."""
    return Contribution.objects.filter(state=State.CONFIRMED).exclude(visibility=Visibility.PRIVATE)


def credit_of(session: Session) -> dict[str, int]:
    """How many confirmed contributions to a session there are, by role of CRediT; a kind without such a role is not told."""
    kinds = confirmed().filter(session=session).order_by("kind").values_list("kind").annotate(n=Count("pk"))
    found = Counter[str]()
    for kind, n in kinds:
        if kind in CREDIT:
            found[CREDIT[kind]] += n
    return dict(sorted(found.items()))


def years(today: date) -> list[int]:
    """Of which there is something to tell, the newest first: what was given, and the years in which a pledge holds."""
    given = {day.year for day in confirmed().dates("on_date", "year")}
    for first, ended in TimePledge.objects.values_list("year", "ended_on"):
        given |= set(range(first, min(ended.year if ended else today.year, today.year) + 1))
    return sorted(given, reverse=True)


def totals(year: int) -> list[Total]:
    """Of each body that gave or promised in that year, by name. Three questions."""
    pledges = defaultdict[UUID, list[TimePledge]](list)
    for one in pledges_in(year).order_by("scope", "year", "pk"):
        pledges[one.organisation_id].append(one)
    cells = cells_of(confirmed().filter(on_date__year=year))
    bodies = Organisation.objects.filter(pk__in={*cells, *pledges}).order_by("name", "pk")
    return [Total(one, year, tuple(cells.get(one.pk, ())), tuple(pledges.get(one.pk, ()))) for one in bodies]


def pledges_in(year: int) -> QuerySet[TimePledge]:
    """Those that hold in that year."""
    return TimePledge.objects.filter(Q(ended_on=None) | Q(ended_on__year__gte=year), year__lte=year)


def cells_of(rows: QuerySet[Contribution]) -> dict[UUID, list[Cell]]:
    """By body; one question."""
    found = defaultdict[UUID, list[Cell]](list)
    columns = ("organisation_id", "kind", "legal_frame", "unit")
    counted = rows.values(*columns).annotate(total=Sum("quantity"), lines=Count("pk"), told=Count("quantity"))
    for one in counted.order_by("legal_frame", "kind", "unit", "organisation_id"):
        row = Cell(one["kind"], one["legal_frame"], one["unit"], one["total"], one["lines"], one["lines"] - one["told"])
        found[one["organisation_id"]].append(row)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Given:
    """To one road map: totals of bodies over all years, and lines that their givers made public."""

    totals: list[Total]
    lines: list[Contribution]


def to_roadmap(roadmap: Roadmap) -> Given:
    """Three questions. A line of nobody's body is told as declared."""
    cells = cells_of(confirmed().filter(roadmap=roadmap))
    bodies = Organisation.objects.filter(pk__in=cells).order_by("name", "pk")
    alone = Q(state=State.DECLARED, organisation=None)
    public = Contribution.objects.filter(
        Q(state=State.CONFIRMED) | alone, roadmap=roadmap, visibility=Visibility.PUBLIC
    )
    lines = public.select_related("organisation").order_by("-on_date", "-pk")[:SHOWN]
    return Given([Total(one, 0, tuple(cells[one.pk])) for one in bodies], list(lines))


@dataclass(frozen=True, slots=True)
class OfBody:
    """What a body gave, the newest year first, promises and mentors."""

    totals: list[Total]
    pledges: list[TimePledge]
    mentorings: list[Mentoring]


def of_body(body: Organisation) -> OfBody:
    """Three questions."""
    by_year = defaultdict[int, list[Cell]](list)
    counted = confirmed().filter(organisation=body).values("on_date__year", "kind", "legal_frame", "unit")
    for one in counted.annotate(total=Sum("quantity"), lines=Count("pk"), told=Count("quantity")).order_by("kind"):
        row = Cell(one["kind"], one["legal_frame"], one["unit"], one["total"], one["lines"], one["lines"] - one["told"])
        by_year[one["on_date__year"]].append(row)
    return OfBody(
        [Total(body, year, tuple(cells)) for year, cells in sorted(by_year.items(), reverse=True)],
        list(body.pledges.filter(ended_on=None).order_by("scope")),
        list(mentorings().filter(mentor=body)[:SHOWN]),
    )


def mentorings() -> QuerySet[Mentoring]:
    """Those that go on first, then the last begun."""
    rows = Mentoring.objects.select_related("mentor", "commons", "mentored")
    return rows.order_by(F("ends_on").desc(nulls_first=True), "-starts_on", "pk")


def mentoring(pk: UUID) -> Mentoring:
    found = mentorings().filter(pk=pk).first()
    if found is None:
        raise NotFound("no_mentoring", _("This desk knows no such mentoring."))
    return found


def own(person: Person) -> QuerySet[Contribution]:
    """The last given first."""
    return Contribution.objects.filter(person=person).select_related(*BESIDE).order_by("-on_date", "-pk")


def one_of(person: Person, pk: UUID) -> Contribution | None:
    return own(person).filter(pk=pk).first()


def waiting(person: Person, day: date) -> QuerySet[Contribution]:
    """What others of this person's bodies declared for them, the oldest first."""
    bodies = person.memberships.on(day).values("organisation")
    rows = Contribution.objects.filter(state=State.WAITING, organisation__in=bodies).exclude(person=person)
    return rows.select_related(*BESIDE, "person").order_by("created_at", "pk")


def fingerprint(one: Contribution) -> str:
    """Of what was said: another one says that it was said otherwise."""
    names = ("kind", "credit", "unit", "on_date", "evidence_url", "legal_frame", "visibility")
    told: list[Any] = [getattr(one, name) for name in names]
    told += [one.organisation_id, one.commons_id, one.roadmap_id, one.session_id]
    quantity = None if one.quantity is None else f"{one.quantity:.2f}"
    return hashlib.sha256(json.dumps(plain([*told, quantity]), ensure_ascii=False).encode()).hexdigest()
