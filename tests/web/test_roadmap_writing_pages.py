"""The words of a road map on pages: from a pad and back to one, its milestones, its links."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from test_gathering_pages import HOSTILE, carried, editions, given, path_of, read, words
from uses import Cast, without_boards

from communaux.core.models import Entry
from communaux.gatherings import services
from communaux.gatherings.models import Edition, Group, Milestone, Roadmap

pytestmark = pytest.mark.django_db
__all__ = ["carried", "editions"]  # fixtures that tests here begin with
PAGE = "/rendez-vous/rencontre-fictive/ateliers/1-1/feuille-de-route/"
PAD = f"""# Prêter plutôt qu’acheter

Thème : associations
Licence : CC-BY-4.0

Trois soirées. {HOSTILE}

## Phase 1 : Compter
Compter les tentes.
### Étapes
- [ ] la liste est ouverte @2027-06-30
Critère : dix associations

## Phase 2 : Essayer
Un trimestre.
Critère : vingt prêts

## Phase 3 : Tenir
Chaque an.
## Ce qui manque
Une assurance.
"""


@pytest.fixture
def member(client: Client, cast: Cast) -> Client:
    client.force_login(cast["member"])
    return client


@pytest.fixture
def group(cast: Cast) -> Group:
    """At its last stage."""
    without_boards()
    edition = Edition.objects.get(slug="rencontre-fictive")
    made = services.open_workshop(cast["member"], edition, label="Prêt", groups=1, at=timezone.now()).groups.get()
    made.stages.update(done_at=timezone.now())
    made.stages.create(kind=5, opened_at=timezone.now())
    return made


def fields(page: str) -> dict[str, str]:
    """What the form of the road map holds."""
    inputs = re.findall(r'<input type="(?:text|hidden)" name="(\w+)" value="([^"]*)"', page)
    areas = re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    chosen = re.findall(r'<select name="(\w+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in (*inputs, *areas, *chosen)}


def test_a_pad_fills_the_form_and_nothing_is_kept_before_it_is_published(member: Client, group: Group) -> None:
    answer = member.post(PAGE, {"do": "pad", "pad": PAD})
    assert answer.status_code == 200
    assert "Rien n’est encore gardé" in words(answer.text)
    assert "<script>alert" not in answer.text
    assert not Roadmap.objects.filter(group=group).exists()
    found = fields(answer.text)
    assert (found["title"], found["theme"], found["licence"]) == (
        "Prêter plutôt qu’acheter",
        "associations",
        "CC-BY-4.0",
    )
    assert found["summary"] == f"Trois soirées. {HOSTILE}\n\n## Ce qui manque\nUne assurance."
    assert (found["gate_1"], found["aims_1"]) == ("dix associations", "- [ ] la liste est ouverte @2027-06-30")
    made = member.post(PAGE, found)
    assert made.status_code == 302, words(made.text)
    roadmap = Roadmap.objects.get(group=group)
    assert [one.text for one in Milestone.objects.filter(phase__roadmap=roadmap)] == ["la liste est ouverte"]
    page = read(member, roadmap.get_absolute_url())
    assert "la liste est ouverte d’ici le 30 juin 2027" in page


def test_what_leaves_as_markdown_comes_back_the_same(member: Client, group: Group) -> None:
    member.post(PAGE, fields(member.post(PAGE, {"do": "pad", "pad": PAD}).text))
    first = Roadmap.objects.get(group=group)
    answer = member.get(f"/feuilles-de-route/{first.slug}.md")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/markdown; charset=utf-8")
    Roadmap.objects.filter(pk=first.pk).update(group=None)
    member.post(PAGE, fields(member.post(PAGE, {"do": "pad", "pad": answer.text}).text))
    second = Roadmap.objects.get(group=group)
    told = ("title", "summary", "theme_id", "licence", "phase_words", "milestones", "phase_means")
    assert [getattr(second, name) for name in told] == [getattr(first, name) for name in told]


@pytest.mark.parametrize("pad", ["", "x" * 100_001])
def test_a_pad_that_cannot_be_read_is_said(member: Client, group: Group, pad: str) -> None:
    answer = member.post(PAGE, {"do": "pad", "pad": pad})
    assert answer.status_code == 422
    assert pad in answer.text
    assert "Rien n’est encore gardé" not in words(answer.text)


def test_a_theme_and_a_licence_that_the_desk_does_not_know_stay_in_the_summary(member: Client, group: Group) -> None:
    pad = PAD.replace("associations\n", "le grand air\n", 1).replace("CC-BY-4.0", "la nôtre")
    found = fields(member.post(PAGE, {"do": "pad", "pad": pad}).text)
    assert found["theme"] == ""
    assert found["summary"].endswith("Une assurance.\n\nle grand air\n\nla nôtre")


def test_a_pad_takes_no_word_that_was_typed(member: Client, group: Group) -> None:
    typed = {"title": "Mon titre à moi", "summary": "Déjà écrit.", "text_3": "À ma façon.", "theme": "ecole"}
    found = fields(member.post(PAGE, {"do": "pad", "pad": PAD, **typed}).text)
    assert (found["title"], found["theme"], found["text_3"]) == ("Mon titre à moi", "ecole", "À ma façon.")
    assert found["text_1"] == "Compter les tentes."
    for kept in (
        "Déjà écrit.",
        "Trois soirées.",
        "Une assurance.",
        "Prêter plutôt qu’acheter",
        "Chaque an.",
        "associations",
    ):
        assert kept in found["summary"]
    refused = member.post(PAGE, {"do": "pad", "pad": "", **typed})
    assert refused.status_code == 422
    assert {name: fields(refused.text)[name] for name in typed} == typed


def test_a_wrong_day_of_a_pad_is_said_and_stays(member: Client, group: Group) -> None:
    found = fields(member.post(PAGE, {"do": "pad", "pad": PAD.replace("06-30", "06-31")}).text)
    answer = member.post(PAGE, found)
    assert answer.status_code == 422
    assert "ce jour n’existe pas" in words(answer.text)
    assert "@2027-06-31" in answer.text


def test_a_real_road_map_as_markdown(client: Client) -> None:
    text = client.get("/feuilles-de-route/reconditionne.md").text
    assert text.startswith("# Rendre plus désirable un produit reconditionné\n")
    assert text.count("\n## Phase ") == 3
    assert "Jalons" not in text
    assert client.get("/feuilles-de-route/rien.md").status_code == 404


def test_milestones_are_tasks_of_a_calendar(client: Client, cast: Cast) -> None:
    real = "/feuilles-de-route/reconditionne"
    assert Calendar.from_ical(client.get(f"{real}.ics").content).walk("VTODO") == []
    assert "reconditionne.ics" not in client.get(f"{real}/").text
    client.force_login(cast["reader"])
    client.post(f"{real}/adapter/", given(aims_1="- [ ] cent vélos @2027-06-30\n- [x] un lieu"))
    made = Roadmap.objects.get(author=cast["reader"])
    path = f"/feuilles-de-route/{made.slug}.ics"
    assert path in client.get(made.get_absolute_url()).text
    answer = client.get(path)
    tasks = Calendar.from_ical(answer.content).walk("VTODO")
    assert [(str(one["summary"]), str(one["status"])) for one in tasks] == [
        ("cent vélos", "NEEDS-ACTION"),
        ("un lieu", "COMPLETED"),
    ]
    assert (tasks[0]["due"].dt, "due" in tasks[1]) == (date(2027, 6, 30), False)
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304


MEANS = "porte : la maison des vélos\nFinance : la région\nargent : 12 000,50 €\nlieu : une cave\non verra ensuite"


def test_a_phase_tells_with_whom_and_what_it_takes(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    path = "/feuilles-de-route/reconditionne/adapter/"
    client.post(path, given(means_1=f"{MEANS}\n{HOSTILE}"))
    made = Roadmap.objects.get(author=cast["reader"])
    page = client.get(made.get_absolute_url()).text
    assert "<script>alert" not in page
    told = words(page).replace("\xa0", " ")
    assert "Avec qui porte : la maison des vélos finance : la région" in told
    assert "Ce qu’il faut argent : 12 000,50 € un lieu : une cave Dit autrement, ni" in told
    assert "« ce qu’il faut » on verra ensuite" in told.replace("\u202f", " ")
    assert "aucun de ceux qui sont nommés ici ne l’a confirmé" in told
    found = client.get(f"/api/v1/gatherings/roadmaps/{made.slug}").json()["phases"]
    assert [(one["kind"], one["code"], one["amount_cents"]) for one in found[0]["means"]][:5] == [
        ("actor", "carry", None),
        ("actor", "fund", None),
        ("need", "money", 1200050),
        ("need", "place", None),
        ("", "", None),
    ]
    assert found[1]["means"] == []
    pad = client.get(f"/feuilles-de-route/{made.slug}.md").text
    assert "### Moyens\n\n- porte : la maison des vélos\n" in pad
    line = Entry.objects.filter(act="gatherings.adapt").latest("seq")
    assert line.after["phase_means"][0] == "1 porte : la maison des vélos"


@pytest.mark.parametrize(
    "typed", ["porte : lise@mairie.example", "lieu : " + "x" * 200, "\n".join("abcdefghijklmnopqrstu")]
)
def test_means_that_are_refused_come_back(client: Client, cast: Cast, typed: str) -> None:
    client.force_login(cast["reader"])
    answer = client.post("/feuilles-de-route/reconditionne/adapter/", given(means_2=typed))
    assert (answer.status_code, typed in html.unescape(answer.text)) == (422, True)
    assert not Roadmap.objects.filter(author=cast["reader"]).exists()


def test_means_changed_meanwhile_are_told(client: Client, cast: Cast) -> None:
    made = adapted(client, cast)
    path = f"{made.get_absolute_url()}modifier/"
    base = fields(client.get(path).text)["base"]
    assert client.post(path, given(made.title, base=base, means_1="lieu : une cave")).status_code == 302
    answer = client.post(path, given(made.title, base=base, means_1="lieu : un grenier"))
    assert (answer.status_code, "lieu : un grenier" in answer.text) == (422, True)
    assert "lieu : une cave" in words(answer.text), "theirs stands above the form"


def adapted(client: Client, cast: Cast) -> Roadmap:
    client.force_login(cast["reader"])
    client.post("/feuilles-de-route/reconditionne/adapter/", given(aims_1="- [ ] cent vélos comptés\n- [ ] un lieu"))
    return Roadmap.objects.get(author=cast["reader"])


def test_a_milestone_is_reached_by_the_link_of_a_mail(client: Client, cast: Cast) -> None:
    made = adapted(client, cast)
    adopted = services.adopt(cast["member"], made, organisation=cast.town, role="élue", at=timezone.now())
    client.logout()
    path = path_of(adopted)
    page = client.get(path).text
    (first, second) = re.findall(r'name="reached" value="(\d+)"', page)
    seen = {"status": "advances", "text": "Tous comptés.", "reached": [first]}
    refused = client.post(path, seen | {"text": ""})
    assert (
        refused.status_code,
        f'value="{first}" checked' in re.sub(r' id="[^"]*"| class="[^"]*"', "", refused.text),
    ) == (
        422,
        True,
    )
    assert client.post(path, seen | {"reached": ["99999999"]}).status_code == 422
    told = words(client.post(path, seen, follow=True).text)
    assert "cent vélos comptés atteint, dit le" in told
    assert "un lieu aucun jour dit" in told
    assert re.findall(r'name="reached" value="(\d+)"', client.get(path).text) == [second]


def test_links_are_added_and_taken_away(client: Client, cast: Cast) -> None:
    made = adapted(client, cast)
    path = f"{made.get_absolute_url()}liens/"
    assert "Aucun lien pour l’instant" in read(client, path)
    for typed in ("", "javascript:alert(1)", "pas une adresse", "x" * 501, "/communs/rien-de-tel/"):
        answer = client.post(path, {"address": typed, "rel": "reuses"})
        assert (answer.status_code, html.escape(typed) in answer.text) == (422, True)
    assert client.post(path, {"address": "https://a.example/", "rel": "aime"}).status_code == 422
    client.post(path, {"address": "https://ville.example/?q=<b>", "rel": "inspired_by"})
    client.post(path, {"address": "/communs/umap/", "rel": "reuses"})
    page = read(client, made.get_absolute_url())
    assert "réutilise : uMap" in page
    assert "s’inspire de : https://ville.example/?q=<b>" in page
    assert (
        client.get(f"/api/v1/gatherings/roadmaps/{made.slug}").json()["links"][0]["name"]
        == "https://ville.example/?q=<b>"
    )
    for away in [*re.findall(r'name="away" value="(\d+)"', client.get(path).text), "999", "x", "9" * 19]:
        client.post(path, {"away": away})
    assert not made.links.exists()


def test_who_may_not_link_is_told(client: Client, cast: Cast, carried: Roadmap) -> None:
    path = f"{carried.get_absolute_url()}liens/"
    assert client.get(path).status_code == 302
    client.force_login(cast["outsider"])
    assert client.get(path).status_code == 403
    assert client.post(path, {"away": "1"}).status_code == 403
    assert "Changer les liens" not in read(client, carried.get_absolute_url())
    client.force_login(cast["member"])
    assert "Changer les liens" in read(client, carried.get_absolute_url())
