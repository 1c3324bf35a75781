"""A passkey from end to end, with Chromium's own virtual device: made, used to sign in and to confirm, removed (11 § 6.5).

On the way, every page that only shows in the middle of a way in is read by axe, and nothing of it is refused by the policy.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NewPage
from browser.measures import violations
from browser.site import Site

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
MAIL = f"cle{time.monotonic_ns()}@demo.example"  # a desk that is kept has that of the last run
PASSWORD = "une phrase pour la clé"


@pytest.fixture
def person(new_page: NewPage, site: Site) -> Iterator[Page]:
    """A visitor under a name: browsers make no passkey for a bare number."""
    page = new_page(base_url=site.url.replace("127.0.0.1", "localhost"))
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    told: list[str] = []
    page.on("console", lambda said: told.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    assert told == []


def code(site: Site) -> str:
    """The code of the last mail, which a demonstration desk writes into a file."""
    last = max((site.var / "mail").iterdir(), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return re.findall(r"^[A-Z]{4}-[A-Z]{4}\s*$", last.read_text("utf-8"), re.MULTILINE)[-1].strip()


def send(page: Page, **fields: str) -> None:
    """Fill the form of the page and send it."""
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)
    page.locator("main form button").first.click()


def sound(page: Page) -> None:
    assert violations(page)[0] == [], page.url


def test_a_passkey_opens_confirms_and_goes(person: Page, site: Site) -> None:
    person.goto("/inscription/")
    send(person, display_name="Camille Clé", email=MAIL, password1=PASSWORD)
    expect(person).to_have_url(re.compile("/inscription/code/"))
    sound(person)
    send(person, code=code(site))
    expect(person).to_have_url(re.compile("/mon-compte/$"))

    person.goto("/mon-compte/cles/ajouter/")
    sound(person)
    send(person, name="Clé d’essai")
    expect(person).to_have_url(re.compile("/codes-de-secours/"))
    sound(person)
    codes = person.locator("main ol code").all_inner_texts()
    assert (len(codes), len(set(codes))) == (10, 10)
    person.reload()
    assert person.locator("main ol code").count() == 0, "shown once"

    sign_out(person)
    person.goto("/connexion/")
    person.locator("form[data-passkey] button").click()
    expect(person.locator("header a[href='/mon-compte/']")).to_have_text("Camille Clé")

    person.goto("/mon-compte/donnees/effacer/")
    expect(person).to_have_url(re.compile("/confirmer/cle/"))
    sound(person)
    person.locator("form[data-passkey] button").click()
    expect(person).to_have_url(re.compile("/donnees/effacer/"))
    sound(person)

    person.goto("/mon-compte/cles/")
    person.get_by_role("link", name="Renommer Clé d’essai").click()
    sound(person)
    send(person, name="Téléphone")
    expect(person.locator("main strong")).to_have_text("Téléphone")
    person.get_by_role("link", name="Retirer Téléphone").click()
    sound(person)
    send(person)
    expect(person.locator("main strong")).to_have_count(0)

    sign_out(person)
    person.goto("/connexion/")
    send(person, username=MAIL, password=PASSWORD)
    expect(person.locator("header a[href='/mon-compte/']")).to_have_text("Camille Clé")


def test_a_password_alone_no_longer_opens_and_a_recovery_code_does_once(person: Page, site: Site) -> None:
    mail = f"secours{time.monotonic_ns()}@demo.example"
    person.goto("/inscription/")
    send(person, display_name="Sacha", email=mail, password1=PASSWORD)
    send(person, code=code(site))
    person.goto("/mon-compte/application/")
    sound(person)
    person.goto("/mon-compte/cles/ajouter/")
    send(person, name="")
    spare = person.locator("main ol code").first.inner_text()
    sign_out(person)

    person.goto("/connexion/")
    send(person, username=mail, password=PASSWORD)
    expect(person).to_have_url(re.compile("/connexion/deuxieme-etape/"))
    sound(person)
    send(person, code=spare)
    expect(person.locator("header a[href='/mon-compte/']")).to_have_text("Sacha")
    sign_out(person)
    person.goto("/connexion/")
    send(person, username=mail, password=PASSWORD)
    send(person, code=spare)
    expect(person.get_by_role("alert").first).to_be_visible()
    person.locator("form[data-passkey] button").click()
    expect(person.locator("header a[href='/mon-compte/']")).to_have_text("Sacha")


def test_a_device_that_refuses_is_told_and_nothing_is_lost(new_page: NewPage, site: Site) -> None:
    """No device at all: the button says what happened, the other ways stay."""
    page = new_page(base_url=site.url.replace("127.0.0.1", "localhost"))
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"isUserVerified": False}})
    page.goto("/connexion/")
    page.locator("#id_username").fill("quelquun@demo.example")
    page.locator("form[data-passkey] button").click()
    expect(page.locator("[data-fault]")).to_be_visible(timeout=70_000)
    assert page.locator("#id_username").input_value() == "quelquun@demo.example"


def test_without_script_or_under_a_number_the_other_ways_are_told(new_page: NewPage, site: Site) -> None:
    without = new_page(base_url=site.url.replace("127.0.0.1", "localhost"), java_script_enabled=False)
    without.goto("/connexion/")
    assert without.locator("form[data-passkey] button").is_visible() is False
    assert without.locator("[data-without]").is_visible() is True
    number = new_page()
    number.goto("/connexion/")
    assert number.locator("form[data-passkey]").count() == 0
    assert "localhost" in number.locator("main").inner_text()


def sign_out(page: Page) -> None:
    page.goto("/mon-compte/")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.locator("header a[href='/connexion/']")).to_be_visible()
