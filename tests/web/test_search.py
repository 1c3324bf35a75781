"""The search page whatever is asked: bounded, quick, honest about what was cut, in the reader's language."""

from __future__ import annotations

import gzip
import random
import re
import time
from html import unescape

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client

from communaux.catalogue.models import Commons, Text
from communaux.web import results

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
EMOJI = "".join(random.Random(1).choices([chr(0x1F300 + i) for i in range(600)], k=10_000))
LONG = " ".join(f"logiciel mot{i}" for i in range(700))


def ask(client: Client, **given: object) -> HttpResponse:
    return client.get("/chercher/", given)


def text_of(answer: HttpResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.mark.parametrize(
    "given",
    [
        {"q": "logiciel carte", "theme": [f"x{i}" for i in range(900)]},
        {"q": "logiciel " + EMOJI},
        {"q": EMOJI},
        {"q": LONG[:10_000]},
        {"q": '"web" ' * 1700},
        {"q": "\ufdfa" * 5000},
        {"q": "x" * 10_000},
        {"q": "logiciel " + "<&>" * 3000, "kind": ["software"] * 500},
        {"q": "logiciel", "pourquoi": "x" * 10_000},
    ],
)
def test_a_page_stays_small_and_quick_whatever_is_asked(client: Client, given: dict[str, object]) -> None:
    ask(client, q="carte")  # what is read once a process
    start = time.process_time()
    answer = ask(client, **given)
    assert answer.status_code == 200
    assert time.process_time() - start < 1.5
    assert len(gzip.compress(answer.content)) < 60_000
    assert len(answer.content) < 200_000


def test_unknown_filter_values_are_left_out_and_told_once(client: Client) -> None:
    answer = ask(client, q="logiciel", kind=["software", *(f"x{i}" for i in range(900))])
    assert answer.context["answer"].chosen == {"kind": ("software",)}
    assert answer.text.count("Des filtres auxquels aucun commun ne répond") == 1
    assert "x17" not in text_of(answer)


def test_filters_are_forty_at_most(client: Client) -> None:
    counts = ask(client, q="logiciel").context["answer"].result.counts
    every = {name: list(values) for name, values in counts.items()}
    chosen = ask(client, q="logiciel", **every).context["answer"].chosen
    assert sum(map(len, chosen.values())) == min(40, sum(map(len, every.values())))


def test_a_long_text_stays_whole_in_the_field_and_short_in_the_links(client: Client) -> None:
    answer = ask(client, q=LONG[:6000])
    assert f'value="{LONG[:6000]}"' in answer.text
    links = re.findall(r'href="\?([^"]*)"', answer.text)
    assert links
    assert all(len(QueryDict(unescape(link))["q"]) <= 300 for link in links)
    told = text_of(answer)
    assert "Votre texte est long" in told
    assert "le champ ci-dessus le garde en entier" in told


def test_the_next_page_of_a_long_text_is_that_of_the_whole_text(client: Client) -> None:
    first = ask(client, q=LONG[:4000])
    form = re.search(r'<form class="pager".*?</form>', first.text, re.DOTALL)
    assert form is not None
    assert f'name="q" value="{LONG[:4000]}"' in form[0]
    assert 'name="page" value="2"' in form[0]
    second = ask(client, q=LONG[:4000], page=2)
    assert second.context["answer"].result.hits[0].rank == 21


@pytest.mark.parametrize(
    ("text", "short"),
    [("a b " * 100, "a b"), ("x" * 400, "x" * 300), (" ".join(f"mot{i}" for i in range(99)), None), ("court", "court")],
)
def test_links_carry_different_words_up_to_three_hundred_letters(text: str, short: str | None) -> None:
    carried = results.carried(text, {})["q"]
    assert len(carried) <= 300
    assert short is None or carried == short
    assert text.startswith(carried[:3])


@pytest.mark.parametrize("text", ["😀", "le la les", "-cantine", "%"])
def test_words_that_say_nothing_lead_to_the_themes(client: Client, text: str) -> None:
    answer = ask(client, q=text)
    assert "ne disent rien du besoin" in answer.text
    assert "Aucun commun ne répond" not in answer.text
    assert f'name="q" value="{text}"' in answer.text


@pytest.mark.parametrize("text", ["", "😀", "le la"])
def test_filters_without_a_need_lead_to_the_list(client: Client, text: str) -> None:
    answer = ask(client, q=text, kind="software", theme=["sante", "nowhere"])
    assert (answer.status_code, answer["location"]) == (302, "/communs/?theme=sante&kind=software")
    assert ask(client, q=text, activity="unknown").status_code == 200


def test_curly_quotes_are_told(client: Client) -> None:
    assert "Seuls les guillemets droits" in unescape(ask(client, q="« logiciel libre » carte").text)


def test_pages_go_on_to_the_thousandth_hit_and_say_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from communaux.catalogue.queries import search as search_queries

    answer = ask(client, q="logiciel")
    total, pages = answer.context["answer"].result.total, answer.context["pages"]
    assert pages == -(-total // 20)
    last = ask(client, q="logiciel", page=pages)
    assert last.context["answer"].result.hits[-1].rank == total
    monkeypatch.setattr(search_queries, "REACH", 20)
    assert total > 20
    assert "Seuls les 20 premiers" in text_of(ask(client, q="logiciel", page=1))


def test_the_line_shown_is_in_the_language_of_the_page(client: Client) -> None:
    two = Commons.objects.filter(texts__lang="fr").filter(texts__lang="en").exclude(texts__short="").first()
    assert two is not None
    for path, other in (("/chercher/", "en"), ("/en/chercher/", "fr")):
        page = client.get(path, {"q": two.name}).text
        hit = re.search(rf'<h3><a href="[^"]*{two.slug}/">.*?</li>', page, re.DOTALL)
        assert hit is not None
        own = Text.objects.get(commons=two, lang="fr" if other == "en" else "en").short
        assert own[:30] in unescape(re.sub(r"</?mark>", "", hit[0]))


def test_what_is_said_in_another_language_only_has_a_line_in_ours(client: Client) -> None:
    answer = ask(client, q="nextcloud partage de fichiers")
    foreign = [one for one in answer.context["found"] if one.functions]
    assert foreign
    assert {one.found.commons.texts.filter(lang="fr").exclude(short="").count() for one in foreign} == {0}
    assert foreign[0].functions[0][1:] in unescape(answer.text)
    assert '<span lang="en">' in answer.text


def test_a_merged_commons_leads_to_the_one_that_stays(client: Client) -> None:
    kept = Commons.objects.get(slug="umap")
    Commons.objects.filter(slug="panoramax").update(state="merged", merged_into=kept)
    answer = ask(client, q="cantine", pourquoi="panoramax")
    assert "réuni à uMap" in unescape(answer.text)
    assert 'href="/communs/umap/"' in answer.text


def test_the_other_language_keeps_the_search(client: Client) -> None:
    answer = ask(client, q="carte", kind="software", page=2)
    assert answer.context["other_url"].startswith("/en/chercher/?q=carte&kind=software")
