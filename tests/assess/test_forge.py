"""Neutral items: written and read again, cut and broken, two readings as one; what they measure, and what is unknown."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from math import exp, log, sqrt
from typing import Any

import pytest
from assess.forges import DAY, END, READ, START, story
from assess.test_forge_payloads import of_github
from hypothesis import given
from hypothesis import strategies as st

from communaux.engines.assess.forge import BadItems, Forge, Item, Kind, Member, Numbering, Release, Span, merge, ordered
from communaux.engines.assess.forge_lines import FORMAT, as_lines, counts, digest, is_lines, read_lines, said, time_of
from communaux.engines.assess.forge_measures import MEASURES, indicators, survival
from communaux.engines.assess.forge_payloads import read_items
from communaux.engines.assess.model import Indicator
from communaux.engines.assess.stats import Z, wilson

BOTH: dict[Kind, Span] = {kind: Span(0, READ) for kind in ("issue", "change", "member", "release", "repository")}


def as_is(token: str) -> str:
    return token


def forge(*items: Item, read: dict[Kind, Span] | None = None, **given: Any) -> Forge:
    return ordered(Forge("github", BOTH if read is None else read, items, **given))


def issue(number: int, day: float, *answers: float, closed: float | None = None, **given: Any) -> Item:
    """Days after the start of the year."""
    told = {"kind": "issue", "author": "1"} | given
    ends = None if closed is None else seconds(closed)
    return Item(
        number=number, opened=seconds(day), closed=ends, answers=tuple((seconds(one), "2") for one in answers), **told
    )


def seconds(day: float) -> int:
    return START + int(day * DAY)


def measured(found: Forge | None, end: int = END) -> dict[str, Indicator]:
    return {one.code: one for one in indicators(found, end)}


# Written and read again

TIMES = st.integers(0, 4_000_000_000)
TOKENS = st.sampled_from(["1", "2", "a3"])
ITEMS = st.builds(
    Item,
    kind=st.sampled_from(["issue", "change"]),
    number=st.integers(0, 60),
    opened=TIMES,
    author=st.one_of(st.just(""), TOKENS),
    bot=st.booleans(),
    closed=st.none() | TIMES,
    merged=st.none() | TIMES,
    answers=st.lists(st.tuples(TIMES, TOKENS), max_size=3).map(lambda one: tuple(sorted(one))),
    watched=st.none() | TIMES,
    moved=st.booleans(),
    merger=st.one_of(st.just(""), TOKENS),
)
FORGES = st.builds(
    Forge,
    forge=st.sampled_from(["github", "gitlab", "forgejo", "other"]),
    read=st.fixed_dictionaries({kind: st.builds(Span, TIMES, TIMES) for kind in BOTH}),
    items=st.lists(ITEMS, max_size=6, unique_by=lambda one: (one.kind, one.number)).map(tuple),
    members=st.lists(st.builds(Member, TOKENS, st.none() | st.booleans()), max_size=3).map(tuple),
    releases=st.lists(st.builds(Release, TIMES, st.booleans()), max_size=3).map(tuple),
    personal=st.none() | st.booleans(),
    archived=st.none() | st.booleans(),
    archived_at=st.none() | TIMES,
    left_out=st.integers(0, 9),
).map(ordered)


@given(FORGES)
def test_written_and_read_again_nothing_is_lost(found: Forge) -> None:
    text = as_lines(found)
    assert is_lines(text)
    assert read_lines(text, as_is) == found
    assert digest(read_lines("\ufeff" + text.replace("\n", "\r\n"), as_is)) == digest(found)


@given(FORGES, st.data())
def test_a_text_that_was_cut_is_never_taken_for_whole(found: Forge, data: st.DataObject) -> None:
    text = as_lines(found)
    at = data.draw(st.integers(0, len(text) - 2))
    with pytest.raises(BadItems):
        read_items([("", text[:at].encode())], read_on=READ)


@given(FORGES, st.data())
def test_a_broken_byte_is_refused_or_read_but_never_a_fault(found: Forge, data: st.DataObject) -> None:
    content = bytearray(as_lines(found).encode())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BadItems):
        read_items([("", bytes(content))], read_on=READ)


def lines(**changed: Any) -> list[dict[str, Any]]:
    """A head and an item, as written; some keys others."""
    head, item = [json.loads(line) for line in as_lines(forge(issue(7, 10, 12, closed=20))).splitlines()]
    return [
        head | {key: value for key, value in changed.items() if key in head},
        item | {key: value for key, value in changed.items() if key not in head},
    ]


@pytest.mark.parametrize(
    ("changed", "code", "line", "what"),
    [
        ({"forge": "somewhere"}, "odd", 1, "forge"),
        ({"format": "communaux.forge/2"}, "no_header", 1, ""),
        ({"read": {}}, "odd", 1, "read"),
        ({"read": {"wiki": {"until": "2026-01-01T00:00:00Z"}}}, "odd", 1, "read"),
        ({"read": {"issue": "2026"}}, "odd", 1, "read"),
        ({"read": {"issue": {"until": "2026-01-01"}}}, "odd", 1, "until"),
        ({"read": {"change": {"until": "2026-01-01T00:00:00Z"}}}, "unread_kind", 0, "issue"),
        ({"personal": "no"}, "odd", 1, "personal"),
        ({"left_out": -1}, "odd", 1, "left_out"),
        ({"left_out": True}, "odd", 1, "left_out"),
        ({"archived_at": 12}, "odd", 1, "archived_at"),
        ({"count": {}}, "cut", 0, ""),
        ({"is": "wiki"}, "odd", 2, "is"),
        ({"number": "7"}, "odd", 2, "number"),
        ({"number": 2**50}, "odd", 2, "number"),
        ({"opened": None}, "odd", 2, "opened"),
        ({"opened": "0001-01-01T00:00:00+14:00"}, "odd", 2, "opened"),
        ({"author": "a" * 65}, "odd", 2, "author"),
        ({"author": "a\nb"}, "odd", 2, "author"),
        ({"author": 3}, "odd", 2, "author"),
        ({"bot": 1}, "odd", 2, "bot"),
        ({"answers": {}}, "odd", 2, "answers"),
        ({"answers": [["2026-01-01T00:00:00Z"]]}, "odd", 2, "answers"),
        ({"answers": [["2026-01-01T00:00:00Z", ""]]}, "odd", 2, "who"),
    ],
)
def test_a_broken_line_is_refused_with_its_number(changed: dict[str, Any], code: str, line: int, what: str) -> None:
    text = "\n".join(json.dumps(one) for one in lines(**changed))
    with pytest.raises(BadItems) as refused:
        read_lines(text, as_is, "forge.jsonl")
    assert (refused.value.code, refused.value.line, refused.value.what) == (code, line, what)
    assert refused.value.name == "forge.jsonl"


@pytest.mark.parametrize("line", ["{", "[]", "NaN", '{"is": "issue", "number": Infinity}', "[" * 100_000])
def test_a_line_that_is_no_object_is_refused(line: str) -> None:
    text = as_lines(forge(issue(7, 10))) + line
    with pytest.raises(BadItems) as refused:
        read_lines(text, as_is)
    assert (refused.value.code, refused.value.line) == ("not_json", 3)


def test_an_item_told_twice_is_refused() -> None:
    head, item = lines()
    with pytest.raises(BadItems) as refused:
        read_lines("\n".join(json.dumps(one) for one in (head, item, item)), as_is)
    assert (refused.value.code, refused.value.line, refused.value.what) == ("twice", 3, "issue 7")


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("communaux.engines.assess.forge_lines.MOST", 1)
    with pytest.raises(BadItems, match="too_many"):
        read_lines(as_lines(forge(issue(7, 10))), as_is)
    monkeypatch.setattr("communaux.engines.assess.forge_payloads.MOST", 5)
    with pytest.raises(BadItems, match="too_many"):
        read_items(of_github(story()), read_on=READ)


def test_an_empty_text_has_no_head() -> None:
    with pytest.raises(BadItems, match="no_header"):
        read_lines("", as_is)


def test_tokens_of_a_file_become_others() -> None:
    """Whoever wrote a name where a token belongs finds it nowhere."""
    found = forge(issue(7, 10, 12, author="Ada Lovelace"), members=(Member("Ada Lovelace", True),))
    again = read_items([("", as_lines(found).encode())])
    assert "Ada" not in as_lines(again)
    assert again.items[0].author == again.members[0].who == "1"


def test_times_have_a_zone_and_come_after_1970() -> None:
    assert (said(time_of("2026-01-01T01:00:00+01:00")), FORMAT) == ("2026-01-01T00:00:00Z", "communaux.forge/1")
    for text in ("2026-01-01T00:00:00", "1969-12-31T00:00:00Z", None, 3):
        with pytest.raises(ValueError, match=r".*"):
            time_of(text)


def test_two_files_of_one_repository() -> None:
    issues = forge(issue(1, 10), read={"issue": Span(0, READ)})
    changes = forge(issue(1, 20, kind="change"), read={"change": Span(0, READ)})
    both = read_items([("a", as_lines(issues).encode()), ("b", as_lines(changes).encode())])
    assert (set(both.read), counts(both)["issue"], counts(both)["change"]) == ({"issue", "change"}, 1, 1)


# Two readings as one

STORIES = st.lists(
    st.tuples(
        st.integers(0, 50), st.lists(st.integers(0, 50), max_size=3), st.none() | st.integers(0, 50), st.booleans()
    ),
    max_size=8,
)
type Stories = list[tuple[int, list[int], int | None, bool]]


def seen(stories: Stories, since: int, until: int) -> Forge:
    """What a forge shows at a time of what has happened by then, of items that changed after `since` alone."""
    items = []
    for number, (opened, answers, closed, is_issue) in enumerate(stories, 1):
        happened = [at for at in (opened, *(opened + one for one in answers), opened + (closed or 0)) if at <= until]
        if opened > until or (since and max(happened) <= since):
            continue
        words = tuple(sorted((opened + one, "2") for one in answers if opened + one <= until))
        end = None if closed is None or opened + closed > until else opened + closed
        kind: Any = "issue" if is_issue else "change"
        items.append(Item(kind, number, opened, "1", closed=end, answers=words))
    return ordered(Forge("gitlab", {"issue": Span(since, until), "change": Span(since, until)}, tuple(items)))


@given(STORIES, st.integers(1, 120), st.integers(0, 120), st.integers(0, 20))
def test_incremental_is_full(stories: Stories, first: int, more: int, overlap: int) -> None:
    second = first + more
    again = merge(seen(stories, 0, first), seen(stories, max(1, first - overlap), second))
    assert again == merge(seen(stories, max(1, first - overlap), second), seen(stories, 0, first))
    assert as_lines(again) == as_lines(seen(stories, 0, second))


@given(STORIES, st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_reading_by_reading_is_full(stories: Stories, steps: list[int]) -> None:
    until = steps[0]
    found = seen(stories, 0, until)
    for step in steps[1:]:
        found = merge(found, seen(stories, until, until + step))
        until += step
    assert found == seen(stories, 0, until)


def test_between_two_readings_with_a_gap_nobody_looked() -> None:
    early = forge(issue(1, 10), issue(2, 20, watched=seconds(21)), read={"issue": Span(0, seconds(50))})
    late = forge(issue(3, 110), read={"issue": Span(seconds(100), seconds(200))})
    found = merge(early, late)
    assert found.read == {"issue": Span(seconds(100), seconds(200))}
    assert [one.watched for one in found.items] == [seconds(50), seconds(21), None]


def test_of_a_whole_list_what_it_has_no_more_is_gone() -> None:
    early = forge(issue(1, 10), issue(2, 20), members=(Member("3", True), Member("9")), releases=(Release(5),))
    late = forge(issue(1, 10), read={kind: Span(0, READ + 1) for kind in BOTH}, members=(Member("4", False),))
    found = merge(late, early)
    assert [one.number for one in found.items] == [1]
    assert found.members == (Member("4", False), Member("9"))
    assert found.releases == ()


def test_releases_of_two_readings() -> None:
    early = forge(read={"release": Span(0, 50)}, releases=(Release(5),))
    late = forge(read={"release": Span(40, 90)}, releases=(Release(45),))
    assert merge(early, late).releases == (Release(5), Release(45))
    assert merge(early, forge(read={})).releases == (Release(5),)


def test_two_forges_are_not_merged() -> None:
    with pytest.raises(BadItems, match="other_forge"):
        merge(forge(), replace(forge(), forge="gitlab"))


def test_numbers_are_those_of_all_files() -> None:
    told, who = story(), Numbering()
    first = read_items(of_github(told), read_on=READ, who=who)
    second = read_items(of_github(told), read_on=READ, who=who)
    assert merge(first, second) == first == second


# What they measure


def test_nothing_read_is_unknown() -> None:
    for found, end in ((None, END), (forge(issue(1, 10)), -1)):
        told = indicators(found, end)
        assert [one.code for one in told] == list(MEASURES)
        assert {(one.value, one.status, one.reason, one.n) for one in told} == {(None, "unknown", "items_not_read", 0)}


def test_kinds_that_were_not_read_are_unknown() -> None:
    by = measured(forge(issue(1, 10), read={"issue": Span(0, READ)}))
    assert {code: one.reason for code, one in by.items() if one.value is None} == {
        "first_response": "few_items",
        "acceptance": "kind_not_read",
        "time_to_close": "few_items",
        "releases": "kind_not_read",
        "archived": "kind_not_read",
        "merge_rights": "members_not_read",
    }
    assert (by["first_response"].coverage, by["open_age"].coverage) == (0.5, 0.5)


@pytest.mark.parametrize("span", [Span(0, START - 1), Span(END + 1, READ)])
def test_items_of_another_year_tell_nothing_of_this_one(span: Span) -> None:
    by = measured(forge(issue(1, -20), read=dict.fromkeys(BOTH, span)))
    for code in ("first_response", "closure_ratio", "acceptance", "time_to_close", "releases"):
        assert (by[code].value, by[code].reason) == (None, "items_elsewhere")


def test_coverage_is_the_share_of_the_year_that_was_read() -> None:
    half = forge(issue(1, 300), read={"issue": Span(seconds(182.5), READ), "change": Span(0, seconds(182.5))})
    assert measured(half)["closure_ratio"].coverage == 0.5


def test_unanswered_items_move_the_median() -> None:
    """Ten answered after 1 to 10 days: half of them by the fifth. Ten without an answer, and half are there on the tenth."""
    answered = [issue(n, 100, 100 + n) for n in range(1, 11)]
    unanswered = [issue(n, 100) for n in range(11, 21)]
    alone, together = (
        measured(forge(*answered))["first_response"],
        measured(forge(*answered, *unanswered))["first_response"],
    )
    assert (alone.value, together.value) == (5.0, 10.0)
    assert (together.low, together.high, together.n, together.detail["unanswered"]) == (6.0, None, 20, 10)
    most = measured(forge(*answered, *unanswered, issue(21, 100)))["first_response"]
    assert (most.value, most.status, most.reason) == (None, "insufficient", "most_unanswered")


WAITS = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=10, max_size=40)


@given(WAITS, st.integers(1, 20))
def test_more_unanswered_items_never_shorten_the_wait(waits: list[tuple[int, bool]], more: int) -> None:
    items = [issue(n, 200, *([200 + wait] if answered else ())) for n, (wait, answered) in enumerate(waits)]
    before = measured(forge(*items))["first_response"]
    after = measured(forge(*items, *(issue(1000 + n, 200) for n in range(more))))["first_response"]
    endless = 10_000.0
    assert (after.value or endless) >= (before.value or endless)
    assert (after.high or endless) >= (before.high or endless)
    assert after.value is None or (after.low or 0) <= after.value <= (after.high or endless)


@given(WAITS, st.randoms(use_true_random=False))
def test_the_order_of_items_changes_nothing(waits: list[tuple[int, bool]], random: Any) -> None:
    items = [
        issue(n, 200, *([200 + wait] if answered else ()), closed=250 if answered else None)
        for n, (wait, answered) in enumerate(waits)
    ]
    shuffled = list(items)
    random.shuffle(shuffled)
    assert measured(Forge("github", BOTH, tuple(shuffled))) == measured(forge(*items))


def test_nobody_answered_anybody() -> None:
    """The lower bound is how long three of them waited: of three, none answered puts the share surely below one half."""
    waiting = measured(forge(*(issue(n, 335 + n) for n in range(12))))["first_response"]
    assert (waiting.value, waiting.low, waiting.high, waiting.reason) == (None, 38.0, None, "most_unanswered")
    assert wilson(0, 3)[1] < 0.5 < wilson(0, 2)[1]
    assert survival([5.0, 6.0], [False, False]) == (None, None, None)


def test_by_maintainers_alone() -> None:
    items = [replace(issue(n, 100), answers=((seconds(101), "7"), (seconds(100 + n), "2"))) for n in range(1, 11)]
    told = measured(forge(*items, members=(Member("2", True), Member("7", False))))["first_response"]
    assert (told.value, told.detail["by_maintainers_days"]) == (1.0, 5.0)
    assert "by_maintainers_days" not in measured(forge(*items))["first_response"].detail
    merging = issue(99, 1, kind="change", merged=seconds(2), merger="2")
    assert (
        measured(forge(*items, merging))["first_response"].detail["by_maintainers_days"] == 6.0
    )  # the sixth of eleven


def test_what_was_not_watched_any_more_counts_until_then() -> None:
    watched = [issue(n, 100, watched=seconds(110)) for n in range(5)]
    answered = [issue(10 + n, 100, 103) for n in range(5)]
    unread = [issue(20, 100, watched=seconds(100)), issue(21, 380)]
    after = issue(22, 100, 130, watched=seconds(101))
    told = measured(forge(*watched, *answered, *unread, after))["first_response"]
    assert (told.n, told.detail["unanswered"]) == (11, 6)


def test_closed_for_each_opened() -> None:
    """Worked: 12 opened, 9 of them closed and 3 from before: a ratio of 1, times and divided by exp(1.645 √(1/12 + 1/12))."""
    cohort = [issue(n, 30 * n, closed=30 * n + 5 if n < 9 else None) for n in range(1, 13)]
    earlier = [issue(20 + n, -50, closed=60 + n) for n in range(4)]
    one = measured(forge(*cohort, *earlier, issue(40, 10, closed=11, bot=True), issue(41, -9, closed=30, moved=True)))[
        "closure_ratio"
    ]
    assert (one.detail["opened"], one.detail["closed"], one.value, one.n) == (12, 12, 1.0, 24)
    spread = exp(Z * sqrt(1 / 12 + 1 / 12))
    assert (one.low, one.high) == (pytest.approx(1 / spread), pytest.approx(spread))
    assert (one.detail["cohort_closed"], one.detail["cohort_low"]) == (8 / 12, wilson(8, 12)[0])
    assert log(one.high or 1) == pytest.approx(-log(one.low or 1))


def test_a_pile_that_grows() -> None:
    rising = measured(forge(*(issue(n, 10 * n) for n in range(1, 37))))["closure_ratio"]
    assert (rising.value, rising.low, rising.reason, rising.status) == (0.0, None, "none_closed", "measured")
    assert rising.detail["backlog_month"] == pytest.approx(3, abs=0.2)
    quiet = measured(forge())["closure_ratio"]
    assert (quiet.value, quiet.status, quiet.reason, quiet.detail["cohort_closed"]) == (
        None,
        "not_applicable",
        "none_opened",
        None,
    )


def change(number: int, author: str, merged: bool, day: float = 100, **given: Any) -> Item:
    ends = {"closed": day + 1} | given
    return issue(number, day, kind="change", author=author, merged=seconds(day + 1) if merged else None, **ends)


def test_accepted_among_those_decided() -> None:
    """Four people of the core, three newcomers, a regular, programs; groups of two people are not told."""
    core = [change(n, str(n), merged=True) for n in (1, 2, 3, 4)]
    new = [change(10 + n, f"n{n}", merged=n > 0) for n in range(3)]
    regular = [
        change(20, "n0", merged=True, day=150),
        change(21, "n1", merged=True, day=160),
        change(22, "n2", merged=False, day=170),
    ]
    bots = [change(30 + n, "b", merged=True, bot=True) for n in range(5)]
    waiting = [change(40, "", merged=False, day=100, closed=None), change(41, "", merged=False, day=-50)]
    members = tuple(Member(str(n), True) for n in (1, 2, 3, 4))
    one = measured(forge(*core, *new, *regular, *bots, *waiting, members=members))["acceptance"]
    assert (one.value, one.low, one.high, one.n) == (0.8, *wilson(8, 10), 10)
    assert one.detail == {
        "k": 8,
        "n": 10,
        "core_merged": 4,
        "core_decided": 4,
        "new_merged": 2,
        "new_decided": 3,
        "bot_merged": 5,
        "bot_decided": 5,
    }
    few = measured(forge(*core[:2], *bots, members=members))["acceptance"]
    assert (few.value, few.reason, few.status) == (None, "few_people", "insufficient")
    assert few.detail == {"k": 2, "n": 2, "bot_merged": 5, "bot_decided": 5}


def test_how_long_until_it_ends() -> None:
    closed = [issue(n, 100, closed=100 + n) for n in range(1, 11)]
    stale = [issue(20 + n, 100) for n in range(5)]
    one = measured(forge(*closed, *stale, issue(40, 100, closed=102, moved=True)))["time_to_close"]
    assert (one.n, one.detail["open"], one.status) == (16, 6, "measured")
    assert one.value == 8.0  # 14/16 after the second day, on which one moved; then 7 of those 13 are left
    open_ = measured(forge(*(issue(n, 100) for n in range(10))))["time_to_close"]
    assert (open_.value, open_.reason) == (None, "most_open")


def test_age_of_what_is_open() -> None:
    one = measured(forge(*(issue(n, 365 - n) for n in range(11)), issue(99, 1, bot=True)))["open_age"]
    assert (one.value, one.n, one.detail["median_days"]) == (19.0, 11, 15.0)  # 10 to 20 days before the reading
    assert measured(forge(issue(1, 5, closed=9)))["open_age"].reason == "none_open"
    partly = forge(issue(1, 5), read={"issue": Span(5, READ)})
    assert (measured(partly)["open_age"].value, measured(partly)["open_age"].reason) == (None, "items_not_whole")
    assert measured(forge(read={"release": Span(0, READ)}))["open_age"].reason == "kind_not_read"


def test_versions_of_the_year() -> None:
    told = (Release(seconds(-9)), Release(seconds(10)), Release(seconds(300)), Release(seconds(20), early=True))
    one = measured(forge(releases=told))["releases"]
    assert (one.value, one.n, one.detail) == (2, 3, {"early": 1, "age_days": 75})
    none = measured(forge())["releases"]
    assert (none.value, none.detail["age_days"]) == (0, None)


def test_who_may_merge() -> None:
    members = (Member("1", True), Member("2", False), Member("3"))
    one = measured(forge(members=members, personal=True))["merge_rights"]
    assert (one.value, one.reason, one.detail) == (1, "", {"personal": True})
    read: dict[Kind, Span] = {"change": Span(0, READ)}
    seen_ = forge(change(1, "1", merged=True, merger="2"), change(2, "1", merged=True, day=-9, merger="3"), read=read)
    one = measured(seen_)["merge_rights"]
    assert (one.value, one.reason, one.coverage) == (1, "seen_merging", None)
