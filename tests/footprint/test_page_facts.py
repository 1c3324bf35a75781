"""A recorded visit: what is kept of it, what is unknown, what is refused.

The records are written by hand, after HAR 1.2 as browsers write it and after the reports of Lighthouse 12 and 13; none is of a
real visit.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaux.data import footprint_words
from communaux.engines.footprint import page_reports, pagefacts, telling
from communaux.engines.footprint.errors import FootprintError
from communaux.engines.footprint.pagefacts import PageFacts, facts_of, page_url

HOME = "https://example.org/accueil?session=SECRET#haut"
HIDDEN = ("SECRET", "cookie", "Cookie", "ana@example.org", "<html>")


def entry(url: str = HOME, *, status: int = 200, at: str = "2026-11-30T10:00:00.000Z", **told: Any) -> dict[str, Any]:
    """A request, with what must never be kept."""
    content = {"size": 5000, "mimeType": told.pop("mime", "text/html"), "text": "<html>SECRET"}
    response = {
        "status": status,
        "headersSize": -1,
        "bodySize": -1,
        "content": content,
        "cookies": [{"name": "SECRET"}],
    }
    inside = {key: told.pop(key) for key in list(told) if key in {"_transferSize", "headersSize", "bodySize"}}
    if "content" in told:
        inside["content"] = told.pop("content")
    asked = {"url": url, "headers": [{"name": "Cookie", "value": "SECRET"}], "postData": {"text": "ana@example.org"}}
    return {"startedDateTime": at, "request": asked, "response": response | inside, **told}


def har(*entries: Any, **log: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries), **log}}).encode()


def read(*entries: Any, own: tuple[str, ...] = (), **log: Any) -> PageFacts:
    return facts_of(har(*entries, **log), own)


def refused(content: bytes, own: tuple[str, ...] = ()) -> FootprintError:
    with pytest.raises(FootprintError) as found:
        facts_of(content, own)
    for lang in ("fr", "en"):
        assert "{" not in telling.refused(found.value, lang).replace(str(found.value.what.get("seen")), "")
    return found.value


def test_what_is_kept_of_a_visit_and_nothing_of_who_made_it() -> None:
    found = read(
        entry(_transferSize=4000),
        entry("https://static.example.org/f.woff2", _transferSize=30_000, mime="font/woff2"),
        entry("https://mesure.example/p.js", _transferSize=900),
        entry("data:font/woff2;base64,SECRET"),
        entry("blob:https://example.org/SECRET"),
    )
    assert found == PageFacts(
        source="har",
        url="https://example.org/accueil",
        at=datetime(2026, 11, 30, 10, tzinfo=UTC),
        dom_nodes=None,
        requests=3,
        size=34_900,
        third_parties=("mesure.example",),
        fonts=1,
        font_bytes=30_000,
        unused={},
        with_javascript=True,
        warnings={"never_sent": 2},
    )
    kept = json.dumps(page_reports.facts_json(found))
    assert [one for one in HIDDEN if one in kept] == []


@pytest.mark.parametrize(
    ("told", "size", "warnings"),
    [
        ({"_transferSize": 0, "headersSize": 100, "bodySize": 50}, 0, {}),
        ({"_transferSize": 1234.0}, 1234, {}),
        ({"_transferSize": -1, "headersSize": 100, "bodySize": 50}, 150, {}),
        ({"_transferSize": None, "headersSize": 100, "bodySize": 0}, 100, {}),
        ({"headersSize": -1, "bodySize": 50}, 50, {"no_headers": 1}),
        ({"headersSize": 100, "bodySize": -1}, 5000, {"unpacked": 1}),
        ({}, 5000, {"unpacked": 1}),
        ({"content": {"size": -1}}, None, {"no_size": 1}),
        ({"content": None}, None, {"no_size": 1}),
        ({"status": 304, "headersSize": 180}, 180, {"cached": 1}),
        ({"status": 304, "headersSize": 180, "bodySize": 0}, 180, {"cached": 1}),
        ({"status": 304}, 0, {"cached": 1, "no_headers": 1}),
        ({"_fromCache": "disk"}, 0, {"cached": 1, "no_headers": 1}),
        ({"_fromCache": "memory", "_transferSize": 0}, 0, {"cached": 1}),
        ({"status": 0, "_transferSize": 0}, 0, {"failed": 1}),
    ],
)
def test_bytes_are_what_came_over_the_network(told: dict[str, Any], size: int | None, warnings: dict[str, int]) -> None:
    found = read(entry(**told))
    assert (found.requests, found.size, found.warnings) == (1, size, warnings)
    assert found.weighed == ("no_size" not in warnings)


def test_an_answer_without_size_leaves_a_minimum_and_is_never_nothing() -> None:
    found = read(entry(_transferSize=10), entry(content={}, mime="font/woff2"), entry(content={}, _resourceType="font"))
    assert (found.size, found.weighed, found.fonts, found.font_bytes) == (10, False, 1, 0)
    assert found.warnings == {"no_size": 2}
    assert read(entry(content={})).font_bytes is None


@pytest.mark.parametrize(
    ("own", "third"),
    [
        ((), ("cdn.example", "example.org.evil.example", "notexample.org")),
        (("EXAMPLE.org.", "cdn.example"), ("example.org.evil.example", "notexample.org")),
        (("a.example.org",), ("cdn.example", "example.org", "example.org.evil.example", "notexample.org")),
        (
            ("élan.example",),
            ("a.example.org", "cdn.example", "example.org", "example.org.evil.example", "notexample.org"),
        ),
    ],
)
def test_third_parties_are_neither_own_hosts_nor_below_one(own: tuple[str, ...], third: tuple[str, ...]) -> None:
    hosts = ("a.example.org", "CDN.example", "notexample.org", "example.org.evil.example")
    more = [entry(f"https://{host}/x") for host in hosts] + [
        entry("wss://example.org/w"),
        entry("https://xn--lan-9la.example/"),
    ]
    found = read(entry(), *more, own=own)
    assert found.third_parties == tuple(sorted((*third, *(() if "élan.example" in own else ("xn--lan-9la.example",)))))


def test_the_page_is_the_first_request_that_is_not_sent_elsewhere() -> None:
    late, sent = "2026-11-30T10:00:02Z", "2026-11-30T09:59:59Z"
    moved = entry("http://example.org/", status=301, at=sent)
    found = read(entry("https://example.org/late", at=late), moved, entry("https://example.org/page"))
    assert (found.url, found.at) == ("https://example.org/page", datetime(2026, 11, 30, 10, tzinfo=UTC))
    assert read(moved).url == "http://example.org/"
    untimed = read({**entry(), "startedDateTime": 5}, {**entry("https://example.org/b"), "startedDateTime": None})
    assert (untimed.url, untimed.at) == ("https://example.org/accueil", None)


@pytest.mark.parametrize("at", ["2026-11-30T10:00:00", "yesterday", "", "9999-12-31T23:59:59-23:00"])
def test_a_moment_without_offset_is_not_known(at: str) -> None:
    assert read(entry(at=at)).at is None


def test_of_several_pages_the_first_is_read_and_the_others_are_counted() -> None:
    pages = [{"id": "page_1"}, {"id": "page_2"}]
    told = [
        entry(pageref="page_1"),
        entry("https://example.org/2", pageref="page_2"),
        entry("https://example.org/sw.js"),
    ]
    found = read(*told, pages=pages)
    assert (found.requests, found.warnings["other_pages"]) == (2, 1)
    for one in (pages[:1], "pages", [None, {}]):
        assert read(*told, pages=one).requests == 3
    assert read(*told, pages=[{"id": []}, {}]).requests == 1  # an identifier that is none matches nothing


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://ana:SECRET@example.org/a", "https://example.org/a"),
        ("http://example.org:8000", "http://example.org:8000/"),
        ("http://[::1]:80/a/", "http://[::1]/a/"),
        ("https://example.org/a;jsessionid=SECRET/b;v=1?x#y", "https://example.org/a/b"),
        ("https://example.org/\x1b[2J", "https://example.org/\N{REPLACEMENT CHARACTER}[2J"),
        ("https://example.org/" + "a" * 5000, "https://example.org/" + "a" * 1980),
    ],
)
def test_an_address_without_what_is_personal(url: str, kept: str) -> None:
    assert page_url(url) == kept


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "page_empty"),
        (b" \n", "page_empty"),
        (b"\xff\xfe\x00", "no_page"),
        (b"timestamp,g_per_kwh\n", "no_page"),
        (b"[]", "no_page"),
        (b"{}", "no_page"),
        (b'{"log": []}', "no_page"),
        (b'{"log": {"entries": {}}}', "no_page"),
        (b'{"audits": []}', "no_page"),
        (b'{"log": {"entries": [1', "page_cut"),
        (b'\xef\xbb\xbf{"log": {"entries": []}} trailing', "page_cut"),
        (b'{"log": ' + b"[" * 200_000, "page_deep"),
        (b'{"log": {"entries": [NaN]}}', "page_no_number"),
        (b'{"log": {"entries": [-Infinity]}}', "page_no_number"),
        (b'{"log": ' + b"9" * 5000 + b"}", "no_page"),
        (har(), "page_no_request"),
        (har(entry("data:,x")), "page_no_request"),
        (har(5), "bad_entry"),
        (har({}), "bad_entry"),
        (har({"request": {"url": HOME}}), "bad_entry"),
        (har({"request": [], "response": {}}), "bad_entry"),
        (har({"request": {}, "response": {}}), "bad_url"),
        (har(entry("https://")), "bad_url"),
        (har(entry("http://[::1")), "bad_url"),
        (har(entry("http://example.org:99999/")), "bad_url"),
        (har(entry("http://example.org:0/")), "bad_url"),
        *[(har(entry(_transferSize=one)), "bad_size") for one in (-2, True, "12", [], 1e13, -0.5)],
        (har(entry(_transferSize=1)).replace(b'"_transferSize": 1', b'"_transferSize": 1e999'), "bad_size"),
        (har(entry(headersSize=-3)), "bad_size"),
        (har(entry(bodySize=-3)), "bad_size"),
        (har(entry(content={"size": -3})), "bad_size"),
    ],
)
def test_what_is_no_visit_is_refused_in_a_sentence(content: bytes, code: str) -> None:
    assert refused(content).code == code


def test_a_refusal_tells_what_was_read_and_where() -> None:
    assert (
        refused(b"\x1b[31mid;kwh\n1;2" + b"x" * 500).what["seen"]
        == ("\N{REPLACEMENT CHARACTER}[31mid;kwh 1;2" + "x" * 500)[:80]
    )
    assert refused(har(entry(), entry(_transferSize=-7))).what == {"n": 2, "name": "_transferSize", "given": "-7"}
    assert refused(har(entry("https://[SECRET?SECRET"))).what["given"] == "https://[SECRET"
    cut = har(entry(), entry())[:-40]
    assert refused(cut).what["signs"] == len(cut)


@pytest.mark.parametrize("host", ["", "https://example.org", "example.org:80", "a..b", "a b", "x" * 70 + ".example"])
def test_an_own_host_that_is_none(host: str) -> None:
    assert refused(har(entry()), (host,)).code == "bad_host"


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagefacts, "LARGEST", 100)
    assert refused(har(entry())).what == {"size": len(har(entry())), "most": 100}


@given(st.integers(0, 4000))
def test_any_cut_of_a_record_is_refused(at: int) -> None:
    content = har(entry(), entry(), entry())
    assert refused(content[: 1 + at % (len(content) - 1)]).code == "page_cut"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["request", "response", "pageref", "startedDateTime", "_fromCache"]), JSON), JSON
)
def test_any_record_is_read_or_refused(one: dict[str, Any], pages: Any) -> None:
    whole = entry() | one
    whole["response"] = whole["response"] if isinstance(whole["response"], dict) else {"status": whole["response"]}
    for told in (one, whole):
        try:
            found = facts_of(har(entry(), told, pages=pages))
        except FootprintError as error:
            telling.refused(error, "fr")
        else:
            assert found.requests is not None
            assert found.size is None or 0 <= found.size < math.inf


def lighthouse(**audits: Any) -> dict[str, Any]:
    return {
        "lighthouseVersion": "13.5.0",
        "finalDisplayedUrl": HOME,
        "fetchTime": "2026-11-30T10:00:00Z",
        "audits": audits,
    }


def requests(*items: Any) -> dict[str, Any]:
    return {"details": {"type": "table", "items": list(items)}}


def weighed(told: Any) -> PageFacts:
    return facts_of(json.dumps(told).encode())


SCRIPTS = {"unused-javascript": {"details": {"overallSavingsBytes": 1500.4}}, "unused-css-rules": {"score": 1}}
VISIT = requests(
    {"url": HOME, "transferSize": 4000, "statusCode": 200, "cache": "none", "mimeType": "text/html"},
    {"url": "https://cdn.example/f", "transferSize": 900, "statusCode": 200, "resourceType": "Font", "cache": "disk"},
    {"url": "https://example.org/x", "transferSize": 100, "statusCode": -1},
    {"url": "data:image/png;base64,..."},
)


def test_a_report_of_lighthouse() -> None:
    told = lighthouse(**{"network-requests": VISIT, "dom-size": {"numericValue": 693}, **SCRIPTS})
    found = weighed(told)
    assert found == PageFacts(
        source="lighthouse",
        url="https://example.org/accueil",
        at=datetime(2026, 11, 30, 10, tzinfo=UTC),
        dom_nodes=693,
        requests=3,
        size=5000,
        third_parties=("cdn.example",),
        fonts=1,
        font_bytes=900,
        unused={"javascript": 1500},
        with_javascript=True,
        warnings={"cached": 1, "failed": 1, "never_sent": 1},
    )
    assert weighed({"lighthouseResult": told}) == found  # as PageSpeed Insights wraps it


@pytest.mark.parametrize(
    ("audits", "nodes"),
    [
        ({}, None),
        ({"dom-size": {"scoreDisplayMode": "error"}}, None),
        ({"dom-size-insight": {"numericValue": 12}}, 12),
        ({"dom-size-insight": {"details": {"debugData": {"totalElements": 13}}}}, 13),
        ({"dom-size": None, "dom-size-insight": {"details": []}}, None),
    ],
)
def test_the_elements_of_a_page_as_each_version_writes_them(audits: dict[str, Any], nodes: int | None) -> None:
    assert weighed(lighthouse(**audits)).dom_nodes == nodes


def test_a_report_without_requests_leaves_them_unknown() -> None:
    found = weighed(lighthouse(**{"total-byte-weight": {"numericValue": 2_420_000}}))
    assert (found.size, found.weighed) == (2_420_000, True)
    assert {found.requests, found.third_parties, found.fonts, found.font_bytes} == {None}
    assert weighed(lighthouse()).size is None
    assert not weighed(lighthouse()).weighed


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (lighthouse() | {"runtimeError": {"code": "NO_FCP"}}, "lighthouse_failed"),
        (lighthouse() | {"finalDisplayedUrl": None}, "bad_url"),
        (lighthouse() | {"finalDisplayedUrl": "about:blank"}, "bad_url"),
        (lighthouse(**{"network-requests": requests()}), "page_no_request"),
        (lighthouse(**{"network-requests": requests(5)}), "bad_entry"),
        (lighthouse(**{"network-requests": requests({"url": HOME, "transferSize": -5})}), "bad_size"),
        (lighthouse(**{"dom-size": {"numericValue": "many"}}), "bad_size"),
        (lighthouse(**{"unused-javascript": {"details": {"overallSavingsBytes": -5}}}), "bad_size"),
    ],
)
def test_a_report_that_says_nothing_is_refused(told: dict[str, Any], code: str) -> None:
    assert refused(json.dumps(told).encode()).code == code


def test_an_older_report_and_one_without_error() -> None:
    told = lighthouse() | {"finalDisplayedUrl": "", "finalUrl": HOME, "runtimeError": {"code": "NO_ERROR"}}
    assert weighed(told).url == "https://example.org/accueil"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_facts_are_told_and_unknown_is_said(lang: str) -> None:
    words = footprint_words()
    found = read(entry(content={}), entry("https://cdn.example/f", _transferSize=1500, mime="font/woff2"))
    text = "\n".join(page_reports.facts(found, lang))
    assert words["page_warning"]["no_size"][lang] in text
    assert ("Polices\u00a0: 1, 1,5 ko" if lang == "fr" else "Fonts: 1, 1.5 kB") in text
    assert text.count(words["report"]["unknown"][lang]) == 1
    nothing = "\n".join(page_reports.facts(weighed(lighthouse() | {"fetchTime": None}), lang))
    assert nothing.count(words["report"]["unknown"][lang]) == 5
    assert ("Visite sans date" if lang == "fr" else "without a date") in nothing
    alone = "\n".join(page_reports.facts(read(entry(_transferSize=1)), lang))
    assert ("Hôtes tiers\u00a0: 0" if lang == "fr" else "Third-party hosts: 0") in alone
    whole = "\n".join(page_reports.facts(weighed(lighthouse(**SCRIPTS)), lang))
    assert words["fact"]["javascript"][lang] in whole
    assert "{" not in text + nothing + alone + whole


def test_each_warning_has_its_words() -> None:
    told = {
        "never_sent",
        "cached",
        "failed",
        "no_size",
        "no_headers",
        "unpacked",
        "other_pages",
        "not_followed",
        "bad_address",
    }
    assert footprint_words()["page_warning"].keys() == told


def test_a_file_of_signs_that_nobody_reads_is_told_in_short() -> None:
    found = refused(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\xff" * 200)
    assert (found.code, found.what["seen"]) == ("no_page", "\ufffdPNG \ufffd … IHDR…")
