"""Pages of declared answers: frames, a question, its forms, what is missing; what is typed is kept, twice is once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from assessment.answering import LINK, answered, reviewed, stranger
from assessment.test_assessment_pages import text, words
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import CommonsFactory
from slices import NOW
from uses import Cast

from communaux.assessment import queries
from communaux.assessment.models import Answer, PeerReview, Run
from communaux.catalogue.models import Commons
from communaux.core.models import Evidence
from communaux.engines.assess import answers as engine

pytestmark = pytest.mark.django_db

AT = "/communs/umap/evaluation/"
ANSWERS, QUESTION = f"{AT}reponses/", f"{AT}questions/data_export/"
GIVEN = {"value": "yes", "text": "Un export complet, en CSV.", "links": "https://demo.example/export", "seen": ""}
FOUND = {"level": "3", "fact": "Export fait le 3 août.", "conflict_of_interest": "aucun"}
HOSTILE = "<script>alert(1)</script>\u202e" + "🌱" * 300


def seen(page: str, name: str = "seen") -> str:
    """What a form carries unseen."""
    return re.findall(f'name="{name}" value="([^"]*)"', page)[-1]


def test_nothing_answered_is_said_to_be_so(client: Client, cast: Cast) -> None:
    told = words(text(client, ANSWERS))
    assert "Aucune des 36 questions n’a encore de réponse" in told
    assert "Ce n’est pas un certificat" in told
    for code, refs in (("dpg", 12), ("spc", 16), ("ostrom", 8)):
        page = text(client, f"{ANSWERS}{code}/")
        assert page.count("<li><h2>") == refs
        assert "Ce n’est pas un certificat" in words(page)
        assert "Accord entre relecteurs\u00a0: inconnu, aucune réponse" in words(page)
    assert "sans réponse" in words(text(client, QUESTION))


def test_a_visitor_reads_and_is_led_to_sign_in(client: Client, cast: Cast) -> None:
    page = text(client, QUESTION)
    assert f'href="/connexion/?next={QUESTION}"' in page
    assert "<textarea" not in page
    assert client.post(QUESTION, GIVEN).status_code == 403
    assert Answer.objects.count() == 0


def test_an_answer_is_given_once_and_shown_in_each_frame(client: Client, cast: Cast) -> None:
    client.force_login(cast["steward"])
    at = f"{AT}questions/open_licence/"
    given = GIVEN | {"text": "AGPL, tout le dépôt.", "sha256": "A" * 64}
    first, second = client.post(at, given), client.post(at, given)
    assert [(one.status_code, one["location"]) for one in (first, second)] == [(302, at)] * 2
    answer = Answer.objects.get()
    assert (answer.value, answer.text, answer.by) == ("yes", "AGPL, tout le dépôt.", cast["steward"])
    proof = Evidence.objects.get(subject_kind="answer")
    assert (proof.locator, proof.sha256) == ("https://demo.example/export", "a" * 64)
    for frame in ("dpg", "spc", "ostrom"):
        told = words(text(client, f"{ANSWERS}{frame}/"))
        assert "AGPL, tout le dépôt." in told
        assert "preuve jointe" in told
    assert "1 question sur 36 a une réponse." in words(text(client, ANSWERS))


def test_what_is_wrong_is_said_and_nothing_is_lost(client: Client, cast: Cast) -> None:
    client.force_login(cast["steward"])
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for wrong, sentence in (
        ({"value": ""}, "Votre réponse"),
        ({"value": "unknown"}, "Votre réponse"),
        ({"text": " "}, "Avec vos mots"),
        ({"text": "x" * 4001}, "Avec vos mots"),
        ({"links": "javascript:alert(1)"}, "Une adresse commence par http:// ou https://."),
        ({"links": "\n".join(f"https://demo.example/{n}" for n in range(6))}, "Cinq adresses au plus."),
        ({"read_on": tomorrow}, "Ce jour n’est pas encore venu."),
        ({"sha256": "abc"}, "Une empreinte SHA-256 a 64 signes"),
        ({"links": "", "sha256": "a" * 64}, "Donnez-la avec une seule adresse"),
    ):
        page = client.post(QUESTION, GIVEN | {"text": "Gardez ceci."} | wrong)
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert ("Gardez ceci." in page.content.decode()) == ("text" not in wrong)
    assert client.post(QUESTION, GIVEN | {"seen": "nothing"}).status_code == 400
    assert Answer.objects.count() == 0


def test_hostile_words_stay_words(client: Client, cast: Cast) -> None:
    client.force_login(cast["steward"])
    assert client.post(QUESTION, GIVEN | {"text": HOSTILE}).status_code == 302
    for path in (QUESTION, f"{ANSWERS}dpg/"):
        page = text(client, path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;🌱" in page


def test_a_stale_form_shows_both_and_may_be_sent_again(client: Client, cast: Cast) -> None:
    client.force_login(cast["steward"])
    stale = seen(text(client, QUESTION))
    answered(cast, by="editor", text="Écrit entre-temps.")
    page = client.post(QUESTION, GIVEN | {"seen": stale})
    told = page.content.decode()
    assert (page.status_code, "Quelqu’un a répondu entre-temps" in told) == (422, True)
    assert ("Écrit entre-temps." in told, "Un export complet, en CSV." in told) == (True, True)
    assert client.post(QUESTION, GIVEN | {"seen": seen(told)}).status_code == 302
    assert list(Answer.objects.order_by("pk").values_list("text", "state")) == [
        *(("Écrit entre-temps.", "replaced"), ("Un export complet, en CSV.", "standing")),
    ]
    assert "Réponses précédentes" in text(client, QUESTION)


def test_the_wrong_person_is_told_who_may(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    assert "Une personne habilitée à parler pour ce commun répond, ou une personne de l’édition." in words(
        text(client, QUESTION)
    )
    assert client.post(QUESTION, GIVEN).status_code == 403
    client.force_login(cast["editor"])
    reserved = f"{AT}questions/privacy_law/"
    assert "Seule une personne habilitée à parler pour ce commun" in words(text(client, reserved))
    assert client.post(reserved, GIVEN).status_code == 403
    assert client.post(QUESTION, GIVEN | {"organisation": str(cast.town.pk)}).status_code == 422  # not theirs
    assert Answer.objects.count() == 0


def test_a_peer_confirms_once(client: Client, cast: Cast) -> None:
    answer = answered(cast)
    client.force_login(cast["member"])
    at = f"{QUESTION}relire/"
    given = FOUND | {"answer": str(answer.pk), "organisation": str(cast.town.pk)}
    assert seen(text(client, QUESTION), "answer") == str(answer.pk)
    assert [client.post(at, given).status_code for _click in range(2)] == [302, 302]
    review = PeerReview.objects.get()
    assert (review.level, review.organisation, review.conflict_of_interest) == (3, cast.town, "aucun")
    told = words(text(client, QUESTION))
    assert "confirmé par une autre organisation" in told
    assert "Vous avez dit ce que vous avez constaté." in told
    again = client.post(at, given | {"level": "0", "fact": "Finalement non."})
    assert (again.status_code, PeerReview.objects.count()) == (422, 1)
    assert "Vous avez déjà dit ce que vous avez constaté" in again.content.decode()


def test_a_reading_is_whole_or_refused(client: Client, cast: Cast) -> None:
    answer = answered(cast)
    client.force_login(cast["member"])
    given = FOUND | {"answer": str(answer.pk), "organisation": str(cast.town.pk)}
    for wrong in ({"fact": ""}, {"conflict_of_interest": " "}, {"level": "4"}, {"organisation": str(cast.other.pk)}):
        page = client.post(f"{QUESTION}relire/", given | {"fact": "Gardez ceci."} | wrong)
        assert page.status_code == 422
        assert ("Gardez ceci." in page.content.decode()) == ("fact" not in wrong)
    assert client.post(f"{QUESTION}relire/", FOUND).status_code == 400
    assert PeerReview.objects.count() == 0


def test_who_is_of_the_same_organisation_is_no_peer(client: Client, cast: Cast) -> None:
    answer = answered(cast)
    client.force_login(cast["reader"])
    assert "Seule une personne d’une autre organisation" in words(text(client, QUESTION))
    page = client.post(f"{QUESTION}relire/", FOUND | {"answer": str(answer.pk)})
    assert (page.status_code, "seule une autre organisation" in page.content.decode()) == (403, True)


def test_a_contest_is_a_mark_and_agreement_is_shown(client: Client, cast: Cast) -> None:
    one, body = stranger(cast, "tiers")
    for code, levels in (("data_export", (3, 3)), ("open_licence", (0, 3))):
        answer = answered(cast, code)
        reviewed(answer, cast["member"], cast.town, level=levels[0])
        reviewed(answer, one, body, level=levels[1])
    told = words(text(client, f"{ANSWERS}dpg/"))
    assert told.count("contesté") == 1
    assert (
        "α de Krippendorff = 0 (ordinal\u202f; réponses relues par deux personnes au moins\u00a0: 2\u202f; relectures\u00a0: 4)"
        in told
    )


def test_a_proposal_waits_for_a_person(client: Client, assessed: Run, cast: Cast) -> None:
    at = f"{AT}questions/documentation/accepter/"
    page = text(client, f"{ANSWERS}dpg/")
    assert "À accepter\u00a0: l’évaluation du" in words(page)
    assert at not in page
    client.force_login(cast["editor"])
    page = text(client, f"{ANSWERS}dpg/")
    assert f'action="{at}"' in page
    given = {"run": str(assessed.pk), "seen": ""}
    assert [client.post(at, given).status_code for _click in range(2)] == [302, 302]
    answer = Answer.objects.get()
    assert (answer.source, answer.value, answer.told["condition"]) == ("machine", "no", "R3")
    assert f'action="{at}"' not in text(client, f"{ANSWERS}dpg/")
    assert "lu par le guichet, accepté" in words(text(client, f"{AT}questions/documentation/")).lower()
    assert client.post(at, {"run": str(answer.pk)}).status_code == 409
    assert client.post(at, {}).status_code == 400
    client.force_login(cast["reader"])
    assert client.post(at, given).status_code == 403


def test_an_answer_is_withdrawn(client: Client, cast: Cast) -> None:
    answer = answered(cast)
    client.force_login(cast["steward"])
    at = f"{QUESTION}retirer/"
    assert f'action="{at}"' in text(client, QUESTION)
    assert client.post(at, {"answer": str(answer.pk)}).status_code == 302
    told = words(text(client, QUESTION))
    assert ("sans réponse" in told, "Retirée" in told, "Un export complet" in told) == (True, True, True)
    assert client.post(at, {"answer": str(answer.pk)}).status_code == 409


def test_an_expired_answer_says_so(client: Client, cast: Cast) -> None:
    answered(cast, links=(LINK,), at=NOW - timedelta(days=900))
    told = words(text(client, QUESTION))
    assert ("expirée le" in told, "à redonner" in told, "preuve jointe" in told) == (True, True, False)


def test_what_is_missing_the_essential_first(client: Client, assessed: Run, velos: Commons) -> None:
    page = text(client, f"{AT}ce-qui-manque/")
    profile = queries.profile_of(velos)
    assert profile is not None
    missing = [one for one in profile.conditions if one.outcome != "met"]
    assert page.count("<li><h2>") == len(missing)
    shown = [("essentiel" in item, "non rempli" in item) for item in page.split("<li><h2>")[1:]]
    assert shown == sorted(shown, key=lambda one: (not one[0], not one[1]))
    assert f'href="{ANSWERS}ostrom/"' in page
    assert f'href="{QUESTION}"' in page
    assert page.count("Effort") == len(missing)


def test_what_is_missing_of_what_was_not_assessed(client: Client, velos: Commons) -> None:
    assert "on ne sait pas ce qui manque" in words(text(client, f"{AT}ce-qui-manque/"))


def test_the_profile_leads_there_and_shows_what_answers_decide(client: Client, assessed: Run, cast: Cast) -> None:
    answered(cast, links=(LINK,), at=timezone.now())
    page = text(client, AT)
    assert f'href="{ANSWERS}"' in page
    assert f'href="{AT}ce-qui-manque/"' in page
    assert "Une réponse, avec preuve" in words(page)


def test_in_english(client: Client, cast: Cast) -> None:
    told = words(text(client, f"/en{QUESTION}"))
    assert "Can one take all one’s data out in an open format" in told
    assert "Digital public goods, 6" in told


@pytest.mark.parametrize("path", ["reponses/iso/", "questions/rien/", "reponses/DPG/"])
def test_what_there_is_not(client: Client, cast: Cast, path: str) -> None:
    assert client.get(f"{AT}{path}").status_code == 404


def test_a_merged_commons_answers_where_it_went(client: Client, cast: Cast) -> None:
    old = CommonsFactory(slug="ancien", state="merged", merged_into=cast.commons, updated_at=NOW)
    for part in ("reponses/", "reponses/dpg/", "questions/data_export/", "ce-qui-manque/"):
        answer = client.get(f"/communs/{old.slug}/evaluation/{part}")
        assert (answer.status_code, answer["location"]) == (301, f"{AT}{part}")
    client.force_login(cast["steward"])
    assert client.post("/communs/ancien/evaluation/questions/data_export/", GIVEN).status_code == 409
    assert Answer.objects.count() == 0


def test_a_frame_costs_the_same_with_one_and_with_three_answers(client: Client, cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as told:
            text(client, f"{ANSWERS}dpg/")
        return len(told)

    reviewed(answered(cast, links=(LINK,)), cast["member"], cast.town)
    one = cost()
    for code in ("serves_goal", "clear_ownership"):
        reviewed(answered(cast, code, links=(LINK,)), cast["outsider"], cast.other)
    assert cost() == one


def test_every_question_has_its_page(client: Client, cast: Cast) -> None:
    for code in engine.bank():
        assert engine.words(code, "fr")[1].split("\u202f")[0] in words(text(client, f"{AT}questions/{code}/"))


READ = "/evaluations/a-relire/"


def test_what_waits_for_readers_is_listed_until_two_bodies_confirm_it(client: Client, cast: Cast) -> None:
    assert "Aucune réponse n’attend" in words(text(client, READ))
    given = answered(cast, "data_export")
    told = words(text(client, READ))
    assert ("uMap" in told, "confirmée par aucune autre organisation" in told) == (True, True)
    assert f'href="{QUESTION}"' in text(client, READ)
    first, second = stranger(cast, "une"), stranger(cast, "deux")
    reviewed(given, *first)
    assert "confirmée par une autre organisation" in words(text(client, READ))
    client.force_login(first[0])
    assert "Aucune réponse ne vous attend" in words(text(client, READ)), "one has read it"
    client.force_login(cast["steward"])
    assert "Aucune réponse ne vous attend" in words(text(client, READ)), "it is one's own"
    client.force_login(second[0])
    assert "uMap" in words(text(client, READ))
    reviewed(given, *second)
    client.logout()
    assert "Aucune réponse n’attend" in words(text(client, READ))


def test_what_is_unknown_old_or_not_published_waits_for_nobody(client: Client, cast: Cast) -> None:
    answered(cast, "data_export", value="unknown")
    answered(cast, "documentation", at=timezone.now() - timedelta(days=800))
    assert "Aucune réponse n’attend" in words(text(client, READ))
    answered(cast, "open_licence", at=timezone.now())
    assert "1 réponse attend" in words(text(client, READ))
    Commons.objects.filter(pk=cast.commons.pk).update(state="withheld")
    assert "Aucune réponse n’attend" in words(text(client, READ))
    kept = CommonsFactory(name="Marmite")
    Commons.objects.filter(pk=cast.commons.pk).update(state="merged", merged_into=kept)
    assert "Marmite" in words(text(client, READ))


def test_what_waits_asks_as_much_for_one_as_for_three(client: Client, cast: Cast) -> None:
    asked = []
    for code in ("data_export", "open_licence", "documentation"):
        answered(cast, code, at=timezone.now())
        with CaptureQueriesContext(connection) as queries_of:
            assert client.get(READ).status_code == 200
        asked.append(len(queries_of))
    assert asked[0] == asked[2]
