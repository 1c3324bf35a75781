"""A call for sessions on pages, without script: who proposes, who reviews, who decides, and what the others see."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uses import PASSWORD, Cast

from communaux.core import services as core
from communaux.gatherings import services
from communaux.gatherings.models import (
    CallQuestion,
    Edition,
    ProposalAnswer,
    ReviewPhase,
    Session,
    SessionCall,
    SessionProposal,
    SessionReview,
)

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> ' OR 1=1 --"
HOME = "/rendez-vous/journee-des-communs"
MEETING = {
    "name": "Journée des communs",
    "kind": "local",
    "starts_on": date(2037, 6, 4),
    "ends_on": date(2037, 6, 5),
    "place_name": "Mairie",
    "timezone": "Europe/Paris",
}
TYPED = {
    "title": "Réparer ensemble",
    "kind": "workshop",
    "minutes": "90",
    "summary": f"Un atelier. {HOSTILE}",
    "roles": "une réparatrice bénévole",
}


def around(before: int, after: int) -> tuple[date, date]:
    day = timezone.localdate()
    return day - timedelta(days=before), day + timedelta(days=after)


def set_call(cast: Cast, edition: Edition, before: int = 5, after: int = 5) -> None:
    base = SessionCall.objects.filter(edition=edition).values_list("written", flat=True).first() or 0
    opens, closes = around(before, after)
    told = {"opens_on": opens, "closes_on": closes, "text": "Des ateliers."}
    services.set_call(cast["member"], edition, base=base, told=told, at=timezone.now())


def set_phase(cast: Cast, edition: Edition, before: int = 0, after: int = 5, **told: Any) -> None:
    first, last = around(before, after)
    given = {"starts_on": first, "ends_on": last, "anonymised": True, "sees_others": False} | told
    services.set_phase(cast["member"], edition, position=1, told=given, at=timezone.now())


@pytest.fixture
def meeting(cast: Cast) -> Edition:
    made = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=timezone.now())
    set_call(cast, made)
    return made


@pytest.fixture
def propose(cast: Cast, meeting: Edition) -> Callable[..., SessionProposal]:
    def made(by: str = "outsider", **told: Any) -> SessionProposal:
        answers = told.pop("answers", {})
        given = {"title": "Réparer ensemble", "summary": "Un atelier.", "minutes": 90, "roles": ["une élue"]} | told
        return services.propose(
            cast[by], meeting, key=uuid4(), told=given, answers=answers, submit=True, at=timezone.now()
        )

    return made


def signed(cast: Cast, part: str) -> Client:
    client = Client()
    client.force_login(cast[part])
    return client


def name_reviewer(cast: Cast, meeting: Edition, part: str = "second") -> Client:
    services.name_reviewer(cast["member"], meeting, person=cast[part], until=date(2099, 1, 1), at=timezone.now())
    return signed(cast, part)


def words(page: str) -> str:
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    told = html.unescape(re.sub(r"<[^>]+>", " ", main[0]))
    return " ".join(told.split())


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return words(answer.text)


def hidden(page: str, *names: str) -> dict[str, str]:
    """Hidden fields of these names, as the last form of the page that has them sends them."""
    return {name: found[-1] for name in names if (found := re.findall(rf'name="{name}" value="([^"]*)"', page))}


def test_from_the_call_to_the_programme_in_french(client: Client, cast: Cast, meeting: Edition) -> None:
    """Without script: read and filled in by nobody, sent after signing in, reviewed, accepted, confirmed."""
    page = client.get(f"{HOME}/proposer/")
    assert (page.status_code, "Des ateliers." in words(page.text)) == (200, True)
    asked = client.post(f"{HOME}/proposer/", TYPED | hidden(page.text, "key") | {"do": "send"})
    assert "Encore une étape" in words(asked.text)
    assert not SessionProposal.objects.exists()
    (way,) = re.findall(r'href="(/connexion/[^"]*)"', re.search(r"<main.*</main>", asked.text, re.DOTALL)[0])  # type: ignore[index]  # it has one
    given = {"username": "outsider@demo.example", "password": PASSWORD}
    back = client.post(html.unescape(way), given, follow=True)
    assert "envoyez le formulaire encore une fois" in words(back.text)
    assert html.escape(HOSTILE) in back.text
    assert 'value="Réparer ensemble"' in back.text
    sent = client.post(f"{HOME}/proposer/", TYPED | hidden(back.text, "key") | {"do": "send"}, follow=True)
    assert "Votre proposition est envoyée." in words(sent.text)
    assert "proposée" in words(sent.text)
    row = SessionProposal.objects.get()

    organiser = signed(cast, "member")
    assert "Réparer ensemble" in read(organiser, "/mon-espace/")
    decide = f"{HOME}/organiser/propositions/{row.pk}/"
    page = organiser.get(decide)
    assert "insuffisant (0 relecture)" in words(page.text)
    told = hidden(page.text, "base") | {"event": "accept", "because": "Bienvenue."}
    assert "C’est décidé" in words(organiser.post(decide, told, follow=True).text)

    own = f"{HOME}/propositions/{row.pk}/"
    assert "Bienvenue." in read(client, own)
    space = client.get("/mon-espace/").text
    assert (own in space, "à confirmer" in space) == (True, True)
    confirmed = client.post(own, {"do": "confirm"}, follow=True)
    assert "Votre proposition est confirmée" in words(confirmed.text)
    assert "à confirmer" not in client.get("/mon-espace/").text
    made = Session.objects.get()
    assert (made.title, made.state) == ("Réparer ensemble", "confirmed")
    assert "Réparer ensemble" in read(organiser, f"{HOME}/organiser/")
    assert "Withdraw it" in words(client.get(f"/en{own}").text)


def test_who_has_no_account_opens_one_on_the_way(client: Client, meeting: Edition, code: Callable[[], str]) -> None:
    asked = client.post(f"{HOME}/proposer/", TYPED)
    way = re.findall(r'href="(/inscription/[^"]*)"', asked.text)[-1]
    new = {"display_name": "Lise Martin", "email": "lise@demo.example", "password1": PASSWORD}
    opened = client.post(html.unescape(way), new | hidden(client.get(html.unescape(way)).text, "next"))
    back = client.post(opened["location"], {"code": code()}, follow=True)
    assert (back.redirect_chain[-1][0], 'value="Réparer ensemble"' in back.text) == (f"{HOME}/proposer/", True)
    assert client.post(f"{HOME}/proposer/", TYPED | hidden(back.text, "key")).status_code == 302
    assert SessionProposal.objects.get().author.mail == "lise@demo.example"


def test_the_same_in_english(client: Client, cast: Cast, meeting: Edition) -> None:
    home = f"/en{HOME}"
    page = client.get(f"{home}/proposer/")
    assert "Read it and fill it in without an account" in words(page.text)
    asked = client.post(f"{home}/proposer/", TYPED | {"do": "send"})
    assert "One more step: an account. Nothing is lost." in words(asked.text)
    client.force_login(cast["outsider"])
    back = client.get("/en/connexion/reprendre/", follow=True)
    assert 'value="Réparer ensemble"' in back.text
    refused = client.post(f"{home}/proposer/", TYPED | {"title": "", "do": "send"})
    assert (refused.status_code, html.escape(HOSTILE) in refused.text) == (422, True)
    sent = client.post(f"{home}/proposer/", TYPED | hidden(back.text, "key") | {"do": "draft"}, follow=True)
    assert "Kept as a draft: only you see it." in words(sent.text)
    assert "a draft" in words(sent.text)
    assert SessionProposal.objects.get().state == "draft"


def test_the_public_sees_nothing_but_the_count(
    client: Client, cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    row = propose(title="Titre que nul ne lit", summary="Résumé que nul ne lit")
    told = read(client, f"{HOME}/propositions/")
    assert "1 séance a été proposée." in told
    paths = (f"{HOME}/", f"{HOME}/propositions/", f"{HOME}/proposer/", "/rendez-vous/", "/journal/")
    paths += ("/chercher/?q=Titre+que+nul+ne+lit", "/api/v1/gatherings/editions", "/sitemap.xml")
    paths += (f"/api/v1/gatherings/editions/{meeting.slug}", f"/api/v1/gatherings/editions/{meeting.slug}/versions")
    for one in (client, signed(cast, "reader"), signed(cast, "editor")):
        for path in paths:
            answer = one.get(path)
            assert (path, answer.status_code) == (path, 200)
            if "q=" not in path:
                assert (path, "nul ne lit" in answer.text, str(row.pk) in answer.text) == (path, False, False)
    assert "outsider" not in client.get("/journal/").text


def test_who_may_open_which_page(
    client: Client, cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    row = propose()
    set_phase(cast, meeting)
    name_reviewer(cast, meeting)
    people = {part: signed(cast, part) for part in ("outsider", "member", "second", "reader", "operator")}
    people["nobody"] = client
    expected = {
        "proposer/": dict.fromkeys(people, 200),
        "propositions/": dict.fromkeys(people, 200),
        f"propositions/{row.pk}/": dict.fromkeys(people, 404) | {"outsider": 200, "nobody": 302},
        "relecture/": dict.fromkeys(people, 403) | {"second": 200, "nobody": 302},
        f"relecture/{row.pk}/": dict.fromkeys(people, 403) | {"second": 200, "nobody": 302},
        "organiser/appel/": dict.fromkeys(people, 403) | {"member": 200, "second": 200, "nobody": 302},
        "organiser/propositions/": dict.fromkeys(people, 403) | {"member": 200, "second": 200, "nobody": 302},
        f"organiser/propositions/{row.pk}/": dict.fromkeys(people, 403) | {"member": 200, "second": 200, "nobody": 302},
    }
    found = {path: {part: one.get(f"{HOME}/{path}").status_code for part, one in people.items()} for path in expected}
    assert found == expected
    writes = {
        f"propositions/{row.pk}/": {"do": "withdraw"},
        f"relecture/{row.pk}/": {"do": "conflict", "conflict": "no"},
        "organiser/appel/": {"do": "criterion", "label": "Utilité", "weight": "1"},
        f"organiser/propositions/{row.pk}/": {"event": "decline", "because": "Non.", "base": "1"},
    }
    for path, told in writes.items():
        for part in ("reader", "operator", "nobody"):
            assert people[part].post(f"{HOME}/{path}", told).status_code in {403, 404}
    row.refresh_from_db()
    assert (row.state, SessionReview.objects.count(), meeting.criteria.count()) == ("submitted", 0, 0)


def test_a_call_that_is_not_open_says_so(client: Client, cast: Cast, meeting: Edition) -> None:
    for before, after, said in ((9, -2, "il est trop tard"), (-3, 9, "se proposent à partir du")):
        set_call(cast, meeting, before, after)
        assert said in read(client, f"{HOME}/proposer/")
        assert "<textarea" not in client.get(f"{HOME}/proposer/").text
        for one in (client, signed(cast, "reader")):
            refused = one.post(f"{HOME}/proposer/", TYPED)
            assert (refused.status_code, said in words(refused.text)) == (422, True)
            assert 'value="Réparer ensemble"' in refused.text
    SessionCall.objects.all().delete()
    assert "ne reçoit pas de propositions" in read(client, f"{HOME}/proposer/")
    assert "Proposer une séance" not in read(client, f"{HOME}/")
    assert not SessionProposal.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"title": "x"}, "Trop court"),
        ({"summary": ""}, "C’est obligatoire"),
        ({"minutes": "0"}, ""),
        ({"kind": "rien-de-tel"}, ""),
        ({"roles": "Lise, lise@mairie.example"}, "Ces mots sont publics"),
        ({"description": "Appelez le 06 12 34 56 78"}, "Ces mots sont publics"),
        ({"language": "x" * 11}, "Trop long"),
        ({"title": "a\x00b"}, ""),
    ],
)
def test_what_cannot_be_kept_comes_back(cast: Cast, meeting: Edition, more: dict[str, str], said: str) -> None:
    refused = signed(cast, "reader").post(f"{HOME}/proposer/", TYPED | {"theme": "Mon thème"} | more)
    assert (refused.status_code, 'value="Mon thème"' in refused.text) == (422, True)
    assert "<script>alert" not in refused.text
    assert said.casefold() in words(refused.text).casefold() or said == "C’est obligatoire"
    assert not SessionProposal.objects.exists()


def test_own_questions_of_each_kind(cast: Cast, meeting: Edition) -> None:
    organiser, path = signed(cast, "member"), f"{HOME}/organiser/appel/"
    asked = (
        {"label": "Matériel ?", "variant": "text", "help": HOSTILE, "for_reviewers": "on"},
        {"label": "Format ?", "variant": "choice", "choices": "debout\nassis", "required": "on"},
        {"label": "Enfants ?", "variant": "yes_no"},
        {"label": "Combien ?", "variant": "number"},
        {"label": "Où lire ?", "variant": "url", "personal": "on"},
    )
    for told in asked:
        assert organiser.post(path, told | {"do": "question"}).status_code == 302
    refused = organiser.post(path, {"do": "question", "label": "Lequel ?", "variant": "choice", "choices": "un seul"})
    assert (refused.status_code, "un seul" in refused.text) == (422, True)
    assert "Écrivez de deux à vingt choix" in words(refused.text)
    pks = dict(CallQuestion.objects.values_list("label", "pk"))
    client = signed(cast, "reader")
    page = client.get(f"{HOME}/proposer/").text
    assert "<script>alert" not in page
    assert "Effacée douze mois après le rendez-vous." in words(page)
    assert "Réponse lue par l’organisation seule." in words(page)
    good = {"Matériel ?": "Une table.", "Format ?": "assis", "Enfants ?": "yes", "Combien ?": "12,5"}
    good |= {"Où lire ?": "exemple.fr/page"}
    answers = {f"answer_{pks[label]}": value for label, value in good.items()}
    for label, wrong in (("Format ?", ""), ("Format ?", "couché"), ("Combien ?", "douze"), ("Où lire ?", "::")):
        refused = client.post(f"{HOME}/proposer/", TYPED | answers | {f"answer_{pks[label]}": wrong})
        assert (label, refused.status_code, "Une table." in refused.text) == (label, 422, True)
    refused = client.post(f"{HOME}/proposer/", TYPED | answers | {f"answer_{pks['Matériel ?']}": "lise@mairie.example"})
    assert "Personne ne demande d’adresse ici" in words(refused.text)
    assert client.post(f"{HOME}/proposer/", TYPED | answers).status_code == 302
    kept = dict(ProposalAnswer.objects.values_list("question__label", "value"))
    assert kept == good | {"Combien ?": "12.5", "Où lire ?": "https://exemple.fr/page"}
    row = SessionProposal.objects.get()
    told = read(organiser, f"{HOME}/organiser/propositions/{row.pk}/")
    assert "Enfants ? oui" in told.replace("\xa0", " ").replace("\u202f", " ")
    change = organiser.get(f"{path}?question={pks['Format ?']}").text
    assert ('value="Format ?"' in change, "debout\nassis</textarea>" in change) == (True, True)
    one = {"do": "question", "one": str(pks["Format ?"]), "variant": "choice"}
    kept = organiser.post(path, one | {"label": "Format ?", "choices": "debout\ncouché"})
    assert (kept.status_code, "ses choix restent" in words(kept.text)) == (422, True)
    twice = organiser.post(path, one | {"label": "Combien ?", "choices": "debout\nassis"})
    assert (twice.status_code, "Une autre a déjà ces mots" in words(twice.text)) == (422, True)
    new = one | {"label": "Quelle forme ?", "choices": "debout\nassis\ncouché"}
    assert organiser.post(path, new).status_code == 302
    assert organiser.post(path, new | {"one": "999"}).status_code == 422
    assert (CallQuestion.objects.get(pk=pks["Format ?"]).label, CallQuestion.objects.count()) == ("Quelle forme ?", 5)
    dropped = organiser.post(path, {"do": "drop-question", "one": str(pks["Format ?"])}, follow=True)
    assert "elle reste" in words(dropped.text)


def test_the_call_is_set_on_a_page(cast: Cast) -> None:
    made = services.open_edition(cast["member"], cast.town, key=uuid4(), told=MEETING, at=timezone.now())
    organiser, path = signed(cast, "member"), f"{HOME}/organiser/appel/"
    told = {"do": "call", "opens_on": "2037-03-02", "closes_on": "2037-03-01", "text": HOSTILE}
    refused = organiser.post(path, told)
    assert (refused.status_code, html.escape(HOSTILE) in refused.text) == (422, True)
    assert "Le dernier jour vient avant le premier." in words(refused.text)
    refused = organiser.post(path, told | {"closes_on": "2037-07-01"})
    assert "L’appel se ferme après la fin du rendez-vous." in words(refused.text)
    mine = hidden(organiser.get(path).text, "base")
    assert organiser.post(path, told | mine | {"closes_on": "2037-03-10"}).status_code == 302
    clash = organiser.post(path, told | mine | {"closes_on": "2037-03-20"})
    assert (clash.status_code, "10 mars 2037" in words(clash.text)) == (422, True)
    assert 'value="2037-03-20"' in clash.text
    again = told | hidden(clash.text, "base") | {"closes_on": "2037-03-20"}
    assert organiser.post(path, again).status_code == 302
    assert made.session_call.closes_on == date(2037, 3, 20)
    phase = {"do": "phase", "position": "1", "starts_on": "2037-04-01", "ends_on": "2037-04-10", "anonymised": "on"}
    assert organiser.post(path, phase | {"position": "2"}).status_code == 422
    assert organiser.post(path, phase).status_code == 302
    assert organiser.post(path, phase | {"position": "2", "starts_on": "2037-04-11", "ends_on": "2037-04-12"})[
        "location"
    ]
    assert ReviewPhase.objects.count() == 2
    first = ReviewPhase.objects.get(position=1)
    kept = organiser.post(path, {"do": "drop-phase", "one": str(first.pk)}, follow=True)
    assert "Retirez d’abord la seconde phase." in words(kept.text)
    assert organiser.post(path, {"do": "criterion", "label": "Utilité", "weight": "3"}).status_code == 302
    assert organiser.post(path, {"do": "criterion", "label": "Clarté", "weight": "0"}).status_code == 422
    pk = made.criteria.get().pk
    assert 'value="3"' in organiser.get(f"{path}?criterion={pk}").text
    told = {"do": "criterion", "label": "Utilité", "weight": "4", "one": str(pk)}
    assert organiser.post(path, told).status_code == 302
    assert [one.weight for one in made.criteria.all()] == [4]
    assert 'value="2037-04-01"' in organiser.get(f"{path}?phase={first.pk}").text
    assert organiser.get(f"{path}?phase=x&question=0").status_code == 200
    named = {"do": "reviewer", "person": str(cast["second"].pk), "until": "2099-01-01"}
    assert "second" in words(organiser.post(path, named, follow=True).text)
    wrong = organiser.post(path, named | {"person": str(cast["outsider"].pk)})
    assert wrong.status_code == 422
    for do, one in (("rien", ""), ("drop-rien", "")):
        assert organiser.post(path, {"do": do, "one": one}).status_code == 400
    assert organiser.post(path, {"do": "drop-criterion", "one": "999"}).status_code == 404


def test_a_review_begins_with_a_word_on_conflicts(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    set_phase(cast, meeting)
    criterion = services.add_criterion(
        cast["member"], meeting, told={"label": "Utilité", "weight": 3}, at=timezone.now()
    )
    row, client = propose(summary="Le résumé.", description=HOSTILE), name_reviewer(cast, meeting)
    path = f"{HOME}/relecture/{row.pk}/"
    assert "Le résumé." not in read(client, path)
    assert client.post(path, {"do": "conflict", "conflict": "peut-être"}).status_code == 422
    shown = client.post(path, {"do": "conflict", "conflict": "no"}, follow=True)
    assert "Le résumé." in words(shown.text)
    assert "<script>alert" not in shown.text
    assert "une élue" not in words(shown.text), "a phase without names"
    given = hidden(shown.text, "base") | {"do": "review"}
    assert client.post(path, given).status_code == 422
    refused = client.post(path, given | {f"score_{criterion.pk}": "9", "text": "Mes raisons"})
    assert (refused.status_code, "Mes raisons" in refused.text) == (422, True)
    kept = client.post(path, given | {f"score_{criterion.pk}": "4", "text": "Mes raisons"}, follow=True)
    assert "Votre relecture est gardée." in words(kept.text)
    assert "relue par vous" in words(kept.text)
    late = client.post(path, given | {"text": "Autre fenêtre"})
    assert (late.status_code, "Autre fenêtre" in late.text) == (422, True)
    gone = client.post(path, {"do": "conflict", "conflict": "yes"}, follow=True)
    assert "vous est désormais cachée" in words(gone.text)
    for hidden_from in (path, f"{HOME}/organiser/propositions/{row.pk}/"):
        assert client.get(hidden_from).status_code == 404
    for page in (f"{HOME}/relecture/", f"{HOME}/organiser/propositions/", "/mon-espace/"):
        assert "Réparer ensemble" not in client.get(page).text
    assert "1 proposition vous est cachée" in read(client, f"{HOME}/organiser/propositions/").replace("\xa0", " ")
    assert "Réparer ensemble" in read(signed(cast, "member"), f"{HOME}/organiser/propositions/")


def test_reviewers_read_each_other_when_the_phase_lets_them(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    set_phase(cast, meeting)
    row = propose()
    first, second = name_reviewer(cast, meeting, "member"), name_reviewer(cast, meeting)
    path = f"{HOME}/relecture/{row.pk}/"
    for client, text in ((first, "Avis du premier"), (second, "Avis du second")):
        page = client.post(path, {"do": "conflict", "conflict": "no"}, follow=True).text
        client.post(path, hidden(page, "base") | {"do": "review", "text": text})
    assert "Avis du premier" not in read(second, path)
    set_phase(cast, meeting, sees_others=True, anonymised=False)
    told = read(second, path)
    assert ("Avis du premier" in told, "une élue" in told, "Commune d’exemple" in told) == (True, True, True)
    assert "member" not in told, "who reviews is not told"
    set_phase(cast, meeting, before=5, after=-1)
    assert "Avis du premier" in read(second, path)
    assert "Aucune phase de relecture n’est ouverte" in read(second, path)


def test_scores_are_shown_with_their_number_and_spread(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    set_phase(cast, meeting)
    at = timezone.now()
    useful, clear = (
        services.add_criterion(cast["member"], meeting, told={"label": label, "weight": weight}, at=at)
        for label, weight in (("Utilité", 3), ("Clarté", 1))
    )
    row = propose()
    third = cast["reader"]
    core.add_member(cast["desk"], cast.town, person=third, starts_on=date(2020, 1, 1), at=at)
    organiser, path = signed(cast, "reader"), f"{HOME}/organiser/propositions/"
    for part, scores in (("member", {useful: 4, clear: 2}), ("second", {useful: 5})):
        name_reviewer(cast, meeting, part)
        mine = services.declare_conflict(cast[part], row, conflict=False, at=at)
        given = {str(one.pk): score for one, score in scores.items()}
        services.write_review(cast[part], row, base=mine.written, scores=given, text="", at=at)
        if part == "member":
            assert "insuffisant (1 relecture)" in read(organiser, path)
    assert "4,25 / 5 (2 relectures, de 3,50 à 5,00)" in read(organiser, path)
    assert "4.25 / 5 (2 reviews, from 3.50 to 5.00)" in read(organiser, f"/en{path}")
    page = organiser.get(f"{HOME}/organiser/propositions/{row.pk}/").text
    refused = organiser.post(
        f"{HOME}/organiser/propositions/{row.pk}/", hidden(page, "base") | {"event": "accept", "because": "Mes mots"}
    )
    assert (refused.status_code, "rien n’est accepté avant" in words(refused.text)) == (422, True)
    assert "Mes mots" in refused.text


def test_who_organises_and_reviews_reads_what_reviewers_may(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    set_phase(cast, meeting)
    row, at = propose(), timezone.now()
    for part in ("member", "second"):
        name_reviewer(cast, meeting, part)
        mine = services.declare_conflict(cast[part], row, conflict=False, at=at)
        services.write_review(cast[part], row, base=mine.written, scores={}, text=f"Avis de {part}", at=at)
    client, path = signed(cast, "second"), f"{HOME}/organiser/propositions/"
    told = read(client, f"{path}{row.pk}/")
    assert ("Avis de member" in told, "une élue" in told, "Commune d’exemple" in told) == (False, False, False)
    assert "relecture)" not in read(client, path)
    set_phase(cast, meeting, before=5, after=-1)
    told = read(client, f"{path}{row.pk}/")
    assert ("Avis de member" in told, "une élue" in told, "Commune d’exemple" in told) == (True, True, True)


def test_the_second_of_two_organisers_is_told(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    row = propose()
    path = f"{HOME}/organiser/propositions/{row.pk}/"
    first, second = signed(cast, "member"), signed(cast, "second")
    base = hidden(second.get(path).text, "base")
    assert first.post(path, base | {"event": "wait", "because": ""}).status_code == 302
    refused = second.post(path, base | {"event": "decline", "because": "Mes mots"})
    assert (refused.status_code, "en attente" in words(refused.text), "Mes mots" in refused.text) == (422, True, True)
    again = hidden(refused.text, "base") | {"event": "decline", "because": "Mes mots"}
    assert second.post(path, again).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reason) == ("declined", "Mes mots")
    late = second.post(path, {"event": "accept", "because": "", "base": str(row.written)})
    assert (late.status_code, "Ce n’est plus possible" in words(late.text)) == (422, True)
    assert second.post(path, {"event": "rien", "base": "1"}).status_code == 422


def test_a_declined_proposal_has_three_ways_on(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    row, client = propose(), signed(cast, "outsider")
    given = {"base": 1, "event": "decline", "because": f"Complet. {HOSTILE}"}
    services.decide_proposal(cast["member"], row, **given, at=timezone.now())
    path = f"{HOME}/propositions/{row.pk}/"
    told = read(client, path)
    assert HOSTILE in told
    assert "aucun n’en reçoit aujourd’hui" in told
    assert "Complet." in read(client, f"{HOME}/propositions/")
    other = services.open_edition(
        cast["member"], cast.town, key=uuid4(), told=MEETING | {"name": "Autre journée"}, at=timezone.now()
    )
    set_call(cast, other)
    page = client.get(path).text
    assert "<script>alert" not in page
    links = [html.unescape(one) for one in re.findall(r'<li><a href="([^"]*)"', page)]
    elsewhere, need = [one for one in links if "depuis" in one or "besoins/nouveau" in one]
    begun = client.get(elsewhere).text
    assert ('value="Réparer ensemble"' in begun, "une élue" in begun) == (True, True)
    assert client.post(elsewhere, TYPED | hidden(begun, "key")).status_code == 302
    assert other.proposals.get().author == cast["outsider"]
    assert "Réparer ensemble" not in signed(cast, "reader").get(elsewhere).text, "another account begins with nothing"
    begun = client.get(need).text
    assert ('value="Réparer ensemble"' in begun, "Un atelier." in begun) == (True, True)
    assert hidden(begun, "query") == {}, "nobody searched for these words"
    noted = client.post(path, {"do": "beside"}, follow=True)
    assert "en marge du programme : l’organisation le sait" in words(noted.text).replace("\xa0", " ")
    assert "serait tenue en marge du programme" in read(signed(cast, "member"), f"{HOME}/organiser/propositions/")
    assert client.post(path, {"do": "rien"}).status_code == 400
    assert client.post(path, {"do": "confirm"}).status_code == 409


def test_words_change_and_two_windows_are_told(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    row, client = propose(), signed(cast, "outsider")
    path = f"{HOME}/propositions/{row.pk}/"
    base = hidden(client.get(path).text, "base")
    assert client.post(path, TYPED | base | {"title": "La première", "do": "send"}).status_code == 302
    refused = client.post(path, TYPED | base | {"title": "La seconde", "do": "send"})
    assert (refused.status_code, 'value="La seconde"' in refused.text) == (422, True)
    assert "La première" in words(refused.text)
    again = TYPED | hidden(refused.text, "base") | {"title": "La seconde", "do": "send"}
    assert client.post(path, again).status_code == 302
    set_call(cast, meeting, 9, -1)
    assert "Changer" not in read(client, path)
    late = client.post(path, TYPED | {"title": "Trop tard", "do": "send", "base": "3"})
    assert (late.status_code, 'value="Trop tard"' in late.text) == (422, True)
    assert client.post(path, {"do": "withdraw"}, follow=True).status_code == 200
    row.refresh_from_db()
    assert (row.title, row.state) == ("La seconde", "withdrawn")


def test_lists_ask_as_much_for_one_as_for_three(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    set_phase(cast, meeting)
    at, client = timezone.now(), name_reviewer(cast, meeting)
    name_reviewer(cast, meeting, "member")
    criterion = services.add_criterion(cast["member"], meeting, told={"label": "Utilité", "weight": 3}, at=at)

    def reviewed() -> None:
        row = propose()
        for part in ("member", "second"):
            mine = services.declare_conflict(cast[part], row, conflict=False, at=at)
            services.write_review(
                cast[part], row, base=mine.written, scores={str(criterion.pk): 3}, text="Bien.", at=at
            )

    def questions(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).text.count("Réparer ensemble") >= 1
        return len(asked)

    reviewed()
    paths = (f"{HOME}/relecture/", f"{HOME}/organiser/propositions/", "/mon-espace/")
    few = {path: questions(path) for path in paths}
    for _n in range(2):
        reviewed()
    assert {path: questions(path) for path in paths} == few


def test_a_long_list_has_pages(cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]) -> None:
    set_phase(cast, meeting)
    client = name_reviewer(cast, meeting)
    for n in range(21):
        propose(("outsider", "reader", "editor")[n % 3], title=f"Séance {n:02}")
    for path in ("relecture/", "organiser/propositions/"):
        pages = [read(client, f"{HOME}/{path}?page={n}") for n in (1, 2)]
        assert [len(re.findall(r"Séance \d\d", told)) for told in pages] == [20, 1]
        assert "Page 1 sur 2" in pages[0]
        assert client.get(f"{HOME}/{path}?page=zzz").status_code == 200


def test_a_draft_is_thrown_away_and_what_was_sent_is_not(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    sent, client = propose(), signed(cast, "outsider")
    client.post(f"{HOME}/proposer/", TYPED | {"title": "Un essai", "do": "draft"})
    draft = SessionProposal.objects.get(state="draft")
    path = f"{HOME}/propositions/{draft.pk}/"
    assert "Jeter ce brouillon" in read(client, path)
    assert signed(cast, "reader").post(path, {"do": "discard"}).status_code == 404
    gone = client.post(path, {"do": "discard"}, follow=True)
    assert "Le brouillon est jeté." in words(gone.text)
    assert client.post(path, {"do": "discard"}).status_code == 404, "two clicks"
    assert "Jeter" not in read(client, f"{HOME}/propositions/{sent.pk}/")
    assert client.post(f"{HOME}/propositions/{sent.pk}/", {"do": "discard"}).status_code == 409
    assert list(SessionProposal.objects.all()) == [sent]


def test_the_best_scored_come_first_when_asked(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    set_phase(cast, meeting)
    at = timezone.now()
    mark = services.add_criterion(cast["member"], meeting, told={"label": "Utilité", "weight": 1}, at=at)
    core.add_member(cast["desk"], cast.town, person=cast["reader"], starts_on=date(2020, 1, 1), at=at)
    rows = {title: propose(title=title) for title in ("Peu lue", "Moyenne", "Aimée")}
    scores = {"Peu lue": [5], "Moyenne": [2, 3], "Aimée": [5, 4]}
    for n, part in enumerate(("member", "second")):
        name_reviewer(cast, meeting, part)
        for title, given in scores.items():
            if n < len(given):
                mine = services.declare_conflict(cast[part], rows[title], conflict=False, at=at)
                told = {"scores": {str(mark.pk): given[n]}, "text": ""}
                services.write_review(cast[part], rows[title], base=mine.written, **told, at=at)
    organiser, path = signed(cast, "reader"), f"{HOME}/organiser/propositions/"

    def order(one: Client, query: str) -> list[str]:
        return re.findall(r"<h2><a[^>]*>([^<]+)", one.get(path + query).text)

    assert order(organiser, "") == ["Peu lue", "Moyenne", "Aimée"]
    assert order(organiser, "?tri=note") == ["Aimée", "Moyenne", "Peu lue"], "too few reviews come last"
    reviewer = signed(cast, "member")
    assert order(reviewer, "?tri=note") == ["Peu lue", "Moyenne", "Aimée"], "an order would tell the scores"
    assert "tri=note" not in reviewer.get(path).text


def test_what_was_decided_is_not_to_be_reviewed(
    cast: Cast, meeting: Edition, propose: Callable[..., SessionProposal]
) -> None:
    set_phase(cast, meeting)
    row, reviewer = propose(), name_reviewer(cast, meeting)
    assert "à relire" in read(reviewer, f"{HOME}/relecture/")
    services.decide_proposal(cast["member"], row, base=1, event="decline", because="Complet.", at=timezone.now())
    told = read(reviewer, f"{HOME}/relecture/")
    assert ("à relire" in told, "refusée" in told or "déclinée" in told) == (False, True)
