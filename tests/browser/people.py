"""The people of the journeys: agent, colleague, editor, reader of the demonstration, and a second editor from elsewhere."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from typing import Any

import httpx
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

from browser.hands import Hand, Keyboard, Mouse
from browser.site import READY, Site, opened

SECOND_EDITOR = "deuxieme.editrice@journeys.example"
SECRET = "un mot de passe pour les parcours"
PEOPLE = {
    "agent": "agente@demo.example",
    "colleague": "collegue@demo.example",
    "editor": "editrice@demo.example",
    "reader": "lectrice@demo.example",
    "second editor": SECOND_EDITOR,
}
BEGUN = "import django; django.setup(); from django.utils import timezone; now = timezone.now(); "
HIRED = f"""
from communaux.core import services
from communaux.core.models import Person
desk = Person.objects.desk()
if not Person.objects.filter(mail={SECOND_EDITOR!r}).exists():
    made = services.create_person(desk, mail={SECOND_EDITOR!r}, display_name="Deuxième éditrice", password={SECRET!r}, at=now)
    services.grant(desk, made, role="editor", object_type="instance", at=now)
"""
TEXT = (
    "Un registre partagé des vélos que deux écoles se prêtent, avec qui les a, jusqu’à quand, et qui les répare. " * 2
)
PUBLISHED = """
from uuid import uuid4
from communaux.catalogue import services
from communaux.core.models import Person
by = Person.objects.get(mail={mail!r})
for name in {names!r}:
    address = f"https://github.com/demo/{{uuid4().hex}}"
    told = dict(repository=address, licence="MIT", long_fr={text!r}.strip(), themes=["mobilite"])
    made = services.start_proposal(by, name=name, address=address, given=told, at=now)
    services.show_evidence(by, made, kind="licence", locator=address + "/LICENSE", at=now)
    print(services.publish(by, made, at=now).slug)
"""
PATIENCE = 30_000  # milliseconds: other tests may keep the machine busy meanwhile
WAYS = {"French, without script": ("fr", False), "English, by keyboard": ("en", True)}

type Persons = Callable[[str], Hand]
type Door = Callable[[str], list[Any]]


def run(site: Site, program: str) -> list[str]:
    """A few lines of Python on the desk, for what takes a year or an operator in life; what they printed."""
    environment = site.environment | {"DJANGO_SETTINGS_MODULE": "communaux.core.settings"}
    command = [sys.executable, "-c", BEGUN + program]
    done = subprocess.run(
        command, env=environment, cwd=site.var, check=True, timeout=READY, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.split()


def published(site: Site, *names: str) -> list[str]:
    """New commons with these names, published by the editor; their slugs."""
    return run(site, PUBLISHED.format(names=names, mail=PEOPLE["editor"], text=TEXT))


def signed_in(site: Site, mail: str) -> list[Any]:
    """Cookies of one who signed in; keyboard and wrong passwords at that door are looked at in test_journeys.py."""
    passwords = {login[0]: login[2] for login in settings.DEMO_LOGINS}
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=READY) as client:
        client.get("/connexion/")
        token = client.cookies["csrftoken"]
        given = {"username": mail, "password": passwords.get(mail, SECRET), "csrfmiddlewaretoken": token}
        client.post("/connexion/", data=given)
        assert "sessionid" in client.cookies, f"{mail} could not sign in"
        return [{"name": name, "value": value, "url": site.url} for name, value in client.cookies.items()]


@pytest.fixture(scope="package")
def journeys(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the desk: what journeys write stays out of what is measured, and out of a folder that is kept."""
    folder, name = tmp_path_factory.mktemp("journeys"), "communaux.sqlite3"
    shutil.copytree(
        site.var, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(name, f"{name}-wal", f"{name}-shm")
    )
    with closing(sqlite3.connect(site.var / name)) as kept, closing(sqlite3.connect(folder / name)) as copied:
        kept.backup(copied)
    with opened(folder) as running:
        yield running


@pytest.fixture(scope="package")
def door(journeys: Site) -> Door:
    """Cookies of each person, who signs in once."""
    run(journeys, HIRED)
    return cache(lambda person: signed_in(journeys, PEOPLE[person]))


@pytest.fixture(params=list(WAYS))
def persons(request: pytest.FixtureRequest, journeys: Site, chromium: Browser, door: Door) -> Iterator[Persons]:
    """`persons("editor")` is that person at a browser of their own; `persons("visitor")` has no account."""
    lang, script = WAYS[request.param]
    opened: list[BrowserContext] = []

    @cache
    def at_a_browser(person: str) -> Hand:
        size = {"width": 1280, "height": 900}
        context = chromium.new_context(
            base_url=journeys.url, java_script_enabled=script, reduced_motion="reduce", viewport=size
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        if person == "visitor":  # a browser may keep a page for a minute: each look is that of somebody new
            context.set_extra_http_headers({"Cache-Control": "no-cache"})
        else:
            context.add_cookies(door(person))
        return Hand(context.new_page(), lang, Keyboard() if script else Mouse())

    yield at_a_browser
    for context in opened:
        context.close()
