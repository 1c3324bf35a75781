"""Who may do what in the catalogue. Reading never needs an account."""

from __future__ import annotations

import rules
from django.utils import timezone

from communaux.catalogue.models import Commons, OpportunityNote
from communaux.core.models import Person
from communaux.core.rules import acts, has_role, holds, is_member, is_operator, is_signed_in

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


rules.add_perm("catalogue.register_source", is_operator)
rules.add_perm("catalogue.import", is_operator)
rules.add_perm("catalogue.close_import", is_operator)
rules.add_perm("catalogue.relate", is_operator)
rules.add_perm("catalogue.propose_pairs", is_operator)
rules.add_perm("catalogue.store_index", is_operator)
rules.add_perm("catalogue.set_themes", is_operator)
rules.add_perm("catalogue.store_themes", is_operator)


@rules.predicate
def is_published_note(person: Person | None, note: OpportunityNote) -> bool:
    """Once published, also when a newer one has taken its place."""
    return note.published_at is not None


@rules.predicate
def writes_note(person: Person | None, note: OpportunityNote) -> bool:
    """Its author, or somebody who may act in the name of its organisation."""
    if not acts(person):
        return False
    return note.author_id == person.pk or (note.org is not None and is_member(person, note.org))


rules.add_perm("catalogue.create_note", is_signed_in)
rules.add_perm("catalogue.read_note", is_published_note | writes_note)
for verb in (
    *("write_note", "conclude_note", "freeze_note", "publish_note", "revise_note"),
    *("add_note_search", "remove_note_search", "add_note_candidates", "judge_note_candidate", "remove_note_candidate"),
):
    rules.add_perm(f"catalogue.{verb}", writes_note)
