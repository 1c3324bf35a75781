"""Who may do what in the catalogue. Reading never needs an account."""

from __future__ import annotations

import rules
from django.utils import timezone

from communaux.catalogue.models import Commons
from communaux.core.models import Person
from communaux.core.rules import acts, has_role, holds, is_operator

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
