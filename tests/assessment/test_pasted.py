"""An address that is pasted: what it names, where it leads, what each bad one is told. Nothing is asked of any of them."""

from __future__ import annotations

import re
import socket
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from assessment.running import Fetch, asked
from calling import Program, refused
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import CommonsFactory
from hypothesis import given
from hypothesis import strategies as st
from uses import Cast

from communaux.assessment import queries
from communaux.assessment.pasted import address, pasted
from communaux.catalogue.models import Commons
from communaux.core.errors import BadRequest
from communaux.core.models import Entry

PAGE = "/evaluer/"
OWN = "https://github.com/demo/velos.git"
HTML = '<script>alert("x")</script>'

GOOD = {
    "https://github.com/demo/velos": OWN,
    "  https://github.com/Demo/velos.git \n": "https://github.com/Demo/velos.git",
    "github.com/demo/velos": OWN,
    "https://github.com/demo/velos/tree/main/src/deep": OWN,
    "https://github.com/demo/velos/blob/main/README.md#top": OWN,
    "https://github.com/demo/velos/issues/12?q=is%3Aopen": OWN,
    "https://github.com/demo/velos/pulls": OWN,
    "https://codeberg.org/demo/velos/src/branch/main/x": "https://codeberg.org/demo/velos.git",
    "https://gitlab.com/a/b/velos/-/issues/3": "https://gitlab.com/a/b/velos.git",
    "https://gitlab.com/a/b/velos": "https://gitlab.com/a/b/velos.git",
    "https://gitea.example.org/a/velos/src/branch/main": "https://gitea.example.org/a/velos.git",
    "https://gitlab.example.org/a/b/src": "https://gitlab.example.org/a/b/src.git",
    "https://git.sr.ht/~demo/velos/tree/main/item/x": "https://git.sr.ht/~demo/velos",
    "https://example.org:8443/git/velos": "https://example.org:8443/git/velos",
    "https://8.8.8.8/velos.git": "https://8.8.8.8/velos.git",
}
BAD = {
    **dict.fromkeys(
        ("http://github.com/a/b", "file:///etc/passwd", "file:/etc", "ssh://git@github.com/a/b"), "not_https"
    ),
    **dict.fromkeys(("git@github.com:a/b.git", "git://github.com/a/b", "javascript:alert(1)", "ext::sh"), "not_https"),
    **dict.fromkeys(("ext::sh -c touch% /tmp/x", "deux mots", HTML, "https://", "https://a b.org/x"), "no_address"),
    **dict.fromkeys(
        (
            "https://github.com/a/b\x07",
            "https://github.com/a\nb",
            "https://github.com/a/\u202eb",
            "https://[::1",
            "/srv/x",
        ),
        "no_address",
    ),
    **dict.fromkeys(("https://x.org:99999/a", "https://x.org:0/a", "https://a$(id).org/b", "é" * 1001), "no_address"),
    **dict.fromkeys(("https://localhost/a/b", "https://127.0.0.1/a", "https://10.1.2.3/a", "velos"), "not_public"),
    **dict.fromkeys(("https://[::1]/a", "https://[fd00::1]/a", "https://[::ffff:10.0.0.1]/a"), "not_public"),
    **dict.fromkeys(
        ("https://forge.local/a/b", "https://forge.lan./a", "https://2130706433/a", "https://127.1/a"), "not_public"
    ),
    **dict.fromkeys(("https://me:secret@github.com/a/b", "https://me@github.com/a/b"), "with_password"),
    **dict.fromkeys(
        ("https://github.com", "https://github.com/demo", "https://github.com/orgs/demo/repositories"), "owner_page"
    ),
    "https://github.com/a/" + "b" * 200_000: "too_long",
    "": "no_address",
}
BAD["é" * 1001] = "too_long"


def words(html: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def sent(client: Client, typed: str, at: str = PAGE) -> str:
    answer = client.get(f"{at}?{urlencode({'adresse': typed})}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("typed", "url"), GOOD.items())
def test_an_address_is_that_of_the_whole_repository(typed: str, url: str) -> None:
    assert address(typed) == url


@pytest.mark.parametrize(("typed", "code"), BAD.items(), ids=lambda one: one[:40])
def test_a_bad_address_is_refused_in_words(typed: str, code: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        address(typed)
    assert (refusal.value.code, refusal.value.message.count("\n")) == (code, 0)
    assert refusal.value.message.endswith(".")


@given(st.text(max_size=80) | st.from_regex(r"https://[ -~]{0,60}", fullmatch=True))
def test_whatever_is_typed_is_an_address_or_a_refusal(typed: str) -> None:
    """And the command needs no quotation marks to be safe in a shell, or has them."""
    try:
        url = address(typed)
    except BadRequest:
        return
    assert url.startswith("https://")
    assert not re.search(r"[\s\"'`$<>;&|\\]", url)


@pytest.mark.django_db
def test_the_page_says_what_it_is_for(client: Client) -> None:
    for lang, title, button in (("", "Évaluer un dépôt", "Regarder"), ("/en", "Assess a repository", "Look at it")):
        page = client.get(f"{lang}{PAGE}").content.decode()
        assert f"<h1>{title}</h1>" in page
        assert f"<button>{button}</button>" in page
        assert 'name="adresse"' in page
        assert "Adresse d’un dépôt" in page if not lang else "Address of a repository" in page
        assert 'href="https://' not in page.partition("<main")[2]
    assert f'href="{PAGE}"' in client.get("/plan-du-site/").content.decode().partition("<main")[2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", [one for one in BAD if one and len(one) < 1000 and one.isprintable()], ids=lambda one: one[:40]
)
def test_what_was_typed_comes_back(client: Client, typed: str) -> None:
    answer = client.get(f"{PAGE}?adresse={quote(typed, safe='')}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('class="error"') == 1
    assert HTML not in page
    (value,) = re.findall(r'<input[^>]*name="adresse"[^>]*value="([^"]*)"', page) or [None]
    assert unescape(value or "") == typed


@pytest.mark.django_db
def test_nothing_and_too_much(client: Client) -> None:
    for typed in ("", "   ", "\x00", "x" * 50_000):
        answer = client.get(f"{PAGE}?{urlencode({'adresse': typed})}")
        assert (answer.status_code, answer.content.decode().count('class="error"')) == (422, 1)
    sent(client, "https://github.com/a/b\x07")  # what nobody can see is taken out of every query


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["https://GitHub.com/demo/velos/", "github.com/demo/velos/tree/main/src", OWN])
def test_the_address_of_a_commons_leads_to_its_assessment(client: Client, velos: Commons, typed: str) -> None:
    for lang in ("", "/en"):
        answer = client.get(f"{lang}{PAGE}?{urlencode({'adresse': typed})}")
        assert (answer.status_code, answer["location"]) == (302, f"{lang}/communs/umap/evaluation/")


@pytest.mark.django_db
def test_what_nobody_knows_is_said_with_what_can_be_done(client: Client, velos: Commons) -> None:
    page = sent(client, "https://github.com/demo/autre/issues")
    assert "Aucun commun de ce guichet n’est à cette adresse" in words(page)
    assert "<code>communaux assess https://github.com/demo/autre.git</code>" in page
    assert 'href="/communs/proposer/?adresse=https%3A%2F%2Fgithub.com%2Fdemo%2Fautre.git"' in page
    assert "No commons of this desk has this address" in words(sent(client, "github.com/demo/autre", f"/en{PAGE}"))


@pytest.mark.django_db
def test_the_proposal_has_the_address_already(client: Client, cast: Cast) -> None:
    at = "/communs/proposer/?adresse=https%3A%2F%2Fgithub.com%2Fdemo%2Fautre.git"
    assert client.get(at)["location"].endswith(quote(at, safe="/"))  # a stranger signs in first, and comes back to it
    client.force_login(cast["reader"])
    assert 'value="https://github.com/demo/autre.git"' in client.get(at).content.decode()


@pytest.mark.django_db
def test_a_commons_that_reads_another_repository_says_so(client: Client, velos: Commons) -> None:
    velos.resources.create(kind="software", repository="https://github.com/demo/velos-docs")
    page = sent(client, "https://github.com/demo/velos-docs")
    assert f"Elle lit l’histoire du dépôt {OWN}" in words(page)
    assert "<code>communaux assess https://github.com/demo/velos-docs.git</code>" in page
    assert "proposer" not in page.partition("<main")[2]


@pytest.mark.django_db
def test_a_repository_of_two_commons_leads_to_both(client: Client, velos: Commons) -> None:
    other = CommonsFactory(name="Vélos en ville", slug="velos-en-ville")
    other.resources.create(kind="software", repository=OWN)
    page = sent(client, OWN)
    assert re.findall(r'<h3><a href="([^"]+)"', page) == [
        "/communs/umap/evaluation/",
        "/communs/velos-en-ville/evaluation/",
    ]


@pytest.mark.django_db
def test_a_draft_is_shown_to_nobody(client: Client) -> None:
    draft = CommonsFactory(name="Secret", slug="secret", state="draft")
    draft.resources.create(kind="software", repository=OWN)
    page = sent(client, OWN)
    assert ("Secret" in page, "Aucun commun de ce guichet" in page) == (False, True)


@pytest.mark.django_db
def test_no_name_is_looked_up_and_nothing_is_written(
    client: Client, velos: Commons, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    monkeypatch.setattr(socket.socket, "connect", never) if connection.vendor == "sqlite" else None
    before = Entry.objects.count()
    for typed in (OWN, "https://github.com/demo/autre", "https://forge.example.org/x", *list(BAD)[:20]):
        client.get(f"{PAGE}?{urlencode({'adresse': typed})}")
    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_it_costs_the_same_for_three_as_for_one(client: Client, velos: Commons) -> None:
    velos.resources.create(kind="software", repository="https://github.com/demo/both")
    sent(client, "https://github.com/demo/autre")  # what is looked up once
    costs = []
    for n in range(3):
        if n:
            one = CommonsFactory(name=f"Commun {n}", slug=f"commun-{n}")
            one.resources.create(kind="software", repository="https://github.com/demo/both")
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            sent(client, f"https://github.com/demo/both?n={n}")
        costs.append(len(asked_for))
    assert (costs[0] == costs[2], max(costs) <= 12) == (True, True), costs


@pytest.mark.django_db
def test_it_may_be_asked_for_from_there(client: Client, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    """The whole journey of somebody signed in: paste, be led, ask."""
    client.force_login(cast["reader"])
    page = client.get(f"{PAGE}?{urlencode({'adresse': 'github.com/demo/velos'})}", follow=True).content.decode()
    (action,) = re.findall(r'<form[^>]*method="post" action="([^"]*demander/)"', page)
    answer = client.post(action)
    run = queries.live_run(velos)
    assert run is not None
    assert answer["location"] == f"/taches/{run.progress_id}/"


@pytest.mark.django_db
def test_the_same_for_programs(velos: Commons) -> None:
    told = (
        Program().get(f"/assessment/repositories?{urlencode({'url': 'https://github.com/demo/velos/issues'})}").json()
    )
    assert told == {
        "url": OWN,
        "command": f"communaux assess {OWN}",
        "commons": [
            {
                "slug": "umap",
                "name": velos.name,
                "reads": OWN,
                "is_read": True,
                "assessment": told["commons"][0]["assessment"],
            }
        ],
    }
    assert told["commons"][0]["assessment"].endswith("/api/v1/assessment/commons/umap")
    unknown = Program().get("/assessment/repositories?url=https://github.com/demo/autre").json()
    assert unknown["commons"] == []
    for typed, code in BAD.items():
        if len(typed) < 2000:
            refused(Program().get(f"/assessment/repositories?{urlencode({'url': typed})}"), 400, code)
    refused(Program().get("/assessment/repositories"), 422, "invalid")


@pytest.mark.django_db
def test_the_command_is_safe_to_paste(velos: Commons) -> None:
    assert pasted("https://example.org/a'b").command == "communaux assess https://example.org/a%27b"
    assert pasted("https://example.org/a;b&c").command == "communaux assess https://example.org/a%3Bb%26c"


@pytest.mark.django_db
def test_runs_start_as_before(velos: Commons, cast: Cast) -> None:
    assert asked(cast["reader"], velos).repository.url == OWN
