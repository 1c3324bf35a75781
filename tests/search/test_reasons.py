"""Reasons: shares that sum to 1, words of the excerpt, functions named, thirty explanations a person read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from communaux.engines.search import Doc, Hit, Index, Prior, Query, Thesaurus, build
from communaux.engines.search.excerpt import make

GOLDEN = Path(__file__).parent / "explanations.json"
NEEDS = [
    "louer la salle des fêtes",
    "on cherche de quoi commander les repas de la cantine",
    "signaler un nid de poule",
    "gérer les mots de passe de l'équipe",
    "suivre la qualité de l'air",
    "nextclud",
    "remplacer Doodle",
    "SIG",
    "password manager for a small team",
    "prêter du matériel entre associations",
]


@pytest.mark.parametrize(
    "need", [*NEEDS, "réservation vlo", "bike sharing", "covoiturage domicile travail", "budget participatif"]
)
def test_shares_sum_to_one_and_words_stand_in_the_excerpt(real: Index, need: str) -> None:
    for hit in real.search(Query(need)).hits:
        assert sum(reason.share for reason in hit.reasons) == pytest.approx(1)
        assert [r.share for r in hit.reasons if r.kind != "stage"] == sorted(
            (r.share for r in hit.reasons if r.kind != "stage"), reverse=True
        )
        for reason in hit.reasons:
            for word in reason.params.get("matched", "").split():
                assert word in hit.excerpt.text
        for start, end in hit.excerpt.marks:
            assert 0 <= start < end <= len(hit.excerpt.text)


@pytest.mark.parametrize("need", NEEDS)
def test_every_word_that_gave_score_is_shown_as_written(real: Index, need: str) -> None:
    for hit in real.search(Query(need)).hits:
        for reason in hit.reasons:
            if "matched" in reason.params:
                assert reason.params["matched"] != ""


def reasons(hit: Hit) -> dict[str, dict[str, str]]:
    return {reason.kind: dict(reason.params) for reason in hit.reasons}


def first(index: Index, text: str, **more) -> Hit:
    return index.search(Query(text, **more)).hits[0]


def test_a_hit_through_the_thesaurus_alone_names_the_function(small: Index) -> None:
    hit = next(hit for hit in small.search(Query("louer la salle des fêtes")).hits if hit.id == "grr")
    kinds = reasons(hit)
    assert set(kinds) == {"source"}
    assert kinds["source"]["concept"] == "sport.salle"
    assert kinds["source"]["tag"] == "Booking and Scheduling"


def test_a_label_found_in_the_text_is_shown(small: Index) -> None:
    hit = first(small, "louer la salle des fêtes")
    assert hit.id == "salle"
    assert reasons(hit)["concept"]["concept"] == "sport.salle"
    assert "Réservation" in [hit.excerpt.text[a:b] for a, b in hit.excerpt.marks]


def test_a_translation_a_correction_and_a_name_are_told_apart(small: Index) -> None:
    assert reasons(first(small, "un vélo dans le village perdu", lang="fr")).keys() >= {"word"}
    translated = next(h for h in small.search(Query("un vélo et autre chose", lang="fr")).hits if h.id == "velo")
    assert reasons(translated)["translation"]["word"] == "vélo"
    assert reasons(first(small, "messsagerie du soir et autre", lang="fr")).keys() >= {"spelling"}
    assert reasons(first(small, "ramassage scolaire le matin tôt", lang="fr"))["name"]["matched"] == "Ramassage"


def test_a_related_function_says_which_way_it_came(small: Index) -> None:
    hit = next(h for h in small.search(Query("louer la salle des fêtes")).hits if h.id == "cloud")
    assert reasons(hit)["concept"] == {
        "concept": "bureau.agenda",
        "label": "",
        "via": "sport.salle",
        "relation": "related",
    }


def test_priors_and_themes_are_reasons() -> None:
    prior = Prior(health="0.8", adoptions=12, depth_near=1)  # type: ignore[arg-type]
    index = build([Doc("a", ("Fournil",), ("fr",), "pain de village", themes=("faim",), prior=prior)], Thesaurus())
    found = first(index, "pain village loin", themes=("faim",))
    kinds = {reason.kind for reason in found.reasons}
    assert kinds == {"word", "phrase", "concept", "adoption", "near", "health"}
    assert reasons(found)["adoption"] == {"value": "12"}
    assert reasons(found)["concept"] == {"theme": "faim"}


LONG = "Début. " + "mot " * 80 + "le vélo cargo électrique, " + "fin " * 80 + "et la réservation de salles."


def test_an_excerpt_cuts_long_texts_around_the_words() -> None:
    doc = Doc("a", ("Nom",), ("fr",), "Court", LONG)
    shown, written = make(
        doc, {"velo": [frozenset({"velo"})], "reserv sall": [frozenset({"reservation"}), frozenset({"salles"})]}
    )
    assert written == {"velo": "vélo", "reserv sall": "réservation salles"}
    assert [shown.text[a:b] for a, b in shown.marks] == ["vélo", "réservation", "salles"]
    assert shown.text.startswith("Court … ")
    assert len(shown.text) < len(LONG) / 2


def test_windows_that_meet_are_one() -> None:
    doc = Doc("a", ("Nom",), ("fr",), "x" * 300 + " vélo " + "y " * 10 + "cargo " + "z" * 300)
    shown, _ = make(doc, {"velo": [frozenset({"velo"})], "cargo": [frozenset({"cargo"})]})
    assert shown.text.count("…") == 0
    assert [shown.text[a:b] for a, b in shown.marks] == ["vélo", "cargo"]


def test_without_words_the_beginning_is_shown() -> None:
    assert make(Doc("a", ("Nom",), ("fr",), "Court"), {})[0].text == "Court"
    assert make(Doc("a", ("Nom",), ("fr",), ""), {})[0].text == "Nom"
    shown = make(Doc("a", ("Nom",), ("fr",), "mot " * 100), {})[0]
    assert (len(shown.text) < 260, shown.text[-3:]) == (True, "t …")


@pytest.mark.parametrize(
    ("short", "forms", "marked"),
    [
        ("Avec OpenStreetMap", ["street"], ["Street"]),
        ("Avec next-cloud", ["nextcloud"], ["next", "cloud"]),
        ("Une œuvre", ["oeuvre"], ["œuvre"]),
        ("Un SIG", ["^sig"], ["SIG"]),
        ("Rien", ["absent"], []),
    ],
)
def test_parts_of_compounds_ligatures_and_capitals_are_marked(short: str, forms: list[str], marked: list[str]) -> None:
    shown, _ = make(Doc("a", ("Nom",), ("fr",), short), {"t": [frozenset(forms)]})
    assert [shown.text[a:b] for a, b in shown.marks] == marked[:1]


def test_a_text_is_shown_once_however_its_words_are_found() -> None:
    """A plain word, a part of a compound and a run over both: one cut, no letter marked twice."""
    wanted = {
        "cart": [frozenset({"cartes"})],
        "street": [frozenset({"street"})],
        "map": [frozenset({"openstreetmap"})],
        "cart street": [frozenset({"cartes"}), frozenset({"street"})],
    }
    shown, written = make(Doc("a", ("Nom",), ("fr",), "Cartes OpenStreetMap"), wanted)
    assert shown.text == "Cartes OpenStreetMap"
    assert [shown.text[a:b] for a, b in shown.marks] == ["Cartes", "OpenStreetMap"]
    assert written == {"cart": "Cartes", "street": "Street", "map": "OpenStreetMap", "cart street": "Cartes Street"}


def test_a_run_needs_its_words_near_and_in_order() -> None:
    wanted = {"a b": [frozenset({"vote"}), frozenset({"papier"})]}
    far = "vote " + "z" * 80 + " papier"
    assert make(Doc("a", ("N",), ("fr",), far), wanted)[1] == {}
    assert make(Doc("a", ("N",), ("fr",), "papier vote"), wanted)[1] == {}
    assert make(Doc("a", ("N",), ("fr",), "papier vote le papier"), wanted)[1] == {"a b": "vote papier"}


def test_thirty_explanations_are_those_a_person_read(small: Index) -> None:
    """On our own small catalogue, so that a change of the big vocabulary does not rewrite them."""
    needs = [
        "louer la salle des fêtes", "réserver une salle", "prêter le gymnase à un club", "un agenda pour le village",
        "SIG",
        "remplacer doodle", "carte des équipements sportifs", "du pain et un vélo", "transport scolaire", "messagerie",
        "hire the village hall", "calendar for bikes", "agendda", "nextclud", "room booking",
    ]  # fmt: skip
    rows = []
    for need in needs:
        for hit in small.search(Query(need, limit=3)).hits:
            told = [
                f"{r.kind} {r.share:.2f}: {', '.join(f'{k}={v}' for k, v in r.params.items() if v)}"
                for r in hit.reasons
            ]
            rows.append({"need": need, "hit": hit.id, "excerpt": hit.excerpt.text, "reasons": told})
    assert len(rows) >= 30
    assert rows == json.loads(GOLDEN.read_text(encoding="utf-8"))
