"""Journey 6: two edit one sheet, a fact is contested and judged, two sheets become one and two again, a commons ends."""

from __future__ import annotations

from uuid import uuid4

import pytest

from browser.hands import Hand
from browser.people import PEOPLE, Persons, published, run
from browser.site import Site

STEWARD = """
from datetime import timedelta
from communaux.catalogue.models import Commons
from communaux.core import services
from communaux.core.models import Person
desk, held = Person.objects.desk(), Commons.objects.get(slug={slug!r})
person = Person.objects.get(mail={mail!r})
of = dict(object_type="commons", object_id=str(held.pk), ends_on=now.date() + timedelta(365))
services.grant(desk, person, role="steward", **of, at=now)
"""
CLASH = "Somebody changed the same lines while you were writing. Nothing was lost."
FACT, ANSWER = "Une version est sortie ce mois-ci.", "C’est exact : nous l’avons publiée mardi."


@pytest.fixture
def names() -> tuple[str, str]:
    mark = uuid4().hex[:8]
    return f"Registre {mark}", f"Carnet {mark}"


@pytest.fixture
def slugs(journeys: Site, names: tuple[str, str]) -> list[str]:
    return published(journeys, *names)


def make_steward(journeys: Site, slug: str) -> None:
    run(journeys, STEWARD.format(slug=slug, mail=PEOPLE["colleague"]))


def test_two_people_edit_one_sheet_and_nothing_is_lost(persons: Persons, slugs: list[str]) -> None:
    one, other, visitor = persons("editor"), persons("second editor"), persons("visitor")
    for editor in (one, other):
        editor.go(f"/communs/{slugs[0]}/modifier/")
    one.fill("Who takes care of it", "Le collectif des deux écoles")
    one.press("Save")
    one.sees("Saved.")
    other.fill("Who takes care of it", "L’association des parents")
    other.fill("Who decides", "Une assemblée chaque année")
    other.press("Save")
    other.sees(CLASH)
    other.reads("Le collectif des deux écoles", near="#clash")
    assert other.value("Who takes care of it") == "L’association des parents"
    assert other.value("Who decides") == "Une assemblée chaque année"
    other.accessible()
    other.fill("Who takes care of it", "Le collectif et l’association des parents")
    other.press("Save")
    other.sees("Saved.")
    visitor.go(f"/communs/{slugs[0]}/")
    visitor.reads("Le collectif et l’association des parents", "Une assemblée chaque année")
    visitor.follow("Public history")
    visitor.reads("Éditrice", "Deuxième éditrice")
    told = visitor.page.locator(".entries > li").all_inner_texts()[:2]
    assert [visitor.words("Who decides") in line for line in told] == [True, False]
    assert [visitor.words("Who takes care of it") in line for line in told] == [True, True]


def judge(editor: Hand, path: str, said: str) -> None:
    editor.go(path)
    editor.tick("the contest is right")
    editor.fill("Reason", "Le journal des versions le montre.")
    editor.press("Give this opinion")
    editor.sees(said)


def test_a_fact_is_contested_answered_and_judged_by_two_outsiders(
    persons: Persons, journeys: Site, slugs: list[str]
) -> None:
    make_steward(journeys, slugs[0])
    reader, steward, visitor = persons("reader"), persons("colleague"), persons("visitor")
    reader.go(f"/communs/{slugs[0]}/")
    reader.follow("Contest a value")
    reader.accessible()
    reader.lead(reader.page.locator("a[href='?quoi=stage']"))
    reader.choose("What is true", "operated")
    reader.fill("The fact", FACT)
    reader.fill("Where it can be read", "https://example.org/versions")
    reader.press("Contest")
    reader.sees("Your contest is public now. An answer is due within 30 days.")
    contest = reader.path
    visitor.go(f"/communs/{slugs[0]}/")
    visitor.sees("contested", near=".axis.resource")
    visitor.lead(visitor.page.locator(".axis.resource a[href*='/contestations/']"))
    visitor.reads(FACT)
    visitor.accessible()
    steward.go(contest)
    steward.misses("Give this opinion")
    steward.fill("Your answer", ANSWER)
    steward.press("Answer")
    reader.go(contest)
    reader.reads(ANSWER)
    reader.misses("Give this opinion")
    judge(persons("editor"), contest, "Your opinion is kept: a second person has to agree.")
    persons("editor").misses("Give this opinion")
    judge(persons("second editor"), contest, "The contest is decided.")
    visitor.go(f"/communs/{slugs[0]}/")
    visitor.sees("operated", near=".axis.resource")
    visitor.misses("contested")


def test_two_sheets_become_one_and_two_again(persons: Persons, names: tuple[str, str], slugs: list[str]) -> None:
    reader, editor, visitor = persons("reader"), persons("editor"), persons("visitor")
    reader.go(f"/communs/{slugs[1]}/")
    reader.follow("Say that another sheet is the same")
    reader.fill("The other commons", names[0])
    reader.fill("Why they may be the same", "Les deux écoles tiennent un seul registre.")
    reader.press("Name this pair")
    reader.misses("Make them one")
    editor.go(reader.path)
    editor.reads("Les deux écoles tiennent un seul registre.")
    editor.accessible()
    editor.tick(f"{names[0]} ({slugs[0]})")
    editor.fill("Why they are the same", "Une seule équipe les tient.")
    editor.press("Make them one")
    visitor.go(f"/communs/{slugs[1]}/")
    assert visitor.path == f"/communs/{slugs[0]}/"
    visitor.titled(names[0])
    visitor.follow("Public history")
    visitor.reads("Une seule équipe les tient.")
    editor.go(reader.path)
    editor.fill("Why this is taken back", "Ce sont bien deux registres.")
    editor.press("Undo the merge")
    visitor.go(f"/communs/{slugs[1]}/")
    assert visitor.path == f"/communs/{slugs[1]}/"
    visitor.titled(names[1])


def test_an_end_says_what_remains_and_who_takes_over(
    persons: Persons, journeys: Site, names: tuple[str, str], slugs: list[str]
) -> None:
    make_steward(journeys, slugs[0])
    steward, visitor = persons("colleague"), persons("visitor")
    steward.go(f"/communs/{slugs[0]}/")
    steward.follow("End of this commons")
    steward.choose("Cause", "no maintainer any more")
    steward.fill("Date of the end", "2099")
    steward.fill("What can still be used", "Le fichier des vélos.")
    steward.fill("Who takes over", names[1])
    steward.fill("Where code and data are kept", f"https://example.org/{slugs[0]}")
    steward.fill("Message to those who use it", "Merci à toutes et à tous.")
    steward.press("Say that this commons has ended")
    steward.sees("This day is still to come: an end is said when it has happened.")
    steward.accessible()
    assert steward.value("What can still be used") == "Le fichier des vélos."
    steward.fill("Date of the end", "2026-03")
    steward.press("Say that this commons has ended")
    visitor.go(f"/communs/{slugs[0]}/")
    visitor.sees("This commons has ended.")
    visitor.reads(
        "Le fichier des vélos.", "Merci à toutes et à tous.", f"https://example.org/{slugs[0]}", near=".note.ended"
    )
    visitor.accessible()
    visitor.follow(names[1], near=".note.ended")
    visitor.titled(names[1])
