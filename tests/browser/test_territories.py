"""Needs on the map: find one's commune, express a need from there, put it together with that of a neighbour, read the map."""

from __future__ import annotations

from random import choices
from string import ascii_lowercase

import pytest

from browser.hands import Hand
from browser.people import Persons, run
from browser.site import Site

CODES = {"Bordeaux": "33063", "Mérignac": "33281"}


@pytest.fixture
def mark() -> str:
    return "".join(choices(ascii_lowercase, k=9))


def find(hand: Hand, typed: str) -> None:
    hand.go("/territoires/")
    hand.fill("Name, postal code or INSEE code of a place", typed)
    hand.press("Choose")


def express(hand: Hand, town: str, title: str) -> None:
    """From the page of a town to the published need."""
    find(hand, f"{town} (33)")
    assert hand.path == f"/territoires/commune/{CODES[town]}/"
    hand.follow("Express a need from here")
    assert hand.value("Where") == f"{town} (Gironde)"
    hand.fill("The need, in one line", title)
    hand.choose("Theme", hand.either("Associations et tiers-lieux", "Associations and third places"))
    hand.choose("What is missing", "a service or a tool")
    hand.press("Look once more, then express it")
    if hand.path == "/besoins/nouveau/":  # something was found: the three answers stand before the form
        hand.sees("Before it is saved")
        hand.accessible()
        hand.press("Nothing fits: express this need")
    hand.reads(title)


def test_a_need_is_expressed_from_a_commune_and_put_together_with_its_neighbour(persons: Persons, mark: str) -> None:
    agent, reader, visitor = persons("agent"), persons("reader"), persons("visitor")
    # Two needs that are unlike: each hand puts its own together
    title = f"{agent.either('Prêter les salles des fêtes', 'Partager un minibus le dimanche')} {mark}"
    express(reader, "Mérignac", title)
    express(agent, "Bordeaux", f"{title} des communes")
    need = agent.path
    agent.follow("See what may answer: reuse, join, build")
    agent.sees("Reuse")
    agent.reads(title)
    agent.accessible()
    agent.follow("Put these needs together")
    agent.accessible()
    agent.press("Put together")
    agent.sees("These needs stand together now: their authors are told.")
    pool = agent.path
    agent.tick("My body agrees: everybody reads that it carries these needs")
    agent.press("We carry it")
    agent.sees("Your body carries it now.")
    agent.accessible()
    visitor.go(pool)
    visitor.reads("Commune de démonstration", f"{title} des communes")
    visitor.accessible()
    find(visitor, "Bordeaux (33)")
    visitor.reads(f"{title} des communes")
    visitor.accessible()
    reader.go(pool)
    reader.lead(reader.page.locator("button[value=leave]"))
    reader.sees("This need stands alone again.")
    visitor.go(need)
    visitor.misses("Put together with others:")


def test_several_places_of_one_name_are_all_told_and_old_codes_lead_on(persons: Persons) -> None:
    visitor = persons("visitor")
    find(visitor, "Sainte-Colombe")
    assert visitor.page.locator("section[aria-labelledby=found] li").count() == 12
    visitor.accessible()
    visitor.go("/territoires/commune/01340/")
    assert visitor.path == "/territoires/commune/01015/"
    visitor.titled("Arboys en Bugey (Ain)")
    visitor.reads("01340")


def test_a_body_over_two_departements_is_told_in_neither(persons: Persons) -> None:
    visitor = persons("visitor")
    visitor.go("/territoires/epci/200030435/")
    visitor.accessible()
    visitor.go("/territoires/departement/40/")
    visitor.reads("CC d'Aire-sur-l'Adour", near="section[aria-labelledby=straddling]")


def test_the_map_is_a_list_of_links_with_its_table(persons: Persons) -> None:
    visitor = persons("visitor")
    visitor.go("/carte/besoins/tous/")
    assert visitor.page.locator(".tiles a").count() == 109
    visitor.accessible()
    visitor.follow("As a table")
    assert visitor.page.get_by_role("row").count() >= 20
    visitor.accessible()


def test_a_person_is_found_to_help_or_it_is_said_that_none_is_known(persons: Persons) -> None:
    visitor = persons("visitor")
    visitor.go("/se-faire-aider/")
    visitor.accessible()


PLACES = """
from pathlib import Path
from communaux.core.models import Person
from communaux.territory import services
from communaux.territory.formats import FORMATS
from communaux.territory.models import Place
lines = ["id,nom,code_insee,date_maj,telephone,horaires,services"]
for n, code in enumerate(("33063", "33063", "33063", "33063", "33281")):
    where = f"parcours-{n},Espace de parcours {n},{code},2026-06-02,05 00 00 00 0{n}"
    lines.append(f"{where},Mo-Fr 09:00-12:00,Aide aux démarches administratives")
path = Path("parcours.csv")
path.write_text("\\n".join(lines), "utf-8")
if not Place.objects.filter(source="parcours").exists():
    listing = FORMATS["mednum"](path, False)
    services.import_places(Person.objects.desk(), listing, source="parcours", at=now, report=lambda _done, _total: None)
"""


def test_from_a_form_to_the_three_nearest_places_and_all_of_them(persons: Persons, journeys: Site) -> None:
    run(journeys, PLACES)
    agent, visitor = persons("agent"), persons("visitor")
    agent.go("/besoins/nouveau/")
    agent.follow("Get help from a person near you")
    assert agent.path == "/se-faire-aider/"
    agent.fill("Your commune: name, postal code or INSEE code", "33063")
    agent.press("Find")
    agent.sees("In the commune: %(name)s", name="Bordeaux")
    assert agent.page.locator("section[aria-labelledby=nearest] li").count() == 3
    agent.accessible()
    agent.lead(agent.page.locator("section[aria-labelledby=nearest] h3 a").first)
    agent.reads("05 00 00 00 0")
    agent.accessible()
    visitor.go("/lieux/?territoire=commune:33281")
    visitor.reads("Espace de parcours 4")
    assert visitor.page.locator("ul.hits > li").count() == 1
    visitor.accessible()


def test_a_body_says_that_it_refurbishes_and_the_chain_shows_it(persons: Persons, mark: str) -> None:
    agent, visitor = persons("agent"), persons("visitor")
    agent.go("/organisations/?q=Commune+de+d%C3%A9monstration")
    agent.lead(agent.page.get_by_role("main").get_by_role("link", name="Commune de démonstration").first)
    agent.follow("Say that it gives equipment a second life")
    agent.accessible()
    agent.fill("Name of the place", f"Atelier {mark}")
    agent.fill("SIRET number of the establishment", agent.either("732 829 320 00074", "552 081 317 66522"))
    agent.fill("Commune", "Nulle-Part-sur-Mer")
    agent.tick("Collection")
    agent.press("Declare it")
    agent.sees("Nothing was lost. Correct this and send again:")
    assert agent.value("Name of the place") == f"Atelier {mark}"
    agent.accessible()
    agent.fill("Commune", "33063")
    agent.press("Declare it")
    agent.sees("It is declared: it now stands in the chain of its territory.")
    agent.accessible()
    place = agent.path
    visitor.go("/filieres/commune/33063/")
    visitor.reads(f"Atelier {mark}")
    visitor.accessible()
    agent.press("Withdraw it: we do this no more")
    agent.sees("It is no longer shown.")
    visitor.go("/filieres/commune/33063/")
    assert visitor.page.get_by_text(f"Atelier {mark}").count() == 0
    visitor.go(place)
    visitor.accessible()


def stop_first(ambassador: Hand) -> None:
    """What the other hand said before is not there any more."""
    ambassador.go("/ambassadeurs/devenir/")
    stop = ambassador.page.get_by_role("main").get_by_role(
        "button", name=ambassador.words("Stop being an ambassador"), exact=True
    )
    if stop.count():
        ambassador.lead(stop)
        ambassador.go("/ambassadeurs/devenir/")


def test_an_ambassador_is_written_to_answers_and_stops(persons: Persons, mark: str) -> None:
    claire, visitor = persons("colleague"), persons("visitor")
    stop_first(claire)
    claire.titled("Become an ambassador")
    claire.accessible()
    claire.fill(claire.words("Territory %(n)d", n=1), "33063")
    claire.tick("French")
    claire.fill("In a few words", f"Cartes et logiciels libres {mark}")
    consent = (
        "I agree that my name, these territories, languages, commons and words are public on this desk, and that it "
        "relays messages to my mail address, which it shows to nobody. I may stop at any time."
    )
    claire.tick(consent)
    claire.press("Become an ambassador")
    claire.sees("You are shown as an ambassador.")
    visitor.go("/ambassadeurs/?territoire=commune:33063")
    visitor.reads(f"Cartes et logiciels libres {mark}")
    visitor.accessible()
    line = visitor.page.locator("ul.hits > li").filter(has_text=mark)
    visitor.lead(line.get_by_role("link", name=visitor.words("Write")))
    visitor.accessible()
    visitor.fill("Your message", f"Bonjour, par où commencer ? {mark}")
    visitor.fill("The body you write for", "Commune de démonstration")
    visitor.fill("Your mail address", f"{mark}@journeys.example")
    visitor.press("Send")
    visitor.sees("Your message is on its way. The answer comes by mail, if this person answers.")
    claire.go("/mon-espace/")
    claire.accessible()
    claire.lead(claire.page.locator("section[aria-labelledby=asked] a[href$='/mon-espace/messages/']").first)
    claire.reads(f"Bonjour, par où commencer ? {mark}", f"{mark}@journeys.example")
    claire.accessible()
    claire.lead(claire.page.locator("ol.hits > li").filter(has_text=mark).get_by_role("button"))
    claire.sees("Noted: this message is answered.")
    claire.accessible()
    claire.go("/ambassadeurs/devenir/")
    claire.titled("You are an ambassador")
    claire.press("Stop being an ambassador")
    visitor.go("/ambassadeurs/?territoire=commune:33063")
    assert visitor.page.get_by_text(mark).count() == 0
    visitor.accessible()
