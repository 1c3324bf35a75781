"""A need from its words to its answer: expressed once, supported once, matched, answered, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from factories import NOW, CommonsFactory
from rules import has_perm

from communaux.catalogue import services
from communaux.catalogue.models import Commons, Need, NeedHit, NeedSupport, SearchLog, Theme
from communaux.catalogue.queries import needs
from communaux.catalogue.services.needs import Looked
from communaux.core import services as core_services
from communaux.core.errors import Conflict, NotAllowed, NotFound, NotReady
from communaux.core.models import Entry, Organisation, Person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
KEY = UUID("00000000-0000-4000-8000-000000000006")
QUERY = "Nid de poule, écrire à jean@mairie.example"


@pytest.fixture(autouse=True)
def _themes(db: None) -> None:
    Theme.objects.bulk_create([Theme(key=key, fr=key, en=key) for key in ("urbanisme", "mobilite")])


@pytest.fixture
def author(person: Callable[..., Person]) -> Person:
    return person("autrice@demo.example")


@pytest.fixture
def editor(person: Callable[..., Person], desk: Person) -> Person:
    made = person("edith@demo.example")
    core_services.grant(desk, made, role="editor", object_type="theme", object_id="urbanisme", at=NOW)
    return made


@pytest.fixture
def town(desk: Person, author: Person) -> Organisation:
    made = core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)
    core_services.add_member(desk, made, person=author, starts_on=NOW.date() - timedelta(days=900), at=NOW)
    return made


def given(**more: Any) -> dict[str, Any]:
    told = {"title": "Suivre les nids de poule", "text_md": "Rien **n’est** suivi.", "kind": "service", "for_whom": ""}
    return told | {"theme_id": "urbanisme", "org": None, "generation": 3, "lang": "fr"} | more


def express(by: Person, *, key: UUID | None = None, hits: list[Looked] | None = None, **more: Any) -> Need:
    query = more.pop("query", "")
    return services.express_need(by, key=key or uuid4(), given=given(**more), hits=hits or [], query=query, at=NOW)


def test_a_need_keeps_its_words_its_search_and_what_was_seen(author: Person) -> None:
    SearchLog.objects.create(day=NOW.date(), query_masked="nid de poule, écrire à [mail]", n=2)
    first, second = CommonsFactory(slug="un"), CommonsFactory(slug="deux")
    hits = [Looked(first, "search", 1, "licence", " Pas libre "), Looked(second, "form", 4)]
    need = express(author, key=KEY, hits=hits, query=QUERY)
    assert (need.pk, need.slug, need.state, need.author) == (KEY, "suivre-les-nids-de-poule", "open", author)
    assert (need.origin_kind, need.query, need.generation) == ("search", "nid de poule, écrire à [mail]", 3)
    assert need.text_html == "<p>Rien <strong>n’est</strong> suivi.</p>\n"
    told = ("commons__slug", "shown", "rank", "reason_code", "reason")
    assert list(need.hits.order_by("rank").values_list(*told)) == [
        ("un", "search", 1, "licence", "Pas libre"),
        ("deux", "form", 4, "", ""),
    ]
    assert SearchLog.objects.values_list("used_for", "clicked_rank").get() == ("need", None)
    line = Entry.objects.get(act="catalogue.express_need")
    assert (line.subject_kind, line.subject_id, line.after["title"]) == ("need", str(KEY), need.title)
    assert "poule, écrire" not in str(Entry.objects.values())


def test_the_same_form_sent_twice_is_one_need(author: Person, person: Callable[..., Person]) -> None:
    need = express(author, key=KEY)
    assert express(author, key=KEY) == need
    assert (Need.objects.count(), Entry.objects.filter(act="catalogue.express_need").count()) == (1, 1)
    changed = express(author, key=KEY, title="Suivre les trous de la chaussée")
    other = express(person("autre@demo.example"), key=KEY)
    assert len({need.pk, changed.pk, other.pk}) == len({need.slug, changed.slug, other.slug}) == 3


@pytest.mark.parametrize(("title", "slug"), [("Nouveau !", "nouveau-besoin"), ("🕳️ 🕳️ 🕳️ 🕳️", "besoin")])
def test_no_need_takes_the_address_of_a_page(author: Person, title: str, slug: str) -> None:
    assert express(author, title=title).slug == slug


def test_its_author_corrects_it_until_somebody_joins(author: Person, person: Callable[..., Person]) -> None:
    need = express(author, title="Suivre les nids de pouls")
    services.correct_need(author, need, title="Suivre les nids de poule", text_md="**Mieux**", at=LATER)
    need.refresh_from_db()
    assert (need.title, need.text_html) == ("Suivre les nids de poule", "<p><strong>Mieux</strong></p>\n")
    assert need.slug == "suivre-les-nids-de-pouls", "its address is known already"
    line = Entry.objects.get(act="catalogue.correct_need")
    assert (line.before, line.after) == ({"title": "Suivre les nids de pouls"}, {"title": "Suivre les nids de poule"})
    services.correct_need(author, need, title=need.title, text_md=need.text_md, at=LATER)
    assert Entry.objects.filter(act="catalogue.correct_need").count() == 1
    other = person("autre@demo.example")
    with pytest.raises(NotAllowed):
        services.correct_need(other, need, title="Autre chose que cela", text_md="", at=LATER)
    services.support_need(other, need, at=LATER)
    with pytest.raises(Conflict):
        services.correct_need(author, need, title="Autre chose que cela", text_md="", at=LATER)
    services.withdraw_support(other, need, at=LATER)
    services.close_need(author, need, reason="withdrawn", at=LATER)
    with pytest.raises(Conflict):
        services.correct_need(author, need, title="Autre chose que cela", text_md="", at=LATER)


def test_one_speaks_for_ones_own_body_only(author: Person, town: Organisation, person: Callable[..., Person]) -> None:
    assert express(author, org=town).org == town
    with pytest.raises(NotAllowed):
        express(person("autre@demo.example"), org=town)
    assert Need.objects.count() == 1


def test_me_too_counts_once_for_a_person_and_once_for_a_body(
    author: Person, town: Organisation, person: Callable[..., Person], desk: Person
) -> None:
    need = express(person("autre@demo.example"))
    colleague = person("collegue@demo.example")
    core_services.add_member(desk, town, person=colleague, starts_on=NOW.date() - timedelta(days=9), at=NOW)
    first = services.support_need(author, need, at=NOW)
    assert services.support_need(author, need, at=LATER) == first
    for_town = services.support_need(author, need, org=town, at=NOW)
    assert services.support_need(colleague, need, org=town, at=LATER) == for_town
    sheet = needs.sheet(need, author)
    assert (sheet.orgs, sheet.persons, len(sheet.mine)) == ([town], 1, 2)
    assert Entry.objects.filter(act="catalogue.support_need").count() == 2
    assert needs.listed({}).get().supporters == 2
    services.withdraw_support(colleague, need, at=LATER)  # what a colleague said is not theirs to take back
    services.withdraw_support(author, need, at=LATER)
    services.withdraw_support(author, need, at=LATER)
    assert NeedSupport.objects.filter(withdrawn_at=None).count() == 0
    assert Entry.objects.filter(act="catalogue.withdraw_support").count() == 1
    services.support_need(author, need, at=LATER)
    assert needs.listed({}).get().supporters == 1


def test_the_database_itself_refuses_a_second_support(author: Person, person: Callable[..., Person]) -> None:
    need = express(person("autre@demo.example"))
    services.support_need(author, need, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedSupport.objects.create(need=need, person=author, at=NOW)


def test_nobody_supports_their_own_need_or_one_that_is_closed(author: Person, person: Callable[..., Person]) -> None:
    need = express(author)
    with pytest.raises(NotAllowed):
        services.support_need(author, need, at=NOW)
    services.close_need(author, need, reason="withdrawn", at=LATER)
    with pytest.raises(Conflict):
        services.support_need(person("autre@demo.example"), need, at=LATER)


def test_a_commons_answers_and_the_rank_it_was_seen_at_is_known(author: Person) -> None:
    SearchLog.objects.create(day=NOW.date(), query_masked="nid de poule", n=2)
    commons = CommonsFactory(slug="signaler")
    need = express(author, hits=[Looked(commons, "search", 7)], query="nid de poule")
    with pytest.raises(NotReady):
        services.match_need(author, need, commons=commons, why="  ", at=LATER)
    services.match_need(author, need, commons=commons, why="Finalement oui", at=LATER)
    need.refresh_from_db()
    assert (need.state, need.answer_commons, need.answer_why) == ("matched", commons, "Finalement oui")
    assert SearchLog.objects.values_list("used_for", "clicked_rank").get() == ("need", 7)
    line = Entry.objects.get(act="catalogue.match_need")
    assert (line.before["state"], line.after["answered_by"], line.reason) == ("open", "signaler", "Finalement oui")
    services.answer_need(author, need, at=LATER)
    services.reopen_need(author, need, reason="Il ne sert plus", at=LATER)
    need.refresh_from_db()
    assert (need.state, need.answer_commons, need.answer_why) == ("open", None, "")


def test_a_merged_commons_answers_as_the_one_kept(author: Person) -> None:
    kept = CommonsFactory(slug="garde")
    merged = CommonsFactory(slug="fondu", state=Commons.State.MERGED, merged_into=kept)
    need = services.match_need(author, express(author), commons=merged, why="oui", at=LATER)
    assert need.answer_commons == kept
    other, draft = express(author), CommonsFactory(state=Commons.State.DRAFT)
    with pytest.raises(NotReady):
        services.match_need(author, other, commons=draft, why="oui", at=LATER)


def test_of_two_who_decide_the_second_is_told(author: Person, editor: Person) -> None:
    need = express(author)
    services.close_need(author, need, reason="no_longer_needed", at=LATER)
    lines = Entry.objects.count()
    with pytest.raises(Conflict):
        services.match_need(editor, need, commons=CommonsFactory(), why="oui", at=LATER)
    with pytest.raises(Conflict):
        services.answer_need(editor, need, at=LATER)
    assert Entry.objects.count() == lines
    need.refresh_from_db()
    assert (need.state, need.close_reason, need.closed_at) == ("closed", "no_longer_needed", LATER)


@pytest.mark.parametrize("reason", ["", "because", "<b>"])
def test_a_need_is_closed_for_a_reason_of_the_list(author: Person, reason: str) -> None:
    with pytest.raises(NotReady):
        services.close_need(author, express(author), reason=reason, at=LATER)
    with pytest.raises(Conflict):
        services.reopen_need(author, Need.objects.get(), reason="rien", at=LATER)


def test_it_is_opened_again_with_a_reason(author: Person) -> None:
    need = services.close_need(author, express(author), reason="duplicate", at=LATER)
    with pytest.raises(NotReady):
        services.reopen_need(author, need, reason=" ", at=LATER)
    services.reopen_need(author, need, reason="Ce n’était pas le même", at=LATER)
    assert Entry.objects.latest("seq").reason == "Ce n’était pas le même"


def test_roles_and_acts(author: Person, editor: Person, person: Callable[..., Person], desk: Person) -> None:
    """Role × action, on a need of the editor's theme."""
    elsewhere, chief = person("ailleurs@demo.example"), person("chef@demo.example")
    core_services.grant(desk, elsewhere, role="editor", object_type="theme", object_id="mobilite", at=NOW)
    core_services.grant(desk, chief, role="editor", object_type="instance", at=NOW)
    need = express(author)
    acts = ("express", "support", "correct", "match", "answer", "close", "reopen")
    who = {
        "author": author,
        "editor": editor,
        "chief": chief,
        "elsewhere": elsewhere,
        "reader": person("quelquun@demo.example"),
        "visitor": None,
    }
    allowed = {
        name: " ".join(act for act in acts if has_perm(f"catalogue.{act}_need", one, need)) for name, one in who.items()
    }
    assert allowed == {
        "author": "express correct match answer close reopen",
        "editor": "express support match answer close reopen",
        "chief": "express support match answer close reopen",
        "elsewhere": "express support",
        "reader": "express support",
        "visitor": "",
    }


def test_the_list_by_theme_and_state(author: Person) -> None:
    first = express(author)
    express(author, title="Covoiturer vers l’école", theme_id="mobilite")
    services.close_need(author, first, reason="duplicate", at=LATER)
    assert needs.known({"theme": "mobilite\x00", "state": "draft"}) == {"theme": "mobilite"}
    assert needs.known({"theme": "<script>", "state": "open"}) == {"state": "open"}
    assert [one.slug for one in needs.listed({"theme": "mobilite"})] == ["covoiturer-vers-l-ecole"]
    themes, states, kinds = needs.facets({"state": "open"})
    assert [(one.key, one.n) for one in themes] == [("mobilite", 1)]  # type: ignore[attr-defined]
    assert (states, kinds) == ({"open": 1, "closed": 1}, {"service": 1})
    assert needs.facets({"theme": "urbanisme"})[1] == {"closed": 1}


def test_a_draft_is_nowhere(author: Person) -> None:
    need = express(author)
    Need.objects.update(state=Need.State.DRAFT)
    assert list(needs.listed({})) == []
    assert needs.facets({}) == ([], {}, {})
    with pytest.raises(NotFound):
        needs.by_slug(need.slug)


def test_one_or_three_needs_cost_the_same(author: Person, client: Any) -> None:
    counts = []
    for numbers in ((1,), (2, 3)):
        for n in numbers:
            need = express(author, title=f"Besoin numéro {n}")
            services.match_need(author, need, commons=CommonsFactory(), why="oui", at=LATER)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/besoins/").text.count("Besoin numéro") == max(numbers)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_a_need_costs_the_same_with_one_and_three_hits(author: Person, client: Any) -> None:
    counts = []
    for n in (1, 3):
        hits = [Looked(CommonsFactory(), "search", rank + 1) for rank in range(n)]
        need = express(author, title=f"Besoin numéro {n}", hits=hits)
        assert NeedHit.objects.filter(need=need).count() == n
        with CaptureQueriesContext(connection) as captured:
            assert client.get(need.get_absolute_url()).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
