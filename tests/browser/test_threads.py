"""Four readers at once, 300 pages each: no failure, and the very bytes a single reader gets (10 § 6.9)."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor

import httpx

from browser.addresses import addresses, in_english
from browser.site import Site

READERS, PAGES = 4, 300
# A page that tells how long work has lasted or carries a token of its own cannot be the same twice
CHANGING = (
    "/taches/",
    "/connexion/",
    "/mon-compte/",
    "/inscription/",
    "/mot-de-passe-oublie/",
    "/desabonnement/",
    "/ambassadeurs/1/contacter/",
    "/rendez-vous/rencontre-fictive-a-venir/proposer/",
)


def paths_of(site: Site) -> list[str]:
    asked = [one for one in addresses(site) if not one.path.startswith(CHANGING)]
    english = [in_english(one.path) for one in asked if one.first and re.fullmatch(r"/([\w/-]+/)?(\?.*)?", one.path)]
    return [one.path for one in asked] + english


def read(site: Site, paths: list[str]) -> list[tuple[str, int, bytes]]:
    with httpx.Client(base_url=site.url, timeout=60) as client:
        answers = [(path, client.get(path)) for path in paths]
        return [(path, answer.status_code, answer.content) for path, answer in answers]


def test_four_readers_at_once_get_what_one_gets(site: Site) -> None:
    paths = paths_of(site)
    alone = {path: (status, body) for path, status, body in read(site, paths)}
    assert {path for path, (status, _body) in alone.items() if status not in {200, 302}} == set()  # 302: to sign in
    walks = [random.Random(reader).choices(paths, k=PAGES) for reader in range(READERS)]
    with ThreadPoolExecutor(READERS) as readers:
        found = [row for rows in readers.map(lambda walk: read(site, walk), walks) for row in rows]
    assert len(found) == READERS * PAGES
    assert {path for path, status, _body in found if status >= 500} == set()
    assert {path for path, status, body in found if (status, body) != alone[path]} == set()
