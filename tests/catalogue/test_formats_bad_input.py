"""Bad input gets a clear sentence and loses nothing else."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communaux.catalogue.formats import READERS, refusals
from communaux.catalogue.formats.mapped import Mapped, Refused
from communaux.catalogue.formats.rows import UNEXPECTED, csv_rows, gather, json_rows, yaml_row

AWESOME = {
    "id": "a",
    "name": "A",
    "website_url": "https://a.example.org",
    "description": "Does a.",
    "licenses": ["MIT"],
    "tags": ["X"],
}
NAMES = {
    "sill": "sill-2022.json",
    "betagouv": "startups.json",
    "awesome-selfhosted": "software.json",
    "opensustain": "projects.json",
    "dpga": "dpgs.json",
    "canada-ore": "software.json",
    "communs-te": "services-import.csv",
    "publiccode": "x.publiccode.yml",
    "code-gouv-fr": "repositories.csv",
    "comptoir": "comptoir.json",
    "codemeta": "codemeta.json",
}


def awesome(data):
    return READERS["awesome-selfhosted"]({"software.json": data})


def rows_of(count):
    return [{**AWESOME, "id": f"a{n}", "name": f"A {n}"} for n in range(count)]


def test_a_truncated_array_keeps_its_whole_rows():
    data = json.dumps(rows_of(5), indent=1).encode()
    found = awesome(data[: data.index(b'"a3"') + 6])
    assert [record.external_id for record in found.records] == ["a0", "a1", "a2"]
    assert [one.where for one in found.refused] == ["software.json, line 38"]
    assert found.refused[0].reason.startswith("Not JSON: ")


def test_one_bad_row_in_the_middle_never_loses_the_others():
    lines = [json.dumps(row) for row in rows_of(4)]
    lines[1] = lines[1].replace('"name": ', '"name" ')
    found = awesome(("[" + ",\n".join(lines) + "]").encode())
    assert [record.external_id for record in found.records] == ["a0", "a2", "a3"]
    assert [one.where for one in found.refused] == ["software.json, line 2"]


def test_a_row_that_is_not_utf8_is_refused_alone():
    good, bad = (json.dumps(row, ensure_ascii=False) for row in rows_of(2))
    data = b"[" + good.encode() + b",\n" + bad.replace("Does", "Défait").encode("latin-1") + b"]"
    found = awesome(data)
    assert [record.external_id for record in found.records] == ["a0"]
    assert found.refused[0].reason == "Not UTF-8: save the file as UTF-8 and import it again"
    assert found.refused[0].content.encode()


def test_a_latin1_line_of_a_table_is_refused_alone():
    data = "name,sousTitre\nUn,Été\n".encode() + "Deux,Été\n".encode("latin-1") + "Trois,Été\n".encode()
    found = READERS["communs-te"]({"services-import.csv": data})
    assert [record.name for record in found.records] == ["Un", "Trois"]
    assert [one.where for one in found.refused] == ["services-import.csv, line 3"]


def test_utf16_and_byte_order_marks_are_read():
    text = "name,sousTitre\nÉté,x\n"
    for data in (text.encode("utf-16"), text.encode("utf-8-sig")):
        assert [r.name for r in READERS["communs-te"]({"services-import.csv": data}).records] == ["Été"]


def test_a_line_with_too_many_or_too_few_cells_is_refused():
    data = b"name,sousTitre\nA,1\nB,2,3\nC\nD,4\n"
    found = READERS["communs-te"]({"services-import.csv": data})
    assert [record.name for record in found.records] == ["A", "D"]
    assert [(one.where, one.reason) for one in found.refused] == [
        ("services-import.csv, line 3", "Wrong number of cells"),
        ("services-import.csv, line 4", "Wrong number of cells"),
    ]


def test_hostile_html_is_kept_as_text():
    hostile = "<script>alert(1)</script> <img src=x onerror=y>"
    record = awesome(json.dumps([{**AWESOME, "name": hostile, "description": hostile}]).encode()).records[0]
    assert (record.name, record.short["en"]) == (hostile, hostile)


def test_nul_goes_and_the_row_stays():
    record = awesome(json.dumps([{**AWESOME, "name": "A\x00B"}]).encode()).records[0]
    assert (record.name, record.raw["name"]) == ("AB", "AB")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "see the site", "file:///etc/passwd"])
def test_what_is_no_address_is_never_one(address):
    record = awesome(json.dumps([{**AWESOME, "website_url": address}]).encode()).records[0]
    assert (record.url, record.warnings) == ("", (f"Not an address: {address}",))


def test_a_row_without_name_or_id_is_refused_with_its_content():
    found = awesome(json.dumps([{**AWESOME, "name": " "}, {**AWESOME, "id": ""}, 3]).encode())
    assert found.records == ()
    reasons = {one.reason: one.content for one in found.refused}
    assert set(reasons) == {"Missing: name", "Missing: id", "A record is expected here: int found"}
    assert '"Does a."' in reasons["Missing: name"]


def test_a_second_row_of_the_same_id_is_refused():
    found = awesome(json.dumps([AWESOME, {**AWESOME, "name": "B"}]).encode())
    assert [record.name for record in found.records] == ["A"]
    assert [one.reason for one in found.refused] == ["Same id as another row: a"]


@pytest.mark.parametrize("key", NAMES)
@pytest.mark.parametrize("data", [b"", b"null", b"<html>", b"\xff\xfe\x00", b"\x00" * 50, b"[[[[", b"- - -", b'"'])
def test_no_reader_raises_on_garbage(key, data):
    assert READERS[key]({NAMES[key]: data}).records == ()


def test_yaml_aliases_that_unfold_without_end_are_refused():
    bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    loop = "a: &a\n  b: *a\n"
    for text in (bomb, loop):
        row = yaml_row("x.yml", text.encode())
        assert isinstance(row, Refused)
        assert row.reason == "Not read: its YAML aliases unfold without end"


def test_yaml_is_refused_with_line_and_column():
    row = yaml_row("x.yml", b"a: 1\nb: [\n")
    assert isinstance(row, Refused)
    assert row.where == "x.yml, line 3, column 1"


def test_yaml_of_the_year_1_1_is_text():
    row = yaml_row("x.yml", b"a: yes\nb: on\nc: true\n")
    assert row.content == {"a": "yes", "b": "on", "c": True}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = {
    "sill": "id i f l name p si y co st sources website userAndReferentCountByOrganization dereferencing",
    "betagouv": "id title mission phases events sponsors thematiques redirect_from fast link repository incubators",
    "awesome-selfhosted": "id name licenses tags current_release commit_history stargazers_count updated_at",
    "opensustain": "id name url description category",
    "dpga": "id name license SDGs type repositories organizations locations documentation clearOwnership aliases",
    "canada-ore": "name description licences tags administrations homepageURL releases adminCode date relatedCode",
    "comptoir": "id name external_resources users providers licence",
    "codemeta": "name identifier description license keywords maintainer author funder @graph @type url",
}


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_reader_raises_on_any_value_of_its_fields(key, data):
    row = data.draw(st.dictionaries(st.sampled_from(KEYS[key].split()), JSON))
    good = {**row, "name": "N", "title": "N", "i": "N", "id": "n"}
    reading = READERS[key]({NAMES[key]: json.dumps([row, good]).encode("utf-8", "surrogatepass")})
    assert len(reading.records) + len(reading.refused) >= 1 or row.get("releases") == []
    assert not [one for one in reading.refused if one.reason.startswith(UNEXPECTED)]


@settings(max_examples=60, deadline=None)
@given(
    content=st.dictionaries(
        st.sampled_from(
            [
                "name",
                "url",
                "legal",
                "maintenance",
                "description",
                "localisation",
                "fundedBy",
                "usedBy",
                "intendedAudience",
                "dependsOn",
            ]
        ),
        JSON,
    )
)
def test_the_publiccode_reader_never_raises(content):
    data = json.dumps({"name": "N", **content}).encode("utf-8", "surrogatepass")
    reading = READERS["publiccode"]({"x.publiccode.yml": data})
    assert len(reading.records) + len(reading.refused) == 1
    assert not [one for one in reading.refused if one.reason.startswith(UNEXPECTED)]


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200))
def test_rows_of_any_bytes(data):
    for found in (*json_rows("x.json", data), *csv_rows("x.csv", data), yaml_row("x.yml", data)):
        assert found.where.startswith("x.")


def test_refusals_file_is_safe_in_a_spreadsheet():
    refused = [Refused("f.csv, line 2", "=cmd()", "@x"), Refused("f.csv, line 3", "Missing: name", " +1; a\nb\x00")]
    data = refusals.write(refused)
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert table == [
        ["motif", "emplacement", "contenu"],
        ["'=cmd()", "f.csv, line 2", "'@x"],
        ["Missing: name", "f.csv, line 3", "' +1; a\nb"],
    ]
    assert refusals.refusals_name("services.csv") == "services.csv.refus.csv"


def test_an_address_masked_by_its_source_is_none():
    masked = "https://doc.example.org/masked@example.invalid"
    record = awesome(json.dumps([{**AWESOME, "website_url": masked}]).encode()).records[0]
    assert (record.url, record.warnings) == ("", (f"Address masked by the source: {masked}",))


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("git@github.com:a/b.git", "https://github.com/a/b.git"),
        ("tacct.ademe.fr", "https://tacct.ademe.fr"),
        ("https:&#x2F;&#x2F;a.example.org&#x2F;x", "https://a.example.org/x"),
        ("https://github.com/a/b; ", "https://github.com/a/b"),
        ("git://git.example.org/x.git", "git://git.example.org/x.git"),
    ],
)
def test_addresses_written_otherwise_are_understood(written, address):
    record = awesome(json.dumps([{**AWESOME, "source_code_url": written}]).encode()).records[0]
    assert (record.repository, record.warnings) == (address, ())


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"no front matter", "Front matter between two --- lines is expected"),
        (b"---\ntitle: [\n---\nbody", "Not YAML: "),
        (b"---\ntitle: A\n---\n\xe9", "Not UTF-8: save the file as UTF-8 and import it again"),
    ],
)
def test_a_page_without_good_front_matter_is_refused_alone(page, reason):
    good = b"---\ntitle: A\n---\nbody"
    found = READERS["betagouv"]({"a.md": good, "b.md": page})
    assert [(record.external_id, record.name) for record in found.records] == [("a", "A")]
    assert [one.reason.startswith(reason) for one in found.refused] == [True]


def test_an_unknown_phase_is_told_and_passed_over():
    row = {"id": "a", "title": "A", "phases": [{"name": "investigation"}, {"name": "rest", "start": "2024-01-01"}]}
    record = READERS["betagouv"]({"startups.json": json.dumps([row]).encode()}).records[0]
    assert record.stage == "investigation"
    assert record.warnings == ("Phase without a date: investigation", "Unknown phase: rest")


def test_a_comptoir_export_without_its_list_is_refused():
    for data in (b'{"softwares": 3}', b'{"softwares": [', b'{"softwares": [1]}'):
        found = READERS["comptoir"]({"comptoir.json": data})
        assert (found.records, len(found.refused)) == ((), 1)


def test_codemeta_knows_other_identifiers():
    row = {
        "name": "A",
        "identifier": ["swh:1:rev:abc", "10.5281/Zenodo.1"],
        "sameAs": "https://www.wikidata.org/wiki/Q42",
    }
    record = READERS["codemeta"]({"codemeta.json": json.dumps(row).encode()}).records[0]
    assert record.identifiers == (("swhid", "swh:1:rev:abc"), ("doi", "10.5281/zenodo.1"), ("wikidata", "Q42"))


def test_a_cell_longer_than_a_table_may_hold_is_refused_and_the_rest_is_read():
    data = b"name,sousTitre\nA," + b"x" * 200_000 + b"\nB,2\n"
    found = READERS["communs-te"]({"services-import.csv": data})
    assert [record.name for record in found.records] == ["B"]
    assert [one.reason.split(":")[0] for one in found.refused] == ["Unreadable line"]


HEAD = "name,description,license,repository_url,is_fork\n"


def gouv(*lines):
    return READERS["code-gouv-fr"]({"repositories.csv": (HEAD + "".join(lines)).encode()})


def gouv_line(number, description="d"):
    return f"n{number},{description},MIT,https://github.com/a/r{number},false\n"


@pytest.mark.parametrize("opened", ['"un guillemet ouvert', 'x,"un autre', '"'])
def test_a_quote_left_open_costs_one_line(opened):
    lines = [gouv_line(n) for n in range(30)]
    lines[4] = opened + lines[4]
    lines[9] = gouv_line(9, '"Une, description"')
    found = gouv(*lines)
    assert [record.name for record in found.records] == [f"n{n}" for n in range(30) if n != 4]
    assert [(one.where, one.content) for one in found.refused] == [("repositories.csv, line 6", lines[4])]


def test_a_quote_left_open_before_a_quoted_cell_swallows_nothing():
    """The next quote of the file would close the cell: the line that opens it is wrong all the same."""
    lines = [gouv_line(0), '"n1,' + gouv_line(1), gouv_line(2), '"n3",d,MIT,https://github.com/a/r3,false\n']
    found = gouv(*lines)
    assert [record.name for record in found.records] == ["n0", "n2", "n3"]
    assert [(one.where, one.reason) for one in found.refused] == [
        (
            "repositories.csv, line 3",
            "A quote is opened and not closed: only this line was refused, those after it were read",
        )
    ]


def test_cells_of_several_lines_and_loose_quotes_are_read():
    found = gouv(gouv_line(0, '"two\nlines ""quoted"""'), gouv_line(1, 'a 27" screen "wide"'), "\n", gouv_line(2))
    assert [list(record.short.values()) for record in found.records] == [
        ['two\nlines "quoted"'],
        ['a 27" screen "wide"'],
        ["d"],
    ]
    assert found.refused == ()


def test_a_table_whose_first_line_is_broken_is_refused_whole():
    found = READERS["communs-te"]({"services-import.csv": b'"name,sousTitre\nA,1\nB,2\n'})
    assert (found.records, [one.where for one in found.refused]) == ((), ["services-import.csv, line 1"])


def software(number):
    users = [{"id": 900 + number, "name": "Mairie", "type": "Administration"}]
    users.append({"id": 800 + number, "name": "Jean Dupont", "type": "Person"})
    return {"id": number, "name": f"Soft{number}", "licence": "GPL", "users": users, "providers": []}


BREAKS = {
    "a bare word": ('"name": "Soft1"', '"name": Soft1'),
    "no colon": ('"name": "Soft1"', '"name" "Soft1"'),
    "no comma": ('"Soft1", ', '"Soft1" '),
    "a bracket forgotten inside": ('"Person"}], "providers": [], "n": 1', '"Person"}, "providers": [], "n": 1'),
    "a bracket too many inside": ('"n": 1', ']"n": 1'),
    "a quote forgotten": ('"name": "Soft1"', '"name": "Soft1'),
    "a number without end": ('"n": 1', f'"n": {"9" * 5000}'),
}


@pytest.mark.parametrize("enveloped", [True, False])
@pytest.mark.parametrize(("good", "bad"), BREAKS.values(), ids=BREAKS)
def test_nothing_inside_a_broken_row_becomes_a_record(good, bad, enveloped):
    """A person of the broken row's users was imported as a software once."""
    text = ",\n".join(json.dumps(software(number) | {"n": number}) for number in range(4))
    assert good in text
    text = f"[{text.replace(good, bad)}]"
    found = READERS["comptoir"]({"c.json": (f'{{"date": "x", "softwares": {text}}}' if enveloped else text).encode()})
    assert [record.name for record in found.records] == ["Soft0", "Soft2", "Soft3"]
    assert [(one.where, one.content) for one in found.refused] == [("c.json, line 2", "")]


def test_a_row_that_is_never_closed_ends_the_reading_and_says_so():
    text = json.dumps([software(number) for number in range(4)]).replace('[], "n"', "[]")
    broken = text.replace('"providers": []}, {"id": 2', '"providers": [], {"id": 2')
    found = READERS["comptoir"]({"c.json": broken.encode()})
    assert [record.name for record in found.records] == ["Soft0"]
    assert [one.reason.endswith("; nothing after it was read") for one in found.refused] == [True]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_broken_file_ever_invents_a_record(data):
    """Whatever is taken out or put in, every record is one of the rows."""
    text = json.dumps([software(number) for number in range(4)], indent=data.draw(st.sampled_from([None, 0, 1])))
    at = data.draw(st.integers(0, len(text)))
    until = data.draw(st.integers(at, min(len(text), at + 3)))
    broken = text[:at] + data.draw(st.sampled_from(["", "{", "}", "[", "]", '"', ",", "x", "\n"])) + text[until:]
    found = READERS["comptoir"]({"c.json": broken.encode()})
    names = {record.name for record in found.records}
    assert not names & {"Mairie", "Jean Dupont"}
    assert found.refused or len(names) == 4


def test_text_after_the_list_is_told():
    data = json.dumps(rows_of(2)) + ", " + json.dumps(rows_of(3)[2])
    found = awesome(data.encode())
    assert len(found.records) == 2
    assert [one.reason for one in found.refused] == ["Text after the end of the list"]


def test_one_broken_row_of_a_keyed_file_is_refused_alone():
    rows = {f"a{n}": {**AWESOME, "id": f"a{n}"} for n in range(3)}
    data = json.dumps(rows).replace('"id": "a1"', '"id": a1').encode()
    found = awesome(data)
    assert [record.external_id for record in found.records] == ["a0", "a2"]
    assert len(found.refused) == 1


def test_a_number_too_long_for_python_is_refused_alone():
    text = json.dumps([{**AWESOME, "stargazers_count": 1}, {**AWESOME, "id": "b"}])
    found = awesome(text.replace(": 1}", f": {'9' * 5000}}}").encode())
    assert [record.external_id for record in found.records] == ["b"]
    assert [one.reason for one in found.refused] == ["Not JSON: a number is too long"]
    row = yaml_row("x.yml", f"a: 0x{'f' * 5000}\n".encode())
    assert isinstance(row, Refused)
    assert row.reason == "Not read: a number is too long"


def test_yaml_keys_that_are_no_text_are_told_as_text():
    assert yaml_row("x.yml", b"? [a, b]\n: 1\n2: 3\n").content == {"('a', 'b')": 1, "2": 3}


def test_refused_rows_show_no_contact():
    contact = "jean.dupont@beta.example"
    row = {"id": "a", "title": "", "mission": f"Ask {contact}", "contact": contact, "phases": [{"contact": contact}]}
    text = json.dumps([row, {**row, "id": "b"}])
    broken = text.replace('"id": "b"', '"id": b')
    for found in (
        READERS["betagouv"]({"startups.json": broken.encode()}),
        READERS["betagouv"]({"a.md": f"---\ntitle: [\ncontact: {contact}\n---\nbody".encode()}),
        READERS["canada-ore"]({"x.json": json.dumps({"x": {"contact": {"email": contact, "name": "Jean"}}}).encode()}),
    ):
        assert found.refused
        table = refusals.write(found.refused).decode()
        assert contact not in table
        assert "Jean" not in table


def test_what_a_reader_does_not_foresee_costs_one_row_and_is_named():
    def to_mapped(row):
        return Mapped(external_id=row.content["id"], name="x")

    rows = json_rows("x.json", b'[{"id": "a"}, {"x": 1}, {"id": "b"}]')
    found = gather(rows, to_mapped)
    assert [record.external_id for record in found.records] == ["a", "b"]
    assert [one.reason for one in found.refused] == ["Not understood by the reader: KeyError"]


def test_two_names_of_one_language_are_one_text():
    text = "name: X\nurl: https://github.com/x/x\ndescription:\n  en: {shortDescription: hi}\n  eng: {shortDescription: hello}\n"
    record = READERS["publiccode"]({"publiccode.yml": text.encode()}).records[0]
    assert (record.lang, record.short) == (("en",), {"en": "hi"})
