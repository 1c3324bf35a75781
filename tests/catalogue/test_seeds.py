"""The commons shipped in our own words: whole, sober, and every word of them checkable."""

import re
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

import pytest
import regex

from communaux.catalogue.addresses import normal_url
from communaux.catalogue.formats import READERS
from communaux.catalogue.formats.mapped import Event, Link, Part
from communaux.catalogue.formats.stored import from_json, to_json
from communaux.catalogue.licences import read_licence
from communaux.catalogue.models import Commons, LifeEvent, Relation, Resource
from communaux.catalogue.sources import sources
from communaux.core.to_verify import register
from communaux.data import thesaurus_files

NAMES = """
OpenFisca · LexImpact · Scaphandre · Moodle · Eléa · Capytale · Basthon · Jupyter · Scratch · GeoGebra
Base Adresse Nationale · addok · OpenStreetMap · uMap · Panoramax · Open Food Facts · Ecobalyse · PrimTux · GNU · Linux
Pyronear · Covid Tracker · BigBlueButton · Nextcloud · PeerTube · HedgeDoc · Apps.education.fr · La Forge · GitLab CE
Tchap · Matrix · Element · Démarches simplifiées · MediaWiki · Wikipédia · Wikidata · wiki Appel à communs · Firefox
LibreOffice · OpenOffice · StarOffice · Mastodon · AlternC · data·inclusion · Coop de la médiation · Les Bases
Ada & Zangemann · Feuilles de route NEC 2021 · Photoblabla sur lezécrans · RGESN · AFNOR SPEC 2314
"""
FIRST_DAY = {"day": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d-01", "year": r"\d{4}-01-01"}


@cache
def content():
    return files("communaux.data").joinpath("seeds/commons.toml").read_bytes()


def read(text):
    return READERS["seeds"]({"commons.toml": text.encode() if isinstance(text, str) else text})


@cache
def records():
    return {record.external_id: record for record in read(content()).records}


def resources():
    for key, record in records().items():
        yield key, record.licence_raw
        yield from ((key, part.licence_raw) for part in record.parts)


def test_every_table_becomes_a_record():
    found = read(content())
    assert found.refused == ()
    assert [record.external_id for record in found.records] == list(tomllib.loads(content().decode()))
    assert len(found.records) == 51


def test_every_commons_that_was_cited_is_there():
    told = {name for record in records().values() for name in (record.name, *record.names)}
    cited = {name for row in NAMES.strip().splitlines() for name in row.split(" · ")}
    assert cited - told == set()
    assert len(cited) == len(records())


def test_keys_are_addresses_and_names_are_borne_once():
    assert [key for key in records() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)] == []
    names = [name.casefold() for record in records().values() for name in (record.name, *record.names)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_languages_say_what_it_is_in_a_line_and_in_a_few_sentences(lang):
    assert [k for k, one in records().items() if not 20 <= len(regex.findall(r"\X", one.short[lang])) <= 150] == []
    assert [k for k, one in records().items() if not 150 <= len(regex.findall(r"\X", one.long[lang])) <= 600] == []
    assert [k for k, one in records().items() if not 2 <= len(re.findall(r"[.](?=\s|$)", one.long[lang])) <= 4] == []


def test_every_theme_is_a_domain_of_the_thesaurus():
    domains = {name.removesuffix(".toml") for name in thesaurus_files() if name != "ambiguous.toml"}
    assert len(domains) == 34
    assert {key: set(one.themes) - domains for key, one in records().items() if not set(one.themes) <= domains} == {}
    assert [key for key, one in records().items() if not 1 <= len(one.themes) <= 3] == []


def test_verdicts_stages_and_kinds_are_those_of_the_tables():
    assert {one.is_commons for one in records().values()} == {"yes", "partly", "no", ""}
    assert {one.is_commons for one in records().values()} - set(Commons.Openness.values) == {""}
    assert {one.stage for one in records().values()} <= set(Commons.Stage.values)
    kinds = {one.kind for one in records().values()} | {part.kind for one in records().values() for part in one.parts}
    assert kinds == {"software", "data", "content", "standard", "method", "service"}
    assert kinds <= set(Resource.Kind.values)


def test_what_is_not_a_commons_is_said_so_and_bears_no_open_licence():
    outside = {key for key, one in records().items() if one.is_commons == "no"}
    assert outside == {"geogebra", "afnor-spec-2314", "staroffice"}
    assert {records()[key].licence_raw for key in outside} == {""}
    assert [key for key in outside if not records()[key].short["fr"].startswith("Hors communs : ")] == []


def test_every_licence_is_read_and_open():
    read_ones = {(key, raw): read_licence(raw) for key, raw in resources() if raw}
    assert [found for found, one in read_ones.items() if not one.spdx or one.open != "yes"] == []
    assert len(read_ones) >= 35


def test_a_commons_may_have_several_resources_with_their_own_licences():
    off, panoramax = records()["open-food-facts"], records()["panoramax"]
    assert (off.kind, off.licence_raw) == ("software", "AGPL-3.0")
    assert [(part.kind, part.licence_raw) for part in off.parts] == [("data", "ODbL-1.0")]
    assert [panoramax.kind, *(part.kind for part in panoramax.parts)] == ["software", "data"]


def test_every_relation_resolves_and_none_closes_a_circle():
    links = [(key, link) for key, one in records().items() for link in one.links]
    assert len(links) == 29
    assert [found for found in links if found[1].scheme != "record" or found[1].value not in records()] == []
    assert [found for found in links if found[1].value == found[0]] == []
    assert {link.kind for _key, link in links} <= set(Relation.Kind.values)
    for kind in Relation.ACYCLIC:
        after = {key: [link.value for link in one.links if link.kind == kind] for key, one in records().items()}
        assert [key for key in after if key in reached(after, key)] == []


def reached(after, start):
    seen, waiting = set(), list(after[start])
    while waiting:
        if (here := waiting.pop()) not in seen:
            seen.add(here)
            waiting += after[here]
    return seen


def test_the_relations_told_at_the_meetings_are_there():
    told = {key: {(link.kind, link.value) for link in one.links} for key, one in records().items()}
    assert told["leximpact"] == {("depends_on", "openfisca")}
    assert told["capytale"] == {("composed_of", key) for key in ("jupyter", "basthon", "scratch")}
    parts = ("bigbluebutton", "nextcloud", "peertube", "hedgedoc")
    assert told["apps-education-fr"] == {("composed_of", key) for key in parts}
    assert told["tchap"] == {("based_on", "matrix"), ("based_on", "element")}
    assert told["la-forge"] == {("instance_of", "gitlab-ce")}
    assert told["libreoffice"] | told["openoffice"] == {("fork_of", "openoffice"), ("successor_of", "staroffice")}


def test_every_event_is_of_a_known_kind_and_its_date_says_no_more_than_is_known():
    events = [(key, event) for key, one in records().items() for event in one.events]
    assert {event.kind for _key, event in events} <= set(LifeEvent.Kind.values)
    assert [found for found in events if not found[1].text] == []
    dated = [(key, event) for key, event in events if event.on]
    assert [one for one in dated if not date(1980, 1, 1) < one[1].on < date(2026, 11, 1)] == []
    assert [one for one in dated if not re.fullmatch(FIRST_DAY[one[1].precision], one[1].on.isoformat())] == []


def test_the_four_lessons_of_the_meetings_are_events():
    told = {(key, event.kind) for key, one in records().items() for event in one.events}
    lessons = {("firefox", "gift"), ("libreoffice", "fork"), ("panoramax", "capture"), ("mastodon", "licence_breach")}
    assert lessons <= told
    assert {key for key, kind in told if kind == "end"} == {"covid-tracker"}
    assert records()["covid-tracker"].stage == "ended"


def test_every_event_has_its_text_in_both_languages():
    events = [(key, one) for key, table in tomllib.loads(content().decode()).items() for one in table.get("events", [])]
    assert [key for key, one in events if set(one["text"]) != {"fr", "en"}] == []


def test_identities_are_borne_once():
    wikidata = [value for one in records().values() for _scheme, value in one.identifiers]
    assert [value for value in wikidata if not re.fullmatch(r"Q\d+", value)] == []
    assert len(wikidata) == len(set(wikidata)) == 15
    repositories = [normal_url(one.repository) for one in records().values() if one.repository]
    assert len(repositories) == len(set(repositories))


def test_nothing_unverified_counts_as_evidence():
    """No table claims evidence; each word to verify is a row still open and a warning on its record."""
    tables = tomllib.loads(content().decode())
    assert [key for key, table in tables.items() if {"evidence", "confirmed", "verified"} & table.keys()] == []
    for key, table in tables.items():
        words = table.get("to_verify", [])
        unread = [word for word in words if register()[f"seeds-{key}-{word}"].state == "to_verify"]
        assert (key, unread) == (key, words)
        assert (key, records()[key].warnings) == (key, tuple(f"Still to verify: {word}" for word in words))


def test_every_table_names_the_transcripts_that_cite_it():
    tables = tomllib.loads(content().decode())
    assert {number for table in tables.values() for number in table["seed"]} == {"000", "001", "002", "003", "004"}


def test_no_personal_address_stands_in_the_seeds():
    assert re.findall(rb"[\w.+-]+@[\w-]+\.\w+", content()) == []


def test_the_source_is_declared_as_ours():
    card = sources()["seeds"]
    told = {name: card[name] for name in ("licence", "attribution", "priority", "share_alike", "format", "files")}
    assert told == {
        "licence": "CC0-1.0",
        "attribution": "Communaux",
        "priority": 80,
        "share_alike": False,
        "format": "seeds",
        "files": [],
    }


def test_a_record_survives_its_storage():
    for record in records().values():
        stored = from_json(to_json(record))
        assert {name: getattr(stored, name) for name in stored.__slots__ if name != "raw"} == {
            name: getattr(record, name) for name in record.__slots__ if name != "raw"
        }


def test_a_table_is_read_field_by_field():
    found = read("""
[one]
name = "One"
names = ["Un"]
kind = "data"
licence = "ODbL-1.0"
url = "https://one.example.org"
wikidata = "Q1"
themes = ["eau"]
is_commons = "partly"
to_verify = ["licence"]
colour = "blue"
short.fr = "Une ligne."
community.steward = "Somebody"
[one.relations]
depends_on = ["two"]
[[one.parts]]
kind = "software"
licence = "MIT"
[[one.events]]
kind = "fork"
on = 2010-09-28
text.fr = "Scission."
text.en = "Split."
[two]
name = "Two"
""")
    one, two = found.records
    assert (one.external_id, one.name, one.names, one.kind) == ("one", "One", ("Un",), "data")
    assert (one.url, one.repository, one.licence_raw) == ("https://one.example.org", "", "ODbL-1.0")
    assert (one.lang, one.short, one.long) == (("fr",), {"fr": "Une ligne."}, {})
    assert (one.links, one.parts) == ((Link("depends_on", "record", "two"),), (Part("software", licence_raw="MIT"),))
    assert one.events == (Event("fork", date(2010, 9, 28), "day", text="Scission.", text_en="Split."),)
    assert (one.identifiers, one.themes, one.is_commons) == ((("wikidata", "Q1"),), ("eau",), "partly")
    assert one.community == {"steward": "Somebody"}
    assert one.warnings == ("Field not known: colour", "Still to verify: licence")
    assert one.raw["events"][0]["on"] == "2010-09-28"
    assert (two.kind, two.is_commons, two.links, two.warnings) == ("software", "", (), ())


@pytest.mark.parametrize(
    "data", [b"", b"null", b"\xff\xfe\x00", b"[a\n", b"a = 1", b"[a]\nkind = 'data'", b"[[a]]\nname = 'A'"]
)
def test_what_cannot_be_read_is_refused_and_never_raises(data):
    found = read(data)
    assert found.records == ()
    assert bool(found.refused) == bool(data)


def test_one_bad_table_leaves_the_others():
    found = read('[bad]\nurl = "x"\n[good]\nname = "Good"\n')
    assert [record.external_id for record in found.records] == ["good"]
    assert [(one.where, one.reason) for one in found.refused] == [("commons.toml, table bad", "Missing: name")]
