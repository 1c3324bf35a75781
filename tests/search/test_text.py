"""Analysis: elisions, inclusive forms, accents, compounds, acronyms; one word is one stem on both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.search.text import clean, fold, fold_in_place, stem_en, stem_fr, tokens

FORMS = [
    # elisions, three apostrophes
    ("l'agenda", "agenda"),
    ("l’agenda", "agenda"),
    ("lʼagenda", "agenda"),
    ("d'eau", "eau"),
    ("D’Eau", "eau"),
    ("j'achète", "achete"),
    ("m'inscrire", "inscrire"),
    ("t'aider", "aider"),
    ("s'inscrire", "inscrire"),
    ("n'importe", "importe"),
    ("c'est", "est"),
    ("qu'il", "il"),
    ("jusqu'ici", "ici"),
    ("lorsqu’on", "on"),
    ("puisqu'elle", "elle"),
    ("quelqu'un", "un"),
    ("QU'IL", "il"),
    ("aujourd'hui", "aujourd hui"),
    ("presqu'île", "presqu ile"),
    ("de l'école d'art", "de ecole art"),
    # inclusive forms
    ("agent·e·s", "agent"),
    ("agent•e•s", "agent"),
    ("agent⋅e⋅s", "agent"),
    ("agent‧e‧s", "agent"),
    ("agent·es", "agent"),
    ("agent.e.s", "agent"),
    ("agent.e", "agent"),
    ("agent.es", "agent"),
    ("agent(e)s", "agent"),
    ("usager(e)s", "usager"),
    ("usager·ère·s", "usager"),
    ("citoyen·ne·s", "citoyen"),
    ("citoyen·nes", "citoyen"),
    ("citoyen.ne.s", "citoyen"),
    ("citoyen-ne-s", "citoyen"),
    ("agent-e-s", "agent"),
    ("acteur·rice·s", "acteur"),
    ("acteur·rices", "acteur"),
    ("directeur/trice", "directeur"),
    ("chercheur·euse·s", "chercheur"),
    ("élu·e·s", "elu"),
    ("élu(e)s", "elu"),
    ("habitant·e·s du quartier", "habitant du quartier"),
    ("professionnel·le·s", "professionnel"),
    ("tous les agents.", "tous les agents"),
    ("document(s)", "document"),
    # accents and ligatures
    ("Réseau", "reseau"),
    ("réseau", "reseau"),
    ("ÉCOLE", "ecole"),
    ("cœur", "coeur"),
    ("Œuvres", "oeuvres"),
    ("ex æquo", "ex aequo"),
    ("maïs", "mais"),
    ("garçon", "garcon"),
    ("où", "ou"),
    ("Noël", "noel"),
    ("dégât", "degat"),
    ("e\u0301cole", "ecole"),
    ("ﬁchier", "fichier"),
    ("Straße", "strasse"),
    ("Łódź", "lodz"),
    ("ｗｉｋｉ", "wiki"),
    # compounds, snake case, camel case
    ("rendez-vous", "rendez vous"),
    ("e-learning", "e learning"),
    ("open-source", "open source"),
    ("mot_de_passe", "mot de passe"),
    ("publiccode.yml", "publiccode yml"),
    ("node.js", "node js"),
    ("OpenStreetMap", "open street map"),
    ("HedgeDoc", "hedge doc"),
    ("BigBlueButton", "big blue button"),
    ("PeerTube", "peer tube"),
    ("demarches-simplifiees", "demarches simplifiees"),
    ("porte-à-porte", "porte a porte"),
    ("auto‑partage", "auto partage"),
    ("import/export", "import export"),
    ("covid-19", "covid 19"),
    ("log4j", "log4j"),
    ("PDFs", "pdfs"),
    ("iOS", "i os"),
    # what stays as written
    ("C++", "c++"),
    ("c++ et C#", "c++ et c#"),
    ("F#", "f#"),
    (".NET", ".net"),
    ("3e", "3e"),
    ("2024", "2024"),
    ("GLPI", "glpi"),
    ("S3", "s3"),
    ("n° 5", "n 5"),
    # punctuation, noise
    ("« bonjour »", "bonjour"),
    ("(parenthèses)", "parentheses"),
    ("un, deux ; trois", "un deux trois"),
    ("fin. Début", "fin debut"),
    ("100 %", "100"),
    ("a@b.org", "a b org"),
    ("🚲 vélo", "velo"),
    ("vélo\x00partage", "velo partage"),
    ("tab\tligne\nfin", "tab ligne fin"),
    ("___", ""),
    ("", ""),
    ("’", ""),
    ("l'", "l"),
]

SAME = [
    # French, two ways of writing one word
    ("réservation", "réservations", stem_fr),
    ("réserver", "réservation", stem_fr),
    ("reseau", "réseaux", stem_fr),
    ("école", "écoles", stem_fr),
    ("bibliothèque", "bibliotheques", stem_fr),
    ("cantine", "cantines", stem_fr),
    ("déchet", "déchets", stem_fr),
    ("inscription", "inscriptions", stem_fr),
    ("association", "associations", stem_fr),
    ("municipal", "municipale", stem_fr),
    ("gérer", "gère", stem_fr),
    ("visioconférence", "visioconferences", stem_fr),
    ("signature", "signatures", stem_fr),
    ("électronique", "électroniques", stem_fr),
    ("cartographie", "cartographique", stem_fr),
    ("covoiturage", "covoiturages", stem_fr),
    ("arbre", "arbres", stem_fr),
    ("budget", "budgets", stem_fr),
    ("participatif", "participatifs", stem_fr),
    ("inondation", "inondations", stem_fr),
    # English
    ("booking", "bookings", stem_en),
    ("booking", "booked", stem_en),
    ("library", "libraries", stem_en),
    ("scheduling", "schedule", stem_en),
    ("mapping", "maps", stem_en),
    ("meeting", "meetings", stem_en),
    ("backup", "backups", stem_en),
    ("recipes", "recipe", stem_en),
    ("collaborative", "collaboration", stem_en),
    ("translation", "translate", stem_en),
]

DIFFERENT = [
    ("cantine", "canton", stem_fr),
    ("eau", "eaux-fortes", stem_fr),
    ("vote", "voiture", stem_fr),
    ("map", "mail", stem_en),
    ("city", "cite", stem_en),
]


@pytest.mark.parametrize(("text", "forms"), FORMS)
def test_a_text_gives_these_words(text: str, forms: str) -> None:
    assert " ".join(token.form for token in tokens(clean(text))) == forms


@pytest.mark.parametrize(("one", "other", "stem"), SAME)
def test_two_writings_have_one_stem(one: str, other: str, stem) -> None:
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(("one", "other", "stem"), DIFFERENT)
def test_other_words_keep_their_own_stem(one: str, other: str, stem) -> None:
    assert stem(fold(one)) != stem(fold(other))


def test_the_table_is_as_long_as_asked() -> None:
    assert len(FORMS) + len(SAME) + len(DIFFERENT) >= 120


def test_a_compound_gives_its_parts_and_the_joined_form() -> None:
    assert [(t.form, t.joined) for t in tokens("OpenStreetMap rendez-vous wiki")] == [
        ("open", "openstreetmap"),
        ("street", "openstreetmap"),
        ("map", "openstreetmap"),
        ("rendez", "rendezvous"),
        ("vous", "rendezvous"),
        ("wiki", ""),
    ]


def test_a_very_long_compound_gives_its_parts_alone() -> None:
    long = "-".join(["mot"] * 20)
    assert {(t.form, t.joined) for t in tokens(long)} == {("mot", "")}
    assert len(tokens(long)) == 20


def test_capitals_are_told() -> None:
    assert [t.capitals for t in tokens("SIG sig Sig")] == [True, False, False]


@given(st.text(max_size=80))
def test_offsets_point_at_the_word(text: str) -> None:
    cleaned = clean(text)
    for token in tokens(cleaned):
        assert fold(cleaned[token.start : token.end]) == token.form or token.form in {"c++", "c#", "f#", ".net"}


@given(st.text(max_size=80))
def test_analysing_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert tokens(clean(text)) == tokens(clean(text))


@given(st.text(max_size=80))
def test_folding_in_place_keeps_every_offset(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)


@pytest.mark.parametrize(("text", "folded"), [("Été à Sète", "ete a sete"), ("ÇA", "ca"), ("œuf", "?uf"), ("Œ", "?")])
def test_folding_in_place(text: str, folded: str) -> None:
    assert fold_in_place(text) == folded
