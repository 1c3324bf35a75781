"""What forges publish, as one neutral reading: one story told by three of them, what is odd, what is cut, what is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from assess.forges import (
    CORE,
    DAY,
    END,
    NAMES,
    READ,
    START,
    Told,
    answered_by,
    at,
    forgejo,
    github,
    gitlab,
    hidden,
    story,
    stream,
)

from communaux.data import assess_table, forge_questions
from communaux.engines.assess import telling
from communaux.engines.assess.forge import BadItems, Forge, Numbering
from communaux.engines.assess.forge_lines import as_lines, digest
from communaux.engines.assess.forge_measures import indicators
from communaux.engines.assess.forge_payloads import read_items
from communaux.engines.assess.model import Indicator

type Files = list[tuple[str, bytes]]


def of_github(told: Iterable[Told], **given: Any) -> Files:
    return [("github.json", stream(github(told, **given)))]


def of_gitlab(told: Iterable[Told], **given: Any) -> Files:
    return [("gitlab.json", stream(gitlab(told, **given)))]


def of_forgejo(told: Iterable[Told], **given: Any) -> Files:
    return [(f"{name}.json", stream(pages)) for name, pages in forgejo(told, **given).items()]


THREE = {"github": of_github, "gitlab": of_gitlab, "forgejo": of_forgejo}
ALL = pytest.mark.parametrize("files", THREE.values(), ids=list(THREE))


def read(files: Files) -> Forge:
    return read_items(files, read_on=READ)


def told_by(forge: Forge) -> dict[str, Indicator]:
    return {one.code: one for one in indicators(forge, END)}


@ALL
def test_one_story_three_forges(files: Callable[..., Files]) -> None:
    found = read(files(story()))
    by = told_by(found)
    assert {kind: (span.since, span.until) for kind, span in found.read.items()} == dict.fromkeys(
        ("repository", "issue", "change", "release"), (0, READ)
    )
    assert (len(found.of("issue")), len(found.of("change"))) == (20, 10)
    first = by["first_response"]
    assert (first.n, first.detail["issues"], first.detail["changes"]) == (27, 18, 9)
    assert first.detail["unanswered"] == 5  # 15, 17, 19, 20 and 30
    assert first.value == 6.0  # 7 of 1 day, then 2, 3, 4, 5, 5, 5, 6: the 14th of 27
    assert (by["closure_ratio"].detail["opened"], by["closure_ratio"].detail["closed"]) == (27, 22)
    assert by["acceptance"].detail["k"] == 5  # 22, 23, 25, 26 and 29: of people; 28 is a program's
    assert by["open_age"].n == 6
    assert (by["archived"].value, by["archived"].coverage) == (0.0, 1.0)
    assert (found.personal, found.left_out) == (False, 0)


@ALL
def test_no_program_answers_and_no_deleted_account(files: Callable[..., Files]) -> None:
    answers = {one.number: [(at - START) / DAY for at, _who in one.answers] for one in read(files(story())).of("issue")}
    assert (answers[14], answers[15], answers[16], answers[20]) == ([155, 160], [], [178], [])


def test_measures_are_those_of_the_story_whichever_forge_tells_it() -> None:
    common = ("first_response", "closure_ratio", "time_to_close", "open_age")
    several = [told_by(read(files(story()))) for files in THREE.values()]
    for code in common:
        figures = {(by[code].value, by[code].low, by[code].high, by[code].n) for by in several}
        assert len(figures) == 1, code


@ALL
def test_no_name_is_kept(files: Callable[..., Files]) -> None:
    kept = as_lines(read(files(story(), members=True)))
    assert not [name for name in (*NAMES, "ghost", "dependabot", "renovate", "velos") if name in kept]


@ALL
def test_rights_where_the_forge_shows_them(files: Callable[..., Files]) -> None:
    found = read(files(story(), members=True))
    one = told_by(found)["merge_rights"]
    assert (one.value, one.status, one.reason, one.detail) == (2, "measured", "", {"personal": False})


@ALL
def test_the_order_of_what_is_read_changes_nothing(files: Callable[..., Files]) -> None:
    told = story()
    first, second = read(files(told)), read(files(told[::-1], size=3))
    assert told_by(first) == told_by(second)
    if files is of_forgejo:  # whose files are apart
        assert told_by(read(files(told)[::-1])) == told_by(first)


def test_without_rights_those_seen_merging_are_told() -> None:
    one = told_by(read(of_github(story())))["merge_rights"]
    assert (one.value, one.reason, one.n) == (2, "seen_merging", 6)
    assert told_by(read(of_forgejo(story())))["merge_rights"].reason == "members_not_read"


def test_confidential_and_moved_ones() -> None:
    found = read(of_gitlab(hidden(story())))
    assert (found.left_out, len(found.of("issue"))) == (1, 21)
    plain, by = told_by(read(of_gitlab(story()))), told_by(found)
    assert by["closure_ratio"].detail["closed"] == plain["closure_ratio"].detail["closed"]
    assert by["closure_ratio"].detail["opened"] == 28
    assert by["time_to_close"].n == 28
    assert by["time_to_close"].detail["open"] == plain["time_to_close"].detail["open"] + 1  # type: ignore[operator]  # a count
    assert by["open_age"].n == plain["open_age"].n


def test_an_older_gitlab_does_not_say_when_a_merge_request_was_closed() -> None:
    pages = gitlab([Told("change", 1, 10, "lena", closed=20)])
    row = pages[1]["data"]["project"]["mergeRequests"]["nodes"][0]
    del row["closedAt"]
    assert read([("", stream(pages))]).items[0].closed == START + 20 * DAY


def test_an_answer_that_was_not_read_is_not_taken_for_silence() -> None:
    pages = github([Told("issue", 1, 10, "lena", ((12, "lena"),)), Told("issue", 2, 10, "lena")])
    rows = {row["number"]: row for row in pages[1]["data"]["repository"]["issues"]["nodes"]}
    rows[1]["comments"]["totalCount"] = 30
    rows[2]["comments"] = {"totalCount": 3, "nodes": []}
    one, other = read([("", stream(pages))]).items
    assert (one.watched, other.watched) == (START + 12 * DAY, START + 10 * DAY)


def test_a_list_of_words_that_nobody_asked_for() -> None:
    pages = github([Told("issue", 1, 10, "lena"), Told("change", 2, 20, "lena")])
    for page in pages[1:]:
        for rows in page["data"]["repository"].values():
            del rows["nodes"][0]["reviews" if "reviews" in rows["nodes"][0] else "comments"]
    assert [one.watched for one in read([("", stream(pages))]).items] == [START + 20 * DAY, START + 10 * DAY]
    notes = gitlab([Told("issue", 1, 10, "lena"), Told("issue", 2, 10, "lena", ((11, "lena"),))])
    nodes = notes[1]["data"]["project"]["issues"]["nodes"]
    del next(one for one in nodes if one["iid"] == "1")["notes"]
    del next(one for one in nodes if one["iid"] == "2")["notes"]["pageInfo"]
    assert [one.watched for one in read([("", stream(notes))]).items] == [START + 10 * DAY, START + 11 * DAY]
    files = forgejo(
        [Told("issue", 1, 10, "lena", ((11, "mona"),)), Told("change", 2, 20, "lena", ((21, "mona"),), reviewed=True)]
    )
    without = [(name, stream(pages)) for name, pages in files.items() if name not in ("comments", "reviews")]
    assert [one.watched for one in read(without).items] == [START + 20 * DAY, START + 10 * DAY]


def test_the_newest_ones_alone() -> None:
    found = read(of_github(story(), most=8))
    oldest = min(
        one.updated for one in sorted((one for one in story() if one.kind == "issue"), key=lambda one: -one.updated)[:8]
    )
    assert found.read["issue"].since == START + int(oldest * DAY)
    by = told_by(found)
    assert by["open_age"].reason == "items_not_whole"
    assert 0 < (by["first_response"].coverage or 0) < 1
    assert "new_merged" not in by["acceptance"].detail


def test_a_cut_list_in_another_order_is_refused() -> None:
    pages = github(story(), most=8)
    pages[1]["data"]["repository"]["issues"]["nodes"].reverse()
    with pytest.raises(BadItems, match="not_newest_first"):
        read([("", stream(pages))])
    del pages[1]["data"]["repository"]["issues"]["totalCount"], pages[2]["data"]["repository"]["issues"]["totalCount"]
    with pytest.raises(BadItems, match="not_newest_first"):
        read([("", stream(pages))])


def test_a_list_without_a_total_is_whole_with_its_last_page() -> None:
    pages = github(story(), size=50)
    del pages[1]["data"]["repository"]["issues"]["totalCount"]
    assert read([("", stream(pages))]).read["issue"].since == 0


def test_a_node_that_nobody_may_see_is_not_missing() -> None:
    pages = github(story(), size=50)
    pages[1]["data"]["repository"]["issues"]["nodes"][3] = None
    found = read([("", stream(pages))])
    assert (found.read["issue"].since, len(found.of("issue"))) == (0, 19)


def test_lists_of_rights_that_are_cut_tell_nothing() -> None:
    pages = github(story(), members=True)
    pages[0]["data"]["repository"]["collaborators"]["totalCount"] = 9
    assert "member" not in read([("", stream(pages))]).read
    others = gitlab(story(), members=True)
    others[0]["data"]["project"]["projectMembers"]["pageInfo"]["hasNextPage"] = True
    assert "member" not in read([("", stream(others))]).read


def test_drafts_and_versions_to_come_are_none() -> None:
    pages = github([])
    pages[0]["data"]["repository"]["releases"]["nodes"][3] |= {"isDraft": True, "publishedAt": None}
    assert len(read([("", stream(pages))]).releases) == 3
    pages[0]["data"]["repository"]["releases"]["nodes"][3] |= {"isDraft": False}
    assert len(read([("", stream(pages))]).releases) == 4
    others = gitlab([])
    others[0]["data"]["project"]["releases"]["nodes"][0]["upcomingRelease"] = True
    assert len(read([("", stream(others))]).releases) == 3


def test_archived_and_personal() -> None:
    pages = github([])
    pages[0]["data"]["repository"] |= {"isArchived": True, "archivedAt": at(300), "isInOrganization": False}
    found = read([("", stream(pages))])
    one = told_by(found)["archived"]
    assert (found.personal, one.value, one.detail) == (True, 1.0, {"archived_days": 75})
    others = gitlab([])
    others[0]["data"]["project"] |= {"archived": True, "group": None}
    found = read([("", stream(others))])
    assert (found.personal, told_by(found)["archived"].detail) == (True, {})
    files = forgejo([])
    files["repository"] = [files["repository"][0] | {"archived": True, "archived_at": at(300)}]
    found = read([(name, stream(pages)) for name, pages in files.items() if pages != [[]]])
    assert (found.personal, told_by(found)["archived"].detail) == (None, {"archived_days": 75})


def test_what_was_not_asked_for_is_unknown() -> None:
    found = read([("", stream([{"data": {"repository": {"nameWithOwner": "demo/velos"}}}]))])
    assert (found.personal, found.archived) == (None, None)
    assert {one.reason for one in indicators(found, END)} == {"kind_not_read", "members_not_read"}
    found = read([("", stream([{"data": {"project": {"fullPath": "demo/velos"}}}]))])
    assert (found.personal, found.archived) == (None, None)


def test_a_list_of_answers_is_its_answers() -> None:
    """`gh api --paginate --slurp` writes one list."""
    told = story()
    assert digest(read([("", json.dumps(github(told)).encode())])) == digest(read(of_github(told)))


def test_a_forbidden_part_leaves_the_rest() -> None:
    pages = github(story())
    pages[0]["errors"] = [{"type": "FORBIDDEN", "path": ["repository", "collaborators"]}]
    assert digest(read([("", stream(pages))])) == digest(read(of_github(story())))


def test_read_after_the_last_thing_that_happened() -> None:
    told = answered_by(story(), 15, 380, "mona")
    assert read_items(of_github(told), read_on=READ).read_at == START + 380 * DAY


def test_names_may_become_anything() -> None:
    seen: list[str] = []

    def who(name: str) -> str:
        seen.append(name)
        return f"k{len(name)}"

    found = read_items(of_github(story()), read_on=READ, who=who)
    assert "@lena" in seen
    assert {one.author for one in found.items} <= {"", *(f"k{n}" for n in range(30))}
    numbers = Numbering()
    assert (numbers("a"), numbers("b"), numbers("a")) == ("1", "2", "1")


COMMENT = {"issue_url": "elsewhere", "created_at": at(1), "user": None}
ISSUE = {"number": 1, "pull_request": None, "created_at": at(1), "closed_at": None, "user": None}
BROKEN: list[tuple[str, Files]] = [
    ("empty", []),
    ("empty", [("a", b" \n\n")]),
    ("empty", [("a", b"[]")]),
    ("not_text", [("a", b"\xff\xfe")]),
    ("not_json", [("a", b'{"data": {"repository": ')]),
    ("not_json", [("a", b"<!doctype html>")]),
    ("not_json", [("a", b"[" * 200_000)]),
    ("failed", [("a", b'{"errors": [{"message": "Bad credentials"}]}')]),
    ("failed", [("a", b'{"data": {"repository": null}}')]),
    ("not_forge", [("a", b'{"message": "Not Found"}')]),
    ("not_forge", [("a", b"[1, 2]\n[]")]),
    ("not_forge", [("a", b"12")]),
    ("no_end", [("a", stream([[ISSUE]]))]),
    ("no_end", [("a", stream([[ISSUE], [COMMENT], []]))]),  # another list begins before the first has ended
    ("only_open", [("a", stream([[ISSUE | {"number": 3}], []]))]),
    ("odd_key", [("a", stream([[ISSUE | {"number": "x"}], []]))]),
    ("odd_key", [("a", stream([[ISSUE | {"number": True}], []]))]),
    ("odd_key", [("a", stream([[ISSUE | {"created_at": "yesterday"}], []]))]),
    ("odd_key", [("a", stream([[ISSUE | {"created_at": "2026-01-01"}], []]))]),
    ("odd_key", [("a", stream([[ISSUE | {"created_at": "1900-01-01T00:00:00Z"}], []]))]),
    ("odd_key", [("a", stream([[ISSUE], []])), ("b", stream([[COMMENT], []]))]),
    ("other_forge", [*of_github(story()), *of_gitlab(story())]),
    ("other_repository", [*of_github([]), ("b", stream([{"data": {"repository": {"nameWithOwner": "demo/trains"}}}]))]),
]


@pytest.mark.parametrize(("code", "files"), BROKEN)
def test_what_cannot_be_taken_is_refused_in_a_sentence(code: str, files: Files) -> None:
    with pytest.raises(BadItems) as refused:
        read(files)
    assert refused.value.code == code
    for lang in ("fr", "en"):
        assert telling.refused_items(refused.value, lang).endswith(".")


def test_all_lists_of_a_forgejo_in_one_file() -> None:
    told = forgejo(story())
    one = stream(page for pages in told.values() for page in pages)
    assert digest(read([("all.json", one)])) == digest(read(of_forgejo(story())))


def test_pages_without_a_day_are_refused() -> None:
    with pytest.raises(BadItems, match="no_day"):
        read_items(of_github(story()))


def test_the_line_of_what_is_broken_is_told() -> None:
    with pytest.raises(BadItems) as refused:
        read([("pages.json", stream(github(story())) + b'\n{"data"')])
    assert refused.value.line == len(github(story())) + 1
    assert "pages.json" in telling.refused_items(refused.value, "fr")


def test_each_refusal_has_its_words() -> None:
    for code in assess_table("forge")["refused"]:
        for lang in ("fr", "en"):
            told = telling.refused_items(BadItems(code, line=3, what="x", name="f"), lang)
            assert told[0].isupper(), code
            assert "{" not in told, code


def test_those_of_the_core_are_known_by_what_they_write() -> None:
    found = read(of_github(story()))
    assert len([one for one in found.members if one.may_merge is None]) == len(CORE)


def keys_of(value: object) -> set[str]:
    """The names of a GraphQL answer."""
    if isinstance(value, list):
        return {key for one in value for key in keys_of(one)}
    return {key for name, one in value.items() for key in {name, *keys_of(one)}} if isinstance(value, dict) else set()


@pytest.mark.parametrize(("forge", "pages"), [("github", github(story())), ("gitlab", gitlab(hidden(story())))])
def test_the_questions_that_are_shipped_ask_for_what_is_read(forge: str, pages: list[dict[str, Any]]) -> None:
    asked = " ".join(forge_questions(forge).values())
    words = set(re.findall(r"\w+", asked))
    unasked = {
        "data",
        "locked",
        "discussionLocked",
        "collaborators",
        "projectMembers",
    }  # not read; only maintainers see them
    assert {key for page in pages for key in keys_of(page)} - words == unasked & {
        key for page in pages for key in keys_of(page)
    }
    assert asked.count("{") == asked.count("}")
    assert "endCursor" in words
