"""Searching: bad input, quotes, words to leave out, facets, themes, priors, ends."""

from __future__ import annotations

import csv
import math
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.engines.search import Concept, Doc, Index, Prior, Query, Result, Thesaurus, Weights, build
from communaux.engines.search.model import Domain, Lang, Wording
from communaux.engines.search.text import fold


def ids(result: Result) -> list[str]:
    return [hit.id for hit in result.hits]


def codes(result: Result) -> list[str]:
    return [notice.code for notice in result.notices]


@pytest.mark.parametrize("text", ["", "   ", "le la les", "\x00", "🚲🚲", "%", "-", '""', "-vélo", "« »"])
def test_nothing_asked_is_an_empty_result(small: Index, text: str) -> None:
    result = small.search(Query(text))
    assert (result.intent, result.hits, result.total) == ("empty", (), 0)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60))
def test_no_text_ever_fails(small: Index, text: str) -> None:
    result = small.search(Query(text))
    assert all(math.isfinite(hit.final) and 0 <= hit.rel <= 1 for hit in result.hits)
    assert [hit.rank for hit in result.hits] == list(range(1, len(result.hits) + 1))


def test_frame_words_count_when_they_are_all_there_is(words: Thesaurus) -> None:
    index = build([Doc("a", ("Outil",), ("fr",), "un logiciel libre"), Doc("b", ("Pain",), ("fr",), "du pain")], words)
    result = index.search(Query("je cherche un logiciel libre"))
    assert (ids(result), codes(result)) == (["a"], ["frame_only"])


def test_frame_words_weigh_little_beside_a_subject(small: Index) -> None:
    assert ids(small.search(Query("je cherche un logiciel libre pour le pain")))[0] == "pain"


def test_a_very_long_need_is_cut_and_told(small: Index) -> None:
    result = small.search(Query("pain " * 1000))
    assert ids(result) == ["pain"]
    assert result.notices[0].params == {"kept": "60", "words": "1000"}


def test_control_characters_are_cleaned(small: Index) -> None:
    assert ids(small.search(Query("pa\u200bin\x00 pain"))) == ["pain"]


@pytest.mark.parametrize("text", ['"réservation de salle', 'réservation" de salle'])
def test_an_unbalanced_quote_is_ignored_and_told(small: Index, text: str) -> None:
    result = small.search(Query(text))
    assert codes(result) == ["quote_ignored"]
    assert ids(result)[0] == "salle"


def test_straight_quotes_ask_for_these_words_in_a_row(small: Index) -> None:
    assert ids(small.search(Query('"réservation de salle"'))) == ["salle", "agenda"]


@pytest.mark.parametrize("text", ["« réservation de salle »", "“réservation de salle”", "réservation „de“ salle"])
def test_other_quotes_are_how_people_write(small: Index, text: str) -> None:
    result, plain = small.search(Query(text)), small.search(Query("réservation de salle"))
    assert (ids(result), codes(result)) == (ids(plain), ["curly_quotes"])


@pytest.mark.parametrize("text", ["salle réservation", "salle inconnue", "associations messagerie"])
def test_a_phrase_that_nothing_holds_asks_for_its_words_and_this_is_told(small: Index, text: str) -> None:
    result = small.search(Query(f'"{text}"'))
    assert ids(result) == ids(small.search(Query(text)))
    assert [(n.code, dict(n.params)) for n in result.notices] == [
        ("phrase_not_found", {"phrase": " ".join(fold(text).split())})
    ]


def test_phrases_that_no_entry_holds_together_find_nothing(small: Index) -> None:
    assert ids(small.search(Query('"réservation de salle" "village"'))) == []


def test_a_phrase_found_still_asks_beside_one_that_is_not(small: Index) -> None:
    result = small.search(Query('"réservation de salle" "salle inconnue"'))
    assert (ids(result), codes(result)) == (["salle", "agenda"], ["phrase_not_found"])


def test_how_a_need_begins_is_not_part_of_what_it_covers(small: Index) -> None:
    long = small.search(Query("on voudrait quelque chose qui aide notre service à trouver du pain"))
    assert long.hits[0].rel == small.search(Query("du pain")).hits[0].rel


@pytest.mark.parametrize("text", ["une alternative à", "an alternative to", "à la place de", "instead of", "remplacer"])
def test_something_instead_is_no_subject(text: str) -> None:
    docs = [
        Doc("stage", ("Parcours",), ("fr",), "Formation en alternance, remplacement et places de stage"),
        Doc("pain", ("Fournil",), ("fr", "en"), "Le pain"),
    ]
    concept = Concept("d.a", "d", fr=("alternance", "remplacement"), en=("work-study",))
    index = build(docs, Thesaurus((Domain("d", "D", "D"),), (concept,)))
    result = index.search(Query(f"{text} pain"))
    assert (ids(result)[0], result.concepts) == ("pain", ())


def test_minus_leaves_a_word_out(small: Index) -> None:
    assert "agenda" in ids(small.search(Query("réservation salle")))
    assert ids(small.search(Query("réservation salle -agenda"))) == ["salle", "grr"]
    assert ids(small.search(Query("réservation salle -inconnu"))) == ids(small.search(Query("réservation salle")))


def test_minus_of_a_compound_asks_for_all_its_parts(small: Index) -> None:
    assert "cloud" not in ids(small.search(Query("messagerie -next-cloud")))
    assert "cloud" in ids(small.search(Query("messagerie -next-pain")))


def test_facets_are_masks_and_counts_see_all_matches(small: Index) -> None:
    result = small.search(Query("messagerie pain carte", facets={"kind": ("service",)}))
    assert sorted(ids(result)) == ["mail", "pain"]
    assert result.counts == {"kind": {"service": 2, "software": 2}, "theme": {"bureau": 1}}
    assert result.total == 2


def test_two_facets_must_both_hold(small: Index) -> None:
    result = small.search(Query("messagerie pain carte", facets={"kind": ("software",), "stage": ("operated",)}))
    assert ids(result) == ["carte"]
    assert result.counts["kind"] == {"software": 1}


def test_unknown_facets_and_themes_are_ignored_and_told(small: Index) -> None:
    result = small.search(Query("pain", facets={"kind": ("nothing",), "colour": ("red",)}, themes=("nowhere",)))
    assert ids(result) == ids(small.search(Query("pain")))
    assert [(n.code, dict(n.params)) for n in result.notices] == [
        ("unknown_facet", {"facet": "colour", "value": "red"}),
        ("unknown_facet", {"facet": "kind", "value": "nothing"}),
        ("unknown_theme", {"theme": "nowhere"}),
    ]


def test_a_shared_theme_raises_the_score_by_its_weight(small: Index) -> None:
    plain, themed = small.search(Query("salle")), small.search(Query("salle", themes=("sport",)))
    before = {hit.id: hit.final for hit in plain.hits}
    after = {hit.id: hit.final for hit in themed.hits}
    assert after["salle"] - before["salle"] == pytest.approx(Weights().theme, abs=2e-6)
    assert after["agenda"] == before["agenda"]


@pytest.mark.parametrize(("limit", "shown"), [(1, 1), (0, 0), (-3, 0), (101, 5), (1000, 5)])
def test_limits_are_kept_within_bounds(small: Index, limit: int, shown: int) -> None:
    result = small.search(Query("messagerie agenda", limit=limit))
    assert len(result.hits) == shown
    assert ("limit" in codes(result)) == (limit < 0 or limit > 100)


def with_prior(few: list[Doc], words: Thesaurus, prior: Prior) -> Index:
    return build([replace(doc, prior=prior) if doc.id == "salle" else doc for doc in few], words)


@settings(max_examples=40, deadline=None)
@given(
    health=st.one_of(st.none(), st.decimals(0, 1, places=2)),
    adoptions=st.integers(0, 10**6),
    depth=st.one_of(st.none(), st.integers(0, 9)),
)
def test_priors_raise_a_score_by_thirty_percent_at_most(
    few: list[Doc], words: Thesaurus, small: Index, health: Decimal | None, adoptions: int, depth: int | None
) -> None:
    plain = small.search(Query("louer une salle")).hits
    raised = with_prior(few, words, Prior(health, adoptions, depth)).search(Query("louer une salle")).hits
    before, after = ({hit.id: hit.final for hit in hits}["salle"] for hits in (plain, raised))
    assert before <= after <= before * 1.3 + 1e-6


@pytest.mark.parametrize(
    ("prior", "factor"), [(Prior(ended=True), 0.6), (Prior(stopped_early=True), 0.7), (Prior(), 1.0)]
)
def test_an_end_lowers_a_score_and_is_told(
    few: list[Doc], words: Thesaurus, small: Index, prior: Prior, factor: float
) -> None:
    hits = {hit.id: hit for hit in with_prior(few, words, prior).search(Query("louer une salle")).hits}
    before = {hit.id: hit for hit in small.search(Query("louer une salle")).hits}
    assert hits["salle"].final == pytest.approx(before["salle"].final * factor, abs=1e-5)
    assert hits["salle"].stage_factor == factor
    assert [r.params for r in hits["salle"].reasons if r.kind == "stage"] == (
        [] if factor == 1 else [{"factor": f"{factor:.2f}"}]
    )


def test_an_ended_entry_is_still_found_by_its_name(few: list[Doc], words: Thesaurus) -> None:
    hit = with_prior(few, words, Prior(ended=True)).search(Query("espace ouvert")).hits[0]
    assert (hit.id, hit.known, hit.stage_factor) == ("salle", True, 1.0)


def test_the_territory_of_the_query_wins_over_what_is_stored(few: list[Doc], words: Thesaurus) -> None:
    index = with_prior(few, words, Prior(depth_near=9))
    near = Query("louer une salle", territory_depths={"salle": 0, "no.such": 0})
    far = index.search(replace(near, territory_depths={})).hits
    close = index.search(near).hits
    assert close[0].final / far[0].final == pytest.approx(1.12 / (1 + 0.12 / 10), abs=1e-4)
    assert "near" in [r.kind for r in close[0].reasons]


def test_an_exact_word_more_never_lowers_coverage(small: Index, few: list[Doc], words: Thesaurus) -> None:
    longer = build([replace(d, short=d.short + " bike") if d.id == "salle" else d for d in few], words)
    query = Query("réservation bike")
    rel = {hit.id: hit.rel for hit in small.search(query).hits}["salle"]
    assert {hit.id: hit.rel for hit in longer.search(query).hits}["salle"] >= rel


def test_neighbouring_words_are_worth_more_than_scattered_ones() -> None:
    index = build(
        [Doc("near", ("A",), ("fr",), "vote papier secret"), Doc("apart", ("B",), ("fr",), "vote secret papier")],
        Thesaurus(),
    )
    result = index.search(Query("vote papier"))
    assert ids(result) == ["near", "apart"]
    assert result.hits[0].final - result.hits[1].final == pytest.approx(Weights().adjacent, abs=2e-6)


@pytest.mark.parametrize(
    ("text", "lang"), [("le pain du village", "fr"), ("bread for the village", "en"), ("QGIS", None)]
)
def test_the_language_of_a_need_is_seen(small: Index, text: str, lang: str | None) -> None:
    assert small.search(Query(text)).lang == lang


def test_the_language_asked_for_is_obeyed(small: Index) -> None:
    assert small.search(Query("le pain", lang="en")).lang == "en"


def test_vocabulary_decides_when_stop_words_do_not(small: Index) -> None:
    assert [small.search(Query(text)).lang for text in ("messagerie", "bike", "agenda bike")] == ["fr", "en", None]


def test_ties_go_by_id() -> None:
    index = build([Doc(i, ("Un",), ("fr",), "pain") for i in "cab"], Thesaurus())
    assert ids(index.search(Query("pain"))) == ["a", "b", "c"]


def test_the_pool_keeps_ties_at_its_edge() -> None:
    docs = [Doc(f"{i:03d}", ("Un",), ("fr",), "pain") for i in range(30)]
    index = build(docs, Thesaurus(), Weights(pool=5))
    assert ids(index.search(Query("pain", limit=3))) == ["000", "001", "002"]
    assert index.search(Query("pain", limit=3)).total == 30


def test_a_pool_smaller_than_the_matches_does_not_change_the_first_ten(entries: list[Doc], real: Index) -> None:
    wide = Index(replace(real.parts, weights=replace(real.parts.weights, pool=5000)))
    for need in ("louer la salle des fêtes", "carte", "suivre la qualité de l'air"):
        assert wide.ids(need)[:10] == real.ids(need)[:10]


def test_four_threads_get_the_answers_of_one(real: Index) -> None:
    needs = ["louer la salle", "qualité de l'air", "password manager", "nextclud", "budget participatif"] * 4
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: real.search(Query(n)), needs)) == [real.search(Query(n)) for n in needs]


def test_a_search_during_a_swap_answers_from_one_generation(few: list[Doc], words: Thesaurus) -> None:
    old, new = build(few[:4], words), build(few, words)
    serving = [old]
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(lambda: serving[0].search(Query("messagerie pain agenda"))) for _ in range(50)]
        serving[0] = new
        answers += [pool.submit(lambda: serving[0].search(Query("messagerie pain agenda"))) for _ in range(50)]
        results = [answer.result() for answer in answers]
    allowed = [old.search(Query("messagerie pain agenda")), new.search(Query("messagerie pain agenda"))]
    assert all(result in allowed for result in results)
    assert results[-1] == allowed[1]


def test_real_queries_never_fail_and_take_the_short_path(real: Index, shared: Path) -> None:
    with (shared / "search" / "datagouv-real-queries.csv").open(encoding="utf-8") as rows:
        queries = [row["query"] for row in csv.DictReader(rows)]
    intents = [real.search(Query(query)).intent for query in queries]
    assert len(queries) == 175
    assert sum(intent != "sentence" for intent in intents) / len(intents) >= 0.69
    assert intents.count("empty") == 0


@pytest.mark.parametrize(("text", "read"), [("x" * 5001, 5000), ("\ufdfa" * 5000, 5000), ("x" * 5000, 5000)])
def test_a_text_is_read_up_to_its_limit_before_and_after_normalising(small: Index, text: str, read: int) -> None:
    """One letter may stand for eighteen: the limit holds for what is analysed too."""
    typed = small._planner.plan(Query(text)).typed
    assert len(typed.plain) <= read
    assert ("cut" in [n.code for n in typed.notices]) is (text != "x" * 5000)


@pytest.mark.parametrize("sign", ['"pain{}"', "-pain{}"])
def test_ten_phrases_and_ten_words_to_leave_out_are_used(small: Index, sign: str) -> None:
    text = "vélo " + " ".join(sign.format(i) for i in (*range(15), *range(15)))
    result = small.search(Query(text))
    assert [(n.code, dict(n.params)) for n in result.notices if n.code != "phrase_not_found"] == [
        ("too_many_signs", {"kept": "10"})
    ]
    typed = small._planner.plan(Query(text)).typed
    assert len(typed.phrases) + len(typed.without) == 10


@pytest.mark.parametrize("sign", ['"pain"', "-pain"])
def test_a_sign_given_twice_counts_once(small: Index, sign: str) -> None:
    typed = small._planner.plan(Query(f"vélo {sign} " * 40)).typed
    assert (typed.phrases or typed.without) == (("pain",),)
    assert codes(small.search(Query(f"vélo {sign} " * 20))) == []


@pytest.mark.parametrize(
    "text", ['"web" ' * 1700, "\ufdfa" * 5000, "web " * 2500, "-a" * 5000, "😀" * 10_000, '"a b' * 3000]
)
def test_the_work_of_a_query_is_bounded(real: Index, text: str) -> None:
    start = time.process_time()
    real.search(Query(text))
    assert time.process_time() - start < 0.5


def test_distinct_huge_queries_leave_nothing_behind(small: Index) -> None:
    """What is kept for speed is counted in entries: only short pieces may be kept."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for i in range(3):
        for piece in ("x", "aB", "un-", "é"):
            small.search(Query(f"{i}{piece}" + piece * 4000))
    gained = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert gained < 200_000


def test_pages_follow_each_other_beyond_the_pool() -> None:
    """Bonuses are for the pool only, which is the same for every page: no hit is shown twice, none is left out."""
    docs = [
        Doc(f"{i:03d}", (f"Nom {i}",), ("fr",), f"pain {'bio ' if i % 3 else ''}" + "mot " * (i % 17))
        for i in range(60)
    ]
    index = build(docs, Thesaurus(), Weights(pool=12))
    whole = [hit.id for hit in index.search(Query("pain bio du matin", limit=100)).hits]
    assert sorted(whole) == [doc.id for doc in docs]
    pages = [index.search(Query("pain bio du matin", limit=7, offset=start)).hits for start in range(0, 70, 7)]
    assert [hit.id for page in pages for hit in page] == whole
    assert [hit.rank for page in pages for hit in page] == list(range(1, 61))
    assert [index.why_not(Query("pain bio du matin"), one).rank for one in whole] == list(range(1, 61))
    assert index.search(Query("pain", offset=-3)).hits == index.search(Query("pain")).hits


TWO = Doc(
    "a",
    ("Marmite",),
    ("en", "fr"),
    tags=("food",),
    wordings=(
        Wording("en", "Meal planning", "Orders for the canteen."),
        Wording("fr", "Gérer la cantine", "Les menus."),
    ),
)


@pytest.mark.parametrize(
    ("text", "reader", "pieces"),
    [
        ("la cantine du village", "fr", [("Gérer la cantine", "fr")]),
        ("la cantine du village", "en", [("Meal planning", "en"), ("Gérer la cantine", "fr")]),
        ("canteen for all", "en", [("Meal planning", "en"), ("Orders for the canteen.", "en")]),
        ("canteen for all", "fr", [("Gérer la cantine", "fr"), ("Orders for the canteen.", "en")]),
        ("canteen for all", None, [("Meal planning", "en"), ("Orders for the canteen.", "en")]),
    ],
)
def test_an_excerpt_is_in_the_language_of_the_reader(
    text: str, reader: Lang | None, pieces: list[tuple[str, str]]
) -> None:
    index = build([TWO], Thesaurus())
    (hit,) = index.search(Query(text, reader=reader)).hits
    assert [(hit.excerpt.text[a:b], lang) for a, b, lang in hit.excerpt.langs] == pieces
    assert hit.excerpt.text == " … ".join(piece for piece, _ in pieces)
    assert Index.from_bytes(index.to_bytes()).doc("a") == TWO


def test_words_of_two_languages_are_not_side_by_side() -> None:
    docs = [TWO, Doc("b", ("Autre",), ("fr",), "planning gérer")]
    assert ids(build(docs, Thesaurus()).search(Query('"planning gérer"'))) == ["b"]
