"""Who may write in the area of territories. Reading needs no account."""

from __future__ import annotations

import rules
from django.utils import timezone

from communaux.core.models import Organisation, Person
from communaux.core.rules import acts, has_role, holds, is_member, is_operator
from communaux.territory.models import AmbassadorRequest, Place, Presence, Territory, TerritoryClosure

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


@rules.predicate
def speaks_for_it(person: Person | None, organisation: Organisation | None = None) -> bool:
    """A member of a body that is not closed."""
    return organisation is not None and organisation.active and is_member(person, organisation)


@rules.predicate
def declared_it(person: Person | None, place: Place | None = None) -> bool:
    """A member of the body that said it of itself; a line of a public list is mended in that list."""
    return place is not None and place.organisation is not None and is_member(person, place.organisation)


rules.add_perm("territory.load", is_operator)
rules.add_perm("territory.recount", is_operator)
rules.add_perm("territory.fill_coordinates", is_operator)
rules.add_perm("territory.import_places", is_operator)
rules.add_perm("territory.open_presence", is_operator | edits_everything | animates)
rules.add_perm("territory.write_to_ambassador", rules.always_allow)  # a visitor too, in the name of the desk
rules.add_perm("territory.declare_place", speaks_for_it)
rules.add_perm("territory.edit_place", declared_it)
rules.add_perm("territory.withdraw_place", declared_it)
rules.add_perm("territory.withhold_place", is_operator | edits_everything)
rules.add_perm("territory.restore_place", is_operator | edits_everything)
rules.add_perm("territory.answer_request", received_it)
rules.add_perm("territory.close_presence", is_operator | edits_everything | animates)
