"""Who is told of what happens around a commons: claims, uses, providers, contests, needs, notes, words. Verb × part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from factories import NOW, CommonsFactory

from communaux.catalogue.models import (
    Claim,
    Commons,
    Experience,
    Need,
    NeedSupport,
    OpportunityNote,
    Provider,
    Reuse,
    Theme,
    ThesaurusChange,
)
from communaux.core import journal, notify, organisations, subscriptions
from communaux.core import services as core_services
from communaux.core.models import Contest, Notification, Organisation, Person

pytestmark = pytest.mark.django_db
END = NOW.date() + timedelta(days=9999)


@pytest.fixture
def theme(db: None) -> Theme:
    return Theme.objects.create(key="education", fr="Éducation", en="Education")


@pytest.fixture
def commons(theme: Theme) -> Commons:
    made = CommonsFactory(name="Prêt de vélos", slug="pret-de-velos")
    made.themes.add(theme)
    return made


@pytest.fixture
def town(desk: Person) -> Organisation:
    return core_services.create_organisation(desk, name="Commune de démonstration", kind="local_authority", at=NOW)


@pytest.fixture
def people(person: Callable[..., Person], desk: Person, commons: Commons, town: Organisation) -> dict[str, Person]:
    parts = ("editor", "steward", "follower", "asker", "agent", "colleague", "operator")
    made = {part: person(f"{part}@demo.example") for part in parts}

    def grant(part: str, role: str, **on: Any) -> None:
        core_services.grant(desk, made[part], role=role, at=NOW, **on)

    grant("editor", "editor", object_type="theme", object_id="education")
    grant("steward", "steward", object_type="commons", object_id=str(commons.pk), ends_on=END)
    grant("operator", "operator", object_type="instance")
    for part in ("agent", "colleague"):
        core_services.add_member(desk, town, person=made[part], starts_on=NOW.date(), at=NOW)
    subscriptions.follow(made["follower"], kind="commons", subject_id=str(commons.pk), at=NOW)
    told()
    return made


def told() -> dict[str, set[str]]:
    notify.follow(NOW)
    found: dict[str, set[str]] = {}
    for row in Notification.objects.exclude(state="settled").select_related("person"):
        found.setdefault(row.kind, set()).add(row.person.display_name)
    return found


def wrote(by: Person, verb: str, subject: Any, **after: Any) -> dict[str, set[str]]:
    """Who hears of one act alone."""
    Notification.objects.all().delete()
    journal.append(by, NOW, journal.Line(verb, journal.subject_of(subject), {}, after))
    return told()


def test_claims(people: dict[str, Person], commons: Commons) -> None:
    asker, editor = people["asker"], people["editor"]
    asked = Claim.objects.create(commons=commons, person=asker, proof="file", asked_at=NOW)
    assert wrote(asker, "catalogue.claim", asked) == {"asked": {"editor"}}
    assert wrote(editor, "catalogue.accept_claim", asked) == {"decided": {"asker"}}
    assert wrote(editor, "catalogue.confirm_claim", asked) == {"decided": {"asker"}}
    assert wrote(editor, "catalogue.refuse_claim", asked) == {"decided": {"asker"}}


def use(people: dict[str, Person], commons: Commons, town: Organisation) -> Reuse:
    text = "Prêter des vélos entre deux écoles de la commune, chaque semaine."
    said = {"kind": "uses", "use_case": text, "declared_by": people["agent"], "declared_at": NOW}
    return Reuse.objects.create(commons=commons, organisation=town, **said)


def test_uses(people: dict[str, Person], commons: Commons, town: Organisation, desk: Person) -> None:
    agent, colleague, used = people["agent"], people["colleague"], use(people, commons, town)
    assert wrote(agent, "catalogue.declare_reuse", used) == {"asked": {"colleague"}}
    around = {"news": {"follower", "steward"}}
    assert wrote(colleague, "catalogue.confirm_reuse", used) == {"decided": {"agent"}} | around
    assert wrote(desk, "catalogue.mark_stale_reuses", used) == {"asked": {"agent", "colleague"}}
    assert wrote(agent, "catalogue.renew_reuse", used) == {}
    assert wrote(agent, "catalogue.end_reuse", used) == around


def test_what_was_learned(people: dict[str, Person], commons: Commons, town: Organisation) -> None:
    used = use(people, commons, town)
    written = Experience.objects.create(reuse=used, written_by=people["agent"], published_at=NOW, version=1)
    assert wrote(people["agent"], "catalogue.write_experience", written) == {"news": {"follower"}}
    assert wrote(people["agent"], "catalogue.edit_experience", written) == {}


def test_providers(people: dict[str, Person], commons: Commons, town: Organisation) -> None:
    said = {"services": ["hosting"], "declared_by": people["agent"], "declared_at": NOW}
    offer = Provider.objects.create(commons=commons, organisation=town, **said)
    assert wrote(people["agent"], "catalogue.declare_provider", offer) == {"asked": {"colleague", "steward"}}
    confirmed = wrote(people["steward"], "catalogue.confirm_provider", offer)
    assert confirmed == {"decided": {"agent"}, "news": {"follower"}}


def contested(commons: Commons, by: Person) -> Contest:
    dates = {"opened_at": NOW, "due_at": NOW + timedelta(days=30)}
    told = {"subject_kind": "commons", "subject_id": str(commons.pk), "field": "name", "fact": "Un fait"}
    return Contest.objects.create(**told, by=by, **dates)


def test_contests(people: dict[str, Person], commons: Commons) -> None:
    """Its steward answers; an editor on neither side judges; a first opinion closes nothing, and settles nothing."""
    asker, one = people["asker"], contested(commons, people["asker"])

    def line(by: Person, verb: str, state: str) -> dict[str, set[str]]:
        return wrote(by, f"core.{verb}_contest", commons, contest=one.pk, contest_state=state)

    assert line(asker, "open", "open") == {"asked": {"steward"}}
    assert line(people["steward"], "answer", "answered") == {"decided": {"asker"}, "asked": {"editor"}}
    assert line(people["editor"], "decide", "answered") == {}
    assert line(people["editor"], "decide", "upheld") == {"decided": {"asker", "steward"}}
    assert line(asker, "withdraw", "withdrawn") == {}


def test_without_steward_its_editors_answer(people: dict[str, Person], theme: Theme) -> None:
    other = CommonsFactory(name="Autre")
    other.themes.add(theme)
    one = contested(other, people["asker"])
    assert wrote(people["asker"], "core.open_contest", other, contest=one.pk, contest_state="open") == {
        "asked": {"editor"}
    }


def test_each_contest_is_settled_by_itself(people: dict[str, Person], commons: Commons) -> None:
    first, second = contested(commons, people["asker"]), contested(commons, people["agent"])

    def line(by: str, verb: str, contest: Contest, state: str) -> list[int]:
        after = {"contest": contest.pk, "contest_state": state}
        journal.append(people[by], NOW, journal.Line(f"core.{verb}_contest", ("commons", str(commons.pk)), {}, after))
        notify.follow(NOW)
        rows = subscriptions.still_asked(people["steward"], "core.open_contest")
        return [row.entry.after["contest"] for row in rows]

    assert line("asker", "open", first, "open") == [first.pk]
    assert line("agent", "open", second, "open") == [first.pk, second.pk]
    assert line("steward", "answer", first, "answered") == [second.pk]
    editor = people["editor"]
    assert subscriptions.still_asked(editor, "core.answer_contest").count() == 1
    line("editor", "decide", first, "answered")  # a first opinion
    assert subscriptions.still_asked(editor, "core.answer_contest").count() == 1
    line("editor", "decide", first, "upheld")
    assert subscriptions.still_asked(editor, "core.answer_contest").count() == 0


def test_needs(people: dict[str, Person], commons: Commons, theme: Theme) -> None:
    asker, editor = people["asker"], people["editor"]
    need = Need.objects.create(
        title="Louer une salle", slug="louer", theme=theme, author=asker, opened_at=NOW, lang="fr"
    )
    NeedSupport.objects.create(need=need, person=people["agent"], at=NOW)
    NeedSupport.objects.create(need=need, person=people["colleague"], at=NOW, withdrawn_at=NOW)
    assert wrote(asker, "catalogue.express_need", need) == {"news": {"editor"}}
    assert wrote(people["agent"], "catalogue.support_need", need) == {"news": {"asker"}}
    for verb in ("match", "answer", "close", "reopen"):
        assert wrote(editor, f"catalogue.{verb}_need", need) == {"decided": {"asker"}, "news": {"agent"}}
    assert wrote(editor, "catalogue.join_pool", need) == {"decided": {"asker"}, "news": {"agent"}}
    assert wrote(people["agent"], "catalogue.withdraw_support", need) == {}


def test_notes_and_words(people: dict[str, Person], town: Organisation) -> None:
    note = OpportunityNote.objects.create(title="Secret", author=people["agent"], org=town, created_at=NOW)
    assert wrote(people["agent"], "catalogue.freeze_note", note) == {"news": {"colleague"}}
    line = Notification.objects.get().entry
    assert [one.name for one in notify.shown([line]).values()] == ["Une de vos notes"]
    word = {"op": "add_label", "payload": {}, "by": people["asker"], "proposed_at": NOW}
    change = ThesaurusChange.objects.create(concept="education.velos", **word)
    assert wrote(people["editor"], "catalogue.accept_word", change) == {"decided": {"asker"}}
    assert wrote(people["editor"], "catalogue.refuse_word", change) == {"decided": {"asker"}}


def test_a_merge_is_told_once_and_its_followers_hear_of_the_other(
    people: dict[str, Person], commons: Commons, desk: Person
) -> None:
    kept = CommonsFactory(name="Vélos partagés", slug="velos-partages")
    Notification.objects.all().delete()
    for here in (commons, kept):
        journal.append(desk, NOW, journal.Line("catalogue.merge", journal.subject_of(here), {}, {"merge": 1}))
    Commons.objects.filter(pk=commons.pk).update(state="merged", merged_into=kept)
    assert told() == {"decided": {"steward"}, "news": {"follower"}}
    assert Notification.objects.filter(channel="inapp", kind="news").count() == 1
    assert list(notify.shown([Notification.objects.all()[0].entry]).values()) == [
        notify.Shown("Vélos partagés", "/communs/velos-partages/")
    ]
    assert wrote(desk, "catalogue.describe", kept) == {"news": {"follower"}}
    Commons.objects.filter(pk=commons.pk).update(state="published", merged_into=None)
    assert wrote(desk, "catalogue.describe", kept) == {}  # undone, nobody follows it any more


def test_who_asks_to_join(people: dict[str, Person], town: Organisation, desk: Person) -> None:
    asked = organisations.ask_to_join(people["asker"], town, at=NOW)
    assert told()["asked"] == {"operator"}  # nobody answers for the organisation yet
    Notification.objects.all().delete()
    on = {"object_type": "organisation", "object_id": str(town.pk), "starts_on": date(2020, 1, 1)}
    core_services.grant(desk, people["agent"], role="owner", at=NOW, **on)
    told()
    assert wrote(people["asker"], "core.ask_to_join", asked) == {"asked": {"agent"}}
    assert subscriptions.still_asked(people["agent"], "core.ask_to_join").count() == 1
    organisations.confirm_member(people["agent"], asked, at=NOW)
    told()
    assert subscriptions.still_asked(people["agent"], "core.ask_to_join").count() == 0


def test_every_kind_of_subject_has_a_name_and_a_page(
    people: dict[str, Person], commons: Commons, town: Organisation, theme: Theme
) -> None:
    used = use(people, commons, town)
    offer = {"services": ["hosting"], "declared_by": people["agent"], "declared_at": NOW}
    need = {"title": "Louer une salle", "slug": "louer", "theme": theme, "opened_at": NOW, "lang": "fr"}
    subjects = [
        Claim.objects.create(commons=commons, person=people["asker"], proof="file", asked_at=NOW),
        used,
        Experience.objects.create(reuse=used, written_by=people["agent"], published_at=NOW, version=1),
        Provider.objects.create(commons=commons, organisation=town, **offer),
        Need.objects.create(**need),
    ]
    lines = [journal.append(people["agent"], NOW, journal.Line("x", journal.subject_of(one))) for one in subjects]
    shown = [(one.name, one.path.strip("/").split("/")[0]) for one in notify.shown(lines).values()]
    body = "Commune de démonstration"
    assert shown == [
        ("Prêt de vélos", "demandes"),
        (f"Prêt de vélos\u00a0: usage de {body}", "usages"),
        (f"Prêt de vélos\u00a0: usage de {body}", "communs"),
        (f"{body} (Prêt de vélos)", "prestataires"),
        ("Louer une salle", "besoins"),
    ]
