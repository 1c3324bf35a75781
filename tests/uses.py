"""The people and bodies around one commons, and what they say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from factories import CommonsFactory
from slices import NOW

from communaux.catalogue import services
from communaux.catalogue.models import Commons, Reuse
from communaux.catalogue.reusing import Declared, Offer, Told
from communaux.core import services as core
from communaux.core.models import Organisation, Person
from communaux.gatherings.models import Axis, Card, Group, Problem, Roadmap, Stage

LONG_AGO = date(2020, 1, 1)
TEXT = "Cartes des travaux de voirie, lues par les habitants."
PASSWORD = "un mot de passe long"


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Everybody with a part: `people` by the name of the part, two bodies, one commons."""

    commons: Commons
    town: Organisation
    other: Organisation
    people: dict[str, Person]

    def __getitem__(self, part: str) -> Person:
        return self.people[part]

    def said(self, **more: Any) -> Declared:
        given = {"commons": self.commons, "organisation": self.town, "kind": "uses", "use_case": TEXT}
        return Declared(**given | {"since": date(2024, 3, 1)} | more)

    def declared(self, by: str = "member", at: datetime = NOW, **more: Any) -> Reuse:
        return services.declare_reuse(self[by], self.said(**more), at=at)

    def confirmed(self, at: datetime = NOW, **more: Any) -> Reuse:
        return services.confirm_reuse(self["second"], self.declared(at=at, **more), at=at)

    def offer(self, **more: Any) -> Offer:
        return Offer(**{"commons": self.commons, "organisation": self.town, "services": ("hosting",)} | more)

    def body(self, name: str, **more: Any) -> Organisation:
        """One more body, of which both members of the town are members too."""
        made = core.create_organisation(self["desk"], name=name, kind="association", at=NOW, **more)
        for part in ("member", "second"):
            core.add_member(self["desk"], made, person=self[part], starts_on=LONG_AGO, at=NOW)
        return made


def told(**more: Any) -> Told:
    given = {"context": "Une commune.", "again": "yes", "lang": "fr", "licence": "CC-BY-SA-4.0", "went_well": "Tout."}
    return Told(**given | more)


def cast(desk: Person) -> Cast:
    """A town with two members and a former one, another body with its own, an editor, a steward, an operator, a reader."""
    parts = ("member", "second", "former", "outsider", "editor", "steward", "operator", "reader")
    people = {"desk": desk}
    for part in parts:
        mail = f"{part}@demo.example"
        people[part] = core.create_person(desk, mail=mail, display_name=part, password=PASSWORD, at=NOW)
    town, other = (
        core.create_organisation(desk, name=name, kind="local_authority", at=NOW)
        for name in ("Commune de démonstration", "Commune d’exemple")
    )
    for part, body in (("member", town), ("second", town), ("former", town), ("outsider", other)):
        core.add_member(desk, body, person=people[part], starts_on=LONG_AGO, at=NOW)
    people["former"].memberships.update(ends_on=date(2020, 6, 1))
    commons = CommonsFactory(slug="umap", name="uMap")
    core.grant(desk, people["editor"], role="editor", object_type="instance", starts_on=LONG_AGO, at=NOW)
    core.grant(desk, people["operator"], role="operator", object_type="instance", starts_on=LONG_AGO, at=NOW)
    of = {"object_type": "commons", "object_id": str(commons.pk)}
    core.grant(desk, people["steward"], role="steward", starts_on=LONG_AGO, ends_on=date(2099, 1, 1), at=NOW, **of)
    return Cast(commons, town, other, people)


def without_boards() -> None:
    """The made-up workshop away: for tests that lay their own."""
    Roadmap.objects.update(group=None)
    for model in (Card, Problem, Stage, Group, Axis):
        model._default_manager.all().delete()
