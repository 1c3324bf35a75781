"""Pages of meetings and road maps: what is read, what is answered by a link, what is refused with a sentence."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uses import Cast

from communaux.catalogue import indexing
from communaux.core import journal, signed_links
from communaux.core.models import Entry, Person, SignedLink
from communaux.gatherings import services, shipped
from communaux.gatherings.letters import PURPOSE
from communaux.gatherings.models import Commitment, Edition, EditionClaim, FollowUp, Roadmap

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> ' OR 1=1 --"


@pytest.fixture(autouse=True)
def editions(desk: Person, cast: Cast) -> None:
    indexing.keep_themes(desk)
    for given in (*shipped.real(), *shipped.made_up()):
        services.load_edition(desk, given, at=timezone.now())


@pytest.fixture
def carried(cast: Cast) -> Roadmap:
    real = Roadmap.objects.get(slug="reconditionne")
    return services.adopt(cast["member"], real, organisation=cast.town, role="chargée du numérique", at=timezone.now())


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return words(answer.text)


def words(page: str) -> str:
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())  # no-break spaces too


def path_of(carried: Roadmap, at: datetime | None = None) -> str:
    assert carried.contact
    made = signed_links.give(PURPOSE, journal.subject_of(carried), carried.contact, at or timezone.now())
    return f"/suivi/{signed_links.secret(made)}/"


def rows() -> dict[str, Any]:
    tables = (Roadmap, FollowUp, SignedLink, Entry)
    return {one.__name__: list(one._base_manager.order_by("pk").values_list()) for one in tables}


def test_the_list_says_what_is_real_and_what_is_made_up(client: Client) -> None:
    told = read(client, "/rendez-vous/")
    assert told.index("Chambéry") < told.index("Lille") < told.index("Bordeaux") < told.index("Commun[s] 2021")
    assert told.index("Commun[s] 2021") < told.index("Inventé pour la démonstration") < told.index("Rencontre fictive")
    assert "septembre 2024" in told
    assert "du 19 octobre 2023 au 20 octobre 2023" in told
    assert "6 feuilles de route" in told
    assert "Première édition 2018 transcription 000" in told


def test_texts_that_disagree_stand_side_by_side(client: Client) -> None:
    told = read(client, "/rendez-vous/nec-2023/")
    assert told.count("les textes se contredisent") == 2
    assert "du 18 au 20 octobre 2023 (avec le off, la veille) transcription 003" in told
    assert "les 19 et 20 octobre 2023 transcription 004" in told
    assert "5 transcriptions 003, 004" in told
    assert "close to 2,000 (written afterwards) transcript 004" in read(client, "/en/rendez-vous/nec-2023/")


def test_past_and_coming_meetings_stand_apart(client: Client, cast: Cast) -> None:
    now = timezone.now()
    for name, day in (("Bientôt", now.date() + timedelta(days=9)), ("Aujourd’hui", timezone.localdate())):
        told = {"name": name, "kind": "local", "starts_on": day, "timezone": "Europe/Paris"}
        services.open_edition(cast["member"], cast.town, key=uuid4(), told=told, at=now)
    told = read(client, "/rendez-vous/")
    order = ["À venir ou en cours", "Aujourd’hui", "Bientôt", "Rendez-vous passés", "Chambéry", "Commun[s] 2021"]
    assert [told.index(one) for one in order] == sorted(told.index(one) for one in order)
    assert (told.count("Aujourd’hui"), told.count("Bientôt")) == (1, 1), "each in one list"


def test_the_words_beside_a_number_say_what_a_transcript_is(client: Client) -> None:
    for path in ("/rendez-vous/", "/rendez-vous/nec-2021/"):
        assert read(client, path).count("Une transcription est le compte rendu écrit") == 1


def test_each_page_of_a_meeting_leads_back_to_all_of_them(client: Client, cast: Cast) -> None:
    client.force_login(cast["member"])
    home = "/rendez-vous/rencontre-fictive-a-venir"
    paths = [f"{home}/{one}" for one in ("programme/", "sessions/FIC002/", "ateliers/", "proposer/", "organiser/")]
    paths += [f"{home}/organiser/sessions/nouvelle/", "/feuilles-de-route/reconditionne/"]
    for path in paths:
        crumbs = re.search(r'<nav class="crumbs".*?</nav>', client.get(path).text, re.DOTALL)
        assert crumbs, path
        links = re.findall(r'href="([^"]*)"', crumbs[0])
        assert (path, links[:2], len(links), len(set(links))) == (path, ["/", "/rendez-vous/"], len(links), len(links))


def test_a_filter_is_told_by_its_name(client: Client) -> None:
    told = read(client, "/feuilles-de-route/?edition=nec-2023&theme=dechets&state=delivered")
    assert ("nec-2023" in told, "dechets" in told, "Commun[s] 2023" in told) == (False, False, True)


def test_a_road_map_leaves_with_the_name_of_its_theme(client: Client) -> None:
    theme = Roadmap.objects.get(slug="reconditionne").theme
    assert theme
    text = client.get("/feuilles-de-route/reconditionne.md").text
    assert (f"Thème\u00a0: {theme.fr}" in text, f": {theme.key}\n" in text) == (True, False)


def test_domains_are_sorted_by_their_letters(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    for path in ("/feuilles-de-route/reconditionne/adapter/", "/besoins/nouveau/"):
        page = client.get(path).text
        assert page.index(">École et formation<") < page.index(">Santé"), path


def test_an_edition_without_road_map_says_so(client: Client) -> None:
    assert "ne connaît aucune feuille de route" in read(client, "/rendez-vous/nec-2024/")
    assert "Ni feuille de route ni engagement : il n’y a rien à suivre" in read(client, "/rendez-vous/nec-2024/bilan/")
    assert "Ce guichet ne connaît pas cette rencontre." in read(client, "/rendez-vous/nulle-part/", 404)


def test_nothing_is_said_of_a_real_road_map_that_nobody_said(client: Client) -> None:
    told = read(client, "/feuilles-de-route/reconditionne/")
    assert "Portée par aucun porteur connu" in told
    assert "aucune connue de ce guichet, depuis plus d’un an" in told
    assert "aucune n’est nommée ; le texte dit que chaque territoire peut la modifier" in told
    assert told.count("Ce qui doit être vrai avant la suivante") == 2
    assert "Personne n’en a rien dit à ce guichet." in told
    assert "Inventé" not in told


def test_the_balance_counts_what_was_told_and_says_what_it_rests_on(client: Client) -> None:
    told = read(client, "/rendez-vous/nec-2021/bilan/")
    assert "6 feuilles de route publiées" in told.replace(
        "feuilles de route publiées 6", "6 feuilles de route publiées"
    )
    assert "Délai avant les premières nouvelles : inconnu" in told
    made_up = read(client, "/rendez-vous/rencontre-fictive/bilan/")
    assert "Premières nouvelles après 5 mois (médiane de 3 feuilles de route)." in made_up
    assert "Inventé pour la démonstration" in made_up


def test_the_balance_as_a_file(client: Client) -> None:
    answer = client.get("/rendez-vous/nec-2021/bilan.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert lines[0].startswith("slug;title;axis;number;theme;state;carrier;")
    assert lines[1] == "reconditionne;Rendre plus désirable un produit reconditionné;1;1;environnement;published;;;;"
    Roadmap.objects.filter(slug="reconditionne").update(title="=1+1")
    assert "reconditionne;'=1+1;1;" in client.get("/rendez-vous/nec-2021/bilan.csv").text


def test_filters_of_the_list(client: Client) -> None:
    every = read(client, "/feuilles-de-route/")
    assert "11 feuilles de route" in every
    assert "1 feuille de route" in read(client, "/feuilles-de-route/?state=delivered")
    assert "2 feuilles de route" in read(client, "/feuilles-de-route/?theme=ecole")
    assert "6 feuilles de route" in read(client, "/feuilles-de-route/?edition=nec-2021")
    assert "11 feuilles de route" in read(client, f"/feuilles-de-route/?state={HOSTILE}")
    assert "Retirez un filtre" in read(client, "/feuilles-de-route/?theme=rien")
    assert "Il n’y a pas autant de pages" in read(client, "/feuilles-de-route/?page=99")


def test_as_many_questions_for_many_as_for_few(client: Client) -> None:
    def questions(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    few = {path: questions(path) for path in ("/feuilles-de-route/?state=delivered", "/rendez-vous/")}
    assert questions("/feuilles-de-route/") == few["/feuilles-de-route/?state=delivered"]
    Commitment.objects.filter(edition__slug="nec-lille-2023").delete()
    Edition.objects.filter(slug__in=["nec-2024", "nec-lille-2023"]).delete()
    assert questions("/rendez-vous/") == few["/rendez-vous/"]
    assert max(questions(f"/feuilles-de-route/{one}/") for one in ("pret-de-materiel", "reconditionne")) <= 12
    assert questions("/rendez-vous/nec-2021/") <= 12


def test_opening_a_link_writes_nothing(client: Client, carried: Roadmap) -> None:
    path = path_of(carried)
    before = rows()
    for _time in range(3):
        answer = client.get(path)
        assert (answer.status_code, answer["Referrer-Policy"], answer["Cache-Control"]) == (
            200,
            "same-origin",
            "private, no-store",
        )
        client.head(path)
    assert rows() == before
    told = words(client.get(path).text)
    assert "Question posée à : Commune de démonstration, chargée du numérique." in told
    assert "member" not in told


def test_one_click_and_one_line_without_account(client: Client, carried: Roadmap) -> None:
    answer = client.post(path_of(carried), {"status": "advances", "text": f"  {HOSTILE}\n Deux lignes. "}, follow=True)
    told = words(answer.text)
    assert "Merci : votre réponse est là" in told
    assert f"cela avance (chargée du numérique, Commune de démonstration) {HOSTILE} Deux lignes." in told
    assert "<script>alert" not in answer.text
    assert "● en cours" not in told
    assert "en cours" in told


def test_a_refused_answer_comes_back_as_it_was_typed(client: Client, carried: Roadmap) -> None:
    path = path_of(carried)
    answer = client.post(path, {"status": "delivered", "text": "La liste est publiée."})
    assert answer.status_code == 422
    assert "Dites où l’on peut voir ce qui a été livré." in answer.text
    assert "La liste est publiée." in answer.text
    assert client.post(path, {"status": "advances", "text": "Écrire à lise@mairie.example"}).status_code == 422
    assert client.post(path, {"status": "sign", "text": "x"}).status_code == 422
    assert client.post(path, {"status": "advances", "text": ""}).status_code == 422
    assert client.post(path, {"status": "advances", "text": "x" * 601}).status_code == 422
    assert (
        client.post(path, {"status": "advances", "text": "x", "evidence_url": "javascript:alert(1)"}).status_code == 422
    )
    assert FollowUp.objects.filter(roadmap=carried).count() == 0


def test_a_link_that_ended_says_which_and_what_to_do(client: Client, carried: Roadmap) -> None:
    old = path_of(carried, timezone.now() - timedelta(days=61))
    told = read(client, old, 410)
    assert "Ce lien n’est plus valable." in told
    assert "à l’adresse que le guichet connaît et à aucune autre" in told
    answer = client.post(f"{old}redemander/", follow=True)
    assert "Un nouveau lien est en route" in answer.text
    assert client.post(f"{old}redemander/").status_code == 409
    assert client.post(old, {"status": "advances", "text": "x"}).status_code == 410
    first = path_of(carried)
    path_of(carried)
    told = read(client, first, 410)
    assert "remplacé par un plus récent" in told
    assert "M’envoyer" not in told
    assert "elle a pu être coupée" in read(client, "/suivi/rien/", 404)


def test_who_is_asked_may_stop(client: Client, carried: Roadmap) -> None:
    path = path_of(carried)
    assert client.get(f"{path}arreter/").status_code == 405
    told = words(client.post(f"{path}arreter/", follow=True).text)
    assert "Le guichet ne vous écrira plus à ce sujet." in told
    assert "personne n’est interrogé" in told
    assert client.get(path).status_code == 410


def test_an_old_mail_still_stops_the_next_ones(client: Client, carried: Roadmap) -> None:
    old = path_of(carried, timezone.now() - timedelta(days=61))
    assert "Le guichet ne vous écrira plus" in words(client.post(f"{old}arreter/", follow=True).text)
    assert Roadmap.objects.get(pk=carried.pk).contact is None


def test_a_member_takes_it_up_on_the_page(client: Client, cast: Cast) -> None:
    assert "Nous la portons" in read(client, "/feuilles-de-route/reconditionne/")
    path = "/feuilles-de-route/reconditionne/porter/"
    assert client.get(path).status_code == 302
    client.force_login(cast["reader"])
    assert "Seul un membre confirmé d’un organisme peut le faire." in read(client, path)
    client.force_login(cast["member"])
    assert client.post(path, {"organisation": str(cast.other.pk), "role": "x"}).status_code == 422
    for role in ("", "lise@mairie.example"):
        assert client.post(path, {"organisation": str(cast.town.pk), "role": role}).status_code == 422
    told = words(
        client.post(path, {"organisation": str(cast.town.pk), "role": "chargée du numérique"}, follow=True).text
    )
    assert "Votre organisme la porte." in told
    assert "Portée par Commune de démonstration" in told
    assert "Donner des nouvelles" in told
    again = client.post(path, {"organisation": str(cast.town.pk), "role": "deuxième fois"})
    assert (again.status_code, "deuxième fois" in again.text) == (422, True)
    client.logout()
    assert "Nous la portons" not in read(client, "/feuilles-de-route/reconditionne/")
    assert "Nous la portons" not in read(client, "/feuilles-de-route/boite-a-outils/"), "made up: nobody can take it up"


def test_a_member_gives_news_signed_in_and_others_may_not(client: Client, cast: Cast, carried: Roadmap) -> None:
    path = "/feuilles-de-route/reconditionne/nouvelles/"
    given = {"status": "blocked", "text": "Il manque un lieu."}
    assert client.post(path, given).status_code == 403
    client.force_login(cast["outsider"])
    assert "Vous n’avez pas le droit" in client.post(path, given).text
    assert client.get(path).status_code == 403
    client.force_login(cast["second"])
    assert read(client, path)
    assert "Vos nouvelles sont là" in client.post(path, given, follow=True).text
    assert list(carried.follow_ups.values_list("status", "text")) == [("blocked", "Il manque un lieu.")]


def test_every_claim_has_words_in_both_languages() -> None:
    lacking = [
        one for one in EditionClaim.objects.all() if {"fr", "en"} - one.label.keys() | {"fr", "en"} - one.value.keys()
    ]
    assert lacking == []


def given(title: str = "Rendre désirable un vélo remis en état", **more: str) -> dict[str, str]:
    phases = {f"{name}_{n}": f"{name} {n}" for n in (1, 2, 3) for name in ("title", "text")}
    told = {"title": title, "summary": "", "theme": "dechets", "licence": "CC-BY-SA-4.0", "key": str(uuid4())}
    return told | phases | {"gate_1": "Cent vélos.", "gate_2": "Dix ventes."} | more


def test_a_person_adapts_a_road_map_and_each_page_leads_to_the_other(client: Client, cast: Cast) -> None:
    path = "/feuilles-de-route/reconditionne/adapter/"
    assert client.get(path).status_code == 302
    client.force_login(cast["reader"])
    page = client.get(path).text
    assert 'value="Rendre plus désirable un produit reconditionné"' in page
    assert "D’un référentiel que tous reconnaissent" in html.unescape(page)
    refused = client.post(path, given(text_2="", summary=HOSTILE))
    assert (refused.status_code, HOSTILE in html.unescape(refused.text), HOSTILE in refused.text) == (422, True, False)
    told = words(client.post(path, given(summary=HOSTILE), follow=True).text)
    assert "Votre feuille de route est là, avec celle dont elle vient." in told
    assert "Adaptée de : Rendre plus désirable un produit reconditionné" in told
    assert "Adaptée par d’autres : Rendre désirable un vélo remis en état" in read(
        client, "/feuilles-de-route/reconditionne/"
    )


def test_who_adapts_a_road_map_says_for_which_meeting(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    path = "/feuilles-de-route/reconditionne/adapter/"
    assert '<option value="nec-2023">' in client.get(path).text
    wrong = client.post(path, given(edition="rencontre-fictive"))
    assert wrong.status_code == 422, "what is made up stays among itself"
    made = client.post(path, given(edition="nec-2021"))["location"]
    assert "Commun[s] 2021" in read(Client(), made)
    assert made in Client().get("/rendez-vous/nec-2021/").text
    edit = f"{made}modifier/"
    page = client.get(edit).text
    assert '<option value="nec-2021" selected>' in page
    base = re.search(r'name="base" value="(\w+)"', page)
    assert base
    client.post(edit, given(base=base[1], edition=""))
    assert made not in Client().get("/rendez-vous/nec-2021/").text


def test_an_adaptation_has_a_title_of_its_own(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    path = "/feuilles-de-route/reconditionne/adapter/"
    for same in ("Rendre plus désirable un produit reconditionné", " rendre  PLUS desirable un produit reconditionne"):
        answer = client.post(path, given(same))
        assert (answer.status_code, "Donnez-lui un titre à elle" in words(answer.text)) == (422, True)
    assert not Roadmap.objects.filter(author=cast["reader"]).exists()


def test_who_adapted_it_says_that_it_stops_and_nobody_else(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    client.post("/feuilles-de-route/reconditionne/adapter/", given())
    made = Roadmap.objects.get(author=cast["reader"])
    path = f"{made.get_absolute_url()}nouvelles/"
    assert path in client.get(made.get_absolute_url()).text
    told = client.post(path, {"status": "stopped", "text": "Une erreur de ma part."}, follow=True)
    assert "Une erreur de ma part." in words(told.text)
    made.refresh_from_db()
    assert made.state == "abandoned"
    for part in ("member", "outsider", "editor"):
        client.force_login(cast[part])
        assert client.get(path).status_code == 403
    services.adopt(
        cast["member"],
        Roadmap.objects.get(slug="reconditionne"),
        organisation=cast.town,
        role="élue",
        at=timezone.now(),
    )
    client.force_login(cast["reader"])
    assert client.get("/feuilles-de-route/reconditionne/nouvelles/").status_code == 403


def test_a_french_text_adapted_on_the_english_pages_stays_french(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    answer = client.post("/en/feuilles-de-route/reconditionne/adapter/", given(), follow=True)
    assert '<h1 lang="fr">Rendre désirable un vélo remis en état</h1>' in answer.text


def test_words_changed_meanwhile_are_shown_beside_what_was_typed(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    client.post("/feuilles-de-route/reconditionne/adapter/", given())
    path = "/feuilles-de-route/rendre-desirable-un-velo-remis-en-etat/modifier/"
    (base,) = re.findall(r'name="base" value="(\w+)"', client.get(path).text)
    assert client.post(path, given("Le titre de la première", base=base)).status_code == 302
    answer = client.post(path, given("Le titre de la seconde", base=base))
    told = words(answer.text)
    assert answer.status_code == 422
    assert "Ce qui s’y trouve maintenant Le titre de la première" in told
    assert 'value="Le titre de la seconde"' in answer.text
    (new,) = re.findall(r'name="base" value="(\w+)"', answer.text)
    assert client.post(path, given("Le titre de la seconde", base=new)).status_code == 302
    client.force_login(cast["outsider"])
    assert client.get(path).status_code == 403
