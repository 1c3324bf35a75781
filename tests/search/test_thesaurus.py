"""Reading and checking a thesaurus: every fault told with file, line and concept; good concepts stay."""

from __future__ import annotations

import csv
import io

import pytest

from communaux.engines.search import Thesaurus, check, copied_labels, lost_labels, parse, stats, to_csv, to_skos
from communaux.engines.search.thesaurus import Problem, ThesaurusError

HEAD = 'key = "eau"\nfr = "Eau"\nen = "Water"\n'
GOOD = '[[concept]]\nid = "eau.fuite"\nfr = ["fuite", "fuites d\'eau", "perte"]\nen = ["leak", "water loss"]\n'


def toml(*rows: str, head: str = HEAD) -> dict[str, bytes]:
    return {"eau.toml": (head + "".join(rows)).encode()}


def faults(*rows: str, head: str = HEAD) -> list[str]:
    return [str(problem) for problem in parse(toml(*rows, head=head)).problems]


def test_a_good_file_is_read_without_a_word() -> None:
    parsed = parse(toml(GOOD), b"fr\ten\tnote\nv\xc3\xa9lo\tbike| bicycle\t\n")
    assert parsed.problems == ()
    assert [(d.key, d.fr, d.en) for d in parsed.thesaurus.domains] == [("eau", "Eau", "Water")]
    assert [(c.id, c.domain, c.fr[0]) for c in parsed.thesaurus.concepts] == [("eau.fuite", "eau", "fuite")]
    assert [(w.fr, w.en) for w in parsed.thesaurus.words] == [("vélo", ("bike", "bicycle"))]
    assert parsed.places["eau.fuite"] == ("eau.toml", 5)


def test_any_change_of_content_changes_the_hash() -> None:
    hashes = {
        parse(toml(GOOD)).thesaurus.sha256,
        parse(toml(GOOD + "\n")).thesaurus.sha256,
        parse(toml(GOOD), b"x").thesaurus.sha256,
        parse({"mer.toml": toml(GOOD)["eau.toml"]}).thesaurus.sha256,
    }
    assert len(hashes) == 4


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('[[concept]]\nfr = ["a"]\n', "eau.toml: a concept without id"),
        ('[[concept]]\nid = "x"\nfr = ["a"]\n', "eau.toml:5: x: needs at least one `fr` and one `en` label"),
        ('[[concept]]\nid = "x"\nfr = "a"\nen = ["b"]\n', "eau.toml:5: x: `fr` must be a list of non-empty texts"),
        ('[[concept]]\nid = "x"\nfr = [""]\nen = ["b"]\n', "eau.toml:5: x: `fr` must be a list of non-empty texts"),
        (
            '[[concept]]\nid = "x"\nfr = ["a"]\nen = ["b"]\nmaps = ["c"]\n',
            "eau.toml:5: x: `maps` must give a list of tags for each vocabulary",
        ),
        (
            '[[concept]]\nid = "x"\nfr = ["a"]\nen = ["b"]\nmaps = { sill = "c" }\n',
            "eau.toml:5: x: `maps` must give a list of tags for each vocabulary",
        ),
        ('[[concept]]\nid = "x"\nfr = ["a"]\nen = ["b"]\nlabel = ["c"]\n', "eau.toml:5: x: unknown key label"),
        ('concept = ["x"]\n', "eau.toml: a concept without id"),
        (GOOD, "eau.toml:5: eau.fuite: id already used in eau.toml"),
    ],
)
def test_a_bad_concept_is_told_with_its_place(row: str, fault: str) -> None:
    rows = (GOOD, row) if row == GOOD else (row,)
    assert faults(*rows) == [fault]


def test_a_concept_table_that_is_no_list_holds_nothing() -> None:
    assert parse(toml('concept = "x"\n')).thesaurus.concepts == ()


def test_good_concepts_stay_beside_bad_ones() -> None:
    assert [c.id for c in parse(toml('[[concept]]\nid = "x"\n', GOOD)).thesaurus.concepts] == ["eau.fuite"]


def test_a_file_that_is_no_toml_is_told_with_its_line() -> None:
    assert faults("fr = [\n")[0].startswith("eau.toml:")
    parsed = parse({"eau.toml": b"\xff\xfe"})
    assert "not readable" in parsed.problems[0].message
    assert parsed.thesaurus == Thesaurus(sha256=parsed.thesaurus.sha256)


def test_a_file_without_names_is_told() -> None:
    assert faults(GOOD, head='key = "eau"\n') == [
        "eau.toml: no `fr` at the top of the file",
        "eau.toml: no `en` at the top of the file",
    ]


@pytest.mark.parametrize("line", ["velo", "velo\t", "\tbike", "velo\t | "])
def test_a_word_without_its_pair_is_told_with_its_line(line: str) -> None:
    parsed = parse({}, f"fr\ten\tnote\n\neau\twater\n{line}\n".encode())
    assert [(p.file, p.line) for p in parsed.problems] == [("words.tsv", 4)]
    assert len(parsed.thesaurus.words) == 1


def test_words_that_are_no_utf8_are_told() -> None:
    assert [p.file for p in parse({}, b"\xff").problems] == ["words.tsv"]


def test_the_error_lists_every_fault() -> None:
    error = ThesaurusError((Problem("a.toml", 3, "x", "bad"), Problem("b.toml", None, "", "worse")))
    assert str(error) == "a.toml:3: x: bad\nb.toml: worse"


def concept(identifier: str, fr: str, rest: str = "") -> str:
    labels = f'fr = ["{fr}", "{fr} deux", "{fr} trois"]\nen = ["{fr} en", "{fr} two"]'
    return f'[[concept]]\nid = "{identifier}"\n{labels}\n{rest}\n'


def messages(*rows: str, **more) -> list[str]:
    return [p.message for p in check(parse(toml(*rows)), **more) if not p.message.endswith("12 are needed")]


def test_a_label_in_two_concepts_is_a_fault_unless_said_ambiguous() -> None:
    rows = (concept("eau.a", "Écluse"), concept("eau.b", "barrage", 'everyday_fr = ["ecluse"]'))
    assert messages(*rows) == ["label « ecluse » is also in eau.a"]
    files = toml(*rows) | {"ambiguous.toml": b'[labels]\n"\xc3\xa9cluse" = ["eau.a", "eau.b"]\n'}
    assert [p.message for p in check(parse(files)) if "also in" in p.message] == []
    files = toml(*rows) | {"ambiguous.toml": b'[labels]\n"ecluse" = ["eau.a", "eau.c"]\n'}
    assert [p.message for p in check(parse(files)) if "also in" in p.message] == ["label « ecluse » is also in eau.a"]


def test_a_link_to_nothing_is_a_fault_and_a_domain_may_be_broader() -> None:
    rows = (concept("eau.a", "digue", 'broader = ["eau"]\nrelated = ["eau.z"]'),)
    assert messages(*rows) == ["no concept eau.z"]


def test_a_cycle_is_a_fault_of_each_of_its_concepts() -> None:
    rows = (
        concept("eau.a", "digue", 'broader = ["eau.b"]'),
        concept("eau.b", "quai", 'broader = ["eau.c", "eau.d"]'),
        concept("eau.c", "port", 'broader = ["eau.a", "eau.d"]'),
        concept("eau.d", "phare"),
    )
    assert messages(*rows) == ["is broader than itself"] * 3


def test_two_ways_up_to_one_concept_are_no_cycle() -> None:
    rows = (
        concept("eau.a", "digue", 'broader = ["eau.b", "eau.c"]'),
        concept("eau.b", "quai", 'broader = ["eau.d"]'),
        concept("eau.c", "port", 'broader = ["eau.d"]'),
        concept("eau.d", "phare"),
    )
    assert messages(*rows) == []


def test_a_domain_of_twelve_concepts_is_not_thin() -> None:
    rows = [concept(f"eau.{letter}", f"digue {letter * 3}") for letter in "abcdefghijkl"]
    assert check(parse(toml(*rows))) == []
    assert [str(p) for p in check(parse(toml(*rows[1:])))] == ["eau.toml: 11 concepts, at least 12 are needed"]


def test_thin_concepts_and_domains_are_told() -> None:
    problems = check(parse(toml('[[concept]]\nid = "eau.a"\nfr = ["mer"]\nen = ["sea"]\n')))
    assert [p.message for p in problems] == [
        "1 concepts, at least 12 are needed",
        "1 French and 1 English labels, needs 3 and 2",
    ]


def test_map_targets_must_exist() -> None:
    rows = (concept("eau.a", "digue", 'maps = { sill = ["Eau", "Mer"], other = ["x"] }'),)
    assert messages(*rows, vocabularies={"sill": frozenset({"Eau"})}) == [
        "sill has no tag « Mer »",
        "unknown vocabulary other",
    ]
    assert messages(*rows) == []


def test_labels_that_do_not_find_their_concept_are_listed() -> None:
    rows = (
        concept("eau.a", "digue"),
        concept("eau.b", "quai", 'weak = ["quai"]\nbrands = ["Theo"]\nacronyms = ["EAU"]'),
    )
    assert lost_labels(parse(toml(*rows)).thesaurus) == []
    again = parse(toml(concept("eau.a", "de la"), GOOD)).thesaurus
    assert ("eau.a", "de la", "") in lost_labels(again)


def test_labels_copied_from_a_need_are_listed() -> None:
    thesaurus = parse(toml(concept("eau.a", "arroser le jardin"), GOOD)).thesaurus
    needs = [("case-1", "peut-on arroser les jardins deux fois"), ("case-2", "court")]
    assert copied_labels(thesaurus, needs) == [("eau.a", "arroser le jardin deux", "case-1")]


def test_counts_by_domain() -> None:
    one = stats(parse(toml(GOOD, concept("eau.a", "digue", 'brands = ["X"]\nmaps = { sill = ["a", "b"] }'))).thesaurus)[
        "eau"
    ]
    assert (one.concepts, one.labels, one.everyday, one.brands, one.maps) == (2, 10, 0, 1, 2)


def test_export_as_a_table() -> None:
    thesaurus = parse(toml(concept("eau.a", "digue", 'acronyms = ["DG"]\nweak = ["digue"]'))).thesaurus
    rows = list(csv.reader(io.StringIO(to_csv(thesaurus)), delimiter=";"))
    assert rows[0] == ["concept", "langue", "genre", "libelle"]
    assert rows[1:4] == [
        ["eau.a", "fr", "prefere", "digue"],
        ["eau.a", "fr", "synonyme", "digue deux"],
        ["eau.a", "fr", "synonyme", "digue trois"],
    ]
    assert rows[-2:] == [["eau.a", "", "sigle", "DG"], ["eau.a", "", "faible", "digue"]]


def test_export_as_skos() -> None:
    scheme = to_skos(
        parse(toml(GOOD, concept("eau.a", "digue", 'broader = ["eau.fuite"]'))).thesaurus, "https://desk.example/t/"
    )
    by_id = {node["@id"]: node for node in scheme["@graph"]}
    assert by_id["https://desk.example/t/eau"]["skos:prefLabel"] == {"fr": "Eau", "en": "Water"}
    assert by_id["https://desk.example/t/eau.a"]["skos:broader"] == ["https://desk.example/t/eau.fuite"]
    assert by_id["https://desk.example/t/eau.fuite"]["skos:broader"] == ["https://desk.example/t/eau"]
    assert by_id["https://desk.example/t/eau.fuite"]["skos:altLabel"]["fr"] == ["fuites d'eau", "perte"]
