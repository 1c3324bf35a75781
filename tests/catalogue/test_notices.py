"""Who is told of what happens to a commons: role × act, on a draft, a proposal and a sheet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import NOW, MappedFactory
from slices import bring_in

from communaux.catalogue import services
from communaux.catalogue.models import Commons, Theme
from communaux.catalogue.own import fingerprint
from communaux.catalogue.queries import editable
from communaux.catalogue.queries.asked import Asked, to_read
from communaux.core import notify, subscriptions
from communaux.core import services as core_services
from communaux.core.models import Entry, Notification, Person

pytestmark = pytest.mark.django_db
REPOSITORY = "https://github.com/demo/pret-de-velos"
SITE = "https://velos.example"
FULL: dict[str, Any] = {
    "licence": "AGPL-3.0-only",
    "short_fr": "Prêter des vélos entre écoles",
    "long_fr": "Un registre partagé. " * 10,
    "themes": ["education"],
    "steward": "Une association d’exemple",
    "url": SITE,
}
LATER = NOW + timedelta(days=1)


@pytest.fixture
def people(person: Callable[..., Person], desk: Person) -> dict[str, Person]:
    """One of each part, and an editor of another theme; a member of a body that edits the theme."""
    Theme.objects.bulk_create([Theme(key=key, fr=key, en=key) for key in ("education", "mobilite")])
    parts = ("author", "editor", "editor_of_all", "editor_elsewhere", "member", "past_editor", "reader", "follower")
    made = {part: person(f"{part}@demo.example") for part in (*parts, "steward")}

    def grant(to: Any, role: str, **on: Any) -> None:
        core_services.grant(desk, to, role=role, at=NOW, **on)

    grant(made["editor"], "editor", object_type="theme", object_id="education")
    grant(made["editor_of_all"], "editor", object_type="instance")
    grant(made["editor_elsewhere"], "editor", object_type="theme", object_id="mobilite")
    past = {"starts_on": NOW.date() - timedelta(days=9), "ends_on": NOW.date() - timedelta(days=1)}
    grant(made["past_editor"], "editor", object_type="instance", **past)
    body = core_services.create_organisation(desk, name="Un réseau", kind="association", at=NOW)
    core_services.add_member(desk, body, person=made["member"], starts_on=NOW.date(), at=NOW)
    grant(body, "editor", object_type="theme", object_id="education")
    return made


@pytest.fixture
def commons(people: dict[str, Person], desk: Person) -> Commons:
    """Complete, with a steward and a follower; what was written so far is told already."""
    author = people["author"]
    made = services.start_proposal(author, name="Prêt de vélos", address=REPOSITORY, given={}, at=NOW)
    tell(author, made, **FULL, repository=REPOSITORY)
    services.show_evidence(author, made, locator=f"{REPOSITORY}/LICENSE", kind="licence", at=NOW)
    on = {"object_type": "commons", "object_id": str(made.pk), "ends_on": NOW.date() + timedelta(days=9999)}
    core_services.grant(desk, people["steward"], role="steward", at=NOW, **on)
    subscriptions.follow(people["follower"], kind="commons", subject_id=str(made.pk), at=NOW)
    told()
    return made


def tell(by: Person, commons: Commons, **given: Any) -> None:
    now = editable.current(commons)
    seen = {name: fingerprint(now[name]) for name in given}
    services.describe(by, commons, given=given, seen=seen, reason="", at=NOW)


def told() -> dict[str, set[str]]:
    """What was made since the last time: verb and kind → parts."""
    notify.follow(NOW)
    found: dict[str, set[str]] = {}
    for row in Notification.objects.filter(channel="inapp").select_related("person", "entry"):
        found.setdefault(f"{row.entry.act} {row.kind}", set()).add(row.person.display_name)
    Notification.objects.all().delete()
    return found


EDITORS = {"editor", "editor_of_all", "member"}


def test_role_by_act(people: dict[str, Person], commons: Commons, desk: Person) -> None:
    """Whoever acts is told nothing; every other part hears exactly what concerns it."""
    author, editor = people["author"], people["editor"]
    services.ask_publication(author, commons, at=LATER)
    assert told() == {"catalogue.ask asked": EDITORS}
    services.send_back(editor, commons, reason="Qui s’en occupe ?", at=LATER)
    assert told() == {"catalogue.send_back decided": {"author"}}
    services.ask_publication(author, commons, at=LATER)
    told()
    services.publish(editor, commons, at=LATER)
    assert told() == {"catalogue.publish decided": {"author"}}
    tell(editor, commons, short_fr="Plus juste")
    assert told() == {"catalogue.describe news": {"author", "steward", "follower"}}
    tell(people["steward"], commons, short_fr="Encore plus juste")
    assert told() == {"catalogue.describe news": {"author", "follower"}}
    bring_in(desk, "sill", MappedFactory(external_id="7", name="Prêt de vélos", repository=REPOSITORY, url=SITE))
    assert told() == {"catalogue.import news": {"steward", "follower"}}
    services.withhold(editor, commons, reason="Une question de droits", at=LATER)
    keepers = {"catalogue.withhold decided": {"author", "steward"}, "catalogue.withhold news": {"follower"}}
    assert told() == keepers
    services.restore(editor, commons, reason="", at=LATER)
    assert told() == {
        "catalogue.restore decided": {"author", "steward"},
        "catalogue.restore news": {"follower"},
    }


def test_an_author_who_follows_is_told_once_as_an_author(people: dict[str, Person], commons: Commons) -> None:
    services.publish(people["editor"], commons, at=LATER)
    subscriptions.follow(people["author"], kind="commons", subject_id=str(commons.pk), at=NOW)
    told()
    services.withhold(people["editor"], commons, reason="Non", at=LATER)
    assert told()["catalogue.withhold decided"] == {"author", "steward"}


def test_silent_acts(people: dict[str, Person], commons: Commons) -> None:
    services.start_proposal(people["author"], name="Autre", address="https://autre.example", given={}, at=NOW)
    services.show_evidence(people["author"], commons, locator="https://x.example/charte", kind="charter", at=NOW)
    services.discard(people["author"], commons, at=LATER)
    assert told() == {}


@pytest.mark.parametrize("act", ["publish", "send_back"])
def test_what_one_editor_decides_waits_for_no_other(people: dict[str, Person], commons: Commons, act: str) -> None:
    services.ask_publication(people["author"], commons, at=LATER)
    notify.follow(NOW)
    assert [subscriptions.pressing(people[part]) for part in ("editor", "editor_of_all", "member")] == [1, 1, 1]
    given = {"reason": "À revoir"} if act == "send_back" else {}
    getattr(services, act)(people["editor"], commons, at=LATER, **given)
    notify.follow(NOW)
    assert [subscriptions.pressing(people[part]) for part in ("editor", "editor_of_all", "member")] == [0, 0, 0]
    assert subscriptions.pressing(people["author"]) == 1


def test_a_proposal_is_read_where_it_is_decided_a_sheet_where_it_stands(
    people: dict[str, Person], commons: Commons
) -> None:
    lines = list(Entry.objects.filter(subject_id=str(commons.pk))[:1])
    assert list(notify.shown(lines).values()) == [
        notify.Shown("Prêt de vélos", "/communs/pret-de-velos/publier/"),
    ]
    services.publish(people["editor"], commons, at=LATER)
    assert list(notify.shown(lines).values()) == [notify.Shown("Prêt de vélos", "/communs/pret-de-velos/")]
    assert notify.shown([Entry(subject_kind="commons", subject_id=str(people["editor"].pk))]) == {}
    assert notify.shown([Entry(subject_kind="nothing_known", subject_id="1")]) == {}


def test_proposals_to_read_are_those_of_ones_themes(people: dict[str, Person], commons: Commons) -> None:
    services.ask_publication(people["author"], commons, at=LATER)
    found = {part: [one.commons for one in to_read(Asked(who, timezone.localdate()))] for part, who in people.items()}
    assert {part for part, those in found.items() if those == [commons]} == EDITORS
    assert {part for part, those in found.items() if not those} == set(people) - EDITORS


def test_one_or_three_lines_cost_the_same(people: dict[str, Person], commons: Commons) -> None:
    def cost(n: int) -> int:
        for number in range(n):
            tell(people["editor"], commons, short_fr=f"Texte {n} {number}")
        with CaptureQueriesContext(connection) as counted:
            notify.follow(NOW)
        return len(counted)

    assert cost(1) == cost(3)
