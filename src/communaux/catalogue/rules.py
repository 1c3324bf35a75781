"""Who may do what in the catalogue. Reading never needs an account."""

from __future__ import annotations

import rules
from django.db.models import Q
from django.utils import timezone

from communaux.catalogue.models import Commons, MatchProposal, Merge
from communaux.core.models import Grant, Person
from communaux.core.rules import acts, has_role, holds, is_operator, is_signed_in

edits_everything: rules.Predicate = holds("editor")


@rules.predicate
def is_editor(person: Person | None, commons: Commons | None = None) -> bool:
    """An editor of the whole desk, or of one of the themes of this commons."""
    if edits_everything(person):
        return True
    themes = [theme.key for theme in commons.themes.all()] if commons else []
    return acts(person) and bool(themes) and has_role(person, "editor", "theme", themes, timezone.localdate())


@rules.predicate
def is_steward(person: Person | None, commons: Commons | None = None) -> bool:
    """Somebody confirmed to speak for this commons."""
    return (
        commons is not None
        and acts(person)
        and has_role(person, "steward", "commons", str(commons.pk), timezone.localdate())
    )


@rules.predicate
def edits_pair(person: Person | None, pair: MatchProposal | None = None) -> bool:
    """An editor of both, as they now stand."""
    two = [one.merged_into or one for one in (pair.a, pair.b)] if pair else [None]
    return all(is_editor(person, one) for one in two)


@rules.predicate
def edits_merged(person: Person | None, merge: Merge | None = None) -> bool:
    """An editor of what two became."""
    return is_editor(person, merge and (merge.kept.merged_into or merge.kept))


@rules.predicate
def edits_something(person: Person | None) -> bool:
    """An editor of the desk or of any theme."""
    if not acts(person):
        return False
    today = timezone.localdate()
    held = Grant.objects.on(today).filter(role="editor", object_type__in=("instance", "theme"))
    bodies = person.memberships.on(today).values("organisation")
    return held.filter(Q(person=person) | Q(organisation__in=bodies)).exists()


rules.add_perm("catalogue.register_source", is_operator)
rules.add_perm("catalogue.import", is_operator)
rules.add_perm("catalogue.close_import", is_operator)
rules.add_perm("catalogue.relate", is_operator)
rules.add_perm("catalogue.propose_pairs", is_operator)
rules.add_perm("catalogue.store_index", is_operator)
rules.add_perm("catalogue.set_themes", is_operator)
rules.add_perm("catalogue.store_themes", is_operator)
rules.add_perm("catalogue.edit_desk", edits_something)
rules.add_perm("catalogue.propose_pair", is_signed_in)
rules.add_perm("catalogue.judge_pair", edits_pair)
rules.add_perm("catalogue.reopen_pair", edits_pair)
rules.add_perm("catalogue.merge", is_editor)
rules.add_perm("catalogue.undo_merge", edits_merged)
rules.add_perm("catalogue.end", is_editor | is_steward)
rules.add_perm("catalogue.reopen", is_editor | is_steward)
rules.add_perm("catalogue.confirm_end", is_editor)
rules.add_perm("catalogue.take_back_end", is_editor)
