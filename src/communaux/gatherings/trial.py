"""Contributions of a demonstration desk, to a road map that is made up too: two are confirmed, one waits for a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from communaux.core.models import Organisation, Person
from communaux.core.trial import TOWN
from communaux.gatherings import services
from communaux.gatherings.models import Contribution, Roadmap
from communaux.gatherings.queries.contributions import fingerprint
from communaux.gatherings.services import Given

ROADMAP: Final = "pret-de-materiel"
GIVEN: Final[Mapping[str, dict[str, Any]]] = {
    "animation": {"kind": "facilitation", "quantity": Decimal("1.5"), "unit": "day", "visibility": "public"},
    "mode-d-emploi": {"kind": "doc", "visibility": "org_total"},  # nobody says how much
    "essais": {"kind": "testing", "quantity": Decimal(3), "unit": "h", "visibility": "org_total"},
}
WAITS: Final = "essais"
DAYS_AGO: Final = 20


def key(name: str) -> UUID:
    """Always the same for the same one: a second start finds it."""
    return uuid5(NAMESPACE_URL, f"https://communaux.example/demonstration/contribution/{name}")


def bring(at: datetime) -> bool:
    """False when they were brought before, or when this desk has no people, body or road map for them."""
    if Contribution.objects.filter(pk=key(WAITS)).exists():
        return False
    mails = ("agente@demo.example", "collegue@demo.example")
    people = {one.mail: one for one in Person.objects.filter(mail__in=mails)}
    town, roadmap = Organisation.objects.filter(name=TOWN).first(), Roadmap.objects.filter(slug=ROADMAP, fictive=True)
    if town is None or len(people) < len(mails) or not roadmap.exists():
        return False
    with transaction.atomic():
        for name, told in GIVEN.items():
            day = (at - timedelta(DAYS_AGO)).date()
            given = Given(roadmap.get(), legal_frame="agent_on_duty", on_date=day, organisation=town, **told)
            made = services.declare_contribution(people[mails[0]], key=key(name), given=given, at=at)
            if name != WAITS:
                services.validate_contribution(people[mails[1]], made, base=fingerprint(made), at=at)
    return True
