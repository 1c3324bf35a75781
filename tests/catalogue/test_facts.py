"""Facts shipped: only sources that allow it, only facts, the same bytes from the same records."""

import argparse
import hashlib
import lzma
import tomllib
from importlib.resources import files

import pytest

from communaux.catalogue.formats import facts
from communaux.catalogue.formats.mapped import Mapped
from communaux.catalogue.sources import Given, is_wanted, sources, unpacked
from communaux.cli import Refusal
from communaux.cli import facts as command

ALLOWED = {"sill", "code-gouv-fr", "dpga", "canada-ore", "communs-te", "opensustain"}
ROWS = {"sill": 240, "code-gouv-fr": 8425, "dpga": 228, "canada-ore": 164, "communs-te": 145, "opensustain": 2703}
FOLDER = files("communaux.data").joinpath("facts")


def rows(key):
    lines = lzma.decompress(FOLDER.joinpath(f"{key}.tsv.xz").read_bytes()).decode().removesuffix("\n").split("\n")
    return [line.split("\t") for line in lines]


def shipped():
    return {item.name: item.read_bytes() for item in FOLDER.iterdir() if item.name.endswith((".tsv.xz", ".toml"))}


def test_only_sources_that_allow_it_are_shipped():
    assert {key for key, source in sources().items() if source.get("shipped")} == ALLOWED
    assert set(shipped()) == {f"{key}{end}" for key in ALLOWED for end in (".tsv.xz", ".toml")}


def test_all_together_stay_under_their_limit():
    assert sum(len(data) for name, data in shipped().items() if name.endswith(".xz")) <= command.LARGEST


@pytest.mark.parametrize("key", sorted(ALLOWED))
def test_tables_hold_facts_only(key):
    header, *found = rows(key)
    assert tuple(header) == facts.COLUMNS
    assert len(found) == ROWS[key]
    assert found == sorted(found)
    for row in found:
        cells = dict(zip(facts.COLUMNS, row, strict=True))
        assert cells["id"]
        assert cells["name"]
        assert {
            column: cell for column, cell in cells.items() if len(cell) > 120 and column not in facts.ADDRESSES
        } == {}
        assert "example.invalid" not in "".join(row)


@pytest.mark.parametrize("key", sorted(ALLOWED))
def test_the_card_of_a_table_tells_where_it_comes_from(key):
    card = tomllib.loads(FOLDER.joinpath(f"{key}.toml").read_text("utf-8"))
    table = lzma.decompress(FOLDER.joinpath(f"{key}.tsv.xz").read_bytes())
    assert {name: card[name] for name in facts.DESCRIBED} == {name: sources()[key][name] for name in facts.DESCRIBED}
    assert (card["rows"], card["sha256"]) == (ROWS[key], hashlib.sha256(table).hexdigest())


@pytest.mark.parametrize("key", sorted(ALLOWED))
def test_the_tables_are_those_the_catalogues_give(reading, key):
    assert facts.table(reading(key).records).encode() == lzma.decompress(FOLDER.joinpath(f"{key}.tsv.xz").read_bytes())


@pytest.mark.parametrize("key", sorted(ALLOWED))
def test_no_text_of_a_description_is_in_a_table(reading, key):
    table = facts.table(reading(key).records)
    texts = {text for r in reading(key).records for text in (*r.short.values(), *r.long.values()) if len(text) > 60}
    names = {name for r in reading(key).records for name in (r.name, *r.names)}
    assert [text for text in texts - names if text in table][:3] == []


def test_the_order_of_records_does_not_change_the_bytes():
    one, two = Mapped("b", "B", tags=("x",)), Mapped("a", "A", kind="data")
    assert facts.build([one, two]) == facts.build([two, one])
    assert (
        facts.table([one, two])
        == "id\tname\turl\trepository\tlicence\tterms\na\tA\t\t\t\tdata\nb\tB\t\t\t\tsoftware; x\n"
    )


def test_no_cell_is_long_and_no_tab_slips_in():
    record = Mapped("a\tb", "N" * 200, tags=tuple(f"tag {n}" for n in range(60)), licence_raw="L" * 121)
    found = facts.cells(record)
    assert [len(cell) for cell in found] == [3, 120, 0, 0, 0, len(found[5])]
    assert found[0] == "a b"
    assert found[1].endswith("…")
    assert found[5].startswith("software; tag 0; tag 1")
    assert len(found[5]) <= 120


def test_a_table_reads_back():
    record = Mapped("a", "A", kind="data", url="https://a.org", repository="https://github.com/a/a", tags=("x", "y"))
    back = facts.read({"x.tsv.xz": facts.build([record])}).records
    assert [(r.external_id, r.name, r.kind, r.url, r.repository, r.tags) for r in back] == [
        ("a", "A", "data", "https://a.org", "https://github.com/a/a", ("x", "y"))
    ]


@pytest.mark.parametrize("key", sorted(ALLOWED))
def test_shipped_tables_read_back_whole(key):
    found = facts.read({f"{key}.tsv.xz": FOLDER.joinpath(f"{key}.tsv.xz").read_bytes()})
    assert (len(found.records), found.refused) == (ROWS[key], ())


def test_a_broken_table_is_refused():
    whole = facts.build([Mapped("a", "A")])
    for data in (b"", b"not xz", whole[:-8]):
        found = facts.read({"x.tsv.xz": data})
        assert (found.records, len(found.refused)) == ((), 1)
    bad = lzma.compress(b"id\tname\turl\trepository\tlicence\tterms\na\tA\nb\tB\t\t\t\tsoftware\n")
    found = facts.read({"x.tsv.xz": bad})
    assert [r.external_id for r in found.records] == ["b"]
    assert [one.where for one in found.refused] == ["x.tsv.xz, line 2"]


def run(*arguments):
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    options = parser.parse_args(["facts", "build", *map(str, arguments)])
    return options.run(options)


def test_the_command_makes_the_shipped_files_again(catalogues, tmp_path, capsys):
    assert run("--from", catalogues, "-o", tmp_path) == 0
    for name, data in shipped().items():
        made = (tmp_path / name).read_bytes()
        assert lzma.decompress(made) == lzma.decompress(data) if name.endswith(".xz") else made == data
    assert "sill: 240 rows" in capsys.readouterr().out


def test_the_command_refuses_a_folder_without_catalogues(tmp_path):
    with pytest.raises(Refusal, match=r"sill: none of sill/sill-2022\.json"):
        run("--from", tmp_path, "-o", tmp_path / "out")


def test_the_card_of_every_source_is_whole():
    needed = {
        "title",
        "licence",
        "licence_url",
        "attribution",
        "share_alike",
        "shipped",
        "priority",
        "format",
        "files",
        "date",
    }
    catalogues = {key: source for key, source in sources().items() if key != "seeds"}
    for unread in ("codemeta", "comptoir"):  # no file of these was read to make anything
        assert set(catalogues.pop(unread)) >= needed - {"date"}
    assert {key: needed - set(source) for key, source in catalogues.items() if needed - set(source)} == {}
    assert {key for key, source in sources().items() if source.get("share_alike")} == {"awesome-selfhosted"}
    assert [key for key, source in sources().items() if source.get("share_alike") and source.get("shipped")] == []
    assert {key: source["priority"] for key, source in catalogues.items()} == {
        "sill": 60,
        "betagouv": 50,
        "awesome-selfhosted": 30,
        "opensustain": 30,
        "dpga": 40,
        "canada-ore": 45,
        "communs-te": 40,
        "code-gouv-fr": 30,
        "publiccode": 90,
    }


def archive(members):
    import io
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_an_archive_gives_the_files_of_its_source_only():
    data = archive(
        {"x-1/software/a.yml": b"a", "x-1/software/sub/b.yml": b"b", "x-1/README.md": b"c", "../d.yml": b"d"}
    )
    assert unpacked("awesome-selfhosted", data) == Given({"software/a.yml": b"a"})


def test_a_star_never_crosses_a_folder():
    from pathlib import PurePosixPath

    assert is_wanted(PurePosixPath("_data/code/federal/a.yml"), ["_data/code/*/*.yml"])
    assert not is_wanted(PurePosixPath("_data/code/a.yml"), ["_data/code/*/*.yml"])
    assert not is_wanted(PurePosixPath("x/_data/code/federal/a.yml"), ["_data/code/*/*.yml"])
