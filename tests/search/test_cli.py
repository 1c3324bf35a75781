"""The commands: find, evaluate-search, thesaurus; refusals are sentences and exit code 2; no Django for engines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from communaux.cli import Refusal, main, search, thesaurus
from communaux.engines.search import Index, parse

ROWS = [
    {
        "id": "a:1",
        "source": "awesome-selfhosted",
        "lang": "en",
        "name": "Nextcloud",
        "short": "Share files",
        "tags": ["Files"],
        "kind": "software",
    },
    {
        "id": "b:2",
        "source": "sill",
        "lang": "fr",
        "name": "Agenda",
        "short": "Un agenda partagé",
        "kind": "software/content",
    },
]
CASES = [{"id": "c-1", "need": "agenda partagé", "relevant": {"b:2": 2}, "lang": "fr", "features": ["short"]}]


@pytest.fixture(autouse=True)
def few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small thesaurus, so that commands are quick."""
    text = b'key = "d"\nfr = "D"\nen = "D"\n[[concept]]\nid = "d.agenda"\nfr = ["agenda"]\nen = ["calendar"]\n'
    monkeypatch.setattr("communaux.data.thesaurus_files", lambda: {"d.toml": text})
    monkeypatch.setattr("communaux.data.thesaurus_words", lambda: b"fr\ten\tnote\npartage\tshare\t\n")


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    path = tmp_path / "entries.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)) + "\n\n", encoding="utf-8")
    return path


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(CASES), encoding="utf-8")
    return path


def test_find_shows_hits_with_their_reasons(entries: Path, capsys) -> None:
    assert main(["find", 'un agennda " x', "--entries", str(entries)]) == 0
    out = capsys.readouterr().out
    assert "also searched: agenda (for agennda)" in out
    assert "understood: agenda (agennda)" in out
    assert "note: quote_ignored" in out
    assert "1. Agenda  [b:2]" in out
    assert "Un *agenda* partagé" in out
    assert "because: " in out


@pytest.mark.parametrize(
    ("need", "name"), [("un agenda partagé", "agenda"), ("a shared calendar for the team", "calendar")]
)
def test_functions_are_named_in_the_language_of_the_need(entries: Path, capsys, need: str, name: str) -> None:
    assert main(["find", need, "--entries", str(entries)]) == 0
    out = capsys.readouterr().out
    assert f"understood: {name} (" in out
    assert "d.agenda" not in out
    assert main(["find", need, "--entries", str(entries), "--why", "a:1"]) == 0
    assert f"functions it lacks: {name}\n" in capsys.readouterr().out


def test_find_speaks_json(entries: Path, capsys) -> None:
    assert main(["find", "agenda", "--entries", str(entries), "--json", "--limit", "1", "--lang", "fr"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [hit["id"] for hit in result["hits"]] == ["b:2"]
    assert result["lang"] == "fr"


def test_find_says_why_not(entries: Path, capsys) -> None:
    assert main(["find", "agenda -partagé", "--entries", str(entries), "--why", "b:2"]) == 0
    assert capsys.readouterr().out == "b:2: filtered\n  words found: agenda\n  removed by: without\n"
    assert main(["find", "agenda secret", "--entries", str(entries), "--why", "b:2"]) == 0
    assert "b:2: hit, rank 1, 0.0 below the tenth" in capsys.readouterr().out
    assert main(["find", "agenda", "--entries", str(entries), "--why", "a:1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "no_match"
    assert main(["find", "agenda", "--entries", str(entries), "--why", "b:9"]) == 2
    assert "has no entry 'b:9'" in capsys.readouterr().err


def test_the_stage_is_told_with_the_absence(capsys) -> None:
    from communaux.engines.search import WhyNot

    search.print_absence(WhyNot("x", "below", rank=12, gap=0.5, stage_factor=0.6))
    assert capsys.readouterr().out == "x: below, rank 12, 0.5 below the tenth\n  stage: score × 0.6\n"


def test_evaluate_prints_the_table(entries: Path, cases: Path, capsys) -> None:
    assert main(["evaluate-search", str(cases), "--entries", str(entries), "--by", "lang,features", "--detail"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["cases", "1.000", "got", "fr", "short", "all"]
    assert lines[-1].endswith("nDCG@10 1.000  MRR@10 1.000  success@10 1.000")


def test_evaluate_shows_what_moved_since_the_last_run(entries: Path, cases: Path, tmp_path: Path, capsys) -> None:
    last = tmp_path / "last.json"
    last.write_text('{"c-1": 0.25}', encoding="utf-8")
    assert main(["evaluate-search", str(cases), "--entries", str(entries), "--last", str(last)]) == 0
    assert "moved c-1                      0.250 -> 1.000" in capsys.readouterr().out
    assert json.loads(last.read_text()) == {"c-1": 1.0}
    last.unlink()
    assert main(["evaluate-search", str(cases), "--entries", str(entries), "--last", str(last)]) == 0
    assert "moved" not in capsys.readouterr().out


def test_evaluate_speaks_json(entries: Path, cases: Path, capsys) -> None:
    assert main(["evaluate-search", str(cases), "--entries", str(entries), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["ndcg"] == 1.0


@pytest.mark.parametrize("content", ["{", '[{"id": 1}]', "[3]"])
def test_a_bad_cases_file_is_refused(entries: Path, tmp_path: Path, content: str, capsys) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content, encoding="utf-8")
    assert main(["evaluate-search", str(bad), "--entries", str(entries)]) == 2
    assert "not a file of cases" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{", '{"name": "x"}', "3"])
def test_a_bad_entries_file_is_refused(tmp_path: Path, content: str, capsys) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text(content, encoding="utf-8")
    assert main(["find", "x", "--entries", str(bad)]) == 2
    assert "not a file of entries" in capsys.readouterr().err


def test_an_unknown_grouping_is_refused(entries: Path, cases: Path, capsys) -> None:
    assert main(["evaluate-search", str(cases), "--entries", str(entries), "--by", "colour"]) == 2
    assert "not colour" in capsys.readouterr().err


def test_a_strict_thesaurus_refuses_faults(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr("communaux.data.thesaurus_files", lambda: {"d.toml": b"= bad"})
    with pytest.raises(Refusal, match=r"d\.toml:1: not readable"):
        search.own_thesaurus(strict=True)
    assert search.own_thesaurus(strict=False).concepts == ()
    assert "d.toml:1" in capsys.readouterr().err


def test_check_lists_faults_and_says_so_by_its_code(entries: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    assert main(["thesaurus", "check", "--entries", str(entries)]) == 1
    printed = capsys.readouterr()
    assert "d.toml:5: d.agenda: 1 French and 1 English labels, needs 3 and 2" in printed.out
    assert printed.err.endswith("2 faults, 0 labels that do not find their concept, 0 warnings\n")
    monkeypatch.setattr("communaux.data.thesaurus_files", dict)
    assert main(["thesaurus", "check"]) == 0
    monkeypatch.setattr(
        "communaux.data.thesaurus_files", lambda: {"d.toml": b'[[concept]]\nid="d.x"\nfr=["du"]\nen=["of"]'}
    )
    main(["thesaurus", "check"])
    assert "d.x: label « du » finds nothing first" in capsys.readouterr().out


def test_check_warns_of_risky_labels_without_failing(entries: Path, monkeypatch, capsys) -> None:
    content = b'[[concept]]\nid="d.x"\nfr=["pas de pain"]\nen=["bread"]\neveryday_fr=["agenda", "zinc"]\n'
    monkeypatch.setattr("communaux.data.thesaurus_files", lambda: {"d.toml": b'key="d"\nfr="D"\nen="D"\n' + content})
    main(["thesaurus", "check", "--entries", str(entries)])
    printed = capsys.readouterr()
    assert [row for row in printed.out.splitlines() if row.startswith("warning")] == [
        "warning: d.toml:5: d.x: everyday label « agenda » is a word of 1 entries",
        "warning: d.toml:5: d.x: label « pas de pain » is one word without its stop words",
    ]
    assert printed.err.endswith("2 warnings\n")


def test_vocabularies_come_from_the_entries_and_the_published_list(entries: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.rst"
    listed.write_text("Title\n\n- backup\n- crm\n", encoding="utf-8")
    known = thesaurus.vocabularies(entries, listed)
    assert (known["awesome"], known["publiccode"], known["sill"]) == ({"Files"}, {"backup", "crm"}, frozenset())


def test_the_effect_of_a_change_is_shown(entries: Path, cases: Path, tmp_path: Path, capsys) -> None:
    rows = [{"id": "c-2", "need": "cloudy stuff", "relevant": {"a:1": 2}}]
    cases.write_text(json.dumps(rows), encoding="utf-8")
    change = tmp_path / "change.toml"
    change.write_text('[[concept]]\nid = "d.files"\nfr = ["chose"]\nen = ["stuff", "share files"]\n', encoding="utf-8")
    assert main(["thesaurus", "effect", str(change), "--cases", str(cases), "--entries", str(entries)]) == 0
    assert "c-2                          0.000 -> 1.000" in capsys.readouterr().out
    change.write_text('[[concept]]\nid = "d.files"\n', encoding="utf-8")
    assert main(["thesaurus", "effect", str(change), "--cases", str(cases), "--entries", str(entries)]) == 2
    assert "needs at least one `fr`" in capsys.readouterr().err


def test_a_change_replaces_by_id_and_adds() -> None:
    before = parse({"d.toml": b'key="d"\nfr="D"\nen="D"\n[[concept]]\nid="d.a"\nfr=["a"]\nen=["a"]'}).thesaurus
    change = parse(
        {"c.toml": b'[[concept]]\nid="d.a"\nfr=["b"]\nen=["b"]\n[[concept]]\nid="e.z"\nfr=["z"]\nen=["z"]'}
    ).thesaurus
    after = thesaurus.changed(before, change)
    assert [(c.id, c.fr, c.domain) for c in after.concepts] == [("d.a", ("b",), "d"), ("e.z", ("z",), "e")]
    assert after.sha256 != before.sha256


def test_export_and_stats(capsys) -> None:
    assert main(["thesaurus", "export"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "d.agenda;fr;prefere;agenda"
    assert main(["thesaurus", "export", "--format", "skos"]) == 0
    graph = json.loads(capsys.readouterr().out)["@graph"]
    assert [one["@type"] for one in graph].count("skos:ConceptScheme") == 1
    assert main(["thesaurus", "stats"]) == 0
    assert capsys.readouterr().out.endswith("1 domains, 1 concepts, 1 word pairs\n")


@pytest.mark.parametrize(
    "command", [["find"], ["evaluate-search"], ["thesaurus"], ["thesaurus", "check"], ["thesaurus", "effect"]]
)
def test_every_help_shows_an_example(command: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    assert "example: communaux" in capsys.readouterr().out


def test_engine_commands_import_no_django(entries: Path) -> None:
    script = (
        "import sys; from communaux.cli import main; "
        f"main(['find', 'agenda', '--entries', {str(entries)!r}]); "
        "sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def test_only_refusals_become_sentences(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    def pipe(arguments) -> int:
        raise BrokenPipeError

    def bug(arguments) -> int:
        raise KeyError("bug")

    monkeypatch.setattr(thesaurus, "run_stats", pipe)
    assert main(["thesaurus", "stats"]) == 0
    monkeypatch.setattr(thesaurus, "run_stats", bug)
    with pytest.raises(KeyError):
        main(["thesaurus", "stats"])


def test_the_desk_hook_serves_an_index(monkeypatch: pytest.MonkeyPatch, entries: Path, capsys) -> None:
    index: Index = search.entries_index(entries)
    monkeypatch.setattr(search, "desk_index", lambda: index)
    assert main(["find", "agenda"]) == 0
    assert "[b:2]" in capsys.readouterr().out
