"""Who may do what in the catalogue. Reading never needs an account."""

from __future__ import annotations

import rules
from django.utils import timezone

from communaux.catalogue.models import Commons, Need, Proposal, Theme, ThesaurusChange
from communaux.core.models import Person
from communaux.core.rules import acts, has_role, holds, is_operator, is_signed_in
from communaux.engines.search.overlay import WordChange

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
def is_author(person: Person | None, commons: Commons | None = None) -> bool:
    """Whoever proposed this commons, until it is published."""
    unseen = commons is not None and commons.state in {Commons.State.DRAFT, Commons.State.PROPOSED}
    return acts(person) and unseen and Proposal.objects.filter(commons=commons, by=person).exists()


rules.add_perm("catalogue.draft", is_signed_in)
rules.add_perm("catalogue.read_draft", is_author | is_editor)
rules.add_perm("catalogue.describe", is_author | is_editor | is_steward)
rules.add_perm("catalogue.take_over", is_author | is_editor | is_steward)
rules.add_perm("catalogue.show_evidence", is_author | is_editor | is_steward)
rules.add_perm("catalogue.answer_duplicate", is_author | is_editor)
rules.add_perm("catalogue.ask", is_author)
rules.add_perm("catalogue.discard", is_author)
rules.add_perm("catalogue.publish", is_editor | is_steward)
rules.add_perm("catalogue.send_back", is_editor)
rules.add_perm("catalogue.withhold", is_editor)
rules.add_perm("catalogue.restore", is_editor)
rules.add_perm("catalogue.register_source", is_operator)
rules.add_perm("catalogue.import", is_operator)
rules.add_perm("catalogue.close_import", is_operator)
rules.add_perm("catalogue.relate", is_operator)
rules.add_perm("catalogue.propose_pairs", is_operator)
rules.add_perm("catalogue.store_index", is_operator)
rules.add_perm("catalogue.set_themes", is_operator)
rules.add_perm("catalogue.store_themes", is_operator)


@rules.predicate
def edits_theme_of(person: Person | None, need: Need | None = None) -> bool:
    """An editor of the whole desk, or of the theme of this need."""
    if edits_everything(person):
        return True
    return (
        need is not None and acts(person) and has_role(person, "editor", "theme", need.theme_id, timezone.localdate())
    )


@rules.predicate
def needs_it(person: Person | None, need: Need | None = None) -> bool:
    """Whoever expressed this need."""
    return need is not None and acts(person) and need.author_id == person.pk


rules.add_perm("catalogue.express_need", is_signed_in)
rules.add_perm("catalogue.support_need", is_signed_in & ~needs_it)
rules.add_perm("catalogue.withdraw_support", is_signed_in)
rules.add_perm("catalogue.match_need", needs_it | edits_theme_of)
rules.add_perm("catalogue.answer_need", needs_it | edits_theme_of)
rules.add_perm("catalogue.close_need", needs_it | edits_theme_of)
rules.add_perm("catalogue.reopen_need", needs_it | edits_theme_of)


@rules.predicate
def edits_somewhere(person: Person | None, target: object = None) -> bool:
    """An editor of the whole desk, or of any theme: what people search for bears no theme yet."""
    if edits_everything(person):
        return True
    themes = Theme.objects.values_list("key", flat=True)
    return acts(person) and has_role(person, "editor", "theme", themes, timezone.localdate())


@rules.predicate
def edits_words(person: Person | None, change: ThesaurusChange | WordChange | None = None) -> bool:
    """An editor of the whole desk, or of the domain of the function whose words change."""
    domain = change.concept.partition(".")[0] if change else ""
    if edits_everything(person):
        return True
    return acts(person) and bool(domain) and has_role(person, "editor", "theme", domain, timezone.localdate())


rules.add_perm("catalogue.read_searches", edits_somewhere)
rules.add_perm("catalogue.review_search", edits_somewhere)
rules.add_perm("catalogue.propose_word", edits_words)
rules.add_perm("catalogue.measure_word", edits_words)
rules.add_perm("catalogue.accept_word", edits_words)
rules.add_perm("catalogue.refuse_word", edits_words)
