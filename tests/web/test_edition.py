"""The desk of editors: every queue of the specification, and the uses that nobody confirms any more."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import CommonsFactory
from slices import NOW
from uses import LONG_AGO, Cast

from communaux.catalogue import services
from communaux.catalogue.models import SearchLog, Theme
from communaux.core import services as core

pytestmark = pytest.mark.django_db
QUEUE = "/edition/usages/"


def text_of(client: Client, path: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", client.get(path).text)).split())


def as_(cast: Cast, part: str) -> Client:
    browser = Client()
    browser.force_login(cast[part])
    return browser


def make_stale(cast: Cast, *, days: int = 400, **more: Any) -> int:
    use = cast.confirmed(at=timezone.now() - timedelta(days=days), **more)
    services.mark_stale_reuses(cast["desk"], at=timezone.now())
    return use.pk


def test_every_queue_stands_on_the_desk_with_what_waits(cast: Cast) -> None:
    make_stale(cast)
    SearchLog.objects.create(day=date(2026, 9, 1), query_masked="zzqxv", lang="fr", n=0)
    page = as_(cast, "editor").get("/edition/").text
    rows = re.findall(r'<h2 class="name"><a href="([^"]+)">([^<]+)</a>.*?<p class="meta">([^<]+)</p>', page, re.DOTALL)
    assert [(address, unescape(title), told) for address, title, told in rows] == [
        ("/edition/propositions/", "Propositions", "Rien n’attend."),
        ("/edition/doublons/", "Doublons possibles", "Rien n’attend."),
        ("/contestations/", "Contestations", "Rien n’attend."),
        ("/edition/besoins-sans-reponse/", "Besoins sans réponse", "1 en attente"),
        ("/edition/usages/", "Usages à reconfirmer", "1 en attente"),
        ("/edition/demandes/", "Qui parle pour un commun", "Rien n’attend."),
    ]


def test_who_may_read_the_queue(cast: Cast, client: Client) -> None:
    answer = client.get(QUEUE)
    assert (answer.status_code, answer["location"]) == (302, f"/connexion/?next={QUEUE}")
    parts = ("reader", "member", "steward", "operator", "editor")
    assert [as_(cast, part).get(QUEUE).status_code for part in parts] == [403, 403, 403, 403, 200]


def test_a_stale_use_leads_to_its_page_and_says_who_may_act(cast: Cast) -> None:
    use = make_stale(cast, since=None)
    editor = as_(cast, "editor")
    assert re.findall(r'href="(/usages/\d+/)"', editor.get(QUEUE).text) == [f"/usages/{use}/"]
    text = text_of(editor, QUEUE)
    assert "uMap : usage de Commune de démonstration" in text
    assert "2 personnes de cet organisme peuvent le reconfirmer." in text
    cast.town.memberships.update(ends_on=date(2020, 6, 1))
    assert "Plus personne n’agit pour cet organisme sur ce guichet" in text_of(editor, QUEUE)


def test_once_renewed_or_ended_it_leaves_the_queue(cast: Cast) -> None:
    renewed, ended = make_stale(cast, kind="uses"), make_stale(cast, kind="hosts")
    editor = as_(cast, "editor")
    assert as_(cast, "member").post(f"/usages/{renewed}/renouveler/").status_code == 302
    given = {"until": timezone.localdate().isoformat(), "cause": "no_support"}
    assert editor.post(f"/usages/{ended}/fin/", given).status_code == 302
    assert "Rien n’attend." in text_of(editor, QUEUE)


def test_an_editor_of_a_theme_sees_the_uses_of_that_theme(cast: Cast) -> None:
    theme = Theme.objects.get_or_create(key="cantine", fr="Cantine", en="Canteen")[0]
    of = {"role": "editor", "object_type": "theme", "object_id": "cantine", "starts_on": LONG_AGO}
    core.grant(cast["desk"], cast["reader"], **of, at=NOW)
    make_stale(cast)
    theirs = CommonsFactory(slug="repas", name="Repas")
    theirs.themes.add(theme)
    use = make_stale(cast, commons=theirs)
    assert re.findall(r'href="/usages/(\d+)/"', as_(cast, "reader").get(QUEUE).text) == [str(use)]


def test_the_queue_asks_as_much_for_one_use_as_for_three(cast: Cast) -> None:
    editor, asked = as_(cast, "editor"), []
    for n, kind in enumerate(("uses", "hosts", "deploys")):
        make_stale(cast, kind=kind, days=400 + n)
        with CaptureQueriesContext(connection) as seen:
            page = editor.get(QUEUE).text
        asked.append(len(seen))
    assert page.count('class="name"') == 3
    assert (len(set(asked)), asked[0] <= 12) == (1, True)
