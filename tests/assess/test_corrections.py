"""Who is who, put right by those who know, or left out on request; taken back, everything is as before."""

from __future__ import annotations

from pathlib import Path

import pytest
from assess.histories import ADA, BOB, DAY, EPOCH, EVE, Made, repository
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.assess import report
from communaux.engines.assess.corrections import BadCorrections, Corrections, read_corrections
from communaux.engines.assess.identities import POLICIES, address, identify
from communaux.engines.assess.kernel import assess, measure, read
from communaux.engines.assess.model import Facts, Warned

HOME = "Ada L <ada@home.example>"
PEOPLE = [(b"Ada", b"ada@x.org"), (b"A", b"Ada+git@home.example"), (b"Eve Durand", b"eve@x.org"), (b"E", b"eve@y.org")]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    made = [Made(turn * 9, (ADA, BOB, EVE, HOME)[turn % 4], {f"f{turn % 5}": str(turn)}) for turn in range(48)]
    return read(repository(tmp_path_factory.mktemp("corrected"), made))


def told(facts: Facts, corrections: Corrections) -> dict[str, float | None]:
    return {one.code: one.value for one in measure(facts, as_of=AS_OF, corrections=corrections).indicators}


AS_OF = EPOCH + 430 * DAY


def test_nothing_said_changes_no_byte(facts: Facts) -> None:
    plain = report.as_json(measure(facts, as_of=AS_OF))
    elsewhere = Corrections(bots=frozenset({b"nobody@z.org"}), same=((b"a@z.org", b"b@z.org"),))
    assert report.as_json(measure(facts, as_of=AS_OF, corrections=elsewhere)) == plain


def test_two_addresses_of_one_person(facts: Facts) -> None:
    joined = Corrections(same=((b"ada@x.org", b"ada@home.example"),))
    found = measure(facts, as_of=AS_OF, corrections=joined)
    assert found.authors == {"as_committed": (4, 4), "mailmap": (4, 4), "default": (3, 3), "wide": (3, 3)}
    assert told(facts, Corrections())["newcomers"] == 0
    assert found.indicator("caf_w").value == 1.0
    assert told(facts, Corrections())["caf_w"] == 2.0


def test_along_chains() -> None:
    pairs = ((b"eve@x.org", b"eve@y.org"), (b"ada@x.org", b"eve@y.org"), (b"ada@home.example", b"ada@x.org"))
    assert identify(PEOPLE, corrections=Corrections(same=pairs)).people() == 1


def test_two_persons_that_a_line_of_mailmap_joined() -> None:
    mailmap = b"<ada@x.org> <eve@x.org>\n<ada@x.org> <eve@y.org>"
    joined = identify(PEOPLE, mailmap)
    parted = identify(PEOPLE, mailmap, Corrections(apart=frozenset({b"eve@x.org"})))
    assert [joined.people(policy) for policy in POLICIES] == [4, 2, 2, 2]
    assert [parted.people(policy) for policy in POLICIES] == [4, 3, 3, 3]


def test_a_name_joins_nobody_who_was_said_to_be_another() -> None:
    people = [(b"Eve Durand", b"eve@x.org"), (b"Eve Durand", b"eve@y.org")]
    assert identify(people).people("wide") == 1
    assert identify(people, corrections=Corrections(apart=frozenset({b"eve@y.org"}))).people("wide") == 2


def test_a_program_and_a_person_taken_for_one() -> None:
    people = [(b"x[bot]", b"x@x.org"), (b"Build", b"build@x.org")]
    found = identify(people, corrections=Corrections(bots=frozenset({b"build@x.org"}), people=frozenset({b"x@x.org"})))
    assert (found.bots.tolist(), found.people(), found.programs()) == ([False, True], 1, 1)


def test_who_asked_not_to_be_counted_is_activity_and_nobody(facts: Facts) -> None:
    found = measure(facts, as_of=AS_OF, corrections=Corrections(unnamed=frozenset({b"bob@y.org"})))
    assert found.authors["default"] == (3, 3)
    assert (found.bots, Warned("unnamed", 1) in found.warnings) == ((0, 0), True)
    assert found.indicator("caf_all").by_policy["as_committed+bots"] == 2.0  # nor where programs count
    before = measure(facts, as_of=AS_OF)
    for code in ("trend", "silence"):
        assert found.indicator(code).value == before.indicator(code).value
    assert found.indicator("hhi").value != before.indicator("hhi").value


def test_keys_instead_of_addresses(facts: Facts) -> None:
    def key(text: bytes) -> bytes:
        return b"k" + text[::-1]

    plain = Corrections(unnamed=frozenset({b"bob@y.org"}), same=((b"ada@x.org", b"ada@home.example"),))
    keyed = Corrections(
        unnamed=frozenset({key(b"bob@y.org")}), same=((key(b"ada@x.org"), key(b"ada@home.example")),), key=key
    )
    assert told(facts, keyed) == told(facts, plain)
    assert told(facts, keyed) != told(facts, Corrections())


@given(
    st.lists(st.sampled_from([mail for _name, mail in PEOPLE]), max_size=4),
    st.lists(st.tuples(*[st.sampled_from([address(mail) for _name, mail in PEOPLE])] * 2), max_size=4),
)
def test_joining_never_makes_more_people(unnamed: list[bytes], same: list[tuple[bytes, bytes]]) -> None:
    found = identify(PEOPLE, corrections=Corrections(same=tuple(same), unnamed=frozenset(map(address, unnamed))))
    assert found.people("wide") <= found.people("default") <= found.people("mailmap")
    assert (
        identify(PEOPLE, corrections=Corrections(same=tuple(same[::-1]))).people()
        == identify(PEOPLE, corrections=Corrections(same=tuple(same))).people()
    )


def test_a_file_of_corrections(tmp_path: Path) -> None:
    found = read_corrections('bots = ["CI+1@x.org"]\nsame = [["a@x.org", "b@y.org"]]\n', address)
    assert (found.bots, found.same, bool(found)) == (frozenset({b"ci@x.org"}), ((b"a@x.org", b"b@y.org"),), True)
    made = repository(tmp_path / "r", [Made(0, ADA, {"a": "1"}), Made(1, BOB, {"a": "2"})])
    corrected = assess(made, as_of=EPOCH + 9 * DAY, corrections=read_corrections('bots = ["bob@y.org"]', address))
    assert corrected.bots == (1, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("bot = []", "bot: no such list; there are bots, people, apart, unnamed, same"),
        ("bots = 1", "bots: a list is asked for"),
        ('bots = ["ada"]', "bots: addresses are asked for"),
        ("bots = [1]", "bots: addresses are asked for"),
        ('same = [["a@x.org"]]', 'same: pairs of addresses are asked for, [["a@x.org", "b@y.org"]]'),
        ('same = ["a@x.org"]', "same: a list is asked for"),
        ("bots = [", "Invalid value (at end of document)"),
    ],
)
def test_a_file_that_says_something_else(text: str, sentence: str) -> None:
    with pytest.raises(BadCorrections) as raised:
        read_corrections(text, address)
    assert str(raised.value) == sentence


@pytest.mark.parametrize("apart", [b"ada@x.org", b"eve@x.org"])
def test_either_of_two_that_a_line_joined_parts_them(apart: bytes) -> None:
    people = [(b"Ada", b"ada@x.org"), (b"Eve", b"eve@x.org")]
    found = identify(people, b"Ada <ada@x.org> <eve@x.org>", Corrections(apart=frozenset({apart})))
    assert [found.people(policy) for policy in POLICIES] == [2, 2, 2, 2]
