"""A commons from the first word to its sheet: draft, minimum, look-alikes, published, sent back, withheld."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from factories import NOW, MappedFactory, SourceFactory
from slices import bring_in

from communaux.catalogue import services
from communaux.catalogue.models import Commons, Identifier, Proposal, SourceRecord, Theme
from communaux.catalogue.own import FIELDS, fingerprint
from communaux.catalogue.queries import commons as commons_queries
from communaux.catalogue.queries import duplicates, editable, proposals
from communaux.core import services as core_services
from communaux.core.errors import Conflict, Gone, NotAllowed, NotFound, NotReady
from communaux.core.models import Entry, Person, SlugHistory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
REPOSITORY = "https://github.com/demo/pret-de-velos"
FULL: dict[str, Any] = {
    "licence": "AGPL-3.0-only",
    "short_fr": "Prêter des vélos entre écoles",
    "long_fr": "Un registre partagé. " * 10,
    "themes": ["education"],
    "steward": "Une association d’exemple",
}


@pytest.fixture
def themes(desk: Person) -> None:
    Theme.objects.bulk_create([Theme(key=key, fr=key, en=key) for key in ("education", "mobilite")])


@pytest.fixture
def author(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


@pytest.fixture
def editor(person: Callable[..., Person], desk: Person) -> Person:
    made = person("edith@demo.example")
    core_services.grant(desk, made, role="editor", object_type="theme", object_id="education", at=NOW)
    return made


@pytest.fixture
def draft(author: Person, themes: None) -> Commons:
    return services.start_proposal(
        author, name="Prêt de vélos", address=REPOSITORY, given={"repository": REPOSITORY}, at=NOW
    )


def tell(by: Person, commons: Commons, **given: Any) -> Commons:
    now = editable.current(commons)
    seen = {name: fingerprint(now[name]) for name in given}
    return services.describe(by, commons, given=given, seen=seen, reason="", at=LATER)


@pytest.fixture
def complete(author: Person, draft: Commons) -> Commons:
    tell(author, draft, **FULL)
    services.show_evidence(author, draft, locator=f"{REPOSITORY}/LICENSE", kind="licence", at=NOW)
    return draft


def test_a_draft_is_seen_by_its_author_and_editors_only(
    author: Person, draft: Commons, person: Callable[..., Person], editor: Person
) -> None:
    assert (draft.state, draft.slug, draft.name) == ("draft", "pret-de-velos", "Prêt de vélos")
    assert editable.current(draft)["repository"] == REPOSITORY
    assert proposals.workable(draft.slug, author) == draft
    with pytest.raises(NotFound):
        commons_queries.by_slug(draft.slug)
    for other in (person("autre@demo.example"), editor):  # of no theme of the draft yet
        with pytest.raises(NotFound):
            proposals.workable(draft.slug, other)
    tell(author, draft, themes=["education"])
    assert proposals.workable(draft.slug, editor) == draft


def test_a_draft_bears_no_identifier_that_the_desk_would_know(draft: Commons) -> None:
    assert Identifier.objects.count() == 0


def test_what_is_missing_is_named_until_nothing_is(author: Person, draft: Commons) -> None:
    assert editable.missing(draft) == ["open_licence", "description", "theme", "evidence"]
    with pytest.raises(NotReady) as refused:
        services.ask_publication(author, draft, at=LATER)
    assert refused.value.details["missing"] == ["open_licence", "description", "theme", "evidence"]
    tell(author, draft, **FULL)
    assert editable.missing(draft) == ["evidence"]
    services.show_evidence(author, draft, locator=f"{REPOSITORY}/LICENSE", kind="licence", at=NOW)
    assert editable.missing(draft) == []


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"licence": "CC-BY-NC-4.0"}, ["open_licence"]),
        ({"licence": "⊘ Proprietary"}, ["open_licence"]),
        ({"licence": "je ne sais pas"}, ["open_licence"]),
        ({"long_fr": "Trop court"}, ["description"]),
        ({"long_fr": "👨‍👩‍👧" * 149}, ["description"]),
        ({"long_fr": "👨‍👩‍👧" * 150}, []),
        ({"themes": []}, ["theme"]),
        ({"repository": "", "url": "https://velos.example", "steward": ""}, ["contact"]),
        ({"repository": ""}, ["address"]),
    ],
)
def test_each_guard_of_the_minimum(
    author: Person, complete: Commons, given: dict[str, Any], missing: list[str]
) -> None:
    tell(author, complete, **given)
    assert editable.missing(complete) == missing


def test_from_draft_to_sheet(author: Person, complete: Commons, editor: Person) -> None:
    services.ask_publication(author, complete, at=LATER)
    assert [one.commons for one in proposals.waiting()] == [complete]
    services.publish(editor, complete, at=LATER)
    found = commons_queries.by_slug("pret-de-velos")
    assert (found.state, found.published_at, found.proposal.outcome) == ("published", LATER, "published")
    assert list(Identifier.objects.values_list("scheme", "value")) == [("repository", "github.com/demo/pret-de-velos")]
    acts = list(Entry.objects.filter(subject_id=str(found.pk)).order_by("seq").values_list("act", flat=True))
    assert acts == ["catalogue.draft", "catalogue.describe", "catalogue.ask", "catalogue.publish"]
    assert [one.commons for one in proposals.waiting()] == []


def test_what_only_the_record_holds_stands_in_the_public_history_too(author: Person, complete: Commons) -> None:
    """The steward of a commons is no column of its row: which lines were written is told, not what they say."""
    tell(author, complete, steward="Un autre collectif", decision_body="Une assemblée")
    entry = Entry.objects.filter(subject_id=str(complete.pk)).latest("seq")
    assert (entry.act, entry.actor, entry.before) == ("catalogue.describe", author, {})
    assert entry.after == {"described": ["decision_body", "steward"]}


def test_the_address_follows_the_name_and_the_old_one_leads_there(
    author: Person, complete: Commons, editor: Person
) -> None:
    tell(author, complete, name="Vélos partagés")
    services.publish(editor, complete, at=LATER)
    assert Commons.objects.get().slug == "velos-partages"
    assert SlugHistory.objects.get().old_slug == "pret-de-velos"
    assert commons_queries.by_slug("pret-de-velos").slug == "velos-partages"


def test_it_is_sent_back_with_a_reason_and_asked_again(author: Person, complete: Commons, editor: Person) -> None:
    services.ask_publication(author, complete, at=LATER)
    with pytest.raises(NotReady):
        services.send_back(editor, complete, reason="  ", at=LATER)
    services.send_back(editor, complete, reason="Qui s’en occupe ?", at=LATER)
    proposal = Proposal.objects.get()
    assert (proposal.commons.state, proposal.outcome, proposal.reason) == ("draft", "returned", "Qui s’en occupe ?")
    services.ask_publication(author, complete, at=LATER)
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.reason, proposal.decided_by) == ("", "", None)


def test_of_two_editors_the_second_is_told(author: Person, complete: Commons, editor: Person) -> None:
    services.ask_publication(author, complete, at=LATER)
    services.send_back(editor, complete, reason="Non", at=LATER)
    lines = Entry.objects.count()
    with pytest.raises(Conflict):
        services.send_back(editor, complete, reason="Non", at=LATER)
    assert Entry.objects.count() == lines


def test_the_same_start_twice_is_one_draft(author: Person, draft: Commons) -> None:
    again = services.start_proposal(author, name="Prêt de vélos", address=REPOSITORY, given={}, at=LATER)
    assert (again, Commons.objects.count(), SourceRecord.objects.count()) == (draft, 1, 1)


def test_a_draft_is_thrown_away_without_a_trace_but_its_line(author: Person, complete: Commons) -> None:
    services.discard(author, complete, at=LATER)
    assert (Commons.objects.count(), SourceRecord.objects.count(), Proposal.objects.count()) == (0, 0, 0)
    assert Entry.objects.latest("seq").act == "catalogue.discard"


def test_withheld_by_a_person_it_is_gone_whatever_sources_say(
    author: Person, complete: Commons, editor: Person, desk: Person
) -> None:
    services.publish(editor, complete, at=LATER)
    services.withhold(editor, complete, reason="Ce n’est pas un commun", at=LATER)
    with pytest.raises(Gone) as gone:
        commons_queries.by_slug("pret-de-velos")
    assert "Ce n’est pas un commun" in gone.value.message
    tell(editor, complete, stage="operated")
    assert Commons.objects.get().state == "withheld"
    services.restore(editor, complete, reason="", at=LATER)
    assert commons_queries.by_slug("pret-de-velos").state == "published"
    with pytest.raises(Conflict):
        services.restore(editor, complete, reason="", at=LATER)


def test_look_alikes_by_repository_address_and_name(author: Person, themes: None, desk: Person) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="7", name="Vélo-Prêt", repository=REPOSITORY + ".git"))
    bring_in(desk, "sill", MappedFactory(external_id="8", name="PRET DE VELOS", url="https://www.velos.example/"))
    found = duplicates.possible(["Prêt de vélos"], [REPOSITORY, "https://velos.example"])
    assert [(one.commons.name, one.why) for one in found] == [
        ("Vélo-Prêt", ("repository", "address")),
        ("PRET DE VELOS", ("address", "name")),
    ]
    assert duplicates.possible(["Tout autre chose"], ["https://github.com/demo"]) == []


def test_each_look_alike_wants_a_word_before_publication(
    author: Person, complete: Commons, desk: Person, editor: Person
) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="8", name="Prêt de vélos"))
    (alike,) = duplicates.of(complete)
    assert editable.missing(complete) == ["duplicates"]
    with pytest.raises(NotReady):
        services.answer_duplicate(author, complete, other=alike.commons, text=" ", at=LATER)
    services.answer_duplicate(
        author, complete, other=alike.commons, text="Celui-là prête des vélos aux touristes", at=LATER
    )
    assert editable.missing(complete) == []
    services.publish(editor, complete, at=LATER)
    assert Commons.objects.filter(state="published").count() == 2


def test_an_import_never_joins_a_draft(author: Person, draft: Commons, desk: Person) -> None:
    bring_in(desk, "sill", MappedFactory(external_id="9", name="Prêt de vélos", repository=REPOSITORY))
    assert sorted(Commons.objects.values_list("state", flat=True)) == ["draft", "published"]
    assert commons_queries.by_slug("pret-de-velos-sill").name == "Prêt de vélos"


def test_roles_and_acts(
    author: Person, complete: Commons, editor: Person, person: Callable[..., Person], desk: Person
) -> None:
    """Role × action, on a draft, a proposal and a sheet."""
    steward, reader = person("intendant@demo.example"), person("lectrice@demo.example")
    core_services.grant(
        desk,
        steward,
        role="steward",
        object_type="commons",
        object_id=str(complete.pk),
        ends_on=NOW.date() + timedelta(days=9999),
        at=NOW,
    )
    who = {"author": author, "editor": editor, "steward": steward, "reader": reader, "visitor": None}
    asked = ("describe", "ask", "discard", "publish", "send_back", "withhold", "restore", "answer_duplicate")

    def allowed() -> dict[str, str]:
        from rules import has_perm

        return {
            name: " ".join(act for act in asked if has_perm(f"catalogue.{act}", one, complete))
            for name, one in who.items()
        }

    editors = "describe publish send_back withhold restore answer_duplicate"
    unseen = {
        "author": "describe ask discard answer_duplicate",
        "editor": editors,
        "steward": "describe publish",
        "reader": "",
        "visitor": "",
    }
    assert allowed() == unseen
    services.ask_publication(author, complete, at=LATER)
    complete.refresh_from_db()
    assert allowed() == unseen
    services.publish(editor, complete, at=LATER)
    assert allowed() == unseen | {"author": ""}
    with pytest.raises(NotAllowed):
        services.withhold(author, complete, reason="x", at=LATER)


def test_somebody_elses_lines_are_never_lost(author: Person, complete: Commons, editor: Person) -> None:
    """Two people who saw the same sheet: other lines go together, the same line is refused with what it says now."""
    seen = {name: fingerprint(value) for name, value in editable.current(complete).items()}
    given = {"steward": "Une coopérative"}
    services.describe(editor, complete, given=given, seen=seen, reason="", at=LATER)
    services.describe(author, complete, given={"talk": "https://forum.example"}, seen=seen, reason="", at=LATER)
    lines = Entry.objects.count()
    with pytest.raises(Conflict) as clash:
        services.describe(author, complete, given={"steward": "Moi"}, seen=seen, reason="", at=LATER)
    assert clash.value.details["fields"] == {"steward": "Une coopérative"}
    assert Entry.objects.count() == lines
    now = editable.current(complete)
    assert (now["steward"], now["talk"]) == ("Une coopérative", "https://forum.example")
    services.describe(author, complete, given=given, seen=seen, reason="", at=LATER)  # the same word twice is no clash


def test_an_edit_stays_beside_its_sources_and_emptying_holds(desk: Person, editor: Person, themes: None) -> None:
    said = MappedFactory(external_id="3", repository=REPOSITORY, url="https://faux.example", themes=("education",))
    bring_in(desk, "sill", said)
    commons = Commons.objects.get()
    tell(editor, commons, short_fr="Plus juste", url="")
    bring_in(desk, "sill", MappedFactory(external_id="3", repository=REPOSITORY, url="https://faux.example/2"))
    now = editable.current(Commons.objects.get())
    assert (now["short_fr"], now["url"], now["repository"]) == ("Plus juste", "", REPOSITORY)
    tell(editor, commons, url="https://juste.example")
    assert editable.current(Commons.objects.get())["url"] == "https://juste.example"
    assert {r.source_id for r in SourceRecord.objects.all()} == {"sill", "desk"}


def test_current_names_every_field_of_the_form(draft: Commons) -> None:
    assert set(editable.current(draft)) >= set(FIELDS)


def test_one_or_three_proposals_cost_the_same(
    author: Person, themes: None, django_assert_num_queries: Any, desk: Person
) -> None:
    def begin(n: int) -> None:
        made = services.start_proposal(author, name=f"Outil {n}", address=f"https://x.example/{n}", given={}, at=NOW)
        Commons.objects.filter(pk=made.pk).update(state="proposed")

    begin(1)
    with django_assert_num_queries(2):
        assert [(p.by.display_name, p.commons.name, len(p.commons.themes.all())) for p in proposals.waiting()]
    begin(2)
    begin(3)
    with django_assert_num_queries(2):
        assert len([(p.by.display_name, p.commons.name, len(p.commons.themes.all())) for p in proposals.waiting()]) == 3


def test_sources_are_known_by_their_card(draft: Commons) -> None:
    source = SourceFactory(key="desk")
    assert (source.title, source.licence, source.priority) == ("Écrit sur ce guichet", "etalab-2.0", 80)
