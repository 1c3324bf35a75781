"""Who may write in the area of territories. Reading needs no account."""

from __future__ import annotations

import rules
from django.utils import timezone

from communaux.core.models import Person
from communaux.core.rules import acts, has_role, holds, is_operator
from communaux.territory.models import AmbassadorRequest, Presence, Territory, TerritoryClosure

edits_everything: rules.Predicate = holds("editor")


@rules.predicate
def animates(person: Person | None, target: Territory | Presence | None = None) -> bool:
    """Somebody named animator of this territory or of one that holds it; grants name it as kind:code."""
    if target is None or not acts(person):
        return False
    territory = target.territory_id if isinstance(target, Presence) else target.pk
    above = TerritoryClosure.objects.filter(descendant=territory).values_list("ancestor__kind", "ancestor__code")
    ids = [f"{kind}:{code}" for kind, code in above]
    return has_role(person, "animator", "territory", ids, timezone.localdate())


@rules.predicate
def received_it(person: Person | None, request: AmbassadorRequest | None = None) -> bool:
    """The ambassador to whom somebody wrote, also once they stopped."""
    return request is not None and acts(person) and request.ambassador.person_id == person.pk


rules.add_perm("territory.load", is_operator)
rules.add_perm("territory.recount", is_operator)
rules.add_perm("territory.fill_coordinates", is_operator)
rules.add_perm("territory.import_places", is_operator)
rules.add_perm("territory.open_presence", is_operator | edits_everything | animates)
rules.add_perm("territory.write_to_ambassador", rules.always_allow)  # a visitor too, in the name of the desk
rules.add_perm("territory.answer_request", received_it)
rules.add_perm("territory.close_presence", is_operator | edits_everything | animates)
