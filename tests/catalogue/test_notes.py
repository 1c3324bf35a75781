"""The note d'opportunité: who may, what must be there before it is frozen, what its hash stands for, that it is closed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import rules
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from factories import NOW, CommonsFactory, RecordFactory, SourceFactory
from noting import KEPT, WHY, draft, judged, ready, searched

from communaux.catalogue import indexing
from communaux.catalogue.models import Commons, NoteCandidate, NoteSearch, OpportunityNote, Resource, SearchIndex
from communaux.catalogue.queries import notes as queries
from communaux.catalogue.services import (
    conclude_note,
    create_note,
    freeze_note,
    publish_note,
    revise_note,
    write_note,
)
from communaux.catalogue.services.note_pieces import (
    add_note_candidates,
    add_note_search,
    judge_note_candidate,
    remove_note_candidate,
    remove_note_search,
)
from communaux.core import services as core
from communaux.core.canonical import digest
from communaux.core.errors import BadRequest, Conflict, NotAllowed, NotFound, NotReady, Unavailable
from communaux.core.models import Entry, Organisation, Person, Weights

pytestmark = pytest.mark.django_db
KEY = UUID("00000000-0000-7000-8000-00000000c0de")


@pytest.fixture
def author(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


@pytest.fixture
def town(desk: Person) -> Organisation:
    return core.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)


@pytest.fixture
def colleague(person: Callable[..., Person], desk: Person, town: Organisation, author: Person) -> Person:
    """Author and colleague are members of the town."""
    made = person("camille@demo.example")
    for one in (author, made):
        core.add_member(desk, town, person=one, starts_on=date(2020, 1, 1), at=NOW)
    return made


def frozen(by: Person, note: OpportunityNote) -> OpportunityNote:
    return freeze_note(by, note, at=NOW + timedelta(hours=1))


def missing(by: Person, note: OpportunityNote) -> list[str]:
    with override("en"), pytest.raises(NotReady) as refused:
        frozen(by, note)
    found: list[str] = refused.value.details["missing"]
    return found


# What must be there


def test_a_ready_note_is_frozen_with_its_hash(author: Person) -> None:
    note = frozen(author, ready(author))
    assert (note.state, note.frozen_at, note.sha256) == ("frozen", NOW + timedelta(hours=1), digest(note.content))
    assert note.content is not None
    assert [one["verdict"] for one in note.content["candidates"]] == ["reuse", "not_kept", "not_kept"]


def test_an_empty_draft_lacks_everything_by_name(author: Person) -> None:
    assert missing(author, draft(author, need_text=" ")) == [
        "the need, in a few words",
        "two searches with different words or filters (0 so far)",
        "three candidates (0 so far), or two searches that find nothing",
        "the conclusion",
    ]


def test_one_search_is_not_enough(author: Person) -> None:
    note = ready(author)
    note.searches.filter(query="repas").delete()
    assert missing(author, note) == ["two searches with different words or filters (1 so far)"]


def test_each_of_the_first_five_hits_of_each_search_needs_a_verdict(author: Person) -> None:
    note = ready(author)
    more = [CommonsFactory(name=f"Autre {i}") for i in range(7)]
    searched(note, "menus", more, later=2)
    judged(author, note, more[1])
    assert missing(author, note) == [f"a verdict on {more[i].name}, result {i + 1} of “menus”" for i in (0, 2, 3, 4)]


def test_a_candidate_that_waits_for_its_verdict_is_named_once(author: Person) -> None:
    note = ready(author)
    hit, other = CommonsFactory(name="Trouvé"), CommonsFactory(name="Ajouté")
    searched(note, "menus", [hit], later=2)
    add_note_candidates(author, note, found=[hit, other], at=NOW)
    assert missing(author, note) == ["a verdict on Trouvé, result 1 of “menus”", "a verdict on Ajouté"]


def test_two_candidates_are_not_enough(author: Person) -> None:
    note = ready(author, candidates=2)
    assert missing(author, note) == ["three candidates (2 so far), or two searches that find nothing"]
    judged(author, note, "Progiciel du commerce")
    assert frozen(author, note).state == "frozen"


def test_two_searches_that_find_nothing_prove_that_nothing_is_there(author: Person) -> None:
    note = draft(author)
    searched(note, "zzz", [])
    searched(note, "yyy", [], later=1)
    conclude_note(author, note, version=1, at=NOW, conclusion="pool")
    assert frozen(author, note).state == "frozen"


@pytest.mark.parametrize("choice", ["build", "buy"])
def test_building_and_buying_need_what_is_given_back_and_its_licence(author: Person, choice: str) -> None:
    note = ready(author)
    note = conclude_note(author, note, version=note.version, at=NOW, conclusion=choice)
    back, licence = (
        "what will be given back, since something will be built or bought",
        "the licence under which it will be given back",
    )
    assert missing(author, note) == [back, licence]
    note = conclude_note(author, note, version=note.version, at=NOW, giveback="Le code.")
    assert missing(author, note) == [licence]
    note = conclude_note(author, note, version=note.version, at=NOW, giveback_licence="AGPL-3.0-or-later")
    assert frozen(author, note).state == "frozen"


def test_no_conclusion_no_note(author: Person) -> None:
    note = ready(author)
    note = conclude_note(author, note, version=note.version, at=NOW, conclusion="")
    assert missing(author, note) == ["the conclusion"]


def test_a_verdict_on_what_a_hit_was_merged_into_counts(author: Person) -> None:
    note = ready(author)
    gone, kept = CommonsFactory(name="Ancien"), CommonsFactory(name="Gardé")
    searched(note, "menus", [gone], later=2)
    Commons.objects.filter(pk=gone.pk).update(state="merged", merged_into=kept)
    judged(author, note, kept)
    assert frozen(author, note).state == "frozen"


# What its hash stands for


def same_note(by: Person, order: int) -> OpportunityNote:
    """The same note, its pieces put in by chance in another order."""
    source = SourceFactory(key="demo", title="Catalogue de démonstration")
    things = []
    for number in range(4):
        one = CommonsFactory(id=UUID(int=number + 1), slug=f"outil-{number}", name=f"Outil {number}")
        record = RecordFactory(source=source, external_id=str(number), commons=one)
        Resource.objects.create(
            commons=one,
            kind="software",
            licence_spdx="MIT",
            open="yes",
            provenance={"licence_raw": record.pk, "url": record.pk},
        )
        things.append(one)
    note = draft(by, key=KEY)
    acts: list[Callable[[], Any]] = [
        lambda: searched(note, "cantine", things),
        lambda: searched(note, "repas", things[:2], later=1, filters={"kind": ["software"]}),
        lambda: judged(by, note, "Progiciel", address="https://example.org/"),
        *(lambda one=one: judged(by, note, one, **KEPT) for one in things),
    ]
    random.Random(order).shuffle(acts)
    for act in acts:
        act()
    conclude_note(by, note, version=1, at=NOW, conclusion="buy", giveback="Tout", giveback_licence="MIT")
    return frozen(by, note)


class Undone(Exception):
    pass


def test_the_same_content_has_the_same_hash_on_any_database_in_any_order(author: Person) -> None:
    """A literal: another process, another database, other numbers of rows, and another day give this very hash."""
    found = set()
    for order in range(4):
        try:
            with transaction.atomic():
                found.add(same_note(author, order).sha256)
                raise Undone
        except Undone:
            pass
    assert found == {"5a32226147bd81b8955bd9def36e887239295508bd9f9cf018aa78467a960524"}


def test_what_is_read_back_has_the_hash_too(author: Person) -> None:
    note = frozen(author, ready(author))
    stored = OpportunityNote.objects.get(pk=note.pk)
    assert digest(stored.content) == stored.sha256 == note.sha256
    outside = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys,json;from communaux.core.canonical import digest;print(digest(json.load(sys.stdin)))",
        ],
        input=json.dumps(stored.content),
        capture_output=True,
        text=True,
        check=True,
    )
    assert outside.stdout.strip() == note.sha256


def test_a_frozen_note_says_the_same_when_the_catalogue_changes(author: Person) -> None:
    note = frozen(author, ready(author))
    before = queries.content(note)
    Commons.objects.filter(name="Outil 000").update(name="Autre nom")
    assert queries.content(OpportunityNote.objects.get(pk=note.pk)) == before


def test_no_name_of_a_person_is_in_the_content_or_the_journal(
    author: Person, colleague: Person, town: Organisation
) -> None:
    note = ready(author, org=town, title="Titre gardé", need_text="Besoin gardé")
    publish_note(author, frozen(author, note), at=NOW)
    content = json.dumps(OpportunityNote.objects.get(pk=note.pk).content, ensure_ascii=False)
    assert [text in content for text in ("autrice", "camille", str(author.pk))] == [False] * 3
    told = [
        json.dumps([e.before, e.after, e.reason], ensure_ascii=False) for e in Entry.objects.filter(subject_id=note.pk)
    ]
    assert [text for text in told if "gardé" in text or "Essayé" in text or "autrice" in text] == []


def test_the_journal_has_a_line_for_each_act(author: Person) -> None:
    note = publish_note(author, frozen(author, ready(author)), at=NOW)
    acts = list(Entry.objects.filter(subject_kind="opportunitynote", subject_id=note.pk).order_by("seq"))
    assert [e.act.removeprefix("catalogue.") for e in acts] == [
        "create_note",
        *["judge_note_candidate"] * 3,
        *("conclude_note", "freeze_note", "publish_note"),
    ]
    assert acts[1].after == {"candidates_kept": 1}
    assert acts[5].after == {"state": "frozen", "sha256": note.sha256}


# Closed for ever


def test_nothing_of_a_frozen_note_changes(author: Person) -> None:
    note = frozen(author, ready(author))
    search, row = note.searches.get(query="repas"), note.candidates.first()
    assert row is not None
    acts: list[Callable[[], Any]] = [
        lambda: write_note(author, note, version=note.version, at=NOW, title="Autre"),
        lambda: conclude_note(author, note, version=note.version, at=NOW, conclusion="buy"),
        lambda: judged(author, note, "Autre chose"),
        lambda: add_note_candidates(author, note, found=[CommonsFactory()], at=NOW),
        lambda: remove_note_search(author, note, search=search.pk, at=NOW),
        lambda: remove_note_candidate(author, note, candidate=row.pk, at=NOW),
        lambda: frozen(author, note),
    ]
    codes = []
    for act in acts:
        with pytest.raises(Conflict) as refused:
            act()
        codes.append(refused.value.code)
    assert codes == ["note_frozen"] * 7


@pytest.mark.parametrize(
    "write",
    [
        lambda note: OpportunityNote.objects.filter(pk=note.pk).update(title="Autre"),
        lambda note: OpportunityNote.objects.filter(pk=note.pk).update(content={"title": "Autre"}),
        lambda note: OpportunityNote.objects.filter(pk=note.pk).update(sha256="0" * 64),
        lambda note: OpportunityNote.objects.filter(pk=note.pk).update(
            state="draft", sha256="", frozen_at=None, content=None
        ),
        lambda note: OpportunityNote.objects.filter(pk=note.pk)._raw_delete("default"),
        lambda note: NoteSearch.objects.filter(note=note).update(total=0),
        lambda note: NoteSearch.objects.filter(note=note).delete(),
        lambda note: NoteCandidate.objects.filter(note=note).update(reason="x" * 50),
        lambda note: NoteCandidate.objects.filter(note=note).delete(),
        lambda note: NoteCandidate.objects.create(note=note, outside="Autre"),
        lambda note: searched(note, "plus tard", []),
    ],
    ids=[
        "title",
        "content",
        "hash",
        "reopen",
        "delete",
        "search",
        "no search",
        "verdict",
        "no verdict",
        "one more",
        "late",
    ],
)
def test_the_database_itself_refuses_a_change_of_a_frozen_note(author: Person, write: Callable[[Any], Any]) -> None:
    note = frozen(author, ready(author))
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
        write(note)
    assert OpportunityNote.objects.get(pk=note.pk).content == note.content


def test_a_piece_cannot_be_moved_into_a_frozen_note(author: Person) -> None:
    note, other = frozen(author, ready(author)), draft(author)
    piece = searched(other, "ailleurs", [])
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
        NoteSearch.objects.filter(pk=piece.pk).update(note=note)


def test_a_draft_may_be_changed_and_taken_away(author: Person) -> None:
    note = ready(author)
    OpportunityNote.objects.filter(pk=note.pk).update(title="Autre")
    assert note.delete()[0] == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"commons": None, "outside": ""},
        {"outside": "x", "verdict": "reuse", "reason": "trop court"},
        {"outside": "x", "verdict": "not_kept", "reason": WHY},
        {"outside": "x", "verdict": "reuse", "reason_code": "licence", "reason": WHY},
    ],
)
def test_the_database_refuses_a_verdict_without_its_reason(author: Person, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NoteCandidate.objects.create(note=draft(author), **wrong)


# Publish, revise


def test_a_published_note_gives_way_to_its_published_revision(author: Person) -> None:
    old = publish_note(author, frozen(author, ready(author)), at=NOW)
    new = revise_note(author, old, at=NOW)
    assert (new.state, new.revises_id, new.searches.count(), new.candidates.count()) == ("draft", old.pk, 2, 3)
    assert OpportunityNote.objects.get(pk=old.pk).state == "published"
    new = publish_note(author, freeze_note(author, new, at=NOW + timedelta(days=1)), at=NOW + timedelta(days=1))
    old = OpportunityNote.objects.get(pk=old.pk)
    assert (old.state, old.content is not None, new.state) == ("superseded", True, "published")
    assert new.content is not None
    assert new.content["revises"] == {"id": str(old.pk), "sha256": old.sha256}
    assert Entry.objects.filter(act="catalogue.supersede_note", subject_id=old.pk).count() == 1
    assert [note.pk for note in queries.published()] == [new.pk]


def test_a_note_has_one_revision(author: Person) -> None:
    old = frozen(author, ready(author))
    revise_note(author, old, at=NOW)
    with pytest.raises(Conflict):
        revise_note(author, old, at=NOW)
    assert OpportunityNote.objects.filter(revises=old).count() == 1


def test_only_a_frozen_note_is_published_and_only_once(author: Person) -> None:
    note = ready(author)
    with pytest.raises(Conflict):
        publish_note(author, note, at=NOW)
    with pytest.raises(Conflict):
        revise_note(author, note, at=NOW)
    publish_note(author, frozen(author, note), at=NOW)
    with pytest.raises(Conflict):
        publish_note(author, note, at=NOW)


# Twice, stale, wrong


def test_the_same_form_sent_twice_makes_one_note(author: Person) -> None:
    draft(author, key=KEY)
    with pytest.raises(Conflict) as refused:
        draft(author, key=KEY)
    assert (refused.value.code, OpportunityNote.objects.count()) == ("note_exists", 1)


def test_a_text_saved_since_is_not_overwritten(author: Person) -> None:
    note = draft(author)
    write_note(author, note, version=1, at=NOW, title="Premier")
    with pytest.raises(Conflict) as refused:
        write_note(author, note, version=1, at=NOW, title="Second")
    assert (refused.value.code, refused.value.details) == ("stale", {"version": 2})
    assert OpportunityNote.objects.get(pk=note.pk).title == "Premier"


def test_a_verdict_given_since_is_not_overwritten_and_the_same_is_kept_once(author: Person) -> None:
    note, one = draft(author), CommonsFactory()
    add_note_candidates(author, note, found=[one], at=NOW)
    judged(author, note, one, version=1)
    codes = []
    for verdict in ({}, {"reason_code": "cost"}):
        with pytest.raises(Conflict) as refused:
            judged(author, note, one, version=1, **verdict)
        codes.append(refused.value.code)
    assert codes == ["already_there", "stale"]
    judged(author, note, one, version=2, reason_code="cost")
    assert [(row.reason_code, row.version) for row in note.candidates.all()] == [("cost", 3)]


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        ({"verdict": ""}, "no_verdict"),
        ({"verdict": "best"}, "no_verdict"),
        ({"reason_code": ""}, "reason_code"),
        ({"verdict": "reuse"}, "reason_code"),
        ({"reason": "x" * 39}, "reason_short"),
        ({"reason": f"{'x' * 39}   "}, "reason_short"),
    ],
)
def test_a_verdict_needs_its_reason(author: Person, verdict: dict[str, str], code: str) -> None:
    note = draft(author)
    with pytest.raises(BadRequest) as refused:
        judged(author, note, "Autre", **verdict)
    assert (refused.value.code, note.candidates.count()) == (code, 0)


def test_what_is_not_in_the_note_cannot_be_taken_out(author: Person) -> None:
    note, other = draft(author), ready(author)
    row, search = other.candidates.first(), other.searches.first()
    assert row is not None
    assert search is not None
    with pytest.raises(NotFound):
        remove_note_candidate(author, note, candidate=row.pk, at=NOW)
    with pytest.raises(NotFound):
        remove_note_search(author, note, search=search.pk, at=NOW)
    remove_note_candidate(author, other, candidate=row.pk, at=NOW)
    remove_note_search(author, other, search=search.pk, at=NOW)
    assert (other.candidates.count(), other.searches.count()) == (2, 1)


# A search is the desk's own answer


@pytest.mark.usefixtures("catalogue")
def test_a_kept_search_is_what_the_desk_answers(author: Person) -> None:
    note = draft(author)
    add_note_search(author, note, text="  partage de Cartes ", facets={"kind": ["software"]}, reader="fr", at=NOW)
    kept = note.searches.get()
    assert (kept.query, kept.filters, kept.at) == ("partage de Cartes", {"kind": ["software"]}, NOW)
    assert (kept.index_generation > 0, kept.weights_version, len(kept.thesaurus_version)) == (True, 0, 64)
    assert [hit["rank"] for hit in kept.hits] == list(range(1, len(kept.hits) + 1))
    assert all(hit["reasons"] and Commons.objects.get(slug=hit["slug"]).name == hit["name"] for hit in kept.hits)
    assert digest(kept.hits)  # nothing in it has no single spelling
    index = SearchIndex.objects.latest("generation")
    assert kept.made_with == {"index_on": index.built_at.isoformat(), "commons": index.n_docs}


@pytest.mark.usefixtures("catalogue")
def test_a_kept_search_says_since_when_its_weights_hold(author: Person) -> None:
    Weights.objects.create(area="search", version=3, values={}, since=NOW)
    SearchIndex.objects.update(weights_version=3)
    add_note_search(author, draft(author), text="partage de cartes", facets={}, reader="fr", at=NOW)
    kept = NoteSearch.objects.get()
    assert (kept.weights_version, kept.made_with["weights_since"]) == (3, NOW.isoformat())


@pytest.mark.usefixtures("catalogue")
def test_the_same_search_is_kept_once_and_another_filter_makes_another(author: Person) -> None:
    note = draft(author)
    kept = {"facets": {}, "reader": "fr", "at": NOW}
    add_note_search(author, note, text="Écoles  et cartes", **kept)
    with pytest.raises(Conflict):
        add_note_search(author, note, text="ecoles et CARTES", **kept)
    add_note_search(author, note, text="Écoles et cartes", **(kept | {"facets": {"kind": ["software"]}}))
    assert note.searches.count() == 2


@pytest.mark.usefixtures("catalogue")
def test_words_that_say_nothing_are_no_search(author: Person) -> None:
    with pytest.raises(BadRequest):
        add_note_search(author, draft(author), text="le la 😀", facets={}, reader="fr", at=NOW)


def test_without_index_there_is_no_proof(author: Person) -> None:
    SearchIndex.objects.all().delete()
    indexing.newest.forget()
    with pytest.raises(Unavailable):
        add_note_search(author, draft(author), text="cartes", facets={}, reader="fr", at=NOW)
    indexing.newest.forget()


# Who may

WRITES = (
    *("write_note", "conclude_note", "freeze_note", "publish_note", "revise_note"),
    *("add_note_search", "remove_note_search", "add_note_candidates", "judge_note_candidate", "remove_note_candidate"),
)


def test_who_may_do_what_with_a_note(
    author: Person, colleague: Person, town: Organisation, desk: Person, person: Callable[..., Person]
) -> None:
    past = person("ancienne@demo.example")
    left = core.add_member(desk, town, person=past, starts_on=date(2020, 1, 1), at=NOW)
    type(left).objects.filter(pk=left.pk).update(ends_on=date(2021, 1, 1))
    people = {
        "author": author,
        "colleague": colleague,
        "former": past,
        "stranger": person("lise@demo.example"),
        "operator": person("odile@demo.example", operator=True),
        "visitor": None,
    }
    secret = draft(author, org=town)
    public = publish_note(author, frozen(author, ready(author, org=town)), at=NOW)
    alone = draft(author)

    def may(verb: str, note: OpportunityNote) -> list[str]:
        return [name for name, who in people.items() if rules.has_perm(f"catalogue.{verb}", who, note)]

    assert {verb: may(verb, secret) for verb in WRITES} == {verb: ["author", "colleague"] for verb in WRITES}
    assert {verb: may(verb, public) for verb in WRITES} == {verb: ["author", "colleague"] for verb in WRITES}
    assert may("read_note", secret) == ["author", "colleague"]
    assert may("read_note", alone) == ["author"]
    assert may("read_note", public) == list(people)
    assert [name for name, who in people.items() if rules.has_perm("catalogue.create_note", who)] == list(people)[:-1]


def test_nobody_writes_in_the_name_of_a_body_that_is_not_theirs(author: Person, town: Organisation) -> None:
    with pytest.raises(NotAllowed):
        create_note(author, key=KEY, title="x", org=town, at=NOW)
    note = draft(author)
    with pytest.raises(NotAllowed):
        write_note(author, note, version=1, at=NOW, org=town)
    assert not OpportunityNote.objects.filter(org=town).exists()


@pytest.mark.parametrize("service", [freeze_note, publish_note, revise_note])
def test_a_stranger_is_refused(author: Person, person: Callable[..., Person], service: Callable[..., Any]) -> None:
    with pytest.raises(NotAllowed):
        service(person("lise@demo.example"), ready(author), at=NOW)


def test_judging_needs_the_rule(author: Person, person: Callable[..., Person]) -> None:
    with pytest.raises(NotAllowed):
        judge_note_candidate(person("x@demo.example"), draft(author), thing="Autre", version=0, verdict=KEPT, at=NOW)


def test_content_is_read_in_a_fixed_number_of_queries(author: Person) -> None:
    counts = []
    for number in (3, 9):
        note = ready(author, candidates=number, title=f"{number}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.content(OpportunityNote.objects.select_related("org", "revises").get(pk=note.pk))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
