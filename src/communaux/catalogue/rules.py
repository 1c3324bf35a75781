"""Who may do what in the catalogue. Reading never needs an account."""

from __future__ import annotations

import rules
from django.db.models import Q
from django.utils import timezone

from communaux.catalogue.models import (
    Claim,
    Commons,
    Experience,
    MatchProposal,
    Merge,
    Need,
    NeedPool,
    OpportunityNote,
    Proposal,
    Provider,
    Reuse,
    ThesaurusChange,
)
from communaux.catalogue.reusing import Declared, Offer
from communaux.core.models import Grant, Organisation, Person
from communaux.core.rules import acts, has_role, holds, is_member, is_operator, is_signed_in, speaks_for
from communaux.engines.search.overlay import WordChange
from communaux.territory.models import Ambassador
from communaux.territory.rules import animates

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


@rules.predicate
def decides_claim(person: Person | None, asked: Claim | None = None) -> bool:
    """An editor of the commons, never on one's own claim."""
    return asked is not None and asked.person != person and bool(is_editor(person, asked.commons))


@rules.predicate
def confirms_claim(person: Person | None, asked: Claim | None = None) -> bool:
    """The second person: an editor of the commons or an operator, never on one's own claim."""
    return decides_claim(person, asked) or (asked is not None and asked.person != person and is_operator(person))


@rules.predicate
def is_the_ambassador(person: Person | None, ambassador: Ambassador | None = None) -> bool:
    return ambassador is not None and acts(person) and ambassador.person_id == person.pk


rules.add_perm("catalogue.become_ambassador", is_signed_in)
rules.add_perm("catalogue.change_ambassador", is_the_ambassador)
rules.add_perm("catalogue.stop_ambassador", is_the_ambassador | is_operator)
rules.add_perm("catalogue.claim", is_signed_in)
rules.add_perm("catalogue.accept_claim", decides_claim)
rules.add_perm("catalogue.confirm_claim", confirms_claim)
rules.add_perm("catalogue.refuse_claim", decides_claim)
rules.add_perm("catalogue.draft", is_signed_in)
rules.add_perm("catalogue.read_draft", is_author | is_editor)
rules.add_perm("catalogue.describe", is_author | is_editor | is_steward)
rules.add_perm("catalogue.adopt_publiccode", is_editor | is_steward)
rules.add_perm("catalogue.take_over", is_author | is_editor | is_steward)
rules.add_perm("catalogue.show_evidence", is_author | is_editor | is_steward)
rules.add_perm("catalogue.answer_duplicate", is_author | is_editor)
rules.add_perm("catalogue.ask", is_author)
rules.add_perm("catalogue.discard", is_author)
rules.add_perm("catalogue.publish", is_editor | is_steward)
rules.add_perm("catalogue.send_back", is_editor)
rules.add_perm("catalogue.withhold", is_editor)
rules.add_perm("catalogue.restore", is_editor)


@rules.predicate
def is_of_the_body(person: Person | None, said: Declared | Offer | Reuse | Experience | Provider | None = None) -> bool:
    """Somebody who may act in the name of the body that this is about."""
    told = said.reuse if isinstance(said, Experience) else said
    return told is not None and is_member(person, told.organisation)


@rules.predicate
def is_editor_of_it(
    person: Person | None, said: Declared | Offer | Reuse | Experience | Provider | None = None
) -> bool:
    """An editor of the commons that this is about."""
    told = said.reuse if isinstance(said, Experience) else said
    return told is not None and is_editor(person, told.commons)


@rules.predicate
def is_steward_of_it(person: Person | None, provider: Provider | None = None) -> bool:
    return provider is not None and is_steward(person, provider.commons)


@rules.predicate
def names_its_source(person: Person | None, declared: Declared | None = None) -> bool:
    return declared is not None and bool(declared.source)


@rules.predicate
def did_not_declare(person: Person | None, said: Reuse | Provider | None = None) -> bool:
    return said is not None and acts(person) and said.declared_by_id != person.pk


@rules.predicate
def answers_for_it(person: Person | None, organisation: Organisation | None = None) -> bool:
    """An owner or a co-owner of the body."""
    return organisation is not None and acts(person) and speaks_for(person, organisation, "owner", "co_owner")


rules.add_perm("catalogue.declare_reuse", is_of_the_body | (is_editor_of_it & names_its_source))
rules.add_perm("catalogue.confirm_reuse", did_not_declare & is_of_the_body)
rules.add_perm("catalogue.renew_reuse", is_of_the_body)
rules.add_perm("catalogue.end_reuse", is_of_the_body | is_editor_of_it)
rules.add_perm("catalogue.mark_stale_reuses", is_operator)
rules.add_perm("catalogue.place_uses", is_operator)
rules.add_perm("catalogue.record_health", is_operator)
rules.add_perm("catalogue.seat_body", is_operator | answers_for_it)
rules.add_perm("catalogue.write_experience", is_of_the_body)
rules.add_perm("catalogue.edit_experience", is_of_the_body)
rules.add_perm("catalogue.withdraw_experience", is_of_the_body | is_editor_of_it)
rules.add_perm("catalogue.declare_provider", is_of_the_body | is_editor_of_it)
rules.add_perm("catalogue.confirm_provider", did_not_declare & (is_of_the_body | is_steward_of_it | is_editor_of_it))
rules.add_perm("catalogue.end_provider", is_of_the_body | is_editor_of_it)


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
rules.add_perm("catalogue.import_needs", is_operator | edits_everything)
rules.add_perm("catalogue.support_need", is_signed_in & ~needs_it)
rules.add_perm("catalogue.withdraw_support", is_signed_in)
rules.add_perm("catalogue.correct_need", needs_it)
rules.add_perm("catalogue.match_need", needs_it | edits_theme_of)
rules.add_perm("catalogue.answer_need", needs_it | edits_theme_of)
rules.add_perm("catalogue.close_need", needs_it | edits_theme_of)
rules.add_perm("catalogue.reopen_need", needs_it | edits_theme_of)


@rules.predicate
def animates_place_of(person: Person | None, need: Need | None = None) -> bool:
    """Somebody named animator of the territory of this need, or of one that holds it."""
    return need is not None and need.territory is not None and animates(person, need.territory)


@rules.predicate
def carries(person: Person | None, pool: NeedPool | None = None) -> bool:
    """Who speaks for the body that carries it."""
    return pool is not None and pool.carrier is not None and is_member(person, pool.carrier)


rules.add_perm("catalogue.pool_needs", needs_it | edits_theme_of | animates_place_of)
rules.add_perm("catalogue.join_pool", needs_it | edits_theme_of | animates_place_of)
rules.add_perm("catalogue.leave_pool", needs_it | edits_theme_of)
rules.add_perm("catalogue.carry_pool", is_signed_in)
rules.add_perm("catalogue.put_down_pool", carries | edits_everything)
rules.add_perm("catalogue.settle_pools", is_operator)


@rules.predicate
def edits_words(person: Person | None, change: ThesaurusChange | WordChange | None = None) -> bool:
    """An editor of the whole desk, or of the domain of the function whose words change."""
    domain = change.concept.partition(".")[0] if change else ""
    if edits_everything(person):
        return True
    return acts(person) and bool(domain) and has_role(person, "editor", "theme", domain, timezone.localdate())


rules.add_perm("catalogue.read_searches", edits_something)
rules.add_perm("catalogue.review_search", edits_something)
rules.add_perm("catalogue.propose_word", edits_words)
rules.add_perm("catalogue.measure_word", edits_words)
rules.add_perm("catalogue.accept_word", edits_words)
rules.add_perm("catalogue.refuse_word", edits_words)
