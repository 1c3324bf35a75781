"""Intents: names, acronyms, old names and one-letter errors come first; a sentence is never taken for a name."""

from __future__ import annotations

import pytest

from communaux.engines.search import Doc, Index, Query, Thesaurus, build
from communaux.engines.search.intent import find, name_key

KNOWN = [
    ("nextcloud", "Nextcloud"),
    ("nextclud", "Nextcloud"),
    ("nextcl", "Nextcloud"),
    ("umap", "uMap"),
    ("u map", "uMap"),
    ("HedgeDoc", "HedgeDoc"),
    ("hegdedoc", "HedgeDoc"),
    ("glpi", "GLPI"),
    ("moodle", "Moodle"),
    ("moodel", "Moodle"),
    ("openfisca", "OpenFisca"),
    ("open fisca", "OpenFisca"),
    ("démarches simplifiées", "Démarches simplifiées"),
    ("demarches-simplifiees", "Démarches simplifiées"),
    ("gitlab", "GitLab"),
    ("gitlb", "GitLab"),
    ("panoramax", "Panoramax - Base vues immersives libres"),
    ("libre office", "LibreOffice"),
    ("LibreOffice", "LibreOffice"),
    ("bigbluebutton", "BigBlueButton"),
    ("bigbluebuton", "BigBlueButton"),
    ("peertube", "PeerTube"),
    ("decidim", "Decidim"),
    ("mobilizon", "Mobilizon"),
    ("openstreetmap", "OpenStreetMap"),
    ("openstreetmp", "OpenStreetMap"),
    ("qgis", "QGIS"),
    ("keycloak", "Keycloak"),
    ("WordPress", "WordPress"),
    ("mattermost", "Mattermost"),
    ("mattermots", "Mattermost"),
    ("ckan", "CKAN"),
    ("udata", "UDATA"),
    ("x-road", "X-Road"),
    ("trackdéchets", "Trackdéchets"),
    ("Track déchets", "Trackdéchets"),
    ("odoo", "Odoo"),
    ("jitsi", "Jitsi"),
    ("etherpad", "Etherpad"),
    ("signal conso", "SignalConso"),
    ("framadate", "Framadate"),
]


@pytest.mark.parametrize(("typed", "name"), KNOWN)
def test_a_known_item_is_first(real: Index, typed: str, name: str) -> None:
    result = real.search(Query(typed, limit=3))
    assert result.intent == "known"
    assert name_key(real.doc(result.hits[0].id).names[0]) == name_key(name)
    assert result.hits[0].known


def test_there_are_forty_of_them() -> None:
    assert len(KNOWN) >= 40


@pytest.mark.parametrize(
    "need",
    [
        "remplacer Nextcloud pour partager nos fichiers entre services",
        "une alternative à Moodle pour former nos agents",
        "we want to move away from GitLab to something smaller",
    ],
)
def test_a_sentence_that_names_a_product_stays_a_sentence(real: Index, need: str) -> None:
    result = real.search(Query(need))
    assert result.intent == "sentence"
    assert not any(hit.known for hit in result.hits)


@pytest.mark.parametrize("word", ["prix", "films", "emploi", "santé", "logement", "agenda", "wiki"])
def test_usual_words_are_no_wrong_names(real: Index, word: str) -> None:
    assert real.search(Query(word)).intent == "keywords"


@pytest.fixture(scope="module")
def named() -> Index:
    docs = [
        Doc("old", ("Nouveau nom", "Vieux nom", "NN"), ("fr",)),
        Doc("long", ("Agoravox citoyen",), ("fr",)),
        Doc("short", ("Agoravo",), ("fr",)),
        Doc("alias", ("Autre", "Agoravox"), ("fr",)),
        Doc("text", ("Journal",), ("fr",), "comme agoravox"),
        Doc("twice", ("Deux", "deux", "Deux"), ("fr",)),
        Doc("signs", ("!!!",), ("fr",), "des signes"),
    ]
    return build(docs, Thesaurus())


def test_alias_then_prefix_then_the_rest(named: Index) -> None:
    hits = named.search(Query("agoravox")).hits
    assert [(hit.id, hit.known) for hit in hits] == [("alias", True), ("long", True), ("text", False)]
    assert [hit.reasons[0].params["match"] for hit in hits[:2]] == ["alias", "prefix"]
    assert [hit.reasons[0].share for hit in hits[:2]] == [1.0, 1.0]


def test_exact_then_prefix_then_edit(named: Index) -> None:
    names = named.parts.names
    order = [(named.parts.docs.ids[k.row], k.match) for k in find(names, "agoravo", prefix=True, edit=True)]
    assert order == [("short", "exact"), ("alias", "prefix"), ("long", "prefix")]
    order = [(named.parts.docs.ids[k.row], k.match) for k in find(names, "agoravox", prefix=True, edit=True)]
    assert order == [("alias", "alias"), ("long", "prefix"), ("short", "edit")]


@pytest.mark.parametrize("typed", ["vieux nom", "Nouveau nom", "NN", "nn"])
def test_old_names_and_acronyms_are_names(named: Index, typed: str) -> None:
    result = named.search(Query(typed))
    assert (result.intent, result.hits[0].id) == ("known", "old")


def test_a_name_given_twice_is_one_hit(named: Index) -> None:
    assert [hit.id for hit in named.search(Query("deux")).hits] == ["twice"]


@pytest.mark.parametrize(
    ("typed", "known"), [("agor", True), ("ago", False), ("gaoravo", True), ("agorvo", True), ("agxrxvo", False)]
)
def test_prefix_needs_four_letters_and_edits_are_one(named: Index, typed: str, known: bool) -> None:
    assert (named.search(Query(typed)).intent == "known") is known
