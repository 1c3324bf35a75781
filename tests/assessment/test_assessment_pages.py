"""Profile, measure, runs, the line on the sheet, the button: what they show, what they cost, what they refuse."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from assess.histories import ADA, BOB, EVE, Made, repository
from assessment.running import Fetch, asked, carried_out, copy_of, failing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factories import CommonsFactory
from uses import Cast

from communaux.assessment import queries
from communaux.assessment.models import Outcome, Run, Value
from communaux.catalogue.models import Commons
from communaux.core.errors import NotReady
from communaux.core.models import Entry, Progress
from communaux.engines.assess import telling
from communaux.engines.assess.model import METHOD_VERSION
from communaux.web.typography import grouped

pytestmark = pytest.mark.django_db

PAGE = "/communs/umap/evaluation/"


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def words(html: str) -> str:
    """What is read: without tags, spaces folded."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def test_what_was_not_assessed_is_said_to_be_so(client: Client, velos: Commons) -> None:
    page = text(client, PAGE)
    assert '<span class="state unknown">non évalué</span>' in page
    assert "Lit l’histoire du dépôt https://github.com/demo/velos.git" in words(page)
    assert "Se connecter pour demander une évaluation" in page
    assert "<button>" not in page.partition("<main")[2]
    assert "non évalué" in words(text(client, "/communs/umap/"))


def test_without_a_repository_the_page_says_what_is_missing(client: Client, cast: Cast) -> None:
    client.force_login(cast["reader"])
    page = text(client, PAGE)
    assert "Aucun dépôt n’est connu pour ce commun" in page
    assert "demander/" not in page
    assert "modifier/" not in page
    client.force_login(cast["steward"])
    assert "/communs/umap/modifier/" in text(client, PAGE)
    assert client.post(f"{PAGE}demander/").status_code == 422
    assert Run.objects.count() == 0


def test_one_click_queues_a_run_a_second_leads_to_it(client: Client, velos: Commons, cast: Cast) -> None:
    client.force_login(cast["reader"])
    assert f'action="{PAGE}demander/"' in text(client, PAGE)
    first, second = client.post(f"{PAGE}demander/"), client.post(f"{PAGE}demander/")
    work = Progress.objects.get()
    assert (first["location"], second["location"]) == (f"/taches/{work.pk}/",) * 2
    assert Run.objects.count() == 1
    assert "déjà en cours d’évaluation" in text(client, f"/taches/{work.pk}/")
    page = text(client, PAGE)
    assert f'<a href="/taches/{work.pk}/">Voir où elle en est</a>' in page
    assert "<button>" not in page.partition("<main")[2]


def test_a_visitor_asks_for_nothing(client: Client, velos: Commons) -> None:
    answer = client.post(f"{PAGE}demander/")
    assert (answer.status_code, Run.objects.count()) == (403, 0)
    assert client.get(f"{PAGE}demander/").status_code == 405


def test_the_profile_has_three_panels_and_no_mark(client: Client, assessed: Run) -> None:
    page = text(client, PAGE)
    told = words(page)
    assert re.findall(r'<section class="axis (\w+)"', page) == ["resource", "community", "governance"]
    assert "Aucune note globale" in told
    readings = dict(assessed.readings.values_list("axis", "reading"))
    shown = re.findall(r'<p class="lead"><span class="state \w+">([^<]+)</span>', page)
    assert shown == [telling.word("readings", readings[axis], "fr") for axis in ("resource", "community", "governance")]
    assert f"à la version {assessed.head_oid[:10]}, par la méthode {METHOD_VERSION}" in told
    assert assessed.head_oid in words(text(client, f"{PAGE}mesures/"))


def test_every_condition_stands_there_the_worst_first_with_what_decided_it(
    client: Client, assessed: Run, velos: Commons
) -> None:
    page = text(client, PAGE)
    profile = queries.profile_of(velos)
    order = {"unmet": 0, "unknown": 1, "met": 2}
    for panel in profile.panels:
        codes = [one.condition.outcome for one in panel.judged]
        assert codes == sorted(codes, key=lambda code: order[code])
    names = [telling.condition(one.condition, "fr")[0] for panel in profile.panels for one in panel.judged]
    assert re.findall(r"<li><h3>([^<]+)</h3>", page) == names
    (judged,) = [one for panel in profile.panels for one in panel.judged if one.condition.code == "C2"]
    assert [one.code for one in judged.figures] == ["caf_w"]
    figure = judged.figures[0]
    told = words(page)
    assert telling.value(figure, "fr") in told
    assert telling.interval(figure, "fr") in told


def test_all_measures_stand_in_one_table(client: Client, assessed: Run, velos: Commons) -> None:
    assert f'href="{PAGE}mesures/"' in text(client, PAGE)
    page = text(client, f"{PAGE}mesures/")
    rows = re.findall(
        r'<th scope="row"><a href="/communs/umap/evaluation/(\w+)/">([^<]+)</a></th><td>([^<]+)</td>', page
    )
    found = queries.profile_of(velos).indicators
    assert rows == [(one.code, telling.name(one.code, "fr"), telling.value(one, "fr")) for one in found]
    assert ">0</td><td>" not in "".join(row[2] for row in rows)


def test_without_a_run_the_table_leads_back(client: Client, velos: Commons) -> None:
    assert client.get(f"{PAGE}mesures/")["location"] == PAGE


def test_every_measure_has_its_page(client: Client, assessed: Run, velos: Commons) -> None:
    profile = queries.profile_of(velos)
    for one in profile.indicators:
        page = text(client, f"{PAGE}{one.code}/")
        told = words(page)
        assert telling.meaning(one.code, "fr", profile.year_end) in told
        assert ("Repose sur" in told) == bool(telling.rests_on(one, "fr"))
        assert telling.value(one, "fr") in told
        assert ('<svg class="interval"' in page) == (one.value is not None and one.low is not None)
        assert ('<pre class="command">' in page) == bool(one.reproduce)
    assert "git --no-replace-objects" in text(client, f"{PAGE}caf_w/")


def test_which_year_is_told_where_it_is_not_the_last_one(client: Client, assessed: Run) -> None:
    end = telling.day(assessed.head_at.date(), "fr")
    told = words(text(client, PAGE))
    days = (assessed.as_of - assessed.head_at.date()).days  # 119 between midnight in Paris and midnight UTC
    assert days in (119, 120)
    assert f"sont ceux de l’année qui finit le {end}, il y a {days}\u00a0jours." in told
    assert f"sont ceux de l’année qui finit le {end}" in words(text(client, f"{PAGE}mesures/"))
    assert f"Remplie quand\u00a0: Au moins une nouvelle personne dans l’année qui finit le {end}" in told
    Run.objects.filter(pk=assessed.pk).update(as_of=assessed.head_at.date())
    assert "sont ceux de l’année qui finit le" not in words(text(client, PAGE))
    Run.objects.filter(pk=assessed.pk).update(head_at=None)
    assert "sont ceux de l’année qui finit le" not in words(text(client, PAGE))


def test_a_year_that_is_past_tells_nothing_of_today(client: Client, velos: Commons, cast: Cast, tmp_path: Path) -> None:
    who = (ADA, BOB, EVE)
    dead = repository(tmp_path / "dead", [Made(7 * n, who[n % 3], {f"{n % 9}.py": f"{n}\n"}) for n in range(60)])
    run = carried_out(asked(cast["reader"], velos), copy_of(dead))
    outcomes = dict(run.outcomes.values_list("condition", "outcome"))
    assert {code: outcomes[code] for code in ("C3", "C6", "R5")} == dict.fromkeys(("C3", "C6", "R5"), "unknown")
    told = words(text(client, f"{PAGE}ce-qui-manque/"))
    assert told.count("La dernière année de l’historique a fini il y a") == 3


def test_the_word_of_an_axis_says_what_decides_it(client: Client, assessed: Run) -> None:
    assert words(text(client, PAGE)).count("Les essentielles décident seules du mot ci-dessus.") == 3


def test_a_rule_never_reads_as_a_fact(client: Client, assessed: Run) -> None:
    told = words(text(client, f"{PAGE}licence_coverage/"))
    assert "non rempli Remplie quand\u00a0: La borne basse de la part" in told


def test_a_count_says_what_it_counts(client: Client, assessed: Run, velos: Commons) -> None:
    caf = queries.profile_of(velos).by_code["caf_w"]
    for page in ("caf_w/", "mesures/"):
        assert f"{caf.n}\u00a0modifications" in text(client, f"{PAGE}{page}")
    assert "jours depuis la dernière modification".capitalize() in words(text(client, f"{PAGE}silence/"))


def test_the_badge_is_found_from_the_profile(client: Client, assessed: Run) -> None:
    assert f'href="{PAGE}mesures/#badge"' in text(client, PAGE)
    assert '<p id="badge"><img' in text(client, f"{PAGE}mesures/")


def test_a_measure_in_english(client: Client, assessed: Run) -> None:
    told = words(text(client, f"/en{PAGE}caf_w/"))
    assert "Absence factor, one year" in told
    assert "Only what the project itself joins" in told


def test_a_measure_shows_the_runs_before(
    client: Client, assessed: Run, velos: Commons, cast: Cast, fetch: Fetch
) -> None:
    assert text(client, f"{PAGE}caf_w/").count(f"<td>{assessed.head_oid[:10]}</td>") == 1
    carried_out(asked(cast["reader"], velos), fetch)
    assert text(client, f"{PAGE}caf_w/").count(f"<td>{assessed.head_oid[:10]}</td>") == 2


@pytest.mark.parametrize("code", ["inconnu", "caf-w", "CAF_W", "x" * 400])
def test_a_measure_that_there_is_not(client: Client, assessed: Run, code: str) -> None:
    assert "Rien de ce nom" in text(client, f"{PAGE}{code}/", 404)


def test_a_failure_is_told_and_the_profile_stays(client: Client, assessed: Run, velos: Commons, cast: Cast) -> None:
    before = words(text(client, PAGE)).partition("Ressource")[2]
    with pytest.raises(NotReady):
        carried_out(asked(cast["reader"], velos), failing("too_big"))
    told = words(text(client, PAGE))
    assert "Ce dépôt est trop grand pour être copié ici." in told
    assert told.partition("Ressource")[2] == before
    history = words(text(client, f"{PAGE}historique/"))
    assert ("échec" in history, "en vigueur" in history, "Ce dépôt est trop grand" in history) == (True, True, True)


def test_the_sheet_tells_the_community_and_costs_no_more(client: Client, assessed: Run, velos: Commons) -> None:
    velos.refresh_from_db()
    told = words(text(client, "/communs/umap/"))
    assert f"communauté, {velos.health_met} condition" in told
    assert f"sur {velos.health_known} connues" in told
    Commons.objects.filter(pk=velos.pk).update(health_met=None, health_known=None)
    assert "on sait trop peu pour compter" in words(text(client, "/communs/umap/"))


def test_an_old_profile_says_so(client: Client, assessed: Run) -> None:
    Run.objects.filter(pk=assessed.pk).update(as_of=assessed.as_of - timedelta(days=366))
    assert "À réévaluer" in words(text(client, PAGE))


def test_a_merged_commons_answers_where_it_went(client: Client, assessed: Run) -> None:
    old = CommonsFactory(slug="ancien", state="merged", merged_into=Commons.objects.get(slug="umap"))
    for path in ("", "historique/", "caf_w/"):
        answer = client.get(f"/communs/{old.slug}/evaluation/{path}")
        assert (answer.status_code, answer["location"]) == (301, f"{PAGE}{path}")


def test_no_person_of_the_history_is_on_a_page(client: Client, assessed: Run, velos: Commons) -> None:
    paths = [PAGE, f"{PAGE}historique/", "/journal/", "/communs/umap/", "/api/v1/assessment/commons/umap"]
    paths += [f"{PAGE}{one.code}/" for one in queries.profile_of(velos).indicators]
    people = [part for who in (ADA, BOB, EVE) for part in who.rstrip(">").split(" <")]
    for path in paths:
        shown = text(client, path)
        assert [one for one in people if one in shown] == []


def test_hostile_words_of_a_repository_are_only_words(client: Client, velos: Commons, cast: Cast, fetch: Fetch) -> None:
    velos.resources.update(repository="https://demo.example/<script>alert(1)</script>/é🚲")
    carried_out(asked(cast["reader"], velos), fetch)
    Value.objects.filter(code="size").update(detail=Value.objects.get(code="size").detail | {"reproduce": "<b>x</b>"})
    for path in (PAGE, f"{PAGE}size/", f"{PAGE}historique/"):
        page = text(client, path)
        assert "<script>alert" not in page
        assert "<b>x" not in page


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", [f"{PAGE}historique/", f"{PAGE}caf_w/", PAGE, "/api/v1/assessment/commons/umap/runs"])
def test_one_run_or_three_cost_the_same(
    client: Client, assessed: Run, velos: Commons, cast: Cast, fetch: Fetch, path: str
) -> None:
    one = cost(client, path)
    for _n in range(2):
        carried_out(asked(cast["reader"], velos), fetch)
    assert (Run.objects.count(), cost(client, path)) == (3, one)
    assert one <= 9


def test_conditions_to_come_are_shown_as_they_are_kept(client: Client, assessed: Run) -> None:
    """The table may grow: whatever a run kept stands on its page, under the axis that it had."""
    Outcome.objects.filter(run=assessed, condition="R1").update(outcome="met", because=["size", "a file LICENSE"])
    page = text(client, PAGE)
    resource = page.partition('<section class="axis resource"')[2].partition("</section>")[0]
    assert words("<main>" + resource).startswith("> Ressource") or "Licence ouverte" in resource
    assert resource.index("Licence ouverte") > resource.index("On peut s’en servir seul")


def test_asking_leaves_one_line_of_its_own(client: Client, velos: Commons, cast: Cast) -> None:
    client.force_login(cast["reader"])
    client.post(f"{PAGE}demander/")
    lines = Entry.objects.filter(subject_kind="run")
    assert [(line.act, line.actor) for line in lines] == [("assessment.ask_run", cast["reader"])]


def test_both_numbers_of_a_silence_are_printed(client: Client, assessed: Run, velos: Commons) -> None:
    one = queries.profile_of(velos).by_code["silence"]
    told = words(text(client, f"{PAGE}silence/"))
    assert f"Jours depuis la dernière modification {grouped(one.detail['since_days'])}" in told
    assert f"Jours qui sont longs pour ce projet {telling.number(one.detail['usual_days'], 'days', 'fr')}" in told


def test_a_reader_gets_no_cookie(client: Client, velos: Commons) -> None:
    """A form has a token, and a token a cookie: who may not send it gets neither."""
    answer = client.get(f"/communs/{velos.slug}/evaluation/")
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert "csrfmiddlewaretoken" not in answer.text


@pytest.mark.parametrize(
    ("prefix", "there"), [("", "/communs/umap/evaluation/"), ("/en", "/en/communs/umap/evaluation/")]
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_bar_leads_to_the_result_in_the_language_of_the_page(
    client: Client, velos: Commons, cast: Cast, fetch: Fetch, prefix: str, there: str, lang: str
) -> None:
    """Whoever asked may have another language than whoever looks."""
    cast["reader"].lang = lang
    cast["reader"].save()
    run = carried_out(asked(cast["reader"], velos), fetch)
    page = client.get(f"{prefix}/taches/{run.progress_id}/", headers={"accept-language": prefix.strip("/") or "fr"})
    assert f'<a href="{there}">' in page.content.decode()
