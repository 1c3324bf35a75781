"""Who is who: against `git check-mailmap`, and the rules of addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from assess.histories import Made, git, repository
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.assess.bots import is_bot
from communaux.engines.assess.gitlog import named
from communaux.engines.assess.identities import POLICIES, address, full_name, identify, read_mailmap

MAILMAP = b"""# a comment
Ada Lovelace <ada@x.org>
<bob@y.org> <bob@old.org>
Eve Durand <eve@z.org> <eve@OLD.org>
Eve Durand <eve@z.org> E <eve@laptop>   # with a name
Other Person <other@z.org> Shared <shared@x.org>
Last Wins <last@x.org> <two@x.org>
Really Last <really@x.org> <TWO@x.org>
   Spaced   <spaced@x.org>   <sp@x.org>
not a line
<onlymail@x.org>
"""
WRITTEN = [
    ("A", "ADA@x.org"),
    ("Bob", "bob@old.org"),
    ("whoever", "eve@old.org"),
    ("E", "eve@laptop"),
    ("e", "EVE@laptop"),
    ("Another", "eve@laptop"),
    ("Shared", "shared@x.org"),
    ("Not Shared", "shared@x.org"),
    ("Two", "two@x.org"),
    ("S", "sp@x.org"),
    ("Only", "onlymail@x.org"),
    ("Nobody", "nobody@x.org"),
]


def test_the_mailmap_is_read_as_git_reads_it(tmp_path: Path) -> None:
    git_dir = repository(tmp_path, [Made(0, files={".mailmap": MAILMAP})])
    contacts = b"".join(b"%s <%s>\n" % (name.encode(), mail.encode()) for name, mail in WRITTEN)
    told = git(git_dir, "-c", "mailmap.blob=main:.mailmap", "check-mailmap", "--stdin", given=contacts).splitlines()
    known = read_mailmap(MAILMAP)
    assert [b"%s <%s>" % known.proper((name.encode(), mail.encode())) for name, mail in WRITTEN] == told


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        ("123+ada@users.noreply.github.com", "ada@users.noreply.github.com"),
        ("Ada@users.noreply.codeberg.org", "ada@users.noreply.codeberg.org"),
        ("42-ada@users.noreply.gitlab.com", "42-ada@users.noreply.gitlab.com"),
        ("ada@noreply.localhost.org", "ada@noreply.localhost.org"),
        ("ada+git+x@X.org", "ada@x.org"),
        ("+ada@x.org", "+ada@x.org"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_what_changes_nothing_of_whose_address_it_is(mail: str, expected: str) -> None:
    assert address(mail.encode()) == expected.encode()


@pytest.mark.parametrize("name", ["", "Ada", "Your Name", "GitHub Actions", "\ufffd Durand"])
def test_names_that_join_nobody(name: str) -> None:
    assert full_name(name.encode()) == ""


@pytest.mark.parametrize(
    ("line", "names"),
    [(b" " * 200_000, 0), (b"a <b>" + b" " * 200_000, 1), (b"<" * 200_000, 0), (b"a <>" * 50_000, 0)],
)
def test_a_hostile_line_takes_one_pass(line: bytes, names: int) -> None:
    """Cubic patterns would not end before the night."""
    assert read_mailmap(line + b"x").proper((b"A", b"a@x")) == (b"A", b"a@x")
    assert bool(named(b"Signed-off-by:" + line + b"x")[0]) == bool(names)


def test_each_policy_joins_more() -> None:
    people = [
        (b"Ada Lovelace", b"ada@x.org"),
        (b"Ada Lovelace", b"7+ada@users.noreply.github.com"),
        (b"ada", b"ada@users.noreply.github.com"),
        (b"A", b"ADA@old.org"),
        ("Àda  Lovelace".encode(), b"ada@home.net"),
        (b"Bob Martin", b"bob@y.org"),
        (b"dependabot[bot]", b"49699333+dependabot[bot]@users.noreply.github.com"),
        (b"dependabot", b"dependabot[bot]@users.noreply.github.com"),
    ]
    found = identify(people, b"<ada@x.org> <ada@old.org>")
    assert found.bots.tolist() == [False] * 6 + [True, True]
    assert {policy: found.people(policy) for policy in POLICIES} == {
        "as_committed": 6,
        "mailmap": 5,
        "default": 4,
        "wide": 2,
    }
    assert len(set(found.canonical["wide"][:5].tolist())) == 1


@given(st.lists(st.tuples(st.binary(max_size=6), st.binary(max_size=6)), max_size=12), st.binary(max_size=40))
def test_no_policy_parts_what_the_one_before_joined(people: list[tuple[bytes, bytes]], mailmap: bytes) -> None:
    found = identify(people, mailmap)
    for finer, coarser in (("mailmap", "default"), ("default", "wide")):
        pairs = zip(found.canonical[finer].tolist(), found.canonical[coarser].tolist(), strict=True)
        assert len({fine for fine, _coarse in set(pairs)}) == len(set(found.canonical[finer].tolist()))
        assert len(set(zip(found.canonical[finer].tolist(), found.canonical[coarser].tolist(), strict=True))) == len(
            set(found.canonical[finer].tolist())
        )


@pytest.mark.parametrize(
    ("name", "mail", "expected"),
    [
        ("renovate[bot]", "x@y.org", True),
        ("Renovate Bot", "bot@renovateapp.com", True),
        ("x", "41898282+github-actions[bot]@users.noreply.github.com", True),
        ("x", "renovate@users.noreply.github.com", True),
        ("GitHub Actions", "actions@x.org", True),
        ("Hosted Weblate", "hosted@weblate.org", True),
        ("Talbot", "talbot@x.org", False),
        ("abbot", "abbot@robotics.example", False),
        ("Ada", "renovate@x.org", False),
        ("Ada [bot] fan", "ada@x.org", False),
        ("", "", False),
    ],
)
def test_programs_say_so_as_a_whole(name: str, mail: str, expected: bool) -> None:
    assert is_bot(name.encode(), mail.encode()) is expected
